//! Times as people say them, in the configured zone: clock times, never running seconds.
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::sms::{QuietHours, china};
use crate::words::Lang;

/// Says times in one zone and language, seen from one moment.
#[derive(Debug, Clone)]
pub struct When<'a> {
    /// The zone.
    pub zone: &'a TimeZone,
    /// The language.
    pub lang: Lang,
    /// The moment it is seen from.
    pub now: Timestamp,
}

impl When<'_> {
    fn zoned(&self, at: Timestamp) -> ZonedDateTime {
        at.to_zoned_datetime(self.zone.clone())
    }

    /// `14:02`.
    #[must_use]
    pub fn clock(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%H:%M").to_string()
    }

    /// `23 Dec`, `12-23`; another year's is named.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        let (at, now) = (self.zoned(at), self.zoned(self.now));
        let format = match (self.lang, at.year() == now.year()) {
            (Lang::En, true) => "%-d %b",
            (Lang::En, false) => "%-d %b %Y",
            (Lang::ZhCn, true) => "%m-%d",
            (Lang::ZhCn, false) => "%Y-%m-%d",
        };
        at.strftime(format).to_string()
    }

    /// `08:00 to 21:00 China time`.
    #[must_use]
    pub fn china_hours(&self, hours: QuietHours) -> String {
        self.lang.app_china_hours(hours.from.strftime("%H:%M").to_string(), hours.until.strftime("%H:%M").to_string())
    }

    /// `08:00 to 21:00 China time`; where the console's clock differs from China's, `(01:00 to 14:00 here)` behind it.
    #[must_use]
    pub fn hours(&self, hours: QuietHours) -> String {
        let today = self.now.to_zoned_datetime(china()).date();
        let clock = |time: Time| time.strftime("%H:%M").to_string();
        let here = |time: Time| {
            let at = today.to_datetime(time).to_zoned_datetime(china()).ok()?.timestamp();
            Some(self.zoned(at).time())
        };
        let china = self.china_hours(hours);
        match (here(hours.from), here(hours.until)) {
            (Some(from), Some(until)) if (from, until) != (hours.from, hours.until) => {
                self.lang.app_hours_here(china, clock(from), clock(until))
            }
            _ => china,
        }
    }

    /// `14:02` today, else the day with it: `23 Dec 14:02`, `12-23 14:02`.
    #[must_use]
    pub fn stamp(&self, at: Timestamp) -> String {
        if self.zoned(at).date() == self.zoned(self.now).date() {
            self.clock(at)
        } else {
            format!("{} {}", self.day(at), self.clock(at))
        }
    }

    /// The day and the clock, always both.
    #[must_use]
    pub fn day_and_clock(&self, at: Timestamp) -> String {
        format!("{} {}", self.day(at), self.clock(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_zone_with_no_more_than_is_needed() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now: Timestamp = "2026-11-23T06:31:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let english = When { zone: &zone, lang: Lang::En, now };
        assert_eq!(english.stamp(at("2026-11-23T06:02:00Z")), "14:02");
        assert_eq!(english.stamp(at("2026-12-23T06:02:00Z")), "23 Dec 14:02");
        assert_eq!(english.day(at("2027-01-02T06:02:00Z")), "2 Jan 2027");
        let hours = QuietHours { from: Time::constant(8, 0, 0, 0), until: Time::constant(21, 0, 0, 0) };
        assert_eq!(english.hours(hours), "08:00 to 21:00 China time");
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let abroad = When { zone: &berlin, ..english.clone() };
        assert_eq!(abroad.hours(hours), "08:00 to 21:00 China time (01:00 to 14:00 here)");
        let chinese = When { lang: Lang::ZhCn, ..english };
        assert_eq!(chinese.stamp(at("2026-12-23T06:02:00Z")), "12-23 14:02");
    }
}
