//! A sandbox on a clock of its own, and an HTTP client of forty lines.
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yunque::sandbox::{Clock, Sandbox, Settings};

pub const KEY: &str = "0123456789abcdef0123456789abcdef";
pub const OTHER_KEY: &str = "ffffffffffffffffffffffffffffffff";

pub struct Bench {
    pub sandbox: Sandbox,
    clock: Arc<AtomicI64>,
}

pub struct Answer {
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    /// The code of an answer; none is success.
    pub fn code(&self) -> i64 {
        let code = self.json().get("code").and_then(Value::as_i64).unwrap_or(0);
        assert_eq!(self.status, if code == 0 { 200 } else { 400 });
        code
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        header_of(&self.head, name)
    }
}

impl Bench {
    pub async fn start(settings: Settings) -> Self {
        let clock = Arc::new(AtomicI64::new(0));
        let shown = Arc::clone(&clock);
        let now = move || Timestamp::from_millisecond(shown.load(Ordering::SeqCst)).unwrap();
        let settings = Settings { clock: Clock::new(now), ..settings };
        Self { sandbox: Sandbox::start("127.0.0.1:0", settings).await.unwrap(), clock }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    pub fn base_url(&self) -> String {
        self.sandbox.base_url()
    }

    /// Head and body as they came, until the server ended the connection.
    pub async fn bytes(&self, method: &str, path: &str, body: &str) -> (String, Vec<u8>) {
        let mut connection = TcpStream::connect(self.sandbox.addr()).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: bench\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded;charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}",
            self.sandbox.addr(),
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut all = Vec::new();
        let _ = connection.read_to_end(&mut all).await;
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").map_or(all.len(), |at| at + 4);
        let body = all.split_off(end);
        (String::from_utf8(all).unwrap(), body)
    }

    pub async fn raw(&self, method: &str, path: &str, body: &str) -> Answer {
        let (head, mut body) = self.bytes(method, path, body).await;
        if header_of(&head, "transfer-encoding") == Some("chunked") {
            body = unchunked(&body);
        }
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.raw("GET", path, "").await
    }

    /// Without a key.
    pub async fn form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.raw("POST", path, &encode(form)).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let form: Vec<_> = [("apikey", KEY)].into_iter().chain(form.iter().copied()).collect();
        self.form(path, &form).await
    }

    pub async fn code(&self, path: &str, form: &[(&str, &str)]) -> i64 {
        self.post(path, form).await.code()
    }

    pub async fn link(&self, long_url: &str) -> String {
        let answer = self.post("/v2/short_url/shorten.json", &[("long_url", long_url)]).await.json();
        answer["short_url"]["sid"].as_str().unwrap().to_owned()
    }

    pub async fn single(&self, mobile: &str, text: &str) -> Answer {
        self.post("/v2/sms/single_send.json", &[("mobile", mobile), ("text", text)]).await
    }

    pub async fn batch(&self, mobiles: &str, text: &str) -> Answer {
        self.post("/v2/sms/batch_send.json", &[("mobile", mobiles), ("text", text)]).await
    }

    pub async fn send_with_link(&self, sid: &str, mobiles: &str) {
        let text = format!("【云雀】会员日，点击 dx5.cn/{sid} 查看");
        let form = [("mobile", mobiles), ("text", text.as_str()), ("mobile_stat", "true")];
        assert_eq!(self.code("/v2/sms/batch_send.json", &form).await, 0);
    }

    pub async fn clicked(&self, sid: &str, form: &[(&str, &str)]) -> Vec<Value> {
        let form: Vec<_> = [("sid", sid)].into_iter().chain(form.iter().copied()).collect();
        self.post("/v2/short_url/clicked", &form).await.json()["data"].as_array().unwrap().clone()
    }

    pub async fn records(&self, form: &[(&str, &str)]) -> Vec<Value> {
        let window = [("start_time", "1970-01-01 00:00:00"), ("end_time", "1999-01-01 00:00:00")];
        let form: Vec<_> = window.into_iter().chain(form.iter().copied()).collect();
        self.post("/v2/sms/get_record.json", &form).await.json().as_array().unwrap().clone()
    }

    pub async fn ledger(&self) -> Vec<Value> {
        self.get("/_sandbox/ledger").await.json().as_array().unwrap().clone()
    }
}

pub fn header_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, v)| v)
}

/// The six characters after `before`.
pub fn code_after(text: &str, before: &str) -> String {
    text.split_once(before).unwrap().1[..6].to_owned()
}

pub fn encode(form: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in form {
        let _ = write!(body, "{}{name}=", if body.is_empty() { "" } else { "&" });
        for byte in value.bytes() {
            let _ = if byte.is_ascii_alphanumeric() {
                write!(body, "{}", char::from(byte))
            } else {
                write!(body, "%{byte:02X}")
            };
        }
    }
    body
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).unwrap(), 16).unwrap();
        body.extend_from_slice(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 4 + size..];
        if size == 0 {
            break;
        }
    }
    body
}
