//! Facts: what came of a call, added to the attempt it belongs to.
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::intents::unpack;
use super::sums::Sums;
use super::{AttemptId, Fact};
use crate::sms::{CampaignId, Code, Money, Outcome, RecipientState};
use crate::store::fault::{Fallible, Fault};
use crate::store::fold::Kind;
use crate::store::story::{self, Covers};
use crate::store::writer::Tx;
use crate::store::{codec, deliveries, suppression};

/// The id of a text that many facts share.
pub(in crate::store) fn intern(db: &Connection, text: &str) -> Fallible<Option<i64>> {
    if text.is_empty() {
        return Ok(None);
    }
    let known =
        db.prepare_cached("SELECT id FROM word WHERE text = ?1")?.query_row([text], |row| row.get(0)).optional()?;
    if known.is_some() {
        return Ok(known);
    }
    db.prepare_cached("INSERT INTO word (text) VALUES (?1)")?.execute([text])?;
    Ok(Some(db.last_insert_rowid()))
}

/// A fact as a row.
pub(super) struct Written<'a> {
    pub(super) kind: Kind,
    pub(super) sid: Option<i64>,
    pub(super) fee: i64,
    pub(super) segments: u32,
    pub(super) code: i32,
    pub(super) msg: &'a str,
    pub(super) is_estimate: bool,
}

impl<'a> Written<'a> {
    fn of(fact: &'a Fact, estimate: (i64, u32)) -> Self {
        let plain = |kind| Written { kind, sid: None, fee: 0, segments: 0, code: 0, msg: "", is_estimate: false };
        let estimated = |kind| Written { fee: estimate.0, segments: estimate.1, is_estimate: true, ..plain(kind) };
        match fact {
            Fact::Answered(Outcome::NotSent { why }) => Written { msg: why, ..plain(Kind::NotSent) },
            Fact::Answered(Outcome::Refused { code, msg }) => Written { code: *code, msg, ..plain(Kind::Refused) },
            Fact::Answered(Outcome::Accepted { sid, fee: Some(fee), segments }) => {
                Written { sid: sid.map(|sid| sid.0), fee: fee.units(), segments: segments.0, ..plain(Kind::Accepted) }
            }
            Fact::Answered(Outcome::Accepted { sid, fee: None, .. }) => {
                Written { sid: sid.map(|sid| sid.0), ..estimated(Kind::Accepted) }
            }
            Fact::Answered(Outcome::Unknown { why }) => Written { msg: why, ..plain(Kind::Unknown) },
            Fact::FoundAccepted { sid } => Written { sid: Some(sid.0), ..estimated(Kind::FoundAccepted) },
            Fact::FoundAbsent => plain(Kind::FoundAbsent),
            Fact::SettledByHand(true) => estimated(Kind::HandAccepted),
            Fact::SettledByHand(false) => plain(Kind::HandAbsent),
            Fact::Requeued => plain(Kind::Requeued),
        }
    }
}

/// When facts are written, by whom, and what a segment costs as long as nothing was billed.
pub(super) struct Occasion<'a> {
    pub(super) at: Timestamp,
    pub(super) by: &'a str,
    pub(super) caller: &'a str,
    pub(super) price: Money,
}

/// What a message of this campaign costs by what was billed so far: of this campaign, else of all, else by `price`.
fn estimate(db: &Connection, id: CampaignId, price: Money) -> Fallible<(i64, u32)> {
    let sql = "SELECT sum(fee), sum(billed_segments) FROM standing WHERE ?1 IS NULL OR campaign = ?1";
    let billed = |only: Option<i64>| {
        db.query_row(sql, [only], |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?)))
    };
    let (mut fee, mut segments) = billed(Some(id.0))?;
    if segments.unwrap_or(0) == 0 {
        (fee, segments) = billed(None)?;
    }
    let sql = "SELECT segments_total, total FROM campaign WHERE id = ?1";
    let (all, total): (i64, i64) = db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let each = u32::try_from((all + total / 2) / total.max(1)).unwrap_or(1).max(1);
    let price = match (fee, segments) {
        (Some(fee), Some(segments)) if segments > 0 => fee / segments,
        _ => price.units(),
    };
    Ok((price.saturating_mul(i64::from(each)), each))
}

/// Writes facts, refuses the whole call if one of them may not follow, and changes the tally.
pub(super) fn write_facts(
    tx: &Tx<'_>,
    id: CampaignId,
    attempt: AttemptId,
    facts: &[(u32, Fact)],
    occasion: &Occasion<'_>,
) -> Fallible<()> {
    let Occasion { at, by, caller, price } = *occasion;
    let mut statement = tx.prepare_cached("SELECT runs FROM attempt WHERE id = ?1 AND campaign = ?2")?;
    let runs: Option<Vec<u8>> = statement.query_row([attempt.0, id.0], |row| row.get(0)).optional()?;
    let runs = unpack(&runs.ok_or_else(|| Fault::journal(format!("{id} has no attempt {}", attempt.0)))?);
    let is_first = !tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM fact WHERE campaign = ?1 AND attempt = ?2)")?
        .query_row([id.0, attempt.0], |row| row.get::<_, bool>(0))?;
    let needs_estimate = |fact: &Fact| {
        matches!(
            fact,
            Fact::FoundAccepted { .. }
                | Fact::SettledByHand(true)
                | Fact::Answered(Outcome::Accepted { fee: None, .. })
        )
    };
    let estimate = if facts.iter().any(|(_, fact)| needs_estimate(fact)) { estimate(tx, id, price)? } else { (0, 0) };
    let mut seen: HashSet<u32> = HashSet::with_capacity(facts.len());
    let mut words: HashMap<&str, Option<i64>> = HashMap::new();
    let mut sums = Sums::default();
    let mut insert =
        tx.prepare_cached("INSERT INTO fact VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")?;
    for (seq, fact) in facts {
        let seq = *seq;
        if !runs.iter().any(|run| run.contains(&seq)) {
            return Err(Fault::journal(format!("{id} attempt {} is not for recipient {seq}", attempt.0)));
        }
        let is_repeat = !seen.insert(seq);
        let (before, n, is_late) = if is_first && !is_repeat {
            (RecipientState::Sending, 0, false)
        } else {
            state_in_attempt(tx, id, attempt, seq)?
        };
        let mut row = Written::of(fact, estimate);
        if !row.kind.may_follow(before) {
            return Err(Fault::journal(format!("{id} recipient {seq} is {before:?}, {:?} cannot follow", row.kind)));
        }
        if before == RecipientState::Accepted {
            // Its price is known already; records only add the message's id.
            (row.fee, row.segments, row.is_estimate) = (0, 0, false);
        }
        if row.kind == Kind::FoundAccepted {
            check_unclaimed(tx, id, seq, row.sid)?;
        }
        let msg = match words.get(row.msg) {
            Some(known) => *known,
            None => *words.entry(row.msg).or_insert(intern(tx, row.msg)?),
        };
        let hand = if row.kind.is_by_hand() { intern(tx, by)? } else { None };
        let kind = row.kind as u8;
        insert.execute(params![
            id.0,
            attempt.0,
            seq,
            n,
            kind,
            is_late,
            row.sid,
            row.fee,
            row.segments,
            row.code,
            msg,
            at.as_millisecond(),
            hand
        ])?;
        if row.kind == Kind::Refused && row.code == Code::OPTED_OUT {
            suppression::add(tx, id, seq, at, by)?;
        }
        let after = if is_late { before } else { row.kind.leads_to(row.code) };
        sums.add(before, after, &row, is_late);
        if row.kind.is_by_hand() {
            sums.by_hand.push((row.kind, seq));
        }
    }
    sums.keep(tx, id, at)?;
    deliveries::adopt(tx, id, facts)?;
    sums.audit(tx, id, at, by, caller)?;
    tx.wrote(facts.len());
    Ok(())
}

/// State, number of facts, and whether a newer attempt has taken over, of one recipient in one attempt.
fn state_in_attempt(
    tx: &Tx<'_>,
    id: CampaignId,
    attempt: AttemptId,
    seq: u32,
) -> Fallible<(RecipientState, u32, bool)> {
    let mut statement = tx.prepare_cached(
        "SELECT kind, code, is_late FROM fact WHERE campaign = ?1 AND attempt = ?2 AND seq = ?3 ORDER BY n",
    )?;
    let mut rows = statement.query(params![id.0, attempt.0, seq])?;
    let (mut state, mut n) = (RecipientState::Sending, 0);
    while let Some(row) = rows.next()? {
        let kind = Kind::from_code(row.get(0)?).ok_or_else(|| codec::unreadable(0))?;
        if !row.get::<_, bool>(2)? {
            state = kind.leads_to(row.get(1)?);
        }
        n += 1;
    }
    let is_late = state == RecipientState::Pending && {
        let longest = story::longest_run(tx, id)?;
        story::covers_of(tx, id, seq, seq, longest)?.iter().any(|run: &Covers| run.attempt > attempt.0)
    };
    Ok((state, n, is_late))
}

/// A message of the vendor's settles at most one recipient.
fn check_unclaimed(tx: &Tx<'_>, id: CampaignId, seq: u32, sid: Option<i64>) -> Fallible<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM fact WHERE sid = ?1 AND NOT (campaign = ?2 AND seq = ?3))";
    let is_claimed: bool = tx.prepare_cached(sql)?.query_row(params![sid, id.0, seq], |row| row.get(0))?;
    if is_claimed { Err(Fault::journal(format!("{id} recipient {seq}: that message is another's"))) } else { Ok(()) }
}
