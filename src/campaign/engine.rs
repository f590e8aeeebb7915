//! The engine: what every method of it works with, and the nouns it gives back.
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::sms::{CampaignId, Money, QuietHours};
use crate::store::Store;
use crate::yunpian::Client;

/// What time it is. The engine never asks the system itself, so that a test decides.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// What a profile decides for its campaigns.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The price of one segment, until the journal shows what is really billed.
    pub price: Money,
    /// When marketing may go out; `None` at any hour. Never binds on a sandbox, where it only warns.
    pub quiet_hours: Option<QuietHours>,
    /// This may be a sandbox. It is believed only once an answer has said so: a tunnel to the real API, or another
    /// server on this machine, keeps the hours.
    pub is_sandbox: bool,
    /// Deliveries by `pull_status`, which consumes them; otherwise by `get_record`.
    pub pull_status: bool,
    /// The hosts of our short links: `dx5.cn`, `yp2.cn`, the sandbox's own.
    pub link_hosts: Vec<String>,
    /// Each call carries an id of ours that the records echo (the account must have `uid` switched on).
    pub has_uid: bool,
    /// Recipients a day and operator, above which a send is blocked.
    pub daily_recipients: Option<u64>,
    /// Money a day and operator, above which a send is blocked.
    pub daily_money: Option<Money>,
    /// A number that had a message within so many days is warned of.
    pub recent_days: u32,
    /// Pause when more than so many percent of the last hundred recipients were refused; 100 never does.
    pub refused_percent: u32,
    /// How long after an attempt the records are believed to be complete.
    pub settle_after: Duration,
    /// The waits before the second and the third try of a connection that could not be made.
    pub reconnect_after: [Duration; 2],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            price: Money::from_units(500),
            quiet_hours: None,
            is_sandbox: false,
            pull_status: false,
            link_hosts: vec!["dx5.cn".to_owned(), "yp2.cn".to_owned()],
            has_uid: false,
            daily_recipients: None,
            daily_money: None,
            recent_days: 3,
            refused_percent: 50,
            settle_after: Duration::from_mins(15),
            reconnect_after: [Duration::from_secs(1), Duration::from_secs(3)],
        }
    }
}

/// What a look into the vendor's records settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// Proved to have been accepted.
    pub accepted: u64,
    /// Proved not to have been: pending again.
    pub absent: u64,
    /// Still unknown.
    pub unsettled: u64,
    /// When another look may settle more; `None` when nothing is left, or only an operator can say.
    pub settles_at: Option<Timestamp>,
}

/// A campaign that `watch` should run now, or show as missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: CampaignId,
    /// Scheduled more than a few minutes ago: never sent late by itself.
    pub is_missed: bool,
}

/// The engine: one for a process, cheap to clone, any task.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) store: Store,
    pub(super) client: Client,
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Engine {
    /// An engine on a store and a client; the store estimates by the engine's price what nothing billed tells.
    #[must_use]
    pub fn new(store: Store, client: Client, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        store.set_price(settings.price);
        Self { store, client, settings: Arc::new(settings), clock }
    }
}

/// `08:00-21:00`.
pub(super) fn hours_text(hours: QuietHours) -> String {
    format!("{}-{}", hours.from.strftime("%H:%M"), hours.until.strftime("%H:%M"))
}
