//! One run of a campaign, as its holder sees it: progress comes out, wishes go in.
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::problem::{CampaignProblem, Problem};
use crate::sms::{Campaign, Check, Progress};

/// Who runs, and what an operator decided beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOptions {
    /// The operator.
    pub by: String,
    /// What the operator sets aside.
    pub aside: Aside,
    /// What the run is.
    pub occasion: Occasion,
}

/// What an operator sets aside for one run; each is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Aside {
    /// Marketing outside its hours.
    pub quiet_hours: bool,
    /// The comparison of the journal with the vendor's records, which cannot be read.
    pub records: bool,
}

/// What brings a campaign to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The campaign was created by this process a moment ago: nothing can have been sent of it.
    First,
    /// An operator says that it goes on. Of one that rests after its canary this lets the others go, gate or not.
    Resume,
    /// An operator tries refused recipients again; a gate that was not passed still stands.
    Retry,
    /// `yunque watch` runs it, in whose name it was handed over; a gate stands, and a stop leaves it to the next watch.
    Watch,
}

impl Occasion {
    /// How the audit calls it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::First => "send",
            Self::Resume => "resume",
            Self::Retry => "retry",
            Self::Watch => "watch",
        }
    }
}

/// Why a run is to end before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// Ctrl-C or a signal.
    Interrupted,
    /// The terminal is gone.
    HungUp,
    /// An operator leaves and lets `yunque watch` go on.
    HandOver,
}

/// What the holder of a [`Run`] may tell it.
#[derive(Debug)]
pub(super) enum Wished {
    Pause,
    Cancel,
    Interrupt(Interruption, Duration),
}

/// A campaign that is being sent. Dropping it changes nothing: the run goes on; [`Run::join`] waits for its end.
#[derive(Debug)]
pub struct Run {
    /// How it gets on; closes when the run has ended.
    pub progress: watch::Receiver<Progress>,
    /// Some of those it goes on to got the same text elsewhere since it was confirmed, or wait for it there too: the row
    /// of the pre-flight, for whoever shows this run. Nothing is kept back for it.
    pub doubled: Option<Check>,
    pub(super) wishes: mpsc::UnboundedSender<Wished>,
    pub(super) task: JoinHandle<Result<Campaign, Problem>>,
}

/// Tells a run what to do, from anywhere.
#[derive(Debug, Clone)]
pub struct Reins(mpsc::UnboundedSender<Wished>);

impl Run {
    /// A handle that outlives moves of the run itself.
    #[must_use]
    pub fn reins(&self) -> Reins {
        Reins(self.wishes.clone())
    }

    /// Waits for the end, and gives the campaign as it then stands.
    ///
    /// # Errors
    /// The store could not be read or written at the end.
    pub async fn join(self) -> Result<Campaign, Problem> {
        let id = self.progress.borrow().id;
        self.task.await.unwrap_or_else(|_| Err(CampaignProblem::BrokeOff { id }.into()))
    }
}

impl Reins {
    /// No new call; what is in flight is waited for; then paused.
    pub fn pause(&self) {
        self.tell(Wished::Pause);
    }

    /// No new call; what is in flight is waited for; then cancelled.
    pub fn cancel(&self) {
        self.tell(Wished::Cancel);
    }

    /// No new call; answers are waited for up to `grace`; then paused with the reason.
    pub fn interrupt(&self, why: Interruption, grace: Duration) {
        self.tell(Wished::Interrupt(why, grace));
    }

    fn tell(&self, wish: Wished) {
        // A run that has ended has nothing to stop.
        drop(self.0.send(wish));
    }
}
