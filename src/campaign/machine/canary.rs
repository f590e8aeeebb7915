//! The first few: nobody else is written to before a person or their delivery reports let the others go.
use std::time::Duration;

use super::{Machine, Output};
use crate::sms::{Judgement, PauseReason};

/// How far the judging of the canary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judging {
    NotYet,
    Until(Duration),
    /// Enough is delivered; the journal does not hold it yet.
    Opening,
}

impl Machine {
    /// The first few have their answers: by hand from here, or by their reports.
    pub(super) fn canary_is_out(&mut self, now: Duration, out: &mut Vec<Output>) {
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
    pub(super) fn reported(&mut self, delivered: u64, failed: u64, now: Duration, out: &mut Vec<Output>) {
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
    pub(super) fn pass_canary(&mut self) {
        if self.judging == Judging::Opening {
            (self.canary, self.settings.gate, self.allowed) = (None, None, 1);
        }
    }
}
