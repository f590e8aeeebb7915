//! Those of whom nobody knows, and why: the journal read for them alone.
use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use super::fault::Fallible;
use super::{Result, Store, story};
use crate::sms::{CampaignId, Doubt, DoubtReason, RecipientState};

/// Neighbours are read together, at most so many at once.
const STRETCH: u32 = 2_000;

impl Store {
    /// The unknown of a campaign in the order of its list, at most `limit`; and the reasons of all of them, most first.
    pub async fn doubts(&self, id: CampaignId, limit: u32) -> Result<(Vec<Doubt>, Vec<DoubtReason>)> {
        self.read(move |db| doubts(db, id, limit as usize)).await
    }
}

fn doubts(db: &Connection, id: CampaignId, limit: usize) -> Fallible<(Vec<Doubt>, Vec<DoubtReason>)> {
    let longest = story::longest_run(db, id)?;
    let (mut people, mut words) = (Vec::new(), HashMap::new());
    let mut reasons: HashMap<String, (HashSet<i64>, u64)> = HashMap::new();
    for (first, last) in stretches(db, id)? {
        for one in story::stories(db, id, first, last, longest)? {
            if one.state != RecipientState::Unknown {
                continue;
            }
            let why: &mut String = match words.entry(one.msg) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(new) => new.insert(story::word(db, one.msg)?),
            };
            if people.len() < limit {
                let mobile = story::mobile_of(db, id, one.seq)?;
                people.push(Doubt { mobile, at: story::stamp(one.at)?, why: why.clone() });
            }
            if !reasons.contains_key(why.as_str()) {
                reasons.insert(why.clone(), (HashSet::new(), 0));
            }
            if let Some((attempts, count)) = reasons.get_mut(why.as_str()) {
                attempts.insert(one.attempt);
                *count += 1;
            }
        }
    }
    let reason = |(why, (attempts, recipients)): (String, (HashSet<i64>, u64))| DoubtReason {
        why,
        requests: attempts.len() as u64,
        recipients,
    };
    let mut reasons: Vec<DoubtReason> = reasons.into_iter().map(reason).collect();
    reasons.sort_by(|a, b| b.recipients.cmp(&a.recipients).then_with(|| a.why.cmp(&b.why)));
    Ok((people, reasons))
}

/// Runs of neighbours who were unknown once.
fn stretches(db: &Connection, id: CampaignId) -> Fallible<Vec<(u32, u32)>> {
    let mut candidates =
        db.prepare_cached("SELECT DISTINCT seq FROM fact WHERE campaign = ?1 AND kind = 4 ORDER BY seq")?;
    let mut rows = candidates.query([id.0])?;
    let mut runs: Vec<(u32, u32)> = Vec::new();
    while let Some(row) = rows.next()? {
        let seq: u32 = row.get(0)?;
        match runs.last_mut() {
            Some((first, last)) if *last + 1 == seq && seq - *first < STRETCH => *last = seq,
            _ => runs.push((seq, seq)),
        }
    }
    Ok(runs)
}
