//! A vendor on loopback that does what a test tells it, and remembers every message that it accepted.
//!
//! It speaks HTTP by hand, so that it can cut a connection at any point, and shares nothing with the program.
#![allow(dead_code, reason = "several test binaries use it, each a part of it")]
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::house::TestClock;

/// What happens to one sending request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Accepted and answered.
    Accept,
    /// The connection is cut, nothing was accepted.
    CutBefore,
    /// Accepted, then the connection is cut.
    CutAfter,
    /// HTTP 500, nothing was accepted.
    ErrorBefore,
    /// Accepted, then HTTP 500.
    ErrorAfter,
    /// Accepted, half of the answer, then the connection is cut.
    Truncate,
    /// The whole call is refused.
    Refuse(i32),
    /// Every number is refused by itself.
    RefuseEach(i32),
    /// No answer until the test says [`Vendor::release`]; then accepted.
    Hold,
}

/// The id of the first message.
const FIRST_SID: i64 = 9_000_000_000;

pub struct Message {
    pub sid: i64,
    pub mobile: String,
    pub text: String,
    pub at: Timestamp,
    pub path: String,
    pub uid: Option<String>,
}

type Script = Box<dyn Fn(usize, &[String]) -> Act + Send>;

struct Shared {
    clock: Arc<TestClock>,
    script: Mutex<Script>,
    ledger: Mutex<Vec<Message>>,
    sizes: Mutex<Vec<usize>>,
    sends: AtomicUsize,
    held: AtomicUsize,
    has_records: AtomicBool,
    fails_records: AtomicBool,
    holds_records: AtomicBool,
    /// How old a message must be to be shown, in milliseconds.
    records_lag: AtomicI64,
    /// How a record writes a number, as JSON.
    numbers: Mutex<fn(&str) -> String>,
    /// How many messages, from the first, are reported delivered, and how many after them failed.
    reports: Mutex<(usize, usize)>,
    /// Reports that were pulled, and how often somebody pulled.
    pulled: Mutex<(usize, usize)>,
    arrived: Notify,
    gate: Notify,
}

/// The vendor. Its port closes when it is dropped.
pub struct Vendor {
    pub url: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Vendor {
    pub async fn start(clock: Arc<TestClock>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            clock,
            script: Mutex::new(Box::new(|_, _| Act::Accept)),
            ledger: Mutex::default(),
            sizes: Mutex::default(),
            sends: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            has_records: AtomicBool::new(true),
            fails_records: AtomicBool::new(false),
            holds_records: AtomicBool::new(false),
            records_lag: AtomicI64::new(0),
            numbers: Mutex::new(|mobile| format!("\"{mobile}\"")),
            reports: Mutex::new((usize::MAX, 0)),
            pulled: Mutex::default(),
            arrived: Notify::new(),
            gate: Notify::new(),
        });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let serving = Arc::clone(&serving);
                tokio::spawn(async move { serving.talk(socket).await });
            }
        });
        Self { url, shared, task }
    }

    /// What happens to the n-th sending request, from 0.
    pub fn script(&self, script: impl Fn(usize, &[String]) -> Act + Send + 'static) {
        self.shared.sends.store(0, Ordering::SeqCst);
        *self.shared.script.lock().unwrap() = Box::new(script);
    }

    /// Whether `get_record` shows anything.
    pub fn shows_records(&self, shows: bool) {
        self.shared.has_records.store(shows, Ordering::SeqCst);
    }

    /// Whether `get_record` answers with an error.
    pub fn fails_records(&self, fails: bool) {
        self.shared.fails_records.store(fails, Ordering::SeqCst);
    }

    /// Whether `get_record` waits for [`Vendor::release`] before it answers.
    pub fn holds_records(&self, holds: bool) {
        self.shared.holds_records.store(holds, Ordering::SeqCst);
    }

    /// How old a message must be to be shown by `get_record`.
    pub fn lags(&self, lag: SignedDuration) {
        self.shared.records_lag.store(i64::try_from(lag.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// How a record writes a number, as JSON.
    pub fn writes_numbers(&self, write: fn(&str) -> String) {
        *self.shared.numbers.lock().unwrap() = write;
    }

    /// Accepts a message that no request of ours brought in time: a late one, or one from the vendor's own console.
    pub fn takes_in(&self, mobile: &str, text: &str) {
        let mut ledger = self.shared.ledger.lock().unwrap();
        let sid = FIRST_SID + i64::try_from(ledger.len()).unwrap();
        let (mobile, text, at) = (mobile.to_owned(), text.to_owned(), self.shared.clock.at());
        ledger.push(Message { sid, mobile, text, at, path: String::new(), uid: None });
    }

    /// How often somebody pulled reports.
    pub fn pulls(&self) -> usize {
        self.shared.pulled.lock().unwrap().1
    }

    /// Says another id for the messages of one call.
    pub fn rename(&self, uid: &str, other: &str) {
        for message in self.shared.ledger.lock().unwrap().iter_mut() {
            if message.uid.as_deref() == Some(uid) {
                message.uid = Some(other.to_owned());
            }
        }
    }

    /// So many messages, from the first, are reported delivered, so many after them failed; the rest has no report.
    pub fn reports(&self, delivered: usize, failed: usize) {
        *self.shared.reports.lock().unwrap() = (delivered, failed);
    }

    /// How often each number was accepted.
    pub fn ledger(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for message in self.shared.ledger.lock().unwrap().iter() {
            *counts.entry(message.mobile.clone()).or_default() += 1;
        }
        counts
    }

    pub fn messages<T>(&self, look: impl FnOnce(&[Message]) -> T) -> T {
        look(&self.shared.ledger.lock().unwrap())
    }

    /// Recipients of each sending request so far.
    pub fn sizes(&self) -> Vec<usize> {
        self.shared.sizes.lock().unwrap().clone()
    }

    /// Forgets messages, as a vendor would not: for a number that was never accepted after all.
    pub fn forget_all(&self) {
        self.shared.ledger.lock().unwrap().clear();
    }

    /// Waits until so many requests are held.
    pub async fn holds(&self, requests: usize) {
        loop {
            let arrived = self.shared.arrived.notified();
            if self.shared.held.load(Ordering::SeqCst) >= requests {
                return;
            }
            arrived.await;
        }
    }

    /// Lets the held requests go on.
    pub fn release(&self) {
        self.shared.gate.notify_waiters();
    }
}

impl Shared {
    async fn talk(&self, mut socket: TcpStream) {
        let mut heard = Vec::new();
        loop {
            let Some((path, form)) = read_request(&mut socket, &mut heard).await else { return };
            let answer = match path.as_str() {
                "/v2/sms/single_send.json" | "/v2/sms/batch_send.json" => self.send(&path, &form).await,
                "/v2/sms/get_record.json" if self.fails_records.load(Ordering::SeqCst) => {
                    Some(response("400 Bad Request", r#"{"http_status_code":400,"code":-2,"msg":"no","detail":"no"}"#))
                }
                "/v2/sms/get_record.json" => {
                    if self.holds_records.load(Ordering::SeqCst) {
                        self.wait().await;
                    }
                    Some(ok(&self.records(&form)))
                }
                "/v2/sms/pull_status.json" => Some(ok(&self.pull(&form))),
                "/v2/user/get.json" => Some(ok(r#"{"nick":"test","balance":100.0}"#)),
                "/v2/sign/get.json" => {
                    Some(ok(r#"{"code":0,"total":1,"sign":[{"sign":"【云雀】","check_status":"SUCCESS"}]}"#))
                }
                "/v2/tpl/get.json" | "/v2/sms/get_black_word.json" => Some(ok("[]")),
                "/v2/sms/get_reply.json" => Some(ok(
                    r#"[{"id":"a","mobile":"13800000001","text":"TD","reply_time":"2026-11-23 10:00:00"},{"id":"b","mobile":"13800000002","text":"谢谢","reply_time":"2026-11-23 10:00:00"}]"#,
                )),
                _ => Some(response("404 Not Found", "{}")),
            };
            let Some(answer) = answer else { return };
            if socket.write_all(answer.as_bytes()).await.is_err() || is_cut(&answer) {
                return;
            }
        }
    }

    /// Until the test releases it.
    async fn wait(&self) {
        let released = self.gate.notified();
        tokio::pin!(released);
        released.as_mut().enable();
        self.held.fetch_add(1, Ordering::SeqCst);
        self.arrived.notify_waiters();
        released.await;
    }

    /// The answer of a sending request; `None` to cut the connection.
    async fn send(&self, path: &str, form: &HashMap<String, String>) -> Option<String> {
        let mobiles: Vec<String> = form["mobile"].split(',').map(str::to_owned).collect();
        let text = &form["text"];
        let n = self.sends.fetch_add(1, Ordering::SeqCst);
        let act = (self.script.lock().unwrap())(n, &mobiles);
        self.sizes.lock().unwrap().push(mobiles.len());
        if act == Act::Hold {
            self.wait().await;
        }
        match act {
            Act::CutBefore => return None,
            Act::ErrorBefore => return Some(response("500 Internal Server Error", "<html>oops</html>")),
            Act::Refuse(code) => {
                let body = format!(r#"{{"http_status_code":400,"code":{code},"msg":"no","detail":"no"}}"#);
                return Some(response("400 Bad Request", &body));
            }
            Act::RefuseEach(code) => {
                let entry =
                    |mobile: &String| format!(r#"{{"code":{code},"msg":"no","count":0,"fee":0,"mobile":"{mobile}"}}"#);
                return Some(ok(&batch(&mobiles.iter().map(entry).collect::<Vec<_>>())));
            }
            _ => {}
        }
        let mut entries = Vec::new();
        for mobile in &mobiles {
            let mut ledger = self.ledger.lock().unwrap();
            let sid = FIRST_SID + i64::try_from(ledger.len()).unwrap();
            let own = text.replace("dx5.cn/Ab12", &format!("dx5.cn/own{}", ledger.len()));
            ledger.push(Message {
                sid,
                mobile: mobile.clone(),
                text: own,
                at: self.clock.at(),
                path: path.to_owned(),
                uid: form.get("uid").cloned(),
            });
            entries.push(format!(
                r#"{{"code":0,"msg":"发送成功","count":1,"fee":0.05,"unit":"RMB","mobile":"{mobile}","sid":{sid}}}"#
            ));
        }
        let body = if path.contains("single") { entries.remove(0) } else { batch(&entries) };
        match act {
            Act::CutAfter => None,
            Act::ErrorAfter => Some(response("500 Internal Server Error", "<html>oops</html>")),
            Act::Truncate => {
                let whole = ok(&body);
                Some(whole.chars().take(whole.chars().count() - 30).collect())
            }
            _ => Some(ok(&body)),
        }
    }

    /// What was pulled is gone.
    fn pull(&self, form: &HashMap<String, String>) -> String {
        let size: usize = form["page_size"].parse().unwrap();
        let mut pulled = self.pulled.lock().unwrap();
        pulled.1 += 1;
        let ledger = self.ledger.lock().unwrap();
        let rows: Vec<String> = ledger
            .iter()
            .skip(pulled.0)
            .take(size)
            .map(|message| {
                let (sid, mobile) = (message.sid, &message.mobile);
                let uid = message.uid.as_deref().unwrap_or_default();
                format!(
                    r#"{{"sid":{sid},"uid":"{uid}","mobile":"{mobile}","report_status":"SUCCESS","user_receive_time":"2026-11-23 14:00:05","error_msg":"","error_detail":""}}"#
                )
            })
            .collect();
        pulled.0 += rows.len();
        format!("[{}]", rows.join(","))
    }

    fn records(&self, form: &HashMap<String, String>) -> String {
        assert_eq!(form.get("type").map(String::as_str), Some("all"), "records are asked for with type=all");
        if !self.has_records.load(Ordering::SeqCst) {
            return "[]".to_owned();
        }
        let page: usize = form["page_num"].parse().unwrap();
        let size: usize = form["page_size"].parse().unwrap();
        let asked: Vec<&str> = form.get("mobile").map(|list| list.split(',').collect()).unwrap_or_default();
        let (delivered, failed) = *self.reports.lock().unwrap();
        let status = |sid: i64| match usize::try_from(sid - FIRST_SID).unwrap() {
            n if n < delivered => "SUCCESS",
            n if n < delivered.saturating_add(failed) => "FAIL",
            _ => "UNKNOWN",
        };
        let number = *self.numbers.lock().unwrap();
        let ledger = self.ledger.lock().unwrap();
        let lag = SignedDuration::from_millis(self.records_lag.load(Ordering::SeqCst));
        let now = self.clock.at();
        let wire =
            |at: Timestamp| at.to_zoned_datetime(TimeZone::fixed(offset(8))).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let rows: Vec<String> = ledger
            .iter()
            .filter(|message| asked.is_empty() || asked.contains(&message.mobile.as_str()))
            .filter(|message| now.duration_since(message.at) >= lag)
            .filter(|message| form["start_time"] <= wire(message.at) && wire(message.at) <= form["end_time"])
            .skip((page - 1) * size)
            .take(size)
            .map(|message| {
                format!(
                    r#"{{"sid":"{}","mobile":{},"send_time":"{}","text":"{}","send_status":"SUCCESS","report_status":"{}","fee":1,"user_receive_time":"{}","error_msg":"","uid":"{}"}}"#,
                    message.sid,
                    number(&message.mobile),
                    wire(message.at),
                    message.text,
                    status(message.sid),
                    wire(message.at),
                    message.uid.as_deref().unwrap_or_default()
                )
            })
            .collect();
        format!("[{}]", rows.join(","))
    }
}

fn batch(entries: &[String]) -> String {
    format!(r#"{{"total_count":{},"total_fee":"0.0500","unit":"RMB","data":[{}]}}"#, entries.len(), entries.join(","))
}

/// Less than it says of itself.
fn is_cut(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    !head.ends_with(&format!("content-length: {}", body.len()))
}

fn ok(body: &str) -> String {
    response("200 OK", body)
}

/// Without a `Date`: the clocks of test, program and vendor are one.
fn response(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

async fn read_request(socket: &mut TcpStream, heard: &mut Vec<u8>) -> Option<(String, HashMap<String, String>)> {
    loop {
        if let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heard[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().to_owned()))
                .map_or(0, |n| n.parse::<usize>().unwrap());
            if heard.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&heard[end + 4..end + 4 + length]).into_owned();
                heard.drain(..end + 4 + length);
                let path = head.split_whitespace().nth(1)?.to_owned();
                return Some((path, form(&body)));
            }
        }
        if socket.read_buf(heard).await.ok()? == 0 {
            return None;
        }
    }
}

fn form(body: &str) -> HashMap<String, String> {
    let plain = |text: &str| {
        let bytes = text.as_bytes();
        let (mut out, mut i) = (Vec::new(), 0);
        while i < bytes.len() {
            match bytes[i] {
                b'+' => out.push(b' '),
                b'%' => {
                    out.push(u8::from_str_radix(&text[i + 1..i + 3], 16).unwrap());
                    i += 2;
                }
                byte => out.push(byte),
            }
            i += 1;
        }
        String::from_utf8(out).unwrap()
    };
    body.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (plain(name), plain(value))).collect()
}
