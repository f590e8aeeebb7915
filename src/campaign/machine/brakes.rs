//! When a campaign stops itself: answers that say nothing, and too many refusals.
use std::collections::VecDeque;

/// Calls in a row without a usable answer that pull the brake (`api/yunpian-v2.md`, "What an answer to a send means").
const IN_A_ROW: u32 = 3;
/// Of so many last calls …
const CALLS: usize = 100;
/// … once there are so many …
const CALLS_AT_LEAST: usize = 20;
/// … more than so many percent.
const AMBIGUOUS_PERCENT: usize = 5;
/// Of so many last recipients …
const RECIPIENTS: usize = 100;
/// … once there are so many, refusals above the configured percentage.
const RECIPIENTS_AT_LEAST: usize = 50;

/// A brake that was pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brake {
    Ambiguous { calls: u32 },
    Refused { percent: u32 },
}

#[derive(Debug)]
pub(super) struct Brakes {
    in_a_row: u32,
    calls: Window,
    recipients: Window,
    refused_percent: u32,
}

impl Brakes {
    pub const fn new(refused_percent: u32) -> Self {
        Self { in_a_row: 0, calls: Window::new(CALLS), recipients: Window::new(RECIPIENTS), refused_percent }
    }

    /// Notes a call that reached somebody.
    pub fn call(&mut self, is_ambiguous: bool) {
        self.in_a_row = if is_ambiguous { self.in_a_row + 1 } else { 0 };
        self.calls.push(is_ambiguous);
    }

    /// Notes a recipient with a plain answer.
    pub fn recipient(&mut self, is_refused: bool) {
        self.recipients.push(is_refused);
    }

    pub fn pulled(&self) -> Option<Brake> {
        if self.in_a_row >= IN_A_ROW {
            return Some(Brake::Ambiguous { calls: self.in_a_row });
        }
        let (bad, all) = (self.calls.bad, self.calls.last.len());
        if all >= CALLS_AT_LEAST && bad * 100 > all * AMBIGUOUS_PERCENT {
            return Some(Brake::Ambiguous { calls: u32::try_from(bad).unwrap_or(u32::MAX) });
        }
        let (bad, all) = (self.recipients.bad, self.recipients.last.len());
        if all >= RECIPIENTS_AT_LEAST && bad * 100 > all * self.refused_percent as usize {
            return Some(Brake::Refused { percent: u32::try_from(bad * 100 / all).unwrap_or(100) });
        }
        None
    }
}

/// The last so many, and how many of them are bad.
#[derive(Debug)]
struct Window {
    last: VecDeque<bool>,
    bad: usize,
    most: usize,
}

impl Window {
    const fn new(most: usize) -> Self {
        Self { last: VecDeque::new(), bad: 0, most }
    }

    fn push(&mut self, is_bad: bool) {
        if self.last.len() == self.most && self.last.pop_front() == Some(true) {
            self.bad -= 1;
        }
        self.bad += usize::from(is_bad);
        self.last.push_back(is_bad);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ambiguous_calls_in_a_row_pull_the_brake() {
        let mut brakes = Brakes::new(50);
        for is_ambiguous in [true, true, false, true, true] {
            brakes.call(is_ambiguous);
            assert_eq!(brakes.pulled(), None);
        }
        brakes.call(true);
        assert_eq!(brakes.pulled(), Some(Brake::Ambiguous { calls: 3 }));
    }

    #[test]
    fn more_than_five_percent_of_the_last_calls_pull_it_once_there_are_twenty() {
        let mut brakes = Brakes::new(50);
        brakes.call(true);
        brakes.call(false);
        brakes.call(true);
        for _ in 0..16 {
            brakes.call(false);
        }
        assert_eq!(brakes.pulled(), None, "nineteen calls are too few");
        brakes.call(false);
        assert_eq!(brakes.pulled(), Some(Brake::Ambiguous { calls: 2 }));
    }

    #[test]
    fn half_of_the_recipients_refused_is_not_yet_too_many() {
        let mut brakes = Brakes::new(50);
        for i in 0..100 {
            brakes.recipient(i % 2 == 0);
        }
        assert_eq!(brakes.pulled(), None);
        brakes.recipient(true);
        brakes.recipient(true);
        assert_eq!(brakes.pulled(), Some(Brake::Refused { percent: 51 }));
        let mut never = Brakes::new(100);
        (0..100).for_each(|_| never.recipient(true));
        assert_eq!(never.pulled(), None);
    }
}
