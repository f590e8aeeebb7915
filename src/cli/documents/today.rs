//! `today`.
use serde::Serialize;

use super::{BalanceDocument, CampaignDocument, ErrorBody, Form, LinkDocument, amount};
use crate::desk::Today;
use crate::sms::Campaign;
use crate::words::Lang;

/// Today, on one page.
#[derive(Debug, Serialize)]
pub struct TodayDocument {
    as_of: String,
    running: Vec<CampaignDocument>,
    scheduled: Vec<CampaignDocument>,
    paused: Vec<CampaignDocument>,
    unknown: Vec<CampaignDocument>,
    accepted_today: u64,
    fee_today: f64,
    committed: f64,
    account: Option<BalanceDocument>,
    account_error: Option<ErrorBody>,
    closing: Vec<LinkDocument>,
    watched: bool,
}

impl TodayDocument {
    /// The document of the page; the error of an account that could not be asked is in the reader's language.
    #[must_use]
    pub fn new(today: &Today, lang: Lang, form: &Form) -> Self {
        let all = |campaigns: &[Campaign]| campaigns.iter().map(|one| CampaignDocument::new(one, form)).collect();
        Self {
            as_of: form.time(today.at),
            running: all(&today.running),
            scheduled: all(&today.scheduled),
            paused: all(&today.paused),
            unknown: all(&today.unknown),
            accepted_today: today.sent.0,
            fee_today: amount(today.sent.1),
            committed: amount(today.committed),
            account: today.account.as_ref().ok().map(|account| BalanceDocument::new(account, today.at, form)),
            account_error: today.account.as_ref().err().map(|problem| ErrorBody::new(problem, lang, form.is_masked)),
            closing: today.closing.iter().map(|link| LinkDocument::new(link, form)).collect(),
            watched: today.is_watched,
        }
    }
}
