//! The hours in which marketing may go out, in China time.
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};

use crate::sms::QuietHours;

fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// Whether marketing may go out at `at`. Hours that end before they begin go over midnight.
#[must_use]
pub fn allows(hours: QuietHours, at: Timestamp) -> bool {
    let time = at.to_zoned_datetime(china()).time();
    if hours.from <= hours.until {
        hours.from <= time && time < hours.until
    } else {
        time >= hours.from || time < hours.until
    }
}

/// The next moment after `at` at which the clock of China shows `time`.
#[must_use]
pub fn opens_after(time: Time, at: Timestamp) -> Option<Timestamp> {
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
        assert!(!allows(hours, at("2026-11-23T07:59:59+08:00")));
        assert!(allows(hours, at("2026-11-23T08:00:00+08:00")));
        assert!(allows(hours, at("2026-11-23T12:59:59Z")));
        assert!(!allows(hours, at("2026-11-23T13:00:00Z")));
    }

    #[test]
    fn the_next_opening_is_today_or_tomorrow() {
        let eight = Time::constant(8, 0, 0, 0);
        assert_eq!(opens_after(eight, at("2026-11-23T07:00:00+08:00")), Some(at("2026-11-23T08:00:00+08:00")));
        assert_eq!(opens_after(eight, at("2026-11-23T22:00:00+08:00")), Some(at("2026-11-24T08:00:00+08:00")));
    }
}
