//! A canary's gate: the share of the first few that must be delivered before the others are written to. Pure.
//!
//! ```text
//! first N out ─▶ reports ─judge─▶ Met: goes on by itself · Open: not yet · Missed: paused, an operator looks
//! ```
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// What lets a campaign go on by itself after its canary. Written `95%/10m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// Percent of the canary's accepted recipients that must be reported delivered, 1 to 100.
    pub percent: u32,
    /// How long the reports are waited for, from the canary's last answer.
    pub within: Duration,
}

/// What the reports so far mean for a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Enough are delivered.
    Met,
    /// Not enough yet, and there may still be.
    Open,
    /// Too many have failed already, or nobody was accepted.
    Missed,
}

impl Gate {
    /// How long the reports are waited for unless somebody says otherwise.
    pub const WITHIN: Duration = Duration::from_mins(10);
    /// The longest wait.
    pub const LONGEST: Duration = Duration::from_hours(24);

    /// What the reports about so many accepted recipients mean.
    #[must_use]
    pub fn judge(self, accepted: u64, delivered: u64, failed: u64) -> Judgement {
        let wanted = u128::from(accepted) * u128::from(self.percent);
        let reaches = |n: u64| u128::from(n) * 100 >= wanted;
        match () {
            () if accepted == 0 => Judgement::Missed,
            () if reaches(delivered) => Judgement::Met,
            () if reaches(accepted.saturating_sub(failed)) => Judgement::Open,
            () => Judgement::Missed,
        }
    }
}

impl FromStr for Gate {
    type Err = ();

    /// Reads `95%`, `95%/10m`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (share, within) = text.split_once('/').map_or((text, None), |(share, within)| (share, Some(within)));
        let share = share.trim();
        let percent = share.strip_suffix('%').unwrap_or(share).trim().parse().map_err(|_| ())?;
        let within = match within {
            None => Self::WITHIN,
            Some(text) => {
                let read: SignedDuration = text.trim().parse().map_err(|_| ())?;
                Duration::try_from(read).map_err(|_| ())?
            }
        };
        let is_sensible = (1..=100).contains(&percent) && !within.is_zero() && within <= Self::LONGEST;
        is_sensible.then_some(Self { percent, within }).ok_or(())
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = SignedDuration::try_from(self.within).unwrap_or(SignedDuration::MAX);
        write!(f, "{}%/{within:#}", self.percent)
    }
}

/// The canary of a campaign, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canary {
    /// How many go first.
    pub first: NonZeroU32,
    /// What lets it go on by itself; `None` for by hand alone.
    pub gate: Option<Gate>,
    /// The others may be written to: the gate was met, or an operator said so.
    pub is_passed: bool,
    /// The canary is out, and its reports are waited for until then.
    pub until: Option<Timestamp>,
}

/// A gate that a running campaign waits at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtGate {
    /// The gate.
    pub gate: Gate,
    /// Reported delivered so far.
    pub delivered: u64,
    /// Of so many accepted.
    pub of: u64,
    /// The reports are waited for until then.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_written_as_it_is_read() {
        for text in ["95%/10m", "100%/30s", "1%/1h 30m"] {
            assert_eq!(text.parse::<Gate>().unwrap().to_string(), text);
        }
        assert_eq!("95%".parse::<Gate>(), Ok(Gate { percent: 95, within: Gate::WITHIN }));
        assert_eq!("80".parse::<Gate>().unwrap().percent, 80);
        for wrong in ["", "0%", "101%", "95%/", "95%/0s", "95%/2d", "95%/-5m", "much", "95%/soon"] {
            assert!(wrong.parse::<Gate>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_gate_is_met_at_its_share_and_missed_as_soon_as_it_cannot_be_reached() {
        let gate = Gate { percent: 95, within: Gate::WITHIN };
        assert_eq!(gate.judge(20, 18, 0), Judgement::Open);
        assert_eq!(gate.judge(20, 19, 1), Judgement::Met);
        assert_eq!(gate.judge(20, 0, 1), Judgement::Open);
        assert_eq!(gate.judge(20, 0, 2), Judgement::Missed);
        assert_eq!(gate.judge(0, 0, 0), Judgement::Missed);
    }
}
