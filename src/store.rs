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
    Campaign, CampaignId, ClickRow, ClickSource, DeliveryReport, Link, MessageSid, Mobile, Money, Outcome, Owner,
    PauseReason, Plan, RecipientState, Record, Refusal, Rejected, ReportStatus, Sid, Stat,
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

/// Told when a write is durable: the job is queued already when a method returns this; awaiting it only tells how it
/// went, dropping it changes nothing.
#[must_use = "await it to know that it is durable, or drop it on purpose"]
#[derive(Debug)]
pub struct Durable<T>(std::marker::PhantomData<T>);

impl<T> std::future::Future for Durable<T> {
    type Output = Result<T>;
    fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        todo!()
    }
}

/// One message to a number, its whole story: what [`Store::find`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// The newest attempt at this number; `None` when there was none yet.
    pub at: Option<Timestamp>,
    /// When the campaign was confirmed.
    pub created_at: Timestamp,
    /// Where the recipient stands.
    pub state: RecipientState,
    /// The vendor's code of a refusal; 0 for none.
    pub code: i32,
    /// The vendor's words, or why the outcome is unknown; empty for none.
    pub msg: String,
    /// The message's id.
    pub sid: Option<MessageSid>,
    /// What it cost.
    pub fee: Money,
    /// What became of it, of the accepted.
    pub delivery: ReportStatus,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code; empty for none.
    pub error: String,
    /// Clicks of this number on the campaign's links at the last look.
    pub clicks: u32,
    /// The text with the variables filled in, as it was planned.
    pub text: String,
    /// The campaign counts in total only: nothing can be said of this number's clicks.
    pub is_total_only: bool,
}

/// One recipient of a campaign with all that is known: drill-downs and exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRow {
    /// The place in the campaign, from 0.
    pub seq: u32,
    /// The row of the source, from 1.
    pub row: u32,
    /// Who.
    pub mobile: Mobile,
    /// Values of the columns, joined by [`crate::sms::Recipients::SEPARATOR`].
    pub values: Box<str>,
    /// Where the recipient stands.
    pub state: RecipientState,
    /// The newest attempt or outcome.
    pub at: Option<Timestamp>,
    /// The message's id.
    pub sid: Option<MessageSid>,
    /// What it cost.
    pub fee: Money,
    /// The vendor's code of a refusal; 0 for none.
    pub code: i32,
    /// The vendor's words, or why the outcome is unknown; empty for none.
    pub msg: String,
    /// What became of it, of the accepted.
    pub delivery: ReportStatus,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code; empty for none.
    pub error: String,
}

/// A campaign that wrote to some of the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Which.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// Its newest attempt.
    pub at: Timestamp,
    /// How many of the asked-for numbers it wrote to.
    pub count: u64,
}

/// An accepted message whose carrier is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreported {
    /// The message's id.
    pub sid: MessageSid,
    /// To whom.
    pub mobile: Mobile,
    /// When it was accepted, by our own clock.
    pub at: Timestamp,
}

/// A note on a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What.
    pub text: String,
}

/// A draft: the store does not look into its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub by: String,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// JSON of the room that wrote it.
    pub body: String,
}

/// An entry of the suppression list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Who.
    pub mobile: Mobile,
    /// Why: a code or an operator's words.
    pub why: String,
    /// Since when.
    pub at: Timestamp,
    /// Put there by whom.
    pub by: String,
}

/// A line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number, from 1, without gaps.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The operator.
    pub by: String,
    /// OS user and SSH client, as [`Store::set_caller`] was told; empty when it was not.
    pub caller: String,
    /// What was done: a code.
    pub what: String,
    /// About what: an id, further words.
    pub about: String,
    /// How many.
    pub count: u64,
    /// How much.
    pub money: Money,
}

/// What verifying the audit found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCheck {
    /// Lines that were looked at.
    pub lines: u64,
    /// The first line that is changed, missing or out of place; `None` when the chain holds.
    pub broken_at: Option<i64>,
}

/// What must hold of a journal (`doctor --journal`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// The tally is what the facts add up to.
    TallyIsFold,
    /// Every fact belongs to an attempt that covers its recipient.
    FactsCovered,
    /// A recipient has at most one accepted message unless an operator decided.
    AcceptedOnce,
    /// No attempt was made at a recipient who was not pending.
    AttemptsOnPending,
    /// Recipients and text are those that were confirmed.
    RecipientsUnchanged,
    /// A finished campaign has nobody pending, sending or unknown.
    FinishedIsSettled,
    /// Deliveries add up.
    DeliveriesAddUp,
    /// The audit's chain holds.
    AuditChain,
}

/// One row of `doctor --journal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCheck {
    /// What must hold.
    pub invariant: Invariant,
    /// Whether it does.
    pub is_ok: bool,
    /// Where it does not: campaign, recipient, attempt. Data, not a sentence.
    pub detail: String,
}

/// The one process that may consume something: reports, replies. Freed by death.
#[derive(Debug)]
pub struct ConsumerClaim {}

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
    pub fn intend(&self, claim: &Claim, intent: Intent) -> Durable<AttemptId> {
        let _ = (claim, intent);
        todo!()
    }
    /// Adds facts about recipients of an attempt; they ride on the next commit. Await the result only to know it is durable.
    /// Queued when this returns, whether the result is awaited or not. A fact that cannot follow what is known (an answer
    /// to an accepted one, say) fails the whole call with [`StoreProblem`]'s journal variant.
    pub fn add_facts(
        &self,
        claim: &Claim,
        attempt: AttemptId,
        facts: Vec<(u32, Fact)>,
        at: Timestamp,
        by: &str,
    ) -> Durable<()> {
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

impl Claim {
    /// The campaign.
    pub fn id(&self) -> CampaignId {
        todo!()
    }
}
impl Store {
    // about the store
    /// The data directory.
    pub fn folder(&self) -> &std::path::Path {
        todo!()
    }
    /// Commits so far by this handle: group commit needs fewer of them than jobs.
    pub fn commits(&self) -> u64 {
        todo!()
    }
    /// Who the audit says is calling: OS user and SSH client. The first word counts.
    pub fn set_caller(&self, caller: &str) {
        let _ = caller;
        todo!()
    }
    /// A value of the store's own table of facts about itself and the account.
    pub async fn meta(&self, key: &str) -> Result<Option<String>> {
        let _ = key;
        todo!()
    }
    /// Sets one.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        let _ = (key, value);
        todo!()
    }
    /// A value of the console's view state (filters, widths, selection).
    pub async fn view_state(&self, key: &str) -> Result<Option<String>> {
        let _ = key;
        todo!()
    }
    /// Sets one.
    pub async fn set_view_state(&self, key: &str, value: &str) -> Result<()> {
        let _ = (key, value);
        todo!()
    }

    // links
    /// Puts a link away, or back.
    pub async fn archive_link(&self, sid: &Sid, is_archived: bool) -> Result<()> {
        let _ = (sid, is_archived);
        todo!()
    }
    /// Replaces a link's tags.
    pub async fn retag_link(&self, sid: &Sid, tags: Vec<String>) -> Result<()> {
        let _ = (sid, tags);
        todo!()
    }
    /// Replaces a link's note.
    pub async fn note_link(&self, sid: &Sid, note: &str) -> Result<()> {
        let _ = (sid, note);
        todo!()
    }
    /// Campaigns whose text carries the link, newest first.
    pub async fn campaigns_with_link(&self, sid: &Sid) -> Result<Vec<CampaignId>> {
        let _ = sid;
        todo!()
    }

    // campaigns
    /// Who holds a campaign, or held it when their process died; `None` when nobody does.
    pub fn owner(&self, id: CampaignId) -> Option<Owner> {
        let _ = id;
        todo!()
    }
    /// The fields of an earlier campaign for a new one: the same text and settings, nobody in it, to start at once.
    pub async fn duplicate(&self, id: CampaignId) -> Result<Option<Plan>> {
        let _ = id;
        todo!()
    }
    /// Scheduled campaigns whose time has come, earliest first.
    pub async fn due_campaigns(&self, now: Timestamp) -> Result<Vec<CampaignId>> {
        let _ = now;
        todo!()
    }
    /// Running campaigns that no living process holds.
    pub async fn running_with_dead_owner(&self) -> Result<Vec<CampaignId>> {
        todo!()
    }
    /// Changes the time of a scheduled campaign; `None` for at once.
    pub async fn reschedule(&self, id: CampaignId, starts_at: Option<Timestamp>) -> Result<()> {
        let _ = (id, starts_at);
        todo!()
    }
    /// About what the pending recipients of running and scheduled campaigns will cost at `price` a segment, `except` left out.
    pub async fn committed_elsewhere(&self, price: Money, except: Option<CampaignId>) -> Result<Money> {
        let _ = (price, except);
        todo!()
    }
    /// An operator vouches for a campaign of a restored backup: it may be sent again. Audited.
    pub async fn vouch_for(&self, id: CampaignId, by: &str, at: Timestamp) -> Result<()> {
        let _ = (id, by, at);
        todo!()
    }
    /// Adds a note.
    pub async fn add_note(&self, id: CampaignId, by: &str, at: Timestamp, text: &str) -> Result<()> {
        let _ = (id, by, at, text);
        todo!()
    }
    /// Notes, oldest first.
    pub async fn notes(&self, id: CampaignId) -> Result<Vec<Note>> {
        let _ = id;
        todo!()
    }

    // people
    /// Every message to a number, newest campaign first.
    pub async fn find(&self, mobile: Mobile) -> Result<Vec<FoundMessage>> {
        let _ = mobile;
        todo!()
    }
    /// Up to `limit` recipients from sequence number `from` on, in that state if one is given. The next page begins at
    /// the last one's `seq + 1`; an empty page is the end.
    pub async fn recipients_page(
        &self,
        id: CampaignId,
        state: Option<RecipientState>,
        from: u32,
        limit: u32,
    ) -> Result<Vec<RecipientRow>> {
        let _ = (id, state, from, limit);
        todo!()
    }
    /// Which campaigns wrote to any of these since then, and to how many of them; tests to oneself are left out.
    pub async fn recent_to(&self, mobiles: Vec<Mobile>, since: Timestamp) -> Result<Vec<Overlap>> {
        let _ = (mobiles, since);
        todo!()
    }
    /// Which campaigns sent this text to any of these since then, whoever sent it.
    pub async fn same_text_recently(&self, text: &str, mobiles: Vec<Mobile>, since: Timestamp) -> Result<Vec<Overlap>> {
        let _ = (text, mobiles, since);
        todo!()
    }
    /// Accepted messages since then, to the quarter of an hour, of one operator's campaigns or of all, and what they cost.
    pub async fn sent_today(&self, by: Option<&str>, since: Timestamp) -> Result<(u64, Money)> {
        let _ = (by, since);
        todo!()
    }
    /// Refused recipients by the vendor's code and words, most first.
    pub async fn refusal_counts(&self, id: CampaignId) -> Result<Vec<(i32, String, u64)>> {
        let _ = id;
        todo!()
    }

    // journal
    /// Recomputes everything from the facts and compares (`doctor --journal`); all campaigns, or one.
    pub async fn check_journal(&self, only: Option<CampaignId>) -> Result<Vec<JournalCheck>> {
        let _ = only;
        todo!()
    }

    // deliveries, clicks
    /// Accepted messages without a report, oldest first.
    pub async fn accepted_without_report(&self, id: CampaignId, limit: u32) -> Result<Vec<Unreported>> {
        let _ = (id, limit);
        todo!()
    }
    /// Becomes the one process that consumes `what` (`pull_status`), or says who is.
    pub fn claim_consumer(
        &self,
        what: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<std::result::Result<ConsumerClaim, Owner>> {
        let _ = (what, by, at);
        todo!()
    }
    /// The operator has looked at a link's clicks: what is there now is not new any more.
    pub async fn mark_seen(&self, sid: &Sid) -> Result<()> {
        let _ = sid;
        todo!()
    }

    // suppression, audit, drafts
    /// The suppression list with its reasons, newest first.
    pub async fn suppression_list(&self) -> Result<Vec<Suppression>> {
        todo!()
    }
    /// The entry of one number.
    pub async fn suppression(&self, mobile: Mobile) -> Result<Option<Suppression>> {
        let _ = mobile;
        todo!()
    }
    /// Takes numbers off the list; says how many were on it.
    pub async fn unsuppress(&self, mobiles: Vec<Mobile>) -> Result<u64> {
        let _ = mobiles;
        todo!()
    }
    /// As [`Store::audit`], with an amount of money and a code that need not be static.
    pub async fn audit_money(
        &self,
        by: &str,
        at: Timestamp,
        what: &str,
        about: &str,
        count: u64,
        money: Money,
    ) -> Result<()> {
        let _ = (by, at, what, about, count, money);
        todo!()
    }
    /// The newest lines of the audit, newest first.
    pub async fn audit_lines(&self, newest: u32) -> Result<Vec<AuditLine>> {
        let _ = newest;
        todo!()
    }
    /// Follows the audit's chain from the first line to the last.
    pub async fn verify_audit(&self) -> Result<AuditCheck> {
        todo!()
    }
    /// Saves a draft: a new one when `id` is `None`. Gives its id.
    pub async fn save_draft(&self, id: Option<i64>, body: &str, by: &str, at: Timestamp) -> Result<i64> {
        let _ = (id, body, by, at);
        todo!()
    }
    /// Drafts, last saved first.
    pub async fn drafts(&self) -> Result<Vec<Draft>> {
        todo!()
    }
    /// Throws a draft away.
    pub async fn delete_draft(&self, id: i64) -> Result<()> {
        let _ = id;
        todo!()
    }
}
