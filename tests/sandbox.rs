//! The sandbox by its own contract (`../shared/api/yunpian-v2.md`, `docs/sandbox.md`), with a raw HTTP client: not with
//! ours, so that a mistake in one is not hidden by the other. The clock is moved by hand; nothing sleeps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::duration_suboptimal_units, reason = "the contract counts in seconds")]
#[path = "sandbox/bench.rs"]
mod bench;

use std::collections::HashSet;
use std::time::Duration;

use bench::{Bench, KEY, OTHER_KEY};
use serde_json::json;
use yunque::sandbox::{Fault, Settings};
use yunque::sms::Money;

fn quiet() -> Settings {
    Settings { audience: 0.0, ..Settings::default() }
}

#[tokio::test]
async fn shorten_answers_as_the_document_shows() {
    let bench = Bench::start(quiet()).await;
    let answer =
        bench.post("/v2/short_url/shorten.json", &[("long_url", "https://www.yunpian.com/"), ("name", "七夕")]).await;
    assert_eq!(answer.status, 200);
    let link = &answer.json()["short_url"];
    let sid = link["sid"].as_str().unwrap();
    assert_eq!(sid.len(), 6);
    assert_eq!(link["short_url"], format!("https://dx5.cn/{sid}"));
    assert_eq!((&link["enter_url"], &link["name"]), (&link["short_url"], &json!("七夕")));
    assert_eq!((&answer.json()["code"], &answer.json()["msg"]), (&json!(0), &json!("OK")));
    let unnamed = bench.post("/v2/short_url/shorten.json", &[("long_url", "http://a.cn")]).await.json();
    assert_eq!(unnamed["short_url"]["name"], "01-01 08:00生产的短链接");
}

#[tokio::test]
async fn what_cannot_be_shortened_is_said() {
    let bench = Bench::start(quiet()).await;
    let path = "/v2/short_url/shorten.json";
    assert_eq!(bench.code(path, &[]).await, 1);
    for url in ["ftp://a.cn/", "www.a.cn", "https://", "https:///x", "not a url"] {
        assert_eq!(bench.code(path, &[("long_url", url)]).await, 2, "{url}");
    }
    assert_eq!(bench.code(path, &[("long_url", "http://a.cn"), ("stat_duration", "31")]).await, 2);
}

#[tokio::test]
async fn a_failed_call_is_an_envelope_under_http_400() {
    let bench = Bench::start(quiet()).await;
    let answer = bench.raw("POST", "/v2/user/get.json", "apikey=short").await;
    assert_eq!(answer.status, 400);
    let body = answer.json();
    assert_eq!((&body["http_status_code"], &body["code"]), (&json!(400), &json!(-1)));
    assert!(body["msg"].is_string() && body["detail"].is_string());
    assert_eq!(bench.raw("POST", "/v2/user/get.json", "").await.code(), 1);
    assert_eq!(bench.raw("GET", "/v2/user/get.json", "").await.code(), 11);
    assert_eq!(bench.raw("POST", "/v2/short_url/time_series_stats.json", &format!("apikey={KEY}")).await.code(), 12);
    assert_eq!(bench.raw("POST", "/v2/user/get.json", "apikey=%zz").await.code(), 14);
    assert_eq!(bench.raw("POST", "/v2/user/get.json", "apikey=%ff").await.code(), 14);
    assert_eq!(bench.raw("POST", "/v2/nothing.json", "").await.status, 404);
}

#[tokio::test]
async fn any_key_of_32_characters_is_an_account_unless_one_is_named() {
    let open = Bench::start(quiet()).await;
    assert_eq!(open.raw("POST", "/v2/user/get.json", &format!("apikey={OTHER_KEY}")).await.status, 200);
    let closed = Bench::start(Settings { key: Some(KEY.into()), ..quiet() }).await;
    assert_eq!(closed.raw("POST", "/v2/user/get.json", &format!("apikey={OTHER_KEY}")).await.code(), -1);
    assert_eq!(closed.raw("POST", "/v2/user/get.json", &format!("apikey={KEY}")).await.status, 200);
}

#[tokio::test]
async fn a_single_send_is_billed_by_segments() {
    let bench = Bench::start(quiet()).await;
    let answer = bench.single("15205201314", "【云雀】你好").await.json();
    assert_eq!(
        (&answer["code"], &answer["count"], &answer["fee"], &answer["unit"], &answer["mobile"]),
        (&json!(0), &json!(1), &json!(0.05), &json!("RMB"), &json!("15205201314"))
    );
    assert!(answer["sid"].as_i64().unwrap() > i64::from(i32::MAX));
    let long = format!("【云雀】{}", "长".repeat(67));
    let answer = bench.single("+8615205201315", &long).await.json();
    assert_eq!(
        (&answer["count"], &answer["fee"], &answer["mobile"]),
        (&json!(2), &json!(0.1), &json!("+8615205201315"))
    );
    let user = bench.post("/v2/user/get.json", &[]).await.json();
    assert_eq!(user["balance"], json!(99_999.85));
}

/// A send with one field more.
fn with<'a>(name: &'a str, value: &'a str) -> [(&'a str, &'a str); 3] {
    [("mobile", "15205201316"), ("text", "【云雀】好"), (name, value)]
}

#[tokio::test]
async fn bad_texts_and_parameters_are_refused_as_a_whole() {
    let bench = Bench::start(quiet()).await;
    for (text, code) in [
        ("", 1),
        ("  ", 1),
        ("你好", 16),
        ("【】你好", 16),
        ("【云雀你好", 16),
        ("[云雀]你好", 16),
        ("【云雀】代开发票", 4),
        (format!("【云雀】{}", "长".repeat(497)).as_str(), 2),
    ] {
        assert_eq!(bench.single("15205201314", text).await.code(), code, "{text}");
        assert_eq!(bench.batch("15205201314,15205201315", text).await.code(), code, "{text}");
    }
    assert_eq!(bench.single("15205201314", &format!("【云雀】{}", "长".repeat(496))).await.status, 200);
    let send = "/v2/sms/single_send.json";
    let long = "u".repeat(257);
    assert_eq!(bench.code(send, &with("uid", &long)).await, 2);
    assert_eq!(bench.code(send, &with("extend", "a1")).await, 2);
    assert_eq!(bench.code(send, &with("mobile_stat", "maybe")).await, 2);
    assert_eq!(bench.code(send, &[("text", "【云雀】好")]).await, 1);
    assert_eq!(bench.ledger().await.len(), 1);
}

#[tokio::test]
async fn bad_numbers_are_refused_one_by_one_in_a_batch() {
    let bench = Bench::start(quiet()).await;
    let asked = [
        "15205201314",
        "1",
        "02188886666",
        "1520520131",
        "152052013145",
        "１５２０５２０１３１４",
        "8615205201314",
        "+12",
    ];
    let answer = bench.batch(&asked.join(","), "【云雀】你好").await;
    assert_eq!(answer.status, 200);
    let data = answer.json()["data"].as_array().unwrap().clone();
    let codes: Vec<_> = data.iter().map(|entry| entry["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [0, 2, 2, 2, 2, 2, 2, 2]);
    assert_eq!(data.iter().map(|entry| entry["mobile"].as_str().unwrap()).collect::<Vec<_>>(), asked);
    assert!(data[1].get("sid").is_none() && data[1]["count"] == 0);
    assert_eq!((&answer.json()["total_count"], &answer.json()["total_fee"]), (&json!(1), &json!("0.0500")));
    for wrong in ["1", "02188886666", "15205201314,15205201315"] {
        assert_eq!(bench.single(wrong, "【云雀】你好").await.code(), 2);
    }
}

#[tokio::test]
async fn a_thousand_numbers_are_taken_and_one_more_is_refused() {
    let bench = Bench::start(quiet()).await;
    let numbers = |n: u64| (0..n).map(|i| (13_800_000_000 + i).to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(bench.batch(&numbers(1001), "【云雀】你好").await.code(), 2);
    assert_eq!(bench.ledger().await.len(), 0);
    let answer = bench.batch(&numbers(1000), "【云雀】你好").await.json();
    assert_eq!(answer["total_count"], 1000);
    let sids: HashSet<i64> = answer["data"].as_array().unwrap().iter().map(|e| e["sid"].as_i64().unwrap()).collect();
    assert_eq!((sids.len(), bench.ledger().await.len()), (1000, 1000));
    assert_eq!(bench.get("/_sandbox/ledger?count").await.json(), json!({"count": 1000}));
}

#[tokio::test]
async fn the_same_text_to_the_same_number_is_limited() {
    let bench = Bench::start(quiet()).await;
    let mut codes = Vec::new();
    for wait in [0, 29, 1, 30, 30, 300] {
        bench.advance(Duration::from_secs(wait));
        codes.push(bench.single("15205201314", "【云雀】你好").await.code());
    }
    assert_eq!(codes, [0, 8, 0, 0, 9, 0]);
    assert_eq!(bench.single("15205201314", "【云雀】别的").await.code(), 0);
    let twice = bench.batch("15205201317,+8615205201317", "【云雀】你好").await.json();
    assert_eq!((&twice["data"][0]["code"], &twice["data"][1]["code"]), (&json!(0), &json!(8)));
}

#[tokio::test]
async fn fixed_numbers_have_their_fates() {
    let bench = Bench::start(quiet()).await;
    let answer =
        bench.batch("17000000010,17000000020,17000000030,17000000040,17000000050", "【云雀】你好").await.json();
    let codes: Vec<_> = answer["data"].as_array().unwrap().iter().map(|e| e["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [10, 0, 0, 17, -53]);
    bench.advance(Duration::from_secs(3600));
    let records = bench.records(&[("type", "all")]).await;
    let statuses: Vec<_> =
        records.iter().map(|r| (r["report_status"].as_str().unwrap(), r["error_msg"].as_str().unwrap())).collect();
    assert_eq!(statuses[0].0, "UNKNOWN");
    assert_eq!(statuses[1].0, "FAIL");
    assert_ne!(statuses[1].1, "");
}

#[tokio::test]
async fn an_opt_out_blacklists_the_number_and_can_be_read() {
    let bench = Bench::start(quiet()).await;
    bench.single("15205201314", "【云雀】你好").await;
    let reply = async |text: &str| {
        let form = [("mobile", "15205201314"), ("text", text)];
        bench.form("/_sandbox/reply", &form).await.status
    };
    assert_eq!(reply("谢谢").await, 204);
    assert_eq!(bench.single("15205201314", "【云雀】再来").await.code(), 0);
    assert_eq!(reply("td").await, 204);
    assert_eq!(bench.single("15205201314", "【云雀】三来").await.code(), 10);
    let page = [
        ("start_time", "1970-01-01 00:00:00"),
        ("end_time", "1970-01-02 00:00:00"),
        ("page_num", "1"),
        ("page_size", "20"),
    ];
    let replies = bench.post("/v2/sms/get_reply.json", &page).await.json();
    let texts: Vec<_> = replies.as_array().unwrap().iter().map(|r| r["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["td", "谢谢"]);
    assert_eq!((&replies[0]["mobile"], &replies[0]["_sign"]), (&json!("15205201314"), &json!("【云雀】")));
    assert_eq!(bench.code("/v2/sms/get_reply.json", &page[..2]).await, 1);
}

#[tokio::test]
async fn the_balance_falls_and_then_refuses() {
    let bench = Bench::start(Settings { balance: Money::from_units(1_000), ..quiet() }).await;
    let answer = bench.batch("15205201311,15205201312,15205201313", "【云雀】你好").await.json();
    let codes: Vec<_> = answer["data"].as_array().unwrap().iter().map(|e| e["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [0, 0, 3]);
    assert_eq!(bench.single("15205201314", "【云雀】你好").await.code(), 3);
    assert_eq!(bench.batch("15205201314", "【云雀】你好").await.code(), 3);
    assert_eq!(bench.post("/v2/user/get.json", &[]).await.json()["balance"], json!(0.0));
}

#[tokio::test]
async fn with_mobile_stat_every_number_has_a_link_of_its_own() {
    let bench = Bench::start(quiet()).await;
    let sid = bench.link("https://a.cn/").await;
    let foreign = "t.cn/AAAAAA";
    let host = bench.base_url().trim_start_matches("http://").to_owned();
    let text = format!("【云雀】https://dx5.cn/{sid} yp2.cn/{sid} http://{host}/{sid} {foreign} dx5.cn/NOTOUR");
    let send = [("mobile", "15205201311,15205201312"), ("text", text.as_str()), ("mobile_stat", "true"), ("uid", "u7")];
    assert_eq!(bench.post("/v2/sms/batch_send.json", &send).await.status, 200);
    let plain = [("mobile", "15205201313"), ("text", text.as_str())];
    assert_eq!(bench.post("/v2/sms/single_send.json", &plain).await.status, 200);
    let ledger = bench.ledger().await;
    let own: Vec<String> =
        ledger[..2].iter().map(|entry| bench::code_after(entry["text"].as_str().unwrap(), "dx5.cn/")).collect();
    assert!(own[0] != own[1] && !own.contains(&sid));
    assert_eq!(ledger[0]["text"], text.replace(&sid, &own[0]));
    assert_eq!(ledger[2]["text"], json!(text));
    assert_eq!(
        (
            &ledger[0]["uid"],
            &ledger[0]["mobile_stat"],
            &ledger[2]["uid"],
            &ledger[2]["mobile_stat"],
            &ledger[0]["mobile"]
        ),
        (&json!("u7"), &json!(true), &json!(null), &json!(false), &json!("15205201311"))
    );
    // A link of another account is foreign.
    let theirs = bench
        .raw(
            "POST",
            "/v2/sms/single_send.json",
            &bench::encode(&[
                ("apikey", OTHER_KEY),
                ("mobile", "15205201319"),
                ("text", &text),
                ("mobile_stat", "true"),
            ]),
        )
        .await;
    assert_eq!(theirs.status, 200);
    assert_eq!(bench.ledger().await[3]["text"], json!(text));
}

#[tokio::test]
async fn a_visit_redirects_and_is_counted_for_the_number_and_the_link() {
    let bench = Bench::start(quiet()).await;
    let sid = bench.link("https://a.cn/路?x=1").await;
    bench.send_with_link(&sid, "15205201311,15205201312").await;
    let own = bench::code_after(bench.ledger().await[0]["text"].as_str().unwrap(), "dx5.cn/");
    let visit = bench.get(&format!("/{own}")).await;
    assert_eq!((visit.status, visit.header("location")), (302, Some("https://a.cn/%E8%B7%AF?x=1")));
    bench.get(&format!("/{own}")).await;
    bench.get(&format!("/{sid}")).await;
    assert_eq!(bench.get("/NOSUCH").await.status, 404);
    assert_eq!(bench.clicked(&sid, &[]).await.len(), 0, "too fresh to be seen");
    bench.advance(Duration::from_secs(5));
    let clicked = bench.clicked(&sid, &[]).await;
    assert_eq!(clicked.len(), 1);
    assert_eq!((&clicked[0]["mobile"], &clicked[0]["count"]), (&json!("15205201311"), &json!(2)));
    let stat = bench.post("/v2/short_url/stat.json", &[("sid", &sid)]).await.json();
    assert_eq!(stat["stat"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>(), 3);
    let series = bench.get(&format!("/v2/short_url/time_series_stats.json?apikey={KEY}&sid={sid}")).await.json();
    let record = &series["records"][0];
    assert_eq!(
        (&record["pv"], &record["uv"], &record["ip"], &series["size"]),
        (&json!(3), &json!(2), &json!(1), &json!(1))
    );
    assert_eq!(record["pt"], "1970-01-01 08:00:00");
}

#[tokio::test]
async fn statistics_of_an_unknown_link_are_refused() {
    let bench = Bench::start(quiet()).await;
    let sid = bench.link("https://a.cn/").await;
    for path in ["/v2/short_url/clicked", "/v2/short_url/clicked.json", "/v2/short_url/stat.json"] {
        assert_eq!(bench.code(path, &[("sid", "NOSUCH")]).await, -55);
        assert_eq!(bench.code(path, &[]).await, 1);
        assert_eq!(bench.code(path, &[("sid", &sid), ("start_time", "yesterday")]).await, 2);
        let theirs = bench::encode(&[("apikey", OTHER_KEY), ("sid", &sid)]);
        assert_eq!(bench.raw("POST", path, &theirs).await.code(), -55, "another account's");
        assert_eq!(bench.code(path, &[("sid", &sid)]).await, 0);
    }
}

#[tokio::test]
async fn a_window_of_zero_days_counts_nothing() {
    let bench = Bench::start(quiet()).await;
    let form = [("long_url", "https://a.cn/"), ("stat_duration", "0")];
    let sid =
        bench.post("/v2/short_url/shorten.json", &form).await.json()["short_url"]["sid"].as_str().unwrap().to_owned();
    assert_eq!(bench.get(&format!("/{sid}")).await.status, 302);
    bench.advance(Duration::from_secs(60));
    assert_eq!(bench.post("/v2/short_url/stat.json", &[("sid", &sid)]).await.json()["stat"], json!({}));
}

#[tokio::test]
async fn the_click_helper_clicks_on_the_latest_link_of_a_number() {
    let bench = Bench::start(quiet()).await;
    let (first, second) = (bench.link("https://a.cn/").await, bench.link("https://b.cn/").await);
    bench.send_with_link(&first, "15205201311").await;
    bench.send_with_link(&second, "15205201311").await;
    let own_first = bench::code_after(bench.ledger().await[0]["text"].as_str().unwrap(), "dx5.cn/");
    let click = |form: Vec<(&'static str, String)>| {
        let bench = &bench;
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
            bench.form("/_sandbox/click", &form).await.status
        }
    };
    let mobile = || ("mobile", "15205201311".to_owned());
    assert_eq!(click(vec![mobile(), ("times", "3".into())]).await, 204);
    assert_eq!(click(vec![mobile(), ("code", own_first)]).await, 204);
    assert_eq!(click(vec![mobile(), ("code", first.clone())]).await, 204);
    assert_eq!(click(vec![("mobile", "15205201399".into())]).await, 404);
    bench.advance(Duration::from_secs(5));
    assert_eq!(bench.clicked(&second, &[]).await[0]["count"], 3);
    assert_eq!(bench.clicked(&first, &[]).await[0]["count"], 2);
}

#[tokio::test]
async fn clickers_come_by_the_page_and_by_the_window() {
    let bench = Bench::start(quiet()).await;
    let sid = bench.link("https://a.cn/").await;
    let numbers: Vec<String> = (0..25).map(|i| (15_205_201_300_u64 + i).to_string()).collect();
    bench.send_with_link(&sid, &numbers.join(",")).await;
    for number in &numbers {
        bench.form("/_sandbox/click", &[("mobile", number)]).await;
        bench.advance(Duration::from_secs(60));
    }
    let mut seen = Vec::new();
    for page in ["1", "2", "3", "4"] {
        let rows = bench.clicked(&sid, &[("page_num", page), ("page_size", "10")]).await;
        seen.extend(rows.iter().map(|row| row["mobile"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen, numbers);
    // The clock began at 08:00 China time: clicks of 08:10:00 to 08:12:00.
    let window = [("start_time", "1970-01-01 08:10:00"), ("end_time", "1970-01-01 08:12:00")];
    let rows = bench.clicked(&sid, &window).await;
    assert_eq!(rows.iter().map(|row| row["mobile"].as_str().unwrap()).collect::<Vec<_>>(), numbers[10..13]);
    assert_eq!(rows[0]["first_click_time"], "1970-01-01 08:10:00");
}

#[tokio::test]
async fn a_number_that_got_the_link_twice_is_one_row() {
    let bench = Bench::start(quiet()).await;
    let sid = bench.link("https://a.cn/").await;
    bench.send_with_link(&sid, "15205201311").await;
    bench.advance(Duration::from_secs(60));
    bench.send_with_link(&sid, "15205201311").await;
    let codes: Vec<_> =
        bench.ledger().await.iter().map(|e| bench::code_after(e["text"].as_str().unwrap(), "dx5.cn/")).collect();
    bench.get(&format!("/{}", codes[1])).await;
    bench.advance(Duration::from_secs(1));
    bench.get(&format!("/{}", codes[0])).await;
    bench.advance(Duration::from_secs(60));
    let rows = bench.clicked(&sid, &[]).await;
    assert_eq!((rows.len(), &rows[0]["count"]), (1, &json!(2)));
}

#[tokio::test]
async fn a_report_is_pulled_once_and_only_when_it_has_come() {
    let bench = Bench::start(quiet()).await;
    let numbers = (0..150).map(|i| (15_205_201_000_u64 + i).to_string()).collect::<Vec<_>>().join(",");
    bench.batch(&numbers, "【云雀】你好").await;
    let pull = async |size: &str| {
        bench.post("/v2/sms/pull_status.json", &[("page_size", size)]).await.json().as_array().unwrap().clone()
    };
    assert_eq!(pull("100").await.len(), 0);
    bench.advance(Duration::from_secs(600));
    let (first, second, third) = (pull("100").await, pull("100").await, pull("100").await);
    assert_eq!(first.len(), 100);
    assert!(second.len() > 30 && third.is_empty());
    let sids: HashSet<i64> = first.iter().chain(&second).map(|r| r["sid"].as_i64().unwrap()).collect();
    assert_eq!(sids.len(), first.len() + second.len());
    assert!(first.iter().all(|r| ["SUCCESS", "FAIL"].contains(&r["report_status"].as_str().unwrap())));
    assert_eq!(bench.code("/v2/sms/pull_status.json", &[("page_size", "101")]).await, 2);
}

#[tokio::test]
async fn records_say_what_was_sent_and_lag_when_told_to() {
    let bench = Bench::start(Settings { records_lag: Duration::from_secs(90), ..quiet() }).await;
    let sid = bench.link("https://a.cn/").await;
    bench.send_with_link(&sid, "15205201311,15205201312").await;
    bench.single("+12025550123", "【云雀】hello").await;
    assert!(bench.records(&[("type", "all")]).await.is_empty());
    bench.advance(Duration::from_secs(90));
    let all = bench.records(&[("type", "all")]).await;
    let domestic = bench.records(&[]).await;
    assert_eq!(domestic.len(), 2);
    assert!(all.len() >= 2);
    let one = bench.records(&[("type", "all"), ("mobile", "15205201311,15205201399")]).await;
    assert_eq!(one.len(), 1);
    assert_eq!(one[0]["text"], bench.ledger().await[0]["text"]);
    assert_eq!(
        (&one[0]["fee"], &one[0]["send_status"], &one[0]["send_time"]),
        (&json!(1), &json!("SUCCESS"), &json!("1970-01-01 08:00:00"))
    );
    let paged = bench.records(&[("page_num", "2"), ("page_size", "1")]).await;
    assert_eq!((paged.len(), &paged[0]["mobile"]), (1, &json!("15205201311")));
    assert_eq!(bench.code("/v2/sms/get_record.json", &[("start_time", "1970-01-01 08:00:00")]).await, 1);
}

#[tokio::test]
async fn templates_signatures_and_black_words_can_be_asked() {
    let bench = Bench::start(quiet()).await;
    let templates = bench.post("/v2/tpl/get.json", &[]).await.json();
    assert!(templates.as_array().unwrap().iter().any(|t| t["check_status"] == "SUCCESS"));
    assert_eq!(bench.post("/v2/tpl/get.json", &[("tpl_id", "1")]).await.json()["tpl_id"], 1);
    assert_eq!(bench.code("/v2/tpl/get.json", &[("tpl_id", "99")]).await, 5);
    let signatures = bench.post("/v2/sign/get.json", &[]).await.json();
    assert_eq!(signatures["total"], signatures["sign"].as_array().unwrap().len());
    assert_eq!(bench.post("/v2/sms/get_black_word.json", &[("text", "【云雀】赌博好")]).await.json(), json!(["赌博"]));
}

#[tokio::test]
async fn requests_are_counted_by_endpoint() {
    let bench = Bench::start(quiet()).await;
    bench.single("15205201311", "【云雀】你好").await;
    bench.single("1", "【云雀】你好").await;
    bench.post("/v2/user/get.json", &[]).await;
    assert_eq!(
        bench.get("/_sandbox/requests").await.json(),
        json!({"/v2/sms/single_send.json": 2, "/v2/user/get.json": 1})
    );
}

#[tokio::test]
async fn every_fault_does_what_it_says() {
    let bench = Bench::start(quiet()).await;
    let mut accepted = 0;
    for (fault, is_accepted) in [
        (Fault::DropBefore(1.0), false),
        (Fault::DropAfter(1.0), true),
        (Fault::Http500Before(1.0), false),
        (Fault::Http500After(1.0), true),
        (Fault::Truncate(1.0), true),
    ] {
        bench.sandbox.set_faults(vec![fault]);
        let mobile = (15_205_201_300_u64 + accepted).to_string();
        let (head, body) = bench
            .bytes(
                "POST",
                "/v2/sms/single_send.json",
                &bench::encode(&[("apikey", KEY), ("mobile", &mobile), ("text", "【云雀】故障")]),
            )
            .await;
        match fault {
            Fault::DropBefore(_) | Fault::DropAfter(_) => assert!(head.is_empty() && body.is_empty(), "{fault:?}"),
            Fault::Truncate(_) => {
                let length: usize = bench::header_of(&head, "content-length").unwrap().parse().unwrap();
                assert!(!body.is_empty() && body.len() == length / 2, "{} of {length}", body.len());
                assert!(head.starts_with("HTTP/1.1 200"));
            }
            _ => assert!(head.starts_with("HTTP/1.1 500") && body.starts_with(b"<html>"), "{fault:?}"),
        }
        accepted += u64::from(is_accepted);
        assert_eq!(bench.ledger().await.len() as u64, accepted, "{fault:?}");
        // Reads meet none of these.
        assert_eq!(bench.post("/v2/user/get.json", &[]).await.status, 200);
    }
    bench.sandbox.set_faults(vec![Fault::Rate(2.0)]);
    let mut codes = Vec::new();
    for i in 0..4 {
        codes.push(bench.single(&(15_205_201_400_u64 + i).to_string(), "【云雀】快").await.code());
    }
    assert_eq!(codes, [0, 0, -5, -5]);
}

#[tokio::test]
async fn a_slow_server_still_answers() {
    let bench = Bench::start(Settings { faults: vec!["slow:20".parse().unwrap()], ..quiet() }).await;
    let began = std::time::SystemTime::now();
    assert_eq!(bench.post("/v2/user/get.json", &[]).await.status, 200);
    assert!(began.elapsed().unwrap() >= Duration::from_millis(20));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    async fn story(seed: u64) -> (String, Vec<serde_json::Value>, serde_json::Value) {
        let bench = Bench::start(Settings { seed, ..Settings::default() }).await;
        let sid = bench.link("https://a.cn/").await;
        let numbers: Vec<String> = (0..400).map(|i| (15_205_201_000_u64 + i).to_string()).collect();
        bench.send_with_link(&sid, &numbers.join(",")).await;
        bench.advance(Duration::from_secs(3600));
        let rows = bench.clicked(&sid, &[("page_size", "1000")]).await;
        let stat =
            bench.post("/v2/short_url/stat.json", &[("sid", &sid), ("start_time", "1970-01-01 00:00:00")]).await.json();
        (sid, rows, stat)
    }
    let (one, again, other) = (story(7).await, story(7).await, story(8).await);
    assert_eq!(one, again);
    assert!(one.0 != other.0 && one.1 != other.1);
    assert!((80..=160).contains(&one.1.len()), "{} of 400 click", one.1.len());
    let clicks: u64 = one.1.iter().map(|row| row["count"].as_u64().unwrap()).sum();
    let total: u64 = one.2["stat"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(clicks, total);
}

#[tokio::test]
async fn looking_early_changes_nothing_that_is_seen_later() {
    async fn story(looks: u64) -> Vec<serde_json::Value> {
        let bench = Bench::start(Settings { audience: 0.8, pace: 20.0, ..Settings::default() }).await;
        let sid = bench.link("https://a.cn/").await;
        for half in 0..2_u64 {
            let numbers: Vec<String> = (0..200).map(|i| (15_205_201_000 + half * 150 + i).to_string()).collect();
            bench.send_with_link(&sid, &numbers.join(",")).await;
            for _ in 0..looks {
                bench.advance(Duration::from_secs(60 / looks));
                bench.clicked(&sid, &[]).await;
            }
        }
        bench.clicked(&sid, &[("page_size", "1000")]).await
    }
    let (often, once) = (story(20).await, story(1).await);
    assert!(once.len() > 100);
    assert_eq!(often, once);
}

#[tokio::test]
async fn nobody_does_anything_without_an_audience() {
    let bench = Bench::start(quiet()).await;
    let sid = bench.link("https://a.cn/").await;
    let numbers: Vec<String> = (0..1000).map(|i| (15_205_201_000_u64 + i).to_string()).collect();
    bench.send_with_link(&sid, &numbers.join(",")).await;
    bench.advance(Duration::from_secs(86_400));
    assert!(bench.clicked(&sid, &[]).await.is_empty());
}

#[tokio::test]
async fn the_past_agrees_with_the_server() {
    let bench = Bench::start(Settings { key: Some(KEY.into()), ..Settings::default() }).await;
    bench.advance(Duration::from_secs(40 * 86_400));
    let history = bench.sandbox.seed_history(bench.now());
    assert!((6..=8).contains(&history.links.len()) && history.campaigns.len() == 6);
    let sizes: Vec<usize> = history.campaigns.iter().map(|c| c.messages.len()).collect();
    assert!(sizes.contains(&1) && sizes.iter().max() > Some(&1_000));
    assert!(history.campaigns.iter().any(|c| !c.mobile_stat));
    assert!(history.campaigns.iter().any(|c| c.messages.iter().any(|m| m.code != 0)));
    let newest = history.campaigns.last().unwrap();
    assert!(bench.now().duration_since(newest.created_at).as_hours() < 6);
    let accepted: HashSet<i64> =
        history.campaigns.iter().flat_map(|c| &c.messages).filter_map(|m| m.sid).map(|s| s.0).collect();
    let ledger: HashSet<i64> = bench.ledger().await.iter().map(|e| e["sid"].as_i64().unwrap()).collect();
    assert_eq!(accepted, ledger);
    for campaign in &history.campaigns {
        let numbers: HashSet<_> = campaign.messages.iter().map(|m| m.mobile).collect();
        assert_eq!(numbers.len(), campaign.messages.len(), "{} writes to somebody twice", campaign.name);
    }
    let rows = bench.clicked(&newest.link_sids[0].0, &[("page_size", "1000")]).await;
    let own: HashSet<String> = newest.messages.iter().map(|m| m.mobile.wire()).collect();
    assert!(rows.len() > 20 && rows.iter().all(|row| own.contains(row["mobile"].as_str().unwrap())));
    let total_only = history.campaigns.iter().find(|c| !c.mobile_stat).unwrap();
    assert!(bench.clicked(&total_only.link_sids[0].0, &[]).await.is_empty());
    // History is told at once, with the reports that the server would give.
    let first = &history.campaigns[0].messages[0];
    let record = &bench.records(&[("mobile", &first.mobile.wire()), ("type", "all")]).await;
    assert!(record.iter().any(|r| r["sid"].as_i64() == first.sid.map(|s| s.0)));
}

#[tokio::test]
async fn a_stopped_sandbox_cuts_its_connections_and_frees_its_port() {
    let bench = Bench::start(quiet()).await;
    let addr = bench.sandbox.addr();
    let mut connection = tokio::net::TcpStream::connect(addr).await.unwrap();
    let head = "GET /_sandbox/requests HTTP/1.1\r\nhost: x\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut connection, head.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut connection, &mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    bench.sandbox.shutdown();
    // Until the end of the stream (or a reset): a connection that stays open would hang here.
    let mut rest = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut connection, &mut rest).await;
    while tokio::net::TcpListener::bind(addr).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn answers_may_be_told_to_use_e164() {
    let bench = Bench::start(Settings { e164_answers: true, ..quiet() }).await;
    assert_eq!(bench.single("15205201314", "【云雀】你好").await.json()["mobile"], "+8615205201314");
}
