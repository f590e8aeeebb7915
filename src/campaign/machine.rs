//! Floor 2: a campaign as a pure state machine. No I/O, no async, no clock: what happened goes in, what to do comes out.
//!
//! It decides who goes into which call, how many calls are out, when to wait and when to stop; it never sends, writes
//! or reads anything. What it must never let happen: a recipient in a call who is not pending, a request whose intent
//! is not durable, a second call after an answer that leaves the first in doubt.
//!
//! ```text
//!                Ask ──▶ Permitted ──▶ Write ──▶ Durable ──▶ Send ──▶ Answered ──▶ Record
//! recipient      pending               sending                        accepted · refused · unknown
//!                  ▲                     │ NotDurable ──▶ stop           │ never connected, or code -5
//!                  └── once that is durable ───────────────────────────────┘
//! ```
mod backoff;
mod brakes;
mod queue;
pub mod settle;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::sms::{Class, Code, Counts, Gate, Judgement, Outcome, PauseReason, RecipientState};
use backoff::Backoff;
use brakes::{Brake, Brakes};
use queue::{Batch, Queue};

/// How a machine is to go about it. Times are durations since the start of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Recipients a call, 1 to 1000.
    pub batch_size: u32,
    /// Calls at the same time.
    pub in_flight: u32,
    /// Recipients a second.
    pub rate: Option<NonZeroU32>,
    /// How many go first.
    pub canary: Option<NonZeroU32>,
    /// What lets the others go by itself, its wait cut to what is left of it; `None` for by hand, or once passed.
    pub gate: Option<Gate>,
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
    /// That could not be written, or the wait for the reports could not be.
    GateStuck {
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

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asked,
    Writing,
    Out,
}

#[derive(Debug)]
struct Call {
    batch: Batch,
    stage: Stage,
    epoch: u32,
}

/// How far the judging of the canary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judging {
    NotYet,
    Until(Duration),
    /// Enough is delivered; the journal does not hold it yet.
    Opening,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stop {
    Pause(PauseReason),
    Cancel,
}

/// A running campaign.
#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    is_one_text: bool,
    states: Vec<RecipientState>,
    counts: Counts,
    queue: Queue,
    calls: HashMap<CallId, Call>,
    /// Calls whose outcome is being written, with those of them who may be tried again.
    recording: HashMap<CallId, Batch>,
    next_call: u64,
    brakes: Brakes,
    backoff: Backoff,
    /// Until the canary is passed, how many recipients may be taken in all.
    canary: Option<u32>,
    judging: Judging,
    /// Calls allowed at the same time, growing after a canary.
    allowed: u32,
    /// When the rate allows the next call.
    paced_until: Duration,
    woken_at: Option<Duration>,
    stop: Option<Stop>,
    /// Some of the pending are kept back; why, for those who look at them afterwards.
    kept_back: Option<PauseReason>,
    has_ended: bool,
}

/// Whether a code stops the campaign whatever else the answer holds: balance, quota, key, permission, suspension, and
/// what only a defect of ours can bring (`api/yunpian-v2.md`, "Codes"). A text that is refused stops it when everybody
/// gets the same one.
fn stops(code: i32, is_one_text: bool) -> bool {
    match Code(code).class() {
        Class::Balance | Class::StopKey | Class::StopPermission | Class::Quota | Class::Suspended | Class::Defect => {
            true
        }
        Class::FixText => is_one_text,
        _ => false,
    }
}

impl Machine {
    /// A machine for recipients in these states. `groups` names for each recipient the group of those who get the same
    /// final text; `None` when everybody does. A recipient found `Sending` is in doubt: no call of this run made it so.
    #[must_use]
    pub fn new(mut states: Vec<RecipientState>, groups: Option<&[u32]>, settings: Settings) -> Self {
        let mut counts = Counts::default();
        for state in &mut states {
            if *state == RecipientState::Sending {
                *state = RecipientState::Unknown;
            }
            *counts.of_mut(*state) += 1;
        }
        let queue = Queue::new(&states, groups);
        let tried = counts.total() - counts.pending;
        let canary = settings.canary.map(NonZeroU32::get);
        // With a gate it is the gate that lets the others go; without one it is whoever resumed.
        let is_canary_out = settings.gate.is_none() && canary.is_some_and(|first| tried >= u64::from(first));
        Self {
            allowed: if is_canary_out { 1 } else { settings.in_flight.max(1) },
            canary: canary.filter(|_| !is_canary_out),
            judging: Judging::NotYet,
            brakes: Brakes::new(settings.refused_percent),
            backoff: Backoff::new(settings.reconnect_after),
            is_one_text: groups.is_none(),
            queue,
            states,
            counts,
            calls: HashMap::new(),
            recording: HashMap::new(),
            next_call: 0,
            paced_until: Duration::ZERO,
            woken_at: None,
            stop: None,
            kept_back: None,
            has_ended: false,
            settings,
        }
    }

    /// Sends to these alone, canary or not; whoever else is pending waits on, and the run then ends paused for this reason.
    pub fn keep_to(&mut self, seqs: &HashSet<u32>, reason: PauseReason) {
        self.queue.retain(|seq| seqs.contains(&seq));
        (self.canary, self.settings.gate, self.kept_back) = (None, None, Some(reason));
    }

    /// Recipients by state.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The state of one recipient.
    #[must_use]
    pub fn state(&self, seq: u32) -> Option<RecipientState> {
        self.states.get(seq as usize).copied()
    }

    /// Calls whose intent is being written or whose answer is awaited.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.calls.values().filter(|call| call.stage != Stage::Asked).count()
    }

    /// Whether no new call will be made.
    #[must_use]
    pub const fn is_stopping(&self) -> bool {
        self.stop.is_some() || self.has_ended
    }

    /// Takes in what happened and says what to do. Late news of a call that is over is dropped.
    pub fn step(&mut self, input: Input, now: Duration) -> Vec<Output> {
        let mut out = Vec::new();
        if self.has_ended {
            return out;
        }
        match input {
            Input::Started => {}
            Input::Permitted { call } => self.permitted(call, now, &mut out),
            Input::Durable { call } => {
                if let Some(known) = self.calls.get_mut(&call)
                    && known.stage == Stage::Writing
                {
                    known.stage = Stage::Out;
                    out.push(Output::Send { call });
                }
            }
            Input::NotDurable { call, why } => self.not_durable(call, why),
            Input::Answered { call, outcomes, explained } => self.answered(call, outcomes, &explained, now, &mut out),
            Input::Recorded { call } => {
                if let Some(returned) = self.recording.remove(&call) {
                    self.queue.give_back(returned);
                }
            }
            Input::NotRecorded { call, why } => {
                if let Some(lost) = self.recording.remove(&call) {
                    lost.seqs().for_each(|seq| self.set(seq, RecipientState::Unknown));
                }
                self.pause(PauseReason::Journal { why });
            }
            Input::CanaryReported { delivered, failed } => self.reported(delivered, failed, now, &mut out),
            Input::GateOpened => self.pass_canary(),
            Input::GateStuck { why } => self.pause(PauseReason::Journal { why }),
            Input::PauseWished(reason) => self.pause(reason),
            Input::CancelWished => self.stop = Some(Stop::Cancel),
            Input::Woke => self.woken_at = None,
            Input::GraceEnded => self.grace_ended(&mut out),
        }
        self.dispatch(now, &mut out);
        self.end_if_drained(&mut out);
        out
    }

    fn pause(&mut self, reason: PauseReason) {
        if self.stop.is_none() {
            self.stop = Some(Stop::Pause(reason));
        }
    }

    /// Opens as many calls as are allowed now.
    fn dispatch(&mut self, now: Duration, out: &mut Vec<Output>) {
        while self.stop.is_none() && self.calls.len() < self.allowed as usize && !self.queue.is_empty() {
            let not_before = self.backoff.until().max(self.paced_until);
            if not_before > now {
                if self.woken_at != Some(not_before) {
                    self.woken_at = Some(not_before);
                    out.push(Output::WakeAt(not_before));
                }
                return;
            }
            let mut size = self.settings.batch_size.clamp(1, 1000);
            if let Some(first) = self.canary {
                let taken = u32::try_from(self.counts.total()).unwrap_or(u32::MAX).saturating_sub(self.queue.len());
                match first.saturating_sub(taken) {
                    0 => {
                        if self.calls.is_empty() && self.recording.is_empty() {
                            self.canary_is_out(now, out);
                        }
                        return;
                    }
                    left => size = size.min(left),
                }
            }
            let batch = self.queue.take(size);
            if let Some(rate) = self.settings.rate {
                // The ramp: while fewer calls are allowed at a time, the rate is as much lower.
                let (most, allowed) = (self.settings.in_flight.max(1), self.allowed.max(1));
                let takes = Duration::from_secs(1).saturating_mul(batch.count) / rate.get() * most / allowed;
                self.paced_until = self.paced_until.max(now) + takes;
            }
            let call = CallId(self.next_call);
            self.next_call += 1;
            self.calls.insert(call, Call { batch, stage: Stage::Asked, epoch: self.backoff.epoch() });
            out.push(Output::Ask { call });
        }
    }

    /// The first few have their answers: by hand from here, or by their reports.
    fn canary_is_out(&mut self, now: Duration, out: &mut Vec<Output>) {
        match (self.settings.gate, self.judging) {
            (None, _) => self.pause(PauseReason::Canary),
            (Some(gate), Judging::NotYet) => {
                let by = now + gate.within;
                self.judging = Judging::Until(by);
                out.push(Output::Judge { by });
            }
            (Some(_), Judging::Until(_) | Judging::Opening) => {}
        }
    }

    /// Nobody but the canary was written to before the gate is passed: everybody who is accepted belongs to it.
    fn reported(&mut self, delivered: u64, failed: u64, now: Duration, out: &mut Vec<Output>) {
        let (Some(gate), Judging::Until(by)) = (self.settings.gate, self.judging) else { return };
        let of = self.counts.accepted;
        match gate.judge(of, delivered, failed) {
            Judgement::Met => {
                self.judging = Judging::Opening;
                out.push(Output::OpenGate { delivered, of });
            }
            Judgement::Open if now < by => {}
            Judgement::Open | Judgement::Missed => {
                self.pause(PauseReason::CanaryMissed { wanted: gate.percent, delivered, of });
            }
        }
    }

    /// The others go, one call at a time at first.
    fn pass_canary(&mut self) {
        if self.judging == Judging::Opening {
            (self.canary, self.settings.gate, self.allowed) = (None, None, 1);
        }
    }

    /// The last moment at which a call can be dropped without a trace.
    fn permitted(&mut self, id: CallId, now: Duration, out: &mut Vec<Output>) {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.stage == Stage::Asked) else { return };
        let is_pending = |seq: u32| self.states.get(seq as usize) == Some(&RecipientState::Pending);
        let may_go = self.stop.is_none() && self.backoff.until() <= now && call.batch.seqs().all(is_pending);
        if !may_go {
            if let Some(call) = self.calls.remove(&id) {
                self.queue.give_back(call.batch);
            }
            return;
        }
        call.stage = Stage::Writing;
        call.epoch = self.backoff.epoch();
        let runs = call.batch.runs.clone();
        for seq in runs.iter().cloned().flatten() {
            self.set(seq, RecipientState::Sending);
        }
        out.push(Output::Write { call: id, runs });
    }

    /// No request was written, so nobody got anything; whether the intent is on disk after all, the next claim will see.
    fn not_durable(&mut self, id: CallId, why: String) {
        let Some(call) = self.calls.remove(&id) else { return };
        for seq in call.batch.seqs() {
            self.set(seq, RecipientState::Unknown);
        }
        self.pause(PauseReason::Journal { why });
    }

    fn answered(
        &mut self,
        id: CallId,
        outcomes: Vec<(u32, Outcome)>,
        explained: &[u32],
        now: Duration,
        out: &mut Vec<Output>,
    ) {
        let Some(call) = self.calls.remove(&id) else { return };
        let outcomes = complete(&call.batch, outcomes, explained);
        let mut returned = Vec::new();
        let mut doubtful = 0_usize;
        let (mut too_often, mut not_connected) = (None, None);
        for (seq, outcome) in &outcomes {
            let state = match outcome {
                Outcome::Accepted { .. } => RecipientState::Accepted,
                Outcome::Refused { code: -5, msg } => {
                    too_often = Some(msg);
                    RecipientState::Pending
                }
                Outcome::Refused { code, msg } => {
                    if stops(*code, self.is_one_text) {
                        self.pause(PauseReason::Refused { code: *code, msg: msg.clone() });
                    }
                    RecipientState::Refused
                }
                Outcome::NotSent { why } => {
                    not_connected = Some(why);
                    RecipientState::Pending
                }
                Outcome::Unknown { .. } => {
                    doubtful += 1;
                    RecipientState::Unknown
                }
            };
            match state {
                RecipientState::Pending => returned.push(*seq),
                RecipientState::Accepted => self.brakes.recipient(false),
                RecipientState::Refused => self.brakes.recipient(true),
                RecipientState::Sending | RecipientState::Unknown => {}
            }
            self.set(*seq, state);
        }
        let is_ambiguous = doubtful * 2 >= outcomes.len() && doubtful > 0;
        if let Some(why) = not_connected {
            if self.backoff.not_connected(call.epoch, now) {
                self.pause(PauseReason::NotSent { why: why.clone() });
            }
        } else if let Some(msg) = too_often {
            out.push(Output::SlowDown);
            if self.backoff.too_often(call.epoch, now) {
                self.pause(PauseReason::Refused { code: -5, msg: msg.clone() });
            }
        } else {
            self.backoff.reached();
        }
        if not_connected.is_none() {
            self.brakes.call(is_ambiguous);
        }
        match self.brakes.pulled() {
            Some(Brake::Ambiguous { calls }) => self.pause(PauseReason::Ambiguous { calls }),
            Some(Brake::Refused { percent }) => self.pause(PauseReason::RefusalRate { percent }),
            None => {}
        }
        if returned.is_empty() && !is_ambiguous {
            self.allowed = (self.allowed + 1).min(self.settings.in_flight.max(1));
        }
        self.recording.insert(id, call.batch.only(&returned));
        out.push(Output::Record { call: id, outcomes });
    }

    /// Calls whose answer nobody will wait for: what was written is in doubt, what was not written never happened.
    fn grace_ended(&mut self, out: &mut Vec<Output>) {
        self.pause(PauseReason::Interrupted);
        let mut ids: Vec<CallId> = self.calls.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let Some(call) = self.calls.remove(&id) else { continue };
            match call.stage {
                Stage::Asked => self.queue.give_back(call.batch),
                Stage::Writing => call.batch.seqs().for_each(|seq| self.set(seq, RecipientState::Unknown)),
                Stage::Out => {
                    let why = || Outcome::Unknown { why: "interrupted before the answer came".to_owned() };
                    let outcomes: Vec<_> = call.batch.seqs().map(|seq| (seq, why())).collect();
                    call.batch.seqs().for_each(|seq| self.set(seq, RecipientState::Unknown));
                    self.recording.insert(id, call.batch.only(&[]));
                    out.push(Output::Record { call: id, outcomes });
                }
            }
        }
    }

    fn end_if_drained(&mut self, out: &mut Vec<Output>) {
        let is_busy = !self.calls.is_empty() || !self.recording.is_empty();
        if self.has_ended || is_busy || (self.stop.is_none() && !self.queue.is_empty()) {
            return;
        }
        self.has_ended = true;
        let reason = match self.stop.take() {
            _ if self.counts.is_settled() => None,
            Some(Stop::Cancel) => {
                out.push(Output::End(Ending::Cancelled));
                return;
            }
            Some(Stop::Pause(PauseReason::Operator | PauseReason::QuietHours | PauseReason::Canary)) | None
                if self.counts.pending == 0 =>
            {
                Some(PauseReason::Unsettled)
            }
            Some(Stop::Pause(reason)) => Some(reason),
            None => Some(self.kept_back.take().unwrap_or(PauseReason::Unsettled)),
        };
        out.push(Output::End(reason.map_or(Ending::Finished, Ending::Paused)));
    }

    fn set(&mut self, seq: u32, state: RecipientState) {
        if let Some(known) = self.states.get_mut(seq as usize) {
            *self.counts.of_mut(*known) -= 1;
            *self.counts.of_mut(state) += 1;
            *known = state;
        }
    }
}

/// One outcome for each recipient of the call, none for anybody else; and codes 8 and 9 that the journal does not
/// explain are taken for what they are: evidence that an earlier attempt was accepted.
fn complete(batch: &Batch, outcomes: Vec<(u32, Outcome)>, explained: &[u32]) -> Vec<(u32, Outcome)> {
    let doubt = |(seq, outcome): (u32, Outcome)| match outcome {
        Outcome::Refused { code: code @ (8 | 9), msg } if !explained.contains(&seq) => {
            (seq, Outcome::Unknown { why: format!("code {code}, {msg}: an earlier attempt may have been accepted") })
        }
        other => (seq, other),
    };
    if outcomes.len() == batch.count as usize && outcomes.iter().map(|(seq, _)| *seq).eq(batch.seqs()) {
        return outcomes.into_iter().map(doubt).collect();
    }
    let mut given: HashMap<u32, Outcome> = HashMap::with_capacity(outcomes.len());
    let mut twice = Vec::new();
    for (seq, outcome) in outcomes {
        if given.insert(seq, outcome).is_some() {
            twice.push(seq);
        }
    }
    let missing = |why: &str| Outcome::Unknown { why: why.to_owned() };
    batch
        .seqs()
        .map(|seq| match given.remove(&seq) {
            Some(_) if twice.contains(&seq) => (seq, missing("answered twice")),
            Some(outcome) => doubt((seq, outcome)),
            None => (seq, missing("missing in the answer")),
        })
        .collect()
}
