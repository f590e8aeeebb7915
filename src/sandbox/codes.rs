//! The codes behind `https://dx5.cn/CODE`: six letters and digits each, of a link or of one number's copy of it.
//!
//! Code number `n` is scrambled by multiplication modulo 62⁶, which can be undone, so looking one up needs no table.
use super::audience::mix;

/// Six characters of 62 kinds.
const SPACE: u64 = 62_u64.pow(6);
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whose a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeOwner {
    /// A link: its index.
    Link(u32),
    /// One message's own copy of a link: the message's index, and which of the links in its text.
    Copy { message: u32, slot: u8 },
}

/// All codes given out so far.
#[derive(Debug)]
pub(super) struct Codes {
    factor: u64,
    inverse: u64,
    shift: u64,
    owners: Vec<CodeOwner>,
}

impl Codes {
    pub(super) fn new(seed: u64) -> Self {
        // Odd and no multiple of 31, so that it has an inverse modulo 62⁶.
        let mut factor = (mix(seed ^ 0xc0de) % SPACE) | 1;
        while factor.is_multiple_of(31) {
            factor += 2;
        }
        Self { factor, inverse: inverse(factor), shift: mix(seed ^ 0x51f7) % SPACE, owners: Vec::new() }
    }

    /// The number that the next code gets.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.owners.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn give(&mut self, owner: CodeOwner) -> u32 {
        let number = self.next();
        self.owners.push(owner);
        number
    }

    /// The code with this number, appended to `text`.
    pub(super) fn write(&self, number: u32, text: &mut String) {
        let mut word = (times(u64::from(number), self.factor) + self.shift) % SPACE;
        for place in [62_u64.pow(5), 62_u64.pow(4), 62_u64.pow(3), 62_u64.pow(2), 62, 1] {
            let digit = usize::try_from(word / place).unwrap_or(0);
            text.push(char::from(ALPHABET[digit]));
            word %= place;
        }
    }

    /// The code with this number.
    pub(super) fn code(&self, number: u32) -> String {
        let mut text = String::with_capacity(6);
        self.write(number, &mut text);
        text
    }

    /// Whose a code is; `None` when it was never given out.
    pub(super) fn owner(&self, code: &str) -> Option<CodeOwner> {
        if code.len() != 6 {
            return None;
        }
        let word = code.bytes().try_fold(0_u64, |word, byte| {
            let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
            Some(word * 62 + u64::try_from(digit).ok()?)
        })?;
        let number = times((word + SPACE - self.shift) % SPACE, self.inverse);
        self.owners.get(usize::try_from(number).ok()?).copied()
    }
}

fn times(a: u64, b: u64) -> u64 {
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(SPACE)).unwrap_or(0)
}

/// The inverse modulo 62⁶, by Euler: the group has φ(62⁶) = 2⁵ · 30 · 31⁵ elements.
fn inverse(factor: u64) -> u64 {
    let mut power = 32 * 30 * 31_u64.pow(5) - 1;
    let (mut base, mut result) = (factor % SPACE, 1);
    while power > 0 {
        if power % 2 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        power /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_back_to_its_owner_and_no_other_code_leads_anywhere() {
        for seed in [0, 1, 7, 31, u64::MAX] {
            let mut codes = Codes::new(seed);
            for link in 0..2_000 {
                codes.give(CodeOwner::Link(link));
            }
            for number in 0..2_000 {
                assert_eq!(codes.owner(&codes.code(number)), Some(CodeOwner::Link(number)));
            }
            assert_eq!(codes.owner(&codes.code(2_000)), None);
            assert_eq!((codes.owner("abc"), codes.owner("YRD-nF")), (None, None));
        }
    }
}
