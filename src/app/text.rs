//! Texts measured in cells: fitted, padded and wrapped without ever splitting a wide character.
//!
//! Everything that is measured here was made harmless first ([`crate::sms::visible`]), so no character is invisible.
use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How wide this terminal draws things: characters of ambiguous width (`·`, `…`, `—`) take one cell or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Widths {
    /// They take two.
    pub is_ambiguous_wide: bool,
}

impl Widths {
    /// The cells that `text` takes.
    #[must_use]
    pub fn of(self, text: &str) -> usize {
        if text.is_ascii() {
            return text.len();
        }
        if self.is_ambiguous_wide { UnicodeWidthStr::width_cjk(text) } else { UnicodeWidthStr::width(text) }
    }

    /// The beginning of `text` that fits into `cells`; what was cut shows as a `~` at the end.
    #[must_use]
    pub fn fit(self, text: &str, cells: usize) -> Cow<'_, str> {
        if self.of(text) <= cells {
            return Cow::Borrowed(text);
        }
        let Some(room) = cells.checked_sub(1) else { return Cow::Borrowed("") };
        Cow::Owned(format!("{}~", &text[..self.prefix(text, room)]))
    }

    /// `text` fitted and filled up with blanks to exactly `cells`.
    #[must_use]
    pub fn pad(self, text: &str, cells: usize) -> String {
        let fitted = self.fit(text, cells);
        let blanks = cells.saturating_sub(self.of(&fitted));
        format!("{fitted}{}", " ".repeat(blanks))
    }

    /// The longest prefix, in bytes, that takes at most `cells`.
    #[must_use]
    pub fn prefix(self, text: &str, cells: usize) -> usize {
        let mut used = 0;
        for (at, grapheme) in text.grapheme_indices(true) {
            used += self.of(grapheme);
            if used > cells {
                return at;
            }
        }
        text.len()
    }

    /// The shortest suffix start, in bytes, from which the rest takes at most `cells`.
    #[must_use]
    pub fn suffix(self, text: &str, cells: usize) -> usize {
        let mut used = 0;
        for (at, grapheme) in text.grapheme_indices(true).rev() {
            used += self.of(grapheme);
            if used > cells {
                return at + grapheme.len();
            }
        }
        0
    }

    /// The rows that `text` takes in `cells` columns, as byte ranges. Breaks after blanks and between wide characters;
    /// a word longer than a row is broken where the row ends. Newlines end a row and belong to none.
    #[must_use]
    pub fn wrap(self, text: &str, cells: usize) -> Vec<Range<usize>> {
        let cells = cells.max(2);
        let mut rows = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            self.wrap_line(line, start, cells, &mut rows);
            start += line.len() + 1;
        }
        rows
    }

    fn wrap_line(self, line: &str, offset: usize, cells: usize, rows: &mut Vec<Range<usize>>) {
        let (mut row, mut used) = (0, 0);
        // Whether a row may end behind the character before this one, or may not.
        let (mut may_end, mut may_not_end) = (false, false);
        // The last place in this row where a break is welcome, and the cells used up to it.
        let mut welcome: Option<(usize, usize)> = None;
        for (at, grapheme) in line.grapheme_indices(true) {
            let width = self.of(grapheme);
            if (width > 1 || may_end) && !may_not_end && at > row && !begins_no_row(grapheme) {
                welcome = Some((at, used));
            }
            while used > 0 && used + width > cells && grapheme != " " {
                let (cut, before) = welcome.filter(|(cut, _)| *cut > row).unwrap_or((at, used));
                rows.push(offset + row..offset + cut);
                (row, used) = (cut, used - before);
                welcome = None;
            }
            used += width;
            may_end = grapheme == " " || width > 1;
            may_not_end = ends_no_row(grapheme);
        }
        rows.push(offset + row..offset + line.len());
    }
}

/// Punctuation that belongs to the word before it.
fn begins_no_row(grapheme: &str) -> bool {
    grapheme.starts_with(['，', '。', '、', '；', '：', '？', '！', '）', '】', '》', '”', '’', ' '])
}

/// Brackets that belong to the word behind them.
fn ends_no_row(grapheme: &str) -> bool {
    grapheme.starts_with(['（', '【', '《', '“', '‘'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NARROW: Widths = Widths { is_ambiguous_wide: false };

    #[test]
    fn a_wide_character_is_never_split() {
        assert_eq!(NARROW.fit("双12会员", 6), "双12~");
        assert_eq!(NARROW.pad("双12会员", 4), "双1~");
        assert_eq!(NARROW.pad("双双", 4), "双双");
        assert_eq!(NARROW.pad("双", 4), "双  ");
        assert_eq!(NARROW.fit("双", 0), "");
    }

    #[test]
    fn ambiguous_characters_take_what_the_terminal_gives_them() {
        assert_eq!(NARROW.of("a·b"), 3);
        assert_eq!(Widths { is_ambiguous_wide: true }.of("a·b"), 4);
    }

    #[test]
    fn words_stay_whole_and_chinese_breaks_anywhere() {
        let shown = |text: &str, cells| -> Vec<String> {
            NARROW.wrap(text, cells).into_iter().map(|row| text[row].to_owned()).collect()
        };
        assert_eq!(shown("one two three", 8), ["one two ", "three"]);
        assert_eq!(shown("点击dx5.cn/D1vipQ查看", 13), ["点击", "dx5.cn/D1vipQ", "查看"]);
        assert_eq!(shown("abcdefgh", 4), ["abcd", "efgh"]);
        assert_eq!(shown("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(shown("签名，模板，短链", 10), ["签名，模", "板，短链"]);
        assert_eq!(shown("您好【云雀】", 6), ["您好", "【云", "雀】"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn wrapping_loses_nothing_and_no_row_is_too_wide(text in "[a-z 双点·\n]{0,60}", cells in 2_usize..20) {
            let rows = NARROW.wrap(&text, cells);
            let joined: String = rows.iter().map(|row| &text[row.clone()]).collect();
            prop_assert_eq!(joined, text.replace('\n', ""));
            for row in rows {
                prop_assert!(NARROW.of(text[row].trim_end_matches(' ')) <= cells);
            }
        }

        #[test]
        fn a_padded_text_is_exactly_as_wide_as_asked(text in "[a-z双点·]{0,30}", cells in 0_usize..30) {
            prop_assert_eq!(NARROW.of(&NARROW.pad(&text, cells)), cells);
        }
    }
}
