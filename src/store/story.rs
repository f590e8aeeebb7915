//! What is known of single recipients: the journal read for a few, without folding all of it.
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::{maybe_time, mobile, status, unreadable};
use super::fault::{Fallible, Fault};
use super::fold::Kind;
use super::{Result, Store};
use crate::sms::{CampaignId, MessageSid, Mobile, Money, RecipientState, Recipients, ReportStatus, Template};

/// Recipients whose journal is read at a time.
const STRETCH: u32 = 2_000;

/// One message to a number, its whole story: what [`Store::find`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// The newest attempt or outcome; `None` when there was none yet.
    pub at: Option<Timestamp>,
    /// When the campaign was confirmed.
    pub created_at: Timestamp,
    /// Where the recipient stands.
    pub state: RecipientState,
    /// The vendor's code of a refusal; 0 for none.
    pub code: i32,
    /// The vendor's words, or why the outcome is unknown; empty for none.
    pub msg: String,
    /// The message's id.
    pub sid: Option<MessageSid>,
    /// What it cost.
    pub fee: Money,
    /// What became of it, of the accepted.
    pub delivery: ReportStatus,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code; empty for none.
    pub error: String,
    /// Clicks of this number on the campaign's links at the last look; `None` before the first.
    pub clicks: Option<u32>,
    /// The first of them and the last, where the vendor said.
    pub clicked: Option<(Timestamp, Timestamp)>,
    /// When the report was fetched, if there is one.
    pub fetched_at: Option<Timestamp>,
    /// The last look at the clicks; of several links the oldest.
    pub looked_at: Option<Timestamp>,
    /// The text with the variables filled in, as it was planned.
    pub text: String,
    /// The campaign counts in total only: nothing can be said of this number's clicks.
    pub is_total_only: bool,
}

/// One message to a number, as far as it says whether a record or a code may be about it: what [`Store::messages_to`]
/// tells. Costs nothing of what [`FoundMessage`] adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageTo {
    /// The campaign.
    pub campaign: CampaignId,
    /// Where the recipient stands.
    pub state: RecipientState,
    /// The message's id.
    pub sid: Option<MessageSid>,
    /// The newest attempt or outcome; `None` when there was none yet.
    pub at: Option<Timestamp>,
    /// The text with the variables filled in, as it was planned.
    pub text: String,
}

/// One recipient of a campaign with all that is known: drill-downs and exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRow {
    /// The place in the campaign, from 0.
    pub seq: u32,
    /// The row of the source, from 1.
    pub row: u32,
    /// Who.
    pub mobile: Mobile,
    /// Values of the columns, joined by [`crate::sms::Recipients::SEPARATOR`].
    pub values: Box<str>,
    /// Where the recipient stands.
    pub state: RecipientState,
    /// The newest attempt or outcome.
    pub at: Option<Timestamp>,
    /// The message's id.
    pub sid: Option<MessageSid>,
    /// What it cost.
    pub fee: Money,
    /// The vendor's code of a refusal; 0 for none.
    pub code: i32,
    /// The vendor's words, or why the outcome is unknown; empty for none.
    pub msg: String,
    /// What became of it, of the accepted.
    pub delivery: ReportStatus,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code; empty for none.
    pub error: String,
}

/// One run of an attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Covers {
    pub(super) attempt: i64,
    pub(super) first: u32,
    pub(super) last: u32,
}

impl Covers {
    pub(super) const fn holds(&self, seq: u32) -> bool {
        self.first <= seq && seq <= self.last
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { attempt: row.get(0)?, first: row.get(1)?, last: row.get(2)? })
    }
}

/// What the journal says of one recipient.
#[derive(Debug, Clone)]
pub(super) struct One {
    pub(super) seq: u32,
    /// The newest attempt; 0 while there is none.
    pub(super) attempt: i64,
    pub(super) state: RecipientState,
    pub(super) at: Option<i64>,
    pub(super) sid: Option<i64>,
    pub(super) fee: i64,
    pub(super) code: i32,
    pub(super) msg: Option<i64>,
}

impl Store {
    /// Every message to a number, newest campaign first.
    pub async fn find(&self, mobile: Mobile) -> Result<Vec<FoundMessage>> {
        self.read(move |db| find(db, mobile)).await
    }

    /// As [`Store::find`], without what carriers and clicks say: cheap enough to ask for each recipient of a call.
    pub async fn messages_to(&self, mobile: Mobile) -> Result<Vec<MessageTo>> {
        self.read(move |db| {
            each_to(db, mobile, |row, one, text| {
                let (campaign, sid) = (CampaignId(row.get(0)?), one.sid.map(MessageSid));
                Ok(MessageTo { campaign, state: one.state, sid, at: stamp(one.at)?, text })
            })
        })
        .await
    }

    /// Up to `limit` recipients from sequence number `from` on, in that state if one is given. The next page begins at
    /// the last one's `seq + 1`; an empty page is the end.
    pub async fn recipients_page(
        &self,
        id: CampaignId,
        state: Option<RecipientState>,
        from: u32,
        limit: u32,
    ) -> Result<Vec<RecipientRow>> {
        self.read(move |db| page(db, id, state, from, limit)).await
    }

    /// Who they are, where they stand and, of the accepted, what the carrier said: the recipients of a campaign with the
    /// sequence numbers from `from` to before `from + count`. Empty past the last.
    pub async fn standings(
        &self,
        id: CampaignId,
        from: u32,
        count: u32,
    ) -> Result<Vec<(Mobile, RecipientState, ReportStatus)>> {
        self.read(move |db| standings(db, id, from, count)).await
    }
}

/// The longest run of any attempt of a campaign: how far back a covering run can begin.
pub(super) fn longest_run(db: &Connection, id: CampaignId) -> Fallible<u32> {
    let mut sql = db.prepare_cached("SELECT longest_run FROM standing WHERE campaign = ?1")?;
    Ok(sql.query_row([id.0], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// All runs of a campaign.
pub(super) fn covers(db: &Connection, id: CampaignId) -> Fallible<Vec<Covers>> {
    let mut all = db.prepare_cached("SELECT attempt, first_seq, last_seq FROM covers WHERE campaign = ?1")?;
    Ok(all.query_map([id.0], Covers::read)?.collect::<rusqlite::Result<_>>()?)
}

/// The runs that cover anybody of `first` to `last`, oldest attempt first.
pub(super) fn covers_of(db: &Connection, id: CampaignId, first: u32, last: u32, longest: u32) -> Fallible<Vec<Covers>> {
    let mut some = db.prepare_cached(
        "SELECT attempt, first_seq, last_seq FROM covers
         WHERE campaign = ?1 AND first_seq BETWEEN ?2 AND ?3 AND last_seq >= ?4",
    )?;
    let from = first.saturating_sub(longest.saturating_sub(1));
    let mut runs =
        some.query_map(params![id.0, from, last, first], Covers::read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    runs.sort_unstable_by_key(|run| run.attempt);
    Ok(runs)
}

/// What the journal says of the recipients `first` to `last`, in order.
pub(super) fn stories(db: &Connection, id: CampaignId, first: u32, last: u32, longest: u32) -> Fallible<Vec<One>> {
    let state = RecipientState::Pending;
    let mut all: Vec<One> = (first..=last)
        .map(|seq| One { seq, attempt: 0, state, at: None, sid: None, fee: 0, code: 0, msg: None })
        .collect();
    let mut facts = db.prepare_cached(
        "SELECT seq, kind, code, is_late, sid, fee, msg, at FROM fact
         WHERE campaign = ?1 AND attempt = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq, n",
    )?;
    let mut times = db.prepare_cached("SELECT at FROM attempt WHERE id = ?1")?;
    for run in covers_of(db, id, first, last, longest)? {
        let (from, to) = (run.first.max(first), run.last.min(last));
        let at: i64 = times.query_row([run.attempt], |row| row.get(0))?;
        for seq in from..=to {
            if let Some(one) = all.get_mut((seq - first) as usize) {
                (one.state, one.at, one.code, one.msg) = (RecipientState::Sending, Some(at), 0, None);
                one.attempt = run.attempt;
            }
        }
        let mut rows = facts.query(params![id.0, run.attempt, from, to])?;
        while let Some(row) = rows.next()? {
            let Some(one) = all.get_mut((row.get::<_, u32>(0)?.saturating_sub(first)) as usize) else { continue };
            let kind = Kind::from_code(row.get(1)?).ok_or_else(|| unreadable(1))?;
            one.sid = row.get::<_, Option<i64>>(4)?.or(one.sid);
            one.fee = one.fee.saturating_add(row.get(5)?);
            if !row.get::<_, bool>(3)? {
                one.code = row.get(2)?;
                one.state = kind.leads_to(one.code);
                (one.msg, one.at) = (row.get(6)?, Some(row.get(7)?));
            }
        }
    }
    Ok(all)
}

/// The text behind an interned id.
pub(super) fn word(db: &Connection, id: Option<i64>) -> Fallible<String> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(db.prepare_cached("SELECT text FROM word WHERE id = ?1")?.query_row([id], |row| row.get(0))?)
}

/// The number of a recipient.
pub(super) fn mobile_of(db: &Connection, id: CampaignId, seq: u32) -> Fallible<Mobile> {
    let mut one = db.prepare_cached("SELECT mobile FROM recipient WHERE campaign = ?1 AND seq = ?2")?;
    Ok(one.query_row(params![id.0, seq], |row| mobile(row, 0))?)
}

/// What the carrier said of a message.
fn delivery(db: &Connection, sid: Option<i64>) -> Fallible<(ReportStatus, Option<Timestamp>, String)> {
    let mut one = db.prepare_cached("SELECT status, received_at, error FROM delivery WHERE sid = ?1")?;
    let found = match sid {
        Some(sid) => one.query_row([sid], |row| Ok((status(row, 0)?, maybe_time(row, 1)?, row.get(2)?))).optional()?,
        None => None,
    };
    match found {
        Some((status, received_at, error)) => Ok((status, received_at, word(db, error)?)),
        None => Ok((ReportStatus::NoReport, None, String::new())),
    }
}

/// A time in milliseconds, if there is one.
pub(super) fn stamp(millis: Option<i64>) -> Fallible<Option<Timestamp>> {
    let read =
        |millis| Timestamp::from_millisecond(millis).map_err(|_| Fault::Damage("a time out of range".to_owned()));
    millis.map(read).transpose()
}

fn page(
    db: &Connection,
    id: CampaignId,
    state: Option<RecipientState>,
    from: u32,
    limit: u32,
) -> Fallible<Vec<RecipientRow>> {
    let longest = longest_run(db, id)?;
    let sql = "SELECT seq, row, mobile, coalesce(vals, '') FROM recipient
               WHERE campaign = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq";
    let mut recipients = db.prepare_cached(sql)?;
    let (mut found, mut from) = (Vec::new(), from);
    while found.len() < limit as usize {
        let last = from.saturating_add(STRETCH - 1);
        let known = stories(db, id, from, last, longest)?;
        let mut rows = recipients.query(params![id.0, from, last])?;
        let mut is_end = true;
        while let Some(row) = rows.next()? {
            is_end = false;
            let seq: u32 = row.get(0)?;
            let Some(one) = known.get((seq - from) as usize) else { break };
            if state.is_some_and(|wanted| wanted != one.state) {
                continue;
            }
            if found.len() >= limit as usize {
                break;
            }
            let (status, received_at, error) = delivery(db, one.sid)?;
            found.push(RecipientRow {
                seq,
                row: row.get(1)?,
                mobile: mobile(row, 2)?,
                values: row.get(3)?,
                state: one.state,
                at: stamp(one.at)?,
                sid: one.sid.map(MessageSid),
                fee: Money::from_units(one.fee),
                code: one.code,
                msg: word(db, one.msg)?,
                delivery: status,
                received_at,
                error,
            });
        }
        if is_end || last == u32::MAX {
            break;
        }
        from = last + 1;
    }
    Ok(found)
}

fn standings(
    db: &Connection,
    id: CampaignId,
    from: u32,
    count: u32,
) -> Fallible<Vec<(Mobile, RecipientState, ReportStatus)>> {
    let longest = longest_run(db, id)?;
    let mut recipients = db.prepare_cached(
        "SELECT seq, mobile FROM recipient WHERE campaign = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
    )?;
    let mut reports = db.prepare_cached("SELECT status FROM delivery WHERE sid = ?1")?;
    let end = from.saturating_add(count);
    let (mut found, mut from) = (Vec::new(), from);
    while from < end {
        let last = from.saturating_add(STRETCH).min(end) - 1;
        let known = stories(db, id, from, last, longest)?;
        let mut rows = recipients.query(params![id.0, from, last])?;
        let before = found.len();
        while let Some(row) = rows.next()? {
            let seq: u32 = row.get(0)?;
            let Some(one) = known.get((seq - from) as usize) else { break };
            let is_accepted = one.state == RecipientState::Accepted;
            let report = match one.sid.filter(|_| is_accepted) {
                Some(sid) => reports.query_row([sid], |row| status(row, 0)).optional()?,
                None => None,
            };
            found.push((mobile(row, 1)?, one.state, report.unwrap_or(ReportStatus::NoReport)));
        }
        if found.len() == before {
            break;
        }
        from = last + 1;
    }
    Ok(found)
}

fn find(db: &Connection, mobile: Mobile) -> Fallible<Vec<FoundMessage>> {
    each_to(db, mobile, |row, one, text| {
        let id = CampaignId(row.get(0)?);
        let (status, received_at, error) = delivery(db, one.sid)?;
        let mobile_stat: bool = row.get(7)?;
        let (clicks, clicked, looked_at) = super::clicks::of_number(db, id, mobile)?;
        let mut fetched = db.prepare_cached("SELECT at FROM delivery WHERE sid = ?1")?;
        let fetched_at = match one.sid {
            Some(sid) => fetched.query_row([sid], |row| row.get(0)).optional()?,
            None => None,
        };
        Ok(FoundMessage {
            campaign: id,
            name: row.get(2)?,
            by: row.get(3)?,
            at: stamp(one.at)?,
            created_at: super::codec::time(row, 4)?,
            state: one.state,
            code: one.code,
            msg: word(db, one.msg)?,
            sid: one.sid.map(MessageSid),
            fee: Money::from_units(one.fee),
            delivery: status,
            received_at,
            error,
            clicks,
            clicked: stamp(clicked.map(|(first, _)| first))?.zip(stamp(clicked.map(|(_, last)| last))?),
            fetched_at: stamp(fetched_at)?,
            looked_at,
            text,
            is_total_only: !mobile_stat,
        })
    })
}

/// What `told` makes of each message to a number, newest campaign first: of its row (campaign, place, name, operator, when
/// created, text, columns, whether clicks are counted by number, values), its story, and its text with the values in it.
fn each_to<T>(
    db: &Connection,
    mobile: Mobile,
    told: impl Fn(&Row<'_>, One, String) -> Fallible<T>,
) -> Fallible<Vec<T>> {
    let mut places = db.prepare_cached(
        "SELECT b.campaign, b.seq, c.name, c.by, c.created_at, c.text, c.columns, c.mobile_stat, r.vals
         FROM by_mobile b JOIN campaign c ON c.id = b.campaign
         JOIN recipient r ON r.campaign = b.campaign AND r.seq = b.seq
         WHERE b.mobile = ?1 ORDER BY b.campaign DESC, b.seq",
    )?;
    let mut rows = places.query([super::codec::digits(mobile)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, seq) = (CampaignId(row.get(0)?), row.get::<_, u32>(1)?);
        let Some(one) = stories(db, id, seq, seq, longest_run(db, id)?)?.pop() else { continue };
        let (text, columns): (String, Option<String>) = (row.get(5)?, row.get(6)?);
        let columns: Vec<String> =
            columns.map(|c| c.split(Recipients::SEPARATOR).map(str::to_owned).collect()).unwrap_or_default();
        let values = row.get::<_, Option<String>>(8)?.unwrap_or_default();
        let filled = Template::new(&text).fill(&columns, &values).unwrap_or(text);
        all.push(told(row, one, filled)?);
    }
    Ok(all)
}
