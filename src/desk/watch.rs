//! What `yunque watch` does: due and handed-over campaigns are begun one by one; a round collects clicks and deliveries on
//! the vendor's rhythm, and looks once more at a link before its window ends. A round begins nothing, so that it may be
//! dropped at any point.
use jiff::{Timestamp, ToSpan};

use super::{Clicks, Desk, Reconciliation, Result, Wanted};
use crate::app::Subject;
use crate::campaign::{Aside, Due, Occasion, Run};
use crate::problem::{InputProblem, Problem};
use crate::sms::{CampaignId, CampaignState, Link};
use crate::store::ConsumerClaim;

/// The vendor recounts about every ten minutes (`api/yunpian-v2.md` §4).
const RHYTHM_MINUTES: i64 = 10;
/// Links and campaigns that are older than this are not collected any more, but for the last look.
const FRESH_HOURS: i64 = 72;
/// The last look at a link comes so many minutes before its window ends.
const LAST_LOOK_MINUTES: i64 = 15;
/// How late a reply may appear in the vendor's list.
const LATE_REPLIES_MINUTES: i64 = 30;
/// What the store calls the claim of the one `watch` of a data directory.
const WATCH: &str = "watch";

/// What one round did.
#[derive(Debug, Default)]
pub struct Round {
    /// Delivery reports that were read.
    pub deliveries: u64,
    /// Numbers that opted out since the last round.
    pub opt_outs: u64,
    /// Links whose clicks were collected.
    pub looked: u64,
    /// Campaigns whose unknown were looked up in the vendor's records, as their settle time had come.
    pub settled: Vec<Reconciliation>,
    /// What did not work, for the log; the next round tries again.
    pub problems: Vec<Problem>,
    /// When the next round is due.
    pub next: Option<Timestamp>,
    /// From where the next round reads.
    pub marks: Marks,
}

/// How far the rounds have read. A mark moves on only when what lies before it was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// Replies of opt-outs.
    pub replies: Option<Timestamp>,
    /// The records of what is unknown.
    pub records: Option<Timestamp>,
}

impl Desk {
    /// Becomes the one `watch` of this data directory; keep what is returned as long as it watches.
    ///
    /// # Errors
    /// Another one watches already; a read-only profile; no key.
    pub fn begin_watch(&self) -> Result<ConsumerClaim> {
        self.writable()?;
        self.client()?;
        let claimed = self.store().claim_consumer(WATCH, self.by(), self.now())?;
        claimed.map_err(|owner| InputProblem::Watched { by: owner.by, pid: owner.pid }.into())
    }

    /// Whether a `yunque watch` is alive on this data directory.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.store().consumer(WATCH).is_some_and(|owner| owner.is_alive)
    }

    /// Asks for the delivery reports of one campaign; says how many were read.
    ///
    /// # Errors
    /// No key; the API; the store.
    pub async fn look_at_deliveries(&self, id: CampaignId) -> Result<u64> {
        self.engine()?.collect_deliveries(id).await
    }

    /// What is to be sent now. Local.
    ///
    /// # Errors
    /// No key; the store cannot be read.
    pub async fn due(&self) -> Result<Vec<Due>> {
        self.engine()?.due().await
    }

    /// Begins a campaign that is due. The records are compared first, which may take minutes; dropped before it answers,
    /// nothing of it goes out.
    ///
    /// # Errors
    /// Those of a resumption.
    pub async fn begin_due(&self, id: CampaignId) -> Result<Run> {
        // What the operator decided about quiet hours holds for a start that nobody watches.
        let ignores = self.store().plan(id).await?.is_some_and(|plan| plan.ignores_quiet_hours);
        let aside = Aside { quiet_hours: ignores, records: false };
        self.engine()?.run(id, self.options(aside, Occasion::Watch)).await
    }

    /// One round: clicks, deliveries and opt-outs are collected, unknowns looked up. `marks` are those of the round
    /// before. One thing that fails does not keep the others from being done.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn round(&self, marks: Marks) -> Result<Round> {
        let now = self.now();
        let mut round = Round { marks, ..Round::default() };
        let engine = self.engine()?;
        let fresh = now.checked_sub(FRESH_HOURS.hours()).unwrap_or(now);
        for campaign in self.store().campaigns(None).await? {
            let is_open = campaign.deliveries.no_report > 0 && campaign.last_at.is_some_and(|last| last >= fresh);
            if is_open && campaign.state != CampaignState::Running {
                match engine.collect_deliveries(campaign.id).await {
                    Ok(read) => round.deliveries += read,
                    Err(problem) => round.problems.push(problem),
                }
            }
        }
        let problems = round.problems.len();
        for id in self.settling(marks.records, now).await? {
            match self.reconcile(id, None, &|_| {}).await {
                Ok(found) => round.settled.push(found),
                Err(problem) => round.problems.push(problem),
            }
        }
        if round.problems.len() == problems {
            round.marks.records = Some(now);
        }
        // A reply may come late into the vendor's list: the last minutes are read again, and found again they change
        // nothing.
        let since = marks.replies.and_then(|at| at.checked_sub(LATE_REPLIES_MINUTES.minutes()).ok());
        match engine.collect_opt_outs(since.unwrap_or(fresh), self.by()).await {
            Ok(new) => (round.opt_outs, round.marks.replies) = (new, Some(now)),
            Err(problem) => round.problems.push(problem),
        }
        for link in self.store().links(true).await? {
            if is_looked_at(&link, now) {
                match self.clicks(&Subject::Link(link.short.sid.clone()), Wanted::Totals).await {
                    Ok(Clicks { .. }) => round.looked += 1,
                    Err(problem) => round.problems.push(problem),
                }
            }
        }
        round.next = self.next_round(now).await?;
        Ok(round)
    }

    /// Paused campaigns with unknown recipients whose settle time came after the round before: each is looked up once
    /// for it, and never resumed from here.
    async fn settling(&self, last: Option<Timestamp>, now: Timestamp) -> Result<Vec<CampaignId>> {
        let settle = jiff::SignedDuration::try_from(self.config().profile.settle).unwrap_or_default();
        let has_come = |at: Timestamp| at <= now && last.is_none_or(|last| last < at);
        let all = self.store().campaigns(None).await?;
        let due = all.iter().filter(|one| one.waits_for_records() && one.settles_at(settle).is_some_and(has_come));
        Ok(due.map(|one| one.id).collect())
    }

    /// When the next round is due: on the vendor's rhythm, or when the next campaign starts.
    async fn next_round(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let collect = after_recount(now);
        let start = self.engine()?.next_due().await?.filter(|start| *start > now);
        Ok(Some(start.map_or(collect, |start| start.min(collect))))
    }
}

/// A link is looked at while it is young, or as long as it moved of late, and once more just before its window ends.
fn is_looked_at(link: &Link, now: Timestamp) -> bool {
    if link.counts_until <= now {
        return false;
    }
    let fresh = now.checked_sub(FRESH_HOURS.hours()).unwrap_or(now);
    link.created_at >= fresh || link.recent.iter().any(|clicks| *clicks > 0) || last_look(link) <= now
}

/// When a link is looked at for the last time: a little before it stops counting.
pub(super) fn last_look(link: &Link) -> Timestamp {
    link.counts_until.checked_sub(LAST_LOOK_MINUTES.minutes()).unwrap_or(link.counts_until)
}

/// A minute after the vendor's next recount, on the clock's own tens of minutes.
pub(super) fn after_recount(now: Timestamp) -> Timestamp {
    let rhythm = RHYTHM_MINUTES * 60;
    let seconds = now.as_second();
    let next = (seconds - 60).div_euclid(rhythm) * rhythm + rhythm + 60;
    Timestamp::from_second(next).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_come_a_minute_after_each_recount() {
        let next = |text: &str| after_recount(text.parse().unwrap()).to_string();
        assert_eq!(next("2026-11-23T06:28:00Z"), "2026-11-23T06:31:00Z");
        assert_eq!(next("2026-11-23T06:30:30Z"), "2026-11-23T06:31:00Z");
        assert_eq!(next("2026-11-23T06:31:00Z"), "2026-11-23T06:41:00Z");
    }
}
