//! What the machine is told and what it answers: its whole interface, as data.
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::sms::{Gate, Outcome, PauseReason};

/// How a machine is to go about it. Times are durations since the start of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Recipients a call, 1 to 1000.
    pub batch_size: u32,
    /// Calls at the same time.
    pub in_flight: u32,
    /// Recipients a second.
    pub rate: Option<NonZeroU32>,
    /// How many go first; `None` also once somebody or their gate let the others go. Never inferred from how many were
    /// tried: that says nothing of who looked.
    pub canary: Option<NonZeroU32>,
    /// What lets the others go by itself, its wait cut to what is left of it; `None` for by hand, or once passed.
    pub gate: Option<Gate>,
    /// One call at a time at first, as after a canary.
    pub is_ramp: bool,
    /// Pause above so many percent refused; 100 never does.
    pub refused_percent: u32,
    /// The waits before the second and the third try of a connection.
    pub reconnect_after: [Duration; 2],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch_size: 200,
            in_flight: 4,
            rate: None,
            canary: None,
            gate: None,
            is_ramp: false,
            refused_percent: 50,
            reconnect_after: [Duration::from_secs(1), Duration::from_secs(3)],
        }
    }
}

/// A call of this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The claim is held and the journal read.
    Started,
    /// A call may be made, as far as the rate limit goes.
    Permitted {
        /// Which.
        call: CallId,
    },
    /// The intent of a call is on disk.
    Durable {
        /// Which.
        call: CallId,
    },
    /// The intent of a call could not be written.
    NotDurable {
        /// Which.
        call: CallId,
        /// The store's words.
        why: String,
    },
    /// A call has ended, whatever that means.
    Answered {
        /// Which.
        call: CallId,
        /// One for each recipient of the call, by sequence number.
        outcomes: Vec<(u32, Outcome)>,
        /// Recipients for whom the journal itself explains a code 8 or 9: it holds an accepted message of the same
        /// text to them that is recent enough.
        explained: Vec<u32>,
    },
    /// What a call meant is on disk: those who may be tried again wait for this.
    Recorded {
        /// Which.
        call: CallId,
    },
    /// What a call meant could not be written.
    NotRecorded {
        /// Which.
        call: CallId,
        /// The store's words.
        why: String,
    },
    /// What is reported of the canary so far, after [`Output::Judge`].
    CanaryReported {
        /// Delivered.
        delivered: u64,
        /// Failed.
        failed: u64,
    },
    /// It is on disk that the gate was met: the others may go.
    GateOpened,
    /// That could not be written.
    GateStuck {
        /// The store's words.
        why: String,
    },
    /// The wait for the canary's reports cannot go on: it could not be written down, they cannot be read, or whoever asked
    /// for them broke off.
    ReportsLost {
        /// The store's words.
        why: String,
    },
    /// Somebody or something wants it to pause.
    PauseWished(PauseReason),
    /// An operator gives it up.
    CancelWished,
    /// The time of the last [`Output::WakeAt`] has come.
    Woke,
    /// The wait for answers is over: those still out are in doubt.
    GraceEnded,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Output {
    /// Wait for a permit of the rate limit.
    Ask {
        /// For this call.
        call: CallId,
    },
    /// Make the intent durable.
    Write {
        /// Of this call.
        call: CallId,
        /// For these recipients, ascending. All of them have the same final text.
        runs: Vec<RangeInclusive<u32>>,
    },
    /// Write the request.
    Send {
        /// Of this call.
        call: CallId,
    },
    /// Add to the journal what a call meant.
    Record {
        /// The call.
        call: CallId,
        /// By sequence number; a code 8 or 9 that nothing explains has become [`Outcome::Unknown`].
        outcomes: Vec<(u32, Outcome)>,
    },
    /// The canary is out: say [`Input::CanaryReported`] as reports come, and at the latest then.
    Judge {
        /// When the wait ends.
        by: Duration,
    },
    /// Enough of the canary is delivered: write that down.
    OpenGate {
        /// Reported delivered.
        delivered: u64,
        /// Of so many accepted.
        of: u64,
    },
    /// The vendor says that we call too often.
    SlowDown,
    /// Say [`Input::Woke`] then; a later one replaces an earlier one.
    WakeAt(Duration),
    /// Nothing is out any more and everything is written: write the state down and let go.
    End(Ending),
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nobody is pending, sending or unknown.
    Finished,
    /// Somebody is.
    Paused(PauseReason),
    /// Given up.
    Cancelled,
}
