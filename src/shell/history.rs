//! Gives the local database the same past that an embedded sandbox has, so that both sides agree.
use std::sync::Arc;

use jiff::Timestamp;

use crate::problem::Problem;
use crate::sandbox::{History, HistoryCampaign, HistoryLink, HistoryMessage};
use crate::sms::{CampaignState, Link, Outcome, Pacing, Plan, Recipients, Record, Row, ShortLink, Start};
use crate::store::{Claim, Fact, Intent, Store};

/// Writes it all down, oldest first.
///
/// # Errors
/// The store's.
pub(super) async fn remember(history: &History, store: &Store, now: Timestamp) -> Result<(), Problem> {
    for link in &history.links {
        store.save_link(of_link(link)).await?;
    }
    for campaign in &history.campaigns {
        remember_campaign(campaign, store, now).await?;
    }
    Ok(())
}

fn of_link(link: &HistoryLink) -> Link {
    Link {
        short: ShortLink {
            sid: link.sid.clone(),
            long_url: link.long_url.clone(),
            short_url: link.short_url.clone(),
            name: link.name.clone(),
            stat_expire: Some(link.counts_until),
        },
        tags: link.tags.clone(),
        note: String::new(),
        by: link.by.clone(),
        created_at: link.created_at,
        counts_until: link.counts_until,
        is_archived: false,
        clicks: None,
        recent: Vec::new(),
        campaigns: Vec::new(),
    }
}

async fn remember_campaign(campaign: &HistoryCampaign, store: &Store, now: Timestamp) -> Result<(), Problem> {
    let id = store.create_campaign(&of_campaign(campaign), &campaign.by, campaign.created_at).await?;
    let Ok(claim) = store.claim(id, &campaign.by, campaign.created_at)? else { return Ok(()) };
    store.audit(&campaign.by, campaign.created_at, "send", &id.to_string(), campaign.messages.len() as u64).await?;
    attempt_all(campaign, store, &claim).await?;
    let ended = campaign.messages.iter().map(|m| m.at).max().unwrap_or(campaign.created_at);
    store.set_state(id, CampaignState::Finished, None, ended).await?;
    store.save_records(campaign.messages.iter().filter_map(of_message).collect(), now).await?;
    Ok(())
}

/// One attempt a call: recipients that were called together stand together in the list.
async fn attempt_all(campaign: &HistoryCampaign, store: &Store, claim: &Claim) -> Result<(), Problem> {
    let mut first = 0_u32;
    for call in campaign.messages.chunk_by(|a, b| a.at == b.at) {
        let last = first + u32::try_from(call.len()).unwrap_or(u32::MAX) - 1;
        let at = call[0].at;
        let attempt = store.intend(claim, Intent { runs: vec![first..=last], at }).await?;
        let facts = (first..=last).zip(call).map(|(seq, message)| (seq, Fact::Answered(outcome(message)))).collect();
        store.add_facts(claim, attempt, facts, at, &campaign.by).await?;
        first = last + 1;
    }
    Ok(())
}

fn of_campaign(campaign: &HistoryCampaign) -> Plan {
    let mut recipients = Recipients::default();
    for (number, message) in (2..).zip(&campaign.messages) {
        recipients.offer(Row { number, mobile: &message.mobile.to_string(), values: &[] });
    }
    recipients.close();
    Plan {
        name: campaign.name.clone(),
        kind: campaign.kind,
        text: campaign.text.clone(),
        mobile_stat: campaign.mobile_stat,
        link_sids: campaign.link_sids.clone(),
        recipients: Arc::new(recipients),
        pacing: Pacing::default(),
        start: Start::Now,
        ignores_quiet_hours: false,
        is_test: false,
        goes_on_after_hangup: false,
    }
}

fn outcome(message: &HistoryMessage) -> Outcome {
    if message.code == 0 {
        Outcome::Accepted { sid: message.sid, fee: Some(message.fee), segments: message.segments }
    } else {
        Outcome::Refused { code: message.code, msg: String::new() }
    }
}

fn of_message(message: &HistoryMessage) -> Option<Record> {
    Some(Record {
        sid: message.sid?,
        mobile: Some(message.mobile),
        send_time: Some(message.at),
        text: String::new(),
        status: message.report,
        received_at: message.received_at,
        error: message.error.to_owned(),
        uid: None,
        segments: message.segments,
    })
}
