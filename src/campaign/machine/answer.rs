//! What the answer to a call means: a state for each of its recipients, and whether to go on.
use std::collections::HashMap;
use std::time::Duration;

use super::brakes::Brake;
use super::queue::Batch;
use super::{CallId, Machine, Output};
use crate::sms::{Code, Outcome, PauseReason, RecipientState};

impl Machine {
    pub(super) fn answered(
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
                Outcome::Refused { code: Code::TOO_OFTEN, msg } => {
                    too_often = Some(msg);
                    RecipientState::Pending
                }
                Outcome::Refused { code, msg } => {
                    if Code(*code).stops(self.is_one_text) {
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
                self.pause(PauseReason::Refused { code: Code::TOO_OFTEN, msg: msg.clone() });
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
