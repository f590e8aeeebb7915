//! The question of a colleague who wants to go on with a campaign, in words.
use jiff::Timestamp;

use super::Lang;
use crate::sms::{Answer, TakeOver, visible};

/// How long ago: `12 s`, `3 min`, `2 h`.
#[must_use]
pub fn age(seconds: i64, lang: Lang) -> String {
    let seconds = u64::try_from(seconds).unwrap_or_default();
    match seconds {
        0..=119 => lang.take_over_seconds(seconds),
        120..=7_199 => lang.take_over_minutes(seconds / 60),
        _ => lang.take_over_hours(seconds / 3_600),
    }
}

/// How long ago it was asked.
#[must_use]
pub fn asked_ago(asked: &TakeOver, now: Timestamp, lang: Lang) -> String {
    age(now.duration_since(asked.asked_at).as_secs(), lang)
}

/// What everybody but the asked one reads: asked and no answer yet, kept, or handed over. `stamp` says a time.
#[must_use]
pub fn standing(asked: &TakeOver, now: Timestamp, stamp: impl Fn(Timestamp) -> String, lang: Lang) -> String {
    let (by, owner) = (visible(&asked.by), visible(&asked.owner));
    match asked.answer {
        None => lang.take_over_waits(by, owner, asked_ago(asked, now, lang)),
        Some((Answer::Keep, at)) => lang.take_over_kept(by, owner, stamp(at)),
        Some((Answer::HandOver, at)) => lang.take_over_given(owner, by, stamp(at)),
    }
}
