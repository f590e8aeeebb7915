//! `send --dry-run`: what would be sent.
use std::collections::HashSet;

use serde::Serialize;

use super::{Form, amount};
use crate::sms::{Check, CheckName, Mobile, Plan, Preflight, RejectReason, Rejected, Start, Template};
use crate::words::{Lang, check, reason};

/// A plan with what is known about it.
#[derive(Debug, Serialize)]
pub struct PlanDocument {
    name: String,
    kind: &'static str,
    text: String,
    mobile_stat: bool,
    link_sids: Vec<String>,
    recipients: u64,
    rejected_rows: u64,
    duplicate_rows: u64,
    opted_out: u64,
    taken_out: u64,
    rejected: Vec<RejectedDocument>,
    batch_size: u32,
    in_flight: u32,
    starts_at: Option<String>,
    done_at: Option<String>,
    segments: Vec<SegmentsDocument>,
    fee: f64,
    balance: Option<f64>,
    balance_after: Option<f64>,
    verdict: &'static str,
    checks: Vec<CheckRow>,
    samples: Vec<SampleDocument>,
}

/// How many recipients get a text of so many segments.
#[derive(Debug, Serialize)]
struct SegmentsDocument {
    segments: u32,
    recipients: u64,
}

#[derive(Debug, Serialize)]
struct SampleDocument {
    mobile: String,
    text: String,
}

/// A row of the source that was left out.
#[derive(Debug, Serialize)]
pub struct RejectedDocument {
    row: u32,
    raw: String,
    /// A stable word.
    reason: &'static str,
    /// The same for a person, in their language.
    meaning: String,
}

impl RejectedDocument {
    /// The document of a row.
    #[must_use]
    pub fn new(row: &Rejected, lang: Lang, is_masked: bool) -> Self {
        Self {
            row: row.row,
            raw: row.text(is_masked),
            reason: row.reason.code(),
            meaning: reason::words(row.reason, lang),
        }
    }
}

/// One row of the pre-flight.
#[derive(Debug, Serialize)]
pub struct CheckRow {
    name: &'static str,
    state: &'static str,
    count: u64,
    detail: String,
    hint: &'static str,
    /// Whom it is about: the first of them, in the order of the source.
    numbers: Vec<NumberDocument>,
}

/// A recipient whom a check is about.
#[derive(Debug, Serialize)]
struct NumberDocument {
    /// Of the source, from 1.
    row: u32,
    mobile: String,
    /// The variables without a value, of the check of variables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lacks: Vec<String>,
}

/// Numbers of a check that are written at most.
const NUMBERS: usize = 20;

/// The first recipients whom a check is about.
fn numbers(check: &Check, plan: &Plan, form: &Form) -> Vec<NumberDocument> {
    let list = &plan.recipients;
    if check.mobiles.is_empty() {
        return Vec::new();
    }
    let about: HashSet<Mobile> = check.mobiles.iter().copied().collect();
    let template = Template::new(&plan.text);
    let places = (0..list.len()).filter(|i| about.contains(&list.mobiles()[*i])).take(NUMBERS);
    places
        .map(|i| NumberDocument {
            row: list.rows()[i],
            mobile: form.mobile(list.mobiles()[i]),
            lacks: if check.name == CheckName::Variables {
                template.lacking(&list.columns, list.values(i))
            } else {
                Vec::new()
            },
        })
        .collect()
}

impl CheckRow {
    fn new(row: &Check, plan: &Plan, lang: Lang, form: &Form) -> Self {
        let words = check::words(row, lang);
        Self {
            name: code(row.name),
            state: row.state.code(),
            count: row.count,
            detail: words.sentence,
            hint: words.hint,
            numbers: numbers(row, plan, form),
        }
    }
}

impl PlanDocument {
    /// The document of a plan and its pre-flight, whose sentences are in the reader's language.
    #[must_use]
    pub fn new(plan: &Plan, preflight: &Preflight, lang: Lang, form: &Form) -> Self {
        let list = &plan.recipients;
        let is_out = |r: &&Rejected| r.reason == RejectReason::OptedOut;
        Self {
            name: plan.name.clone(),
            kind: plan.kind.code(),
            text: plan.text.clone(),
            mobile_stat: plan.mobile_stat,
            link_sids: plan.link_sids.iter().map(ToString::to_string).collect(),
            recipients: preflight.recipients,
            rejected_rows: list.malformed(),
            duplicate_rows: list.duplicates(),
            opted_out: list.rejected().iter().filter(is_out).count() as u64,
            taken_out: list.taken_out(),
            rejected: list.rejected().iter().map(|row| RejectedDocument::new(row, lang, form.is_masked)).collect(),
            batch_size: plan.pacing.batch_size,
            in_flight: plan.pacing.in_flight,
            starts_at: match plan.start {
                Start::Now => None,
                Start::At(at) => Some(form.time(at)),
            },
            done_at: preflight.done_at.map(|at| form.time(at)),
            segments: preflight
                .histogram
                .iter()
                .map(|(segments, recipients)| SegmentsDocument { segments: segments.0, recipients: *recipients })
                .collect(),
            fee: amount(preflight.fee),
            balance: preflight.balance.map(amount),
            balance_after: preflight.balance_after().map(amount),
            verdict: preflight.worst().code(),
            checks: preflight.checks.iter().map(|row| CheckRow::new(row, plan, lang, form)).collect(),
            samples: preflight
                .samples
                .iter()
                .map(|(mobile, text)| SampleDocument { mobile: form.mobile(*mobile), text: text.clone() })
                .collect(),
        }
    }
}

/// A stable word for scripts.
const fn code(name: CheckName) -> &'static str {
    match name {
        CheckName::Recipients => "recipients",
        CheckName::Text => "text",
        CheckName::Signature => "signature",
        CheckName::Template => "template",
        CheckName::BlockedWords => "blocked-words",
        CheckName::Link => "link",
        CheckName::OptOut => "opt-out",
        CheckName::QuietHours => "quiet-hours",
        CheckName::Variables => "variables",
        CheckName::Suppressed => "suppressed",
        CheckName::Repeat => "repeat",
        CheckName::Within30s => "within-30s",
        CheckName::Within5Min => "within-5min",
        CheckName::WithinHour => "within-hour",
        CheckName::WithinDay => "within-day",
        CheckName::Recent => "recent",
        CheckName::DailyLimit => "daily-limit",
        CheckName::Balance => "balance",
        CheckName::Journal => "journal",
        CheckName::Segments => "segments",
    }
}
