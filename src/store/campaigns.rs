//! Campaigns as everybody sees them: lists, heads, what was confirmed, who was refused or left out.
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::{coded, count, maybe_time, money, pause, reason, time};
use super::fault::Fallible;
use super::{Place, Result, Store, claims, story};
use crate::sms::{
    Campaign, CampaignId, CampaignState, Canary, Counts, Deliveries, Gate, Kind, Pacing, Plan, RecipientState,
    Recipients, Refusal, Rejected, Segments, Sid, Start, Wish,
};

const HEAD: &str =
    "SELECT c.id, c.name, c.by, c.kind, s.state, s.pause_code, s.pause_n, s.pause_text, c.text, c.mobile_stat,
    c.is_test, c.created_at, c.starts_at, s.first_at, s.last_at, s.pending, s.sending, s.accepted, s.refused, s.unknown,
    s.delivered, s.failed, c.rejected_rows, c.duplicate_rows, c.opted_out, c.segments, s.fee, s.estimates,
    c.taken_out, c.canary, c.gate_percent, c.gate_seconds, s.is_gate_passed, s.gate_until,
    c.goes_on_after_hangup OR c.starts_at IS NOT NULL OR coalesce(s.wish, '') = 'to-watch',
    CASE WHEN s.state = 'running' THEN s.wish END
  FROM campaign c JOIN standing s ON s.campaign = c.id";

impl Store {
    /// Campaigns, newest first. Counts come from a tally kept in the same transactions as the facts (so a million rows
    /// cost nothing); `doctor --journal` proves the tally. The owner is looked for where somebody may be sending.
    pub async fn campaigns(&self, newest: Option<u32>) -> Result<Vec<Campaign>> {
        let place = self.place().clone();
        self.read(move |db| {
            let limit = newest.map_or(-1, i64::from);
            let mut heads = db.prepare_cached(&format!("{HEAD} ORDER BY c.id DESC LIMIT ?1"))?;
            let found = heads.query_map([limit], head)?.collect::<rusqlite::Result<Vec<_>>>()?;
            // Every lock that is looked at is one more pass through the gate: a year of campaigns that are over has none.
            let is_over = |one: &Campaign| matches!(one.state, CampaignState::Finished | CampaignState::Cancelled);
            let complete = |one: Campaign| complete(db, (!is_over(&one)).then_some(&place), one);
            found.into_iter().map(complete).collect()
        })
        .await
    }

    /// One campaign.
    pub async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>> {
        let place = self.place().clone();
        self.read(move |db| {
            let found = db.prepare_cached(&format!("{HEAD} WHERE c.id = ?1"))?.query_row([id.0], head).optional()?;
            found.map(|campaign| complete(db, Some(&place), campaign)).transpose()
        })
        .await
    }

    /// What it was confirmed with, recipients left empty (their columns are named).
    pub async fn plan(&self, id: CampaignId) -> Result<Option<Plan>> {
        self.read(move |db| plan(db, id)).await
    }

    /// The fields of an earlier campaign for a new one: the same text and settings, nobody in it, to start at once.
    pub async fn duplicate(&self, id: CampaignId) -> Result<Option<Plan>> {
        let plan = self.plan(id).await?;
        Ok(plan.map(|plan| Plan { start: Start::Now, ignores_quiet_hours: false, is_test: false, ..plan }))
    }

    /// Campaigns whose text carries the link, newest first.
    pub async fn campaigns_with_link(&self, sid: &Sid) -> Result<Vec<CampaignId>> {
        let sid = sid.0.clone();
        self.read(move |db| with_link(db, &sid)).await
    }

    /// Refused recipients.
    pub async fn refusals(&self, id: CampaignId, limit: u32) -> Result<Vec<Refusal>> {
        self.read(move |db| refused(db, id, limit as usize)).await
    }

    /// Refused recipients by the vendor's code and words, most first.
    pub async fn refusal_counts(&self, id: CampaignId) -> Result<Vec<(i32, String, u64)>> {
        self.read(move |db| {
            let mut counts: HashMap<(i32, String), u64> = HashMap::new();
            for refusal in refused(db, id, usize::MAX)? {
                *counts.entry((refusal.code, refusal.msg)).or_default() += 1;
            }
            let mut all: Vec<_> = counts.into_iter().map(|((code, msg), n)| (code, msg, n)).collect();
            all.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, &a.1).cmp(&(b.0, &b.1))));
            Ok(all)
        })
        .await
    }

    /// Rows that were left out.
    pub async fn rejected(&self, id: CampaignId) -> Result<Vec<Rejected>> {
        self.read(move |db| {
            let mut rows =
                db.prepare_cached("SELECT row, raw, reason, of FROM rejected WHERE campaign = ?1 ORDER BY n")?;
            let read = |row: &Row<'_>| Ok(Rejected { row: row.get(0)?, raw: row.get(1)?, reason: reason(row, 2)? });
            Ok(rows.query_map([id.0], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Scheduled campaigns whose time has come, earliest first.
    pub async fn due_campaigns(&self, now: Timestamp) -> Result<Vec<CampaignId>> {
        self.read(move |db| {
            let mut due = db.prepare_cached(
                "SELECT c.id FROM standing s JOIN campaign c ON c.id = s.campaign
                 WHERE s.state = 'scheduled' AND coalesce(c.starts_at, 0) <= ?1 ORDER BY c.starts_at, c.id",
            )?;
            Ok(due
                .query_map([now.as_millisecond()], |row| row.get(0).map(CampaignId))?
                .collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Running campaigns that had an owner once and that no living process holds now.
    pub async fn running_with_dead_owner(&self) -> Result<Vec<CampaignId>> {
        let place = self.place().clone();
        self.read(move |db| {
            let mut running =
                db.prepare_cached("SELECT campaign FROM standing WHERE state = 'running' ORDER BY campaign")?;
            let ids = running.query_map([], |row| row.get(0).map(CampaignId))?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(ids.into_iter().filter(|id| claims::is_orphan(&place, *id)).collect())
        })
        .await
    }
}

/// Campaigns with a link, newest first.
pub(super) fn with_link(db: &Connection, sid: &str) -> Fallible<Vec<CampaignId>> {
    let mut all = db.prepare_cached("SELECT campaign FROM campaign_link WHERE sid = ?1 ORDER BY campaign DESC")?;
    Ok(all.query_map([sid], |row| row.get(0).map(CampaignId))?.collect::<rusqlite::Result<_>>()?)
}

/// The links of a campaign, in the order of its text.
pub(super) fn links_of(db: &Connection, id: CampaignId) -> Fallible<Vec<Sid>> {
    let mut all = db.prepare_cached("SELECT sid FROM campaign_link WHERE campaign = ?1 ORDER BY pos")?;
    Ok(all.query_map([id.0], |row| row.get(0).map(Sid))?.collect::<rusqlite::Result<_>>()?)
}

fn head(row: &Row<'_>) -> rusqlite::Result<Campaign> {
    let counts = Counts {
        pending: count(row, 15)?,
        sending: count(row, 16)?,
        accepted: count(row, 17)?,
        refused: count(row, 18)?,
        unknown: count(row, 19)?,
    };
    let (delivered, failed) = (count(row, 20)?, count(row, 21)?);
    let no_report = counts.accepted.saturating_sub(delivered.saturating_add(failed));
    Ok(Campaign {
        id: CampaignId(row.get(0)?),
        name: row.get(1)?,
        by: row.get(2)?,
        kind: coded(row, 3, Kind::from_code)?,
        state: coded(row, 4, CampaignState::from_code)?,
        pause: pause(row, 5)?,
        text: row.get(8)?,
        mobile_stat: row.get(9)?,
        is_test: row.get(10)?,
        link_sids: Vec::new(),
        created_at: time(row, 11)?,
        starts_at: maybe_time(row, 12)?,
        first_at: maybe_time(row, 13)?,
        last_at: maybe_time(row, 14)?,
        counts,
        deliveries: Deliveries { delivered, failed, no_report },
        rejected_rows: count(row, 22)?,
        duplicate_rows: count(row, 23)?,
        opted_out: count(row, 24)?,
        taken_out: count(row, 28)?,
        segments: Segments(row.get(25)?),
        fee: money(row, 26)?,
        is_fee_estimated: row.get::<_, i64>(27)? > 0,
        canary: canary(row, 29)?,
        is_handed_over: row.get(34)?,
        owner: None,
        note: None,
        wish: row.get::<_, Option<String>>(35)?.map(|_| coded(row, 35, Wish::from_code)).transpose()?,
        take_over: None,
    })
}

/// The canary in five columns from `column` on.
fn canary(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Canary>> {
    let Some(first) = row.get::<_, Option<u32>>(column)?.and_then(NonZeroU32::new) else { return Ok(None) };
    let (gate, until) = (gate(row, column + 1)?, maybe_time(row, column + 4)?);
    Ok(Some(Canary { first, gate, is_passed: row.get(column + 3)?, until }))
}

/// A canary's gate in two columns from `column` on.
fn gate(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Gate>> {
    let (percent, seconds): (Option<u32>, Option<u32>) = (row.get(column)?, row.get(column + 1)?);
    let within = seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
    Ok(percent.zip(within).map(|(percent, within)| Gate { percent, within }))
}

/// With its links, its note and the question to its owner; with its owner where locks are looked at.
fn complete(db: &Connection, place: Option<&Place>, mut campaign: Campaign) -> Fallible<Campaign> {
    campaign.link_sids = links_of(db, campaign.id)?;
    campaign.owner = place.and_then(|place| claims::owner(place, campaign.id));
    campaign.note = super::notes::newest(db, campaign.id)?;
    campaign.take_over = super::take_over::standing(db, &campaign)?;
    Ok(campaign)
}

fn plan(db: &Connection, id: CampaignId) -> Fallible<Option<Plan>> {
    let mut statement = db.prepare_cached(
        "SELECT name, kind, text, mobile_stat, columns, batch_size, in_flight, rate, canary, starts_at,
           ignores_quiet_hours, is_test, goes_on_after_hangup, gate_percent, gate_seconds FROM campaign WHERE id = ?1",
    )?;
    let found = statement
        .query_row([id.0], |row| {
            let columns: Option<String> = row.get(4)?;
            let columns = columns.map(|joined| joined.split(Recipients::SEPARATOR).map(str::to_owned).collect());
            let some =
                |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<u32>>(column)?.and_then(NonZeroU32::new));
            Ok(Plan {
                name: row.get(0)?,
                kind: coded(row, 1, Kind::from_code)?,
                text: row.get(2)?,
                mobile_stat: row.get(3)?,
                link_sids: Vec::new(),
                recipients: Arc::new(Recipients::with_columns(columns.unwrap_or_default())),
                pacing: Pacing {
                    batch_size: row.get(5)?,
                    in_flight: row.get(6)?,
                    rate: some(7)?,
                    canary: some(8)?,
                    gate: gate(row, 13)?,
                },
                start: maybe_time(row, 9)?.map_or(Start::Now, Start::At),
                ignores_quiet_hours: row.get(10)?,
                is_test: row.get(11)?,
                goes_on_after_hangup: row.get(12)?,
            })
        })
        .optional()?;
    let Some(mut plan) = found else { return Ok(None) };
    plan.link_sids = links_of(db, id)?;
    Ok(Some(plan))
}

/// Those whose last word is a refusal.
fn refused(db: &Connection, id: CampaignId, limit: usize) -> Fallible<Vec<Refusal>> {
    let mut candidates =
        db.prepare_cached("SELECT DISTINCT seq FROM fact WHERE campaign = ?1 AND kind = 2 ORDER BY seq")?;
    let mut rows = candidates.query(params![id.0])?;
    let longest = story::longest_run(db, id)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if found.len() >= limit {
            break;
        }
        let seq: u32 = row.get(0)?;
        for one in story::stories(db, id, seq, seq, longest)? {
            if one.state == RecipientState::Refused {
                let mobile = story::mobile_of(db, id, seq)?;
                found.push(Refusal { mobile, code: one.code, msg: story::word(db, one.msg)? });
            }
        }
    }
    Ok(found)
}
