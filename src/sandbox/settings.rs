//! What a sandbox is started with.
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::Fault;
use crate::sms::Money;

/// The clock a sandbox reads; a test gives one that it moves by hand.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Timestamp::now)
    }

    /// Any other.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What a sandbox is started with (`yunque sandbox --help` has a flag for most).
#[derive(Clone)]
pub struct Settings {
    /// Decides every draw: codes of links, who gets, clicks and replies what, which request meets a fault.
    pub seed: u64,
    /// The share of recipients that click, 0 to 1. At 0 nobody does anything: no clicks, no replies.
    pub audience: f64,
    /// How many times faster than life the audience acts (deliveries, clicks, replies).
    pub pace: f64,
    /// How old a click must be to be seen in the statistics.
    pub stats_lag: Duration,
    /// How old a message must be to be seen in `get_record`.
    pub records_lag: Duration,
    /// What every account has at first.
    pub balance: Money,
    /// The price of a segment.
    pub price: Money,
    /// The only key that is taken; without it any key of 32 characters is an account.
    pub key: Option<String>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Answer numbers in E.164 instead of as they were asked: the vendor may do either.
    pub e164_answers: bool,
    /// The clock.
    pub clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            audience: 0.3,
            pace: 60.0,
            stats_lag: Duration::from_secs(5),
            records_lag: Duration::ZERO,
            balance: Money::from_units(100_000 * 10_000),
            price: Money::from_units(500),
            key: None,
            faults: Vec::new(),
            e164_answers: false,
            clock: Clock::system(),
        }
    }
}

/// Without the key.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("seed", &self.seed)
            .field("audience", &self.audience)
            .field("pace", &self.pace)
            .field("stats_lag", &self.stats_lag)
            .field("balance", &self.balance)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
