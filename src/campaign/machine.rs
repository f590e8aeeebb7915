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
//!
//! | what | where |
//! |---|---|
//! | what goes in and what comes out | `port` |
//! | who goes into which call, and when a run ends | here, `queue` |
//! | what an answer means | `answer` |
//! | the first few, and the gate behind them | `canary` |
//! | what makes it wait or stop | `backoff` `brakes` |
//! | what the vendor's records say of the unknown | `settle` |
mod answer;
mod backoff;
mod brakes;
mod canary;
mod port;
mod queue;
pub mod settle;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::time::Duration;

use crate::sms::{Counts, Outcome, PauseReason, RecipientState};
use backoff::Backoff;
use brakes::Brakes;
use canary::Judging;
pub use port::{CallId, Ending, Input, Output, Settings};
use queue::{Batch, Queue};

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
        Self {
            allowed: if settings.is_ramp { 1 } else { settings.in_flight.max(1) },
            canary: settings.canary.map(NonZeroU32::get),
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
            Input::ReportsLost { why } => self.reports_lost(why),
            Input::Woke => {
                self.woken_at = None;
                self.look_at_the_clock(now, &mut out);
            }
            Input::GraceEnded => self.grace_ended(&mut out),
        }
        self.dispatch(now, &mut out);
        self.end_if_drained(&mut out);
        out
    }

    /// The first reason stands, unless the new one outranks it.
    fn pause(&mut self, reason: PauseReason) {
        let stands = match &self.stop {
            None => false,
            Some(Stop::Pause(before)) => !reason.outranks(before),
            Some(Stop::Cancel) => true,
        };
        if !stands {
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
    /// Of a call that still waited for its permit there is none.
    fn not_durable(&mut self, id: CallId, why: String) {
        let Some(call) = self.calls.remove(&id) else { return };
        if call.stage == Stage::Asked {
            self.queue.give_back(call.batch);
        } else {
            call.batch.seqs().for_each(|seq| self.set(seq, RecipientState::Unknown));
        }
        self.pause(PauseReason::Journal { why });
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
            Some(Stop::Pause(
                PauseReason::Operator | PauseReason::Colleague { .. } | PauseReason::QuietHours | PauseReason::Canary,
            ))
            | None
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
