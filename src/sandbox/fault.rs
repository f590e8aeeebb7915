//! What goes wrong on demand: `--fault KIND:PROBABILITY`.
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use super::audience::Dice;

/// A fault, as `--fault` spells it. Those with a chance are drawn once for each call that sends or shortens, from
/// the seed; the first that is drawn, in the order given, happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// `drop-before:P`: the connection is cut, nothing was accepted.
    DropBefore(f64),
    /// `drop-after:P`: accepted, then the connection is cut without a byte of an answer.
    DropAfter(f64),
    /// `http-500-before:P`: HTTP 500 with a page of HTML, nothing was accepted.
    Http500Before(f64),
    /// `http-500-after:P`: accepted, then HTTP 500 with a page of HTML.
    Http500After(f64),
    /// `truncate:P`: accepted; half of the answer, then the connection is cut.
    Truncate(f64),
    /// `slow:MS` or `slow:MS:P`: every call under `/v2` waits that long before anything else happens.
    Slow(Duration, f64),
    /// `rate:N`: more than N calls a second that send or shorten are answered with code -5.
    Rate(f64),
}

/// Why a text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAFault {
    /// The part before the colon.
    #[error(
        "no fault is called {0:?}; there are drop-before, drop-after, http-500-before, http-500-after, truncate, slow, rate"
    )]
    Kind(String),
    /// The part after it.
    #[error("{0:?} is not a probability from 0 to 1")]
    Probability(String),
    /// The milliseconds of `slow`, the calls a second of `rate`.
    #[error("{0:?} is not a number above 0")]
    Number(String),
}

impl FromStr for Fault {
    type Err = NotAFault;

    fn from_str(text: &str) -> Result<Self, NotAFault> {
        let (kind, rest) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        Ok(match kind {
            "drop-before" => Self::DropBefore(probability(rest)?),
            "drop-after" => Self::DropAfter(probability(rest)?),
            "http-500-before" => Self::Http500Before(probability(rest)?),
            "http-500-after" => Self::Http500After(probability(rest)?),
            "truncate" => Self::Truncate(probability(rest)?),
            "slow" => {
                let (ms, chance) = rest.split_once(':').unwrap_or((rest, "1"));
                let wait = ms.parse().map_err(|_| NotAFault::Number(ms.to_owned()))?;
                Self::Slow(Duration::from_millis(wait), probability(chance)?)
            }
            "rate" => match rest.parse::<f64>() {
                Ok(rate) if rate > 0.0 && rate.is_finite() => Self::Rate(rate),
                _ => return Err(NotAFault::Number(rest.to_owned())),
            },
            _ => return Err(NotAFault::Kind(kind.to_owned())),
        })
    }
}

fn probability(text: &str) -> Result<f64, NotAFault> {
    match text.parse::<f64>() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err(NotAFault::Probability(text.to_owned())),
    }
}

/// What happens to one call that sends or shortens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    /// Cut, not processed.
    DropBefore,
    /// Processed, then cut.
    DropAfter,
    /// HTTP 500, not processed.
    Http500Before,
    /// Processed, then HTTP 500.
    Http500After,
    /// Processed, half of the answer.
    Truncate,
    /// Code -5, not processed.
    TooOften,
}

/// The faults of a running sandbox, with the state that drawing them needs.
#[derive(Debug)]
pub(super) struct Faults {
    active: Vec<Fault>,
    dice: Dice,
    tokens: f64,
    counted_at: Option<Timestamp>,
}

impl Faults {
    pub(super) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        Self { active: faults, dice: Dice::new(seed ^ 0xfa17), tokens: 0.0, counted_at: None }
    }

    /// Other faults; the draws go on where they were.
    pub(super) fn replace(&mut self, faults: Vec<Fault>) {
        self.active = faults;
        self.counted_at = None;
    }

    /// How long a call waits before anything else; drawn for every call.
    pub(super) fn wait(&mut self) -> Duration {
        let dice = &mut self.dice;
        let slow = self.active.iter().filter_map(|fault| match fault {
            Fault::Slow(wait, chance) => (*chance >= 1.0 || dice.unit() < *chance).then_some(*wait),
            _ => None,
        });
        slow.sum()
    }

    /// What happens to a call that sends or shortens at `now`.
    pub(super) fn draw(&mut self, now: Timestamp) -> Option<Mishap> {
        let rate = self.active.iter().find_map(|fault| if let Fault::Rate(rate) = fault { Some(*rate) } else { None });
        if rate.is_some_and(|rate| !self.take_token(rate, now)) {
            return Some(Mishap::TooOften);
        }
        let mut happened = None;
        // Every fault is drawn for every call, so that one fault does not change the draws of another.
        for fault in &self.active {
            let (chance, mishap) = match fault {
                Fault::DropBefore(p) => (*p, Mishap::DropBefore),
                Fault::DropAfter(p) => (*p, Mishap::DropAfter),
                Fault::Http500Before(p) => (*p, Mishap::Http500Before),
                Fault::Http500After(p) => (*p, Mishap::Http500After),
                Fault::Truncate(p) => (*p, Mishap::Truncate),
                Fault::Slow(..) | Fault::Rate(_) => continue,
            };
            if self.dice.unit() < chance {
                happened = happened.or(Some(mishap));
            }
        }
        happened
    }

    /// A bucket that holds one second's worth of calls and is full at first.
    fn take_token(&mut self, rate: f64, now: Timestamp) -> bool {
        let full = rate.max(1.0);
        self.tokens = match self.counted_at {
            None => full,
            Some(then) => (self.tokens + now.duration_since(then).as_secs_f64().max(0.0) * rate).min(full),
        };
        self.counted_at = Some(now);
        let is_free = self.tokens >= 1.0;
        if is_free {
            self.tokens -= 1.0;
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_as_the_command_line_spells_it() {
        assert_eq!("drop-after:0.1".parse(), Ok(Fault::DropAfter(0.1)));
        assert_eq!("slow:250".parse(), Ok(Fault::Slow(Duration::from_millis(250), 1.0)));
        assert_eq!("slow:250:0.5".parse(), Ok(Fault::Slow(Duration::from_millis(250), 0.5)));
        assert_eq!("rate:20".parse(), Ok(Fault::Rate(20.0)));
        assert_eq!("explode:1".parse::<Fault>(), Err(NotAFault::Kind("explode".into())));
        assert_eq!("truncate".parse::<Fault>(), Err(NotAFault::Probability(String::new())));
        assert_eq!("truncate:1.5".parse::<Fault>(), Err(NotAFault::Probability("1.5".into())));
        assert_eq!("rate:0".parse::<Fault>(), Err(NotAFault::Number("0".into())));
    }

    #[test]
    fn the_same_seed_draws_the_same_mishaps() {
        let draw = |seed| {
            let mut faults = Faults::new(seed, vec![Fault::DropAfter(0.3), Fault::Truncate(0.3)]);
            (0..200).map(|_| faults.draw(Timestamp::UNIX_EPOCH)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).contains(&Some(Mishap::Truncate)) && draw(7).contains(&None));
    }

    #[test]
    fn a_rate_lets_its_number_of_calls_through_each_second() {
        let mut faults = Faults::new(1, vec![Fault::Rate(3.0)]);
        let mut passed = |ms: i64| {
            let now = Timestamp::from_millisecond(ms).unwrap();
            (0..10).filter(|_| faults.draw(now).is_none()).count()
        };
        assert_eq!([passed(0), passed(500), passed(1500), passed(100_000)], [3, 1, 3, 3]);
    }
}
