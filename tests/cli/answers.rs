//! Answers no vendor should give: what came of the call is unknown, never "refused" and never "sent again".
use serde_json::{Value, json};

use crate::scripted::{Answer, Scripted, http, not_permitted};
use crate::world::{KEY, Ran, command_in, ran};

/// A home in which a send ends as the answer lets it.
struct Sent {
    home: tempfile::TempDir,
    server: Scripted,
}

impl Sent {
    fn to(answer: Answer) -> Self {
        let home = tempfile::tempdir().unwrap();
        let server = Scripted::start(answer);
        let key = home.path().join("key");
        let config = format!("[profiles.main]\napi_key_file = \"{}\"\ntimeout = \"2s\"\n", key.display());
        std::fs::write(&key, KEY).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&key, mode).unwrap();
        std::fs::write(home.path().join("config.toml"), config).unwrap();
        Self { home, server }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let all = [&["--config", "config.toml"], args].concat();
        let mut command = command_in(self.home.path(), &self.server.url, &all);
        command.env_remove("YUNQUE_API_KEY");
        ran(command, b"")
    }

    fn send(&self, to: &str, more: &[&str]) -> Ran {
        let send = ["send", "--to", to, "--text", "【云雀】hi", "--kind", "notification", "--yes"];
        self.run(&[&send[..], more].concat())
    }
}

fn send(answer: Answer, to: &str) -> (Ran, Vec<String>) {
    let sent = Sent::to(answer);
    let ran = sent.send(to, &["--json"]);
    let sends = sent.server.sends.lock().unwrap().clone();
    (ran, sends)
}

fn counts(answer: Answer, to: &str, code: i32) -> Value {
    let (ran, sends) = send(answer, to);
    assert_eq!(sends.len(), 1, "one call and no more: {ran:?}");
    ran.expect(code).json()["campaign"]["counts"].clone()
}

#[test]
fn an_answer_that_says_nothing_leaves_the_number_unknown() {
    let redirect = Answer::Bytes(
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/steal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .to_vec(),
    );
    let html = "<html><body>nginx</body></html>";
    for (name, answer) in [
        ("307", redirect),
        ("400 html", http("400 Bad Request", "text/html", html)),
        ("401 html", http("401 Unauthorized", "text/html", html)),
        ("404 html", http("404 Not Found", "text/html", html)),
        ("500 html", http("500 Internal Server Error", "text/html", html)),
        ("502 html", http("502 Bad Gateway", "text/html", html)),
        ("empty", http("200 OK", "application/json", "")),
        ("truncated", http("200 OK", "application/json", r#"{"code":0,"msg":"#)),
        ("wrong types", http("200 OK", "application/json", r#"{"code":"zero","sid":[]}"#)),
        ("an array", http("200 OK", "application/json", "[1,2,3]")),
        ("-50", http("400 Bad Request", "application/json", r#"{"code":-50,"msg":"internal"}"#)),
        ("unlisted", http("400 Bad Request", "application/json", r#"{"code":12345,"msg":"?"}"#)),
        ("cut", Answer::Bytes(Vec::new())),
    ] {
        let counts = counts(answer, "13800138000", 5);
        assert_eq!(counts["unknown"], 1, "{name}: {counts}");
    }
}

#[test]
fn why_nobody_knows_is_told_in_one_line_and_by_number() {
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let sent = Sent::to(Answer::Bytes(redirect.as_bytes().to_vec()));
    let page = sent.send("13800138000,13800138001", &[]).expect(5).stdout;
    assert!(page.contains("1 request got HTTP 307"), "{page}");
    assert!(page.contains("`yunque campaigns reconcile c1 --wait`"), "{page}");
    let shown = sent.run(&["--json", "campaigns", "show", "c1"]).expect(0).json();
    let unknown = &shown["unknown"];
    assert_eq!((&unknown[0]["mobile"], &unknown[0]["why"]), (&json!("+8613800138000"), &json!("HTTP 307")), "{shown}");
    assert_eq!(unknown[1]["mobile"], "+8613800138001");
    assert!(unknown[0]["at"].is_string(), "{shown}");
    let by = &shown["unknown_by"][0];
    assert_eq!((&by["why"], &by["requests"], &by["count"]), (&json!("HTTP 307"), &json!(1), &json!(2)));
    let page = sent.run(&["--lang", "zh-CN", "campaigns", "show", "c1"]).expect(0).stdout;
    assert!(page.contains("1 次请求：HTTP 307") && page.contains("+8613800138001"), "{page}");
    let story = sent.run(&["--json", "find", "13800138001"]).expect(0).json();
    assert_eq!(story["messages"][0]["msg"], "HTTP 307", "{story}");
    let page = sent.run(&["find", "13800138001"]).expect(0).stdout;
    assert!(page.contains("unknown: HTTP 307, a redirect"), "{page}");
    let settled = sent.run(&["--json", "campaigns", "settle", "c1", "13800138001", "accepted"]).expect(0).json();
    assert_eq!(settled["unknown_by"][0]["count"], 1, "{settled}");
}

#[test]
fn a_code_that_says_nothing_is_told_with_its_meaning() {
    let body = r#"{"code":-50,"msg":"busy","detail":""}"#;
    let sent = Sent::to(http("400 Bad Request", "application/json", body));
    let sent = sent.send("13800138000", &["--json"]).expect(5).json();
    assert_eq!(sent["unknown_by"][0]["why"], "HTTP 400, code -50: busy");
    assert_eq!(sent["unknown_by"][0]["meaning"], "code -50: An error inside the vendor's system. busy");
}

#[test]
fn a_refusal_is_told_with_its_code_the_vendor_s_words_and_ours() {
    let body = r#"{"code":10,"msg":"号码在黑名单中","detail":""}"#;
    let sent = Sent::to(http("400 Bad Request", "application/json", body));
    let page = sent.send("13800138000", &[]).expect(4).stdout;
    for words in ["Refused 1, code 10: The number is on", "It said: 号码在黑名单中. It is on the suppression list"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let shown = sent.run(&["--json", "campaigns", "show", "c1"]).expect(0).json();
    assert_eq!((&shown["refused_by"][0]["code"], &shown["refused_by"][0]["count"]), (&json!(10), &json!(1)));
    for row in [&shown["refused"][0], &sent.run(&["--json", "find", "13800138000"]).json()["messages"][0]] {
        assert_eq!(row["msg"], "号码在黑名单中");
        assert!(row["meaning"].as_str().unwrap().starts_with("The number is on"), "{row}");
    }
    let page = sent.run(&["find", "13800138000"]).expect(0).stdout;
    assert!(page.contains("refused, code 10: The number is on"), "{page}");
}

#[test]
fn a_server_that_never_answers_leaves_the_number_unknown() {
    assert_eq!(counts(Answer::Silence, "13800138000", 5)["unknown"], 1);
}

#[test]
fn in_a_batch_each_number_stands_for_itself() {
    let entry = |mobile: &str, sid: u64| json!({"code": 0, "msg": "ok", "count": 1, "fee": 0.05, "mobile": mobile, "unit": "RMB", "sid": sid});
    let refused = json!({"code": 10, "msg": "\u{1b}[31mblack\u{202e}", "count": 0, "fee": 0, "mobile": "13800138003"});
    let data = json!({"total_count": 9, "total_fee": "9.0", "unit": "RMB", "data": [
        entry("13800138000", 1),
        entry("13800138001", 2), entry("13800138001", 3),
        entry("19900009999", 4),
        refused,
    ]});
    let answer = http("200 OK", "application/json", &data.to_string());
    let counts = counts(answer, "13800138000,13800138001,13800138002,13800138003", 5);
    assert_eq!(counts["accepted"], 1, "{counts}");
    assert_eq!(counts["unknown"], 2, "one stood there twice, one was missing: {counts}");
    assert_eq!(counts["refused"], 1, "{counts}");
    assert_eq!(counts["total"], 4, "a stranger's number is not counted: {counts}");
}

#[test]
fn a_vendor_s_refusal_is_told_with_its_words_made_visible() {
    let body = json!({"http_status_code": 400, "code": -1, "msg": "bad\u{1b}]0;pwned\u{7}key", "detail": "\u{202e}x"});
    let (ran, sends) = send(http("400 Bad Request", "application/json", &body.to_string()), "13800138000");
    assert_eq!(sends.len(), 1);
    let ran = ran.expect(3);
    assert!(!ran.stderr.contains('\u{1b}') && !ran.stderr.contains('\u{202e}'), "{ran:?}");
    assert!(!ran.stdout.contains('\u{1b}'), "JSON escapes it: {ran:?}");
}

#[test]
fn tls_to_a_server_that_speaks_none_is_no_connection() {
    let home = tempfile::tempdir().unwrap();
    let server = Scripted::start(http("200 OK", "application/json", "{}"));
    let url = server.url.replace("http://", "https://");
    let ran = ran(command_in(home.path(), &url, &["--json", "balance"]), b"").expect(1);
    assert_eq!(ran.json()["error"]["kind"], "connect", "{ran:?}");
}

fn redirect() -> Answer {
    let head = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    Answer::Bytes(head.as_bytes().to_vec())
}

#[test]
fn where_the_api_does_not_say_who_clicked_the_total_is_shown_and_the_way_to_the_sheet() {
    let html = "<html><body>not found</body></html>";
    for (name, clicked, code) in [
        ("404", http("404 Not Found", "text/html", html), 1),
        ("html", http("200 OK", "text/html", html), 1),
        ("307", redirect(), 1),
        ("-2", not_permitted(), 3),
        ("no list", http("200 OK", "application/json", r#"{"code":0,"total":12}"#), 1),
    ] {
        let stat = http("200 OK", "application/json", r#"{"code":0,"stat":{"pv":5}}"#);
        let server = Scripted::routed(Answer::Silence, vec![("clicked", clicked), ("stat.json", stat)]);
        let home = tempfile::tempdir().unwrap();
        let run = |args: &[&str]| ran(command_in(home.path(), &server.url, args), b"");

        let failed = run(&["--json", "clicks", "YRDOnF"]).expect(code).json()["error"].clone();
        let (message, hint) = (failed["message"].as_str().unwrap(), failed["hint"].as_str().unwrap());
        assert!(message.contains("5 clicks in total"), "{name}: {failed}");
        assert!(hint.contains("yunque clicks import FILE --link YRDOnF"), "{name}: {failed}");
        assert!(hint.contains("Click statistic") && !hint.contains("base_url"), "{name}: {failed}");

        let totals = run(&["--json", "clicks", "YRDOnF", "--totals"]).expect(0).json();
        assert_eq!((&totals["source"], &totals["total"]), (&json!("total-only"), &json!(5)), "{name}: {totals}");
        assert_eq!(totals["totals"]["clicks"], 5, "{name}: {totals}");
        assert!(totals["totals"]["clickers"].is_null() && totals["totals"]["ctr"].is_null(), "{name}: {totals}");
        let page = run(&["clicks", "YRDOnF", "--totals"]).expect(0).stdout;
        assert!(page.contains("Who clicked is not known. 5 in total."), "{name}: {page}");
        assert!(page.contains("yunque clicks import FILE --link YRDOnF"), "{name}: {page}");
    }
}

#[test]
fn the_way_to_the_sheet_can_be_gone_for_a_link_that_was_made_elsewhere() {
    let lost = || http("404 Not Found", "text/html", "<html></html>");
    let server = Scripted::routed(Answer::Silence, vec![("clicked", lost()), ("stat.json", lost())]);
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("sheet.csv"), "手机号,点击次数\n13800138000,3\n").unwrap();
    let run = |args: &[&str]| ran(command_in(home.path(), &server.url, args), b"");
    let import = ["--json", "clicks", "import", "sheet.csv", "--link", "https://dx5.cn/YRDOnF"];

    let refused = run(&import).expect(2).json()["error"].clone();
    assert_eq!((&refused["kind"], &refused["sent"]), (&json!("no-such-link"), &json!("no")));
    assert!(refused["hint"].as_str().unwrap().contains("--made-elsewhere"), "{refused}");
    let zh = ran(command_in(home.path(), &server.url, &[&["--lang", "zh-CN"], &import[1..]].concat()), b"").expect(2);
    assert!(zh.stderr.contains("--made-elsewhere") && zh.stderr.contains("短链"), "{zh:?}");

    let taken = run(&[&import[..], &["--made-elsewhere"]].concat()).expect(0).json();
    assert_eq!(
        (&taken["sid"], &taken["source"], &taken["totals"]["clicks"]),
        (&json!("YRDOnF"), &json!("import"), &json!(3))
    );
    let asked = run(&["--json", "clicks", "YRDOnF"]).expect(0).json();
    assert_eq!(
        (&asked["source"], &asked["numbers"][0]["clicks"]),
        (&json!("import"), &json!(3)),
        "it is the answer now"
    );
    run(&["clicks", "forget", "--link", "YRDOnF"]).expect(0);
    run(&["clicks", "YRDOnF"]).expect(1);
    assert_eq!(run(&["--json", "clicks", "forget", "--link", "YRDOnF"]).expect(2).json()["error"]["kind"], "no-sheet");
}

#[test]
fn where_nothing_of_the_api_is_there_the_base_url_is_named_too() {
    let lost = || http("404 Not Found", "text/html", "<html></html>");
    let routes = vec![("clicked", lost()), ("stat.json", lost()), ("stats.json", lost())];
    let server = Scripted::routed(Answer::Silence, routes);
    let home = tempfile::tempdir().unwrap();
    for totals in [false, true] {
        let mut args = vec!["--json", "clicks", "YRDOnF"];
        args.extend(totals.then_some("--totals"));
        let failed = ran(command_in(home.path(), &server.url, &args), b"").expect(1).json()["error"].clone();
        let hint = failed["hint"].as_str().unwrap();
        assert!(hint.contains("clicks import FILE --link YRDOnF") && hint.contains("base_url"), "{failed}");
    }
}

#[test]
fn called_too_often_a_command_is_to_be_run_again_by_hand() {
    let body = r#"{"http_status_code":400,"code":-5,"msg":"slow down","detail":""}"#;
    let server =
        Scripted::routed(Answer::Silence, vec![("shorten.json", http("400 Bad Request", "application/json", body))]);
    let home = tempfile::tempdir().unwrap();
    let command = command_in(home.path(), &server.url, &["--json", "shorten", "https://a.example/"]);
    let failed = ran(command, b"").expect(3).json()["error"].clone();
    assert!(failed["hint"].as_str().unwrap().contains("run it again"), "{failed}");
}
