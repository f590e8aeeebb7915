//! Every word an operator reads, in English and Simplified Chinese.
//!
//! The texts live in `assets/locales/`; `build.rs` turns each key into a method of [`Lang`], so a missing key or a
//! wrong argument does not compile and an unused one is dead code. This was chosen over Fluent because every use
//! is then an ordinary, typed function call: no loader, no parsing at start, no fallback at run time.
//!
//! ```text
//! assets/locales/en/links.toml      made = "Link made: {link}."
//! assets/locales/zh-CN/links.toml   made = "已生成短链：{link}。"
//!                                   lang.links_made(&link) -> String
//! ```
pub mod check;
pub mod doubt;
pub mod reason;
pub mod state;
pub mod take_over;

use std::fmt;

/// A language of the screen, the command line and the errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

impl Lang {
    /// The language that a tag such as `zh_CN.UTF-8`, `zh-CN` or `en` asks for; `None` when it asks for neither.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        match tag.split(['_', '-', '.', '@']).next() {
            Some("zh") => Some(Self::ZhCn),
            Some("en" | "c" | "posix") => Some(Self::En),
            _ => None,
        }
    }

    /// The tag of this language, as `--lang` and the config write it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The other language: what the `L` key switches to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::ZhCn,
            Self::ZhCn => Self::En,
        }
    }

    /// A text of the command line, found by its English form; `None` for a text that the table does not hold.
    #[must_use]
    pub fn of_command_line(self, english: &str) -> Option<&'static str> {
        let row = COMMAND_LINE.binary_search_by_key(&english, |(english, _)| english).ok()?;
        let (english, chinese) = COMMAND_LINE[row];
        Some(match self {
            Self::En => english,
            Self::ZhCn => chinese,
        })
    }

    /// A sentence that ends with somebody else's words, with its full stop; words that bring a mark of their own keep it.
    #[must_use]
    pub fn closed(self, mut sentence: String) -> String {
        sentence.truncate(sentence.trim_end().len());
        if !sentence.ends_with(['.', '!', '?', '…', '。', '！', '？']) {
            sentence.push_str(self.problem_full_stop());
        }
        sentence
    }
}

/// A count in groups of three: `12,312`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouped(pub u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&grouped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_shown_in_groups_of_three() {
        let shown: Vec<String> = [0, 7, 999, 1000, 12_312, 1_000_000].map(|n| Grouped(n).to_string()).to_vec();
        assert_eq!(shown, ["0", "7", "999", "1,000", "12,312", "1,000,000"]);
    }

    #[test]
    fn a_locale_names_its_language() {
        assert_eq!(Lang::from_tag("zh_CN.UTF-8"), Some(Lang::ZhCn));
        assert_eq!(Lang::from_tag("en_US.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::from_tag("C.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr_FR"), None);
    }
}
