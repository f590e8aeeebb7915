//! Who is still to be sent to, in order, cut into runs; a batch never mixes two final texts.
use std::collections::VecDeque;
use std::ops::RangeInclusive;

use crate::sms::RecipientState;

/// Neighbours that get the same text. Twelve bytes, so that a million personal texts stay small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: u32,
    last: u32,
    group: u32,
}

impl Run {
    const fn len(self) -> u32 {
        self.last - self.first + 1
    }
}

/// The recipients that wait.
#[derive(Debug)]
pub(super) struct Queue {
    runs: VecDeque<Run>,
    len: u32,
}

/// The recipients of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// Ascending, not touching one another.
    pub runs: Vec<RangeInclusive<u32>>,
    /// How many they are.
    pub count: u32,
    group: u32,
}

impl Batch {
    /// Their sequence numbers, ascending.
    pub fn seqs(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs.iter().cloned().flatten()
    }

    /// The part of it that `seqs` (ascending) names.
    pub fn only(self, seqs: &[u32]) -> Self {
        let mut runs: Vec<RangeInclusive<u32>> = Vec::new();
        for seq in seqs {
            push(&mut runs, *seq, *seq);
        }
        Self { runs, count: u32::try_from(seqs.len()).unwrap_or(u32::MAX), group: self.group }
    }
}

impl Queue {
    /// The pending ones: in order when everybody gets the same text, else group by group.
    pub fn new(states: &[RecipientState], groups: Option<&[u32]>) -> Self {
        let mut queue = Self { runs: VecDeque::new(), len: 0 };
        let pending = (0_u32..).zip(states).filter(|(_, state)| **state == RecipientState::Pending).map(|(seq, _)| seq);
        match groups {
            None => pending.for_each(|seq| queue.push(seq, 0)),
            Some(groups) => {
                let group_of = |seq: u32| groups.get(seq as usize).copied().unwrap_or(u32::MAX);
                let mut order: Vec<u32> = pending.collect();
                order.sort_by_key(|seq| group_of(*seq));
                for seq in order {
                    queue.push(seq, group_of(seq));
                }
            }
        }
        queue
    }

    /// Keeps those only, in their order.
    pub fn retain(&mut self, keeps: impl Fn(u32) -> bool) {
        self.len = 0;
        for run in std::mem::take(&mut self.runs) {
            (run.first..=run.last).filter(|seq| keeps(*seq)).for_each(|seq| self.push(seq, run.group));
        }
    }

    fn push(&mut self, seq: u32, group: u32) {
        self.len += 1;
        match self.runs.back_mut() {
            Some(run) if run.group == group && run.last + 1 == seq => run.last = seq,
            _ => self.runs.push_back(Run { first: seq, last: seq, group }),
        }
    }

    pub const fn len(&self) -> u32 {
        self.len
    }

    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes up to `size` recipients of the text at the front.
    pub fn take(&mut self, size: u32) -> Batch {
        let group = self.runs.front().map_or(0, |run| run.group);
        let mut taken: Vec<Run> = Vec::new();
        let mut count = 0;
        while count < size {
            let Some(run) = self.runs.front_mut().filter(|run| run.group == group) else { break };
            let part = run.len().min(size - count);
            taken.push(Run { first: run.first, last: run.first + part - 1, group });
            count += part;
            if part == run.len() {
                self.runs.pop_front();
            } else {
                run.first += part;
            }
        }
        self.len -= count;
        taken.sort_unstable_by_key(|run| run.first);
        let mut runs = Vec::with_capacity(taken.len());
        for run in taken {
            push(&mut runs, run.first, run.last);
        }
        Batch { runs, count, group }
    }

    /// Puts recipients back at the front.
    pub fn give_back(&mut self, batch: Batch) {
        self.len += batch.count;
        for run in batch.runs.into_iter().rev() {
            self.runs.push_front(Run { first: *run.start(), last: *run.end(), group: batch.group });
        }
    }
}

fn push(runs: &mut Vec<RangeInclusive<u32>>, first: u32, last: u32) {
    match runs.last_mut() {
        Some(run) if *run.end() + 1 == first => *run = *run.start()..=last,
        _ => runs.push(first..=last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecipientState::{Accepted, Pending};

    #[test]
    fn only_the_pending_are_taken_in_order() {
        let mut queue = Queue::new(&[Pending, Pending, Accepted, Pending, Pending], None);
        assert_eq!(queue.len(), 4);
        assert_eq!(queue.take(3).runs, [0..=1, 3..=3]);
        assert_eq!(queue.take(3).runs, [4..=4]);
        assert!(queue.is_empty());
    }

    #[test]
    fn those_who_are_kept_stay_in_order_and_by_text() {
        let mut queue = Queue::new(&[Pending; 6], Some(&[0, 1, 0, 1, 0, 1]));
        queue.retain(|seq| seq != 2 && seq != 3);
        assert_eq!(queue.len(), 4);
        assert_eq!(queue.take(10).runs, [0..=0, 4..=4]);
        assert_eq!(queue.take(10).runs, [1..=1, 5..=5]);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_batch_never_mixes_two_texts() {
        let mut queue = Queue::new(&[Pending; 5], Some(&[0, 1, 0, 1, 2]));
        assert_eq!(queue.take(10).runs, [0..=0, 2..=2]);
        assert_eq!(queue.take(10).runs, [1..=1, 3..=3]);
        assert_eq!(queue.take(10).runs, [4..=4]);
    }

    #[test]
    fn who_is_given_back_goes_first_and_keeps_the_text() {
        let mut queue = Queue::new(&[Pending; 6], Some(&[0, 0, 0, 1, 1, 1]));
        let batch = queue.take(2);
        queue.give_back(batch.only(&[1]));
        assert_eq!(queue.len(), 5);
        assert_eq!(queue.take(10).runs, [1..=2]);
        assert_eq!(queue.take(10).runs, [3..=5]);
    }
}
