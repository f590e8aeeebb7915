//! Untrusted text made harmless to look at: what a terminal would obey or hide is written out instead.
//!
//! What a server or a file says is data (`design.md`, invariant 10). ESC and the C1 range could drive the terminal,
//! bidi overrides show a text in another order than it is sent, zero-width characters hide in it (and are billed).
//! Each becomes plain ASCII, `<1B>` or `<U+202E>`, so that widths are never in doubt.
use std::borrow::Cow;
use std::fmt::Write as _;

/// A text for one line: every control, bidi and invisible character is written out, newlines (`<0A>`) and tabs
/// (`<09>`) too. Borrows what needs no change. Doing it twice changes nothing more.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    written_out(text, false)
}

/// The same for a text of several lines: newlines stay, `\r\n` becomes one, everything else is written out.
#[must_use]
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    written_out(text, true)
}

fn written_out(text: &str, keeps_newlines: bool) -> Cow<'_, str> {
    // Most texts are harmless; printable ASCII, the commonest of them, is recognised without decoding.
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out: Option<String> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_harmless = match c {
            '\n' => keeps_newlines,
            '\u{fe0e}' | '\u{fe0f}' => picks_presentation_of(before),
            c => !is_hidden(c),
        };
        if is_harmless {
            if let Some(out) = &mut out {
                out.push(c);
            }
        } else {
            let out = out.get_or_insert_with(|| text[..at].to_owned());
            if !(keeps_newlines && c == '\r' && text[at + 1..].starts_with('\n')) {
                write_out(out, c);
            }
        }
        before = c;
    }
    out.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn write_out(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = if u32::from(c) < 0x100 {
        write!(out, "<{:02X}>", u32::from(c))
    } else {
        write!(out, "<U+{:04X}>", u32::from(c))
    };
}

/// A variation selector directly after a symbol chooses its text or emoji form (`❤️`); anywhere else it only hides.
fn picks_presentation_of(before: char) -> bool {
    !before.is_alphabetic()
        && !before.is_whitespace()
        && !is_hidden(before)
        && !matches!(before, '\u{fe0e}' | '\u{fe0f}')
}

/// Characters that a terminal obeys, or that take no place on the screen (Unicode's Default_Ignorable_Code_Point and
/// the format and separator categories).
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}'
        | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_escape_sequence_is_written_out() {
        assert_eq!(visible("1\u{1b}[31m3"), "1<1B>[31m3");
        assert_eq!(visible("a\u{9b}2Jb\u{7f}"), "a<9B>2Jb<7F>");
        assert_eq!(visible("\0\t\r\n"), "<00><09><0D><0A>");
    }

    #[test]
    fn bidi_and_zero_width_characters_are_written_out() {
        assert_eq!(visible("abc\u{202e}fdp"), "abc<U+202E>fdp");
        assert_eq!(visible("138\u{200b}0013\u{2066}8000\u{feff}"), "138<U+200B>0013<U+2066>8000<U+FEFF>");
        assert_eq!(visible("a\u{e0041}"), "a<U+E0041>");
    }

    #[test]
    fn newlines_stay_only_where_lines_are_wanted() {
        assert_eq!(visible("一\n二"), "一<0A>二");
        assert_eq!(visible_lines("一\r\n二\r三\n\u{1b}"), "一\n二<0D>三\n<1B>");
    }

    #[test]
    fn an_emoji_keeps_its_presentation_and_a_lone_selector_is_written_out() {
        assert!(matches!(visible("【云雀】❤\u{fe0f} ok"), Cow::Borrowed(_)));
        assert_eq!(visible("a\u{fe0f}b"), "a<U+FE0F>b");
        assert_eq!(visible("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}<U+FE0F>");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn nothing_hidden_is_left_and_a_second_pass_changes_nothing(text in any::<String>()) {
            let once = visible(&text).into_owned();
            prop_assert!(!once.chars().any(is_hidden));
            prop_assert_eq!(visible(&once).into_owned(), once.clone());
            let lines = visible_lines(&text).into_owned();
            prop_assert!(!lines.chars().any(|c| c != '\n' && is_hidden(c)));
        }
    }
}
