//! Times on the wire: `yyyy-MM-dd HH:mm:ss` without a zone, meaning China time (`api/yunpian-v2.md`, ground rules).
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

const CHINA: Offset = jiff::tz::offset(8);

/// A moment as the API takes it.
pub(super) fn to_wire(at: Timestamp) -> String {
    CHINA.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment as an answer writes it: the contract's form, also with a `T`, a zone, fractions or without seconds; a
/// bare day; a unix time in seconds or milliseconds. `None` for anything else.
pub(super) fn from_wire(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() >= 10 && text.bytes().all(|b| b.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return match text.len() {
            10 if text.starts_with('1') => Timestamp::from_second(number).ok(),
            13 => Timestamp::from_millisecond(number).ok(),
            _ => None,
        };
    }
    if !text.contains('-') {
        return None;
    }
    if let Ok(zoned) = text.parse::<Timestamp>() {
        return Some(zoned);
    }
    let civil = text
        .parse::<DateTime>()
        .or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", text))
        .or_else(|_| text.parse::<Date>().map(|day| day.at(0, 0, 0, 0)))
        .ok()?;
    CHINA.to_timestamp(civil).ok()
}

/// The moment in an HTTP `Date` header.
pub(super) fn from_http(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_times_are_china_time_both_ways() {
        let at: Timestamp = "2026-01-01T16:30:05Z".parse().unwrap();
        assert_eq!(to_wire(at), "2026-01-02 00:30:05");
        assert_eq!(from_wire("2026-01-02 00:30:05"), Some(at));
        assert_eq!(from_wire("2026-01-02T00:30:05+08:00"), Some(at));
        assert_eq!(from_wire(&at.as_second().to_string()), Some(at));
        assert_eq!(from_wire(&at.as_millisecond().to_string()), Some(at));
        assert_eq!(from_wire("2026-01-02"), "2026-01-01T16:00:00Z".parse().ok());
        assert_eq!(from_wire("2026-01-02 00:30"), "2026-01-01T16:30:00Z".parse().ok());
    }

    #[test]
    fn names_of_counters_are_no_times() {
        for name in ["pv", "uv", "", "12", "14:00", "total-2026", "99999999999"] {
            assert_eq!(from_wire(name), None, "{name}");
        }
    }
}
