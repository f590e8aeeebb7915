//! What is confirmed and then sent: a draft becomes a [`Plan`] once, and the [`Preflight`] is what was known then.
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Gate, Kind, Mobile, Money, Recipients, RejectReason, Segments, Sid};

/// When a campaign begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At once.
    Now,
    /// Not before this.
    At(Timestamp),
}

/// How fast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pacing {
    /// Recipients a call, 1 to 1000 (the vendor advises 200).
    pub batch_size: u32,
    /// Calls at the same time.
    pub in_flight: u32,
    /// Recipients a second; `None` for as fast as it goes.
    pub rate: Option<NonZeroU32>,
    /// How many go first, before it pauses.
    pub canary: Option<NonZeroU32>,
    /// What lets it go on by itself after the first; `None` for by hand.
    pub gate: Option<Gate>,
}

impl Default for Pacing {
    fn default() -> Self {
        Self { batch_size: 200, in_flight: 4, rate: None, canary: None, gate: None }
    }
}

/// What is confirmed and sent. Cheap to clone: the recipients are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent decisions of the operator, each shown by its name")]
pub struct Plan {
    /// For colleagues.
    pub name: String,
    /// Marketing or notification.
    pub kind: Kind,
    /// The text, signature first, with `{variables}`.
    pub text: String,
    /// Whether every recipient gets a link of their own.
    pub mobile_stat: bool,
    /// The links of ours in the text.
    pub link_sids: Vec<Sid>,
    /// Who gets it.
    pub recipients: Arc<Recipients>,
    /// How fast.
    pub pacing: Pacing,
    /// When.
    pub start: Start,
    /// Marketing outside its hours: an operator's decision, audited.
    pub ignores_quiet_hours: bool,
    /// A test to oneself.
    pub is_test: bool,
    /// When this terminal drops: go on (`watch` takes over) or pause.
    pub goes_on_after_hangup: bool,
}

/// The rows of the pre-flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckName {
    /// There is somebody to write to.
    Recipients,
    /// The text is not empty nor too long.
    Text,
    /// The signature is the account's.
    Signature,
    /// A template of the account matches.
    Template,
    /// The vendor's blocked words.
    BlockedWords,
    /// The link in the text is ours, and fresh.
    Link,
    /// Marketing says how to opt out.
    OptOut,
    /// Marketing keeps its hours.
    QuietHours,
    /// Every variable has a value.
    Variables,
    /// Numbers on the suppression list.
    Suppressed,
    /// The same text to the same number a short while ago.
    Repeat,
    /// The vendor's limit: the same text to the same number a second time within 30 seconds (code 8).
    Within30s,
    /// The same text to the same number a fourth time within 5 minutes (code 9).
    Within5Min,
    /// Too many messages to the same number within an hour (code 22).
    WithinHour,
    /// Too many messages to the same number within a day (code 17).
    WithinDay,
    /// A message to the same people in the last days.
    Recent,
    /// The operator's limit of the day.
    DailyLimit,
    /// The balance covers it.
    Balance,
    /// The store can be written.
    Journal,
    /// Segments by recipient.
    Segments,
}

impl CheckName {
    /// As what the people a row names are left out when an operator says so; `None` where nobody can be.
    #[must_use]
    pub const fn leaves_out_as(self) -> Option<RejectReason> {
        match self {
            Self::Suppressed => Some(RejectReason::OptedOut),
            Self::Variables => Some(RejectReason::LacksValue),
            Self::Repeat | Self::Within30s | Self::Within5Min => Some(RejectReason::Repeated),
            Self::Recent => Some(RejectReason::Recent),
            _ => None,
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// An operator should know; it may go on.
    Warn,
    /// Nothing will be sent like this.
    Block,
}

impl CheckState {
    /// The code of the JSON documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// One row of the pre-flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: CheckName,
    /// What was found.
    pub state: CheckState,
    /// How many recipients (or rows, or characters) it is about; 0 where counting makes no sense.
    pub count: u64,
    /// What a person would want to see behind it: the word, the code, the campaign. Data, not a sentence.
    pub detail: String,
    /// Whom it is about: everybody, so that they can be left out. Shared, as there may be many.
    pub mobiles: Arc<[Mobile]>,
}

/// What was known about a plan when it was shown for confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// The rows, in the order of [`CheckName`].
    pub checks: Vec<Check>,
    /// Recipients.
    pub recipients: u64,
    /// Recipients by the segments of their text, fewest first.
    pub histogram: Vec<(Segments, u64)>,
    /// About what it will cost, and what one segment costs.
    pub fee: Money,
    /// The price of a segment that `fee` is computed with.
    pub price: Money,
    /// What is left now, if the vendor said.
    pub balance: Option<Money>,
    /// What colleagues have running and scheduled and is not billed yet.
    pub committed: Money,
    /// Three recipients' final texts, one of them the longest.
    pub samples: Vec<(Mobile, String)>,
    /// Characters to remove for one segment fewer, and what that saves; `None` when it saves nothing.
    pub saving: Option<(u32, Money)>,
    /// When the last one would be out.
    pub done_at: Option<Timestamp>,
}

impl Plan {
    /// The same for everybody but these, who are noted as left out for `why`. Says nothing of pacing but that a first
    /// few of few make no sense. Takes as long as the list is.
    #[must_use]
    pub fn without(&self, whom: &[Mobile], why: RejectReason) -> Self {
        let whom: HashSet<Mobile> = whom.iter().copied().collect();
        let mut recipients = Recipients::clone(&self.recipients);
        recipients.drop_where(why, |mobile| whom.contains(&mobile));
        let mut pacing = self.pacing.clone();
        pacing.canary = pacing.canary.filter(|canary| recipients.len() > canary.get() as usize);
        // A threshold without a first few has nothing to look at.
        pacing.gate = pacing.gate.filter(|_| pacing.canary.is_some());
        Self { recipients: Arc::new(recipients), pacing, ..self.clone() }
    }
}

impl Preflight {
    /// The worst of all rows.
    #[must_use]
    pub fn worst(&self) -> CheckState {
        self.checks.iter().map(|c| c.state).max().unwrap_or(CheckState::Ok)
    }

    /// What is left when all of it is billed.
    #[must_use]
    pub fn balance_after(&self) -> Option<Money> {
        self.balance.map(|balance| balance - self.committed - self.fee)
    }
}
