//! Who wrote to these people before: the guards against writing to somebody twice.
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::codec::{digits, mobile, time};
use super::fault::Fallible;
use super::{Result, Store, journal};
use crate::sms::{CampaignId, Mobile, RecipientState, Recipients, Template};

/// A campaign that wrote to some of the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Which.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// Its last outcome, else its first attempt.
    pub at: Timestamp,
    /// Which of the asked-for numbers it wrote to, or may have written to, in ascending order.
    pub mobiles: Vec<Mobile>,
}

/// A message that went out, or may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// To whom.
    pub mobile: Mobile,
    /// When its request was made.
    pub at: Timestamp,
    /// Its text, with the variables filled in.
    pub text: String,
}

impl Store {
    /// The messages with this text (before its variables are filled in) since then, accepted or unknown, whoever sent them.
    pub async fn sent_since(&self, text: &str, since: Timestamp) -> Result<Vec<Sent>> {
        let text = text.to_owned();
        self.read(move |db| {
            let mut sent = db.prepare_cached(
                "SELECT r.mobile, a.at, r.vals, c.columns FROM campaign c JOIN standing s ON s.campaign = c.id
                 JOIN attempt a ON a.campaign = c.id AND a.at >= ?2
                 JOIN fact f ON f.campaign = c.id AND f.attempt = a.id
                 JOIN recipient r ON r.campaign = c.id AND r.seq = f.seq
                 WHERE c.text = ?1 AND max(s.first_at, coalesce(s.last_at, 0)) >= ?2 AND f.kind IN (3, 4, 5, 7)
                   AND f.n = (SELECT max(n) FROM fact g
                              WHERE g.campaign = f.campaign AND g.attempt = f.attempt AND g.seq = f.seq)",
            )?;
            let template = Template::new(&text);
            let read = |row: &Row<'_>| {
                let (values, columns): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
                let columns: Vec<String> =
                    columns.iter().flat_map(|all| all.split(Recipients::SEPARATOR)).map(str::to_owned).collect();
                let filled = template.fill(&columns, &values.unwrap_or_default()).unwrap_or_else(|_| text.clone());
                Ok(Sent { mobile: mobile(row, 0)?, at: time(row, 1)?, text: filled })
            };
            Ok(sent.query_map(params![text, since.as_millisecond()], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Whom the vendor has refused with this code since then.
    pub async fn refused_since(&self, code: i32, since: Timestamp) -> Result<HashSet<Mobile>> {
        self.read(move |db| {
            let mut refused = db.prepare_cached(
                "SELECT r.mobile FROM standing s JOIN fact f ON f.campaign = s.campaign AND f.kind = 2
                 JOIN recipient r ON r.campaign = f.campaign AND r.seq = f.seq
                 WHERE s.last_at >= ?2 AND f.code = ?1 AND f.at >= ?2",
            )?;
            let read = |row: &Row<'_>| mobile(row, 0);
            Ok(refused.query_map(params![code, since.as_millisecond()], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Which campaigns wrote to any of these since then, and to how many of them, newest first; tests to oneself are
    /// left out.
    pub async fn recent_to(&self, mobiles: Vec<Mobile>, since: Timestamp) -> Result<Vec<Overlap>> {
        self.read(move |db| overlaps(db, None, mobiles, since)).await
    }

    /// Which campaigns sent this text to any of these since then, whoever sent it, newest first.
    pub async fn same_text_recently(&self, text: &str, mobiles: Vec<Mobile>, since: Timestamp) -> Result<Vec<Overlap>> {
        let text = text.to_owned();
        self.read(move |db| overlaps(db, Some(&text), mobiles, since)).await
    }
}

fn overlaps(db: &Connection, text: Option<&str>, mut mobiles: Vec<Mobile>, since: Timestamp) -> Fallible<Vec<Overlap>> {
    let mut recent = db.prepare_cached(
        "SELECT c.id, c.name, c.by, coalesce(s.last_at, s.first_at), s.accepted = c.total FROM campaign c
         JOIN standing s ON s.campaign = c.id
         WHERE max(s.first_at, coalesce(s.last_at, 0)) >= ?1 AND (?2 IS NULL OR c.text = ?2) AND (?2 IS NOT NULL OR c.is_test = 0)
         ORDER BY c.id DESC",
    )?;
    let mut rows = recent.query(params![since.as_millisecond(), text])?;
    let mut found: Vec<(Overlap, bool)> = Vec::new();
    while let Some(row) = rows.next()? {
        let one = Overlap {
            campaign: CampaignId(row.get(0)?),
            name: row.get(1)?,
            by: row.get(2)?,
            at: time(row, 3)?,
            mobiles: Vec::new(),
        };
        found.push((one, row.get(4)?));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let places: HashMap<i64, usize> = found.iter().enumerate().map(|(i, (one, _))| (one.campaign.0, i)).collect();
    // Folded only where not everybody was accepted.
    let mut states: HashMap<i64, Vec<RecipientState>> = HashMap::new();
    // Sorted, so that neighbours lie on the same page.
    mobiles.sort_unstable();
    let mut wrote = db.prepare_cached("SELECT campaign, seq FROM by_mobile WHERE mobile = ?1")?;
    for mobile in mobiles {
        let mut rows = wrote.query([digits(mobile)])?;
        while let Some(row) = rows.next()? {
            let (id, seq): (i64, u32) = (row.get(0)?, row.get(1)?);
            let Some((one, is_all_accepted)) = places.get(&id).and_then(|i| found.get_mut(*i)) else { continue };
            if !*is_all_accepted && !states.contains_key(&id) {
                let total: usize = db
                    .query_row("SELECT total FROM campaign WHERE id = ?1", [id], |row| row.get::<_, u32>(0))?
                    as usize;
                states.insert(id, journal::fold(db, CampaignId(id), total)?.states);
            }
            let reached = states.get(&id).is_none_or(|states| {
                use RecipientState::{Accepted, Sending, Unknown};
                states.get(seq as usize).is_some_and(|state| matches!(state, Accepted | Sending | Unknown))
            });
            if reached {
                one.mobiles.push(mobile);
            }
        }
    }
    Ok(found.into_iter().map(|(one, _)| one).filter(|one| !one.mobiles.is_empty()).collect())
}
