//! The hours in which marketing may go out, in China time.
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};

/// The hours in which marketing may go out, `from` (included) to `until` (excluded), in China time. Hours that end
/// before they begin go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// The first minute that may send.
    pub from: Time,
    /// The first minute that may not.
    pub until: Time,
}

/// The zone that the vendor and its rules live in.
#[must_use]
pub const fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

impl QuietHours {
    /// Whether marketing may go out at `at`.
    #[must_use]
    pub fn allows(self, at: Timestamp) -> bool {
        let time = at.to_zoned_datetime(china()).time();
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            time >= self.from || time < self.until
        }
    }

    /// When they open after `at`.
    #[must_use]
    pub fn opens_after(self, at: Timestamp) -> Option<Timestamp> {
        china_clock_after(self.from, at)
    }

    /// When they close after `at`.
    #[must_use]
    pub fn closes_after(self, at: Timestamp) -> Option<Timestamp> {
        china_clock_after(self.until, at)
    }
}

/// The next moment after `at` at which the clock of China shows `time`.
#[must_use]
pub fn china_clock_after(time: Time, at: Timestamp) -> Option<Timestamp> {
    let here = at.to_zoned_datetime(china());
    let today = here.date().to_datetime(time).to_zoned_datetime(china()).ok()?.timestamp();
    if today > at {
        return Some(today);
    }
    here.date().tomorrow().ok()?.to_datetime(time).to_zoned_datetime(china()).ok().map(|next| next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_hours_are_those_of_china_and_their_end_is_excluded() {
        let hours = QuietHours { from: Time::constant(8, 0, 0, 0), until: Time::constant(21, 0, 0, 0) };
        assert!(!hours.allows(at("2026-11-23T07:59:59+08:00")));
        assert!(hours.allows(at("2026-11-23T08:00:00+08:00")));
        assert!(hours.allows(at("2026-11-23T12:59:59Z")));
        assert!(!hours.allows(at("2026-11-23T13:00:00Z")));
        assert_eq!(hours.closes_after(at("2026-11-23T06:00:00Z")), Some(at("2026-11-23T21:00:00+08:00")));
    }

    #[test]
    fn the_next_opening_is_today_or_tomorrow() {
        let eight = Time::constant(8, 0, 0, 0);
        let after = |text: &str| china_clock_after(eight, at(text));
        assert_eq!(after("2026-11-23T07:00:00+08:00"), Some(at("2026-11-23T08:00:00+08:00")));
        assert_eq!(after("2026-11-23T22:00:00+08:00"), Some(at("2026-11-24T08:00:00+08:00")));
    }
}
