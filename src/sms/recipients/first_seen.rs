//! Finds the first appearance of a number among a million in a few nanoseconds and four bytes a slot.
use crate::sms::Mobile;

/// An open-addressing index over a list of numbers: each slot holds a position in that list, never the number itself.
///
/// The standard `HashMap<Mobile, u32>` takes sixteen bytes a slot and hashes with SipHash; this one takes four and
/// mixes with one multiplication. The numbers come from the operator's own file, so nobody picks them to collide.
#[derive(Debug, Clone, Default)]
pub(super) struct FirstSeen {
    /// Positions; a power of two of them, at most half of them taken.
    slots: Vec<u32>,
    /// How many numbers of the list are in it: always its first ones.
    known: usize,
}

const FREE: u32 = u32::MAX;

impl FirstSeen {
    /// The position of `mobile` in `list`; where it is new, `None`, and it is remembered as the next position.
    /// The caller then appends it to `list`.
    pub(super) fn find_or_expect(&mut self, list: &[Mobile], mobile: Mobile) -> Option<usize> {
        if self.known != list.len() {
            // The list was closed or thinned out since: learn it again.
            self.rebuild(list, list.len() + 1);
        } else if (self.known + 1) * 2 > self.slots.len() {
            self.rebuild(list, (self.known + 1) * 2);
        }
        let at = self.probe(list, mobile);
        if self.slots[at] != FREE {
            return Some(self.slots[at] as usize);
        }
        self.slots[at] = u32::try_from(list.len()).unwrap_or(FREE - 1);
        self.known += 1;
        None
    }

    fn rebuild(&mut self, list: &[Mobile], expected: usize) {
        self.slots.clear();
        self.slots.shrink_to_fit();
        self.slots.resize((expected * 2).next_power_of_two().max(64), FREE);
        for (i, mobile) in list.iter().enumerate() {
            let at = self.probe(&list[..i], *mobile);
            self.slots[at] = u32::try_from(i).unwrap_or(FREE - 1);
        }
        self.known = list.len();
    }

    /// The slot that holds `mobile`, or the free one where it belongs.
    fn probe(&self, list: &[Mobile], mobile: Mobile) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = mix(mobile.digits()) & mask;
        while self.slots[at] != FREE && list.get(self.slots[at] as usize) != Some(&mobile) {
            at = (at + 1) & mask;
        }
        at
    }
}

/// Spreads neighbouring numbers over the whole table (the finaliser of SplitMix64, shortened).
fn mix(digits: u64) -> usize {
    let mixed = (digits ^ (digits >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 32).unwrap_or(usize::MAX)
}
