//! Who must not be written to.
use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::codec::{digits, mobile, time};
use super::fault::Fallible;
use super::writer::Tx;
use super::{Result, Store, audit};
use crate::sms::{CampaignId, Mobile, Money};
use crate::words::reason::OPT_OUTS;

/// An entry of the suppression list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Who.
    pub mobile: Mobile,
    /// Why: a code or an operator's words.
    pub why: String,
    /// Since when.
    pub at: Timestamp,
    /// Put there by whom.
    pub by: String,
}

impl Store {
    /// Puts numbers on the suppression list who said so themselves, each with its reason; says how many are new. One that is
    /// on it stays as it is.
    pub async fn suppress(&self, numbers: Vec<(Mobile, String)>, at: Timestamp, by: &str) -> Result<u64> {
        let by = by.to_owned();
        self.write(move |tx| put_on(tx, &numbers, at, &by)).await
    }

    /// As [`Store::suppress`], by an operator's word: audited in the same transaction, as `what`, with further words.
    pub async fn suppress_by_hand(
        &self,
        numbers: Vec<(Mobile, String)>,
        at: Timestamp,
        by: &str,
        (what, about): (&'static str, String),
    ) -> Result<u64> {
        let (by, caller) = (by.to_owned(), self.caller());
        self.write(move |tx| {
            let count = put_on(tx, &numbers, at, &by)?;
            let line = audit::New { by: &by, caller: &caller, what, about: &about, count, money: Money::ZERO };
            audit::append(tx, at, &line)?;
            Ok(count)
        })
        .await
    }

    /// The whole suppression list.
    pub async fn suppressed(&self) -> Result<HashSet<Mobile>> {
        self.read(|db| {
            let mut all = db.prepare_cached("SELECT mobile FROM suppression")?;
            Ok(all.query_map([], |row| mobile(row, 0))?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Those of `mobiles` who are on the list.
    pub async fn suppressed_among(&self, mobiles: Vec<Mobile>) -> Result<HashSet<Mobile>> {
        self.read(move |db| {
            let mut one = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM suppression WHERE mobile = ?1)")?;
            let mut found = HashSet::new();
            for mobile in mobiles {
                if one.query_row([digits(mobile)], |row| row.get::<_, bool>(0))? {
                    found.insert(mobile);
                }
            }
            Ok(found)
        })
        .await
    }

    /// The suppression list with its reasons, newest first.
    pub async fn suppression_list(&self) -> Result<Vec<Suppression>> {
        self.read(|db| {
            let mut all = db.prepare_cached("SELECT mobile, why, at, by FROM suppression ORDER BY at DESC, mobile")?;
            Ok(all.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// The entry of one number.
    pub async fn suppression(&self, mobile: Mobile) -> Result<Option<Suppression>> {
        self.read(move |db| {
            let mut one = db.prepare_cached("SELECT mobile, why, at, by FROM suppression WHERE mobile = ?1")?;
            Ok(one.query_row([digits(mobile)], read).optional()?)
        })
        .await
    }

    /// Takes numbers off the list; says how many were on it. They can be written to again: audited in the same
    /// transaction, with further words.
    pub async fn unsuppress(&self, mobiles: Vec<Mobile>, at: Timestamp, by: &str, about: String) -> Result<u64> {
        let (by, caller) = (by.to_owned(), self.caller());
        self.write(move |tx| {
            let mut delete = tx.prepare_cached("DELETE FROM suppression WHERE mobile = ?1")?;
            let mut gone = 0;
            for mobile in &mobiles {
                gone += delete.execute([digits(*mobile)])?;
            }
            let (what, count) = ("unsuppress", gone as u64);
            let line = audit::New { by: &by, caller: &caller, what, about: &about, count, money: Money::ZERO };
            audit::append(tx, at, &line)?;
            Ok(count)
        })
        .await
    }
}

fn put_on(tx: &Tx<'_>, numbers: &[(Mobile, String)], at: Timestamp, by: &str) -> Fallible<u64> {
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO suppression VALUES (?1, ?2, ?3, ?4)")?;
    let mut added = 0;
    for (mobile, why) in numbers {
        added += insert.execute(params![digits(*mobile), why, at.as_millisecond(), by])?;
    }
    tx.wrote(added);
    Ok(added as u64)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Suppression> {
    Ok(Suppression { mobile: mobile(row, 0)?, why: row.get(1)?, at: time(row, 2)?, by: row.get(3)? })
}

/// Puts a recipient on the list whom the vendor refused as one who has opted out.
pub(super) fn add(tx: &Tx<'_>, id: CampaignId, seq: u32, at: Timestamp, by: &str) -> Fallible<()> {
    let sql = "INSERT OR IGNORE INTO suppression
               SELECT mobile, ?3, ?4, ?5 FROM recipient WHERE campaign = ?1 AND seq = ?2";
    tx.prepare_cached(sql)?.execute(params![id.0, seq, OPT_OUTS[2], at.as_millisecond(), by])?;
    Ok(())
}
