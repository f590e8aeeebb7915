//! The exit code: what a script learns without reading anything.
//!
//! Where several hold: 130 > 5 > 1 > 4 > 3 (`design.md`, command line).
use crate::problem::{Explain, Problem};
use crate::sms::{Campaign, Code};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed, or numbers are still pending.
    Failed,
    /// Usage, config, or refused by our own checks: nothing was sent.
    Usage,
    /// Refused by the API as a whole.
    Refused,
    /// Some numbers were refused.
    SomeRefused,
    /// Some may have gone out: reconcile.
    Unknown,
    /// A signal.
    Interrupted,
}

impl Exit {
    /// The number that the process returns.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::SomeRefused => 4,
            Self::Unknown => 5,
            Self::Interrupted => 130,
        }
    }

    /// What a campaign's end means, after a run of `send`, `resume` or `retry`.
    ///
    /// `refused` are the codes of its refusals. A call refused as a whole (balance, key, permission) counts as such only when
    /// nobody was accepted and nobody is left: with people pending the campaign can go on, which is what a script must
    /// know first.
    #[must_use]
    pub fn of_run(campaign: &Campaign, refused: impl IntoIterator<Item = i32>, is_interrupted: bool) -> Self {
        let counts = &campaign.counts;
        let is_refused_whole = counts.accepted == 0 && refused.into_iter().all(|code| Code(code).is_whole_call());
        match () {
            () if is_interrupted => Self::Interrupted,
            () if counts.unknown > 0 => Self::Unknown,
            // Nobody waits for these answers any more.
            () if counts.sending > 0 && campaign.owner.is_none() => Self::Unknown,
            () if counts.pending + counts.sending > 0 => Self::Failed,
            () if counts.refused > 0 && is_refused_whole => Self::Refused,
            () if counts.refused > 0 => Self::SomeRefused,
            () => Self::Done,
        }
    }

    /// What a problem means.
    #[must_use]
    pub fn of_problem(problem: &Problem) -> Self {
        match problem.exit() {
            2 => Self::Usage,
            3 => Self::Refused,
            130 => Self::Interrupted,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::documents::tests::campaign;
    use crate::sms::Counts;

    fn after(counts: Counts) -> Exit {
        Exit::of_run(&Campaign { counts, ..campaign() }, [10], false)
    }

    #[test]
    fn the_gravest_of_several_outcomes_is_the_exit_code() {
        let all = Counts { pending: 1, sending: 0, accepted: 1, refused: 1, unknown: 1 };
        assert_eq!(Exit::of_run(&Campaign { counts: all, ..campaign() }, [], true).code(), 130);
        assert_eq!(after(all).code(), 5);
        assert_eq!(after(Counts { unknown: 0, ..all }).code(), 1);
        assert_eq!(after(Counts { unknown: 0, pending: 0, ..all }).code(), 4);
        assert_eq!(after(Counts { accepted: 3, ..Counts::default() }).code(), 0);
        let alone = Campaign { owner: None, ..campaign() };
        let cut_off = Counts { sending: 1, accepted: 1, ..Counts::default() };
        assert_eq!(Exit::of_run(&Campaign { counts: cut_off, ..alone }, [], false).code(), 5);
    }

    #[test]
    fn a_call_refused_as_a_whole_is_told_from_refused_numbers() {
        let counts = Counts { refused: 1, ..Counts::default() };
        let of = |code: i32| Exit::of_run(&Campaign { counts, ..campaign() }, [code], false).code();
        assert_eq!([of(-1), of(3), of(10), of(8)], [3, 3, 4, 4]);
    }
}
