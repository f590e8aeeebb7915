//! What an operator does to a campaign besides sending it: create, pause, cancel, retry, settle by hand, take over.
use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;

use super::engine::{Due, Engine};
use super::roster::Texts;
use crate::problem::{CampaignProblem, Problem, StoreProblem};
use crate::sms::{
    Campaign, CampaignId, CampaignState, Code, Mobile, PauseReason, Plan, RecipientState, SmsText, Start,
};
use crate::store::{Claim, Fact, Journal, Wish};

/// How long a live owner is given to hear a wish before the answer is "asked".
const HEARING: Duration = Duration::from_secs(3);
/// How often it is looked whether they have.
pub(super) const LISTEN: Duration = Duration::from_millis(50);
/// Recipients read at once.
const PAGE: u32 = 10_000;

impl Engine {
    /// Writes a confirmed plan down, whole or not at all, as a draft that nobody sends by itself; once that is certain it
    /// becomes `scheduled` when it starts later, else `running` by [`Engine::run`].
    ///
    /// # Errors
    /// The store refuses, or the plan has nobody in it, or a recipient's text cannot be sent as it is.
    /// [`CampaignProblem::NotBegun`] when it is written down and what should follow is not: a draft is left.
    pub async fn create(&self, plan: &Plan, by: &str) -> Result<CampaignId, Problem> {
        if plan.recipients.is_empty() {
            return Err(CampaignProblem::Nobody.into());
        }
        texts_can_be_sent(plan)?;
        let now = self.clock.now();
        let id = self.store.create_campaign(plan, by, now).await?;
        let left = self.leave_to_its_time(id, plan, by, now).await;
        left.map_err(|why| CampaignProblem::NotBegun { id, why: Box::new(why.into()) })?;
        Ok(id)
    }

    /// What follows a plan that is written down: the leave it was given is audited, and its time, if it has one, stands.
    async fn leave_to_its_time(
        &self,
        id: CampaignId,
        plan: &Plan,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreProblem> {
        if plan.ignores_quiet_hours {
            self.store.audit(by, now, "ignore-quiet-hours", &id.to_string(), plan.recipients.len() as u64).await?;
        }
        if matches!(plan.start, Start::At(_)) {
            self.store.set_state(id, CampaignState::Scheduled, None, now).await?;
        }
        Ok(())
    }

    /// A campaign, or the problem that there is none.
    pub(super) async fn campaign(&self, id: CampaignId) -> Result<Campaign, Problem> {
        Ok(self.store.campaign(id).await?.ok_or(CampaignProblem::NotFound(id))?)
    }

    /// Pauses: at once when nobody holds it, else before its owner's next batch, which is waited for a little; whatever the
    /// state says, an owner who still compares the records hears it before the first one. One that was paused and that
    /// `yunque watch` would go on with by itself waits for a person from now on.
    ///
    /// # Errors
    /// No such campaign, a state that cannot be paused, or the store refuses.
    pub async fn pause(&self, id: CampaignId, by: &str) -> Result<Campaign, Problem> {
        let campaign = self.campaign(id).await?;
        if !self.is_held(id) && !can_be_paused(&campaign)? {
            return Ok(campaign);
        }
        match self.claim_or_ask(id, Wish::Pause, by).await? {
            Turn::Theirs(asked) => return Ok(*asked),
            Turn::Ours(claim) => {
                // What was true before the claim may have changed while somebody else held it.
                let campaign = self.campaign(id).await?;
                if !can_be_paused(&campaign)? {
                    return Ok(campaign);
                }
                self.let_go(&claim, CampaignState::Paused, Some(PauseReason::Colleague { by: by.to_owned() }), by)
                    .await?;
                self.store.audit(by, self.clock.now(), "pause", &id.to_string(), campaign.counts.pending).await?;
            }
        }
        self.campaign(id).await
    }

    /// Gives up what is pending: at once when nobody holds it, else at its owner's next batch.
    ///
    /// # Errors
    /// As [`Engine::pause`].
    pub async fn cancel(&self, id: CampaignId, by: &str) -> Result<Campaign, Problem> {
        let campaign = self.campaign(id).await?;
        if !can_be_cancelled(&campaign)? {
            return Ok(campaign);
        }
        match self.claim_or_ask(id, Wish::Cancel, by).await? {
            Turn::Theirs(asked) => return Ok(*asked),
            Turn::Ours(claim) => {
                let campaign = self.campaign(id).await?;
                if !can_be_cancelled(&campaign)? {
                    return Ok(campaign);
                }
                self.let_go(&claim, CampaignState::Cancelled, None, by).await?;
                self.store.audit(by, self.clock.now(), "cancel", &id.to_string(), campaign.counts.pending).await?;
            }
        }
        self.campaign(id).await
    }

    /// Makes refused recipients with a retryable code pending again; says who. Codes 8 and 9 wait until their window is
    /// over. Whoever dies between leaves it paused.
    pub(super) async fn requeue(
        &self,
        claim: &Claim,
        campaign: &Campaign,
        journal: &mut Journal,
        by: &str,
    ) -> Result<HashSet<u32>, Problem> {
        let (id, now) = (claim.id(), self.clock.now());
        let mut may: HashSet<u32> = HashSet::new();
        let mut from = 0;
        loop {
            let rows = self.store.recipients_page(id, Some(RecipientState::Refused), from, PAGE).await?;
            let Some(last) = rows.last() else { break };
            from = last.seq + 1;
            may.extend(rows.iter().filter(|row| Code(row.code).is_retryable_at(row.at, now)).map(|row| row.seq));
        }
        if may.is_empty() {
            return Ok(may);
        }
        let pause = campaign.pause.clone().unwrap_or(PauseReason::Operator);
        self.store.set_state(id, CampaignState::Paused, Some(pause), now).await?;
        for (attempt, people) in self.store.newest_attempts(id, RecipientState::Refused).await? {
            let again: Vec<u32> = people.into_iter().filter(|seq| may.contains(seq)).collect();
            if again.is_empty() {
                continue;
            }
            let facts = again.iter().map(|seq| (*seq, Fact::Requeued)).collect();
            self.store.add_facts(claim, attempt, facts, now, by).await?;
            for seq in again {
                if let Some(state) = journal.states.get_mut(seq as usize) {
                    *state = RecipientState::Pending;
                }
            }
        }
        Ok(may)
    }

    /// An operator vouches for a campaign whose journal may be older than what was sent from it: everybody pending is looked
    /// up in the vendor's records, whoever has the message is accepted from now on, and the others may be sent to. Says how
    /// many have it. Without records the operator's word alone counts. Sends nothing.
    ///
    /// # Errors
    /// Somebody else holds it, the records cannot be read, or the store refuses.
    pub async fn vouch(&self, id: CampaignId, without_records: bool, by: &str) -> Result<u64, Problem> {
        self.campaign(id).await?;
        let plan = self.store.plan(id).await?.ok_or(CampaignProblem::NotFound(id))?;
        let claim = self.claim(id, by)?;
        self.store.vouch_for(id, by, self.clock.now()).await?;
        let mut journal = self.store.journal(&claim).await?;
        self.bury_the_dead(&claim, &mut journal, by).await?;
        let campaign = self.campaign(id).await?;
        let mut found = 0;
        if without_records {
            self.store.audit(by, self.clock.now(), "without-records", &id.to_string(), campaign.counts.pending).await?;
        } else {
            found = self.compare(&campaign, &plan, (&claim, by), &mut journal, true).await?;
        }
        self.stand_after_settling(id).await?;
        Ok(found)
    }

    /// Settles one unknown recipient by an operator's word, which the audit keeps.
    ///
    /// # Errors
    /// Somebody else holds it, the number is not unknown, or the store refuses.
    pub async fn settle(
        &self,
        id: CampaignId,
        mobile: Mobile,
        was_accepted: bool,
        by: &str,
    ) -> Result<Campaign, Problem> {
        self.campaign(id).await?;
        let claim = self.claim(id, by)?;
        let mut journal = self.store.journal(&claim).await?;
        self.bury_the_dead(&claim, &mut journal, by).await?;
        let unsettled = self.store.unsettled(id).await?;
        let found = unsettled.iter().find_map(|(attempt, people)| {
            people.iter().find(|(_, known)| *known == mobile).map(|(seq, _)| (attempt.id, *seq))
        });
        let (attempt, seq) = found.ok_or(CampaignProblem::NotUnknown { id, mobile })?;
        let now = self.clock.now();
        self.store.add_facts(&claim, attempt, vec![(seq, Fact::SettledByHand(was_accepted))], now, by).await?;
        self.stand_after_settling(id).await?;
        self.campaign(id).await
    }

    /// Leaves it to `yunque watch`: at once when nobody holds it, else at its owner's next batch, which is waited for a
    /// little.
    ///
    /// # Errors
    /// No such campaign, a state in which nothing is left to send, or the store refuses.
    pub async fn hand_over(&self, id: CampaignId, by: &str) -> Result<Campaign, Problem> {
        can_be_left(&self.campaign(id).await?)?;
        match self.claim_or_ask(id, Wish::ToWatch, by).await? {
            Turn::Theirs(asked) => return Ok(*asked),
            Turn::Ours(claim) => {
                let campaign = self.campaign(id).await?;
                can_be_left(&campaign)?;
                self.let_go(&claim, CampaignState::Paused, Some(PauseReason::HungUp), by).await?;
                self.store.audit(by, self.clock.now(), "hand-over", &id.to_string(), campaign.counts.pending).await?;
            }
        }
        self.campaign(id).await
    }

    /// What `watch` should run now: due; handed over (by an operator, by its schedule, or told so when it was confirmed)
    /// and left by an owner who died, whose terminal went away, or whom quiet hours stopped that are over now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn due(&self) -> Result<Vec<Due>, Problem> {
        let now = self.clock.now();
        let mut due = Vec::new();
        for id in self.store.due_campaigns(now).await? {
            let is_missed = self.campaign(id).await?.is_missed(now);
            due.push(Due { id, is_missed });
        }
        for id in self.store.running_with_dead_owner().await? {
            if self.campaign(id).await?.is_handed_over {
                due.push(Due { id, is_missed: false });
            }
        }
        let may_go_on = self.settings.quiet_hours.is_none_or(|hours| hours.allows(now));
        for campaign in self.store.campaigns(None).await? {
            let is_quiet = campaign.pause == Some(PauseReason::QuietHours) && !may_go_on;
            if campaign.waits_for_watch() && !is_quiet && !self.is_held(campaign.id) {
                due.push(Due { id: campaign.id, is_missed: false });
            }
        }
        Ok(due)
    }

    /// When the next scheduled campaign starts.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Problem> {
        let scheduled = |campaign: &Campaign| campaign.state == CampaignState::Scheduled;
        let all = self.store.campaigns(None).await?;
        Ok(all.iter().filter(|campaign| scheduled(campaign)).filter_map(|campaign| campaign.starts_at).min())
    }

    pub(super) fn is_held(&self, id: CampaignId) -> bool {
        self.store.owner(id).is_some_and(|owner| owner.is_alive)
    }

    /// Takes the lock, or leaves the wish to whoever has it. One that lets go without having heard it only looked something
    /// up: then it is ours to do.
    async fn claim_or_ask(&self, id: CampaignId, wish: Wish, by: &str) -> Result<Turn, Problem> {
        loop {
            match self.claim(id, by) {
                Ok(claim) => {
                    self.store.forget_wish(id, &[wish]).await?;
                    return Ok(Turn::Ours(claim));
                }
                Err(Problem::Campaign(CampaignProblem::Held { .. })) => {
                    let asked = self.ask(id, wish, by).await?;
                    if self.is_held(id) || self.store.wish_of(id).await? != Some(wish) {
                        return Ok(Turn::Theirs(Box::new(asked)));
                    }
                }
                Err(problem) => return Err(problem),
            }
        }
    }

    /// Leaves a wish for a live owner, and waits a little for them to do it. A campaign whose owner has not heard it yet has
    /// the wish before it: it is done when the calls under way are answered.
    async fn ask(&self, id: CampaignId, wish: Wish, by: &str) -> Result<Campaign, Problem> {
        self.store.wish(id, wish, by, self.clock.now()).await?;
        let heard = async {
            while self.is_held(id) {
                tokio::time::sleep(LISTEN).await;
            }
        };
        drop(tokio::time::timeout(HEARING, heard).await);
        let campaign = self.campaign(id).await?;
        let is_open = campaign.state == CampaignState::Running || self.store.wish_of(id).await? == Some(wish);
        let wish = Some(wish).filter(|_| is_open && self.is_held(id));
        Ok(Campaign { wish, ..campaign })
    }

    /// Writes down how a campaign stands that nobody sends: what a dead owner left in the middle first. Hung up, it is left
    /// to `yunque watch`.
    pub(super) async fn let_go(
        &self,
        claim: &Claim,
        state: CampaignState,
        pause: Option<PauseReason>,
        by: &str,
    ) -> Result<(), Problem> {
        let mut journal = self.store.journal(claim).await?;
        self.bury_the_dead(claim, &mut journal, by).await?;
        let is_settled = self.campaign(claim.id()).await?.counts.is_settled();
        let (state, pause) = if is_settled { (CampaignState::Finished, None) } else { (state, pause) };
        let (id, now) = (claim.id(), self.clock.now());
        match pause {
            Some(PauseReason::HungUp) => self.store.leave_to_watch(id, PauseReason::HungUp, by, now).await?,
            pause => self.store.set_state(id, state, pause, now).await?,
        }
        Ok(())
    }

    /// After something was settled: finished when everybody is, else paused; a cancelled one stays cancelled.
    pub(super) async fn stand_after_settling(&self, id: CampaignId) -> Result<(), Problem> {
        let campaign = self.campaign(id).await?;
        let (state, pause) = match campaign.state {
            CampaignState::Cancelled | CampaignState::Draft | CampaignState::Scheduled => return Ok(()),
            _ if campaign.counts.is_settled() => (CampaignState::Finished, None),
            _ if campaign.counts.pending == 0 => (CampaignState::Paused, Some(PauseReason::Unsettled)),
            CampaignState::Paused => return Ok(()),
            CampaignState::Running | CampaignState::Finished => (CampaignState::Paused, Some(PauseReason::OwnerDied)),
        };
        self.store.set_state(id, state, pause, self.clock.now()).await?;
        Ok(())
    }
}

/// Whose turn it is to do what an operator wishes.
enum Turn {
    /// Ours: nobody else holds it.
    Ours(Claim),
    /// Its owner's, who was asked; how it stands.
    Theirs(Box<Campaign>),
}

/// Whether there is something to pause: it sends, will send at its time, or `yunque watch` will go on with it.
fn can_be_paused(campaign: &Campaign) -> Result<bool, CampaignProblem> {
    match campaign.state {
        CampaignState::Paused => Ok(campaign.waits_for_watch()),
        CampaignState::Running | CampaignState::Scheduled => Ok(true),
        state => Err(CampaignProblem::State { id: campaign.id, state }),
    }
}

fn can_be_cancelled(campaign: &Campaign) -> Result<bool, CampaignProblem> {
    match campaign.state {
        CampaignState::Cancelled => Ok(false),
        CampaignState::Finished => Err(CampaignProblem::State { id: campaign.id, state: campaign.state }),
        _ => Ok(true),
    }
}

fn can_be_left(campaign: &Campaign) -> Result<(), CampaignProblem> {
    let is_open = matches!(campaign.state, CampaignState::Running | CampaignState::Paused);
    if is_open { Ok(()) } else { Err(CampaignProblem::State { id: campaign.id, state: campaign.state }) }
}

/// Every final text is one that may be sent; whoever lacks a value stops the whole plan.
fn texts_can_be_sent(plan: &Plan) -> Result<(), CampaignProblem> {
    let texts = Texts::of(plan);
    if texts.is_plain() {
        return SmsText::new(plan.text.as_str()).map(drop).map_err(CampaignProblem::Text);
    }
    let template = crate::sms::Template::new(&plan.text);
    let mut missing: Option<(String, u64)> = None;
    for i in 0..plan.recipients.len() {
        match template.fill(&plan.recipients.columns, plan.recipients.values(i)) {
            Ok(text) => drop(SmsText::new(text).map_err(CampaignProblem::Text)?),
            Err(lacks) => missing.get_or_insert((lacks.name, 0)).1 += 1,
        }
    }
    missing.map_or(Ok(()), |(variable, count)| Err(CampaignProblem::Variable { variable, count }))
}
