//! The first few: nobody else is written to before a person or their delivery reports let the others go.
use std::time::Duration;

use super::{Machine, Output};
use crate::sms::{Judgement, PauseReason};

/// How far the judging of the canary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judging {
    NotYet,
    Until {
        by: Duration,
        /// As the last look showed.
        delivered: u64,
        failed: u64,
    },
    /// Enough is delivered; the journal does not hold it yet.
    Opening,
}

/// The look at the end of the wait is given so long to be told; then what is known counts, whoever was to tell it.
const LAST_LOOK: Duration = Duration::from_mins(2);

impl Machine {
    /// The first few have their answers: by hand from here, or by their reports.
    pub(super) fn canary_is_out(&mut self, now: Duration, out: &mut Vec<Output>) {
        match (self.settings.gate, self.judging) {
            (None, _) => self.pause(PauseReason::Canary),
            (Some(gate), Judging::NotYet) => {
                let by = now + gate.within;
                self.judging = Judging::Until { by, delivered: 0, failed: 0 };
                out.push(Output::Judge { by });
                self.woken_at = Some(by + LAST_LOOK);
                out.push(Output::WakeAt(by + LAST_LOOK));
            }
            (Some(_), Judging::Until { .. } | Judging::Opening) => {}
        }
    }

    /// Nobody but the canary was written to before the gate is passed: everybody who is accepted belongs to it.
    pub(super) fn reported(&mut self, delivered: u64, failed: u64, now: Duration, out: &mut Vec<Output>) {
        let (Some(gate), Judging::Until { by, .. }) = (self.settings.gate, self.judging) else { return };
        self.judging = Judging::Until { by, delivered, failed };
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

    /// Whether the wait for the reports is long over, and nobody said what the last look showed.
    pub(super) fn look_at_the_clock(&mut self, now: Duration, out: &mut Vec<Output>) {
        if let Judging::Until { by, delivered, failed } = self.judging
            && now >= by + LAST_LOOK
        {
            self.reported(delivered, failed, now, out);
        }
    }

    /// Nobody will say what is reported of the canary.
    pub(super) fn reports_lost(&mut self, why: String) {
        if matches!(self.judging, Judging::Until { .. }) {
            self.pause(PauseReason::Journal { why });
        }
    }

    /// The others go, one call at a time at first.
    pub(super) fn pass_canary(&mut self) {
        if self.judging == Judging::Opening {
            (self.canary, self.settings.gate, self.allowed) = (None, None, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::campaign::machine::{CallId, Ending, Input, Settings};
    use crate::sms::{Gate, MessageSid, Outcome, RecipientState, Segments};

    const MINUTE: Duration = Duration::from_mins(1);

    /// A machine whose canary of two is accepted; it waits ten minutes for their reports.
    fn at_its_gate() -> Machine {
        let gate = Some(Gate { percent: 95, within: 10 * MINUTE });
        let settings = Settings { canary: NonZeroU32::new(2), gate, ..Settings::default() };
        let mut machine = Machine::new(vec![RecipientState::Pending; 5], None, settings);
        let call = CallId(0);
        let sid = |sid| Outcome::Accepted { sid: Some(MessageSid(sid)), fee: None, segments: Segments(1) };
        let outcomes = vec![(0, sid(1)), (1, sid(2))];
        let inputs = [
            Input::Started,
            Input::Permitted { call },
            Input::Durable { call },
            Input::Answered { call, outcomes, explained: Vec::new() },
            Input::Recorded { call },
        ];
        let out: Vec<Output> = inputs.into_iter().flat_map(|input| machine.step(input, Duration::ZERO)).collect();
        assert!(
            out.contains(&Output::Judge { by: 10 * MINUTE }) && out.contains(&Output::WakeAt(12 * MINUTE)),
            "{out:?}"
        );
        machine
    }

    #[test]
    fn a_wait_ends_by_the_machines_own_clock_with_what_was_told_last() {
        let mut machine = at_its_gate();
        assert!(machine.step(Input::CanaryReported { delivered: 1, failed: 0 }, MINUTE).is_empty());
        assert!(machine.step(Input::Woke, 11 * MINUTE).is_empty(), "the last look may still be told");
        let missed = PauseReason::CanaryMissed { wanted: 95, delivered: 1, of: 2 };
        assert_eq!(machine.step(Input::Woke, 12 * MINUTE), [Output::End(Ending::Paused(missed))]);
    }

    #[test]
    fn reports_that_nobody_will_tell_pause_the_run_unless_the_gate_is_open_already() {
        let lost = || Input::ReportsLost { why: "broke off".to_owned() };
        let paused = Output::End(Ending::Paused(PauseReason::Journal { why: "broke off".to_owned() }));
        assert_eq!(at_its_gate().step(lost(), MINUTE), [paused]);
        let mut machine = at_its_gate();
        let open = machine.step(Input::CanaryReported { delivered: 2, failed: 0 }, MINUTE);
        assert_eq!(open, [Output::OpenGate { delivered: 2, of: 2 }]);
        assert!(machine.step(lost(), MINUTE).is_empty());
        assert!(matches!(machine.step(Input::GateOpened, MINUTE)[..], [Output::Ask { .. }]));
    }
}
