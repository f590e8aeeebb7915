//! The sandbox's flags: the same for `yunque sandbox` and `yunque --sandbox`.
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use super::values;
use crate::sandbox::Fault;
use crate::sms::Money;

impl SandboxArgs {
    /// Whether none of them was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The arguments of the sandbox; what is not given is the sandbox's own default.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Sandbox")]
pub struct SandboxArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub listen: Option<SocketAddr>,
    /// The seed of everything that looks like chance
    #[arg(long, value_name = "N", value_parser = values::whole::<u64>(0, u64::MAX, "a whole number"))]
    pub seed: Option<u64>,
    /// The share of recipients who click
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    pub audience: Option<f64>,
    /// How many times faster than life the audience lives
    #[arg(long, value_name = "N", value_parser = values::pace)]
    pub pace: Option<f64>,
    /// How old clicks are before the statistics show them
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub stats_lag: Option<Duration>,
    /// How old a message is before the records show it
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub records_lag: Option<Duration>,
    /// The balance at the start
    #[arg(long, value_name = "AMOUNT", value_parser = |text: &str| Money::parse(text).ok_or("an amount such as 100000"))]
    pub balance: Option<Money>,
    /// The only key that is an account (any of 32 characters otherwise)
    #[arg(long, value_name = "KEY", value_parser = values::key)]
    pub key: Option<String>,
    /// KIND:PROBABILITY; KIND is drop-before, drop-after, http-500-before, http-500-after, truncate, slow:MS, rate:PER_SECOND
    #[arg(long = "fault", value_name = "SPEC", value_parser = |text: &str| text.parse::<Fault>().map_err(|_| "KIND:PROBABILITY, such as drop-after:0.01"))]
    pub faults: Vec<Fault>,
}
