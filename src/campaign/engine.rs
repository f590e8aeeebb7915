//! What an operator may do with a campaign, one method each.
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::run::{Run, RunOptions};
use crate::problem::Problem;
use crate::sms::{Campaign, CampaignId, Mobile, Money, Owner, Plan, Preflight, QuietHours};
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
    /// Talking to a sandbox.
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
    /// An engine on a store and a client.
    #[must_use]
    pub fn new(store: Store, client: Client, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        Self { store, client, settings: Arc::new(settings), clock }
    }

    /// What is known about a plan: every check, the fee, the samples. Sends nothing.
    ///
    /// # Errors
    /// The store cannot be read. (An API that cannot be asked is a `warn` row.)
    pub async fn preflight(&self, plan: &Plan, by: &str) -> Result<Preflight, Problem> {
        let _ = (plan, by, &self.settings, &self.client);
        todo!()
    }

    /// Writes a confirmed plan down, whole or not at all: `scheduled` when it starts later, else `running` without an
    /// owner until [`Engine::run`].
    ///
    /// # Errors
    /// The store refuses, or the plan has nobody in it, or a recipient lacks a variable.
    pub async fn create(&self, plan: &Plan, by: &str) -> Result<CampaignId, Problem> {
        let _ = (&self.store, &self.clock);
        let _ = (plan, by);
        todo!()
    }

    /// Claims a campaign and sends what is pending, on tasks of its own. A finished one answers at once.
    ///
    /// # Errors
    /// Somebody else holds it, it was cancelled, quiet hours, a rolled-back journal, or the store refuses.
    pub async fn run(&self, id: CampaignId, options: RunOptions) -> Result<Run, Problem> {
        let _ = (id, options);
        todo!()
    }

    /// Pauses: at once when nobody holds it, else at its owner's next batch.
    ///
    /// # Errors
    /// No such campaign, a state that cannot be paused, or the store refuses.
    pub async fn pause(&self, id: CampaignId, by: &str) -> Result<Campaign, Problem> {
        let _ = (id, by);
        todo!()
    }

    /// Gives up what is pending: at once when nobody holds it, else at its owner's next batch.
    ///
    /// # Errors
    /// As [`Engine::pause`].
    pub async fn cancel(&self, id: CampaignId, by: &str) -> Result<Campaign, Problem> {
        let _ = (id, by);
        todo!()
    }

    /// Makes refused recipients with a retryable code pending again; says how many. [`Engine::run`] sends them.
    ///
    /// # Errors
    /// Somebody else holds it, or the store refuses.
    pub async fn retry(&self, id: CampaignId, by: &str) -> Result<u64, Problem> {
        let _ = (id, by);
        todo!()
    }

    /// Looks the unknown up in the vendor's records (`api/yunpian-v2.md`, "Settling Unknown by records").
    ///
    /// # Errors
    /// Somebody else holds it, the records cannot be read, or the store refuses.
    pub async fn reconcile(&self, id: CampaignId, settle_after: Duration, by: &str) -> Result<Reconciled, Problem> {
        let _ = (id, settle_after, by);
        todo!()
    }

    /// Settles one unknown recipient by an operator's word, which the audit keeps.
    ///
    /// # Errors
    /// Somebody else holds it, the number is not unknown, or the store refuses.
    pub async fn settle(
        &self,
        id: CampaignId,
        mobile: Mobile,
        was_accepted: bool,
        by: &str,
    ) -> Result<Campaign, Problem> {
        let _ = (id, mobile, was_accepted, by);
        todo!()
    }

    /// Asks a live owner to hand over (`None`: it is free now), or says who holds it and has been asked.
    ///
    /// # Errors
    /// No such campaign, or the store refuses.
    pub async fn take_over(&self, id: CampaignId, by: &str) -> Result<Option<Owner>, Problem> {
        let _ = (id, by);
        todo!()
    }

    /// What `watch` should run now: due, handed over, or left by an owner who is gone and was told to go on.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn due(&self) -> Result<Vec<Due>, Problem> {
        todo!()
    }

    /// When the next scheduled campaign starts.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Problem> {
        todo!()
    }
}
