//! Before a campaign goes on: does the journal know of everything that was sent from it? (`api/yunpian-v2.md`, "Settling
//! Unknown by records".) A message of ours to somebody who is pending is one that the journal lacks.
//!
//! ```text
//! pending ─ all; of many those who come next, and a sample further on ─▶ records of this text, unclaimed
//!    none ─▶ go on
//!    of somebody tried before (called absent too early), or of a few ─▶ everybody looked up, they are accepted ─▶ go on
//!    of more, or one that does not say to whom ─▶ refused: rolled back; an operator may vouch
//!    the records cannot be read ─▶ refused: not compared; an operator may go on without them
//!    the database is a copy, and the records do not show what its journal knows either ─▶ refused likewise
//! ```
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::machine::settle::masked;
use super::roster::{Texts, groups};
use crate::problem::{CampaignProblem, Problem, StoreProblem};
use crate::sms::{Campaign, CampaignId, CampaignState, LATE, MessageSid, Mobile, Plan, RecipientState, Record};
use crate::store::{Claim, Fact, Intent, Journal};

/// Numbers a query of the records names at most.
const ASKED: usize = 100;
/// Of those who were tried before, and of those who never were, so many who come next are looked up …
const NEXT: usize = 500;
/// … and so many further on, two in a batch: more calls than one may have been out when the journal was copied.
const FURTHER: usize = 500;
/// So many who were never tried may have the message by another way: a colleague sent it from the vendor's console.
/// More were sent it by a part of the journal that is lost.
const FEW: usize = 3;
/// So many whom the journal knows to be accepted are looked up with each query in a copied database.
const CONTROLS: usize = 3;
/// Neighbours are read together when so many others at most lie between them.
const GAP: u32 = 64;
/// Recipients read at once.
const STRETCH: u32 = 8_192;
/// Recipients of one intent.
const MARKED: usize = 1_000;

/// What the records showed.
#[derive(Debug, Default)]
struct Seen {
    /// Pending recipients, each with a message of this campaign's text that the journal lacks.
    found: BTreeMap<u32, MessageSid>,
    /// Messages of this campaign's text that the journal lacks and that do not say to whom they went.
    nameless: usize,
    /// An answer did not show what the journal knows was sent: it proves nothing of the others.
    is_unproven: bool,
}

impl Seen {
    fn is_clean(&self) -> bool {
        self.found.is_empty() && self.nameless == 0
    }

    /// Whether only a lost part of the journal explains it.
    fn is_of_a_lost_journal(&self, journal: &Journal) -> bool {
        let untried = self.found.keys().filter(|seq| !journal.was_tried(**seq));
        self.nameless > 0 || untried.count() > FEW
    }
}

/// What is looked up, and how.
struct Search<'a> {
    id: CampaignId,
    texts: Texts,
    hosts: Vec<&'a str>,
    from: Timestamp,
    until: Timestamp,
    /// Whom each answer must show, if the database is a copy.
    controls: Vec<Mobile>,
}

impl Engine {
    /// Compares the vendor's records with the journal; whoever is pending and has the message is accepted from now on.
    /// Says how many those are.
    ///
    /// # Errors
    /// The journal is older than what was sent from it (unless the operator vouches for it), the records cannot be read, or
    /// the store refuses.
    pub(super) async fn compare(
        &self,
        campaign: &Campaign,
        plan: &Plan,
        (claim, by): (&Claim, &str),
        journal: &mut Journal,
        is_vouched: bool,
    ) -> Result<u64, Problem> {
        let id = campaign.id;
        let texts = Texts::of(plan);
        let groups = groups(&self.store, id, &texts, journal.states.len()).await?;
        let order = in_order_of_dispatch(&journal.states, RecipientState::Pending, groups.as_deref());
        if order.is_empty() {
            return Ok(0);
        }
        let hour = SignedDuration::from_hours(1);
        let offset = self.offset().await;
        let from = campaign.first_at.unwrap_or(campaign.created_at).max(campaign.created_at) + offset;
        // Whoever was tried before may have got it at any time since it began.
        let was_tried = order.iter().any(|seq| journal.was_tried(*seq));
        let last = campaign.last_at.filter(|_| !was_tried && !is_vouched);
        let from = last.map_or(from, |last| from.max(last + offset - hour)) - SignedDuration::from_secs(5);
        let until = self.clock.now() + offset + hour;
        // The clock may have been ahead when the last one went out.
        let from = from.min(until - hour - hour);
        let hosts: Vec<&str> = self.settings.link_hosts.iter().map(String::as_str).collect();
        let is_copied = !is_vouched && self.store.is_copied(id).await?;
        let controls = if is_copied { self.witnesses(id, journal, groups.as_deref()).await? } else { Vec::new() };
        let search = Search { id, texts, hosts, from, until, controls };
        let some = if is_vouched { order.clone() } else { sample(&order, journal, plan.pacing.batch_size) };
        let mut seen = match self.look_among(&search, &some).await {
            Err(Problem::Api(why)) if self.has_just_come_due(campaign, journal) => {
                // Nothing was ever sent of it, its time is now, and nobody is there who could decide.
                tracing::warn!(problem = %why, campaign = %id, "the records could not be compared with the journal");
                return Ok(0);
            }
            Err(Problem::Api(why)) => return Err(CampaignProblem::NotCompared { id, why: Box::new(why) }.into()),
            seen => seen?,
        };
        let is_refused = |seen: &Seen| !is_vouched && seen.is_of_a_lost_journal(journal);
        if !is_refused(&seen) && !seen.is_clean() && some.len() < order.len() {
            seen = self.look_among(&search, &order).await?;
        }
        if is_refused(&seen) {
            return Err(StoreProblem::RolledBack { path: self.store.folder().display().to_string() }.into());
        }
        if is_copied && (seen.is_unproven || search.controls.is_empty()) {
            return Err(CampaignProblem::Copied { id }.into());
        }
        self.accept_found(claim, by, &seen.found, journal).await?;
        Ok(seen.found.len() as u64)
    }

    /// Whether it is scheduled for this moment and was never begun.
    fn has_just_come_due(&self, campaign: &Campaign, journal: &Journal) -> bool {
        let is_now = |at: Timestamp| self.clock.now().duration_since(at).abs() <= LATE;
        campaign.state == CampaignState::Scheduled && journal.attempts == 0 && campaign.starts_at.is_some_and(is_now)
    }

    /// The messages of `search` to these recipients that the journal lacks.
    async fn look_among(&self, search: &Search<'_>, seqs: &[u32]) -> Result<Seen, Problem> {
        let mut seen = Seen::default();
        for people in self.read(search.id, seqs).await?.chunks(ASKED - search.controls.len()) {
            let mut of: HashMap<Mobile, (u32, String)> = HashMap::with_capacity(people.len());
            for (seq, mobile, values) in people {
                of.insert(*mobile, (*seq, masked(&search.texts.fill(values)?, &search.hosts)));
            }
            let known: HashSet<&str> = of.values().map(|(_, text)| text.as_str()).collect();
            let mobiles = people.iter().map(|(_, mobile, _)| *mobile).chain(search.controls.iter().copied());
            let mobiles: Vec<Mobile> = mobiles.collect();
            let mut is_proven = search.controls.is_empty();
            for record in self.client.records(search.from, search.until, &mobiles).await? {
                if record.mobile.is_some_and(|mobile| search.controls.contains(&mobile)) {
                    is_proven |= self.store.holds_message(record.sid).await?;
                }
                let text = masked(&record.text, &search.hosts);
                let whose = record.mobile.and_then(|mobile| of.get(&mobile).filter(|(_, ours)| *ours == text));
                let is_nameless = record.mobile.is_none() && known.contains(text.as_str());
                let is_in_time = record.send_time.is_none_or(|at| at >= search.from);
                if (whose.is_none() && !is_nameless) || !is_in_time || self.is_known(search, &record, &text).await? {
                    continue;
                }
                match whose {
                    None => seen.nameless += 1,
                    Some((seq, _)) => _ = seen.found.entry(*seq).or_insert(record.sid),
                }
            }
            seen.is_unproven |= !is_proven;
        }
        Ok(seen)
    }

    /// The last of those who were accepted, in the order in which they were sent to.
    async fn witnesses(
        &self,
        id: CampaignId,
        journal: &Journal,
        groups: Option<&[u32]>,
    ) -> Result<Vec<Mobile>, StoreProblem> {
        let order = in_order_of_dispatch(&journal.states, RecipientState::Accepted, groups);
        let last = &order[order.len().saturating_sub(CONTROLS)..];
        Ok(self.read(id, last).await?.into_iter().map(|(_, mobile, _)| mobile).collect())
    }

    /// A message of a settled attempt is known by its id; another campaign with this very text may have sent one whose id
    /// nobody knows.
    async fn is_known(&self, search: &Search<'_>, record: &Record, text: &str) -> Result<bool, StoreProblem> {
        if self.store.holds_message(record.sid).await? {
            return Ok(true);
        }
        let Some(mobile) = record.mobile else { return Ok(false) };
        Ok(self.store.messages_to(mobile).await?.iter().any(|message| {
            let has_no_id = match message.state {
                RecipientState::Sending | RecipientState::Unknown => true,
                RecipientState::Accepted => message.sid.is_none(),
                RecipientState::Pending | RecipientState::Refused => false,
            };
            message.campaign != search.id && has_no_id && masked(&message.text, &search.hosts) == text
        }))
    }

    /// Numbers and values of these recipients, in order of their places.
    async fn read(&self, id: CampaignId, seqs: &[u32]) -> Result<Vec<(u32, Mobile, Box<str>)>, StoreProblem> {
        let mut seqs = seqs.to_vec();
        seqs.sort_unstable();
        let wanted: HashSet<u32> = seqs.iter().copied().collect();
        let mut people = Vec::with_capacity(seqs.len());
        for run in stretches(&seqs) {
            let rows = self.store.recipients(id, run).await?;
            people.extend(rows.into_iter().filter(|(seq, ..)| wanted.contains(seq)));
        }
        Ok(people)
    }

    /// An intent for each, since the call that the journal lacks was one, and what the records say of it.
    async fn accept_found(
        &self,
        claim: &Claim,
        by: &str,
        found: &BTreeMap<u32, MessageSid>,
        journal: &mut Journal,
    ) -> Result<(), StoreProblem> {
        let found: Vec<(u32, MessageSid)> = found.iter().map(|(seq, sid)| (*seq, *sid)).collect();
        for some in found.chunks(MARKED) {
            let now = self.clock.now();
            let mut runs: Vec<RangeInclusive<u32>> = Vec::new();
            for (seq, _) in some {
                match runs.last_mut() {
                    Some(run) if *run.end() + 1 == *seq => *run = *run.start()..=*seq,
                    _ => runs.push(*seq..=*seq),
                }
            }
            let attempt = self.store.intend(claim, Intent { runs, at: now }).await?;
            let facts = some.iter().map(|(seq, sid)| (*seq, Fact::FoundAccepted { sid: *sid })).collect();
            self.store.add_facts(claim, attempt, facts, now, by).await?;
            for (seq, _) in some {
                if let Some(state) = journal.states.get_mut(*seq as usize) {
                    *state = RecipientState::Accepted;
                }
            }
        }
        if !found.is_empty() {
            let about = format!("{} accepted {} absent 0 unsettled 0", claim.id(), found.len());
            self.store.audit(by, self.clock.now(), "reconcile", &about, found.len() as u64).await?;
        }
        Ok(())
    }
}

/// Those in that state, in the order in which they are sent to.
fn in_order_of_dispatch(states: &[RecipientState], state: RecipientState, groups: Option<&[u32]>) -> Vec<u32> {
    let those = (0_u32..).zip(states).filter(|(_, known)| **known == state);
    let mut order: Vec<u32> = those.map(|(seq, _)| seq).collect();
    if let Some(groups) = groups {
        order.sort_by_key(|seq| groups.get(*seq as usize).copied().unwrap_or(u32::MAX));
    }
    order
}

/// Whom to look up: of those who were tried before and of those who never were, all of a few, else the next ones and
/// two in each batch after them. Whoever became pending again later does not hide those who wait from the beginning.
fn sample(order: &[u32], journal: &Journal, batch_size: u32) -> Vec<u32> {
    let (tried, untried): (Vec<u32>, Vec<u32>) = order.iter().partition(|seq| journal.was_tried(**seq));
    let step = (batch_size as usize / 2).max(1);
    let mut some = Vec::new();
    for those in [tried, untried] {
        if those.len() <= NEXT + FURTHER {
            some.extend(those);
            continue;
        }
        let (next, further) = those.split_at(NEXT);
        some.extend_from_slice(next);
        some.extend(further.iter().step_by(step).take(FURTHER));
    }
    some
}

/// Runs that hold all of `seqs` (ascending) and few others.
fn stretches(seqs: &[u32]) -> Vec<RangeInclusive<u32>> {
    let mut runs: Vec<RangeInclusive<u32>> = Vec::new();
    for seq in seqs {
        match runs.last_mut() {
            Some(run) if *seq - *run.end() <= GAP && *seq - *run.start() < STRETCH => *run = *run.start()..=*seq,
            _ => runs.push(*seq..=*seq),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecipientState::{Accepted, Pending};

    fn journal(states: Vec<RecipientState>, tried: &[u32]) -> Journal {
        let is_tried = (0_u32..).take(states.len()).map(|seq| tried.contains(&seq)).collect();
        Journal { states, is_tried, open: Vec::new(), attempts: 1 }
    }

    #[test]
    fn the_pending_are_looked_up_in_the_order_in_which_they_are_sent_to() {
        assert_eq!(in_order_of_dispatch(&[Pending, Pending, Accepted, Pending], Pending, None), [0, 1, 3]);
        assert_eq!(in_order_of_dispatch(&[Pending; 4], Pending, Some(&[0, 1, 0, 1])), [0, 2, 1, 3]);
    }

    #[test]
    fn whoever_is_pending_again_does_not_hide_those_who_come_next() {
        let (order, tried): (Vec<u32>, Vec<u32>) = ((0..5_000).collect(), (0..2_000).collect());
        let some = sample(&order, &journal(vec![Pending; 5_000], &tried), 200);
        assert!((0..500).chain(2_000..2_500).all(|seq| some.contains(&seq)));
        assert!(order.chunks(200).all(|batch| batch.iter().any(|seq| some.contains(seq))), "a batch without anybody");
        assert_eq!(sample(&order[..900], &journal(vec![Pending; 5_000], &[]), 200).len(), 900);
    }

    #[test]
    fn neighbours_are_read_together() {
        assert_eq!(stretches(&[0, 1, 5, 100, 9_000]), [0..=5, 100..=100, 9_000..=9_000]);
    }
}
