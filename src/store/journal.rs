//! The journal: intents made durable before a request is written, facts added after the answer, and both folded again.
//!
//! | what | where |
//! |---|---|
//! | what is asked of it | here |
//! | an intent, written | `intents` |
//! | facts, written | `facts`, with the tally they change in `sums` |
//! | all of it read again, in order | `folded` |
mod facts;
mod folded;
mod intents;
mod sums;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::codec::mobile;
use super::fault::Fault;
use super::story;
use super::writer::{Durable, Tx};
use super::{Claim, Result, Store};
use crate::problem::StoreProblem;
use crate::sms::{CampaignId, MessageSid, Mobile, Outcome, RecipientState};
pub(super) use facts::intern;
use facts::{Occasion, write_facts};
pub(super) use folded::{fold, look_through, tallied, unchanged};
pub(super) use intents::pack;
use intents::{attempt_of, write_intent};

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

    /// Numbers and joined values of a run of recipients, in order of their places.
    pub async fn recipients(&self, id: CampaignId, run: RangeInclusive<u32>) -> Result<Vec<(u32, Mobile, Box<str>)>> {
        self.read(move |db| {
            let sql = "SELECT seq, mobile, coalesce(vals, '') FROM recipient
                       WHERE campaign = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq";
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

    /// Whether the journal of this campaign is as old as a copy of the database: the file was copied, moved or restored, and
    /// nothing was sent of the campaign since.
    pub async fn is_copied(&self, id: CampaignId) -> Result<bool> {
        let sql = "SELECT ?1 <= (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'copied-campaign')
                     AND coalesce((SELECT max(id) FROM attempt WHERE campaign = ?1), 0)
                         <= coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'copied-attempt'), 0)";
        self.read(move |db| {
            Ok(db.prepare_cached(sql)?.query_row([id.0], |row| row.get::<_, Option<bool>>(0))?.unwrap_or(false))
        })
        .await
    }

    /// Whether any attempt holds this message id.
    pub async fn holds_message(&self, sid: MessageSid) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM fact WHERE sid = ?1)";
        self.read(move |db| Ok(db.prepare_cached(sql)?.query_row([sid.0], |row| row.get(0))?)).await
    }
}
