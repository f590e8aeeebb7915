//! From a claim to a running machine: what a dead owner left behind, and whether the journal may be trusted.
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{mpsc, watch};

use super::calls::Manner;
use super::drive::{Driver, wished_by};
use super::engine::{Engine, hours_text};
use super::machine::{self, Machine};
use super::roster::{Roster, Texts, groups};
use super::run::{Occasion, Run, RunOptions};
use crate::problem::{CampaignProblem, Problem, StoreProblem};
use crate::sms::{
    Campaign, CampaignId, CampaignState, Gate, Kind, Outcome, PauseReason, Plan, Progress, QuietHours, RecipientState,
};
use crate::store::{Claim, Fact, Journal, Wish};

/// How many go before the others, and what lets the others go by itself.
type Before = (Option<NonZeroU32>, Option<Gate>);

impl Engine {
    /// Claims a campaign and sends what is pending, on tasks of its own. A finished one answers at once, and so does one
    /// that was paused, or left a draft, before its time, which is scheduled again.
    ///
    /// # Errors
    /// Somebody else holds it, it was cancelled, quiet hours, a rolled-back journal, records that cannot be compared with
    /// it, or the store refuses.
    pub async fn run(&self, id: CampaignId, options: RunOptions) -> Result<Run, Problem> {
        Ok(self.begin(id, options).await?.1)
    }

    /// Makes refused recipients with a retryable code pending again, and sends to them and to nobody else who is pending;
    /// says how many. Codes 8 and 9 wait until their window is over. Nothing is changed before every check is passed.
    ///
    /// # Errors
    /// As [`Engine::run`].
    pub async fn retry(&self, id: CampaignId, options: RunOptions) -> Result<(u64, Run), Problem> {
        self.begin(id, RunOptions { occasion: Occasion::Retry, ..options }).await
    }

    async fn begin(&self, id: CampaignId, options: RunOptions) -> Result<(u64, Run), Problem> {
        let is_retry = options.occasion == Occasion::Retry;
        let campaign = self.campaign(id).await?;
        let plan = self.store.plan(id).await?.ok_or(CampaignProblem::NotFound(id))?;
        if campaign.state == CampaignState::Finished && !is_retry {
            return Ok((0, ended(campaign)));
        }
        self.may_run(&campaign)?;
        if self.waits_for_its_time(&campaign) {
            return Ok((0, self.back_to_its_time(id, &options.by).await?));
        }
        self.recognise().await;
        // The leave that was given with the send was for that run; whoever runs it again gives their own.
        let plan = Plan { ignores_quiet_hours: options.aside.quiet_hours, ..plan };
        let quiet_hours = self.binding_hours(&plan);
        if let Some(hours) = quiet_hours.filter(|hours| !hours.allows(self.clock.now())) {
            return Err(CampaignProblem::QuietHours { hours: hours_text(hours) }.into());
        }
        if matches!(options.occasion, Occasion::Resume | Occasion::Retry) && !self.is_held(id) {
            // A pause that was left for an owner who died: an operator who goes on knows better. Any that comes later is
            // for this run.
            self.store.forget_wish(id, &[Wish::Pause, Wish::HandOver]).await?;
        }
        let was_left = self.store.wish_of(id).await? == Some(Wish::ToWatch);
        let claim = self.claim(id, &options.by)?;
        // What was true before the claim may have changed while somebody else held it.
        let campaign = self.campaign(id).await?;
        if campaign.state == CampaignState::Finished && !is_retry {
            return Ok((0, ended(campaign)));
        }
        self.may_run(&campaign)?;
        if options.aside.quiet_hours && plan.kind == Kind::Marketing {
            self.store.audit(&options.by, self.clock.now(), "ignore-quiet-hours", &id.to_string(), 0).await?;
        }
        let mut journal = self.store.journal(&claim).await?;
        self.bury_the_dead(&claim, &mut journal, &options.by).await?;
        if options.occasion != Occasion::First {
            if options.aside.records {
                let pending = campaign.counts.pending;
                self.store.audit(&options.by, self.clock.now(), "without-records", &id.to_string(), pending).await?;
            } else {
                self.compare(&campaign, &plan, (&claim, &options.by), &mut journal, false).await?;
            }
        }
        if let Some(stopped) = self.heed_wishes(&claim, &options.by, was_left).await? {
            return Ok((0, ended(stopped)));
        }
        let only =
            if is_retry { Some(self.requeue(&claim, &campaign, &mut journal, &options.by).await?) } else { None };
        if only.as_ref().is_some_and(HashSet::is_empty) {
            self.stand_after_settling(id).await?;
            return Ok((0, ended(self.campaign(id).await?)));
        }
        let requeued = only.as_ref().map_or(0, |only| only.len() as u64);
        // Both were confirmed, so it is told and not refused.
        let doubled = if options.occasion == Occasion::First { None } else { self.doubled(id).await? };
        let run = self.dispatch(campaign, plan, claim, journal, options, quiet_hours, only).await?;
        Ok((requeued, Run { doubled, ..run }))
    }

    /// From here on it is running: everything was checked. With `only`, nobody else is sent to.
    #[expect(clippy::too_many_arguments, reason = "the second half of `begin`, and called from there alone")]
    async fn dispatch(
        &self,
        campaign: Campaign,
        plan: Plan,
        claim: Claim,
        journal: Journal,
        options: RunOptions,
        quiet_hours: Option<QuietHours>,
        only: Option<HashSet<u32>>,
    ) -> Result<Run, Problem> {
        let id = campaign.id;
        let texts = Texts::of(&plan);
        let groups = groups(&self.store, id, &texts, journal.states.len()).await?;
        let uid = self.uid().await?;
        let now = self.clock.now();
        let (canary, gate) =
            if only.is_some() { (None, None) } else { self.settle_canary(&campaign, &options).await? };
        let total = u32::try_from(journal.states.len()).unwrap_or(u32::MAX);
        let settings = machine::Settings {
            batch_size: plan.pacing.batch_size,
            in_flight: plan.pacing.in_flight,
            rate: plan.pacing.rate,
            canary,
            gate,
            is_ramp: campaign.canary.is_some() && canary.is_none(),
            refused_percent: self.settings.refused_percent,
            reconnect_after: self.settings.reconnect_after,
        };
        let pending = only.as_ref().map_or(campaign.counts.pending, |only| only.len() as u64);
        let mut machine = Machine::new(journal.states, groups.as_deref(), settings);
        if let Some(only) = only {
            machine.keep_to(&only, rest_of(campaign.pause.clone()));
        }
        let (progress, seen) = watch::channel(progress_of(&campaign, machine.counts()));
        let (wishes, heard) = mpsc::unbounded_channel();
        let (cost, what) = (self.store.estimate(id, pending, self.settings.price).await?, options.occasion.code());
        self.store.audit_money(&options.by, now, what, &id.to_string(), pending, cost).await?;
        let driver = Driver {
            roster: Roster::new(self.store.clone(), id, total, texts),
            manner: Manner { id, mobile_stat: plan.mobile_stat, uid },
            engine: self.clone(),
            claim: Arc::new(claim),
            id,
            by: options.by,
            is_watch: options.occasion == Occasion::Watch,
            machine,
            gate: plan.pacing.gate.filter(|_| gate.is_some()),
            quiet_hours,
            fee: campaign.fee,
            progress,
            wishes: heard,
        };
        // Last of all that can fail: what says that it is running is running.
        self.store.set_state(id, CampaignState::Running, None, now).await?;
        Ok(Run { progress: seen, doubled: None, wishes, task: tokio::spawn(driver.drive()) })
    }

    /// The canary behind which the others still wait, and its gate, the wait cut to what is left of it. An operator who goes
    /// on with a campaign that rests after its canary lets the others go, gate or not, and the journal holds that before
    /// anybody is written to; whoever died, was interrupted or keeps the hours did not say it, and the canary stands.
    async fn settle_canary(&self, campaign: &Campaign, options: &RunOptions) -> Result<Before, StoreProblem> {
        let Some(canary) = campaign.canary.filter(|canary| !canary.is_passed) else { return Ok((None, None)) };
        let rests = matches!(
            campaign.pause,
            Some(
                PauseReason::Canary
                    | PauseReason::CanaryMissed { .. }
                    | PauseReason::Operator
                    | PauseReason::Colleague { .. }
            )
        );
        let now = self.clock.now();
        if options.occasion == Occasion::Resume && rests && campaign.waits_after_canary() {
            let known = format!("by hand, {} of {} delivered", campaign.deliveries.delivered, campaign.counts.accepted);
            self.store.pass_gate(campaign.id, &options.by, now, &known, campaign.counts.pending).await?;
            return Ok((None, None));
        }
        let left = canary.until.map(|until| Duration::try_from(until.duration_since(now)).unwrap_or_default());
        let cut = |gate: Gate| Gate { within: left.map_or(gate.within, |left| left.min(gate.within)), ..gate };
        Ok((Some(canary.first), canary.gate.map(cut)))
    }

    /// What was wished while the records were compared, or of an owner who is gone, binds this run before its first call;
    /// one that comes later is heard by the run itself. That it was left to `yunque watch` before is over now.
    async fn heed_wishes(&self, claim: &Claim, ours: &str, was_left: bool) -> Result<Option<Campaign>, Problem> {
        let id = claim.id();
        self.hear_question(claim, ours).await;
        let (state, pause, by, what) = match self.store.take_wish_by(id).await? {
            Some((Wish::Cancel, by)) => (CampaignState::Cancelled, None, by, "cancel"),
            Some((wish @ (Wish::Pause | Wish::HandOver), by)) => {
                (CampaignState::Paused, Some(wished_by(wish, by.clone())), by, "pause")
            }
            Some((Wish::ToWatch, by)) if !was_left => {
                (CampaignState::Paused, Some(PauseReason::HungUp), by, "hand-over")
            }
            _ => return Ok(None),
        };
        self.let_go(claim, state, pause, &by).await?;
        let campaign = self.campaign(id).await?;
        self.store.audit(&by, self.clock.now(), what, &id.to_string(), campaign.counts.pending).await?;
        if campaign.state == CampaignState::Cancelled {
            return Err(CampaignProblem::State { id, state: campaign.state }.into());
        }
        Ok(Some(campaign))
    }

    fn may_run(&self, campaign: &Campaign) -> Result<(), CampaignProblem> {
        match (campaign.state, campaign.starts_at) {
            (CampaignState::Cancelled, _) => Err(CampaignProblem::State { id: campaign.id, state: campaign.state }),
            (CampaignState::Scheduled, Some(at)) if at > self.clock.now() => {
                Err(CampaignProblem::NotYet { id: campaign.id, at: at.to_zoned_datetime(TimeZone::UTC) })
            }
            _ => Ok(()),
        }
    }

    /// Whether it was paused, or left a draft, before its time came: nothing of it goes out before.
    fn waits_for_its_time(&self, campaign: &Campaign) -> bool {
        matches!(campaign.state, CampaignState::Paused | CampaignState::Draft)
            && campaign.starts_at.is_some_and(|at| at > self.clock.now())
    }

    /// A campaign for later that was paused, or could not be scheduled when it was confirmed, goes on by waiting for its time again.
    async fn back_to_its_time(&self, id: CampaignId, by: &str) -> Result<Run, Problem> {
        let _claim = self.claim(id, by)?;
        let campaign = self.campaign(id).await?;
        if self.waits_for_its_time(&campaign) {
            let now = self.clock.now();
            self.store.set_state(id, CampaignState::Scheduled, None, now).await?;
            self.store.audit(by, now, "schedule", &id.to_string(), campaign.counts.pending).await?;
        }
        Ok(ended(self.campaign(id).await?))
    }

    fn is_on_sandbox(&self) -> bool {
        self.settings.is_sandbox && self.client.is_sandbox() == Some(true)
    }

    /// Lets a server that may be a sandbox say so, unless it has.
    pub(super) async fn recognise(&self) {
        if self.settings.is_sandbox && self.client.is_sandbox() != Some(true) {
            // Whatever else the answer says does not matter here.
            drop(self.client.user_get().await);
        }
    }

    /// The hours that bind a plan: marketing, not on a sandbox, not set aside by an operator.
    pub(super) fn binding_hours(&self, plan: &Plan) -> Option<QuietHours> {
        let is_bound = plan.kind == Kind::Marketing && !plan.ignores_quiet_hours && !self.is_on_sandbox();
        self.settings.quiet_hours.filter(|_| is_bound)
    }

    /// Whether a campaign may begin at that time, as it was confirmed.
    ///
    /// # Errors
    /// It is marketing and the time lies within quiet hours; no such campaign; the store cannot be read.
    pub async fn may_begin_at(&self, id: CampaignId, at: Timestamp) -> Result<(), Problem> {
        let plan = self.store.plan(id).await?.ok_or(CampaignProblem::NotFound(id))?;
        if self.settings.quiet_hours.is_some() {
            self.recognise().await;
        }
        match self.binding_hours(&plan).filter(|hours| !hours.allows(at)) {
            Some(hours) => Err(CampaignProblem::QuietHours { hours: hours_text(hours) }.into()),
            None => Ok(()),
        }
    }

    /// Takes the lock, or says who has it.
    pub(super) fn claim(&self, id: CampaignId, by: &str) -> Result<Claim, Problem> {
        let taken = self.store.claim(id, by, self.clock.now())?;
        taken.map_err(|owner| CampaignProblem::Held { id, by: owner.by, pid: owner.pid, since: owner.since }.into())
    }

    /// Nobody can be sending while we hold the lock: whoever is `sending` was left by a process that died, and may
    /// have got the message.
    pub(super) async fn bury_the_dead(
        &self,
        claim: &Claim,
        journal: &mut Journal,
        by: &str,
    ) -> Result<u64, StoreProblem> {
        let mut buried = 0;
        for attempt in &journal.open {
            let is_sending = |seq: &u32| journal.states.get(*seq as usize) == Some(&RecipientState::Sending);
            let left: Vec<u32> = attempt.runs.iter().cloned().flatten().filter(is_sending).collect();
            if left.is_empty() {
                continue;
            }
            let why = || Outcome::Unknown { why: "the process that was sending died".to_owned() };
            let facts = left.iter().map(|seq| (*seq, Fact::Answered(why()))).collect();
            self.store.add_facts(claim, attempt.id, facts, self.clock.now(), by).await?;
            for seq in left {
                buried += 1;
                if let Some(state) = journal.states.get_mut(seq as usize) {
                    *state = RecipientState::Unknown;
                }
            }
        }
        Ok(buried)
    }
}

/// Why the others wait on when only those who were refused are tried again: for what a canary showed, or for whoever
/// tried the refused, since what stopped it then may be mended.
fn rest_of(pause: Option<PauseReason>) -> PauseReason {
    pause
        .filter(|reason| matches!(reason, PauseReason::Canary | PauseReason::CanaryMissed { .. }))
        .unwrap_or(PauseReason::Operator)
}

/// A run that has nothing to do.
fn ended(campaign: Campaign) -> Run {
    let standing = Progress { state: campaign.state, ..progress_of(&campaign, campaign.counts) };
    let (_, progress) = watch::channel(standing);
    let (wishes, _) = mpsc::unbounded_channel();
    Run { progress, doubled: None, wishes, task: tokio::spawn(async move { Ok(campaign) }) }
}

fn progress_of(campaign: &Campaign, counts: crate::sms::Counts) -> Progress {
    let state = campaign.state;
    Progress {
        id: campaign.id,
        state: if matches!(state, CampaignState::Finished | CampaignState::Scheduled) {
            state
        } else {
            CampaignState::Running
        },
        pause: None,
        counts,
        fee: campaign.fee,
        rate: 0,
        done_at: None,
        gate: None,
        asked: None,
    }
}
