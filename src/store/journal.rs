//! The journal: intents made durable before a request is written, facts added after the answer, and both folded again.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::codec::{mobile, stored, time};
use super::create::digest_of;
use super::fault::{Fallible, Fault};
use super::fold::Kind;
use super::standing::quarter;
use super::story::{self, Covers};
use super::writer::{Durable, Tx};
use super::{Claim, Result, Store, audit};
use crate::problem::StoreProblem;
use crate::sms::{CampaignId, Counts, MessageSid, Mobile, Money, Outcome, RecipientState};

/// One call about to be made: the contiguous runs of recipients it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Runs of sequence numbers, from 0, ascending.
    pub runs: Vec<RangeInclusive<u32>>,
    /// Our own clock.
    pub at: Timestamp,
}

/// The id of an attempt in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId(pub i64);

/// An attempt as the journal remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// For whom.
    pub runs: Vec<RangeInclusive<u32>>,
    /// When the intent was written.
    pub at: Timestamp,
}

/// A fact added to the journal about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The call's own outcome.
    Answered(Outcome),
    /// The vendor's records prove that it was accepted; the fee is an estimate.
    FoundAccepted {
        /// The message's id.
        sid: MessageSid,
    },
    /// The vendor's records prove that it was not: pending again.
    FoundAbsent,
    /// An operator says so: accepted (true) or absent (false). Audited.
    SettledByHand(bool),
    /// An operator retries a refused recipient: pending again. Audited.
    Requeued,
}

/// The journal of one campaign, in memory: two bytes a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// State of each recipient, by sequence number.
    pub states: Vec<RecipientState>,
    /// Whether any attempt was ever for each.
    pub is_tried: Vec<bool>,
    /// The newest attempt of those that are sending or unknown.
    pub open: Vec<Attempt>,
    /// Numbers of calls made so far.
    pub attempts: u64,
}

impl Journal {
    /// Whether any attempt was ever for this recipient.
    #[must_use]
    pub fn was_tried(&self, seq: u32) -> bool {
        self.is_tried.get(seq as usize).copied().unwrap_or(false)
    }
}

impl Store {
    /// The journal of a campaign, folded once from the facts and compared with the tally and with what was confirmed.
    /// A journal that does not add up is damaged; one of a restored backup is refused.
    pub async fn journal(&self, claim: &Claim) -> Result<Journal> {
        let (id, path) = (claim.id, self.folder().display().to_string());
        self.read(move |db| {
            let is_rolled_back: Option<bool> = db
                .query_row("SELECT is_rolled_back FROM standing WHERE campaign = ?1", [id.0], |row| row.get(0))
                .optional()?;
            match is_rolled_back {
                None => return Err(Fault::not_found(&id)),
                Some(true) => return Err(StoreProblem::RolledBack { path }.into()),
                Some(false) => {}
            }
            let total = unchanged(db, id)?.ok_or_else(|| Fault::Damage(format!("recipients of {id} have changed")))?;
            let folded = fold(db, id, total)?;
            if folded.counts() != tallied(db, id)? {
                return Err(Fault::Damage(format!("the journal of {id} does not add up")));
            }
            folded.journal(db)
        })
        .await
    }

    /// Numbers and joined values of a run of recipients.
    pub async fn recipients(&self, id: CampaignId, run: RangeInclusive<u32>) -> Result<Vec<(u32, Mobile, Box<str>)>> {
        self.read(move |db| {
            let sql =
                "SELECT seq, mobile, coalesce(vals, '') FROM recipient WHERE campaign = ?1 AND seq BETWEEN ?2 AND ?3";
            let mut rows = db.prepare_cached(sql)?;
            let read =
                |row: &rusqlite::Row<'_>| Ok((row.get(0)?, mobile(row, 1)?, row.get::<_, String>(2)?.into_boxed_str()));
            Ok(rows.query_map(params![id.0, run.start(), run.end()], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Writes an intent; answers when it is durable (FULL). Concurrent intents share a commit. One that covers somebody
    /// who is not pending is refused, and nothing is written.
    pub fn intend(&self, claim: &Claim, intent: Intent) -> Durable<AttemptId> {
        let (id, path) = (claim.id, self.folder().display().to_string());
        self.queue(move |tx| write_intent(tx, id, &intent, path), false, Some(Arc::clone(&claim.holder)))
    }

    /// Adds facts about recipients of an attempt; they ride on the next commit. Await the result only to know it is
    /// durable. Queued when this returns, whether the result is awaited or not. A fact that cannot follow what is known
    /// (a refusal of an accepted one, say) fails the whole call with [`StoreProblem::Journal`]. What an operator decides
    /// is audited in the same transaction, and whoever the vendor says has opted out (code 10) is put on the suppression list.
    pub fn add_facts(
        &self,
        claim: &Claim,
        attempt: AttemptId,
        facts: Vec<(u32, Fact)>,
        at: Timestamp,
        by: &str,
    ) -> Durable<()> {
        let (id, by, caller, price) = (claim.id, by.to_owned(), self.caller(), self.price());
        let work =
            move |tx: &Tx<'_>| write_facts(tx, id, attempt, &facts, &Occasion { at, by: &by, caller: &caller, price });
        self.queue(work, false, Some(Arc::clone(&claim.holder)))
    }

    /// The attempts that are sending or unknown and whom they are for, for reconciliation.
    pub async fn unsettled(&self, id: CampaignId) -> Result<Vec<(Attempt, Vec<(u32, Mobile)>)>> {
        self.read(move |db| {
            let total = unchanged(db, id)?.ok_or_else(|| Fault::Damage(format!("recipients of {id} have changed")))?;
            let folded = fold(db, id, total)?;
            let mut open: BTreeMap<i64, Vec<(u32, Mobile)>> = BTreeMap::new();
            for (seq, (state, newest)) in (0_u32..).zip(folded.states.iter().zip(&folded.newest)) {
                if matches!(state, RecipientState::Sending | RecipientState::Unknown) {
                    let attempt = folded.attempts.get(*newest as usize).copied().unwrap_or_default();
                    open.entry(attempt).or_default().push((seq, story::mobile_of(db, id, seq)?));
                }
            }
            open.into_iter().map(|(attempt, people)| Ok((attempt_of(db, attempt)?, people))).collect()
        })
        .await
    }

    /// The newest attempt of everybody in that state, and who they are: what a fact about them is added to.
    pub async fn newest_attempts(&self, id: CampaignId, state: RecipientState) -> Result<Vec<(AttemptId, Vec<u32>)>> {
        self.read(move |db| {
            let total = unchanged(db, id)?.ok_or_else(|| Fault::Damage(format!("recipients of {id} have changed")))?;
            let folded = fold(db, id, total)?;
            let mut found: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
            for (seq, (known, newest)) in (0_u32..).zip(folded.states.iter().zip(&folded.newest)) {
                if *known == state
                    && let Some(attempt) = folded.attempts.get(*newest as usize)
                {
                    found.entry(*attempt).or_default().push(seq);
                }
            }
            Ok(found.into_iter().map(|(attempt, people)| (AttemptId(attempt), people)).collect())
        })
        .await
    }

    /// Whether any attempt holds this message id.
    pub async fn holds_message(&self, sid: MessageSid) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM fact WHERE sid = ?1)";
        self.read(move |db| Ok(db.prepare_cached(sql)?.query_row([sid.0], |row| row.get(0))?)).await
    }
}

/// How many recipients there are, if they and the text are those that were confirmed.
pub(super) fn unchanged(db: &Connection, id: CampaignId) -> Fallible<Option<usize>> {
    let sql = "SELECT text, digest, total FROM campaign WHERE id = ?1";
    let confirmed: Option<(String, i64, i64)> =
        db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((text, digest, total)) = confirmed else { return Err(Fault::not_found(&id)) };
    let mut statement =
        db.prepare_cached("SELECT seq, mobile, coalesce(vals, '') FROM recipient WHERE campaign = ?1 ORDER BY seq")?;
    let mut rows = statement.query([id.0])?;
    let (mut failed, mut is_in_order, mut found) = (None, true, 0_usize);
    let people = std::iter::from_fn(|| {
        let read = |row: &rusqlite::Row<'_>| {
            is_in_order &= row.get::<_, u32>(0)? as usize == found;
            found += 1;
            Ok((row.get::<_, i64>(1)?, row.get::<_, Box<str>>(2)?))
        };
        match rows.next().and_then(|row| row.map(read).transpose()) {
            Ok(person) => person,
            Err(error) => {
                failed = Some(error);
                None
            }
        }
    });
    let sum = digest_of(&text, people);
    if let Some(error) = failed {
        return Err(error.into());
    }
    let is_same = sum == digest && is_in_order && i64::try_from(found) == Ok(total);
    Ok(is_same.then_some(found))
}

/// A campaign's journal as it is folded: parallel to the recipients.
pub(super) struct Folded {
    pub(super) states: Vec<RecipientState>,
    /// Index into `attempts` of the newest that covers each recipient.
    newest: Vec<u32>,
    /// How many attempts cover each recipient, up to 255.
    tries: Vec<u8>,
    attempts: Vec<i64>,
    pub(super) fee: i64,
    /// Where the journal breaks its own rules.
    pub(super) uncovered: Vec<String>,
    pub(super) not_pending: Vec<String>,
    pub(super) accepted_twice: Vec<String>,
}

impl Folded {
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for state in &self.states {
            *counts.of_mut(*state) += 1;
        }
        counts
    }

    fn journal(self, db: &Connection) -> Fallible<Journal> {
        let mut open: Vec<u32> = self
            .states
            .iter()
            .zip(&self.newest)
            .filter(|(state, _)| matches!(state, RecipientState::Sending | RecipientState::Unknown))
            .map(|(_, newest)| *newest)
            .collect();
        open.sort_unstable();
        open.dedup();
        let open = open
            .into_iter()
            .map(|i| attempt_of(db, self.attempts.get(i as usize).copied().unwrap_or_default()))
            .collect::<Fallible<_>>()?;
        let is_tried = self.tries.iter().map(|tries| *tries > 0).collect();
        Ok(Journal { states: self.states, is_tried, open, attempts: self.attempts.len() as u64 })
    }
}

/// Folds a campaign: attempts in order, after each its facts. Two ordered scans.
pub(super) fn fold(db: &Connection, id: CampaignId, total: usize) -> Fallible<Folded> {
    let mut covers = story::covers(db, id)?;
    covers.sort_unstable_by_key(|run| (run.attempt, run.first));
    let mut folded = Folded {
        states: vec![RecipientState::Pending; total],
        newest: vec![0; total],
        tries: vec![0; total],
        attempts: Vec::new(),
        fee: 0,
        uncovered: Vec::new(),
        not_pending: Vec::new(),
        accepted_twice: Vec::new(),
    };
    // The message each recipient got, and whether an operator had a say; only those of more than one attempt matter.
    let mut messages: HashMap<u32, i64> = HashMap::new();
    let mut by_hand: HashSet<u32> = HashSet::new();
    let mut facts = db.prepare_cached(
        "SELECT attempt, seq, kind, is_late, sid, fee, code FROM fact WHERE campaign = ?1 ORDER BY attempt, seq, n",
    )?;
    let mut facts = facts.query([id.0])?;
    let mut row = facts.next()?;
    let mut start = 0;
    while start < covers.len() {
        let attempt = covers[start].attempt;
        let end = start + covers[start..].iter().take_while(|run| run.attempt == attempt).count();
        let index = u32::try_from(folded.attempts.len()).unwrap_or(u32::MAX);
        folded.attempts.push(attempt);
        while let Some(stray) = row {
            let (of, seq): (i64, u32) = (stray.get(0)?, stray.get(1)?);
            if of >= attempt {
                row = Some(stray);
                break;
            }
            folded.uncovered.push(format!("{id} attempt {of} recipient {seq}"));
            row = facts.next()?;
        }
        for run in &covers[start..end] {
            for seq in run.first..=run.last {
                let i = seq as usize;
                let Some(state) = folded.states.get_mut(i) else {
                    return Err(Fault::Damage(format!("{id} attempt {attempt} covers nobody at {seq}")));
                };
                if *state != RecipientState::Pending {
                    folded.not_pending.push(format!("{id} attempt {attempt} recipient {seq}"));
                }
                *state = RecipientState::Sending;
                folded.newest[i] = index;
                folded.tries[i] = folded.tries[i].saturating_add(1);
            }
        }
        while let Some(fact) = row {
            if fact.get::<_, i64>(0)? != attempt {
                break;
            }
            let (seq, is_late): (u32, bool) = (fact.get(1)?, fact.get(3)?);
            let kind = Kind::from_code(fact.get(2)?).ok_or_else(|| super::codec::unreadable(2))?;
            let i = seq as usize;
            let sid: Option<i64> = fact.get(4)?;
            folded.fee = folded.fee.saturating_add(fact.get(5)?);
            if folded.newest.get(i) == Some(&index) && covers[start..end].iter().any(|run| run.holds(seq)) {
                if !is_late {
                    folded.states[i] = kind.leads_to(fact.get(6)?);
                }
                if kind.is_by_hand() {
                    by_hand.insert(seq);
                }
                if let Some(sid) = sid.filter(|_| folded.tries[i] > 1 || kind == Kind::FoundAccepted)
                    && messages.insert(seq, sid).is_some_and(|other| other != sid)
                    && !by_hand.contains(&seq)
                {
                    folded.accepted_twice.push(format!("{id} recipient {seq} message {sid}"));
                }
            } else {
                folded.uncovered.push(format!("{id} attempt {attempt} recipient {seq}"));
            }
            row = facts.next()?;
        }
        start = end;
    }
    while let Some(stray) = row {
        let (of, seq): (i64, u32) = (stray.get(0)?, stray.get(1)?);
        folded.uncovered.push(format!("{id} attempt {of} recipient {seq}"));
        row = facts.next()?;
    }
    Ok(folded)
}

/// The counts that are kept beside the facts.
pub(super) fn tallied(db: &Connection, id: CampaignId) -> Fallible<Counts> {
    let sql = "SELECT pending, sending, accepted, refused, unknown FROM standing WHERE campaign = ?1";
    Ok(db.query_row(sql, [id.0], |row| {
        let count = |column| super::codec::count(row, column);
        Ok(Counts {
            pending: count(0)?,
            sending: count(1)?,
            accepted: count(2)?,
            refused: count(3)?,
            unknown: count(4)?,
        })
    })?)
}

fn attempt_of(db: &Connection, id: i64) -> Fallible<Attempt> {
    let mut statement = db.prepare_cached("SELECT at, runs FROM attempt WHERE id = ?1")?;
    let (at, runs) = statement.query_row([id], |row| Ok((time(row, 0)?, row.get::<_, Vec<u8>>(1)?)))?;
    Ok(Attempt { id: AttemptId(id), runs: unpack(&runs), at })
}

fn pack(runs: &[RangeInclusive<u32>]) -> Vec<u8> {
    runs.iter().flat_map(|run| [run.start().to_le_bytes(), run.end().to_le_bytes()]).flatten().collect()
}

fn unpack(bytes: &[u8]) -> Vec<RangeInclusive<u32>> {
    let word = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    bytes.as_chunks::<8>().0.iter().map(|run| word(&run[..4])..=word(&run[4..])).collect()
}

fn write_intent(tx: &Tx<'_>, id: CampaignId, intent: &Intent, path: String) -> Fallible<AttemptId> {
    let sql = "SELECT c.total, s.next_seq, s.longest_run, s.is_rolled_back FROM standing s JOIN campaign c ON c.id = s.campaign
               WHERE s.campaign = ?1";
    let standing = tx.prepare_cached(sql)?.query_row([id.0], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?, row.get::<_, u32>(2)?, row.get::<_, bool>(3)?))
    });
    let Some((total, next, longest, is_rolled_back)) = standing.optional()? else { return Err(Fault::not_found(&id)) };
    if is_rolled_back {
        return Err(StoreProblem::RolledBack { path }.into());
    }
    let (mut people, mut longer, mut after, mut beyond) = (0_u64, longest, None, next);
    for run in &intent.runs {
        let (first, last) = (*run.start(), *run.end());
        if first > last || i64::from(last) >= total || after.is_some_and(|after| first <= after) {
            return Err(Fault::journal(format!("{id} has no run {first} to {last}, or not here")));
        }
        if first < next {
            let known = story::stories(tx, id, first, last.min(next - 1), longest)?;
            if let Some(one) = known.iter().find(|one| one.state != RecipientState::Pending) {
                return Err(Fault::journal(format!("{id} recipient {} is {:?}, not pending", one.seq, one.state)));
            }
        }
        after = Some(last);
        people += u64::from(last - first) + 1;
        longer = longer.max((last - first).saturating_add(1));
        beyond = beyond.max(last.saturating_add(1));
    }
    if people == 0 {
        return Err(Fault::journal("an intent for nobody"));
    }
    tx.prepare_cached("INSERT INTO attempt (campaign, at, runs) VALUES (?1, ?2, ?3)")?.execute(params![
        id.0,
        intent.at.as_millisecond(),
        pack(&intent.runs)
    ])?;
    let attempt = tx.last_insert_rowid();
    let mut covers = tx.prepare_cached("INSERT INTO covers VALUES (?1, ?2, ?3, ?4)")?;
    for run in &intent.runs {
        covers.execute(params![id.0, run.start(), attempt, run.end()])?;
    }
    tx.prepare_cached(
        "UPDATE standing SET pending = pending - ?2, sending = sending + ?2, first_at = coalesce(first_at, ?3),
           next_seq = ?4, longest_run = ?5 WHERE campaign = ?1",
    )?
    .execute(params![id.0, stored(people), intent.at.as_millisecond(), beyond, longer])?;
    tx.attempted(attempt);
    tx.wrote(3);
    Ok(AttemptId(attempt))
}

/// The id of a text that many facts share.
pub(super) fn intern(db: &Connection, text: &str) -> Fallible<Option<i64>> {
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
struct Written<'a> {
    kind: Kind,
    sid: Option<i64>,
    fee: i64,
    segments: u32,
    code: i32,
    msg: &'a str,
    is_estimate: bool,
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
struct Occasion<'a> {
    at: Timestamp,
    by: &'a str,
    caller: &'a str,
    price: Money,
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

fn write_facts(
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
        if row.kind == Kind::Refused && row.code == super::suppression::OPTED_OUT {
            super::suppression::add(tx, id, seq, at, by)?;
        }
        let after = if is_late { before } else { row.kind.leads_to(row.code) };
        sums.add(before, after, &row, is_late);
        if row.kind.is_by_hand() {
            sums.by_hand.push((row.kind, seq));
        }
    }
    sums.keep(tx, id, at)?;
    super::deliveries::adopt(tx, id, facts)?;
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
        let kind = Kind::from_code(row.get(0)?).ok_or_else(|| super::codec::unreadable(0))?;
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

/// What a call of `add_facts` changes in the tally.
#[derive(Default)]
struct Sums {
    change: [i64; 5],
    fee: i64,
    segments: i64,
    estimates: i64,
    accepted: i64,
    by_hand: Vec<(Kind, u32)>,
}

impl Sums {
    fn add(&mut self, before: RecipientState, after: RecipientState, row: &Written<'_>, is_late: bool) {
        if !is_late {
            self.change[before as usize] -= 1;
            self.change[after as usize] += 1;
        }
        self.fee = self.fee.saturating_add(row.fee);
        self.segments += i64::from(row.segments);
        self.estimates += i64::from(row.is_estimate);
        if after == RecipientState::Accepted && before != after {
            self.accepted += 1;
        }
    }

    fn keep(&self, tx: &Tx<'_>, id: CampaignId, at: Timestamp) -> Fallible<()> {
        use RecipientState::{Accepted, Pending, Refused, Sending, Unknown};
        let of = |state: RecipientState| self.change[state as usize];
        tx.prepare_cached(
            "UPDATE standing SET pending = pending + ?2, sending = sending + ?3, accepted = accepted + ?4,
               refused = refused + ?5, unknown = unknown + ?6, fee = fee + ?7, billed_segments = billed_segments + ?8,
               estimates = estimates + ?9, last_at = max(coalesce(last_at, ?10), ?10) WHERE campaign = ?1",
        )?
        .execute(params![
            id.0,
            of(Pending),
            of(Sending),
            of(Accepted),
            of(Refused),
            of(Unknown),
            self.fee,
            self.segments,
            self.estimates,
            at.as_millisecond()
        ])?;
        if self.accepted > 0 || self.fee > 0 {
            tx.prepare_cached(
                "INSERT INTO spent (campaign, quarter, accepted, fee) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET accepted = accepted + ?3, fee = fee + ?4",
            )?
            .execute(params![id.0, quarter(at), self.accepted, self.fee])?;
        }
        Ok(())
    }

    fn audit(&self, tx: &Tx<'_>, id: CampaignId, at: Timestamp, by: &str, caller: &str) -> Fallible<()> {
        for (kind, what) in
            [(Kind::HandAccepted, "settle-accepted"), (Kind::HandAbsent, "settle-absent"), (Kind::Requeued, "retry")]
        {
            let people: Vec<u32> = self.by_hand.iter().filter(|(k, _)| *k == kind).map(|(_, seq)| *seq).collect();
            let Some(first) = people.first() else { continue };
            let about = format!("{id} recipient {first}");
            let line = audit::New { by, caller, what, about: &about, count: people.len() as u64, money: Money::ZERO };
            audit::append(tx, at, &line)?;
        }
        Ok(())
    }
}
