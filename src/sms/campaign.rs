//! A campaign as everybody sees it: id, state, counts, progress. A single SMS is a campaign of one.
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::{AtGate, Canary, Mobile, Money, Segments, Sid, TakeOver};

/// The short id that people say on the phone: `c141`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CampaignId(pub i64);

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("c{}", self.0))
    }
}

impl FromStr for CampaignId {
    type Err = ();

    /// Reads `c141` or `141`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix(['c', 'C']).unwrap_or(text);
        digits.parse().ok().filter(|id| *id > 0).map(Self).ok_or(())
    }
}

/// A scheduled campaign that is this much past its time was missed.
pub const LATE: SignedDuration = SignedDuration::from_mins(5);

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CampaignState {
    /// Written, not confirmed.
    Draft,
    /// Confirmed for a time to come.
    Scheduled,
    /// Sending; the owner's lock says whether anybody really is.
    Running,
    /// Not sending; somebody is pending or unknown.
    Paused,
    /// Nobody is pending, sending or unknown.
    Finished,
    /// Given up by an operator; who was pending got nothing.
    Cancelled,
}

impl CampaignState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Scheduled, Self::Running, Self::Paused, Self::Finished, Self::Cancelled];

    /// The code that the store, the JSON documents and the audit keep.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state behind a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Whether the recipients asked for it; quiet hours and opt-out wording bind marketing only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Advertising: the default for more than one recipient.
    Marketing,
    /// A notification: the default for one.
    Notification,
}

impl Kind {
    /// The code that the store, the JSON documents and `--kind` use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Notification => "notification",
        }
    }

    /// The kind behind a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Marketing, Self::Notification].into_iter().find(|kind| kind.code() == code)
    }

    /// What a message to `recipients` numbers is unless somebody says otherwise.
    #[must_use]
    pub const fn default_for(recipients: usize) -> Self {
        if recipients > 1 { Self::Marketing } else { Self::Notification }
    }
}

/// Where one recipient stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecipientState {
    /// Not sent.
    Pending,
    /// An intent is on disk, the answer is not.
    Sending,
    /// The vendor took it.
    Accepted,
    /// The vendor said no.
    Refused,
    /// May have gone out; being looked up.
    Unknown,
}

/// Recipients by state. The five always add up to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not sent.
    pub pending: u64,
    /// Called, not answered.
    pub sending: u64,
    /// Taken by the vendor.
    pub accepted: u64,
    /// Said no to.
    pub refused: u64,
    /// May have gone out.
    pub unknown: u64,
}

impl Counts {
    /// Everybody.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.pending + self.sending + self.accepted + self.refused + self.unknown
    }

    /// Whether everybody has reached a final state.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.pending == 0 && self.sending == 0 && self.unknown == 0
    }

    /// The count of one state, to read or to change.
    pub const fn of_mut(&mut self, state: RecipientState) -> &mut u64 {
        match state {
            RecipientState::Pending => &mut self.pending,
            RecipientState::Sending => &mut self.sending,
            RecipientState::Accepted => &mut self.accepted,
            RecipientState::Refused => &mut self.refused,
            RecipientState::Unknown => &mut self.unknown,
        }
    }
}

/// What the carriers reported of the accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deliveries {
    /// Arrived.
    pub delivered: u64,
    /// Did not arrive.
    pub failed: u64,
    /// Accepted, the carrier is silent.
    pub no_report: u64,
}

/// Why a campaign is not sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PauseReason {
    /// An operator said so.
    Operator,
    /// This operator said so.
    Colleague {
        /// Their name.
        by: String,
    },
    /// Interrupted by Ctrl-C or a signal.
    Interrupted,
    /// The terminal went away, and the campaign was told to pause then.
    HungUp,
    /// The process that was sending died.
    OwnerDied,
    /// Calls in a row got no answer that says anything.
    Ambiguous {
        /// How many in a row, or of the last hundred.
        calls: u32,
    },
    /// The connection could not be made, three times.
    NotSent {
        /// The system's words.
        why: String,
    },
    /// The vendor refused the call as a whole: balance, quota, key, permission, suspension.
    Refused {
        /// The vendor's code.
        code: i32,
        /// The vendor's words.
        msg: String,
    },
    /// Too many numbers were refused.
    RefusalRate {
        /// Refused of the last hundred.
        percent: u32,
    },
    /// Quiet hours began.
    QuietHours,
    /// The first few are out; somebody should look at their delivery.
    Canary,
    /// The first few are out, and fewer of them than their gate wants were reported delivered in its time.
    CanaryMissed {
        /// Percent that the gate wants.
        wanted: u32,
        /// Reported delivered.
        delivered: u64,
        /// Of so many accepted.
        of: u64,
    },
    /// The journal could not be written.
    Journal {
        /// The system's words.
        why: String,
    },
    /// Everybody was tried; some are unknown.
    Unsettled,
}

impl PauseReason {
    /// Whether `yunque watch` goes on by itself with a campaign that was left to it and paused for this.
    #[must_use]
    pub const fn is_for_watch(&self) -> bool {
        matches!(self, Self::HungUp | Self::QuietHours)
    }

    /// Whether this takes the place of a reason that came before it, while the last calls were still out: a reason for which
    /// a person is waited for, in the place of one that says only when the process stopped. Else the first one stands.
    #[must_use]
    pub const fn outranks(&self, before: &Self) -> bool {
        before.is_of_the_process() && !self.is_of_the_process()
    }

    const fn is_of_the_process(&self) -> bool {
        self.is_for_watch() || matches!(self, Self::Interrupted)
    }
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
    /// Pause and leave it to `yunque watch`. Left on a paused campaign, it is what `watch` goes by.
    ToWatch,
}

impl Wish {
    const ALL: [Self; 4] = [Self::Pause, Self::Cancel, Self::HandOver, Self::ToWatch];

    /// The code that the store and the JSON documents keep.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Cancel => "cancel",
            Self::HandOver => "hand-over",
            Self::ToWatch => "to-watch",
        }
    }

    /// The wish behind a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.code() == code)
    }
}

/// Who holds a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The operator.
    pub by: String,
    /// Their process.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
    /// Whether the lock is held now: freed by death, not by time.
    pub is_alive: bool,
}

/// A campaign, summed up: a row of the list, the head of its page, the JSON document `campaign`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, shown by its name")]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// For colleagues.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// Marketing or notification.
    pub kind: Kind,
    /// Where it stands.
    pub state: CampaignState,
    /// Why it is paused.
    pub pause: Option<PauseReason>,
    /// The text, with its variables.
    pub text: String,
    /// Whether every recipient has a link of their own.
    pub mobile_stat: bool,
    /// A test to oneself: kept out of the figures.
    pub is_test: bool,
    /// The links of ours in the text.
    pub link_sids: Vec<Sid>,
    /// When it was confirmed.
    pub created_at: Timestamp,
    /// When it may start, if not at once.
    pub starts_at: Option<Timestamp>,
    /// The first intent.
    pub first_at: Option<Timestamp>,
    /// The last outcome.
    pub last_at: Option<Timestamp>,
    /// Recipients by state.
    pub counts: Counts,
    /// Reports of the accepted.
    pub deliveries: Deliveries,
    /// Rows of the source that hold no usable number.
    pub rejected_rows: u64,
    /// Rows that repeat a number.
    pub duplicate_rows: u64,
    /// Recipients left out because they opted out.
    pub opted_out: u64,
    /// Recipients whom the operator took out of this send at the review.
    pub taken_out: u64,
    /// The most segments any recipient's text has.
    pub segments: Segments,
    /// What was billed so far.
    pub fee: Money,
    /// Part of `fee` is an estimate: settled by records, which do not say the price.
    pub is_fee_estimated: bool,
    /// Its canary, if it has one.
    pub canary: Option<Canary>,
    /// `yunque watch` goes on with it when its owner is gone, and when quiet hours that paused it are over: it was
    /// handed over, scheduled, or told to go on when its terminal drops.
    pub is_handed_over: bool,
    /// Who holds it, if anybody.
    pub owner: Option<Owner>,
    /// The newest note: when, by whom, what.
    pub note: Option<(Timestamp, String, String)>,
    /// What was asked of whoever sends it, and is not done yet; `None` unless it is running.
    pub wish: Option<Wish>,
    /// The question of a colleague who wants to go on with it, as long as it means anything.
    pub take_over: Option<TakeOver>,
}

impl Campaign {
    /// Everybody it is for.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.counts.total()
    }

    /// When the vendor's records may be believed about those who are unknown: `settle` after the last outcome. `None`
    /// while nobody is unknown.
    #[must_use]
    pub fn settles_at(&self, settle: SignedDuration) -> Option<Timestamp> {
        let last = self.last_at.or(self.first_at).filter(|_| self.counts.unknown > 0)?;
        last.checked_add(settle).ok()
    }

    /// Whether its time went by and nobody sent it: it is never sent late by itself.
    #[must_use]
    pub fn is_missed(&self, now: Timestamp) -> bool {
        let late = |at: Timestamp| now.duration_since(at) > LATE;
        self.state == CampaignState::Scheduled && self.starts_at.is_some_and(late)
    }

    /// Its gate, as long as the first few are out and the others wait for their reports.
    #[must_use]
    pub fn at_gate(&self) -> Option<AtGate> {
        let canary = self.canary.filter(|canary| !canary.is_passed && self.state == CampaignState::Running)?;
        let (delivered, of) = (self.deliveries.delivered, self.counts.accepted);
        Some(AtGate { gate: canary.gate?, delivered, of, until: canary.until? })
    }

    /// Whether so many were tried that the canary is out, and nobody has let the others go yet.
    #[must_use]
    pub fn waits_after_canary(&self) -> bool {
        let tried = self.counts.total() - self.counts.pending;
        self.canary.is_some_and(|canary| !canary.is_passed && tried >= u64::from(canary.first.get()))
    }

    /// Whether `yunque watch` goes on with it by itself: at its next look, or when quiet hours are over.
    #[must_use]
    pub fn waits_for_watch(&self) -> bool {
        let is_left = self.state == CampaignState::Paused && self.is_handed_over && self.counts.pending > 0;
        is_left && self.pause.as_ref().is_some_and(PauseReason::is_for_watch)
    }

    /// Whether it rests with people unknown whom the records may settle: paused, and held by nobody.
    #[must_use]
    pub fn waits_for_records(&self) -> bool {
        let is_held = self.owner.as_ref().is_some_and(|owner| owner.is_alive);
        self.state == CampaignState::Paused && self.counts.unknown > 0 && !is_held
    }
}

/// One refused recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Who.
    pub mobile: Mobile,
    /// The vendor's code.
    pub code: i32,
    /// The vendor's words.
    pub msg: String,
}

/// How far a look into the vendor's records has come. Latest wins; nobody waits for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Whose unknown are looked up.
    pub id: CampaignId,
    /// So many were.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// How a running campaign gets on. Latest wins; nobody waits for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which.
    pub id: CampaignId,
    /// Where it stands.
    pub state: CampaignState,
    /// Why it is paused.
    pub pause: Option<PauseReason>,
    /// Recipients by state.
    pub counts: Counts,
    /// What was billed so far.
    pub fee: Money,
    /// Recipients a second, over the last ten; 0 when not sending.
    pub rate: u32,
    /// When the last pending one will be out, at this rate.
    pub done_at: Option<Timestamp>,
    /// The gate it waits at, after its canary.
    pub gate: Option<AtGate>,
    /// A colleague asks for it, and waits for the answer of whoever sits here.
    pub asked: Option<Box<TakeOver>>,
}
