//! A mobile number in its canonical form, E.164.
use std::fmt;
use std::str::FromStr;

/// A mobile number: the digits of its E.164 form, country code included, kept in one word so that a million of
/// them are eight megabytes.
///
/// Mainland numbers follow the rule `1[3-9]\d{9}` (metadata libraries reject live prefixes such as 146 or 190),
/// all others are checked against the metadata of their country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(u64);

/// Why a text is not a mobile number we can write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotAMobile {
    /// Nothing but blanks.
    #[error("empty")]
    Empty,
    /// A character that no number has.
    #[error("not a number")]
    NotDigits,
    /// Fewer digits than any number of that country has.
    #[error("too short")]
    TooShort,
    /// More digits than any number of that country has.
    #[error("too long")]
    TooLong,
    /// A fixed line: `010-…`, `0755…`, `400…`.
    #[error("a landline")]
    Landline,
    /// Eleven digits that do not begin with 13 to 19.
    #[error("no mobile prefix")]
    NoMobilePrefix,
    /// `+…` with a country code or a length that does not exist.
    #[error("no such number in that country")]
    NoSuchNumber,
}

impl Mobile {
    const MAINLAND: u64 = 86_000_0000_0000;

    /// Reads a number as people write it: full-width digits, blanks, dashes, dots and brackets are dropped;
    /// `+86…`, `0086…`, `86…` and the bare eleven digits are one number; `+` or `00` begins a foreign one.
    ///
    /// # Errors
    /// The reason why the text is not a mobile number.
    pub fn parse(text: &str) -> Result<Self, NotAMobile> {
        let mut digits = 0_u64;
        let mut count = 0_u32;
        let mut plus = false;
        for c in text.chars() {
            let digit = match c {
                '0'..='9' => c as u64 - '0' as u64,
                '０'..='９' => c as u64 - '０' as u64,
                '+' | '＋' if count == 0 && !plus => {
                    plus = true;
                    continue;
                }
                '-' | '－' | '‐' | '‑' | '–' | '.' | '(' | ')' | '（' | '）' => continue,
                c if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' => continue,
                _ => return Err(NotAMobile::NotDigits),
            };
            if count == 0 && digit == 0 && !plus {
                // A leading zero counts as a digit of its own: `00` is the international prefix, `0` a landline.
                return Self::parse_with_zero(text);
            }
            count += 1;
            if count > 15 {
                return Err(NotAMobile::TooLong);
            }
            digits = digits * 10 + digit;
        }
        if plus { Self::international(digits, count) } else { Self::domestic(digits, count) }
    }

    /// `00…` is international; one leading zero is a landline (or nothing we know).
    fn parse_with_zero(text: &str) -> Result<Self, NotAMobile> {
        let plain: String = text.chars().filter_map(plain_digit).collect();
        match plain.strip_prefix("00") {
            Some(rest) => Self::parse(&format!("+{rest}")),
            None if plain.len() >= 10 => Err(NotAMobile::Landline),
            None => Err(NotAMobile::TooShort),
        }
    }

    fn domestic(digits: u64, count: u32) -> Result<Self, NotAMobile> {
        match count {
            0 => Err(NotAMobile::Empty),
            11 if (13..=19).contains(&(digits / 1_000_000_000)) => Ok(Self(Self::MAINLAND + digits)),
            11 => Err(NotAMobile::NoMobilePrefix),
            13 if digits / 100_000_000_000 == 86 => Self::domestic(digits % 100_000_000_000, 11),
            10 if digits / 10_000_000 == 400 || digits / 10_000_000 == 800 => Err(NotAMobile::Landline),
            n if n < 11 => Err(NotAMobile::TooShort),
            _ => Err(NotAMobile::TooLong),
        }
    }

    fn international(digits: u64, count: u32) -> Result<Self, NotAMobile> {
        if count >= 2 && digits / 10_u64.pow(count - 2) == 86 {
            return Self::domestic(digits % 10_u64.pow(count - 2), count - 2);
        }
        if count < 7 {
            return Err(if count == 0 { NotAMobile::Empty } else { NotAMobile::TooShort });
        }
        let number = phonenumber::parse(None, format!("+{digits}")).map_err(|_| NotAMobile::NoSuchNumber)?;
        if number.is_valid() { Ok(Self(digits)) } else { Err(NotAMobile::NoSuchNumber) }
    }

    /// A number from its stored digits (E.164 without the plus), as [`Mobile::digits`] gave them.
    #[must_use]
    pub const fn from_digits(digits: u64) -> Self {
        Self(digits)
    }

    /// The digits of the E.164 form, without the plus.
    #[must_use]
    pub const fn digits(self) -> u64 {
        self.0
    }

    /// Whether this is a number of the Chinese mainland.
    #[must_use]
    pub const fn is_mainland(self) -> bool {
        self.0 / 100_000_000_000 == 86
    }

    /// The form the API takes: bare for the mainland, E.164 for the rest (`api/yunpian-v2.md` §2).
    #[must_use]
    pub fn wire(self) -> String {
        if self.is_mainland() { (self.0 % 100_000_000_000).to_string() } else { format!("+{}", self.0) }
    }

    /// What a screen or a log shows: `138****8000`, `+44****9000`. Three digits at the front, four at the end.
    #[must_use]
    pub fn masked(self) -> String {
        let shown = self.wire();
        let head = if self.is_mainland() { 3 } else { 3.min(shown.len().saturating_sub(5)) };
        format!("{}****{}", &shown[..head], &shown[shown.len() - 4..])
    }
}

fn plain_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

/// E.164: `+8613800138000`.
impl fmt::Display for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// Masked, so that no log and no panic message holds a stranger's number.
impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mobile({})", self.masked())
    }
}

impl FromStr for Mobile {
    type Err = NotAMobile;

    fn from_str(text: &str) -> Result<Self, NotAMobile> {
        Self::parse(text)
    }
}
