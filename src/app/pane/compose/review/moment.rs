//! A time as an operator types it: `14:00`, `11-24 10:00`, `2026-11-24 10:00`, `+2h`, `+30m`; nothing for now.
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::sms::Start;

/// It is not a time, or it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoTime;

/// Reads a time, seen from `now` in `zone`. A clock time that is over today is tomorrow's; a day without a year is the
/// next one.
///
/// # Errors
/// It cannot be read, or it is over.
pub(super) fn parse(typed: &str, now: Timestamp, zone: &TimeZone) -> Result<Start, NoTime> {
    let typed = typed.trim().replace('：', ":");
    if typed.is_empty() {
        return Ok(Start::Now);
    }
    let at = match typed.strip_prefix(['+', '＋']) {
        Some(span) => now.checked_add(duration(span).ok_or(NoTime)?).map_err(|_| NoTime)?,
        None => clock(&typed, now, zone).ok_or(NoTime)?,
    };
    if at > now { Ok(Start::At(at)) } else { Err(NoTime) }
}

fn duration(span: &str) -> Option<SignedDuration> {
    let span = span.trim();
    let (digits, unit) = span.split_at(span.find(|c: char| !c.is_ascii_digit())?);
    let amount: i64 = digits.parse().ok()?;
    match unit.trim() {
        "m" | "min" => Some(SignedDuration::from_mins(amount)),
        "h" => Some(SignedDuration::from_hours(amount)),
        _ => None,
    }
}

fn clock(typed: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned_datetime(zone.clone()).date();
    let (day, time) = typed.rsplit_once([' ', 'T']).map_or((None, typed), |(day, time)| (Some(day.trim()), time));
    let (hour, minute) = time.trim().split_once(':')?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let on =
        |date: Date| DateTime::from_parts(date, time).to_zoned_datetime(zone.clone()).ok().map(|at| at.timestamp());
    let Some(day) = day else {
        return on(today).filter(|at| *at > now).or_else(|| on(today.tomorrow().ok()?));
    };
    let parts: Vec<i16> = day.split(['-', '/', '.']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let date =
        |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    match parts.as_slice() {
        [year, month, day] => on(date(*year, *month, *day)?),
        [month, day] => {
            let next = || on(date(today.year() + 1, *month, *day)?);
            date(today.year(), *month, *day).and_then(on).filter(|at| *at > now).or_else(next)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_type_it() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now: Timestamp = "2026-11-23T14:02:00+08:00".parse().unwrap();
        let at = |text: &str| Start::At(text.parse().unwrap());
        for (typed, expected) in [
            ("14:30", at("2026-11-23T14:30:00+08:00")),
            ("9：00", at("2026-11-24T09:00:00+08:00")),
            ("11-24 10:00", at("2026-11-24T10:00:00+08:00")),
            ("1-2 10:00", at("2027-01-02T10:00:00+08:00")),
            ("2026-12-01 08:00", at("2026-12-01T08:00:00+08:00")),
            ("+2h", at("2026-11-23T16:02:00+08:00")),
            ("+30m", at("2026-11-23T14:32:00+08:00")),
            ("", Start::Now),
        ] {
            assert_eq!(parse(typed, now, &zone), Ok(expected), "{typed}");
        }
        for wrong in ["soon", "25:00", "2026-11-22 10:00", "13-45 10:00", "+2d", "+0m"] {
            assert_eq!(parse(wrong, now, &zone), Err(NoTime), "{wrong}");
        }
    }
}
