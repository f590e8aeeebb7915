//! One word for one state, everywhere: screen, command line, exports. The audit and the store keep codes.
use super::Lang;
use crate::sms::{
    Campaign, CampaignId, CampaignState, CheckState, ClickSource, ClickTotals, Counts, PauseReason, RateOf,
    RecipientState, ReportStatus, Wish,
};

/// Where a campaign stands, one word.
#[must_use]
pub const fn campaign(state: CampaignState, lang: Lang) -> &'static str {
    match state {
        CampaignState::Draft => lang.state_draft(),
        CampaignState::Scheduled => lang.state_scheduled(),
        CampaignState::Running => lang.state_running(),
        CampaignState::Paused => lang.state_paused(),
        CampaignState::Finished => lang.state_finished(),
        CampaignState::Cancelled => lang.state_cancelled(),
    }
}

/// Where a campaign stands now, one word: one whose time went by unsent is not called scheduled.
#[must_use]
pub fn campaign_at(campaign: &Campaign, now: jiff::Timestamp, lang: Lang) -> &'static str {
    if campaign.is_missed(now) { lang.state_missed() } else { self::campaign(campaign.state, lang) }
}

/// Where a recipient stands, one word.
#[must_use]
pub const fn recipient(state: RecipientState, lang: Lang) -> &'static str {
    match state {
        RecipientState::Pending => lang.state_pending(),
        RecipientState::Sending => lang.state_sending(),
        RecipientState::Accepted => lang.state_accepted(),
        RecipientState::Refused => lang.state_refused(),
        RecipientState::Unknown => lang.state_unknown(),
    }
}

/// Where those stand who were never tried, one word: of a cancelled campaign they get nothing.
#[must_use]
pub const fn untried(campaign: CampaignState, lang: Lang) -> &'static str {
    match campaign {
        CampaignState::Cancelled => lang.state_not_sent(),
        _ => lang.state_pending(),
    }
}

/// How a check came out, one short word: nothing depends on colour.
#[must_use]
pub const fn check(state: CheckState, lang: Lang) -> &'static str {
    match state {
        CheckState::Ok => lang.state_ok(),
        CheckState::Warn => lang.state_warn(),
        CheckState::Block => lang.state_block(),
    }
}

/// What became of an accepted message, one word.
#[must_use]
pub const fn report(status: ReportStatus, lang: Lang) -> &'static str {
    match status {
        ReportStatus::Delivered => lang.state_delivered(),
        ReportStatus::Failed => lang.state_failed(),
        ReportStatus::NoReport => lang.state_no_report(),
    }
}

/// A rate of clicks with what it is taken of: `14.8 % of 19,803 delivered`; `None` where nobody is known to have it.
#[must_use]
pub fn rate(totals: &ClickTotals, lang: Lang) -> Option<String> {
    let per_mille = totals.per_mille()?;
    let (rate, of) = (format!("{}.{}", per_mille / 10, per_mille % 10), totals.denominator);
    Some(match totals.rate_of {
        RateOf::Accepted => lang.state_rate_accepted(rate, of),
        RateOf::Delivered => lang.state_rate_delivered(rate, of),
        RateOf::AcceptedOrClicked => lang.state_rate_accepted_or_clicked(rate, of),
        RateOf::DeliveredOrClicked => lang.state_rate_delivered_or_clicked(rate, of),
    })
}

/// Which campaigns share a link: `c1, c2 and 3 more`; the first two by name.
#[must_use]
pub fn some_campaigns(ids: &[CampaignId], lang: Lang) -> String {
    let named = |some: &[CampaignId]| some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match ids {
        [a, b, rest @ ..] if rest.len() > 1 => lang.state_and_more(named(&[*a, *b]), rest.len() as u64),
        few => named(few),
    }
}

/// Where clicks by number come from, a word or two.
#[must_use]
pub const fn source(source: ClickSource, lang: Lang) -> &'static str {
    match source {
        ClickSource::Clicked => lang.clicks_source_clicked(),
        ClickSource::Import => lang.clicks_source_import(),
        ClickSource::TotalOnly => lang.clicks_source_total(),
    }
}

/// What a number did that followed its link, one word.
#[must_use]
pub const fn clicked(lang: Lang) -> &'static str {
    lang.state_clicked()
}

/// Whether its first few came to nothing: what a pause after them must not call a success.
fn is_stillborn(reason: &PauseReason, counts: Counts) -> bool {
    matches!(reason, PauseReason::Canary | PauseReason::CanaryMissed { .. })
        && counts.accepted == 0
        && counts.refused + counts.unknown > 0
}

/// Why a campaign with these counts is paused, and what to do: one or two sentences each. The vendor's words in it are
/// data: make them visible before they are shown.
#[must_use]
pub fn pause_of(reason: &PauseReason, counts: Counts, lang: Lang) -> (String, &'static str) {
    if is_stillborn(reason, counts) {
        let why = lang.state_paused_canary_none(counts.refused + counts.unknown, counts.refused, counts.unknown);
        return (why, lang.state_paused_canary_none_next());
    }
    (pause(reason, lang), pause_next(reason, lang))
}

/// Why a campaign is paused, one sentence. The vendor's words in it are data: make them visible before they are shown.
#[must_use]
fn pause(reason: &PauseReason, lang: Lang) -> String {
    match reason {
        PauseReason::Operator => lang.state_paused_operator().to_owned(),
        PauseReason::Colleague { by } => lang.state_paused_by(by),
        PauseReason::Interrupted => lang.state_paused_interrupted().to_owned(),
        PauseReason::HungUp => lang.state_paused_hung_up().to_owned(),
        PauseReason::OwnerDied => lang.state_paused_owner_died().to_owned(),
        PauseReason::Ambiguous { calls } => lang.state_paused_ambiguous(u64::from(*calls)),
        PauseReason::NotSent { why } => lang.state_paused_not_sent(why),
        PauseReason::Refused { code, msg } => lang.closed(lang.state_paused_refused(code, msg)),
        PauseReason::RefusalRate { percent } => lang.state_paused_refusal_rate(percent),
        PauseReason::QuietHours => lang.state_paused_quiet_hours().to_owned(),
        PauseReason::Canary => lang.state_paused_canary().to_owned(),
        PauseReason::CanaryMissed { wanted, delivered, of } => lang.state_paused_canary_missed(*delivered, *of, wanted),
        PauseReason::Journal { why } => lang.closed(lang.state_paused_journal(why)),
        PauseReason::Unsettled => lang.state_paused_unsettled().to_owned(),
    }
}

/// Why a paused campaign is, and what to do: `yunque watch` goes on by itself with one that was left to it. `None` when
/// nothing is known to say. The vendor's words in it are data: make them visible before they are shown.
#[must_use]
pub fn standstill(campaign: &Campaign, lang: Lang) -> Option<(String, &'static str)> {
    let reason = campaign.pause.as_ref().filter(|_| campaign.state == CampaignState::Paused)?;
    Some(match reason {
        PauseReason::HungUp if campaign.is_handed_over => {
            (lang.state_paused_handed_over().to_owned(), lang.state_paused_handed_over_next())
        }
        PauseReason::QuietHours if campaign.is_handed_over => {
            (pause(reason, lang), lang.state_paused_quiet_hours_watch_next())
        }
        _ => pause_of(reason, campaign.counts, lang),
    })
}

/// What to do about a pause, one sentence.
#[must_use]
const fn pause_next(reason: &PauseReason, lang: Lang) -> &'static str {
    match reason {
        PauseReason::Operator | PauseReason::Colleague { .. } => lang.state_paused_operator_next(),
        PauseReason::Interrupted => lang.state_paused_interrupted_next(),
        PauseReason::HungUp => lang.state_paused_hung_up_next(),
        PauseReason::OwnerDied => lang.state_paused_owner_died_next(),
        PauseReason::Ambiguous { .. } => lang.state_paused_ambiguous_next(),
        PauseReason::NotSent { .. } => lang.state_paused_not_sent_next(),
        PauseReason::Refused { .. } => lang.state_paused_refused_next(),
        PauseReason::RefusalRate { .. } => lang.state_paused_refusal_rate_next(),
        PauseReason::QuietHours => lang.state_paused_quiet_hours_next(),
        PauseReason::Canary | PauseReason::CanaryMissed { .. } => lang.state_paused_canary_next(),
        PauseReason::Journal { .. } => lang.state_paused_journal_next(),
        PauseReason::Unsettled => lang.state_paused_unsettled_next(),
    }
}
/// What a running campaign was asked to do, and has not done yet.
#[must_use]
pub fn wish(campaign: &Campaign, lang: Lang) -> Option<&'static str> {
    Some(match campaign.wish? {
        Wish::Pause => lang.state_wish_pause(),
        Wish::Cancel => lang.state_wish_cancel(),
        Wish::HandOver | Wish::ToWatch => lang.state_wish_hand_over(),
    })
}
