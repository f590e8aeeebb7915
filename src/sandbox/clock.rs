//! Times on the wire: `yyyy-MM-dd HH:mm:ss`, China time, without a zone (`api/yunpian-v2.md`, ground rules).
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const CHINA: Offset = Offset::constant(8);

fn in_china(ms: i64) -> DateTime {
    CHINA.to_datetime(Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Unix milliseconds as the vendor writes them.
pub(super) fn to_wire(ms: i64) -> String {
    in_china(ms).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What the vendor's default alias begins with.
pub(super) fn to_minute(ms: i64) -> String {
    in_china(ms).strftime("%m-%d %H:%M").to_string()
}

/// RFC 3339, for the ledger.
pub(super) fn to_rfc3339(ms: i64) -> String {
    in_china(ms).strftime("%Y-%m-%dT%H:%M:%S%.3f+08:00").to_string()
}

/// For the `Date` header.
pub(super) fn to_http(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Unix milliseconds of a time on the wire.
pub(super) fn from_wire(text: &str) -> Option<i64> {
    let at = DateTime::strptime("%Y-%m-%d %H:%M:%S", text.trim()).ok()?;
    Some(CHINA.to_timestamp(at).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_on_the_wire_is_eight_hours_ahead_of_utc() {
        assert_eq!(to_wire(0), "1970-01-01 08:00:00");
        assert_eq!(from_wire("1970-01-01 08:00:01"), Some(1_000));
        assert_eq!(to_rfc3339(1_234), "1970-01-01T08:00:01.234+08:00");
        assert_eq!(to_http(Timestamp::UNIX_EPOCH), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!((from_wire("yesterday"), from_wire("2026-02-30 00:00:00")), (None, None));
    }
}
