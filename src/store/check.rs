//! The proof: everything recomputed from the facts and compared (`doctor --journal`; the rules are those of
//! `docs/journal.md`).
//!
//! A comparison that cannot be made proves nothing: its rows fail and say why, and the others are made all the same.
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;

use rusqlite::{Connection, OptionalExtension};

use super::fault::Fallible;
use super::fold::Kind;
use super::{Result, Store, anchor, audit, journal, schema};
use crate::sms::CampaignId;

/// What must hold of a journal (`doctor --journal`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// Every table and index of ours is there.
    SchemaWhole,
    /// The tally is what the facts add up to.
    TallyIsFold,
    /// Every attempt covers those it names, and nobody is covered without one.
    AttemptsCover,
    /// Every fact belongs to an attempt that covers its recipient.
    FactsCovered,
    /// Every fact is of a known kind and one that may follow what was known before; none between two is missing.
    FactsFollow,
    /// A recipient has at most one accepted message unless an operator decided.
    AcceptedOnce,
    /// A message of the vendor's records settles at most one recipient.
    MessagesOnce,
    /// No attempt was made at a recipient who was not pending.
    AttemptsOnPending,
    /// Recipients and text are those that were confirmed, and each recipient is found by number.
    RecipientsUnchanged,
    /// Nothing was ever sent of a draft.
    DraftsUnsent,
    /// A finished campaign has nobody pending, sending or unknown.
    FinishedIsSettled,
    /// Whatever an operator decided about a recipient is in the audit.
    DecisionsAudited,
    /// Deliveries add up.
    DeliveriesAddUp,
    /// The audit's chain holds.
    AuditChain,
}

impl Invariant {
    const ALL: [Self; 14] = [
        Self::SchemaWhole,
        Self::TallyIsFold,
        Self::AttemptsCover,
        Self::FactsCovered,
        Self::FactsFollow,
        Self::AcceptedOnce,
        Self::MessagesOnce,
        Self::AttemptsOnPending,
        Self::RecipientsUnchanged,
        Self::DraftsUnsent,
        Self::FinishedIsSettled,
        Self::DecisionsAudited,
        Self::DeliveriesAddUp,
        Self::AuditChain,
    ];
    /// What only the fold of a campaign tells.
    const FOLDED: [Self; 8] = [
        Self::TallyIsFold,
        Self::AttemptsCover,
        Self::FactsCovered,
        Self::FactsFollow,
        Self::AcceptedOnce,
        Self::AttemptsOnPending,
        Self::FinishedIsSettled,
        Self::DecisionsAudited,
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
    /// invariant, in the order of [`Invariant`], whatever is damaged.
    pub async fn check_journal(&self, only: Option<CampaignId>) -> Result<Vec<JournalCheck>> {
        let folder = self.folder().to_owned();
        self.read(move |db| {
            // Before anything is read of the database: it may lag behind the audit, never lead.
            let mark = anchor::read(&folder);
            let mut found = Found::default();
            found.compare("schema", &[Invariant::SchemaWhole], |found| schema_is_whole(db, found));
            let mut ids = Vec::new();
            found.compare("campaign", &Invariant::ALL, |_| {
                ids = campaigns(db, only)?;
                Ok(())
            });
            for id in ids {
                look_at(db, id, &mut found);
            }
            found.compare("attempt", &[Invariant::AttemptsCover], |found| attempts_cover(db, only, found));
            found.compare("fact", &[Invariant::MessagesOnce], |found| messages_settle_once(db, found));
            found.compare("audit", &[Invariant::AuditChain], |found| {
                if let Some(line) = audit::verify(db, mark)?.broken_at {
                    found.add(Invariant::AuditChain, format!("line {line}"));
                }
                Ok(())
            });
            Ok(Invariant::ALL.into_iter().map(|invariant| found.row(invariant)).collect())
        })
        .await
    }
}

/// What does not hold.
#[derive(Default)]
struct Found(Vec<(Invariant, String)>);

impl Found {
    fn add(&mut self, invariant: Invariant, place: String) {
        self.0.push((invariant, place));
    }

    /// Makes a comparison of something, on which these invariants hang.
    fn compare(&mut self, of: impl Display, invariants: &[Invariant], look: impl FnOnce(&mut Self) -> Fallible<()>) {
        if let Err(fault) = look(self) {
            let place = format!("{of}: {}", fault.why());
            self.0.extend(invariants.iter().map(|invariant| (*invariant, place.clone())));
        }
    }

    fn row(&self, invariant: Invariant) -> JournalCheck {
        const SHOWN: usize = 5;
        let places: Vec<&str> =
            self.0.iter().filter(|(i, _)| *i == invariant).map(|(_, place)| place.as_str()).collect();
        let mut detail = places.iter().take(SHOWN).copied().collect::<Vec<_>>().join("; ");
        if places.len() > SHOWN {
            detail = format!("{detail}; +{}", places.len() - SHOWN);
        }
        JournalCheck { invariant, is_ok: places.is_empty(), detail }
    }
}

fn campaigns(db: &Connection, only: Option<CampaignId>) -> Fallible<Vec<CampaignId>> {
    let mut all = db.prepare("SELECT id FROM campaign WHERE ?1 IS NULL OR id = ?1 ORDER BY id")?;
    let ids = all.query_map([only.map(|id| id.0)], |row| row.get(0).map(CampaignId))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Names of what a new database has.
fn schema_is_whole(db: &Connection, found: &mut Found) -> Fallible<()> {
    let names = |db: &Connection| -> Fallible<BTreeSet<String>> {
        let mut all = db.prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?;
        Ok(all.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    };
    for missing in names(&schema::nothing()?)?.difference(&names(db)?) {
        found.add(Invariant::SchemaWhole, missing.clone());
    }
    Ok(())
}

/// Everything that one campaign's own rows tell.
fn look_at(db: &Connection, id: CampaignId, found: &mut Found) {
    found.compare(id, &[Invariant::RecipientsUnchanged], |found| recipients_are_unchanged(db, id, found));
    found.compare(id, &Invariant::FOLDED, |found| fold_is_kept(db, id, found));
    found.compare(id, &[Invariant::DraftsUnsent], |found| {
        let sql = "SELECT EXISTS (SELECT 1 FROM standing s JOIN covers c USING (campaign)
                   WHERE campaign = ?1 AND s.state = 'draft')";
        if db.query_row(sql, [id.0], |row| row.get(0))? {
            found.add(Invariant::DraftsUnsent, id.to_string());
        }
        Ok(())
    });
    found.compare(id, &[Invariant::DeliveriesAddUp], |found| {
        let sql = "SELECT coalesce(sum(status = 1), 0), coalesce(sum(status = 2), 0) FROM delivery WHERE campaign = ?1";
        let reports: (i64, i64) = db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sql = "SELECT delivered, failed FROM standing WHERE campaign = ?1";
        let kept: (i64, i64) = db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if reports != kept {
            found.add(Invariant::DeliveriesAddUp, format!("{id} has {reports:?}, the tally says {kept:?}"));
        }
        Ok(())
    });
}

fn recipients_are_unchanged(db: &Connection, id: CampaignId, found: &mut Found) -> Fallible<()> {
    if journal::unchanged(db, id)?.is_none() {
        found.add(Invariant::RecipientsUnchanged, id.to_string());
    }
    let sql = "SELECT count(*) FROM recipient r WHERE campaign = ?1 AND NOT EXISTS
                 (SELECT 1 FROM by_mobile b WHERE b.mobile = r.mobile AND b.campaign = ?1 AND b.seq = r.seq)";
    let lost: i64 = db.query_row(sql, [id.0], |row| row.get(0))?;
    if lost > 0 {
        found.add(Invariant::RecipientsUnchanged, format!("{id}: {lost} cannot be found by number"));
    }
    Ok(())
}

/// The fold, and all that is kept beside it.
fn fold_is_kept(db: &Connection, id: CampaignId, found: &mut Found) -> Fallible<()> {
    let sql = "SELECT count(*) FROM recipient WHERE campaign = ?1";
    let recipients: u32 = db.query_row(sql, [id.0], |row| row.get(0))?;
    let folded = journal::look_through(db, id, recipients as usize)?;
    let (counts, kept) = (folded.counts(), journal::tallied(db, id)?);
    if counts != kept {
        found.add(Invariant::TallyIsFold, format!("{id} has {counts:?}, the tally says {kept:?}"));
    }
    let sql = "SELECT fee, billed_segments, state FROM standing WHERE campaign = ?1";
    let (fee, segments, state): (i64, i64, String) =
        db.query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let sql = "SELECT coalesce(sum(accepted), 0), coalesce(sum(fee), 0) FROM spent WHERE campaign = ?1";
    let (spent_on, spent): (u64, i64) =
        db.query_row(sql, [id.0], |row| Ok((super::codec::count(row, 0)?, row.get(1)?)))?;
    for (what, folds, kept) in [
        ("fee", folded.fee, fee),
        ("segments", folded.segments, segments),
        ("spent", folded.fee, spent),
        ("spent on", super::codec::stored(counts.accepted), super::codec::stored(spent_on)),
    ] {
        if folds != kept {
            found.add(Invariant::TallyIsFold, format!("{id} {what} is {folds}, the tally says {kept}"));
        }
    }
    if state == "finished" && !counts.is_settled() {
        found.add(Invariant::FinishedIsSettled, id.to_string());
    }
    let mut audited =
        db.prepare_cached("SELECT coalesce(sum(count), 0) FROM audit WHERE what = ?1 AND about LIKE ?2")?;
    for (kind, decided) in Kind::BY_HAND.into_iter().zip(folded.by_hand) {
        let what = kind.decision();
        let lines: u64 = audited.query_row((what, format!("{id} recipient %")), |row| super::codec::count(row, 0))?;
        if lines != decided {
            found.add(Invariant::DecisionsAudited, format!("{id} {what}: {decided}, the audit says {lines}"));
        }
    }
    found.0.extend(folded.broken);
    Ok(())
}

/// Each attempt and its runs, in both directions.
fn attempts_cover(db: &Connection, only: Option<CampaignId>, found: &mut Found) -> Fallible<()> {
    let only = only.map(|id| id.0);
    let mut covers = db.prepare(
        "SELECT campaign, attempt, first_seq, last_seq FROM covers WHERE ?1 IS NULL OR campaign = ?1 ORDER BY attempt, first_seq",
    )?;
    let mut rows = covers.query([only])?;
    let mut runs: HashMap<(i64, i64), Vec<_>> = HashMap::new();
    while let Some(row) = rows.next()? {
        runs.entry((row.get(0)?, row.get(1)?)).or_default().push(row.get(2)?..=row.get(3)?);
    }
    let mut attempts =
        db.prepare("SELECT campaign, id, runs FROM attempt WHERE ?1 IS NULL OR campaign = ?1 ORDER BY id")?;
    let mut rows = attempts.query([only])?;
    while let Some(row) = rows.next()? {
        let (campaign, id): (i64, i64) = (row.get(0)?, row.get(1)?);
        let covered = runs.remove(&(campaign, id)).unwrap_or_default();
        if covered.is_empty() || journal::pack(&covered) != row.get::<_, Vec<u8>>(2)? {
            found.add(Invariant::AttemptsCover, format!("{} attempt {id}", CampaignId(campaign)));
        }
    }
    let mut orphans: Vec<(i64, i64)> = runs.into_keys().collect();
    orphans.sort_unstable();
    for (campaign, id) in orphans {
        found.add(Invariant::AttemptsCover, format!("{} attempt {id} is missing", CampaignId(campaign)));
    }
    // By these the runs of a recipient are looked for.
    let mut kept = db.prepare(
        "SELECT s.campaign FROM standing s JOIN
           (SELECT campaign, max(last_seq) + 1 AS next, max(last_seq - first_seq) + 1 AS longest FROM covers GROUP BY campaign) c
           USING (campaign)
         WHERE (?1 IS NULL OR s.campaign = ?1) AND (s.next_seq < c.next OR s.longest_run < c.longest)",
    )?;
    for id in kept.query_map([only], |row| row.get(0).map(CampaignId))? {
        found.add(Invariant::AttemptsCover, format!("{}: the bounds of its runs", id?));
    }
    let sql = "SELECT a.campaign FROM attempt a LEFT JOIN campaign c ON c.id = a.campaign WHERE c.id IS NULL LIMIT 1";
    if let Some(id) = db.query_row(sql, [], |row| row.get(0).map(CampaignId)).optional()? {
        found.add(Invariant::AttemptsCover, format!("{id} is missing"));
    }
    Ok(())
}

/// A message found in the records belongs to one recipient alone.
fn messages_settle_once(db: &Connection, found: &mut Found) -> Fallible<()> {
    let mut claimed = db.prepare(
        "SELECT DISTINCT a.sid FROM fact a JOIN fact b ON b.sid = a.sid
         WHERE a.kind = ?1 AND NOT (a.campaign = b.campaign AND a.seq = b.seq) LIMIT 9",
    )?;
    for sid in claimed.query_map([Kind::FoundAccepted as u8], |row| row.get::<_, i64>(0))? {
        found.add(Invariant::MessagesOnce, format!("message {}", sid?));
    }
    Ok(())
}
