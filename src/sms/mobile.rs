//! A mobile number in its canonical form, E.164.
use std::fmt;
use std::str::FromStr;

/// A mobile number: the digits of its E.164 form, country code included, kept in one word so that a million of
/// them are eight megabytes.
///
/// Mainland numbers follow the rule `1[3-9]\d{9}` (metadata libraries reject live prefixes such as 146 or 190),
/// all others are checked against the metadata of their country.
///
/// ```text
/// 11 ASCII digits 1[3-9]… ───────────────────────────────────────────────→ Mobile      no allocation
/// anything else ─digits only, `+` noted→ `+…` `00…` international · `86` + 11 · 11 · a landline · a reason why not
/// ```
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

/// The digits of a number as it was written, at most [`Digits::MOST`]; more are only counted.
struct Digits {
    values: [u8; Self::MOST],
    count: usize,
    has_plus: bool,
}

impl Digits {
    /// E.164 has 15 digits at most; `00` before them makes 17.
    const MOST: usize = 17;

    /// Drops what people put between digits; anything else is not a number.
    fn of(text: &str) -> Result<Self, NotAMobile> {
        let mut found = Self { values: [0; Self::MOST], count: 0, has_plus: false };
        for c in text.chars() {
            let digit = match c {
                '0'..='9' => u32::from(c) - u32::from('0'),
                '０'..='９' => u32::from(c) - u32::from('０'),
                '+' | '＋' if found.count == 0 && !found.has_plus => {
                    found.has_plus = true;
                    continue;
                }
                '-' | '－' | '‐' | '‑' | '–' | '—' | '.' | '(' | ')' | '（' | '）' => continue,
                // Sheets and chats leave byte order marks, zero-width spaces and bidi marks around a number.
                '\u{feff}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' => {
                    continue;
                }
                c if c.is_whitespace() => continue,
                _ => return Err(NotAMobile::NotDigits),
            };
            if let Some(slot) = found.values.get_mut(found.count) {
                *slot = u8::try_from(digit).unwrap_or_default();
            }
            found.count += 1;
        }
        Ok(found)
    }

    fn as_slice(&self) -> &[u8] {
        &self.values[..self.count.min(Self::MOST)]
    }
}

fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

impl Mobile {
    const MAINLAND: u64 = 8_600_000_000_000;

    /// Reads a number as people write it: full-width digits, blanks, dashes, dots and brackets are dropped;
    /// `+86…`, `0086…`, `86…` and the bare eleven digits are one number; `+` or `00` begins a foreign one.
    ///
    /// # Errors
    /// The reason why the text is not a mobile number.
    pub fn parse(text: &str) -> Result<Self, NotAMobile> {
        if let [b'1', b'3'..=b'9', rest @ ..] = text.as_bytes()
            && rest.len() == 9
            && rest.iter().all(u8::is_ascii_digit)
        {
            let digits = text.bytes().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
            return Ok(Self(Self::MAINLAND + digits));
        }
        let written = Digits::of(text)?;
        if written.count > Digits::MOST {
            return Err(NotAMobile::TooLong);
        }
        match written.as_slice() {
            digits if written.has_plus => Self::international(digits),
            [0, 0, digits @ ..] => Self::international(digits),
            [8, 6, digits @ ..] if digits.len() == 11 => Self::domestic(digits),
            digits => Self::domestic(digits),
        }
    }

    /// Without a country code: mainland China.
    fn domestic(digits: &[u8]) -> Result<Self, NotAMobile> {
        match *digits {
            [] => Err(NotAMobile::Empty),
            [1, 3..=9, ..] if digits.len() == 11 => Ok(Self(Self::MAINLAND + value(digits))),
            // `0` and a mobile number, as one dialled it once between provinces, is one digit too many.
            [0, 1, 3..=9, ..] if digits.len() == 12 => Err(NotAMobile::TooLong),
            [0, ..] if (10..=12).contains(&digits.len()) => Err(NotAMobile::Landline),
            [4 | 8, 0, 0, ..] if digits.len() == 10 => Err(NotAMobile::Landline),
            _ if digits.len() == 11 => Err(NotAMobile::NoMobilePrefix),
            _ if digits.len() < 11 => Err(NotAMobile::TooShort),
            _ => Err(NotAMobile::TooLong),
        }
    }

    /// After `+` or `00`: a country code, then the number.
    fn international(digits: &[u8]) -> Result<Self, NotAMobile> {
        match *digits {
            [] => return Err(NotAMobile::Empty),
            // `+86 10 8888 8888` is the landline `010 8888 8888`: the area code loses its zero.
            [8, 6, 2..=9, ..] | [8, 6, 1, 0, ..] if (11..=13).contains(&digits.len()) => {
                return Err(NotAMobile::Landline);
            }
            [8, 6, ref rest @ ..] => return Self::domestic(rest),
            [0, ..] => return Err(NotAMobile::NoSuchNumber),
            _ if digits.len() < 7 => return Err(NotAMobile::TooShort),
            _ => {}
        }
        // Its own E.164 form, since people write `+44 (0)7911 …` with a zero that does not belong there.
        let number = phonenumber::parse(None, format!("+{}", value(digits))).map_err(|_| NotAMobile::NoSuchNumber)?;
        if !number.is_valid() {
            return Err(NotAMobile::NoSuchNumber);
        }
        let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
        let digits: Vec<u8> = e164.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        if digits.len() > 15 { Err(NotAMobile::TooLong) } else { Ok(Self(value(&digits))) }
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
        let tail = shown.len().saturating_sub(4);
        let head = if self.is_mainland() { 3 } else { 3.min(tail.saturating_sub(1)) };
        format!("{}****{}", &shown[..head.min(tail)], &shown[tail..])
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn why_not(text: &str) -> NotAMobile {
        Mobile::parse(text).expect_err(text)
    }

    #[test]
    fn every_way_to_write_a_mainland_number_is_the_same_number() {
        let ways = [
            "13800138000",
            "8613800138000",
            "+8613800138000",
            "008613800138000",
            "１３８００１３８０００",
            "138 0013 8000",
            "138-0013-8000",
            "+86 138-0013-8000",
            "(+86)13800138000",
            "＋８６１３８００１３８０００",
            "138.0013.8000",
            "\u{feff}13800138000",
            "\u{202d}13800138000\u{202c}",
            " 13800138000\u{a0}",
            "00 86 138 0013 8000",
        ];
        for way in ways {
            assert_eq!(Mobile::parse(way).map(Mobile::digits), Ok(8_613_800_138_000), "{way:?}");
        }
    }

    #[test]
    fn young_prefixes_are_mobiles() {
        for prefix in ["144", "146", "154", "160", "190", "194", "199"] {
            assert!(Mobile::parse(&format!("{prefix}00138000")).is_ok(), "{prefix}");
        }
    }

    #[test]
    fn landlines_are_named_as_such() {
        let landlines = [
            "010-88888888",
            "0755-2345678",
            "0755-23456789",
            "400-820-8820",
            "8008208820",
            "+86 10 8888 8888",
            "86 010 8888 8888",
            "008675523456789",
        ];
        for text in landlines {
            assert_eq!(why_not(text), NotAMobile::Landline, "{text}");
        }
    }

    #[test]
    fn a_digit_too_few_or_too_many_is_said() {
        assert_eq!(why_not("1380013800"), NotAMobile::TooShort);
        assert_eq!(why_not("138001380001"), NotAMobile::TooLong);
        assert_eq!(why_not("013800138000"), NotAMobile::TooLong);
        assert_eq!(why_not("10086"), NotAMobile::TooShort);
        assert_eq!(why_not("12800138000"), NotAMobile::NoMobilePrefix);
        assert_eq!(why_not("23800138000"), NotAMobile::NoMobilePrefix);
        assert_eq!(why_not(&"1".repeat(100_000)), NotAMobile::TooLong);
        assert_eq!(why_not("861380013800"), NotAMobile::TooLong);
        assert_eq!(why_not("+861380013800"), NotAMobile::TooShort);
    }

    #[test]
    fn what_is_no_number_is_said() {
        for text in ["abc", "1380013800x", "138001380+0", "++8613800138000", "1.38E+10", "1380013800①", "０１０转12"]
        {
            assert_eq!(why_not(text), NotAMobile::NotDigits, "{text}");
        }
        for text in ["", "  ", "+", "00", "-", "\u{feff}"] {
            assert_eq!(why_not(text), NotAMobile::Empty, "{text:?}");
        }
    }

    #[test]
    fn foreign_numbers_are_checked_against_their_country_and_kept_as_e164() {
        for (text, e164) in [
            ("+44 7911 123456", "+447911123456"),
            ("+44 (0)7911 123456", "+447911123456"),
            ("0014155552671", "+14155552671"),
            ("+852 9123 4567", "+85291234567"),
            ("+886 912 345 678", "+886912345678"),
            ("+65 8123 4567", "+6581234567"),
        ] {
            assert_eq!(Mobile::parse(text).map(|m| m.to_string()), Ok(e164.to_owned()), "{text}");
        }
        assert_eq!(why_not("+999 123 4567"), NotAMobile::NoSuchNumber);
        assert_eq!(why_not("+1 415 555"), NotAMobile::NoSuchNumber);
        assert_eq!(why_not("+08613800138000"), NotAMobile::NoSuchNumber);
        assert_eq!(why_not("+4412"), NotAMobile::TooShort);
    }

    #[test]
    fn the_wire_takes_mainland_numbers_bare_and_others_with_their_plus() {
        let wire = |text| Mobile::parse(text).map(Mobile::wire);
        assert_eq!(wire("+8613800138000").as_deref(), Ok("13800138000"));
        assert_eq!(wire("+447911123456").as_deref(), Ok("+447911123456"));
    }

    #[test]
    fn neither_a_log_nor_a_broken_row_of_the_store_shows_a_whole_number() {
        let mobile = Mobile::parse("13800138000").unwrap();
        assert_eq!(format!("{mobile:?}"), "Mobile(138****8000)");
        assert_eq!(Mobile::parse("+447911123456").unwrap().masked(), "+44****3456");
        for digits in [0, 7, 12_345, u64::MAX] {
            let _ = Mobile::from_digits(digits).masked();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn reading_what_was_written_gives_the_same_number(digits in 13_000_000_000_u64..20_000_000_000) {
            let mobile = Mobile::parse(&digits.to_string()).unwrap();
            prop_assert_eq!(Mobile::parse(&mobile.to_string()), Ok(mobile));
            prop_assert_eq!(Mobile::parse(&mobile.wire()), Ok(mobile));
            prop_assert_eq!(Mobile::from_digits(mobile.digits()), mobile);
        }

        #[test]
        fn normalising_twice_is_normalising_once(text in "[+＋]?[0-9０-９ .()-]{0,20}") {
            if let Ok(mobile) = Mobile::parse(&text) {
                prop_assert_eq!(Mobile::parse(&mobile.to_string()), Ok(mobile));
                prop_assert_eq!(Mobile::parse(&mobile.wire()), Ok(mobile));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = Mobile::parse(&text);
        }

        #[test]
        fn separators_between_digits_change_nothing(digits in 13_000_000_000_u64..20_000_000_000, at in 1_usize..10, by in "[ .-]{1,3}") {
            let mut text = digits.to_string();
            text.insert_str(at, &by);
            prop_assert_eq!(Mobile::parse(&text), Mobile::parse(&digits.to_string()));
        }
    }
}
