//! A desk on a sandbox: one clock for both, moved by hand; its own data directory.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yunque::campaign;
use yunque::config::{Config, Environment, Overrides};
use yunque::desk::Desk;
use yunque::problem::Problem;
use yunque::sandbox::{Clock, Fault, Sandbox, Settings};
use yunque::sms::{CampaignId, Plan};
use yunque::yunpian::ApiKey;

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

#[derive(Debug, Clone)]
struct HandClock(Arc<AtomicI64>);

impl campaign::Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub struct Bench {
    pub desk: Desk,
    sandbox: Sandbox,
    clock: HandClock,
    folder: tempfile::TempDir,
}

pub fn environment() -> Environment {
    Environment {
        config: None,
        profile: None,
        base_url: None,
        data_dir: None,
        team_dir: None,
        api_key: None,
        lang: None,
        is_colorless: false,
        locale: "zh_CN.UTF-8".into(),
        config_dir: "/nowhere".into(),
        user_data_dir: "/nowhere".into(),
        state_dir: std::env::temp_dir().join("yunque-desk-tests"),
        home: "/nowhere".into(),
        user: "lina".into(),
        ssh_client: None,
        time_zone: TimeZone::UTC,
    }
}

impl Bench {
    pub async fn start() -> Self {
        Self::with_faults(Vec::new()).await
    }

    /// A sandbox whose network or server fails so.
    pub async fn with_faults(faults: Vec<Fault>) -> Self {
        let start: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        let clock = HandClock(Arc::new(AtomicI64::new(start.as_millisecond())));
        let shown = clock.clone();
        let settings = Settings {
            audience: 0.0,
            faults,
            clock: Clock::new(move || campaign::Clock::now(&shown)),
            ..Settings::default()
        };
        let sandbox = Sandbox::start("127.0.0.1:0", settings).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let desk = open(&sandbox, &folder, &clock, Some(KEY), |_| {}).unwrap();
        Self { desk, sandbox, clock, folder }
    }

    /// Opens the desk again, with another config.
    pub fn reopen(&mut self, change: impl FnOnce(&mut Config)) {
        self.desk = open(&self.sandbox, &self.folder, &self.clock, Some(KEY), change).unwrap();
    }

    pub fn open_with(&mut self, key: Option<&str>) -> Result<Desk, Problem> {
        open(&self.sandbox, &self.folder, &self.clock, key, |_| {})
    }

    pub fn now(&self) -> Timestamp {
        campaign::Clock::now(&self.clock)
    }

    pub fn advance(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Sends a plan to its end.
    pub async fn sent(&self, plan: &Plan) -> CampaignId {
        let begun = self.desk.start(plan, None).await.unwrap();
        let campaign = begun.run.unwrap().join().await.unwrap();
        assert_eq!(campaign.counts.accepted, campaign.total(), "{campaign:?}");
        begun.id
    }

    /// Clicks as a number on its own link.
    pub async fn click(&self, mobile: &str, code: &str, times: u32) {
        let body = format!("mobile={mobile}&code={code}&times={times}");
        let answer = self.raw("POST", "/_sandbox/click", &body).await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }

    /// Follows a link.
    pub async fn visit(&self, code: &str) {
        let answer = self.raw("GET", &format!("/{code}"), "").await;
        assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    }

    /// How often each endpoint was called, as the sandbox counts.
    pub async fn requests(&self) -> String {
        let answer = self.raw("GET", "/_sandbox/requests", "").await;
        answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
    }

    async fn raw(&self, method: &str, path: &str, body: &str) -> String {
        let mut connection = TcpStream::connect(self.sandbox.addr()).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: bench\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.sandbox.addr(),
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut all = String::new();
        connection.read_to_string(&mut all).await.unwrap();
        all
    }
}

fn open(
    sandbox: &Sandbox,
    folder: &tempfile::TempDir,
    clock: &HandClock,
    key: Option<&str>,
    change: impl FnOnce(&mut Config),
) -> Result<Desk, Problem> {
    let data = folder.path().join("data");
    let mut config = Config::sandbox(&sandbox.base_url(), data, &Overrides::default(), &environment()).unwrap();
    change(&mut config);
    Desk::open_with(config, key.map(ApiKey::new), "lina", Arc::new(clock.clone()))
}
