//! The audit: who did what, append-only, each line's hash over the one before it.
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::anchor::{self, Head};
use super::codec::{count, money, stored, time};
use super::fault::Fallible;
use super::fold::Kind;
use super::writer::Tx;
use super::{Result, Store};
use crate::sms::{CampaignId, Money};

/// A line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number, from 1, without gaps.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The operator.
    pub by: String,
    /// OS user and SSH client, as [`Store::set_caller`] was told; empty when it was not.
    pub caller: String,
    /// What was done: a code.
    pub what: String,
    /// About what: an id, further words.
    pub about: String,
    /// How many.
    pub count: u64,
    /// How much.
    pub money: Money,
}

/// What verifying the audit found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCheck {
    /// Lines that were looked at.
    pub lines: u64,
    /// The first line that is changed, missing or out of place; `None` when the chain holds.
    pub broken_at: Option<i64>,
    /// The last line that is known to have been there, and when it was written, if it is gone.
    pub gone: Option<(i64, Timestamp)>,
    /// The first campaign that was sent and of which no line says by whom; looked for where nothing else is broken.
    pub unsaid: Option<CampaignId>,
}

/// A line to be.
pub(super) struct New<'a> {
    pub(super) by: &'a str,
    pub(super) caller: &'a str,
    pub(super) what: &'a str,
    pub(super) about: &'a str,
    pub(super) count: u64,
    pub(super) money: Money,
}

impl Store {
    /// Appends to the hash-chained audit: who, when, what (a code), how many, further words.
    pub async fn audit(&self, by: &str, at: Timestamp, what: &'static str, about: &str, count: u64) -> Result<()> {
        self.audit_money(by, at, what, about, count, Money::ZERO).await
    }

    /// As [`Store::audit`], with an amount of money and a code that need not be static.
    pub async fn audit_money(
        &self,
        by: &str,
        at: Timestamp,
        what: &str,
        about: &str,
        count: u64,
        money: Money,
    ) -> Result<()> {
        let (by, caller, what, about) = (by.to_owned(), self.caller(), what.to_owned(), about.to_owned());
        self.write(move |tx| {
            append(tx, at, &New { by: &by, caller: &caller, what: &what, about: &about, count, money })
        })
        .await
    }

    /// The newest lines of the audit, newest first.
    pub async fn audit_lines(&self, newest: u32) -> Result<Vec<AuditLine>> {
        self.read(move |db| {
            let sql = "SELECT id, at, by, caller, what, about, count, money FROM audit ORDER BY id DESC LIMIT ?1";
            Ok(db.prepare_cached(sql)?.query_map([newest], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Follows the audit's chain from the first line to the last, and compares its end with what is known of it inside
    /// and beside the database.
    pub async fn verify_audit(&self) -> Result<AuditCheck> {
        let folder = self.folder().to_owned();
        self.read(move |db| verify(db, anchor::read(&folder))).await
    }

    /// The file beside the database that remembers the last line.
    #[must_use]
    pub fn audit_mark(&self) -> PathBuf {
        self.folder().join(anchor::NAME)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditLine> {
    Ok(AuditLine {
        id: row.get(0)?,
        at: time(row, 1)?,
        by: row.get(2)?,
        caller: row.get(3)?,
        what: row.get(4)?,
        about: row.get(5)?,
        count: count(row, 6)?,
        money: money(row, 7)?,
    })
}

/// The hash of a line: over the hash before it and all its fields, each with its length.
fn hash(before: &str, line: &AuditLine) -> String {
    let mut sum = Sha256::new();
    let (id, at) = (line.id.to_string(), line.at.as_millisecond().to_string());
    let (count, money) = (line.count.to_string(), line.money.units().to_string());
    for field in [before, &id, &at, &line.by, &line.caller, &line.what, &line.about, &count, &money] {
        sum.update((field.len() as u64).to_le_bytes());
        sum.update(field.as_bytes());
    }
    sum.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Appends a line in the caller's transaction.
pub(super) fn append(tx: &Tx<'_>, at: Timestamp, new: &New<'_>) -> Fallible<()> {
    let sql = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1";
    let last: Option<(i64, String)> =
        tx.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (last, before) = last.unwrap_or_default();
    let line = AuditLine {
        id: last + 1,
        // As it will be read again.
        at: Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at),
        by: new.by.to_owned(),
        caller: new.caller.to_owned(),
        what: new.what.to_owned(),
        about: new.about.to_owned(),
        count: new.count,
        money: new.money,
    };
    let sum = hash(&before, &line);
    tx.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?.execute(params![
        line.id,
        at.as_millisecond(),
        line.by,
        line.caller,
        line.what,
        line.about,
        stored(line.count),
        line.money.units(),
        sum
    ])?;
    // Beside the chain: so that lines cut off at its end are missed.
    let sql = "INSERT INTO meta VALUES ('audit-head', ?1) ON CONFLICT DO UPDATE SET value = ?1";
    tx.prepare_cached(sql)?.execute([format!("{} {sum}", line.id)])?;
    tx.audited();
    Ok(())
}

/// Follows the chain; `mark` is what was read beside the database before.
pub(super) fn verify(db: &Connection, mark: Option<(String, Head)>) -> Fallible<AuditCheck> {
    let mut all = db.prepare("SELECT id, at, by, caller, what, about, count, money, hash FROM audit ORDER BY id")?;
    let mut rows = all.query([])?;
    let (mut before, mut lines, mut broken_at) = (String::new(), 0_u64, None);
    while let Some(row) = rows.next()? {
        lines += 1;
        let (line, sum): (AuditLine, String) = (read(row)?, row.get(8)?);
        let expected = i64::try_from(lines).unwrap_or(i64::MAX);
        if line.id != expected || hash(&before, &line) != sum {
            // Of a line that is missing, its own number: the next one shows up in its place.
            broken_at = Some(line.id.min(expected));
            break;
        }
        before = sum;
    }
    let end = i64::try_from(lines).unwrap_or(i64::MAX).saturating_add(1);
    let kept = |key: &str| -> Fallible<Option<String>> {
        Ok(db.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
    };
    if broken_at.is_none() {
        let is_whole = kept("audit-head")?.map_or(lines == 0, |head| head == format!("{lines} {before}"));
        broken_at = (!is_whole).then_some(end);
    }
    let (ours, mut gone) = (kept("store-id")?, None);
    if let Some((_, mark)) = mark.filter(|(store_id, _)| Some(store_id) == ours.as_ref())
        && !anchor::is_borne_out(db, &mark)?
    {
        broken_at = Some(broken_at.unwrap_or(end).min(mark.line));
        gone = Some((mark.line, mark.at));
    }
    let mut unsaid = None;
    if broken_at.is_none()
        && let Some((id, line)) = unsaid_campaign(db)?
    {
        (unsaid, broken_at) = (Some(id), Some(line));
    }
    Ok(AuditCheck { lines, broken_at, gone, unsaid })
}

/// The first campaign whose calls were answered although no line says who began or resumed it, which is on disk before the
/// first call; and where that line should be. So an audit that was made anew, with every mark of the old one, is found out.
fn unsaid_campaign(db: &Connection) -> Fallible<Option<(CampaignId, i64)>> {
    let mut lines =
        db.prepare("SELECT DISTINCT about FROM audit WHERE what IN ('send', 'resume', 'retry', 'watch')")?;
    let said: HashSet<String> = lines.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut sent = db.prepare(
        "SELECT c.id, (SELECT count(*) + 1 FROM audit a WHERE a.at < coalesce(s.first_at, c.created_at))
         FROM campaign c JOIN standing s ON s.campaign = c.id
         WHERE EXISTS (SELECT 1 FROM fact f WHERE f.campaign = c.id AND f.kind <= ?1) ORDER BY c.id",
    )?;
    let mut rows = sent.query([Kind::Unknown as u8])?;
    while let Some(row) = rows.next()? {
        let id = CampaignId(row.get(0)?);
        if !said.contains(&id.to_string()) {
            return Ok(Some((id, row.get(1)?)));
        }
    }
    Ok(None)
}
