//! Intents: one call about to be made, durable before its request is written.
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Attempt, AttemptId, Intent};
use crate::problem::StoreProblem;
use crate::sms::{CampaignId, RecipientState};
use crate::store::codec::{stored, time};
use crate::store::fault::{Fallible, Fault};
use crate::store::story;
use crate::store::writer::Tx;

/// An attempt as it was written.
pub(super) fn attempt_of(db: &Connection, id: i64) -> Fallible<Attempt> {
    let mut statement = db.prepare_cached("SELECT at, runs FROM attempt WHERE id = ?1")?;
    let (at, runs) = statement.query_row([id], |row| Ok((time(row, 0)?, row.get::<_, Vec<u8>>(1)?)))?;
    Ok(Attempt { id: AttemptId(id), runs: unpack(&runs), at })
}

/// Runs as an attempt keeps them: first and last, four bytes each.
pub(in crate::store) fn pack(runs: &[RangeInclusive<u32>]) -> Vec<u8> {
    runs.iter().flat_map(|run| [run.start().to_le_bytes(), run.end().to_le_bytes()]).flatten().collect()
}

/// The same, read again.
pub(super) fn unpack(bytes: &[u8]) -> Vec<RangeInclusive<u32>> {
    let word = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    bytes.as_chunks::<8>().0.iter().map(|run| word(&run[..4])..=word(&run[4..])).collect()
}

/// Writes an intent and moves its recipients from pending to sending.
pub(super) fn write_intent(tx: &Tx<'_>, id: CampaignId, intent: &Intent, path: String) -> Fallible<AttemptId> {
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
