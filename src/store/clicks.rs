//! Looks at clicks: totals of a link, and the table by number, which a million rows fill in one piece.
use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::codec::{coded, source, stored, time};
use super::fault::{Fallible, Fault};
use super::{Result, Store, campaigns};
use crate::sms::{CampaignId, ClickRow, ClickSource, Mobile, Point, Sid, Stat};

/// Bytes of a row: number 8, clicks 4, clicks when the operator last looked 4, first 8, last 8; little-endian.
const ROW: usize = 32;

impl Store {
    /// Remembers a look at a link's totals.
    pub async fn save_stat(&self, sid: &Sid, stat: Stat) -> Result<()> {
        let sid = sid.0.clone();
        self.write(move |tx| {
            let counters = serde_json::json!(stat.counters).to_string();
            let series: Vec<u8> = stat
                .series
                .iter()
                .flat_map(|p| [p.at.as_millisecond().to_le_bytes(), p.clicks.to_le_bytes()])
                .flatten()
                .collect();
            let recent: Vec<u8> = recent(&stat).iter().flat_map(|n| n.to_le_bytes()).collect();
            let sql = "INSERT OR REPLACE INTO stat_look VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let total = stat.total().map(stored);
            tx.execute(sql, params![sid, stat.as_of.as_millisecond(), stat.source, total, counters, series, recent])?;
            Ok(())
        })
        .await
    }

    /// The last look at a link's totals.
    pub async fn stat(&self, sid: &Sid) -> Result<Option<Stat>> {
        let sid = sid.0.clone();
        self.read(move |db| {
            let sql = "SELECT as_of, source, counters, series FROM stat_look WHERE sid = ?1";
            let found = db.query_row(sql, [sid], |row| {
                Ok((time(row, 0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, Vec<u8>>(3)?))
            });
            let Some((as_of, source, counters, series)) = found.optional()? else { return Ok(None) };
            let source = if source == "series" { "series" } else { "stat" };
            let counters: BTreeMap<String, i64> =
                serde_json::from_str(&counters).map_err(|e| Fault::Damage(e.to_string()))?;
            let series = series.as_chunks::<16>().0.iter().map(point).collect::<Fallible<_>>()?;
            Ok(Some(Stat { series, counters, as_of, source }))
        })
        .await
    }

    /// Remembers a look at a link's clicks by number. What is new is worked out against what was there when the
    /// operator last looked ([`Store::mark_seen`]), whatever the rows say.
    pub async fn save_clicks(&self, sid: &Sid, rows: Vec<ClickRow>, source: ClickSource, at: Timestamp) -> Result<()> {
        let sid = sid.0.clone();
        self.write(move |tx| {
            let old: Option<(i64, String)> = tx
                .query_row("SELECT digest, source FROM click_look WHERE sid = ?1", [&sid], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let digest = digest(&rows);
            if old.is_some_and(|old| old == (digest, source.code().to_owned())) {
                tx.execute("UPDATE click_look SET as_of = ?2 WHERE sid = ?1", params![sid, at.as_millisecond()])?;
                return Ok(());
            }
            let mut seen: Vec<(u64, u32)> = Vec::new();
            if let Some(packed) = packed(tx, &sid)? {
                seen = packed.as_chunks::<ROW>().0.iter().map(unpack).filter(|r| r.3 > 0).map(|r| (r.0, r.3)).collect();
                seen.sort_unstable();
            }
            let seen_of = |digits| seen.binary_search_by_key(&digits, |one| one.0).map_or(0, |i| seen[i].1);
            let mut packed = Vec::with_capacity(rows.len() * ROW);
            for row in &rows {
                pack(&mut packed, row, seen_of(row.mobile.digits()));
            }
            let total: u64 = rows.iter().map(|row| u64::from(row.clicks)).sum();
            let sql = "INSERT OR REPLACE INTO click_look VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6)";
            tx.execute(sql, params![sid, at.as_millisecond(), source.code(), stored(total), digest, packed])?;
            tx.wrote(packed.len() / 100);
            Ok(())
        })
        .await
    }

    /// The last look at a link's clicks by number, with its source, when we asked, and when the figures last changed.
    pub async fn clicks(&self, sid: &Sid) -> Result<Option<(Vec<ClickRow>, ClickSource, Timestamp, Timestamp)>> {
        let sid = sid.0.clone();
        self.read(move |db| {
            let sql = "SELECT rowid, source, as_of, changed_at FROM click_look WHERE sid = ?1";
            let found = db.query_row(sql, [sid], |row| {
                Ok((row.get::<_, i64>(0)?, coded(row, 1, source)?, time(row, 2)?, time(row, 3)?))
            });
            let Some((id, source, as_of, changed_at)) = found.optional()? else { return Ok(None) };
            Ok(Some((unpacked(db, id)?, source, as_of, changed_at)))
        })
        .await
    }

    /// Forgets a link's imported sheet; a look at the API is kept.
    pub async fn forget_sheet(&self, sid: &Sid) -> Result<()> {
        let sid = sid.0.clone();
        self.write(move |tx| {
            let import = ClickSource::Import.code();
            tx.execute("DELETE FROM click_look WHERE sid = ?1 AND source = ?2", params![sid, import])?;
            Ok(())
        })
        .await
    }

    /// The operator has looked at a link's clicks: what is there now is not new any more.
    pub async fn mark_seen(&self, sid: &Sid) -> Result<()> {
        let sid = sid.0.clone();
        self.write(move |tx| {
            let Some(mut packed) = packed(tx, &sid)? else { return Ok(()) };
            let mut is_changed = false;
            for row in packed.as_chunks_mut::<ROW>().0 {
                let clicks = [row[8], row[9], row[10], row[11]];
                is_changed |= row[12..16] != clicks;
                row[12..16].copy_from_slice(&clicks);
            }
            if is_changed {
                tx.execute("UPDATE click_look SET rows = ?2 WHERE sid = ?1", params![sid, packed])?;
                tx.wrote(packed.len() / 100);
            }
            Ok(())
        })
        .await
    }
}

/// Clicks of the 24 hours before the look, two hours a value, oldest first; empty without a series.
fn recent(stat: &Stat) -> Vec<u32> {
    const TWO_HOURS: i64 = 7_200_000;
    if stat.series.is_empty() {
        return Vec::new();
    }
    let mut values = vec![0_u32; 12];
    for point in &stat.series {
        let age = (stat.as_of.as_millisecond() - point.at.as_millisecond()).max(0) / TWO_HOURS;
        if let Some(value) = usize::try_from(age).ok().and_then(|age| values.iter_mut().rev().nth(age)) {
            *value = value.saturating_add(u32::try_from(point.clicks).unwrap_or(u32::MAX));
        }
    }
    values
}

fn point(bytes: &[u8; 16]) -> Fallible<Point> {
    let at = Timestamp::from_millisecond(i64::from_le_bytes(part(bytes, 0)));
    let at = at.map_err(|_| Fault::Damage("a time out of range".to_owned()))?;
    Ok(Point { at, clicks: u64::from_le_bytes(part(bytes, 8)) })
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

/// Number, clicks, last click (for the digest), clicks when last seen.
fn unpack(row: &[u8; ROW]) -> (u64, u32, i64, u32) {
    (
        u64::from_le_bytes(part(row, 0)),
        u32::from_le_bytes(part(row, 8)),
        i64::from_le_bytes(part(row, 24)),
        u32::from_le_bytes(part(row, 12)),
    )
}

fn pack(packed: &mut Vec<u8>, row: &ClickRow, seen: u32) {
    packed.extend(row.mobile.digits().to_le_bytes());
    packed.extend(row.clicks.to_le_bytes());
    packed.extend(seen.to_le_bytes());
    packed.extend(row.first_at.to_le_bytes());
    packed.extend(row.last_at.to_le_bytes());
}

fn click(row: &[u8; ROW]) -> Fallible<ClickRow> {
    let (digits, clicks, last_at, seen) = unpack(row);
    if !(10_000..=999_999_999_999_999).contains(&digits) {
        return Err(Fault::Damage("a number out of range".to_owned()));
    }
    let first_at = i64::from_le_bytes(part(row, 16));
    Ok(ClickRow { mobile: Mobile::from_digits(digits), clicks, is_new: clicks > seen, first_at, last_at })
}

/// The rows of a look, read piece by piece: in one piece, a million of them would be in memory twice.
fn unpacked(db: &Connection, id: i64) -> Fallible<Vec<ClickRow>> {
    const PIECE: usize = 8192 * ROW;
    let packed = db.blob_open("main", "click_look", "rows", id, true)?;
    let mut rows = Vec::with_capacity(packed.len() / ROW);
    let mut piece = vec![0; packed.len().min(PIECE)];
    let mut at = 0;
    while at < packed.len() {
        let read = packed.read_at(&mut piece, at)?;
        for row in piece[..read].as_chunks::<ROW>().0 {
            rows.push(click(row)?);
        }
        at += read;
    }
    Ok(rows)
}

/// The same for the same rows in any order: whether the figures have changed.
fn digest(rows: &[ClickRow]) -> i64 {
    let one = |row: &ClickRow| {
        let mut digest = super::codec::Digest::new();
        digest.word(row.mobile.digits());
        digest.word(u64::from(row.clicks));
        digest.word(row.first_at.cast_unsigned());
        digest.word(row.last_at.cast_unsigned());
        digest.stored()
    };
    rows.iter().map(one).fold(0, i64::wrapping_add)
}

fn packed(db: &Connection, sid: &str) -> Fallible<Option<Vec<u8>>> {
    Ok(db.query_row("SELECT rows FROM click_look WHERE sid = ?1", [sid], |row| row.get(0)).optional()?)
}

/// The clicks of one number, the first and the last of them, and when that was looked at.
pub(super) type Clicked = (Option<u32>, Option<(i64, i64)>, Option<Timestamp>);

/// Clicks of one number on a campaign's links (`None` where nobody has looked at one of them yet), and the first and the
/// last of them, where the vendor said; and the oldest of the looks.
pub(super) fn of_number(db: &Connection, id: CampaignId, mobile: Mobile) -> Fallible<Clicked> {
    let (mut sum, mut times, mut looked_at) = (None, None, None::<Timestamp>);
    let mut looks = db.prepare_cached("SELECT as_of FROM click_look WHERE sid = ?1")?;
    for sid in campaigns::links_of(db, id)? {
        if let Some(packed) = packed(db, &sid.0)? {
            sum = sum.or(Some(0_u32));
            let as_of = looks.query_row([&sid.0], |row| time(row, 0))?;
            looked_at = Some(looked_at.map_or(as_of, |at| at.min(as_of)));
            for row in packed.as_chunks::<ROW>().0 {
                let ((number, clicks, last, _), first) = (unpack(row), i64::from_le_bytes(part(row, 16)));
                if number != mobile.digits() {
                    continue;
                }
                sum = sum.map(|sum| sum.saturating_add(clicks));
                if first != i64::MIN && last != i64::MIN {
                    let (earliest, latest) = times.unwrap_or((first, last));
                    times = Some((first.min(earliest), last.max(latest)));
                }
            }
        }
    }
    Ok((sum, times, looked_at))
}
