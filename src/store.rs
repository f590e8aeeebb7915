//! Floor 2: the local database. One writer thread; its interface speaks domain terms, no SQL leaks.
//!
//! ```text
//! caller ──job──▶ channel ──▶ writer thread: BEGIN · every job that waits · COMMIT (WAL, synchronous=FULL) ──reply──▶ callers
//!                             └ so concurrent intents share one fsync (group commit)
//! reader ──query─▶ reader thread(s) with read-only connections: lists never wait behind an fsync
//! ```
//! The journal is append-only: immutable recipients, attempts (the intent, durable before the request is written)
//! and outcomes. A recipient's state is derived from them; nothing is ever set back to pending, a new fact is added.
//!
//! (Signatures below are the contract between rooms; see each doc comment.)
use std::ops::RangeInclusive;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::problem::StoreProblem;
use crate::sms::{
    Campaign, CampaignId, ClickRow, ClickSource, DeliveryReport, Link, MessageSid, Mobile, Outcome, Owner, PauseReason,
    Plan, RecipientState, Record, Refusal, Rejected, Sid, Stat,
};

/// A result of this room.
pub type Result<T> = std::result::Result<T, StoreProblem>;

/// Where the database lives and who may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The data directory.
    pub folder: PathBuf,
    /// A team's: 2770/0660; otherwise 0700/0600.
    pub is_shared: bool,
    /// Open for reading only: every writing method answers [`StoreProblem`]'s read-only variant.
    pub is_read_only: bool,
}

/// A handle on the database; cheap to clone, any thread.
#[derive(Debug, Clone)]
pub struct Store {}

/// The proof that this process owns a campaign: an OS file lock, freed by death. Only its holder may send or settle.
#[derive(Debug)]
pub struct Claim {}

/// Everything but the recipients that a campaign was confirmed with.
pub use crate::sms::Plan as ConfirmedPlan;

/// One call about to be made: the contiguous runs of recipients it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Runs of sequence numbers, from 0, ascending.
    pub runs: Vec<RangeInclusive<u32>>,
    /// Our own clock.
    pub at: Timestamp,
}

/// The id of an attempt in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId(pub i64);

/// An attempt as the journal remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// For whom.
    pub runs: Vec<RangeInclusive<u32>>,
    /// When the intent was written.
    pub at: Timestamp,
}

/// A fact added to the journal about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The call's own outcome.
    Answered(Outcome),
    /// The vendor's records prove that it was accepted; the fee is an estimate.
    FoundAccepted {
        /// The message's id.
        sid: MessageSid,
    },
    /// The vendor's records prove that it was not: pending again.
    FoundAbsent,
    /// An operator says so: accepted (true) or absent (false). Audited.
    SettledByHand(bool),
    /// An operator retries a refused recipient: pending again. Audited.
    Requeued,
}

/// The journal of one campaign, in memory: one byte a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// State of each recipient, by sequence number.
    pub states: Vec<RecipientState>,
    /// The newest attempt of those that are sending or unknown.
    pub open: Vec<Attempt>,
    /// Numbers of calls made so far.
    pub attempts: u64,
}

/// What another process wishes the owner to do at the next batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Pause.
    Pause,
    /// Cancel.
    Cancel,
    /// Pause and give the lock to the operator who asks.
    HandOver,
}

// ---- The interface, as the rooms above may count on it. Bodies come with the store. -----------------------------------
// (`async` methods wait for the writer or a reader thread, never block the runtime.)
impl Store {
    /// Opens (creates, migrates) the database. Blocking. `account` is a fingerprint of the API key (never the key): the
    /// database remembers the first and refuses another's. A network file system, a damaged file or a foreign account
    /// is refused with its own problem; a read-only or full disk opens read-only.
    pub fn open(place: &Place, account: Option<&str>) -> Result<Self> {
        let _ = (place, account);
        todo!()
    }
    /// Whether writing is possible; the reason when it is not.
    pub fn read_only(&self) -> Option<StoreProblem> {
        todo!()
    }

    // links
    /// Remembers a link that was made.
    pub async fn save_link(&self, link: Link) -> Result<()> {
        let _ = link;
        todo!()
    }
    /// All links, newest first, with their last known clicks and campaigns; archived ones only when asked.
    pub async fn links(&self, with_archived: bool) -> Result<Vec<Link>> {
        let _ = with_archived;
        todo!()
    }
    /// One link.
    pub async fn link(&self, sid: &Sid) -> Result<Option<Link>> {
        let _ = sid;
        todo!()
    }

    // campaigns
    /// Creates campaign, recipients, left-out rows and state in ONE transaction: after a kill it is there whole or not at all.
    pub async fn create_campaign(&self, plan: &Plan, by: &str, at: Timestamp) -> Result<CampaignId> {
        let _ = (plan, by, at);
        todo!()
    }
    /// Campaigns, newest first. Counts come from a tally kept in the same transactions as the facts (so a million rows
    /// cost nothing); `doctor --journal` proves the tally.
    pub async fn campaigns(&self, newest: Option<u32>) -> Result<Vec<Campaign>> {
        let _ = newest;
        todo!()
    }
    /// One campaign.
    pub async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>> {
        let _ = id;
        todo!()
    }
    /// What it was confirmed with, recipients left empty.
    pub async fn plan(&self, id: CampaignId) -> Result<Option<Plan>> {
        let _ = id;
        todo!()
    }
    /// Takes the campaign's file lock, or says who holds it.
    pub fn claim(&self, id: CampaignId, by: &str, at: Timestamp) -> Result<std::result::Result<Claim, Owner>> {
        let _ = (id, by, at);
        todo!()
    }
    /// Changes the state.
    pub async fn set_state(
        &self,
        id: CampaignId,
        state: crate::sms::CampaignState,
        pause: Option<PauseReason>,
        at: Timestamp,
    ) -> Result<()> {
        let _ = (id, state, pause, at);
        todo!()
    }
    /// Leaves a wish for the owner, whoever that is.
    pub async fn wish(&self, id: CampaignId, wish: Wish, by: &str, at: Timestamp) -> Result<()> {
        let _ = (id, wish, by, at);
        todo!()
    }
    /// Takes the wish away and returns it.
    pub async fn take_wish(&self, id: CampaignId) -> Result<Option<Wish>> {
        let _ = id;
        todo!()
    }
    /// Refused recipients.
    pub async fn refusals(&self, id: CampaignId, limit: u32) -> Result<Vec<Refusal>> {
        let _ = (id, limit);
        todo!()
    }
    /// Rows that were left out.
    pub async fn rejected(&self, id: CampaignId) -> Result<Vec<Rejected>> {
        let _ = id;
        todo!()
    }

    // the journal (only with a claim)
    /// The journal of a campaign, folded once from the facts.
    pub async fn journal(&self, claim: &Claim) -> Result<Journal> {
        let _ = claim;
        todo!()
    }
    /// Numbers and joined values of a run of recipients.
    pub async fn recipients(&self, id: CampaignId, run: RangeInclusive<u32>) -> Result<Vec<(u32, Mobile, Box<str>)>> {
        let _ = (id, run);
        todo!()
    }
    /// Writes an intent; returns when it is durable (FULL). Concurrent intents share a commit.
    pub async fn intend(&self, claim: &Claim, intent: Intent) -> Result<AttemptId> {
        let _ = (claim, intent);
        todo!()
    }
    /// Adds facts about recipients of an attempt; they ride on the next commit. Await the result only to know it is durable.
    pub async fn add_facts(
        &self,
        claim: &Claim,
        attempt: AttemptId,
        facts: Vec<(u32, Fact)>,
        at: Timestamp,
        by: &str,
    ) -> Result<()> {
        let _ = (claim, attempt, facts, at, by);
        todo!()
    }
    /// The attempts that are sending or unknown and whom they are for, for reconciliation.
    pub async fn unsettled(&self, id: CampaignId) -> Result<Vec<(Attempt, Vec<(u32, Mobile)>)>> {
        let _ = id;
        todo!()
    }
    /// Whether any attempt holds this message id.
    pub async fn holds_message(&self, sid: MessageSid) -> Result<bool> {
        let _ = sid;
        todo!()
    }

    // deliveries, clicks
    /// Remembers delivery states from `get_record`.
    pub async fn save_records(&self, records: Vec<Record>, at: Timestamp) -> Result<()> {
        let _ = (records, at);
        todo!()
    }
    /// Remembers delivery reports from `pull_status`, durable before the next pull.
    pub async fn save_reports(&self, reports: Vec<DeliveryReport>, at: Timestamp) -> Result<()> {
        let _ = (reports, at);
        todo!()
    }
    /// Remembers a look at a link's totals.
    pub async fn save_stat(&self, sid: &Sid, stat: Stat) -> Result<()> {
        let _ = (sid, stat);
        todo!()
    }
    /// The last look at a link's totals.
    pub async fn stat(&self, sid: &Sid) -> Result<Option<Stat>> {
        let _ = sid;
        todo!()
    }
    /// Remembers a look at a link's clicks by number.
    pub async fn save_clicks(&self, sid: &Sid, rows: Vec<ClickRow>, source: ClickSource, at: Timestamp) -> Result<()> {
        let _ = (sid, rows, source, at);
        todo!()
    }
    /// The last look at a link's clicks by number, with its source, when we asked, and when the figures last changed.
    pub async fn clicks(&self, sid: &Sid) -> Result<Option<(Vec<ClickRow>, ClickSource, Timestamp, Timestamp)>> {
        let _ = sid;
        todo!()
    }

    // suppression and audit
    /// Puts numbers on the suppression list; says how many are new.
    pub async fn suppress(&self, numbers: Vec<(Mobile, String)>, at: Timestamp, by: &str) -> Result<u64> {
        let _ = (numbers, at, by);
        todo!()
    }
    /// The whole suppression list.
    pub async fn suppressed(&self) -> Result<std::collections::HashSet<Mobile>> {
        todo!()
    }
    /// Appends to the hash-chained audit: who, when, what (a code), how many, further words.
    pub async fn audit(&self, by: &str, at: Timestamp, what: &'static str, about: &str, count: u64) -> Result<()> {
        let _ = (by, at, what, about, count);
        todo!()
    }
}
