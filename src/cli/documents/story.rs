//! `find`.
use serde::Serialize;

use super::{Form, amount};
use crate::sms::{Code, RecipientState, ReportStatus, Story, StoryLine};
use crate::words::{Lang, doubt};

/// A number and every message to it, newest first.
#[derive(Debug, Serialize)]
pub struct StoryDocument {
    mobile: String,
    opted_out: Option<OptOutDocument>,
    messages: Vec<MessageDocument>,
}

#[derive(Debug, Serialize)]
struct OptOutDocument {
    at: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct MessageDocument {
    campaign: String,
    name: String,
    by: String,
    sent_at: Option<String>,
    outcome: &'static str,
    code: Option<i32>,
    /// The vendor's words of a refusal, or why the outcome is unknown.
    msg: Option<String>,
    /// The same for a person, in their language.
    meaning: Option<String>,
    sid: Option<i64>,
    fee: f64,
    delivery: Option<&'static str>,
    received_at: Option<String>,
    error: String,
    clicks: Option<u64>,
    first_click_at: Option<String>,
    last_click_at: Option<String>,
    /// When the report and the clicks were last asked for, as far as is known.
    delivery_as_of: Option<String>,
    clicks_as_of: Option<String>,
    text: String,
}

impl StoryDocument {
    /// The document of a story, whose meanings are in the reader's language.
    #[must_use]
    pub fn new(story: &Story, lang: Lang, form: &Form) -> Self {
        Self {
            mobile: form.mobile(story.mobile),
            opted_out: story
                .opted_out
                .as_ref()
                .map(|(at, why)| OptOutDocument { at: form.time(*at), why: why.clone() }),
            messages: story.lines.iter().map(|line| MessageDocument::new(line, lang, form)).collect(),
        }
    }
}

impl MessageDocument {
    fn new(line: &StoryLine, lang: Lang, form: &Form) -> Self {
        Self {
            campaign: line.campaign.to_string(),
            name: line.name.clone(),
            by: line.by.clone(),
            sent_at: line.sent_at.map(|at| form.time(at)),
            outcome: outcome(line.state),
            code: line.refusal.as_ref().map(|(code, _)| *code),
            msg: line.refusal.as_ref().map(|(_, msg)| msg).or(line.doubt.as_ref()).cloned(),
            meaning: match (&line.refusal, &line.doubt) {
                (Some((code, _)), _) => Some(Code(*code).meaning(lang)),
                (None, Some(why)) => Some(doubt::words(why, lang)),
                (None, None) => None,
            },
            sid: line.sid.map(|sid| sid.0),
            fee: amount(line.fee),
            delivery: line.report.map(|report| match report {
                ReportStatus::Delivered => "delivered",
                ReportStatus::Failed => "failed",
                ReportStatus::NoReport => "no_report",
            }),
            received_at: line.received_at.map(|at| form.time(at)),
            error: line.error.clone(),
            clicks: line.clicks.map(|(clicks, ..)| clicks),
            first_click_at: line.clicks.and_then(|(_, first, _)| first).map(|at| form.time(at)),
            last_click_at: line.clicks.and_then(|(.., last)| last).map(|at| form.time(at)),
            delivery_as_of: line.reported_as_of.map(|at| form.time(at)),
            clicks_as_of: line.clicks_as_of.map(|at| form.time(at)),
            text: line.text.clone(),
        }
    }
}

/// As the counts of a campaign name it.
const fn outcome(state: RecipientState) -> &'static str {
    match state {
        RecipientState::Pending => "pending",
        RecipientState::Sending => "sending",
        RecipientState::Accepted => "accepted",
        RecipientState::Refused => "refused",
        RecipientState::Unknown => "unknown",
    }
}
