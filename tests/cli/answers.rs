//! Answers no vendor should give: what came of the call is unknown, never "refused" and never "sent again".
use serde_json::{Value, json};

use crate::scripted::{Answer, Scripted, http};
use crate::world::{KEY, Ran, command_in, ran};

fn send(answer: Answer, to: &str) -> (Ran, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let server = Scripted::start(answer);
    let config =
        format!("[profiles.main]\napi_key_file = \"{}\"\ntimeout = \"2s\"\n", home.path().join("key").display());
    std::fs::write(home.path().join("key"), KEY).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(home.path().join("key"), mode).unwrap();
    std::fs::write(home.path().join("config.toml"), config).unwrap();
    let args = [
        "--json",
        "--config",
        "config.toml",
        "send",
        "--to",
        to,
        "--text",
        "【云雀】hi",
        "--kind",
        "notification",
        "--yes",
    ];
    let mut command = command_in(home.path(), &server.url, &args);
    command.env_remove("YUNQUE_API_KEY");
    let ran = ran(command, b"");
    let sends = server.sends.lock().unwrap().clone();
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
