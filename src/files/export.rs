//! Export: rows of [`Cell`]s into CSV or XLSX, written beside the target and renamed when all of it is on disk.
//!
//! ```text
//! create(path) ─exists?→ temporary file (0600) ─row(cells)…→ finish() ─fsync, rename, fsync of the folder→ path
//!                                └ dropped before finish(): nothing is left behind
//! ```
//! What comes from servers and files may begin like a formula (`=`, `+`, `-`, `@`, tab, CR): such a text gets a leading
//! `'`, so that no spreadsheet runs it; a number in E.164 keeps its plus.
mod atomic;
mod csv;
mod xlsx;

use std::borrow::Cow;

pub use csv::CsvExport;
pub use xlsx::XlsxExport;

use crate::sms::Mobile;

/// What may be said about an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExportOptions {
    /// Whether a file that is there may be replaced.
    pub overwrite: bool,
    /// Whether a CSV begins with a byte order mark, without which Excel takes UTF-8 for the system's encoding.
    pub bom: bool,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text, as it is; made harmless when it begins like a formula.
    Text(Cow<'a, str>),
    /// A number, always as text: bare for the mainland, E.164 for the rest.
    Phone(Mobile),
    /// A count.
    Int(i64),
    /// A time, unix milliseconds, written in China time; `i64::MIN` is not known and stays empty.
    Time(i64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_e164(text);
    if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|d| (7..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

/// Milliseconds of China time since 1970, by its own calendar.
fn china_millis(unix: i64) -> i64 {
    unix.saturating_add(8 * 3_600_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_begins_like_a_formula_gets_an_apostrophe() {
        for text in ["=1+1", "+cmd", "-1", "@SUM(A1)", "\tx", "\rx", "+86 138", "+12"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["+8613800138000", "+447911123456", "13800138000", "【云雀】", "", "a=b"] {
            assert_eq!(harmless(text), text);
        }
    }
}
