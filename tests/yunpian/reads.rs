//! The endpoints that only read, and `shorten`.
use std::os::unix::fs::PermissionsExt as _;

use jiff::Timestamp;
use yunque::problem::{ApiProblem, Expected, Explain as _, Problem, Sent};
use yunque::sms::{Mobile, Money, ReportStatus, Segments, Sid};
use yunque::words::Lang;
use yunque::yunpian::{ApiKey, ClickedShape, Client, Settings};

use crate::common::{KEY, assert_no_key, client, settings};
use crate::server::{Say, Server};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day() -> (Timestamp, Timestamp) {
    (at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z"))
}

fn sid() -> Sid {
    Sid("YRDOnF".to_owned())
}

#[tokio::test]
async fn a_link_is_made_once_with_its_alias() {
    let body = r#"{"code":0,"msg":"OK","short_url":{"sid":"YRDOnF","long_url":"https://www.yunpian.com/","short_url":"https://dx5.cn/YRDOnF","enter_url":"https://dx5.cn/YRDOnF","name":"春季","stat_expire":"2026-02-01 00:00:00"}}"#;
    let server = Server::start([Say::json(200, body), Say::json(503, "{}"), Say::json(200, body)]);
    let client = client(&server.url());
    let link = client.shorten("https://www.yunpian.com/?a=1&b=2", Some("春季"), Some(30)).await.unwrap();
    assert_eq!(
        server.asked()[0].body,
        format!(
            "apikey={KEY}&long_url=https%3A%2F%2Fwww.yunpian.com%2F%3Fa%3D1%26b%3D2&name=%E6%98%A5%E5%AD%A3&stat_duration=30"
        )
    );
    assert_eq!((link.sid, link.short_url.as_str(), link.name.as_str()), (sid(), "https://dx5.cn/YRDOnF", "春季"));
    assert_eq!(link.stat_expire, Some(at("2026-01-31T16:00:00Z")));
    let failed = client.shorten("https://www.yunpian.com/", None, None).await.unwrap_err();
    assert!(
        matches!(&failed, ApiProblem::PerhapsMade(why) if matches!(**why, ApiProblem::Foreign { status: 503, .. }))
    );
    assert_eq!(server.asked().len(), 2, "shorten is not a read: never made again");
}

#[tokio::test]
async fn where_no_answer_says_whether_a_link_was_made_nobody_is_told_to_try_again() {
    let html = Say::html(200, "<html>login</html>");
    let cut = Say::RawThenClose(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"code\":0,".to_vec());
    let hostile = Say::json(200, r#"{"code":0,"short_url":{"sid":"../../x","short_url":"https://dx5.cn/x"}}"#);
    let internal = Say::json(400, r#"{"code":-50,"msg":"internal"}"#);
    for say in [html, cut, hostile, internal, Say::CutAfterRequest, Say::json(200, r#"{"code":0}"#)] {
        let server = Server::start([say.clone()]);
        let failed = client(&server.url()).shorten("https://a.example/", None, None).await.unwrap_err();
        assert!(matches!(failed, ApiProblem::PerhapsMade(_)), "{say:?}: {failed:?}");
        assert_eq!(failed.sent(), Sent::Unknown);
        let sentence = Problem::from(failed).sentence(Lang::En);
        assert!(sentence.contains("The link may have been made. Look at the list of short links"), "{sentence}");
        assert!(!sentence.contains("Nothing was sent"), "{sentence}");
        assert_eq!(server.asked().len(), 1);
    }
    let server = Server::start([Say::json(400, r#"{"code":2,"msg":"no"}"#)]);
    let refused = client(&server.url()).shorten("https://a.example/", None, None).await.unwrap_err();
    assert!(matches!(refused, ApiProblem::Refused { code: 2, .. }), "a plain refusal leaves nobody in doubt");
}

#[tokio::test]
async fn a_link_without_an_address_in_its_answer_is_not_lost() {
    let server = Server::start([
        Say::json(200, r#"{"code":0,"short_url":{"sid":"YRDOnF","enter_url":"https://dx5.cn/YRDOnF"}}"#),
        Say::json(200, r#"{"code":0,"short_url":{"sid":"YRDOnF"}}"#),
    ]);
    let client = client(&server.url());
    let link = client.shorten("https://a.example/", None, None).await.unwrap();
    assert_eq!((link.short_url.as_str(), link.long_url.as_str()), ("https://dx5.cn/YRDOnF", "https://a.example/"));
    let bare = client.shorten("https://a.example/", None, None).await.unwrap_err();
    assert_eq!((bare.clone(), bare.sent()), (ApiProblem::NoAddress { sid: "YRDOnF".to_owned() }, Sent::Yes));
    let sentence = Problem::from(bare).sentence(Lang::En);
    assert!(sentence.contains("made the link YRDOnF") && sentence.contains("do not make it again"), "{sentence}");
}

#[tokio::test]
async fn totals_are_a_series_where_the_keys_are_times_and_counters_elsewhere() {
    let body = r#"{"code":0,"stat":{"2026-01-01 12:00:00":"4","2026-01-01 11:00:00":3,"uv":5}}"#;
    let series = r#"{"records":[{"pt":"2026-01-01 09:00:00","pv":3,"uv":2,"ip":2},{"pt":"2026-01-01 08:00:00","pv":"1"}],"size":2}"#;
    let server = Server::start([
        Say::json(200, body),
        Say::json(200, r#"{"code":0,"stat":{"pv":9,"uv":5}}"#),
        Say::json(200, series),
        Say::json(200, r#"{"code":0,"msg":"OK"}"#),
    ]);
    let client = client(&server.url());
    let (from, to) = day();
    let stat = client.stat(&sid(), from, to).await.unwrap();
    assert_eq!(
        server.asked()[0].body,
        format!("apikey={KEY}&sid=YRDOnF&start_time=2026-01-01+08%3A00%3A00&end_time=2026-01-02+08%3A00%3A00")
    );
    assert_eq!((stat.total(), stat.series[0].at, stat.counters["uv"]), (Some(7), at("2026-01-01T03:00:00Z"), 5));
    assert_eq!(client.stat(&sid(), from, to).await.unwrap().total(), Some(9));
    let series = client.time_series_stats(&sid(), from, to).await.unwrap();
    assert_eq!((series.total(), series.source, series.series[0].clicks), (Some(4), "series", 1));
    let asked = &server.asked()[2];
    assert_eq!(asked.method, "GET");
    let query = "sid=YRDOnF&start_time=2026-01-01+08%3A00%3A00&end_time=2026-01-02+08%3A00%3A00";
    assert_eq!(asked.target, format!("/v2/short_url/time_series_stats.json?apikey={KEY}&{query}"));
    let odd = client.stat(&sid(), from, to).await.unwrap_err();
    assert!(matches!(odd, ApiProblem::Shape { expected: Expected::Stat, .. }));
}

#[tokio::test]
async fn clicks_are_paged_to_the_end_and_summed_by_number() {
    let shape = ClickedShape { page_size: 2, ..ClickedShape::default() };
    let server = Server::start([
        Say::json(
            200,
            r#"{"code":0,"data":{"list":[{"mobile":"13800138000","click_time":"2026-01-01 10:00:00"},{"mobile":13800138001,"count":"3","first_click_time":"2026-01-01 09:00:00","last_click_time":"2026-01-01 09:30:00"}]}}"#,
        ),
        Say::json(200, r#"[{"phone":"+8613800138000","click_time":"2026-01-01 08:00:00"},{"phone":"138****8002"}]"#),
        Say::json(200, r#"{"code":0,"clicked":[{"phone":"138****8002"}]}"#),
    ]);
    let client = Client::new(ApiKey::new(KEY), Settings { clicked: shape, ..settings(&server.url()) }).unwrap();
    let (from, to) = day();
    let answer = client.clicks(&sid(), from, to).await.unwrap();
    assert_eq!(server.asked()[0].target, "/v2/short_url/clicked");
    assert!(server.asked()[1].body.ends_with("&page_num=2&page_size=2"), "{}", server.asked()[1].body);
    let rows: Vec<(String, u32)> = answer.rows.iter().map(|row| (row.mobile.wire(), row.clicks)).collect();
    assert_eq!(rows, [("13800138000".to_owned(), 2), ("13800138001".to_owned(), 3)]);
    assert_eq!(answer.rows[0].first_at, at("2026-01-01T00:00:00Z").as_millisecond());
    assert_eq!(answer.rows[0].last_at, at("2026-01-01T02:00:00Z").as_millisecond());
    assert_eq!((answer.unreadable, answer.is_complete), (1, true));
}

#[tokio::test]
async fn a_server_that_knows_no_pages_is_asked_twice_and_counted_once() {
    let page = r#"{"result":["13800138000","13800138001"]}"#;
    let shape = ClickedShape { page_size: 2, ..ClickedShape::default() };
    let server = Server::start([Say::json(200, page), Say::json(200, page), Say::json(200, page)]);
    let client = Client::new(ApiKey::new(KEY), Settings { clicked: shape, ..settings(&server.url()) }).unwrap();
    let answer = client.clicks(&sid(), day().0, day().1).await.unwrap();
    assert_eq!(answer.rows.iter().map(|row| row.clicks).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn only_an_absent_count_is_one_click_and_one_that_cannot_be_read_is_not_counted() {
    let rows = [
        r#"{"mobile":"13800138000"}"#,
        r#"{"mobile":"13800138001","count":null}"#,
        r#"{"mobile":"13800138002","count":3.0}"#,
        r#"{"mobile":"13800138003","count":"1,234"}"#,
        r#"{"mobile":"13800138004","count":"3次"}"#,
        r#"{"mobile":"13800138005","count":true}"#,
        r#"{"mobile":"13800138006","count":2.5}"#,
        r#"{"mobile":"13800138007","count":-2}"#,
        r#"{"mobile":"13800138008","count":0}"#,
    ];
    let server = Server::start([
        Say::json(200, &format!(r#"{{"code":0,"data":[{}]}}"#, rows.join(","))),
        Say::json(200, r#"{"code":0,"stat":{"pv":3.0,"2026-01-01 11:00:00":"1,000"}}"#),
        Say::json(200, r#"{"records":[{"pt":"2026-01-01 09:00:00","pv":"3.0"}]}"#),
    ]);
    let client = client(&server.url());
    let (from, to) = day();
    let answer = client.clicks(&sid(), from, to).await.unwrap();
    assert_eq!(answer.rows.iter().map(|row| row.clicks).collect::<Vec<_>>(), [1, 1, 3, 1234]);
    assert_eq!((answer.unreadable, answer.is_complete), (4, true));
    let stat = client.stat(&sid(), from, to).await.unwrap();
    assert_eq!((stat.counters["pv"], stat.series[0].clicks), (3, 1000));
    assert_eq!(client.time_series_stats(&sid(), from, to).await.unwrap().total(), Some(3));
}

/// Numbers from the `from`-th on, as a page of `n` rows that says how many there are in all.
fn page_of(from: u32, n: u32, total: u32) -> Say {
    let rows: Vec<String> =
        (from..from + n).map(|i| format!(r#"{{"mobile":"138{:08}","count":1}}"#, 10_000_000 + i)).collect();
    Say::json(200, &format!(r#"{{"code":0,"total":{total},"data":[{}]}}"#, rows.join(",")))
}

#[tokio::test]
async fn a_page_shorter_than_asked_for_is_not_the_last_one_where_the_total_says_more() {
    let server = Server::start([page_of(0, 50, 120), page_of(50, 50, 120), page_of(100, 20, 120)]);
    let answer = client(&server.url()).clicks(&sid(), day().0, day().1).await.unwrap();
    assert_eq!((answer.rows.len(), answer.is_complete, server.asked().len()), (120, true, 3));

    let stingy = Server::start([page_of(0, 50, 120), page_of(0, 50, 120), page_of(0, 50, 120)]);
    let answer = client(&stingy.url()).clicks(&sid(), day().0, day().1).await.unwrap();
    assert_eq!((answer.rows.len(), answer.is_complete, stingy.asked().len()), (50, false, 2), "it brings nothing new");

    let clicks = r#"{"code":0,"total":7,"data":[{"mobile":"13800138000","count":7}]}"#;
    let server = Server::start([Say::json(200, clicks)]);
    let answer = client(&server.url()).clicks(&sid(), day().0, day().1).await.unwrap();
    assert!(answer.is_complete, "a total that counts clicks is as good");
}

#[tokio::test]
async fn names_of_clicked_can_be_overridden() {
    let name = |text: &str| vec![text.to_owned()];
    let shape = ClickedShape {
        path: "v2/other.json".to_owned(),
        sid_name: "short_sid".to_owned(),
        list_fields: name("rows"),
        mobile_fields: name("tel"),
        count_fields: name("n"),
        ..ClickedShape::default()
    };
    let server = Server::start([Say::json(200, r#"{"data":[],"rows":[{"tel":"13800138000","n":4,"count":9}]}"#)]);
    let client = Client::new(ApiKey::new(KEY), Settings { clicked: shape, ..settings(&server.url()) }).unwrap();
    let answer = client.clicks(&sid(), day().0, day().1).await.unwrap();
    assert_eq!(answer.rows[0].clicks, 4);
    assert_eq!(server.asked()[0].target, "/v2/other.json");
    assert!(server.asked()[0].body.contains("&short_sid=YRDOnF&"));
}

#[tokio::test]
async fn an_answer_without_a_list_is_kept_for_a_look_without_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let raw_folder = Some(folder.path().join("raw"));
    let body = format!(r#"{{"code":0,"total":12,"echo":"{KEY}"}}"#);
    let server = Server::start([Say::json(200, &body), Say::json(200, r#"{"data":[{"who":1}]}"#)]);
    let client = Client::new(ApiKey::new(KEY), Settings { raw_folder, ..settings(&server.url()) }).unwrap();
    let problem = client.clicks(&sid(), day().0, day().1).await.unwrap_err();
    let ApiProblem::Shape { expected: Expected::Clicks, raw, saved: Some(path) } = &problem else {
        panic!("{problem:?}");
    };
    assert_eq!(raw, r#"{"code":0,"echo":"[key]","total":12}"#);
    assert_eq!(std::fs::read_to_string(path).unwrap(), *raw);
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    let sentence = Problem::from(problem.clone()).sentence(Lang::En);
    assert!(sentence.contains(path.to_str().unwrap()) && sentence.contains("clicks import"), "{sentence}");
    assert_eq!((problem.kind(), problem.exit()), ("shape", 1));
    let unreadable = client.clicks(&sid(), day().0, day().1).await.unwrap_err();
    assert!(matches!(unreadable, ApiProblem::Shape { .. }), "a list without one readable number");
}

#[tokio::test]
async fn records_are_asked_for_of_every_kind_and_to_the_end() {
    let row = |sid: u64| {
        format!(
            r#"{{"sid":"{sid}","mobile":"13800138000","send_time":"2026-01-01 08:00:01","text":"hi","send_status":"SUCCESS","report_status":"UNKNOWN","fee":1}}"#
        )
    };
    let full: Vec<String> = (1..=100).map(row).collect();
    let last = r#"[{"sid":100,"mobile":"13800138000","text":"hi"},{"sid":9007199254740993,"mobile":"+447400123456","text":"yo","report_status":"FAIL","fee":"2","error_msg":"DB:0103","uid":"c1/7","user_receive_time":"2026-01-01 08:00:05"}]"#;
    let pages = [&*format!("[{}]", full.join(",")), last, "[]"].map(|page| Say::json(200, page));
    let server = Server::start(pages);
    let mobiles = [Mobile::parse("13800138000").unwrap(), Mobile::parse("+447400123456").unwrap()];
    let records = client(&server.url()).records(day().0, day().1, &mobiles).await.unwrap();
    assert_eq!(
        server.asked()[1].body,
        format!(
            "apikey={KEY}&start_time=2026-01-01+08%3A00%3A00&end_time=2026-01-02+08%3A00%3A00&page_num=2&page_size=100&type=all&mobile=13800138000%2C%2B447400123456"
        )
    );
    assert_eq!(records.len(), 101, "the record that moved to page 2 is there once");
    let last = records.last().unwrap();
    assert_eq!((last.sid.0, last.mobile, last.status), (9_007_199_254_740_993, Some(mobiles[1]), ReportStatus::Failed));
    assert_eq!((last.segments, last.error.as_str(), last.uid.as_deref()), (Segments(2), "DB:0103", Some("c1/7")));
    assert_eq!(records[0].status, ReportStatus::NoReport);
    assert_eq!(records[0].send_time, Some(at("2026-01-01T00:00:01Z")));
}

/// Eleven bare digits that begin with 1 are a mainland number or an American one: the one that was asked for is meant.
#[tokio::test]
async fn the_number_of_a_record_is_read_as_the_one_that_was_asked_for() {
    let body = r#"[{"sid":1,"mobile":"14155552600"},{"sid":2,"mobile":14155552600},{"sid":3,"mobile":"447400123456"},{"sid":4,"mobile":"138****8000"},{"sid":5,"mobile":null},{"sid":6}]"#;
    let (american, chinese) = (Mobile::parse("+14155552600").unwrap(), Mobile::parse("14155552600").unwrap());
    let british = Mobile::parse("+447400123456").unwrap();
    for (asked, meant) in [
        (vec![american, british], Some(american)),
        (vec![chinese, british], Some(chinese)),
        (vec![chinese, american, british], None),
    ] {
        let server = Server::start([Say::json(200, body), Say::json(200, "[]")]);
        let records = client(&server.url()).records(day().0, day().1, &asked).await.unwrap();
        let mobiles: Vec<_> = records.iter().map(|record| record.mobile).collect();
        assert_eq!(mobiles, [meant, meant, Some(british), None, None, None], "{asked:?}");
    }
}

/// A vendor that gives fewer rows a page than it was asked for.
#[tokio::test]
async fn a_short_page_does_not_pass_for_the_last() {
    let page = |sid: u32| Say::json(200, &format!(r#"[{{"sid":{sid},"mobile":"13800138000","text":"hi"}}]"#));
    let server = Server::start([page(1), page(2), page(3), Say::json(200, "[]")]);
    let records = client(&server.url()).records(day().0, day().1, &[]).await.unwrap();
    assert_eq!(records.iter().map(|record| record.sid.0).collect::<Vec<_>>(), [1, 2, 3]);
    let reply = |id: u32| Say::json(200, &format!(r#"[{{"id":"{id}","mobile":"13800138000","text":"TD"}}]"#));
    let server = Server::start([reply(1), reply(2), reply(2)]);
    assert_eq!(client(&server.url()).get_reply(day().0, day().1).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_record_without_an_id_is_an_error_not_an_absence() {
    let server = Server::start([Say::json(200, r#"[{"mobile":"13800138000","text":"hi"}]"#)]);
    let problem = client(&server.url()).records(day().0, day().1, &[]).await.unwrap_err();
    assert!(matches!(problem, ApiProblem::Shape { expected: Expected::List, .. }));
}

#[tokio::test]
async fn delivery_reports_are_pulled_once() {
    let body = r#"[{"sid":9527,"uid":null,"user_receive_time":"2026-01-01 08:00:05","error_msg":"","mobile":"13800138000","report_status":"SUCCESS"}]"#;
    let server = Server::start([Say::json(200, body), Say::CutAfterRequest, Say::json(200, body)]);
    let client = client(&server.url());
    let reports = client.pull_status().await.unwrap();
    assert_eq!((reports[0].sid.0, reports[0].status), (9527, ReportStatus::Delivered));
    assert!(matches!(client.pull_status().await, Err(ApiProblem::NoAnswer { is_timeout: false, .. })));
    assert_eq!(server.asked().len(), 2, "pulling consumes: never made again");
}

#[tokio::test]
async fn replies_templates_signatures_and_blocked_words_are_read() {
    let server = Server::start([
        Say::json(
            200,
            r#"[{"id":"a1","mobile":"13800138000","text":"TD","reply_time":"2026-01-01 08:00:05","extend":"","_sign":"云雀"}]"#,
        ),
        Say::json(200, "[]"),
        Say::json(200, r#"[{"tpl_id":7,"tpl_content":"【#company#】#code#","check_status":"SUCCESS","reason":null}]"#),
        Say::json(200, r#"{"code":0,"total":1,"sign":[{"sign":"【云片】","check_status":"SUCCESS"}]}"#),
        Say::json(200, r#"["发票","高利贷"]"#),
        Say::json(200, r#"{"code":0,"msg":"OK","result":{"black_word":"发票,高利贷"}}"#),
    ]);
    let client = client(&server.url());
    let replies = client.get_reply(day().0, day().1).await.unwrap();
    assert_eq!((replies[0].id.as_str(), replies[0].text.as_str()), ("a1", "TD"));
    let templates = client.tpl_get().await.unwrap();
    assert_eq!((templates[0].id, templates[0].content.as_str()), (7, "【#company#】#code#"));
    assert_eq!(client.sign_get().await.unwrap()[0].sign, "【云片】");
    assert_eq!(client.black_words("发票 高利贷").await.unwrap(), ["发票", "高利贷"]);
    assert_eq!(client.black_words("发票 高利贷").await.unwrap(), ["发票", "高利贷"]);
}

#[tokio::test]
async fn a_read_is_made_again_on_what_may_pass_three_times_at_most() {
    let fine = Say::json(200, r#"{"nick":"云雀","balance":12.3456,"alarm_balance":"5"}"#);
    let server = Server::start([Say::html(502, "<html>"), Say::CutAfterRequest, fine.clone()]);
    let account = client(&server.url()).user_get().await.unwrap();
    assert_eq!((account.nick.as_str(), account.balance), ("云雀", Money::from_units(123_456)));
    assert_eq!(account.alarm_balance, Some(Money::from_units(50_000)));
    assert_eq!(server.asked().len(), 3);

    let too_often = Say::json(400, r#"{"code":-5,"msg":"too often"}"#);
    let server = Server::start([too_often, fine.clone()]);
    assert!(client(&server.url()).user_get().await.is_ok());

    let server = Server::start([Say::Slam, Say::Slam, Say::Slam, fine.clone()]);
    assert!(client(&server.url()).user_get().await.is_err());
    assert_eq!(server.connections(), 3);

    let server = Server::start([Say::json(400, r#"{"code":-1,"msg":"bad key","detail":"x"}"#), fine]);
    let refused = client(&server.url()).user_get().await.unwrap_err();
    assert_eq!((refused.code(), refused.exit()), (Some(-1), 3));
    assert_eq!(server.asked().len(), 1, "what will not pass is not asked again");
    assert_no_key(&format!("{refused:?}"));
}

#[tokio::test]
async fn a_compressed_answer_is_read() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\xcb\x4c\xce\x56\xb2\x52\x4a\xaf\x52\xd2\x51\x4a\x4a\xcc\x49\xcc\x4b\x4e\x05\x72\x0d\x8d\xf4\x8c\x4d\x80\x22\x40\x81\xa2\xdc\x78\xb8\xb8\x69\x2d\x00\x2a\x30\x9e\x52\x31\x00\x00\x00";
    let server = Server::start([Say::with(200, "Content-Encoding: gzip\r\n", gzip)]);
    let account = client(&server.url()).user_get().await.unwrap();
    assert_eq!((account.nick.as_str(), account.balance), ("gz", Money::from_units(123_400)));
}
