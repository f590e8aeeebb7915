//! From a claim to a running machine: what a dead owner left behind, and whether the journal may be trusted.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tokio::sync::{mpsc, watch};

use super::calls::Manner;
use super::drive::Driver;
use super::engine::{Engine, hours_text};
use super::machine::settle::masked;
use super::machine::{self, Machine};
use super::roster::{Roster, Texts, groups};
use super::run::{Occasion, Run, RunOptions};
use crate::problem::{CampaignProblem, Problem, StoreProblem};
use crate::sms::{
    Campaign, CampaignId, CampaignState, Gate, Kind, Mobile, Outcome, PauseReason, Plan, Progress, QuietHours,
    RecipientState,
};
use crate::store::{AttemptId, Claim, Fact, Journal};

/// So many of the pending who come next are looked up before a campaign goes on.
const NEXT: u32 = 500;
/// Numbers a query of the records names at most.
const ASKED: usize = 100;

impl Engine {
    /// Claims a campaign and sends what is pending, on tasks of its own. A finished one answers at once; so does one that
    /// was paused before its time, which is scheduled again.
    ///
    /// # Errors
    /// Somebody else holds it, it was cancelled, quiet hours, a rolled-back journal, or the store refuses.
    pub async fn run(&self, id: CampaignId, options: RunOptions) -> Result<Run, Problem> {
        let campaign = self.campaign(id).await?;
        let plan = self.store.plan(id).await?.ok_or(CampaignProblem::NotFound(id))?;
        if campaign.state == CampaignState::Finished {
            return Ok(ended(campaign));
        }
        self.may_run(&campaign)?;
        if self.waits_for_its_time(&campaign) {
            return self.back_to_its_time(id, &options.by).await;
        }
        self.recognise().await;
        // The leave that was given with the send was for that run; whoever runs it again gives their own.
        let plan = Plan { ignores_quiet_hours: options.ignores_quiet_hours, ..plan };
        let quiet_hours = self.binding_hours(&plan);
        if let Some(hours) = quiet_hours.filter(|hours| !hours.allows(self.clock.now())) {
            return Err(CampaignProblem::QuietHours { hours: hours_text(hours) }.into());
        }
        let claim = self.claim(id, &options.by)?;
        // What was true before the claim may have changed while somebody else held it.
        let campaign = self.campaign(id).await?;
        if campaign.state == CampaignState::Finished {
            return Ok(ended(campaign));
        }
        self.may_run(&campaign)?;
        if options.ignores_quiet_hours && plan.kind == Kind::Marketing {
            self.store.audit(&options.by, self.clock.now(), "ignore-quiet-hours", &id.to_string(), 0).await?;
        }
        let mut journal = self.store.journal(&claim).await?;
        self.bury_the_dead(&claim, &mut journal, &options.by).await?;
        if options.occasion != Occasion::First {
            self.compare_with_records(&claim, &campaign, &plan, &mut journal, &options.by).await?;
        }
        // Wishes are for the owner they were left for, who is gone.
        let _ = self.store.take_wish(id).await?;
        let now = self.clock.now();
        let gate = self.gate_of(&campaign, &options).await?;
        self.store.set_state(id, CampaignState::Running, None, now).await?;
        let what = if options.occasion == Occasion::First { "send" } else { "resume" };
        self.store.audit(&options.by, now, what, &id.to_string(), campaign.counts.pending).await?;
        let texts = Texts::of(&plan);
        let groups = groups(&self.store, id, &texts, &journal.states).await?;
        let uid = self.uid().await?;
        let total = u32::try_from(journal.states.len()).unwrap_or(u32::MAX);
        let settings = machine::Settings {
            batch_size: plan.pacing.batch_size,
            in_flight: plan.pacing.in_flight,
            rate: plan.pacing.rate,
            canary: plan.pacing.canary,
            gate,
            refused_percent: self.settings.refused_percent,
            reconnect_after: self.settings.reconnect_after,
        };
        let machine = Machine::new(journal.states, groups.as_deref(), settings);
        let (progress, seen) = watch::channel(progress_of(&campaign, machine.counts()));
        let (wishes, heard) = mpsc::unbounded_channel();
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
        Ok(Run { progress: seen, wishes, task: tokio::spawn(driver.drive()) })
    }

    /// The gate that still stands before the others, its wait cut to what is left of it. An operator who goes on with a
    /// campaign that rests after its canary lets them go, gate or not; whoever died, was interrupted or keeps the hours
    /// did not say that, and the gate stands.
    async fn gate_of(&self, campaign: &Campaign, options: &RunOptions) -> Result<Option<Gate>, StoreProblem> {
        let Some(canary) = campaign.canary.filter(|canary| !canary.is_passed) else { return Ok(None) };
        let rests = matches!(
            campaign.pause,
            Some(PauseReason::Canary | PauseReason::CanaryMissed { .. } | PauseReason::Operator)
        );
        let now = self.clock.now();
        if options.occasion == Occasion::Resume && rests && campaign.waits_after_canary() {
            let known = format!("by hand, {} of {} delivered", campaign.deliveries.delivered, campaign.counts.accepted);
            self.store.pass_gate(campaign.id, &options.by, now, &known, campaign.counts.pending).await?;
            return Ok(None);
        }
        let left = canary.until.map(|until| Duration::try_from(until.duration_since(now)).unwrap_or_default());
        Ok(canary.gate.map(|gate| Gate { within: left.map_or(gate.within, |left| left.min(gate.within)), ..gate }))
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

    /// Whether it was paused before its time came: nothing of it goes out before.
    fn waits_for_its_time(&self, campaign: &Campaign) -> bool {
        campaign.state == CampaignState::Paused && campaign.starts_at.is_some_and(|at| at > self.clock.now())
    }

    /// A scheduled campaign that was paused goes on by waiting for its time again.
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

    /// Compares the vendor's records with the journal before anything more is sent. A message of this campaign to
    /// somebody whom the journal calls pending, and never tried, means that the journal is older than what was sent from
    /// it. To somebody who was tried and then called absent, by an operator or by earlier records, it proves the
    /// contrary: accepted. Those who come next are asked for, since a journal that lost its end lost them, and everybody
    /// who was called absent.
    async fn compare_with_records(
        &self,
        claim: &Claim,
        campaign: &Campaign,
        plan: &Plan,
        journal: &mut Journal,
        by: &str,
    ) -> Result<(), StoreProblem> {
        let absent: HashMap<u32, AttemptId> = self.store.absent(campaign.id, NEXT).await?.into_iter().collect();
        let mut pending = self.store.recipients_page(campaign.id, Some(RecipientState::Pending), 0, NEXT).await?;
        pending.retain(|row| journal.states.get(row.seq as usize) == Some(&RecipientState::Pending));
        for seq in absent.keys().filter(|seq| pending.iter().all(|row| row.seq != **seq)).copied().collect::<Vec<_>>() {
            pending.extend(self.store.recipients_page(campaign.id, Some(RecipientState::Pending), seq, 1).await?);
        }
        let hour = SignedDuration::from_hours(1);
        let offset = self.client.server_offset().unwrap_or_default();
        let from = campaign.first_at.unwrap_or(campaign.created_at).max(campaign.created_at) + offset;
        // Whoever was called absent may have been tried at any time since it began.
        let last = campaign.last_at.filter(|_| absent.is_empty());
        let from = last.map_or(from, |last| from.max(last + offset - hour)) - SignedDuration::from_secs(5);
        let until = self.clock.now() + offset + hour;
        // The clock may have been ahead when the last one went out.
        let from = from.min(until - hour - hour);
        let hosts: Vec<&str> = self.settings.link_hosts.iter().map(String::as_str).collect();
        let texts = Texts::of(plan);
        for rows in pending.chunks(ASKED) {
            let mobiles: Vec<Mobile> = rows.iter().map(|row| row.mobile).collect();
            let records = match self.client.records(from, until, &mobiles).await {
                Ok(records) => records,
                Err(problem) => {
                    tracing::warn!(%problem, campaign = %campaign.id, "the records could not be compared with the journal");
                    return Ok(());
                }
            };
            for record in records {
                let Some(row) = rows.iter().find(|row| Some(row.mobile) == record.mobile) else { continue };
                let is_ours = masked(&record.text, &hosts) == masked(&texts.fill(&row.values)?, &hosts);
                let is_in_time = record.send_time.is_none_or(|at| at >= from);
                // A message of a settled attempt, or of another campaign, is known by its id.
                if !is_ours || !is_in_time || self.store.holds_message(record.sid).await? {
                    continue;
                }
                let Some(attempt) = absent.get(&row.seq) else {
                    return Err(StoreProblem::RolledBack { path: self.store.folder().display().to_string() });
                };
                if journal.states.get(row.seq as usize) != Some(&RecipientState::Pending) {
                    continue;
                }
                let (id, now, sid) = (campaign.id, self.clock.now(), record.sid);
                tracing::warn!(campaign = %id, mobile = %row.mobile.masked(), %sid, "called absent, but in the records");
                self.store.add_facts(claim, *attempt, vec![(row.seq, Fact::FoundAccepted { sid })], now, by).await?;
                self.store.audit(by, now, "found-accepted", &format!("{id} recipient {}", row.seq), 1).await?;
                if let Some(state) = journal.states.get_mut(row.seq as usize) {
                    *state = RecipientState::Accepted;
                }
            }
        }
        Ok(())
    }
}

/// A run that has nothing to do.
fn ended(campaign: Campaign) -> Run {
    let (_, progress) = watch::channel(progress_of(&campaign, campaign.counts));
    let (wishes, _) = mpsc::unbounded_channel();
    Run { progress, wishes, task: tokio::spawn(async move { Ok(campaign) }) }
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
    }
}
