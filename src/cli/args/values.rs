//! Values as people type them: times, durations, rates.
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment as it is typed; it becomes a [`Timestamp`] with the clock and the zone of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// With its offset: `2026-11-23T14:00:00+08:00`.
    Exact(Timestamp),
    /// In the reader's zone: `2026-11-23 14:00`, `2026-11-23`.
    Local(DateTime),
    /// Today, in the reader's zone: `14:00`.
    Today(Time),
    /// From now: `+2h`, `-24h`, `-7d`.
    Shifted(SignedDuration),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with(['+', '-']) {
            let (sign, rest) = text.split_at(1);
            let shift = SignedDuration::try_from(duration(rest)?).map_err(|e| e.to_string())?;
            return Ok(Self::Shifted(if sign == "-" { -shift } else { shift }));
        }
        if let Ok(exact) = text.parse() {
            return Ok(Self::Exact(exact));
        }
        if let Ok(local) = text.parse() {
            return Ok(Self::Local(local));
        }
        text.parse()
            .map(Self::Today)
            .map_err(|_| "a time such as 14:00, \"2026-11-23 14:00\", +2h or RFC 3339".to_owned())
    }
}

impl When {
    /// The moment meant, seen from `now` in `zone`; `None` where the calendar has no such moment.
    #[must_use]
    pub fn resolve(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = match self {
            Self::Exact(at) => return Some(at),
            Self::Shifted(by) => return now.checked_add(by).ok(),
            Self::Local(local) => local,
            Self::Today(time) => zone.to_datetime(now).date().to_datetime(time),
        };
        zone.to_timestamp(local).ok()
    }
}

/// Recipients a second: `40/s` or `40`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub NonZeroU32);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim().trim_end_matches("/s");
        digits.parse().map(Self).map_err(|_| "a rate such as 40/s".to_owned())
    }
}

/// Reads `500ms`, `5s`, `15m`, `1h30m`, `2d`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let say = || "a duration such as 5s, 15m or 2h".to_owned();
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok()) {
        return days.checked_mul(86_400).map(Duration::from_secs).ok_or_else(say);
    }
    let read: SignedDuration = text.parse().map_err(|_| say())?;
    Duration::try_from(read).map_err(|_| say())
}

/// A share of one, `0` to `1`.
pub(super) fn share(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "a share from 0 to 1, such as 0.3".to_owned())
}

/// A whole number in a range; `expected` says which, as a text of the command line's table.
pub(super) fn whole<T: FromStr + PartialOrd + Copy>(
    least: T,
    most: T,
    expected: &'static str,
) -> impl Fn(&str) -> Result<T, &'static str> + Clone {
    move |text| text.parse().ok().filter(|n| (least..=most).contains(n)).ok_or(expected)
}

/// How many times faster than life.
pub(super) fn pace(text: &str) -> Result<f64, &'static str> {
    text.parse::<f64>().ok().filter(|pace| pace.is_finite() && *pace > 0.0).ok_or("a number above 0, such as 60")
}

/// A key as the sandbox knows accounts by.
pub(super) fn key(text: &str) -> Result<String, &'static str> {
    let is_one = text.len() == 32 && text.bytes().all(|b| b.is_ascii_graphic());
    is_one.then(|| text.to_owned()).ok_or("a key of 32 characters")
}

/// Where to listen.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address with its port, such as 127.0.0.1:8787")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        let now: Timestamp = "2026-11-23T06:30:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        text.parse::<When>().unwrap().resolve(now, &zone).unwrap().to_string()
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        assert_eq!(at("2026-11-23T14:00:00+08:00"), "2026-11-23T06:00:00Z");
        assert_eq!(at("2026-11-23T06:00:00Z"), "2026-11-23T06:00:00Z");
        assert_eq!(at("2026-11-24 09:30"), "2026-11-24T01:30:00Z");
        assert_eq!(at("2026-11-24"), "2026-11-23T16:00:00Z");
        assert_eq!(at("21:15"), "2026-11-23T13:15:00Z");
        assert_eq!(at("+2h"), "2026-11-23T08:30:00Z");
        assert_eq!(at("-7d"), "2026-11-16T06:30:00Z");
        for wrong in ["", "soon", "25:00", "2026-13-01", "+", "-x"] {
            assert!(wrong.parse::<When>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_and_rates_are_read_with_and_without_units() {
        let read: Vec<u64> = ["5s", "15m", "1h30m", "7", "2d"].iter().map(|t| duration(t).unwrap().as_secs()).collect();
        assert_eq!(read, [5, 900, 5400, 7, 172_800]);
        assert_eq!(duration("500ms").unwrap(), Duration::from_millis(500));
        assert!(duration("-5s").is_err() && duration("x").is_err());
        assert_eq!("40/s".parse::<Rate>().unwrap().0.get(), 40);
        assert!("0/s".parse::<Rate>().is_err() && "fast".parse::<Rate>().is_err());
    }
}
