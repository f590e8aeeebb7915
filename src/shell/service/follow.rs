//! What goes on behind what is on screen: a run's progress, the carriers' reports, the totals of the links.
use std::sync::PoisonError;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{mpsc, watch};

use super::DeskService;
use crate::app::{Event, Thing};
use crate::campaign::Run;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::shell::run::Inbound;
use crate::sms::{CampaignId, Progress};

/// At most so often a second the screen hears of a campaign's progress (the last is always heard).
const PROGRESS_EVERY: Duration = Duration::from_millis(250);
/// When delivery reports are asked for after a run has begun, one wait after the other.
const REPORTS_AFTER: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
];
/// The least time between two rounds of looks at the links' totals.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(60);

impl DeskService {
    /// Keeps a run's reins and tells the core how it gets on.
    pub(super) fn follow(&self, id: CampaignId, run: &Run) -> CampaignId {
        let progress = run.progress.clone();
        let mut runs = self.0.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|_, (_, progress)| progress.has_changed().is_ok());
        runs.insert(id, (run.reins(), progress.clone()));
        // Before the answer that it has begun: from now on quitting asks.
        let begun = run.progress.borrow().clone();
        drop(self.0.inbox.send(Inbound::Event(Event::Progressed(begun))));
        if let Some(doubled) = run.doubled.clone() {
            drop(self.0.inbox.send(Inbound::Event(Event::Doubled(id, doubled))));
        }
        tokio::spawn(tell_progress(progress, self.0.inbox.clone()));
        let service = self.clone();
        tokio::spawn(async move { service.follow_deliveries(id).await });
        id
    }

    /// After a run: the carriers' reports, fetched a few times while they come in. Bounded: then `r` and `watch` ask.
    async fn follow_deliveries(&self, id: CampaignId) {
        let Some(desk) = self.workplace().desk else { return };
        for wait in REPORTS_AFTER {
            tokio::time::sleep(wait).await;
            match self.read_reports(&desk, id).await {
                Ok(0) => {}
                Ok(_) => drop(self.0.inbox.send(Inbound::Event(Event::Changed(Thing::Campaigns)))),
                Err(problem) => tracing::warn!(%problem, campaign = %id, "the delivery reports could not be fetched"),
            }
        }
    }

    /// Reads the reports of one campaign, and remembers when.
    pub(super) async fn read_reports(&self, desk: &Desk, id: CampaignId) -> Result<u64, Problem> {
        let read = desk.look_at_deliveries(id).await?;
        self.0.reports_read_at.lock().unwrap_or_else(PoisonError::into_inner).insert(id, desk.now());
        Ok(read)
    }

    /// The reports of one campaign, behind what is on screen already; at most once a minute for each.
    pub(super) fn look_at_reports(&self, desk: &Desk, id: CampaignId) {
        let now = desk.now();
        {
            let mut last = self.0.reported_at.lock().unwrap_or_else(PoisonError::into_inner);
            if last.get(&id).is_some_and(|last| now.duration_since(*last) < LOOK_EVERY) {
                return;
            }
            last.insert(id, now);
        }
        let (desk, service) = (desk.clone(), self.clone());
        tokio::spawn(async move {
            if service.read_reports(&desk, id).await.is_ok_and(|read| read > 0) {
                drop(service.0.inbox.send(Inbound::Event(Event::Changed(Thing::Campaigns))));
            }
        });
    }

    /// Asks for the totals of links whose last look is old, behind the list that is on screen already. At most one such
    /// round at a time, and none soon after another: a vendor that fails is not asked in a circle.
    pub(super) fn look_at(&self, desk: &Desk) {
        let now = desk.now();
        {
            let mut last = self.0.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
            if last.is_some_and(|last| now.duration_since(last) < LOOK_EVERY) {
                return;
            }
            *last = Some(now);
        }
        let (desk, inbox) = (desk.clone(), self.0.inbox.clone());
        tokio::spawn(async move {
            match desk.look_at_links().await {
                Ok(0) => {}
                Ok(_) => drop(inbox.send(Inbound::Event(Event::Changed(Thing::Links)))),
                Err(problem) => tracing::warn!(%problem, "the links' totals could not be fetched"),
            }
        });
    }
}

/// Passes progress on, the newest at most every [`PROGRESS_EVERY`], until the run has ended.
async fn tell_progress(mut progress: watch::Receiver<Progress>, inbox: mpsc::UnboundedSender<Inbound>) {
    loop {
        let has_ended = progress.changed().await.is_err();
        let newest = progress.borrow_and_update().clone();
        if inbox.send(Inbound::Event(Event::Progressed(newest))).is_err() || has_ended {
            return;
        }
        tokio::time::sleep(PROGRESS_EVERY).await;
    }
}
