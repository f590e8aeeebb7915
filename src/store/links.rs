//! Links that were made, with our own labels.
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::{count, maybe_time, time};
use super::fault::{Fallible, Fault};
use super::writer::Tx;
use super::{Result, Store, campaigns};
use crate::sms::{Link, ShortLink, Sid};

const LINK: &str =
    "SELECT l.sid, l.long_url, l.short_url, l.name, l.stat_expire, l.note, l.by, l.created_at, l.counts_until,
    l.is_archived, s.total, s.as_of, s.recent, k.total, k.as_of FROM link l
  LEFT JOIN stat_look s ON s.sid = l.sid LEFT JOIN click_look k ON k.sid = l.sid";

impl Store {
    /// Remembers a link that was made, or replaces what is known of it. Clicks and campaigns of `link` are not looked
    /// at: they come from the looks and the campaigns.
    pub async fn save_link(&self, link: Link) -> Result<()> {
        self.write(move |tx| {
            let short = &link.short;
            tx.prepare_cached(
                "INSERT INTO link VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO UPDATE SET
                   long_url = ?2, short_url = ?3, name = ?4, stat_expire = ?5, note = ?6, by = ?7, created_at = ?8,
                   counts_until = ?9, is_archived = ?10",
            )?
            .execute(params![
                short.sid.0,
                short.long_url,
                short.short_url,
                short.name,
                short.stat_expire.map(Timestamp::as_millisecond),
                link.note,
                link.by,
                link.created_at.as_millisecond(),
                link.counts_until.as_millisecond(),
                link.is_archived,
            ])?;
            retag(tx, &short.sid, &link.tags)
        })
        .await
    }

    /// All links, newest first, with their last known clicks and campaigns; archived ones only when asked.
    pub async fn links(&self, with_archived: bool) -> Result<Vec<Link>> {
        self.read(move |db| {
            let sql = format!("{LINK} WHERE ?1 OR l.is_archived = 0 ORDER BY l.created_at DESC, l.sid");
            let mut all = db.prepare_cached(&sql)?;
            let links = all.query_map([with_archived], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
            links.into_iter().map(|link| complete(db, link)).collect()
        })
        .await
    }

    /// One link.
    pub async fn link(&self, sid: &Sid) -> Result<Option<Link>> {
        let sid = sid.0.clone();
        self.read(move |db| {
            let link = db.prepare_cached(&format!("{LINK} WHERE l.sid = ?1"))?.query_row([sid], read).optional()?;
            link.map(|link| complete(db, link)).transpose()
        })
        .await
    }

    /// Puts a link away, or back.
    pub async fn archive_link(&self, sid: &Sid, is_archived: bool) -> Result<()> {
        let sid = sid.clone();
        self.write(move |tx| {
            let sql = "UPDATE link SET is_archived = ?2 WHERE sid = ?1";
            there(tx.execute(sql, params![sid.0, is_archived])?, &sid)
        })
        .await
    }

    /// Replaces a link's tags.
    pub async fn retag_link(&self, sid: &Sid, tags: Vec<String>) -> Result<()> {
        let sid = sid.clone();
        self.write(move |tx| {
            let is_there = tx.query_row("SELECT EXISTS (SELECT 1 FROM link WHERE sid = ?1)", [&sid.0], |row| {
                row.get::<_, bool>(0)
            })?;
            there(usize::from(is_there), &sid)?;
            retag(tx, &sid, &tags)
        })
        .await
    }
}

fn there(changed: usize, sid: &Sid) -> Fallible<()> {
    if changed == 0 { Err(Fault::not_found(sid)) } else { Ok(()) }
}

fn retag(tx: &Tx<'_>, sid: &Sid, tags: &[String]) -> Fallible<()> {
    tx.prepare_cached("DELETE FROM link_tag WHERE sid = ?1")?.execute([&sid.0])?;
    let mut insert = tx.prepare_cached("INSERT INTO link_tag VALUES (?1, ?2, ?3)")?;
    for (pos, tag) in (0_u32..).zip(tags) {
        insert.execute(params![sid.0, pos, tag])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Link> {
    let total = |column: usize| {
        let is_known = row.get::<_, Option<i64>>(column)?.is_some();
        Ok::<_, rusqlite::Error>(if is_known { Some((count(row, column)?, time(row, column + 1)?)) } else { None })
    };
    let recent: Option<Vec<u8>> = row.get(12)?;
    let recent = recent.unwrap_or_default().as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
    Ok(Link {
        short: ShortLink {
            sid: Sid(row.get(0)?),
            long_url: row.get(1)?,
            short_url: row.get(2)?,
            name: row.get(3)?,
            stat_expire: maybe_time(row, 4)?,
        },
        tags: Vec::new(),
        note: row.get(5)?,
        by: row.get(6)?,
        created_at: time(row, 7)?,
        counts_until: time(row, 8)?,
        is_archived: row.get(9)?,
        // The vendor's total where there is one, else the sum by number.
        clicks: total(10)?.map_or_else(|| total(13), |known| Ok(Some(known)))?,
        recent,
        campaigns: Vec::new(),
    })
}

fn complete(db: &Connection, mut link: Link) -> Fallible<Link> {
    let mut tags = db.prepare_cached("SELECT tag FROM link_tag WHERE sid = ?1 ORDER BY pos")?;
    link.tags = tags.query_map([&link.short.sid.0], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    link.campaigns = campaigns::with_link(db, &link.short.sid.0)?;
    Ok(link)
}
