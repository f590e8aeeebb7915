//! Campaigns: checked, begun, steered, settled. Every send is the engine's; the desk only says what, and who says so.
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::{Desk, Result};
use crate::campaign::{Aside, Occasion, Run, RunOptions};
use crate::problem::{CampaignProblem, InputProblem, Problem};
use crate::sms::{
    Answer, Campaign, CampaignId, CampaignState, Code, Doubt, Looked, Mobile, PauseReason, Plan, Preflight, Reasons,
    RecipientState, Refusal, Rejected, Start, TakeOver,
};

/// Recipients read at once.
const PAGE: u32 = 10_000;

/// A campaign that was just confirmed.
#[derive(Debug)]
pub struct Beginning {
    /// Its id.
    pub id: CampaignId,
    /// Its run; `None` when it waits for its time, and for `yunque watch`.
    pub run: Option<Run>,
}

/// What the records said of the unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// The campaign as it stands now.
    pub campaign: Campaign,
    /// Proved to have been accepted.
    pub accepted: u64,
    /// Proved not to have been: pending again.
    pub absent: u64,
    /// Still unknown.
    pub unsettled: u64,
    /// When another look may settle more.
    pub settles_at: Option<Timestamp>,
}

/// Refused recipients whose codes allow another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retryable {
    /// Now.
    pub now: u64,
    /// Once the window of their code is over: 30 seconds to 5 minutes.
    pub later: u64,
}

impl Desk {
    /// What is known about a plan: every check, the fee, the samples. Sends nothing, creates nothing.
    ///
    /// # Errors
    /// No key; the store cannot be read.
    pub async fn preflight(&self, plan: &Plan) -> Result<Preflight> {
        self.engine()?.preflight(plan, self.by()).await
    }

    /// Writes a confirmed plan down and begins to send it, or leaves it to its time.
    ///
    /// # Errors
    /// A read-only profile, or the engine's refusal: nothing was created then. [`CampaignProblem::NotBegun`] when it was
    /// created and could not be begun: a draft is left. [`InputProblem::Changed`] when what stands behind the review that was
    /// `seen` has become worse since: a colleague sent the same, the day's limit is reached, somebody opted out. Nothing
    /// was created then.
    pub async fn start(&self, plan: &Plan, seen: Option<&Preflight>) -> Result<Beginning> {
        self.writable()?;
        let engine = self.engine()?;
        if let Some(seen) = seen {
            let checks = engine.look_again(plan, seen, self.by()).await?;
            if !checks.is_empty() {
                return Err(InputProblem::Changed { checks }.into());
            }
        }
        let id = engine.create(plan, self.by()).await?;
        if matches!(plan.start, Start::At(_)) {
            return Ok(Beginning { id, run: None });
        }
        let aside = Aside { quiet_hours: plan.ignores_quiet_hours, records: false };
        let run = engine.run(id, self.options(aside, Occasion::First)).await;
        let run = run.map_err(|why| CampaignProblem::NotBegun { id, why: Box::new(why) })?;
        Ok(Beginning { id, run: Some(run) })
    }

    /// Sends what is pending of a paused campaign, or of a running one whose owner is gone. A finished one ends at once.
    ///
    /// # Errors
    /// A read-only profile; somebody else holds it; quiet hours; a rolled-back journal, or records that cannot be read.
    pub async fn resume(&self, id: CampaignId, aside: Aside) -> Result<Run> {
        self.writable()?;
        self.campaign(id).await?;
        let run = self.engine()?.run(id, self.options(aside, Occasion::Resume)).await;
        run.map_err(|problem| match problem {
            Problem::Campaign(CampaignProblem::NotYet { id, at }) => {
                let at = at.with_time_zone(self.config().look.time_zone.clone());
                CampaignProblem::NotYet { id, at }.into()
            }
            problem => problem,
        })
    }

    /// Pauses at the next batch, whoever holds it.
    ///
    /// # Errors
    /// A read-only profile; no such campaign; a state that cannot be paused.
    pub async fn pause(&self, id: CampaignId) -> Result<Campaign> {
        self.writable()?;
        self.campaign(id).await?;
        self.engine()?.pause(id, self.by()).await
    }

    /// Pauses everything that is running or about to, all at once; says what. One that cannot be paused keeps no other from it, and one
    /// that ended meanwhile needs no pause.
    ///
    /// # Errors
    /// A read-only profile; the first of those that cannot be paused, once all were asked.
    pub async fn pause_all(&self) -> Result<Vec<CampaignId>> {
        self.writable()?;
        let engine = self.engine()?;
        let mut all = self.store().campaigns(None).await?;
        // Whoever holds one that does not run yet may be about to send it.
        let is_held = |campaign: &Campaign| campaign.owner.as_ref().is_some_and(|owner| owner.is_alive);
        all.retain(|campaign| campaign.state == CampaignState::Running || is_held(campaign));
        let asked = join_all(all.iter().map(|campaign| engine.pause(campaign.id, self.by()))).await;
        let mut paused = Vec::new();
        for (campaign, answer) in all.iter().zip(asked) {
            match answer {
                Ok(_) => paused.push(campaign.id),
                Err(Problem::Campaign(CampaignProblem::State { .. })) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(paused)
    }

    /// Gives up what is pending.
    ///
    /// # Errors
    /// A read-only profile; no such campaign; a state that cannot be cancelled.
    pub async fn cancel(&self, id: CampaignId) -> Result<Campaign> {
        self.writable()?;
        self.campaign(id).await?;
        self.engine()?.cancel(id, self.by()).await
    }

    /// How many refused recipients may be tried again: what [`Desk::retry`] would send to now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn retryable(&self, id: CampaignId) -> Result<Retryable> {
        let counts = self.store().refusal_counts(id).await?;
        let mut may: Vec<_> = counts.into_iter().map(|(code, _, count)| (Code(code), count)).collect();
        may.retain(|(code, _)| code.is_retryable_later());
        let all = may.iter().map(|(_, count)| count).sum();
        // Only where a code has a window it matters when each was refused.
        if may.iter().all(|(code, _)| code.repeat_window().is_zero()) {
            return Ok(Retryable { now: all, later: 0 });
        }
        let (now, mut from, mut ready) = (self.now(), 0, 0);
        loop {
            let rows = self.store().recipients_page(id, Some(RecipientState::Refused), from, PAGE).await?;
            let Some(last) = rows.last() else { break };
            from = last.seq.saturating_add(1);
            ready += rows.iter().filter(|row| Code(row.code).is_retryable_at(row.at, now)).count() as u64;
        }
        Ok(Retryable { now: ready, later: all.saturating_sub(ready) })
    }

    /// Makes refused recipients with a retryable code pending again, and sends to them and nobody else; says how many.
    ///
    /// # Errors
    /// As [`Desk::resume`]; nothing was changed then.
    pub async fn retry(&self, id: CampaignId, aside: Aside) -> Result<(u64, Run)> {
        self.writable()?;
        self.campaign(id).await?;
        self.engine()?.retry(id, self.options(aside, Occasion::Retry)).await
    }

    /// Vouches for a campaign of a restored backup: whoever is pending and has the message by the vendor's records is
    /// accepted from now on, and it may be resumed. Says how many those are.
    ///
    /// # Errors
    /// A read-only profile; no such campaign; somebody else holds it; the records cannot be read.
    pub async fn vouch(&self, id: CampaignId, without_records: bool) -> Result<(u64, Campaign)> {
        self.writable()?;
        self.campaign(id).await?;
        let found = self.engine()?.vouch(id, without_records, self.by()).await?;
        Ok((found, self.campaign(id).await?))
    }

    /// Looks the unknown up in the vendor's records. `settle` is how long after an attempt "absent" is believed; `None`
    /// for the profile's. `tell` hears how far it is.
    ///
    /// # Errors
    /// A read-only profile; no such campaign; somebody else holds it; the records cannot be read.
    pub async fn reconcile(
        &self,
        id: CampaignId,
        settle: Option<Duration>,
        tell: &(dyn Fn(Looked) + Sync),
    ) -> Result<Reconciliation> {
        self.writable()?;
        self.campaign(id).await?;
        let settle = settle.unwrap_or(self.config().profile.settle);
        let found = self.engine()?.reconcile_telling(id, settle, self.by(), tell).await?;
        Ok(Reconciliation {
            campaign: self.campaign(id).await?,
            accepted: found.accepted,
            absent: found.absent,
            unsettled: found.unsettled,
            settles_at: found.settles_at,
        })
    }

    /// Settles one unknown recipient by the operator's word. Audited.
    ///
    /// # Errors
    /// A read-only profile; no such campaign; the number is not unknown in it.
    pub async fn settle(&self, id: CampaignId, mobile: Mobile, was_accepted: bool) -> Result<Campaign> {
        self.writable()?;
        self.campaign(id).await?;
        self.engine()?.settle(id, mobile, was_accepted, self.by()).await
    }

    /// Gives a scheduled campaign another time. Audited.
    ///
    /// # Errors
    /// A read-only profile; no such campaign, or not a scheduled one; a time that is over, or that its marketing may not
    /// go out at.
    pub async fn reschedule(&self, id: CampaignId, at: Timestamp) -> Result<Campaign> {
        self.writable()?;
        let campaign = self.campaign(id).await?;
        if at <= self.now() {
            let at = at.to_zoned_datetime(self.config().look.time_zone.clone());
            return Err(InputProblem::PastTime { at }.into());
        }
        if campaign.state != CampaignState::Scheduled {
            return Err(CampaignProblem::State { id, state: campaign.state }.into());
        }
        self.engine()?.may_begin_at(id, at).await?;
        self.store().reschedule(id, Some(at)).await?;
        self.note_down("reschedule", &format!("{id} {at}"), campaign.total()).await?;
        self.campaign(id).await
    }

    /// Leaves a note for colleagues.
    ///
    /// # Errors
    /// An empty note; a read-only profile; no such campaign.
    pub async fn note(&self, id: CampaignId, text: &str) -> Result<Campaign> {
        self.writable()?;
        let text = text.trim();
        if text.is_empty() {
            return Err(InputProblem::EmptyNote.into());
        }
        self.campaign(id).await?;
        self.store().add_note(id, self.by(), self.now(), text).await?;
        self.campaign(id).await
    }

    /// A person sits here, who can be asked for what is sent from here.
    pub fn attend(&self) {
        self.store().set_attended();
    }

    /// Asks a living owner for a campaign, durably; `None` when nobody holds it: it is free at once. Audited.
    ///
    /// # Errors
    /// A read-only profile; no such campaign.
    pub async fn take_over(&self, id: CampaignId) -> Result<Option<TakeOver>> {
        self.writable()?;
        self.campaign(id).await?;
        self.engine()?.take_over(id, self.by()).await
    }

    /// Waits until whoever was asked has answered or let go, at most so long; nothing is decided by that.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn await_answer(&self, id: CampaignId, patience: Duration) -> Result<Campaign> {
        self.engine()?.await_answer(id, patience).await
    }

    /// Answers a colleague who asks for what is sent from here; `false` when nobody asks any more. Audited.
    ///
    /// # Errors
    /// A read-only profile; the store refuses.
    pub async fn answer_take_over(&self, id: CampaignId, answer: Answer) -> Result<bool> {
        self.writable()?;
        self.engine()?.answer_take_over(id, answer, self.by()).await
    }

    /// Leaves a campaign to `yunque watch`, whoever holds it now.
    ///
    /// # Errors
    /// A read-only profile; no such campaign; a state in which nothing is left to send.
    pub async fn hand_over(&self, id: CampaignId) -> Result<Campaign> {
        self.writable()?;
        self.campaign(id).await?;
        self.engine()?.hand_over(id, self.by()).await
    }

    /// When a campaign that quiet hours paused may go on: at their end, or now when they are over. `None` for every other.
    #[must_use]
    pub fn may_go_on_at(&self, campaign: &Campaign) -> Option<Timestamp> {
        let is_quiet = campaign.state == CampaignState::Paused && campaign.pause == Some(PauseReason::QuietHours);
        let hours = self.config().profile.quiet_hours.filter(|_| is_quiet)?;
        if hours.allows(self.now()) { Some(self.now()) } else { hours.opens_after(self.now()) }
    }

    /// One campaign, summed up. Local.
    ///
    /// # Errors
    /// No such campaign.
    pub async fn campaign(&self, id: CampaignId) -> Result<Campaign> {
        self.store().campaign(id).await?.ok_or_else(|| InputProblem::NoSuchCampaign { id }.into())
    }

    /// Campaigns, newest first. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn campaigns(&self, newest: Option<u32>) -> Result<Vec<Campaign>> {
        Ok(self.store().campaigns(newest).await?)
    }

    /// Refused recipients by the vendor's code and words, most first. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn refusal_counts(&self, id: CampaignId) -> Result<Vec<(i32, String, u64)>> {
        Ok(self.store().refusal_counts(id).await?)
    }

    /// Refused recipients of a campaign, at most `limit`. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn refusals(&self, id: CampaignId, limit: u32) -> Result<Vec<Refusal>> {
        Ok(self.store().refusals(id, limit).await?)
    }

    /// Recipients of a campaign of whom nobody knows, at most `limit`. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn doubts(&self, id: CampaignId, limit: u32) -> Result<Vec<Doubt>> {
        Ok(self.store().doubts(id, limit).await?.0)
    }

    /// Why recipients of a campaign were refused or are unknown. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn reasons(&self, campaign: &Campaign) -> Result<Reasons> {
        let mut reasons = Reasons::default();
        if campaign.counts.refused > 0 {
            // The vendor's words may name the number: the most common ones stand for their code.
            for (code, msg, count) in self.store().refusal_counts(campaign.id).await? {
                match reasons.refused.iter_mut().find(|(known, ..)| *known == code) {
                    Some((.., sum)) => *sum += count,
                    None => reasons.refused.push((code, msg, count)),
                }
            }
            reasons.refused.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
        }
        if campaign.counts.unknown > 0 {
            reasons.unknown = self.store().doubts(campaign.id, 0).await?.1;
        }
        Ok(reasons)
    }

    /// The rows of a campaign's source that were left out. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn left_out(&self, id: CampaignId) -> Result<Vec<Rejected>> {
        Ok(self.store().rejected(id).await?)
    }

    /// How the desk runs a campaign: in the operator's name.
    pub(super) fn options(&self, aside: Aside, occasion: Occasion) -> RunOptions {
        RunOptions { by: self.by().to_owned(), aside, occasion }
    }
}
