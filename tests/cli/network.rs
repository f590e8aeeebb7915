//! A network that does not carry: each step at which it can fail has a sentence of its own, in both languages; nothing was
//! sent, and everybody of a campaign stays pending.
use std::net::TcpListener;

use serde_json::json;
use tempfile::TempDir;

use crate::scripted::{Scripted, http};
use crate::world::{KEY, Ran, command_in, ran};

/// An address at which nothing can be reached, and what keeps it open.
struct Nowhere {
    home: TempDir,
    url: String,
    _open: Option<TcpListener>,
}

impl Nowhere {
    fn new(url: String, open: Option<TcpListener>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = format!("[profiles.main]\napi_key = \"{KEY}\"\nconnect_timeout = \"200ms\"\ntimeout = \"2s\"\n");
        std::fs::write(home.path().join("config.toml"), config).unwrap();
        Self { home, url, _open: open }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let all = [&["--json", "--config", "config.toml"], args].concat();
        ran(command_in(self.home.path(), &self.url, &all), b"")
    }

    /// A read and a send fail at that step, and say so.
    #[track_caller]
    fn is_told(&self, english: &str, chinese: &str) {
        for (lang, words) in [("en", english), ("zh-CN", chinese)] {
            let failed = self.run(&["--lang", lang, "balance"]).expect(1);
            let error = &failed.json()["error"];
            assert_eq!((&error["kind"], &error["sent"]), (&json!("connect"), &json!("no")), "{failed:?}");
            assert!(error["message"].as_str().unwrap().contains(words), "{words}: {failed:?}");
            assert!(!error["hint"].as_str().unwrap().is_empty() && failed.stderr.contains(words), "{failed:?}");
        }
        let made = self.run(&["shorten", "https://example.com/"]).expect(1).json()["error"].clone();
        assert_eq!((&made["kind"], &made["sent"]), (&json!("connect"), &json!("no")), "{made}");
        let sent = self.run(&["send", "--to", "13800138000", "--text", "【云雀】hi", "--yes"]).expect(1);
        let campaign = &sent.json()["campaign"];
        assert_eq!((&campaign["state"], &campaign["pause"]["reason"]), (&json!("paused"), &json!("not-sent")));
        assert_eq!(
            (&campaign["counts"]["pending"], &campaign["counts"]["unknown"]),
            (&json!(1), &json!(0)),
            "{sent:?}"
        );
    }
}

#[test]
fn a_name_that_nobody_knows() {
    Nowhere::new("http://nonexistent.invalid".to_owned(), None).is_told("name of the API's host", "域名");
}

#[test]
fn a_connection_that_is_refused() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    Nowhere::new(format!("http://{free}"), None).is_told("refused", "拒绝");
}

#[test]
fn a_server_that_speaks_no_tls() {
    let server = Scripted::start(http("200 OK", "application/json", "{}"));
    Nowhere::new(server.url.replace("http://", "https://"), None).is_told("secure connection", "安全连接");
}

#[test]
fn a_handshake_that_is_never_answered() {
    // Nobody accepts: the system takes the connection, and nothing ever comes back.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    Nowhere::new(url, Some(silent)).is_told("in time", "限定时间");
}
