//! Who stands at which place of a campaign, and what they get: read in chunks, a little ahead of the dispatch.
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::problem::StoreProblem;
use crate::sms::{CampaignId, Mobile, Plan, Template};
use crate::store::Store;

/// Recipients a chunk.
const CHUNK: u32 = 8_192;
/// Chunks kept in memory.
const KEPT: usize = 8;

type Chunk = Arc<Vec<(Mobile, Box<str>)>>;

/// The recipients of one call.
#[derive(Debug, Clone)]
pub(super) struct People {
    pub seqs: Vec<u32>,
    pub mobiles: Vec<Mobile>,
    /// What all of them get.
    pub text: Arc<str>,
}

impl People {
    /// The places of those who are `gone`, and the others.
    pub fn split(&self, gone: &HashSet<Mobile>) -> (Vec<u32>, Self) {
        let pairs = || self.seqs.iter().copied().zip(self.mobiles.iter().copied());
        let left_out = pairs().filter(|(_, mobile)| gone.contains(mobile)).map(|(seq, _)| seq).collect();
        let (seqs, mobiles) = pairs().filter(|(_, mobile)| !gone.contains(mobile)).unzip();
        (left_out, Self { seqs, mobiles, text: Arc::clone(&self.text) })
    }
}

/// The recipients of one campaign.
#[derive(Debug)]
pub(super) struct Roster {
    store: Store,
    id: CampaignId,
    total: u32,
    texts: Texts,
    /// The newest last.
    chunks: Mutex<Vec<(u32, Arc<OnceCell<Chunk>>)>>,
}

/// What everybody gets.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    template: Template,
    columns: Vec<String>,
    one_for_all: Option<Arc<str>>,
}

impl Texts {
    pub fn of(plan: &Plan) -> Self {
        let template = Template::new(&plan.text);
        let columns = plan.recipients.columns.clone();
        let one_for_all = template.is_plain().then(|| Arc::from(plan.text.as_str()));
        Self { template, columns, one_for_all }
    }

    pub const fn is_plain(&self) -> bool {
        self.one_for_all.is_some()
    }

    /// The final text; a missing value, which `create` refuses, fails.
    pub fn fill(&self, values: &str) -> Result<Arc<str>, StoreProblem> {
        if let Some(text) = &self.one_for_all {
            return Ok(Arc::clone(text));
        }
        let filled = self.template.fill(&self.columns, values);
        filled.map(Arc::from).map_err(|missing| StoreProblem::Journal { why: format!("no value for {}", missing.name) })
    }
}

impl Roster {
    pub fn new(store: Store, id: CampaignId, total: u32, texts: Texts) -> Arc<Self> {
        Arc::new(Self { store, id, total, texts, chunks: Mutex::new(Vec::new()) })
    }

    /// The recipients of some runs, who must all get the same text.
    pub async fn people(self: &Arc<Self>, runs: &[RangeInclusive<u32>]) -> Result<People, StoreProblem> {
        let (mut seqs, mut mobiles) = (Vec::new(), Vec::new());
        let mut text: Option<Arc<str>> = None;
        let mut current: Option<(u32, Chunk)> = None;
        for seq in runs.iter().cloned().flatten() {
            let number = seq / CHUNK;
            let chunk = match &current {
                Some((known, chunk)) if *known == number => chunk,
                _ => &current.insert((number, self.chunk(number).await?)).1,
            };
            let lost = || StoreProblem::Journal { why: format!("{} has no recipient {seq}", self.id) };
            let (mobile, values) = chunk.get((seq % CHUNK) as usize).ok_or_else(lost)?;
            if text.is_none() || !self.texts.is_plain() {
                let own = self.texts.fill(values)?;
                if text.get_or_insert_with(|| Arc::clone(&own)) != &own {
                    return Err(StoreProblem::Journal { why: "two texts in one call".to_owned() });
                }
            }
            seqs.push(seq);
            mobiles.push(*mobile);
        }
        let text = text.ok_or_else(|| StoreProblem::Journal { why: "a call for nobody".to_owned() })?;
        Ok(People { seqs, mobiles, text })
    }

    /// A chunk, and the next one on its way.
    async fn chunk(self: &Arc<Self>, number: u32) -> Result<Chunk, StoreProblem> {
        let (cell, next) = {
            let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
            let cell = cell(&mut chunks, number);
            let has_next = (number + 1) * CHUNK < self.total;
            (cell, has_next.then(|| cell_unread(&mut chunks, number + 1)).flatten())
        };
        if let Some(next) = next {
            let roster = Arc::clone(self);
            tokio::spawn(async move { next.get_or_try_init(|| roster.read(number + 1)).await.is_ok() });
        }
        cell.get_or_try_init(|| self.read(number)).await.cloned()
    }

    async fn read(&self, number: u32) -> Result<Chunk, StoreProblem> {
        let first = number * CHUNK;
        let last = (first + CHUNK).min(self.total).saturating_sub(1);
        let rows = self.store.recipients(self.id, first..=last).await?;
        in_place(first, rows).map(Arc::new).ok_or_else(|| {
            let why = format!("the recipients {first} to {last} of {} are not all there, in order", self.id);
            StoreProblem::Journal { why }
        })
    }
}

/// Recipients by their place from `first` on, as they are looked up; `None` if one stands elsewhere than they are read.
fn in_place(first: u32, rows: Vec<(u32, Mobile, Box<str>)>) -> Option<Vec<(Mobile, Box<str>)>> {
    let placed = (first..).zip(rows).map(|(place, (seq, mobile, values))| (seq == place).then_some((mobile, values)));
    placed.collect()
}

fn cell(chunks: &mut Vec<(u32, Arc<OnceCell<Chunk>>)>, number: u32) -> Arc<OnceCell<Chunk>> {
    let entry = match chunks.iter().position(|(known, _)| *known == number) {
        Some(at) => chunks.remove(at),
        None => (number, Arc::default()),
    };
    if chunks.len() >= KEPT {
        chunks.remove(0);
    }
    let cell = Arc::clone(&entry.1);
    chunks.push(entry);
    cell
}

/// The cell of a chunk that nobody has asked for yet.
fn cell_unread(chunks: &mut Vec<(u32, Arc<OnceCell<Chunk>>)>, number: u32) -> Option<Arc<OnceCell<Chunk>>> {
    let is_known = chunks.iter().any(|(known, _)| *known == number);
    (!is_known).then(|| cell(chunks, number))
}

/// For each recipient the group of those who get the same final text; `None` when everybody does. Groups are numbered by
/// all recipients, so that the order of sending is the same whoever is still pending. Texts are told apart
/// by 128 bits of hash here, and compared in full before a call.
pub(super) async fn groups(
    store: &Store,
    id: CampaignId,
    texts: &Texts,
    total: usize,
) -> Result<Option<Vec<u32>>, StoreProblem> {
    if texts.is_plain() {
        return Ok(None);
    }
    let mut groups = vec![u32::MAX; total];
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let mut known: HashMap<(u64, u64), u32> = HashMap::new();
    let mut first = 0;
    while first < total {
        let last = (first + CHUNK).min(total) - 1;
        for (seq, _, values) in store.recipients(id, first..=last).await? {
            let text = texts.fill(&values)?;
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let its = *known.entry(fingerprint(&text)).or_insert(next);
            if let Some(group) = groups.get_mut(seq as usize) {
                *group = its;
            }
        }
        first = last + 1;
    }
    Ok(Some(groups))
}

fn fingerprint(text: &str) -> (u64, u64) {
    let hashed = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        text.hash(&mut hasher);
        hasher.finish()
    };
    (hashed(1), hashed(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_stands_elsewhere_than_they_are_read_gets_nobody_elses_text() {
        let row = |seq: u32| (seq, Mobile::from_digits(8_613_800_000_000 + u64::from(seq)), Box::from("Lina"));
        let read = |seqs: &[u32]| in_place(8, seqs.iter().map(|seq| row(*seq)).collect());
        assert_eq!(read(&[8, 9, 10]).map(|people| people.len()), Some(3));
        assert_eq!(read(&[8, 10, 9]), None, "out of order");
        assert_eq!(read(&[8, 10]), None, "one is missing");
    }
}
