//! How the nouns of floor 1 are spelled in the database.
use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

use crate::sms::{ClickSource, Mobile, Money, NotAMobile, PauseReason, RejectReason, ReportStatus};

/// A time of the database.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let millis: i64 = row.get(column)?;
    Timestamp::from_millisecond(millis).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, millis))
}

/// A time that may be missing.
pub(super) fn maybe_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let millis: Option<i64> = row.get(column)?;
    millis.map(|_| time(row, column)).transpose()
}

/// A mobile number.
pub(super) fn mobile(row: &Row<'_>, column: usize) -> rusqlite::Result<Mobile> {
    let digits: i64 = row.get(column)?;
    // `masked()` counts on at least five digits.
    match u64::try_from(digits) {
        Ok(plain) if (10_000..=999_999_999_999_999).contains(&plain) => Ok(Mobile::from_digits(plain)),
        _ => Err(rusqlite::Error::IntegralValueOutOfRange(column, digits)),
    }
}

/// The digits of a number as SQLite keeps them.
pub(super) fn digits(mobile: Mobile) -> i64 {
    i64::try_from(mobile.digits()).unwrap_or(i64::MAX)
}

/// A count.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let n: i64 = row.get(column)?;
    u64::try_from(n).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, n))
}

/// A count as SQLite keeps it.
pub(super) fn stored(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// An amount of money.
pub(super) fn money(row: &Row<'_>, column: usize) -> rusqlite::Result<Money> {
    row.get(column).map(Money::from_units)
}

/// A code of ours, or the sign of a damaged row.
pub(super) fn coded<T>(row: &Row<'_>, column: usize, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let code: String = row.get(column)?;
    read(&code).ok_or_else(|| unreadable(column))
}

/// A value that none of ours is spelled as.
pub(super) fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, "no such code".into())
}

/// A pause reason as (code, number, words).
pub(super) fn pause_parts(reason: &PauseReason) -> (&'static str, Option<i64>, Option<Cow<'_, str>>) {
    match reason {
        PauseReason::Operator => ("operator", None, None),
        PauseReason::Colleague { by } => ("operator", None, Some(by.into())),
        PauseReason::Interrupted => ("interrupted", None, None),
        PauseReason::HungUp => ("hung-up", None, None),
        PauseReason::OwnerDied => ("owner-died", None, None),
        PauseReason::Ambiguous { calls } => ("ambiguous", Some(i64::from(*calls)), None),
        PauseReason::NotSent { why } => ("not-sent", None, Some(why.into())),
        PauseReason::Refused { code, msg } => ("refused", Some(i64::from(*code)), Some(msg.into())),
        PauseReason::RefusalRate { percent } => ("refusal-rate", Some(i64::from(*percent)), None),
        PauseReason::QuietHours => ("quiet-hours", None, None),
        PauseReason::Canary => ("canary", None, None),
        PauseReason::CanaryMissed { wanted, delivered, of } => {
            ("canary-missed", Some(i64::from(*wanted)), Some(format!("{delivered}/{of}").into()))
        }
        PauseReason::Journal { why } => ("journal", None, Some(why.into())),
        PauseReason::Unsettled => ("unsettled", None, None),
    }
}

/// The pause reason in three columns from `column` on.
pub(super) fn pause(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PauseReason>> {
    let Some(code) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let n: i64 = row.get::<_, Option<i64>>(column + 1)?.unwrap_or(0);
    let text = row.get::<_, Option<String>>(column + 2)?.unwrap_or_default();
    let wide = || rusqlite::Error::IntegralValueOutOfRange(column + 1, n);
    let number = || u32::try_from(n).map_err(|_| wide());
    let reason = match code.as_str() {
        "operator" if text.is_empty() => PauseReason::Operator,
        "operator" => PauseReason::Colleague { by: text },
        "interrupted" => PauseReason::Interrupted,
        "hung-up" => PauseReason::HungUp,
        "owner-died" => PauseReason::OwnerDied,
        "ambiguous" => PauseReason::Ambiguous { calls: number()? },
        "not-sent" => PauseReason::NotSent { why: text },
        "refused" => PauseReason::Refused { code: i32::try_from(n).map_err(|_| wide())?, msg: text },
        "refusal-rate" => PauseReason::RefusalRate { percent: number()? },
        "quiet-hours" => PauseReason::QuietHours,
        "canary" => PauseReason::Canary,
        "canary-missed" => {
            let parts = text.split_once('/').and_then(|(n, of)| Some((n.parse().ok()?, of.parse().ok()?)));
            let (delivered, of) = parts.ok_or_else(|| unreadable(column + 2))?;
            PauseReason::CanaryMissed { wanted: number()?, delivered, of }
        }
        "journal" => PauseReason::Journal { why: text },
        "unsettled" => PauseReason::Unsettled,
        _ => return Err(unreadable(column)),
    };
    Ok(Some(reason))
}

const REASONS: [RejectReason; 12] = [
    RejectReason::OptedOut,
    RejectReason::Unreadable,
    RejectReason::NotAMobile(NotAMobile::Empty),
    RejectReason::NotAMobile(NotAMobile::NotDigits),
    RejectReason::NotAMobile(NotAMobile::TooShort),
    RejectReason::NotAMobile(NotAMobile::TooLong),
    RejectReason::NotAMobile(NotAMobile::Landline),
    RejectReason::NotAMobile(NotAMobile::NoMobilePrefix),
    RejectReason::NotAMobile(NotAMobile::NoSuchNumber),
    RejectReason::Recent,
    RejectReason::Repeated,
    RejectReason::LacksValue,
];

/// A reason as (code, row it repeats). The codes are fixed: a new one goes to the end.
pub(super) fn reason_parts(reason: RejectReason) -> (u32, Option<u32>) {
    match reason {
        RejectReason::Duplicate { of } => (0, Some(of)),
        other => ((1_u32..).zip(REASONS).find(|(_, known)| *known == other).map_or(2, |(code, _)| code), None),
    }
}

/// The reason in two columns from `column` on.
pub(super) fn reason(row: &Row<'_>, column: usize) -> rusqlite::Result<RejectReason> {
    match row.get::<_, u32>(column)? {
        0 => Ok(RejectReason::Duplicate { of: row.get(column + 1)? }),
        code => REASONS.get(code as usize - 1).copied().ok_or_else(|| unreadable(column)),
    }
}

/// A report's code.
pub(super) fn status_code(status: ReportStatus) -> i64 {
    match status {
        ReportStatus::NoReport => 0,
        ReportStatus::Delivered => 1,
        ReportStatus::Failed => 2,
    }
}

/// The report behind a code.
pub(super) fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<ReportStatus> {
    match row.get::<_, Option<i64>>(column)? {
        None | Some(0) => Ok(ReportStatus::NoReport),
        Some(1) => Ok(ReportStatus::Delivered),
        Some(2) => Ok(ReportStatus::Failed),
        Some(_) => Err(unreadable(column)),
    }
}

/// The click source behind a code.
pub(super) fn source(code: &str) -> Option<ClickSource> {
    [ClickSource::Clicked, ClickSource::Import, ClickSource::TotalOnly].into_iter().find(|s| s.code() == code)
}

/// A sum over what must not change: every single changed bit changes it (each step is a bijection of the sum).
#[derive(Debug, Clone, Copy)]
pub(super) struct Digest(u64);

impl Digest {
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) const fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    pub(super) const fn stored(self) -> i64 {
        self.0.cast_signed()
    }
}
