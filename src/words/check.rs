//! The rows of the pre-flight in words: what was looked at, what was found, what to do.
use super::Lang;
use crate::sms::{CampaignId, CampaignState, Check, CheckName, CheckState, Code, visible};

/// A row of the pre-flight as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckWords {
    /// What was looked at, a word or two.
    pub label: &'static str,
    /// What was found, one sentence.
    pub sentence: String,
    /// What to do, one sentence; says so when there is nothing to do.
    pub hint: &'static str,
}

/// How [`Check::detail`] begins when a row says that something could not be asked; the vendor's code follows, or the kind
/// of the problem (`connect`, `no-answer`, …).
pub const UNASKED: &str = "unasked:";
/// What [`Check::detail`] of a `warn` link row begins with, before the link (and, for `closing:`, ` until TIME`).
pub const LINK_FINDINGS: [&str; 4] = ["foreign:", "reused:", "closing:", "unknown:"];
/// How [`Check::detail`] begins when quiet hours are set aside by decision; the hours follow.
pub const IGNORED: &str = "ignored:";
/// How [`Check::detail`] begins when quiet hours would begin before the end; that time follows.
pub const LATER: &str = "later:";

/// The words of one row.
#[must_use]
pub fn words(check: &Check, lang: Lang) -> CheckWords {
    let label = label(check.name, lang);
    if let Some(why) = check.detail.strip_prefix(UNASKED) {
        return CheckWords { label, sentence: unasked(why, lang), hint: lang.check_unasked_hint() };
    }
    let (sentence, hint) = if check.state == CheckState::Ok {
        (fine(check, lang), lang.check_nothing_to_do())
    } else {
        finding(check, lang)
    };
    CheckWords { label, sentence, hint }
}

/// What is said when a campaign goes on although some of its recipients had the same text elsewhere.
#[must_use]
pub fn goes_on(id: CampaignId, doubled: &Check, lang: Lang) -> String {
    lang.check_earlier_goes_on(id, words(doubled, lang).sentence)
}

/// What a row looks at, a word or two.
#[must_use]
pub fn label(name: CheckName, lang: Lang) -> &'static str {
    match name {
        CheckName::Recipients => lang.check_recipients(),
        CheckName::Text => lang.check_text(),
        CheckName::Signature => lang.check_signature(),
        CheckName::Template => lang.check_template(),
        CheckName::BlockedWords => lang.check_words(),
        CheckName::Link => lang.check_link(),
        CheckName::OptOut => lang.check_opt_out(),
        CheckName::QuietHours => lang.check_quiet(),
        CheckName::Variables => lang.check_variables(),
        CheckName::Suppressed => lang.check_suppressed(),
        CheckName::Repeat => lang.check_repeat(),
        CheckName::Within30s => lang.check_within_30s(),
        CheckName::Within5Min => lang.check_within_5min(),
        CheckName::WithinHour => lang.check_within_hour(),
        CheckName::WithinDay => lang.check_within_day(),
        CheckName::Recent => lang.check_recent(),
        CheckName::DailyLimit => lang.check_limit(),
        CheckName::Balance => lang.check_balance(),
        CheckName::Journal => lang.check_journal(),
        CheckName::Segments => lang.check_segments(),
    }
}

fn fine(check: &Check, lang: Lang) -> String {
    let (n, detail) = (check.count, check.detail.as_str());
    match check.name {
        CheckName::Recipients => lang.check_recipients_ok(n),
        CheckName::Text => lang.check_text_ok(n),
        CheckName::Signature => lang.check_signature_ok(detail),
        CheckName::Template => lang.check_template_ok(detail),
        CheckName::BlockedWords if n > 0 && detail == "more" => lang.check_words_ok_some(n),
        CheckName::BlockedWords if n > 1 && detail.is_empty() => lang.check_words_ok_texts(n),
        CheckName::BlockedWords => lang.check_words_ok().to_owned(),
        CheckName::Link if detail.is_empty() => lang.check_link_ok_none().to_owned(),
        CheckName::Link => lang.check_link_ok(detail),
        CheckName::OptOut if detail.is_empty() => lang.check_opt_out_free().to_owned(),
        CheckName::OptOut => lang.check_opt_out_ok().to_owned(),
        CheckName::QuietHours if detail.is_empty() => lang.check_quiet_free().to_owned(),
        CheckName::QuietHours => lang.check_quiet_ok().to_owned(),
        CheckName::Variables => lang.check_variables_ok().to_owned(),
        CheckName::Suppressed => lang.check_suppressed_ok(n),
        CheckName::Repeat => lang.check_repeat_ok().to_owned(),
        CheckName::Within30s => lang.check_within_30s_ok().to_owned(),
        CheckName::Within5Min => lang.check_within_5min_ok().to_owned(),
        CheckName::WithinHour => lang.check_within_hour_ok().to_owned(),
        CheckName::WithinDay => lang.check_within_day_ok().to_owned(),
        CheckName::Recent => lang.check_recent_ok(days(detail)),
        CheckName::DailyLimit if detail.is_empty() => lang.check_limit_none().to_owned(),
        CheckName::DailyLimit => lang.check_limit_ok().to_owned(),
        CheckName::Balance => lang.check_balance_ok().to_owned(),
        CheckName::Journal => lang.check_journal_ok().to_owned(),
        CheckName::Segments => lang.check_segments_ok(parts(detail, lang)),
    }
}

fn finding(check: &Check, lang: Lang) -> (String, &'static str) {
    let (n, detail) = (check.count, check.detail.as_str());
    match check.name {
        CheckName::Recipients => (lang.check_recipients_none().to_owned(), lang.check_recipients_none_hint()),
        CheckName::Text if n == 0 => (lang.check_text_empty().to_owned(), lang.check_text_hint()),
        CheckName::Text => (lang.check_text_too_long(n), lang.check_text_hint()),
        CheckName::Signature if detail.is_empty() => {
            (lang.check_signature_missing().to_owned(), lang.check_signature_missing_hint())
        }
        CheckName::Signature => (lang.check_signature_foreign(detail), lang.check_signature_foreign_hint()),
        CheckName::Template if n == 0 => (lang.check_template_foreign().to_owned(), lang.check_template_foreign_hint()),
        CheckName::Template => (lang.check_template_some(n, detail), lang.check_template_foreign_hint()),
        CheckName::BlockedWords => (lang.check_words_found(detail), lang.check_words_hint()),
        CheckName::Link => link(detail, lang),
        CheckName::OptOut => (lang.check_opt_out_none().to_owned(), lang.check_opt_out_hint()),
        CheckName::QuietHours => (quiet(detail, lang), lang.check_quiet_hint()),
        CheckName::Variables => (variables(n, detail, lang), lang.check_variables_hint()),
        CheckName::Suppressed => (lang.check_suppressed_some(n), lang.check_suppressed_hint()),
        CheckName::Repeat => (earlier(check, lang), lang.check_repeat_hint()),
        CheckName::Within30s => (lang.check_within_30s_some(n, wait(detail, lang)), lang.check_within_hint()),
        CheckName::Within5Min => (lang.check_within_5min_some(n, wait(detail, lang)), lang.check_within_hint()),
        CheckName::WithinHour => (lang.check_within_hour_some(n), lang.check_within_later()),
        CheckName::WithinDay => (lang.check_within_day_some(n), lang.check_within_later()),
        CheckName::Recent => (earlier(check, lang), lang.check_recent_hint()),
        CheckName::DailyLimit => (lang.check_limit_over(detail), lang.check_limit_hint()),
        CheckName::Balance => (lang.check_balance_low(detail), lang.check_balance_hint()),
        CheckName::Journal => (lang.check_journal_closed().to_owned(), lang.check_journal_hint()),
        CheckName::Segments => (lang.check_segments_saving(n, detail), lang.check_segments_hint()),
    }
}

/// `3000x1, 40x2`: recipients by the segments of their text.
fn parts(detail: &str, lang: Lang) -> String {
    let part = |part: &str| {
        let (people, segments) = part.split_once('x')?;
        Some(lang.compose_of_segments(people.parse().ok()?, segments.parse().ok()?))
    };
    detail.split(", ").filter_map(part).collect::<Vec<_>>().join(lang.compose_comma())
}

/// The seconds until the last of them may get it.
fn wait(detail: &str, lang: Lang) -> String {
    super::take_over::age(detail.parse().unwrap_or_default(), lang)
}

/// The variables, then the first rows that lack one, `ROW<tab>{name}` a line.
fn variables(n: u64, detail: &str, lang: Lang) -> String {
    let mut lines = detail.lines();
    let names = lines.next().unwrap_or_default();
    let row = |line: &str| {
        let (row, name) = line.split_once('\t')?;
        Some(lang.check_variables_row(row, name))
    };
    let mut rows: Vec<String> = lines.filter_map(row).collect();
    if n > rows.len() as u64 {
        rows.push("…".to_owned());
    }
    lang.check_variables_missing(n, names, rows.join(lang.compose_comma()))
}

/// The days that a row about earlier messages looked at.
fn days(detail: &str) -> u64 {
    detail.split(['\t', '\n']).next().and_then(|days| days.parse().ok()).unwrap_or_default()
}

/// Who wrote to them and when, and where they wait: the lines of `campaign::preflight::earlier`.
fn earlier(check: &Check, lang: Lang) -> String {
    let mut lines = check.detail.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let count = |at: usize| head.get(at).and_then(|n| n.parse().ok()).unwrap_or(0_u64);
    let (mut sent, mut waits) = (Vec::new(), Vec::new());
    for line in lines {
        let [kind, campaign, n, when, by] = line.as_slice() else { continue };
        let (n, by) = (n.parse().unwrap_or_default(), visible(by));
        if *kind == "sent" {
            let age = super::take_over::age(when.parse().unwrap_or_default(), lang);
            sent.push(lang.check_earlier_sent(*campaign, by, n, age));
        } else if let Some(at) = when.strip_prefix("at ") {
            waits.push(lang.check_earlier_scheduled(*campaign, by, n, at));
        } else {
            let state = CampaignState::from_code(when).map_or(*when, |state| super::state::campaign(state, lang));
            waits.push(lang.check_earlier_waits(*campaign, by, n, state));
        }
    }
    let (sent, waits) = (sent.join(lang.check_earlier_between()), waits.join(lang.check_earlier_between()));
    let is_repeat = check.name == CheckName::Repeat;
    let mut sentences = Vec::new();
    match count(1) {
        0 => {}
        n if is_repeat => sentences.push(lang.check_repeat_some(n, &sent)),
        n => sentences.push(lang.check_recent_some(n, count(0), &sent)),
    }
    match count(2) {
        0 => {}
        n if is_repeat => sentences.push(lang.check_repeat_waiting(n, &waits)),
        n => sentences.push(lang.check_recent_waiting(n, &waits)),
    }
    sentences.join(lang.problem_between())
}

fn unasked(why: &str, lang: Lang) -> String {
    match (why, why.parse()) {
        (_, Ok(code)) => lang.check_unasked_code(code, Code(code).meaning(lang)),
        ("connect", _) => lang.check_unasked_connect().to_owned(),
        ("no-answer", _) => lang.check_unasked_no_answer().to_owned(),
        _ => lang.check_unasked_other().to_owned(),
    }
}

fn link(detail: &str, lang: Lang) -> (String, &'static str) {
    let [foreign, reused, closing, unknown] = LINK_FINDINGS;
    if let Some(link) = detail.strip_prefix(foreign) {
        (lang.check_link_foreign(link), lang.check_link_foreign_hint())
    } else if let Some(link) = detail.strip_prefix(reused) {
        (lang.check_link_reused(link), lang.check_link_reused_hint())
    } else if let Some((link, until)) = detail.strip_prefix(closing).and_then(|rest| rest.split_once(" until ")) {
        (lang.check_link_closed(link, until), lang.check_link_closed_hint())
    } else if let Some(link) = detail.strip_prefix(unknown) {
        (lang.check_link_unknown(link), lang.check_link_unknown_hint())
    } else {
        (lang.check_link_none().to_owned(), lang.check_link_none_hint())
    }
}

fn quiet(detail: &str, lang: Lang) -> String {
    if let Some(hours) = detail.strip_prefix(IGNORED) {
        lang.check_quiet_ignored(hours)
    } else if let Some(at) = detail.strip_prefix(LATER) {
        lang.check_quiet_later(at)
    } else {
        lang.check_quiet_now(detail)
    }
}
