//! The loop of a run: news in, the machine's step, its outputs carried out on tasks of their own.
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::calls::{Manner, News, Promise};
use super::engine::Engine;
use super::machine::{CallId, Ending, Input, Machine, Output};
use super::roster::{People, Roster};
use super::run::{Interruption, Wished};
use crate::problem::{CampaignProblem, Problem};
use crate::sms::{
    AtGate, Campaign, CampaignId, CampaignState, Gate, Money, Outcome, PauseReason, Progress, QuietHours, TakeOver,
};
use crate::store::{AttemptId, Claim, Fact, Intent, Wish};

/// How often a run looks for wishes of other processes, at the clock and at its own rate. Only while it runs.
const LOOK: Duration = Duration::from_millis(100);
/// The rate is taken over so many looks: ten seconds.
const LOOKS: usize = 100;

/// A canary's reports are asked for about so often during the wait, …
const LOOKS_AT_CANARY: u32 = 30;
/// … but not more often, …
const SOONEST_LOOK: Duration = Duration::from_millis(50);
/// … and not more seldom than this.
const LATEST_LOOK: Duration = Duration::from_mins(1);

/// A task that ends with whoever asked for it.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Everything a run needs.
pub(super) struct Driver {
    pub engine: Engine,
    pub claim: Arc<Claim>,
    pub id: CampaignId,
    pub by: String,
    /// `yunque watch` runs it: whatever stops it but an operator leaves it to the next watch.
    pub is_watch: bool,
    pub machine: Machine,
    pub roster: Arc<Roster>,
    pub manner: Manner,
    /// The gate after its canary, if it was not passed.
    pub gate: Option<Gate>,
    /// The hours this run must keep; `None` when they do not bind.
    pub quiet_hours: Option<QuietHours>,
    pub fee: Money,
    pub progress: watch::Sender<Progress>,
    pub wishes: mpsc::UnboundedReceiver<Wished>,
}

/// What the loop remembers of itself.
struct Loop {
    driver: Driver,
    news: mpsc::UnboundedSender<News>,
    calls: HashMap<CallId, (AttemptId, People)>,
    began: Instant,
    wake_at: Option<Instant>,
    grace_ends: Option<Instant>,
    given_up: CancellationToken,
    is_handed_over: bool,
    samples: VecDeque<u64>,
    /// The look for wishes that is under way.
    looking: Option<JoinHandle<()>>,
    /// The gate it waits at, and the looks for the canary's reports.
    gate: Option<AtGate>,
    judging: Option<AbortOnDrop>,
    /// The question of a colleague, for whoever sits here.
    asked: Option<TakeOver>,
    ending: Option<Ending>,
}

impl Driver {
    /// Sends until there is nothing to send, or something stops it; then writes down how it ended.
    pub async fn drive(self) -> Result<Campaign, Problem> {
        let (news, mut heard) = mpsc::unbounded_channel();
        let mut this = Loop {
            driver: self,
            news,
            calls: HashMap::new(),
            began: Instant::now(),
            wake_at: None,
            grace_ends: None,
            given_up: CancellationToken::new(),
            is_handed_over: false,
            samples: VecDeque::new(),
            looking: None,
            gate: None,
            judging: None,
            asked: None,
            ending: None,
        };
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut has_holder = true;
        // What was wished since the claim is heard before the first call.
        this.look();
        if let Some(look) = this.looking.take() {
            drop(look.await);
        }
        while let Ok(news) = heard.try_recv() {
            this.hear(news);
        }
        this.step(Input::Started);
        while this.ending.is_none() {
            let (wake_at, grace_ends) = (this.wake_at, this.grace_ends);
            // What stops a run comes first, news last: a pause that was said before an answer came lets no call follow it.
            tokio::select! {
                biased;
                wish = this.driver.wishes.recv(), if has_holder => match wish {
                    Some(wish) => this.wished(&wish),
                    None => has_holder = false,
                },
                () = until(grace_ends), if grace_ends.is_some() => {
                    this.grace_ends = None;
                    this.given_up.cancel();
                    this.step(Input::GraceEnded);
                }
                () = until(wake_at), if wake_at.is_some() => {
                    this.wake_at = None;
                    this.step(Input::Woke);
                }
                _ = looks.tick() => this.look(),
                Some(news) = heard.recv() => {
                    this.hear(news);
                    while let Ok(news) = heard.try_recv() {
                        this.hear(news);
                    }
                }
            }
            this.publish(CampaignState::Running, None);
        }
        this.end(heard).await
    }
}

async fn until(when: Option<Instant>) {
    if let Some(when) = when {
        tokio::time::sleep_until(when).await;
    }
}

impl Loop {
    fn hear(&mut self, news: News) {
        match news {
            News::Input(input) => {
                if let (Input::CanaryReported { delivered, .. }, Some(gate)) = (&input, &mut self.gate) {
                    gate.delivered = *delivered;
                }
                self.step(input);
            }
            News::Durable(call, attempt, people) => {
                self.calls.insert(call, (attempt, people));
                self.step(Input::Durable { call });
            }
            News::Wish(wish @ (Wish::Pause | Wish::HandOver), by) => self.step(Input::PauseWished(wished_by(wish, by))),
            News::Wish(Wish::ToWatch, _) => {
                self.is_handed_over = true;
                self.step(Input::PauseWished(PauseReason::HungUp));
            }
            News::Wish(Wish::Cancel, _) => self.step(Input::CancelWished),
            News::Asked(asked) => self.asked = asked,
        }
    }

    fn wished(&mut self, wish: &Wished) {
        match wish {
            Wished::Pause => self.step(Input::PauseWished(PauseReason::Operator)),
            Wished::Cancel => self.step(Input::CancelWished),
            &Wished::Interrupt(why, grace) => {
                let why = if self.driver.is_watch { Interruption::HandOver } else { why };
                let reason = match why {
                    Interruption::Interrupted => PauseReason::Interrupted,
                    Interruption::HungUp | Interruption::HandOver => PauseReason::HungUp,
                };
                self.is_handed_over |= why == Interruption::HandOver;
                let ends = Instant::now() + grace;
                self.grace_ends = Some(self.grace_ends.map_or(ends, |earlier| earlier.min(ends)));
                self.step(Input::PauseWished(reason));
            }
        }
    }

    /// One input, and all that follows from it at once.
    fn step(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let outputs = self.driver.machine.step(input, self.began.elapsed());
            for output in outputs {
                match output {
                    Output::Ask { call } => {
                        if self.is_quiet() {
                            // Heard before the permit: no call begins within quiet hours.
                            inputs.push_back(Input::PauseWished(PauseReason::QuietHours));
                        }
                        if self.driver.engine.client.permit().now_or_never().is_some() {
                            inputs.push_back(Input::Permitted { call });
                        } else {
                            self.wait_for_permit(call);
                        }
                    }
                    Output::Write { call, runs } => self.write(call, runs),
                    Output::Send { call } => self.send(call),
                    Output::Record { call, outcomes } => self.record(call, outcomes),
                    Output::Judge { by } => self.judge(by),
                    Output::OpenGate { delivered, of } => self.open_gate(delivered, of),
                    Output::SlowDown => self.driver.engine.client.slow_down(),
                    Output::WakeAt(when) => self.wake_at = Some(self.began + when),
                    Output::End(ending) => self.ending = Some(ending),
                }
            }
        }
    }

    fn wait_for_permit(&self, call: CallId) {
        let why = "the task that waited for a permit broke off".to_owned();
        let promise = Promise::new(self.news.clone(), Input::NotDurable { call, why });
        let client = self.driver.engine.client.clone();
        tokio::spawn(async move {
            client.permit().await;
            promise.keep(News::Input(Input::Permitted { call }));
        });
    }

    /// Looks up whom the call is for, then makes the intent durable.
    fn write(&self, call: CallId, runs: Vec<std::ops::RangeInclusive<u32>>) {
        let why = "the task that wrote the intent broke off".to_owned();
        let promise = Promise::new(self.news.clone(), Input::NotDurable { call, why });
        let (roster, claim) = (Arc::clone(&self.driver.roster), Arc::clone(&self.driver.claim));
        let engine = self.driver.engine.clone();
        tokio::spawn(async move {
            let written = async {
                let people = roster.people(&runs).await?;
                let intent = Intent { runs, at: engine.clock.now() };
                Ok::<_, crate::problem::StoreProblem>((engine.store.intend(&claim, intent).await?, people))
            };
            match written.await {
                Ok((attempt, people)) => promise.keep(News::Durable(call, attempt, people)),
                Err(problem) => {
                    promise.keep(News::Input(Input::NotDurable { call, why: problem.to_string() }));
                }
            }
        });
    }

    fn send(&self, call: CallId) {
        // Without an outcome for anybody, everybody is in doubt.
        let in_doubt = Input::Answered { call, outcomes: Vec::new(), explained: Vec::new() };
        let promise = Promise::new(self.news.clone(), in_doubt);
        let Some((attempt, people)) = self.calls.get(&call).cloned() else { return };
        let (engine, manner) = (self.driver.engine.clone(), self.driver.manner.clone());
        let given_up = self.given_up.clone();
        tokio::spawn(async move {
            let answered = engine.call(&manner, call, attempt, &people);
            if let Some(input) = given_up.run_until_cancelled(answered).await {
                promise.keep(News::Input(input));
            }
        });
    }

    /// One job for the store, whatever the number of recipients.
    fn record(&mut self, call: CallId, outcomes: Vec<(u32, Outcome)>) {
        let Some((attempt, _)) = self.calls.remove(&call) else {
            // The machine records only calls that it sent, and those are here.
            let why = "an answer to a call that was never made".to_owned();
            drop(self.news.send(News::Input(Input::NotRecorded { call, why })));
            return;
        };
        for (_, outcome) in &outcomes {
            if let Outcome::Accepted { fee, .. } = outcome {
                self.driver.fee = self.driver.fee + fee.unwrap_or(Money::ZERO);
            }
        }
        let Driver { engine, by, .. } = &self.driver;
        let facts = outcomes.into_iter().map(|(seq, outcome)| (seq, Fact::Answered(outcome))).collect();
        let now = engine.clock.now();
        let durable = engine.store.add_facts(&self.driver.claim, attempt, facts, now, by);
        let why = "the task that wrote the outcome broke off".to_owned();
        let promise = Promise::new(self.news.clone(), Input::NotRecorded { call, why });
        tokio::spawn(async move {
            let input = match durable.await {
                Ok(()) => Input::Recorded { call },
                Err(problem) => Input::NotRecorded { call, why: problem.to_string() },
            };
            promise.keep(News::Input(input));
        });
    }

    /// The canary is out: that its reports are waited for is written down, then they are asked for until the wait is over.
    fn judge(&mut self, by: Duration) {
        let (engine, id, news) = (self.driver.engine.clone(), self.driver.id, self.news.clone());
        let ends = self.began + by;
        let left = ends.saturating_duration_since(Instant::now());
        let until = engine.clock.now() + SignedDuration::try_from(left).unwrap_or_default();
        // As the store keeps it.
        let until = Timestamp::from_millisecond(until.as_millisecond()).unwrap_or(until);
        let of = self.driver.machine.counts().accepted;
        self.gate = self.driver.gate.map(|gate| AtGate { gate, delivered: 0, of, until });
        let every = (left / LOOKS_AT_CANARY).clamp(SOONEST_LOOK, LATEST_LOOK);
        let why = "the task that asked for the canary's reports broke off".to_owned();
        let promise = Promise::new(news.clone(), Input::ReportsLost { why });
        self.judging = Some(AbortOnDrop(tokio::spawn(async move {
            let watched = async {
                engine.store.await_gate(id, until).await?;
                loop {
                    if let Err(problem) = engine.collect_deliveries(id).await {
                        tracing::warn!(%problem, campaign = %id, "the canary's reports could not be asked for");
                    }
                    let known = engine.campaign(id).await?.deliveries;
                    let (delivered, failed) = (known.delivered, known.failed);
                    if news.send(News::Input(Input::CanaryReported { delivered, failed })).is_err() {
                        return Ok(());
                    }
                    // The last look comes when the wait is over; the machine then says what that means.
                    let next = Instant::now() + every;
                    tokio::time::sleep_until(if Instant::now() < ends { next.min(ends) } else { next }).await;
                }
            };
            let watched: Result<(), Problem> = watched.await;
            if let Err(problem) = watched {
                promise.keep(News::Input(Input::ReportsLost { why: problem.to_string() }));
            }
        })));
    }

    /// The gate was met; nobody else is written to before the journal holds that.
    fn open_gate(&mut self, delivered: u64, of: u64) {
        (self.judging, self.gate) = (None, None);
        let why = "the task that opened the gate broke off".to_owned();
        let promise = Promise::new(self.news.clone(), Input::GateStuck { why });
        let Driver { engine, id, by, machine, .. } = &self.driver;
        let (engine, id, by, others) = (engine.clone(), *id, by.clone(), machine.counts().pending);
        tokio::spawn(async move {
            let known = format!("{delivered} of {of} delivered");
            let input = match engine.store.pass_gate(id, &by, engine.clock.now(), &known, others).await {
                Ok(()) => Input::GateOpened,
                Err(problem) => Input::GateStuck { why: problem.to_string() },
            };
            promise.keep(News::Input(input));
        });
    }

    /// What no news tells: wishes of other processes, the hour, the rate.
    fn look(&mut self) {
        let counts = self.driver.machine.counts();
        self.samples.push_back(counts.total() - counts.pending - counts.sending);
        if self.samples.len() > LOOKS {
            self.samples.pop_front();
        }
        if self.is_quiet() {
            self.step(Input::PauseWished(PauseReason::QuietHours));
        }
        if self.looking.as_ref().is_some_and(|look| !look.is_finished()) {
            return;
        }
        let Driver { engine, claim, id, by, .. } = &self.driver;
        let (engine, claim, id, by) = (engine.clone(), Arc::clone(claim), *id, by.clone());
        let (news, before) = (self.news.clone(), self.asked.clone());
        self.looking = Some(tokio::spawn(async move {
            let asked = engine.hear_question(&claim, &by).await;
            if asked != before {
                drop(news.send(News::Asked(asked)));
            }
            if let Ok(Some((wish, by))) = engine.store.take_wish_by(id).await {
                drop(news.send(News::Wish(wish, by)));
            }
        }));
    }

    fn is_quiet(&self) -> bool {
        self.driver.quiet_hours.is_some_and(|hours| !hours.allows(self.driver.engine.clock.now()))
    }

    fn publish(&self, state: CampaignState, pause: Option<PauseReason>) {
        let counts = self.driver.machine.counts();
        let rate = self.rate();
        let is_sending = state == CampaignState::Running && rate > 0 && counts.pending > 0;
        let left = i64::try_from(counts.pending / u64::from(rate.max(1))).unwrap_or(i64::MAX);
        let done_at =
            is_sending.then(|| self.driver.engine.clock.now().checked_add(SignedDuration::from_secs(left)).ok());
        self.driver.progress.send_replace(Progress {
            id: self.driver.id,
            state,
            pause,
            counts,
            fee: self.driver.fee,
            rate: if state == CampaignState::Running { rate } else { 0 },
            done_at: done_at.flatten(),
            gate: self.gate.filter(|_| state == CampaignState::Running),
            asked: self.asked.clone().filter(|_| state == CampaignState::Running).map(Box::new),
        });
    }

    /// Recipients a second over the looks of the last ten.
    fn rate(&self) -> u32 {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else { return 0 };
        let spans = u64::try_from(self.samples.len().saturating_sub(1)).unwrap_or(0).max(1);
        let looks_a_second = 1_000 / u64::try_from(LOOK.as_millis()).unwrap_or(1_000);
        u32::try_from((last - first) * looks_a_second / spans).unwrap_or(u32::MAX)
    }

    async fn end(mut self, mut heard: mpsc::UnboundedReceiver<News>) -> Result<Campaign, Problem> {
        // A look that comes late would take away the wish that is left below for the next owner.
        if let Some(look) = self.looking.take() {
            drop(look.await);
        }
        // What was wished after the last call, by somebody who was told that the owner would hear it.
        let mut wishes: Vec<(Wish, String)> =
            self.driver.engine.store.take_wish_by(self.driver.id).await.ok().flatten().into_iter().collect();
        while let Ok(news) = heard.try_recv() {
            if let News::Wish(wish, by) = news {
                wishes.push((wish, by));
            }
        }
        let is_given_up = wishes.iter().any(|(wish, _)| *wish == Wish::Cancel);
        self.is_handed_over |= wishes.iter().any(|(wish, _)| *wish == Wish::ToWatch);
        let (state, pause) = match self.ending.take() {
            Some(Ending::Finished) => (CampaignState::Finished, None),
            Some(Ending::Cancelled) => (CampaignState::Cancelled, None),
            Some(Ending::Paused(_)) | None if is_given_up => (CampaignState::Cancelled, None),
            Some(Ending::Paused(reason)) => (CampaignState::Paused, Some(reason)),
            None => (CampaignState::Paused, Some(PauseReason::Interrupted)),
        };
        let is_pause = |(wish, _): &(Wish, String)| matches!(wish, Wish::Pause | Wish::HandOver);
        let by_hand = wishes.into_iter().find(is_pause).map(|(wish, by)| wished_by(wish, by));
        let pause = pause.map(|reason| by_hand.filter(|by_hand| by_hand.outranks(&reason)).unwrap_or(reason));
        let Driver { engine, id, by, is_watch, .. } = &self.driver;
        let now: Timestamp = engine.clock.now();
        let for_watch = pause.clone().filter(|why| why.is_for_watch() && (self.is_handed_over || *is_watch));
        match for_watch {
            Some(reason) => engine.store.leave_to_watch(*id, reason, by, now).await?,
            None => engine.store.set_state(*id, state, pause.clone(), now).await?,
        }
        let campaign = engine.store.campaign(*id).await?.ok_or(CampaignProblem::NotFound(*id))?;
        self.publish(state, pause);
        Ok(campaign)
    }
}

/// Why a campaign pauses at somebody's wish. Who gets one that is handed over is told with the answer to their question.
pub(super) fn wished_by(wish: Wish, by: String) -> PauseReason {
    if wish == Wish::Pause { PauseReason::Colleague { by } } else { PauseReason::Operator }
}
