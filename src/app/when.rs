//! Times as people say them, in the configured zone: clock times, never running seconds.
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

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
        let chinese = When { lang: Lang::ZhCn, ..english };
        assert_eq!(chinese.stamp(at("2026-12-23T06:02:00Z")), "12-23 14:02");
    }
}
