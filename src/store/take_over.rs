//! The question of a colleague who wants to go on with a campaign that somebody sends: asked durably, answered by the
//! process it was put to, with an audit line at both ends.
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::{coded, maybe_time, time};
use super::fault::Fallible;
use super::{Claim, Result, Store, audit};
use crate::sms::{Answer, Campaign, CampaignId, CampaignState, Money, Owner, TakeOver, Wish};

/// A question with the process that it was put to.
struct Put {
    question: TakeOver,
    pid: u32,
    since: Timestamp,
}

impl Put {
    fn is_to(&self, owner: &Owner) -> bool {
        (self.pid, self.since.as_millisecond()) == (owner.pid, owner.since.as_millisecond())
    }
}

impl Store {
    /// Asks a living owner for a campaign. One question stands at a time: who asks while another's waits for its answer
    /// gets that one back. Audited.
    pub async fn ask_owner(&self, id: CampaignId, owner: &Owner, by: &str, at: Timestamp) -> Result<TakeOver> {
        let (owner, by, caller) = (owner.clone(), by.to_owned(), self.caller());
        self.write(move |tx| {
            let standing = put(tx, id)?.filter(|put| put.is_to(&owner) && put.question.is_open());
            let about = match &standing {
                None => format!("{id} asks {} (process {})", owner.by, owner.pid),
                Some(put) => format!("{id} asks {}, whom {} asks already", owner.by, put.question.by),
            };
            let line =
                audit::New { by: &by, caller: &caller, what: "take-over", about: &about, count: 1, money: Money::ZERO };
            audit::append(tx, at, &line)?;
            if let Some(put) = standing {
                return Ok(put.question);
            }
            tx.execute(
                "INSERT OR REPLACE INTO take_over VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL)",
                params![id.0, by, caller, at.as_millisecond(), owner.by, owner.pid, owner.since.as_millisecond()],
            )?;
            let asked_at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
            Ok(TakeOver { by, from: caller, asked_at, owner: owner.by, answer: None })
        })
        .await
    }

    /// The question that waits for an answer of whoever holds this claim.
    pub async fn question_to(&self, claim: &Claim) -> Result<Option<TakeOver>> {
        let (id, owner) = (claim.id(), claim.owner());
        self.read(move |db| {
            Ok(put(db, id)?.filter(|put| put.is_to(&owner) && put.question.is_open()).map(|put| put.question))
        })
        .await
    }

    /// Answers the question to this process; `false` when none waits. To hand over is also the wish that the run obeys
    /// at its next batch: the same transaction, with its audit line. `why` is added to that line.
    pub async fn answer_take_over(
        &self,
        id: CampaignId,
        answer: Answer,
        by: &str,
        at: Timestamp,
        why: &'static str,
    ) -> Result<bool> {
        let (by, caller) = (by.to_owned(), self.caller());
        self.write(move |tx| {
            let asked = put(tx, id)?.filter(|put| put.pid == std::process::id() && put.question.is_open());
            let Some(Put { question, .. }) = asked else { return Ok(false) };
            tx.execute(
                "UPDATE take_over SET answer = ?2, answered_at = ?3 WHERE campaign = ?1",
                params![id.0, answer.code(), at.as_millisecond()],
            )?;
            if answer == Answer::HandOver {
                // A wish that was left before is heard first: whoever cancels does not lose it to this.
                tx.execute(
                    "UPDATE standing SET wish = ?2, wish_by = ?3 WHERE campaign = ?1 AND wish IS NULL",
                    params![id.0, Wish::HandOver.code(), by],
                )?;
            }
            let about = format!("{id} to {}{why}", question.by);
            let what = answer.code();
            let line = audit::New { by: &by, caller: &caller, what, about: &about, count: 1, money: Money::ZERO };
            audit::append(tx, at, &line)?;
            Ok(true)
        })
        .await
    }
}

/// What there is to say of it now: a question to whoever holds the campaign, their answer, or that they handed it over
/// and nobody has gone on with it yet. Everything else has lapsed.
pub(super) fn standing(db: &Connection, campaign: &Campaign) -> Fallible<Option<TakeOver>> {
    let Some(put) = put(db, campaign.id)? else { return Ok(None) };
    let stands = if let Some(owner) = campaign.owner.as_ref().filter(|owner| owner.is_alive) {
        put.is_to(owner)
    } else {
        let is_given = matches!(put.question.answer, Some((Answer::HandOver, _)));
        is_given && campaign.state == CampaignState::Paused
    };
    Ok(stands.then_some(put.question))
}

fn put(db: &Connection, id: CampaignId) -> Fallible<Option<Put>> {
    let sql = "SELECT by, caller, asked_at, owner, owner_pid, owner_since, answer, answered_at FROM take_over
               WHERE campaign = ?1";
    let read = |row: &Row<'_>| {
        let answered_at = maybe_time(row, 7)?;
        let answer = answered_at.map(|at| Ok::<_, rusqlite::Error>((coded(row, 6, Answer::from_code)?, at)));
        Ok(Put {
            question: TakeOver {
                by: row.get(0)?,
                from: row.get(1)?,
                asked_at: time(row, 2)?,
                owner: row.get(3)?,
                answer: answer.transpose()?,
            },
            pid: row.get(4)?,
            since: time(row, 5)?,
        })
    };
    Ok(db.prepare_cached(sql)?.query_row([id.0], read).optional()?)
}
