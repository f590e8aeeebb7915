//! What became of accepted messages.
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::codec::{mobile, status, status_code, stored, time};
use super::fault::Fallible;
use super::journal::intern;
use super::writer::Tx;
use super::{Fact, Result, Store};
use crate::sms::{CampaignId, DeliveryReport, MessageSid, Mobile, Outcome, Record, ReportStatus};

/// An accepted message whose carrier is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreported {
    /// The message's id.
    pub sid: MessageSid,
    /// To whom.
    pub mobile: Mobile,
    /// When it was accepted, by our own clock.
    pub at: Timestamp,
}

/// A report, wherever it comes from.
struct Report {
    sid: MessageSid,
    status: ReportStatus,
    received_at: Option<Timestamp>,
    error: String,
}

impl Store {
    /// Remembers delivery states from `get_record`; records of messages that are not ours are left out.
    pub async fn save_records(&self, records: Vec<Record>, at: Timestamp) -> Result<()> {
        let read = |r: Record| Report { sid: r.sid, status: r.status, received_at: r.received_at, error: r.error };
        self.save(records.into_iter().map(read).collect(), at, false).await
    }

    /// Remembers delivery reports from `pull_status`, durable before the next pull. A report that comes before its
    /// message's own answer is kept and counted as soon as the message is known.
    pub async fn save_reports(&self, reports: Vec<DeliveryReport>, at: Timestamp) -> Result<()> {
        let read =
            |r: DeliveryReport| Report { sid: r.sid, status: r.status, received_at: r.received_at, error: r.error };
        self.save(reports.into_iter().map(read).collect(), at, true).await
    }

    async fn save(&self, reports: Vec<Report>, at: Timestamp, keeps_strays: bool) -> Result<()> {
        self.write(move |tx| {
            for report in reports.iter().filter(|report| report.status != ReportStatus::NoReport) {
                save_one(tx, report, at, keeps_strays)?;
            }
            tx.wrote(reports.len());
            Ok(())
        })
        .await
    }

    /// Accepted messages without a report, oldest first, `skip` of them left out.
    pub async fn accepted_without_report(&self, id: CampaignId, skip: u64, limit: u32) -> Result<Vec<Unreported>> {
        self.read(move |db| {
            let mut silent = db.prepare_cached(
                "SELECT f.sid, r.mobile, f.at FROM fact f JOIN recipient r ON r.campaign = f.campaign AND r.seq = f.seq
                 WHERE f.campaign = ?1 AND f.sid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sid = f.sid)
                 ORDER BY f.attempt, f.seq LIMIT ?2 OFFSET ?3",
            )?;
            let read = |row: &Row<'_>| {
                Ok(Unreported { sid: MessageSid(row.get(0)?), mobile: mobile(row, 1)?, at: time(row, 2)? })
            };
            Ok(silent.query_map(params![id.0, limit, stored(skip)], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}

fn save_one(tx: &Tx<'_>, report: &Report, at: Timestamp, keeps_strays: bool) -> Fallible<()> {
    let sid = report.sid.0;
    let campaign: Option<i64> = tx
        .prepare_cached("SELECT campaign FROM fact WHERE sid = ?1 LIMIT 1")?
        .query_row([sid], |row| row.get(0))
        .optional()?;
    if campaign.is_none() && !keeps_strays {
        return Ok(());
    }
    let before = tx
        .prepare_cached("SELECT status FROM delivery WHERE sid = ?1")?
        .query_row([sid], |row| status(row, 0))
        .optional()?;
    let error = intern(tx, &report.error)?;
    tx.prepare_cached(
        "INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET status = ?2, received_at = ?3, error = ?4, at = ?5",
    )?
    .execute(params![
        sid,
        status_code(report.status),
        report.received_at.map(Timestamp::as_millisecond),
        error,
        at.as_millisecond(),
        campaign
    ])?;
    let Some(campaign) = campaign else { return Ok(()) };
    if let Some(before) = before {
        tally(tx, campaign, before, -1)?;
    }
    tally(tx, campaign, report.status, 1)
}

fn tally(tx: &Tx<'_>, campaign: i64, status: ReportStatus, by: i64) -> Fallible<()> {
    let sql = match status {
        ReportStatus::Delivered => "UPDATE standing SET delivered = delivered + ?2 WHERE campaign = ?1",
        ReportStatus::Failed => "UPDATE standing SET failed = failed + ?2 WHERE campaign = ?1",
        ReportStatus::NoReport => return Ok(()),
    };
    tx.prepare_cached(sql)?.execute([campaign, by])?;
    Ok(())
}

/// Counts reports that came before the facts that are being written now.
pub(super) fn adopt(tx: &Tx<'_>, id: CampaignId, facts: &[(u32, Fact)]) -> Fallible<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM delivery WHERE campaign IS NULL)";
    if !tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, bool>(0))? {
        return Ok(());
    }
    let mut strays = tx.prepare_cached("SELECT status FROM delivery WHERE sid = ?1 AND campaign IS NULL")?;
    for (_, fact) in facts {
        let (Fact::Answered(Outcome::Accepted { sid: Some(sid), .. }) | Fact::FoundAccepted { sid }) = fact else {
            continue;
        };
        let Some(known) = strays.query_row([sid.0], |row| status(row, 0)).optional()? else { continue };
        tx.prepare_cached("UPDATE delivery SET campaign = ?2 WHERE sid = ?1")?.execute([sid.0, id.0])?;
        tally(tx, id.0, known, 1)?;
    }
    Ok(())
}
