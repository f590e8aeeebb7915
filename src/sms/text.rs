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
        if Signature::of(&text).is_none() {
            return Err(TextProblem::NoSignature);
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
#[must_use]
pub fn segments(text: &str, charset: Charset) -> Segments {
    let (alone, each) = charset.capacity();
    match characters(text, charset) {
        0 => Segments(0),
        n if n <= alone => Segments(1),
        n => Segments(n.div_ceil(each)),
    }
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
