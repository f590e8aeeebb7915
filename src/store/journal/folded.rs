//! All of a campaign's journal, read again in order: where everybody stands, and where it breaks its own rules.
use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension};

use super::Journal;
use super::intents::attempt_of;
use crate::sms::{CampaignId, Counts, RecipientState};
use crate::store::check::Invariant;
use crate::store::codec;
use crate::store::create::digest_of;
use crate::store::fault::{Fallible, Fault};
use crate::store::fold::Kind;
use crate::store::story::{self, Covers};

/// How many recipients there are, if they and the text are those that were confirmed.
pub(in crate::store) fn unchanged(db: &Connection, id: CampaignId) -> Fallible<Option<usize>> {
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

/// The counts that are kept beside the facts.
pub(in crate::store) fn tallied(db: &Connection, id: CampaignId) -> Fallible<Counts> {
    let sql = "SELECT pending, sending, accepted, refused, unknown FROM standing WHERE campaign = ?1";
    Ok(db.query_row(sql, [id.0], |row| {
        let count = |column| codec::count(row, column);
        Ok(Counts {
            pending: count(0)?,
            sending: count(1)?,
            accepted: count(2)?,
            refused: count(3)?,
            unknown: count(4)?,
        })
    })?)
}

/// A campaign's journal as it is folded: parallel to the recipients.
pub(in crate::store) struct Folded {
    pub(in crate::store) states: Vec<RecipientState>,
    /// Index into `attempts` of the newest that covers each recipient.
    pub(super) newest: Vec<u32>,
    /// How many attempts cover each recipient, up to 255.
    tries: Vec<u8>,
    pub(super) attempts: Vec<i64>,
    pub(in crate::store) fee: i64,
    pub(in crate::store) segments: i64,
    /// How often an operator decided: accepted, absent, again.
    pub(in crate::store) by_hand: [u64; 3],
    /// Where the journal breaks its own rules.
    pub(in crate::store) broken: Vec<(Invariant, String)>,
    /// The first thing without which nobody can say where the recipients stand.
    unreadable: Option<String>,
}

impl Folded {
    pub(in crate::store) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for state in &self.states {
            *counts.of_mut(*state) += 1;
        }
        counts
    }

    pub(super) fn journal(self, db: &Connection) -> Fallible<Journal> {
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

/// Folds a campaign; one whose states nobody can tell is damaged.
pub(in crate::store) fn fold(db: &Connection, id: CampaignId, total: usize) -> Fallible<Folded> {
    let folded = look_through(db, id, total)?;
    match folded.unreadable {
        Some(why) => Err(Fault::Damage(why)),
        None => Ok(folded),
    }
}

/// Folds a campaign as far as that goes, and notes what is wrong: attempts in order, after each its facts. Two ordered
/// scans.
pub(in crate::store) fn look_through(db: &Connection, id: CampaignId, total: usize) -> Fallible<Folded> {
    let mut covers = story::covers(db, id)?;
    covers.sort_unstable_by_key(|run| (run.attempt, run.first));
    let mut facts = db.prepare_cached(
        "SELECT attempt, seq, n, kind, is_late, sid, fee, segments, code FROM fact
         WHERE campaign = ?1 ORDER BY attempt, seq, n",
    )?;
    let mut rows = facts.query([id.0])?;
    let mut next = || rows.next()?.map(Row::read).transpose();
    let mut fold = Fold::new(id, total);
    let mut fact = next()?;
    for runs in covers.chunk_by(|a, b| a.attempt == b.attempt) {
        let attempt = runs[0].attempt;
        while let Some(stray) = fact.take_if(|fact| fact.attempt < attempt) {
            fold.stray(&stray);
            fact = next()?;
        }
        fold.attempt(attempt, runs);
        while let Some(own) = fact.take_if(|fact| fact.attempt == attempt) {
            fold.fact(&own, runs);
            fact = next()?;
        }
    }
    while let Some(stray) = fact {
        fold.stray(&stray);
        fact = next()?;
    }
    Ok(fold.folded)
}

/// A fact as it is stored.
struct Row {
    attempt: i64,
    seq: u32,
    n: u32,
    kind: i64,
    is_late: bool,
    sid: Option<i64>,
    fee: i64,
    segments: i64,
    code: i32,
}

impl Row {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            attempt: row.get(0)?,
            seq: row.get(1)?,
            n: row.get(2)?,
            kind: row.get(3)?,
            is_late: row.get(4)?,
            sid: row.get(5)?,
            fee: row.get(6)?,
            segments: row.get(7)?,
            code: row.get(8)?,
        })
    }
}

/// The folding, half done.
struct Fold {
    id: CampaignId,
    folded: Folded,
    /// The message each recipient got; only those of more than one attempt matter.
    messages: HashMap<u32, i64>,
    /// Recipients about whom an operator had a say.
    by_hand: HashSet<u32>,
    /// Attempt, recipient and number of the fact that would come next if there is one more.
    next: (i64, u32, u32),
}

impl Fold {
    fn new(id: CampaignId, total: usize) -> Self {
        let folded = Folded {
            states: vec![RecipientState::Pending; total],
            newest: vec![0; total],
            tries: vec![0; total],
            attempts: Vec::new(),
            fee: 0,
            segments: 0,
            by_hand: [0; 3],
            broken: Vec::new(),
            unreadable: None,
        };
        Self { id, folded, messages: HashMap::new(), by_hand: HashSet::new(), next: (0, 0, 0) }
    }

    fn break_rule(&mut self, rule: Invariant, place: &str) {
        self.folded.broken.push((rule, format!("{} {place}", self.id)));
    }

    /// A fact of no attempt.
    fn stray(&mut self, fact: &Row) {
        self.break_rule(Invariant::FactsCovered, &format!("attempt {} recipient {}", fact.attempt, fact.seq));
    }

    /// A call was about to be made.
    fn attempt(&mut self, attempt: i64, runs: &[Covers]) {
        let index = u32::try_from(self.folded.attempts.len()).unwrap_or(u32::MAX);
        self.folded.attempts.push(attempt);
        for run in runs {
            for seq in run.first..=run.last {
                let i = seq as usize;
                let Some(state) = self.folded.states.get_mut(i) else {
                    let place = format!("attempt {attempt} covers nobody at {seq}");
                    self.folded.unreadable.get_or_insert(format!("{} {place}", self.id));
                    self.break_rule(Invariant::AttemptsCover, &place);
                    break;
                };
                let was_pending = *state == RecipientState::Pending;
                *state = RecipientState::Sending;
                self.folded.newest[i] = index;
                self.folded.tries[i] = self.folded.tries[i].saturating_add(1);
                if !was_pending {
                    self.break_rule(Invariant::AttemptsOnPending, &format!("attempt {attempt} recipient {seq}"));
                }
            }
        }
    }

    /// Something came of it.
    fn fact(&mut self, fact: &Row, runs: &[Covers]) {
        let Row { attempt, seq, .. } = *fact;
        let (i, index) = (seq as usize, self.folded.attempts.len() - 1);
        self.folded.fee = self.folded.fee.saturating_add(fact.fee);
        self.folded.segments = self.folded.segments.saturating_add(fact.segments);
        let is_newest = self.folded.newest.get(i).is_some_and(|newest| *newest as usize == index);
        if !is_newest || !runs.iter().any(|run| run.holds(seq)) {
            self.stray(fact);
            return;
        }
        let n = if (self.next.0, self.next.1) == (attempt, seq) { self.next.2 } else { 0 };
        self.next = (attempt, seq, fact.n.saturating_add(1));
        let place = |what: String| format!("attempt {attempt} recipient {seq} {what}");
        let Some(kind) = u8::try_from(fact.kind).ok().and_then(Kind::from_code) else {
            let place = place(format!("kind {}", fact.kind));
            self.folded.unreadable.get_or_insert(format!("{} {place}", self.id));
            return self.break_rule(Invariant::FactsFollow, &place);
        };
        let before = self.folded.states[i];
        if fact.n != n {
            self.break_rule(Invariant::FactsFollow, &place(format!("fact {n} is missing")));
        } else if !kind.may_follow(before) {
            self.break_rule(Invariant::FactsFollow, &place(format!("{kind:?} after {before:?}")));
        }
        if !fact.is_late {
            self.folded.states[i] = kind.leads_to(fact.code);
        }
        if kind.is_by_hand() {
            self.by_hand.insert(seq);
            self.folded.by_hand[Kind::BY_HAND.iter().position(|known| *known == kind).unwrap_or(0)] += 1;
        }
        if let Some(sid) = fact.sid.filter(|_| self.folded.tries[i] > 1 || kind == Kind::FoundAccepted)
            && self.messages.insert(seq, sid).is_some_and(|other| other != sid)
            && !self.by_hand.contains(&seq)
        {
            self.break_rule(Invariant::AcceptedOnce, &format!("recipient {seq} message {sid}"));
        }
    }
}
