//! A store, a client and an engine in a folder of their own, against a scripted vendor.
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use yunque::campaign::{Aside, Clock, Engine, Occasion, Run, RunOptions, Settings};
use yunque::sms::{Campaign, CampaignId, Kind, Pacing, Plan, Recipients, Start};
use yunque::store::{Place, Store};
use yunque::yunpian::{ApiKey, Client, Settings as Wire};

use crate::server::{Act, Vendor};

pub const TEXT: &str = "【云雀】开抢 dx5.cn/Ab12 拒收请回复R";

/// A clock that moves when a test says so.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// 14:00 in China.
    pub fn afternoon() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-11-23T14:00:00+08:00".parse().unwrap())))
    }

    pub fn at(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    pub fn forward(&self, by: SignedDuration) {
        let mut at = self.0.lock().unwrap();
        *at += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.at()
    }
}

pub struct House {
    pub engine: Engine,
    pub store: Store,
    pub vendor: Vendor,
    pub clock: Arc<TestClock>,
    pub folder: tempfile::TempDir,
}

pub fn settings() -> Settings {
    Settings { reconnect_after: [Duration::ZERO; 2], ..Settings::default() }
}

pub fn open(folder: &Path) -> Store {
    let place = Place { folder: folder.to_owned(), is_shared: false, is_read_only: false };
    Store::open(&place, Some("test")).unwrap()
}

pub fn engine_on(store: &Store, url: &str, clock: &Arc<TestClock>, settings: Settings) -> Engine {
    let wire = Wire { base_url: url.to_owned(), ..Wire::default() };
    let client = Client::new(ApiKey::new(&"k".repeat(32)), wire).unwrap();
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    Engine::new(store.clone(), client, settings, clock)
}

impl House {
    pub async fn new() -> Self {
        Self::with(settings()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let clock = TestClock::afternoon();
        let vendor = Vendor::start(Arc::clone(&clock)).await;
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let engine = engine_on(&store, &vendor.url, &clock, settings);
        Self { engine, store, vendor, clock, folder }
    }

    /// Creates and runs to the end.
    pub async fn send(&self, plan: &Plan) -> Campaign {
        let id = self.engine.create(plan, "lina").await.unwrap();
        self.start(id, true).await.join().await.unwrap()
    }

    pub async fn start(&self, id: CampaignId, is_first: bool) -> Run {
        self.engine.run(id, options(is_first)).await.unwrap()
    }

    /// A campaign of so many people whose `call`-th call (from 0) is out, its answer held back.
    pub async fn held_at(&self, call: usize, people: u32) -> (CampaignId, Run) {
        self.vendor.script(move |n, _| if n == call { Act::Hold } else { Act::Accept });
        let id = self.engine.create(&plan(people), "lina").await.unwrap();
        let run = self.start(id, true).await;
        self.vendor.holds(1).await;
        (id, run)
    }

    /// The campaign as the store has it.
    pub async fn seen(&self, id: CampaignId) -> Campaign {
        self.store.campaign(id).await.unwrap().unwrap()
    }

    pub async fn watched(&self, id: CampaignId) -> Campaign {
        let options = RunOptions { occasion: Occasion::Watch, ..options(false) };
        self.engine.run(id, options).await.unwrap().join().await.unwrap()
    }

    pub async fn resume(&self, id: CampaignId) -> Campaign {
        self.start(id, false).await.join().await.unwrap()
    }

    /// Tries the refused again; how many, and the campaign as it then stands.
    pub async fn retry(&self, id: CampaignId) -> (u64, Campaign) {
        let (requeued, run) = self.engine.retry(id, options(false)).await.unwrap();
        (requeued, run.join().await.unwrap())
    }

    /// Everybody exactly once, as the vendor saw it.
    pub fn everybody_once(&self, people: usize) {
        let ledger = self.vendor.ledger();
        assert_eq!(ledger.len(), people, "somebody was forgotten");
        assert!(ledger.values().all(|n| *n == 1), "somebody was written to twice");
    }
}

pub fn options(is_first: bool) -> RunOptions {
    RunOptions {
        by: "lina".to_owned(),
        aside: Aside::default(),
        occasion: if is_first { Occasion::First } else { Occasion::Resume },
    }
}

/// A plan for so many people, in batches of ten, one call at a time.
pub fn plan(people: u32) -> Plan {
    let list: Vec<String> = (0..people).map(|i| format!("138{i:08}")).collect();
    Plan {
        name: "test".to_owned(),
        kind: Kind::Marketing,
        text: TEXT.to_owned(),
        mobile_stat: true,
        link_sids: Vec::new(),
        recipients: Recipients::typed(&list.join("\n")).into(),
        pacing: Pacing { batch_size: 10, in_flight: 1, ..Pacing::default() },
        start: Start::Now,
        ignores_quiet_hours: false,
        is_test: false,
        goes_on_after_hangup: false,
    }
}

pub fn paced(people: u32, pacing: Pacing) -> Plan {
    Plan { pacing, ..plan(people) }
}

pub fn some(n: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(n)
}
