//! The proof: everything recomputed from the facts and compared (`doctor --journal`).
use rusqlite::Connection;

use super::fault::Fallible;
use super::{Result, Store, audit, journal};
use crate::sms::CampaignId;

/// What must hold of a journal (`doctor --journal`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// The tally is what the facts add up to.
    TallyIsFold,
    /// Every fact belongs to an attempt that covers its recipient.
    FactsCovered,
    /// A recipient has at most one accepted message unless an operator decided.
    AcceptedOnce,
    /// No attempt was made at a recipient who was not pending.
    AttemptsOnPending,
    /// Recipients and text are those that were confirmed.
    RecipientsUnchanged,
    /// A finished campaign has nobody pending, sending or unknown.
    FinishedIsSettled,
    /// Deliveries add up.
    DeliveriesAddUp,
    /// The audit's chain holds.
    AuditChain,
}

impl Invariant {
    const OF_A_CAMPAIGN: [Self; 7] = [
        Self::TallyIsFold,
        Self::FactsCovered,
        Self::AcceptedOnce,
        Self::AttemptsOnPending,
        Self::RecipientsUnchanged,
        Self::FinishedIsSettled,
        Self::DeliveriesAddUp,
    ];
}

/// One row of `doctor --journal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCheck {
    /// What must hold.
    pub invariant: Invariant,
    /// Whether it does.
    pub is_ok: bool,
    /// Where it does not: campaign, recipient, attempt; the first few. Data, not a sentence.
    pub detail: String,
}

impl Store {
    /// Recomputes everything from the facts and compares (`doctor --journal`); all campaigns, or one. Gives one row an
    /// invariant, in the order of [`Invariant`].
    pub async fn check_journal(&self, only: Option<CampaignId>) -> Result<Vec<JournalCheck>> {
        self.read(move |db| {
            let mut broken: Vec<(Invariant, String)> = Vec::new();
            let sql = "SELECT id FROM campaign WHERE ?1 IS NULL OR id = ?1 ORDER BY id";
            let mut all = db.prepare(sql)?;
            let ids = all.query_map([only.map(|id| id.0)], |row| row.get(0).map(CampaignId))?;
            for id in ids.collect::<rusqlite::Result<Vec<_>>>()? {
                look_at(db, id, &mut broken)?;
            }
            if let Some(line) = audit::verify(db)?.broken_at {
                broken.push((Invariant::AuditChain, format!("line {line}")));
            }
            Ok(Invariant::OF_A_CAMPAIGN.into_iter().chain([Invariant::AuditChain]).map(|i| row(i, &broken)).collect())
        })
        .await
    }
}

fn row(invariant: Invariant, broken: &[(Invariant, String)]) -> JournalCheck {
    const SHOWN: usize = 5;
    let places: Vec<&str> = broken.iter().filter(|(i, _)| *i == invariant).map(|(_, place)| place.as_str()).collect();
    let mut detail = places.iter().take(SHOWN).copied().collect::<Vec<_>>().join("; ");
    if places.len() > SHOWN {
        detail = format!("{detail}; +{}", places.len() - SHOWN);
    }
    JournalCheck { invariant, is_ok: places.is_empty(), detail }
}

fn look_at(db: &Connection, id: CampaignId, broken: &mut Vec<(Invariant, String)>) -> Fallible<()> {
    let total = journal::unchanged(db, id)?;
    if total.is_none() {
        broken.push((Invariant::RecipientsUnchanged, id.to_string()));
    }
    let recipients: u32 =
        db.query_row("SELECT count(*) FROM recipient WHERE campaign = ?1", [id.0], |row| row.get(0))?;
    let folded = journal::fold(db, id, recipients as usize)?;
    let (counts, kept) = (folded.counts(), journal::tallied(db, id)?);
    if counts != kept {
        broken.push((Invariant::TallyIsFold, format!("{id} has {counts:?}, the tally says {kept:?}")));
    }
    let sql = "SELECT fee, state, delivered, failed FROM standing WHERE campaign = ?1";
    let (fee, state, delivered, failed): (i64, String, i64, i64) =
        db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    if folded.fee != fee {
        broken.push((Invariant::TallyIsFold, format!("{id} costs {}, the tally says {fee}", folded.fee)));
    }
    if state == "finished" && !counts.is_settled() {
        broken.push((Invariant::FinishedIsSettled, id.to_string()));
    }
    let sql = "SELECT coalesce(sum(status = 1), 0), coalesce(sum(status = 2), 0) FROM delivery WHERE campaign = ?1";
    let reports: (i64, i64) = db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if reports != (delivered, failed) {
        broken.push((
            Invariant::DeliveriesAddUp,
            format!("{id} has {reports:?}, the tally says {:?}", (delivered, failed)),
        ));
    }
    broken.extend(folded.uncovered.into_iter().map(|place| (Invariant::FactsCovered, place)));
    broken.extend(folded.not_pending.into_iter().map(|place| (Invariant::AttemptsOnPending, place)));
    broken.extend(folded.accepted_twice.into_iter().map(|place| (Invariant::AcceptedOnce, place)));
    Ok(())
}
