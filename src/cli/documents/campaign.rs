//! `campaign`, and the documents that carry it.
use jiff::Timestamp;
use serde::Serialize;

use super::{Form, RejectedDocument, amount};
use crate::cli::now;
use crate::sms::{Campaign, Code, Doubt, DoubtReason, Owner, PauseReason, Reasons, Refusal, Rejected, Wish};
use crate::words::{Lang, doubt};

/// A campaign.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the document")]
pub struct CampaignDocument {
    id: String,
    name: String,
    by: String,
    kind: &'static str,
    state: &'static str,
    pause: Option<PauseDocument>,
    text: String,
    mobile_stat: bool,
    test: bool,
    link_sids: Vec<String>,
    created_at: String,
    starts_at: Option<String>,
    missed: bool,
    first_at: Option<String>,
    last_at: Option<String>,
    counts: CountsDocument,
    deliveries: DeliveriesDocument,
    rejected_rows: u64,
    duplicate_rows: u64,
    opted_out: u64,
    taken_out: u64,
    segments: u32,
    fee: f64,
    fee_estimated: bool,
    canary: Option<CanaryDocument>,
    handed_over: bool,
    owner: Option<OwnerDocument>,
    note: Option<NoteDocument>,
    wish: Option<&'static str>,
    take_over: Option<TakeOverDocument>,
}

/// The question of a colleague who wants to go on with it.
#[derive(Debug, Serialize)]
struct TakeOverDocument {
    by: String,
    from: String,
    asked_at: String,
    owner: String,
    answer: Option<&'static str>,
    answered_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct CanaryDocument {
    number: u32,
    go_at_percent: Option<u32>,
    passed: bool,
    judged_by: Option<String>,
}

#[derive(Debug, Serialize)]
struct CountsDocument {
    total: u64,
    pending: u64,
    sending: u64,
    accepted: u64,
    refused: u64,
    unknown: u64,
}

#[derive(Debug, Serialize)]
struct DeliveriesDocument {
    delivered: u64,
    failed: u64,
    no_report: u64,
}

#[derive(Debug, Serialize)]
struct PauseDocument {
    reason: &'static str,
    code: Option<i32>,
    detail: Option<String>,
}

/// Who holds a campaign.
#[derive(Debug, Serialize)]
pub struct OwnerDocument {
    by: String,
    pid: u32,
    since: String,
    alive: bool,
}

#[derive(Debug, Serialize)]
struct NoteDocument {
    at: String,
    by: String,
    text: String,
}

impl CampaignDocument {
    /// The document of a campaign.
    #[must_use]
    pub fn new(campaign: &Campaign, form: &Form) -> Self {
        let time = |at: Timestamp| form.time(at);
        Self {
            id: campaign.id.to_string(),
            name: campaign.name.clone(),
            by: campaign.by.clone(),
            kind: campaign.kind.code(),
            state: campaign.state.code(),
            pause: campaign.pause.as_ref().map(PauseDocument::new),
            text: campaign.text.clone(),
            mobile_stat: campaign.mobile_stat,
            test: campaign.is_test,
            link_sids: campaign.link_sids.iter().map(ToString::to_string).collect(),
            created_at: time(campaign.created_at),
            starts_at: campaign.starts_at.map(time),
            missed: campaign.is_missed(now()),
            first_at: campaign.first_at.map(time),
            last_at: campaign.last_at.map(time),
            counts: CountsDocument {
                total: campaign.counts.total(),
                pending: campaign.counts.pending,
                sending: campaign.counts.sending,
                accepted: campaign.counts.accepted,
                refused: campaign.counts.refused,
                unknown: campaign.counts.unknown,
            },
            deliveries: DeliveriesDocument {
                delivered: campaign.deliveries.delivered,
                failed: campaign.deliveries.failed,
                no_report: campaign.deliveries.no_report,
            },
            rejected_rows: campaign.rejected_rows,
            duplicate_rows: campaign.duplicate_rows,
            opted_out: campaign.opted_out,
            taken_out: campaign.taken_out,
            segments: campaign.segments.0,
            fee: amount(campaign.fee),
            fee_estimated: campaign.is_fee_estimated,
            canary: campaign.canary.map(|canary| CanaryDocument {
                number: canary.first.get(),
                go_at_percent: canary.gate.map(|gate| gate.percent),
                passed: canary.is_passed,
                judged_by: canary.until.map(time),
            }),
            handed_over: campaign.is_handed_over,
            owner: campaign.owner.as_ref().map(|owner| OwnerDocument::new(owner, form)),
            note: campaign.note.as_ref().map(|(at, by, text)| NoteDocument {
                at: time(*at),
                by: by.clone(),
                text: text.clone(),
            }),
            wish: campaign.wish.map(Wish::code),
            take_over: campaign.take_over.as_ref().map(|asked| TakeOverDocument {
                by: asked.by.clone(),
                from: asked.from.clone(),
                asked_at: time(asked.asked_at),
                owner: asked.owner.clone(),
                answer: asked.answer.map(|(answer, _)| answer.code()),
                answered_at: asked.answer.map(|(_, at)| time(at)),
            }),
        }
    }
}

impl OwnerDocument {
    /// The document of an owner.
    #[must_use]
    pub fn new(owner: &Owner, form: &Form) -> Self {
        Self { by: owner.by.clone(), pid: owner.pid, since: form.time(owner.since), alive: owner.is_alive }
    }
}

impl PauseDocument {
    fn new(pause: &PauseReason) -> Self {
        let (reason, code, detail) = match pause {
            PauseReason::Operator => ("operator", None, None),
            PauseReason::Colleague { by } => ("operator", None, Some(by.clone())),
            PauseReason::Interrupted => ("interrupted", None, None),
            PauseReason::HungUp => ("hung-up", None, None),
            PauseReason::OwnerDied => ("owner-died", None, None),
            PauseReason::Ambiguous { calls } => ("ambiguous", None, Some(calls.to_string())),
            PauseReason::NotSent { why } => ("not-sent", None, Some(why.clone())),
            PauseReason::Refused { code, msg } => ("refused", Some(*code), Some(msg.clone())),
            PauseReason::RefusalRate { percent } => ("refusal-rate", None, Some(percent.to_string())),
            PauseReason::QuietHours => ("quiet-hours", None, None),
            PauseReason::Canary => ("canary", None, None),
            PauseReason::CanaryMissed { wanted, delivered, of } => {
                ("canary-missed", None, Some(format!("{delivered} of {of} delivered, {wanted} % wanted")))
            }
            PauseReason::Journal { why } => ("journal", None, Some(why.clone())),
            PauseReason::Unsettled => ("unsettled", None, None),
        };
        Self { reason, code, detail }
    }
}

/// Why some were refused: one code and the vendor's words.
#[derive(Debug, Serialize)]
struct RefusedByDocument {
    code: i32,
    msg: String,
    /// Our own sentence for the code, and what to do, in the reader's language.
    meaning: String,
    next: &'static str,
    count: u64,
}

/// Why some are unknown: one reason.
#[derive(Debug, Serialize)]
struct UnknownByDocument {
    why: String,
    /// The same for a person, in their language.
    meaning: String,
    requests: u64,
    count: u64,
}

/// `{"campaign":{…}}`: `send`, `pause`, `resume`, `cancel`, `retry` and the like; and why people in it were refused or
/// are unknown.
#[derive(Debug, Serialize)]
pub struct CampaignEnvelope {
    campaign: CampaignDocument,
    refused_by: Vec<RefusedByDocument>,
    unknown_by: Vec<UnknownByDocument>,
}

impl CampaignEnvelope {
    /// The document of one campaign; meanings are in the reader's language.
    #[must_use]
    pub fn new(campaign: &Campaign, reasons: &Reasons, lang: Lang, form: &Form) -> Self {
        let refused = |(code, msg, count): &(i32, String, u64)| RefusedByDocument {
            code: *code,
            msg: msg.clone(),
            meaning: Code(*code).meaning(lang),
            next: Code(*code).next_step(lang),
            count: *count,
        };
        let unknown = |reason: &DoubtReason| UnknownByDocument {
            why: reason.why.clone(),
            meaning: doubt::words(&reason.why, lang),
            requests: reason.requests,
            count: reason.recipients,
        };
        Self {
            campaign: CampaignDocument::new(campaign, form),
            refused_by: reasons.refused.iter().map(refused).collect(),
            unknown_by: reasons.unknown.iter().map(unknown).collect(),
        }
    }
}

/// `campaigns list`.
#[derive(Debug, Serialize)]
pub struct Campaigns {
    campaigns: Vec<CampaignDocument>,
}

impl Campaigns {
    /// The document of many, in the order given.
    #[must_use]
    pub fn new(campaigns: &[Campaign], form: &Form) -> Self {
        Self { campaigns: campaigns.iter().map(|c| CampaignDocument::new(c, form)).collect() }
    }
}

/// One refused number.
#[derive(Debug, Serialize)]
struct RefusalDocument {
    mobile: String,
    code: i32,
    msg: String,
    meaning: String,
}

/// One unknown number.
#[derive(Debug, Serialize)]
struct DoubtDocument {
    mobile: String,
    at: Option<String>,
    why: String,
    meaning: String,
}

/// The people of a campaign whom somebody may have to look at, by name.
#[derive(Debug)]
pub struct People {
    /// The refused.
    pub refused: Vec<Refusal>,
    /// Those of whom nobody knows.
    pub unknown: Vec<Doubt>,
    /// Rows of the source that were left out.
    pub rejected: Vec<Rejected>,
}

/// `campaigns show`.
#[derive(Debug, Serialize)]
pub struct CampaignWithPeople {
    #[serde(flatten)]
    envelope: CampaignEnvelope,
    refused: Vec<RefusalDocument>,
    unknown: Vec<DoubtDocument>,
    rejected: Vec<RejectedDocument>,
}

impl CampaignWithPeople {
    /// The document of one campaign, and of those who were refused, are unknown or were left out.
    #[must_use]
    pub fn new(campaign: &Campaign, reasons: &Reasons, people: &People, lang: Lang, form: &Form) -> Self {
        let refusal = |one: &Refusal| RefusalDocument {
            mobile: form.mobile(one.mobile),
            code: one.code,
            msg: one.msg.clone(),
            meaning: Code(one.code).meaning(lang),
        };
        let unknown = |one: &Doubt| DoubtDocument {
            mobile: form.mobile(one.mobile),
            at: one.at.map(|at| form.time(at)),
            why: one.why.clone(),
            meaning: doubt::words(&one.why, lang),
        };
        let rejected = |row: &Rejected| RejectedDocument::new(row, lang, form.is_masked);
        Self {
            envelope: CampaignEnvelope::new(campaign, reasons, lang, form),
            refused: people.refused.iter().map(refusal).collect(),
            unknown: people.unknown.iter().map(unknown).collect(),
            rejected: people.rejected.iter().map(rejected).collect(),
        }
    }
}

/// What a reconciliation settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Settled {
    /// Found in the vendor's records.
    pub accepted: u64,
    /// Proved absent: pending again.
    pub absent: u64,
    /// Still unknown.
    pub unsettled: u64,
}

/// `campaigns reconcile`.
#[derive(Debug, Serialize)]
pub struct ReconcileDocument {
    campaign: CampaignDocument,
    settled: Settled,
    settles_at: Option<String>,
}

impl ReconcileDocument {
    /// The document of a reconciliation; `settles_at` is when asking again may settle more.
    #[must_use]
    pub fn new(campaign: &Campaign, settled: Settled, settles_at: Option<Timestamp>, form: &Form) -> Self {
        Self {
            campaign: CampaignDocument::new(campaign, form),
            settled,
            settles_at: settles_at.map(|at| form.time(at)),
        }
    }
}
