//! A text as it is billed: characters and segments.
use super::{Mobile, Signature};

/// Billed parts of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Segments(pub u32);

/// How a text is encoded on the air, which decides what a segment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// The mainland's rule: every character counts one, 70 in one segment, else 67 in each (`api/yunpian-v2.md`,
    /// sending rules). Beyond the BMP a character counts two.
    Mainland,
    /// 3GPP 23.038's 7-bit alphabet: 160 in one segment, else 153 in each; the extension table counts two.
    Gsm7,
    /// UCS-2 for foreign numbers: 70, else 67.
    Ucs2,
}

impl Charset {
    /// What one segment holds, and what each holds when there are several.
    #[must_use]
    pub const fn capacity(self) -> (u32, u32) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Mainland | Self::Ucs2 => (70, 67),
        }
    }
}

/// Why a text cannot be sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TextProblem {
    /// Nothing but blanks.
    #[error("the text is empty")]
    Empty,
    /// It does not begin with 【signature】.
    #[error("the text does not begin with a 【signature】")]
    NoSignature,
    /// A signature with nothing behind it.
    #[error("the text is a signature and nothing else")]
    OnlySignature,
    /// More than 500 characters; the count is given.
    #[error("the text has {0} characters, 500 at most")]
    TooLong(u32),
}

/// A text that is to be sent, signature included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SmsText(String);

impl SmsText {
    /// The longest text the API takes, in characters.
    pub const LONGEST: u32 = 500;

    /// Checks what can be checked without asking anybody.
    ///
    /// # Errors
    /// The first reason why the text cannot be sent.
    pub fn new(text: impl Into<String>) -> Result<Self, TextProblem> {
        let text = text.into();
        if text.trim().is_empty() {
            return Err(TextProblem::Empty);
        }
        let Some(signature) = Signature::of(&text) else {
            return Err(TextProblem::NoSignature);
        };
        if text.trim().trim_start_matches(signature.to_string().as_str()).trim().is_empty() {
            return Err(TextProblem::OnlySignature);
        }
        let characters = characters(&text, Charset::Mainland);
        if characters > Self::LONGEST {
            return Err(TextProblem::TooLong(characters));
        }
        Ok(Self(text))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Billed segments for `mobile`.
    #[must_use]
    pub fn segments(&self, mobile: Mobile) -> Segments {
        segments(&self.0, charset(&self.0, mobile.is_mainland()))
    }
}

/// How `text` travels to a mainland number, or to a foreign one.
#[must_use]
pub fn charset(text: &str, is_mainland: bool) -> Charset {
    if is_mainland {
        Charset::Mainland
    } else if text.chars().all(|c| gsm7_weight(c).is_some()) {
        Charset::Gsm7
    } else {
        Charset::Ucs2
    }
}

/// The characters of `text` as they are counted in `charset`.
#[must_use]
pub fn characters(text: &str, charset: Charset) -> u32 {
    let count: usize = match charset {
        Charset::Gsm7 => text.chars().map(|c| gsm7_weight(c).unwrap_or(1)).sum(),
        Charset::Mainland | Charset::Ucs2 => text.chars().map(char::len_utf16).sum(),
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The billed segments of `text` in `charset`; an empty text has none.
///
/// On the mainland the characters are divided by 67 (`api/yunpian-v2.md`, billing). Abroad a character of two units is
/// never cut in two: where one does not fit, the part stays one unit short (3GPP 23.040).
#[must_use]
pub fn segments(text: &str, charset: Charset) -> Segments {
    let (alone, each) = charset.capacity();
    match characters(text, charset) {
        0 => Segments(0),
        n if n <= alone => Segments(1),
        n if charset == Charset::Mainland => Segments(n.div_ceil(each)),
        _ => Segments(parts(text, charset, each)),
    }
}

fn parts(text: &str, charset: Charset, each: u32) -> u32 {
    let (mut parts, mut room) = (0, 0);
    for c in text.chars() {
        let units = if charset == Charset::Gsm7 { gsm7_weight(c).unwrap_or(1) } else { c.len_utf16() };
        let units = u32::try_from(units).unwrap_or(1);
        if units > room {
            parts += 1;
            room = each;
        }
        room -= units;
    }
    parts
}

/// Septets that a character takes in the GSM 7-bit default alphabet; `None` when it is not in it.
fn gsm7_weight(c: char) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENSION: &str = "\u{c}^{}\\[~]|€";
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENSION.contains(c) {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mainland(text: &str) -> u32 {
        segments(text, Charset::Mainland).0
    }

    #[test]
    fn seventy_characters_are_one_segment_and_each_of_several_holds_sixty_seven() {
        for (length, expected) in [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (500, 8)] {
            assert_eq!(mainland(&"字".repeat(length)), expected, "{length}");
            assert_eq!(mainland(&"a".repeat(length)), expected, "{length}");
        }
    }

    #[test]
    fn an_emoji_counts_two() {
        assert_eq!(characters("好😀", Charset::Mainland), 3);
        assert_eq!(mainland(&format!("{}😀", "字".repeat(68))), 1);
        assert_eq!(mainland(&format!("{}😀", "字".repeat(69))), 2);
    }

    #[test]
    fn a_plain_latin_text_abroad_has_160_and_one_foreign_character_makes_it_70() {
        assert_eq!(charset("Hello [x] €5", false), Charset::Gsm7);
        assert_eq!(characters("[€]", Charset::Gsm7), 6);
        assert_eq!(segments(&"a".repeat(160), Charset::Gsm7), Segments(1));
        assert_eq!(segments(&"a".repeat(161), Charset::Gsm7), Segments(2));
        assert_eq!(segments(&"a".repeat(307), Charset::Gsm7), Segments(3));
        assert_eq!(charset("【Skylark】hi", false), Charset::Ucs2);
        assert_eq!(charset("a`b", false), Charset::Ucs2);
    }

    #[test]
    fn a_character_that_takes_two_septets_is_not_cut_in_two() {
        // 152 plain, then one of two septets: it does not fit the first part of 153 any more.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        assert_eq!(characters(&text, Charset::Gsm7), 306);
        assert_eq!(segments(&text, Charset::Gsm7), Segments(3));
    }

    #[test]
    fn a_text_needs_a_signature_and_at_most_500_characters() {
        assert_eq!(SmsText::new(" \n"), Err(TextProblem::Empty));
        assert_eq!(SmsText::new("你好"), Err(TextProblem::NoSignature));
        assert_eq!(SmsText::new("【】你好"), Err(TextProblem::NoSignature));
        assert_eq!(SmsText::new("【云雀 你好"), Err(TextProblem::NoSignature));
        for alone in ["【云雀】", "【云雀】 \n", " 【云雀】"] {
            assert!(SmsText::new(alone).is_err(), "{alone:?}");
        }
        assert_eq!(SmsText::new("【云雀】"), Err(TextProblem::OnlySignature));
        assert!(SmsText::new("【云雀】.").is_ok());
        assert!(SmsText::new(format!("【云雀】{}", "字".repeat(496))).is_ok());
        assert_eq!(SmsText::new(format!("【云雀】{}", "字".repeat(497))), Err(TextProblem::TooLong(501)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_longer_text_never_has_fewer_segments(text in "[a-z€字😀\\[]{0,400}", more in "[a-z€字😀]{1,50}") {
            let longer = format!("{text}{more}");
            for charset in [Charset::Mainland, Charset::Ucs2, Charset::Gsm7] {
                prop_assert!(segments(&text, charset) <= segments(&longer, charset));
            }
            prop_assert!(segments(&text, charset(&text, false)) <= segments(&longer, charset(&longer, false)));
        }
    }
}
