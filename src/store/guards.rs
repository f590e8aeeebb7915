//! Who wrote to these people before, and who is going to: the guards against writing to somebody twice.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::{coded, digits, maybe_time, mobile, time};
use super::fault::Fallible;
use super::{Result, Store, journal};
use crate::sms::{CampaignId, CampaignState, Mobile, RecipientState, Recipients, Template};

/// A campaign that wrote to some of the same people, or is going to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Which.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// Its last outcome, else its first attempt; of one that has sent nothing, when it was made.
    pub at: Timestamp,
    /// Where it stands: those who wait get it when this lets them.
    pub state: CampaignState,
    /// When a scheduled one begins.
    pub starts_at: Option<Timestamp>,
    /// Which of the asked-for numbers it wrote to, or may have written to, in ascending order.
    pub mobiles: Vec<Mobile>,
    /// Which of them wait in it and will have its message too, in ascending order.
    pub waiting: Vec<Mobile>,
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
    /// The messages since then, accepted or unknown, whoever sent them, of every campaign whose final texts may be among
    /// those of `text`, which may have variables. Which of them are is for who knows the values to say.
    pub async fn sent_since(&self, text: &str, since: Timestamp) -> Result<Vec<Sent>> {
        let ours = Template::new(text);
        self.read(move |db| {
            let mut campaigns = db.prepare_cached(
                "SELECT c.id, c.text, c.columns FROM campaign c JOIN standing s ON s.campaign = c.id
                 WHERE max(s.first_at, coalesce(s.last_at, 0)) >= ?1",
            )?;
            let mut sent = db.prepare_cached(
                "SELECT r.mobile, a.at, coalesce(r.vals, '') FROM attempt a
                 JOIN fact f ON f.campaign = a.campaign AND f.attempt = a.id
                 JOIN recipient r ON r.campaign = a.campaign AND r.seq = f.seq
                 WHERE a.campaign = ?1 AND a.at >= ?2 AND f.kind IN (3, 4, 5, 7)
                   AND f.n = (SELECT max(n) FROM fact g
                              WHERE g.campaign = f.campaign AND g.attempt = f.attempt AND g.seq = f.seq)",
            )?;
            let mut found = Vec::new();
            let mut rows = campaigns.query([since.as_millisecond()])?;
            while let Some(row) = rows.next()? {
                let (id, letter) = (row.get::<_, i64>(0)?, Letter::of(row, 1)?);
                if !letter.template.may_read_as(&ours) {
                    continue;
                }
                let read = |row: &Row<'_>| {
                    let values: String = row.get(2)?;
                    Ok(Sent { mobile: mobile(row, 0)?, at: time(row, 1)?, text: letter.filled(&values) })
                };
                for one in sent.query_map(params![id, since.as_millisecond()], read)? {
                    found.push(one?);
                }
            }
            Ok(found)
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

    /// Which campaigns wrote to any of these since then, or are going to, newest first; tests to oneself are left out.
    pub async fn recent_to(&self, recipients: Arc<Recipients>, since: Timestamp) -> Result<Vec<Overlap>> {
        self.read(move |db| overlaps(db, &Audience::of(&recipients), None, None, since)).await
    }

    /// Which campaigns sent one of these people the very text that they are to get now, since then, or are going to;
    /// newest first, whoever confirmed them. Texts are compared as they arrive, their variables filled in.
    pub async fn same_text_recently(
        &self,
        text: &str,
        recipients: Arc<Recipients>,
        since: Timestamp,
    ) -> Result<Vec<Overlap>> {
        let letter = Letter::new(text.to_owned(), recipients.columns.clone());
        self.read(move |db| overlaps(db, &Audience::of(&recipients), Some(&letter), None, since)).await
    }

    /// As [`Store::same_text_recently`], of those who are pending in a campaign: what was sent elsewhere since it was
    /// confirmed.
    pub async fn same_text_as(&self, id: CampaignId, since: Timestamp) -> Result<Vec<Overlap>> {
        self.read(move |db| {
            let mut own = db.prepare_cached("SELECT text, columns FROM campaign WHERE id = ?1")?;
            let Some(letter) = own.query_row([id.0], |row| Letter::of(row, 0)).optional()? else {
                return Ok(Vec::new());
            };
            let pending = pending_of(db, id, !letter.template.is_plain())?;
            overlaps(db, &Audience::Pending(&pending), Some(&letter), Some(id), since)
        })
        .await
    }
}

/// A text and the columns that its variables name.
struct Letter {
    text: String,
    template: Template,
    columns: Vec<String>,
}

impl Letter {
    fn new(text: String, columns: Vec<String>) -> Self {
        Self { template: Template::new(&text), text, columns }
    }

    /// A campaign's, in two columns from `column` on.
    fn of(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        let columns: Option<String> = row.get(column + 1)?;
        let columns = columns.iter().flat_map(|all| all.split(Recipients::SEPARATOR)).map(str::to_owned).collect();
        Ok(Self::new(row.get(column)?, columns))
    }

    /// As it arrives. Whoever lacks a value gets nothing at all; the text stands for it.
    fn filled(&self, values: &str) -> String {
        if self.template.is_plain() {
            return self.text.clone();
        }
        self.template.fill(&self.columns, values).unwrap_or_else(|_| self.text.clone())
    }

    /// Whether everybody gets the same text of both, whatever their values.
    fn is_same_for_all(&self, other: &Self) -> bool {
        self.template.is_plain() && other.template.is_plain() && self.text == other.text
    }
}

/// Who is asked about: number and joined values.
enum Audience<'a> {
    Listed(&'a Recipients),
    Pending(&'a [(Mobile, String)]),
}

impl<'a> Audience<'a> {
    const fn of(recipients: &'a Recipients) -> Self {
        Self::Listed(recipients)
    }

    /// Their places, sorted by number: neighbours lie on the same page.
    fn places(&self) -> Vec<(Mobile, usize)> {
        let mut all: Vec<(Mobile, usize)> = match self {
            Self::Listed(list) => list.mobiles().iter().copied().zip(0..).collect(),
            Self::Pending(list) => list.iter().map(|(mobile, _)| *mobile).zip(0..).collect(),
        };
        all.sort_unstable();
        all
    }

    fn values(&self, place: usize) -> &str {
        match self {
            Self::Listed(list) => list.values(place),
            Self::Pending(list) => &list[place].1,
        }
    }
}

fn pending_of(db: &Connection, id: CampaignId, with_values: bool) -> Fallible<Vec<(Mobile, String)>> {
    let total = db.query_row("SELECT total FROM campaign WHERE id = ?1", [id.0], |row| row.get::<_, u32>(0))?;
    let states = journal::fold(db, id, total as usize)?.states;
    let mut all = db.prepare_cached(
        "SELECT seq, mobile, CASE WHEN ?2 THEN coalesce(vals, '') ELSE '' END FROM recipient WHERE campaign = ?1",
    )?;
    let mut rows = all.query(params![id.0, with_values])?;
    let mut pending = Vec::new();
    while let Some(row) = rows.next()? {
        if states.get(row.get::<_, u32>(0)? as usize) == Some(&RecipientState::Pending) {
            pending.push((mobile(row, 1)?, row.get(2)?));
        }
    }
    Ok(pending)
}

/// A campaign that may have written to them, or may be going to.
struct Candidate {
    overlap: Overlap,
    letter: Letter,
    /// It sent something since then.
    is_recent: bool,
    /// What is pending in it will be sent: it is scheduled, running, or paused.
    is_open: bool,
    /// Where everybody in it stands, when that is the same for all; otherwise it is folded when it is first asked for.
    states: Option<Vec<RecipientState>>,
    all: Option<RecipientState>,
}

impl Candidate {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let state = coded(row, 4, CampaignState::from_code)?;
        let (accepted, pending, total): (u32, u32, u32) = (row.get(5)?, row.get(6)?, row.get(7)?);
        let all = if accepted == total {
            Some(RecipientState::Accepted)
        } else {
            (pending == total).then_some(RecipientState::Pending)
        };
        Ok(Self {
            overlap: Overlap {
                campaign: CampaignId(row.get(0)?),
                name: row.get(1)?,
                by: row.get(2)?,
                at: time(row, 3)?,
                state,
                starts_at: maybe_time(row, 8)?.filter(|_| state == CampaignState::Scheduled),
                mobiles: Vec::new(),
                waiting: Vec::new(),
            },
            is_recent: row.get(9)?,
            is_open: matches!(state, CampaignState::Scheduled | CampaignState::Running | CampaignState::Paused),
            letter: Letter::of(row, 10)?,
            states: None,
            all,
        })
    }

    fn state(&mut self, db: &Connection, seq: u32) -> Fallible<Option<RecipientState>> {
        if self.all.is_some() {
            return Ok(self.all);
        }
        if self.states.is_none() {
            let id = self.overlap.campaign;
            let total = db.query_row("SELECT total FROM campaign WHERE id = ?1", [id.0], |row| row.get::<_, u32>(0))?;
            self.states = Some(journal::fold(db, id, total as usize)?.states);
        }
        Ok(self.states.as_ref().and_then(|states| states.get(seq as usize)).copied())
    }
}

fn overlaps(
    db: &Connection,
    whom: &Audience<'_>,
    letter: Option<&Letter>,
    except: Option<CampaignId>,
    since: Timestamp,
) -> Fallible<Vec<Overlap>> {
    let mut candidates = db.prepare_cached(
        "SELECT c.id, c.name, c.by, coalesce(s.last_at, s.first_at, c.created_at), s.state, s.accepted, s.pending,
           c.total, c.starts_at, max(coalesce(s.first_at, 0), coalesce(s.last_at, 0)) >= ?1 AS is_recent, c.text,
           c.columns
         FROM campaign c JOIN standing s ON s.campaign = c.id
         WHERE (max(coalesce(s.first_at, 0), coalesce(s.last_at, 0)) >= ?1
                OR (s.state IN ('scheduled', 'running', 'paused') AND s.pending > 0))
           AND (?2 OR c.is_test = 0) AND c.id <> ?3
         ORDER BY c.id DESC",
    )?;
    let read = params![since.as_millisecond(), letter.is_some(), except.map_or(0, |id| id.0)];
    let found = candidates.query_map(read, Candidate::read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let may_be = |one: &Candidate| letter.is_none_or(|letter| letter.template.may_read_as(&one.letter.template));
    let mut found: Vec<Candidate> = found.into_iter().filter(may_be).collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let places: HashMap<i64, usize> = found.iter().enumerate().map(|(i, one)| (one.overlap.campaign.0, i)).collect();
    let mut theirs = db.prepare_cached("SELECT campaign, seq FROM by_mobile WHERE mobile = ?1")?;
    let mut values = db.prepare_cached("SELECT coalesce(vals, '') FROM recipient WHERE campaign = ?1 AND seq = ?2")?;
    for (mobile, place) in whom.places() {
        let mut rows = theirs.query([digits(mobile)])?;
        while let Some(row) = rows.next()? {
            let (id, seq): (i64, u32) = (row.get(0)?, row.get(1)?);
            let Some(one) = places.get(&id).and_then(|i| found.get_mut(*i)) else { continue };
            let is_written = match one.state(db, seq)? {
                Some(RecipientState::Accepted | RecipientState::Sending | RecipientState::Unknown) if one.is_recent => {
                    true
                }
                Some(RecipientState::Pending) if one.is_open => false,
                _ => continue,
            };
            if let Some(letter) = letter.filter(|letter| !letter.is_same_for_all(&one.letter)) {
                let had: String = values.query_row([id, i64::from(seq)], |row| row.get(0))?;
                if letter.filled(whom.values(place)) != one.letter.filled(&had) {
                    continue;
                }
            }
            if is_written { one.overlap.mobiles.push(mobile) } else { one.overlap.waiting.push(mobile) }
        }
    }
    let is_any = |one: &Overlap| !one.mobiles.is_empty() || !one.waiting.is_empty();
    Ok(found.into_iter().map(|one| one.overlap).filter(is_any).collect())
}
