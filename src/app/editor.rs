//! Text being typed: the one place that holds a widget library's type in the state (its cursor, undo and word motions;
//! never its drawing, which would keep a scroll offset of its own).
use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui_textarea::{CursorMove, Input, TextArea};
use unicode_segmentation::GraphemeCursor;

use super::text::Widths;
use crate::sms::{is_hidden, visible_lines};

/// One step of editing a line, as readline and emacs have them: what the keymap yields while a field is typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    /// To the beginning of the line.
    Beginning,
    /// To the end of the line.
    End,
    /// One character back.
    Back,
    /// One character forward.
    Forward,
    /// One word back.
    WordBack,
    /// One word forward.
    WordForward,
    /// Delete the character before the cursor.
    Delete,
    /// Delete the character behind the cursor.
    DeleteNext,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Delete the word behind the cursor.
    DeleteNextWord,
    /// Delete to the beginning of the line.
    DeleteBeginning,
    /// Delete to the end of the line.
    DeleteEnd,
    /// Put back what was deleted.
    PutBack,
    /// Undo the last edit.
    Undo,
    /// Redo it.
    Redo,
}

/// A field of one line, or a text of several.
#[derive(Debug, Clone)]
pub struct Editor {
    area: TextArea<'static>,
    is_multi_line: bool,
    /// What was pasted last ended a line, so that what is pasted right behind it is another word.
    owes_blank: bool,
    /// The columns it is wrapped at, for moving up and down by what is seen.
    columns: usize,
    widths: Widths,
}

/// Where the rows of a text and its cursor are on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The text as it is drawn, what a terminal would obey or hide written out.
    pub text: String,
    /// Byte ranges of the rows in it.
    pub rows: Vec<Range<usize>>,
    /// The cursor's row.
    pub row: usize,
    /// The cursor's column, in cells.
    pub column: usize,
}

impl Editor {
    /// A field of one line that holds `text`, the cursor behind it. A newline that is typed or pasted becomes a blank.
    #[must_use]
    pub fn line(text: &str) -> Self {
        Self::new(text, false)
    }

    /// A text of several lines, the cursor behind it.
    #[must_use]
    pub fn lines(text: &str) -> Self {
        Self::new(text, true)
    }

    fn new(text: &str, is_multi_line: bool) -> Self {
        let area = TextArea::default();
        let mut editor = Self { area, is_multi_line, owes_blank: false, columns: 60, widths: Widths::default() };
        editor.set(text);
        editor
    }

    /// Whether Enter, Up and Down are its own.
    #[must_use]
    pub const fn is_multi_line(&self) -> bool {
        self.is_multi_line
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Replaces everything; the cursor goes behind it, and what was there can't be undone back.
    pub fn set(&mut self, text: &str) {
        self.owes_blank = false;
        let text = self.admitted(text);
        self.area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// The columns it is shown in; `update` sets them, so that moving up and down needs no drawing.
    pub fn fit(&mut self, columns: usize, widths: Widths) {
        (self.columns, self.widths) = (columns.max(2), widths);
    }

    /// Inserts a text at the cursor. A list comes in pieces where the terminal brackets no paste, and may be pasted in
    /// several: in a field of one line, what ended a line stays a word of its own.
    pub fn paste(&mut self, text: &str) {
        let admitted = self.admitted(text);
        if std::mem::take(&mut self.owes_blank) && !admitted.starts_with(' ') {
            self.area.insert_str(" ");
        }
        self.owes_blank = !self.is_multi_line && text.ends_with(['\n', '\r']);
        self.area.insert_str(admitted);
    }

    /// Newlines in one spelling; none at all in a field of one line. Tabs become blanks.
    fn admitted(&self, text: &str) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        if self.is_multi_line { text } else { text.trim_end_matches('\n').replace('\n', " ") }
    }

    /// Takes a key that means nothing else: a character, or Enter in a text of several lines. Says whether the text
    /// changed.
    pub fn press(&mut self, key: KeyEvent) -> bool {
        self.owes_blank = false;
        match key.code {
            KeyCode::Char(_) if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => false,
            KeyCode::Char(_) => self.area.input_without_shortcuts(Input::from(key)),
            KeyCode::Enter if self.is_multi_line => {
                self.area.insert_newline();
                true
            }
            _ => false,
        }
    }

    /// One step of line editing; says whether the text changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        self.owes_blank = false;
        let motion = match edit {
            Edit::Beginning => CursorMove::Head,
            Edit::End => CursorMove::End,
            Edit::WordBack => CursorMove::WordBack,
            Edit::WordForward => CursorMove::WordForward,
            Edit::Back => return self.step(CursorMove::Back),
            Edit::Forward => return self.step(CursorMove::Forward),
            Edit::Delete => return self.delete(CursorMove::Back),
            Edit::DeleteNext => return self.delete(CursorMove::Forward),
            Edit::DeleteWord => return self.area.delete_word(),
            Edit::DeleteNextWord => return self.area.delete_next_word(),
            Edit::DeleteBeginning => return self.area.delete_line_by_head(),
            Edit::DeleteEnd => return self.area.delete_line_by_end(),
            Edit::PutBack => return self.area.paste(),
            Edit::Undo => return self.area.undo(),
            Edit::Redo => return self.area.redo(),
        };
        self.area.move_cursor(motion);
        false
    }

    /// One character further, as it is seen: never into the middle of one that is drawn as a whole.
    fn step(&mut self, motion: CursorMove) -> bool {
        loop {
            let before = self.area.cursor();
            self.area.move_cursor(motion);
            if self.area.cursor() == before || self.is_between() {
                return false;
            }
        }
    }

    /// Deletes the character, as it is seen, that a step in this direction goes over.
    fn delete(&mut self, over: CursorMove) -> bool {
        let from = self.area.cursor();
        self.step(over);
        let to = self.area.cursor();
        if to > from {
            self.step(CursorMove::Back);
        }
        let count = if from.0 == to.0 { from.1.abs_diff(to.1) } else { 1 };
        count > 0 && self.area.delete_str(count)
    }

    /// Whether the cursor stands between two characters, as they are seen. What is written out stands alone.
    fn is_between(&self) -> bool {
        let at = self.area.cursor();
        let Some(line) = self.area.lines().get(at.0) else { return true };
        let byte = line.char_indices().nth(at.1).map_or(line.len(), |(byte, _)| byte);
        let is_alone = |c: Option<char>| c.is_none_or(is_hidden);
        is_alone(line[..byte].chars().next_back())
            || is_alone(line[byte..].chars().next())
            || GraphemeCursor::new(byte, line.len(), true).is_boundary(line, 0).unwrap_or(true)
    }

    /// The cursor's place in [`Editor::text`], in bytes.
    #[must_use]
    pub fn cursor(&self) -> usize {
        let at = self.area.cursor();
        let lines = self.area.lines();
        let before: usize = lines.iter().take(at.0).map(|line| line.len() + 1).sum();
        let line = lines.get(at.0).map_or("", String::as_str);
        before + line.char_indices().nth(at.1).map_or(line.len(), |(byte, _)| byte)
    }

    /// Puts the cursor at a byte of [`Editor::text`].
    pub fn move_to(&mut self, byte: usize) {
        let mut rest = byte;
        for (row, line) in self.area.lines().iter().enumerate() {
            if rest <= line.len() {
                let column = line.char_indices().take_while(|(at, _)| *at < rest).count();
                let (row, column) = (u16::try_from(row), u16::try_from(column));
                if let (Ok(row), Ok(column)) = (row, column) {
                    self.area.move_cursor(CursorMove::Jump(row, column));
                }
                return;
            }
            rest -= line.len() + 1;
        }
    }

    /// The rows of the text in `columns`, and where the cursor is among them.
    #[must_use]
    pub fn rows(&self, columns: usize, widths: Widths) -> Wrapped {
        let typed = self.text();
        let cursor = visible_lines(&typed[..self.cursor()]).len();
        let text = visible_lines(&typed).into_owned();
        // A column is kept for the cursor behind the last character.
        let mut rows = widths.wrap(&text, columns.saturating_sub(1).max(2));
        let row = rows.iter().rposition(|row| row.start <= cursor).unwrap_or_default();
        let range = rows.get(row).cloned().unwrap_or_default();
        let column = widths.of(&text[range.start..cursor.clamp(range.start, range.end)]);
        if rows.is_empty() {
            rows.push(0..0);
        }
        Wrapped { text, rows, row, column }
    }

    /// So many rows up or down, in the same column, in a text of several lines.
    pub fn move_rows(&mut self, by: isize) {
        self.owes_blank = false;
        if !self.is_multi_line {
            return;
        }
        let shown = self.rows(self.columns, self.widths);
        if let Some(range) = shown.row.checked_add_signed(by).and_then(|row| shown.rows.get(row)) {
            let drawn = range.start + self.widths.prefix(&shown.text[range.clone()], shown.column);
            self.move_to(typed_at(&self.text(), &shown.text, drawn));
        }
    }
}

/// The byte of a text that is drawn at byte `drawn` of it as it is shown.
fn typed_at(typed: &str, shown: &str, drawn: usize) -> usize {
    if typed.len() == shown.len() {
        return drawn;
    }
    let places: Vec<usize> = typed.char_indices().map(|(at, _)| at).chain([typed.len()]).collect();
    let behind = places.partition_point(|at| visible_lines(&typed[..*at]).len() <= drawn);
    places[behind.saturating_sub(1)]
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        self.area.lines() == other.area.lines() && self.cursor() == other.cursor()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(editor: &mut Editor, code: KeyCode) {
        editor.press(KeyEvent::new(code, KeyModifiers::NONE));
    }

    #[test]
    fn a_field_of_one_line_has_no_newline_whatever_is_pasted() {
        let mut field = Editor::line("");
        field.paste("13800138000\r\n13900139000\n");
        assert_eq!(field.text(), "13800138000 13900139000");
        press(&mut field, KeyCode::Enter);
        assert_eq!(field.text(), "13800138000 13900139000");
    }

    #[test]
    fn what_is_pasted_in_pieces_never_joins_two_lines() {
        let mut field = Editor::line("");
        for piece in ["13800138000\n", "1390013", "9000\r", "\n13700137000", "\n", "13600136000\n"] {
            field.paste(piece);
        }
        let words: Vec<String> = field.text().split_whitespace().map(str::to_owned).collect();
        assert_eq!(words, ["13800138000", "13900139000", "13700137000", "13600136000"]);
        assert!(!field.text().ends_with(' '), "an address or a key has no blank behind it");
        field.edit(Edit::Delete);
        field.paste("1");
        assert!(field.text().ends_with("13600136001"), "what was edited since is no end of a line");
    }

    #[test]
    fn the_cursor_moves_by_what_is_seen() {
        let mut text = Editor::lines("【云雀】您好您好\nabc");
        text.fit(9, Widths::default());
        assert_eq!(text.rows(9, Widths::default()).row, 2);
        text.move_rows(-1);
        text.move_rows(-1);
        let shown = text.rows(9, Widths::default());
        assert_eq!((shown.row, shown.column), (0, 2));
        text.press(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::NONE));
        assert_eq!(text.text(), "【x云雀】您好您好\nabc");
    }

    #[test]
    fn the_cursor_stands_where_the_text_is_drawn_and_never_inside_a_character() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let mut text = Editor::lines(&format!("{family} e\u{301}"));
        let column = |text: &Editor| text.rows(60, Widths::default()).column;
        // Each joiner is written out as eight cells: 2 + 8 + 2 + 8 + 2, a blank, one letter.
        assert_eq!(column(&text), 24);
        text.edit(Edit::Back);
        assert_eq!(column(&text), 23, "an accent belongs to its letter");
        for expected in [22, 20, 12, 10, 2, 0] {
            text.edit(Edit::Back);
            assert_eq!(column(&text), expected);
        }
        text.edit(Edit::End);
        text.edit(Edit::Delete);
        assert_eq!(text.text(), format!("{family} "));
        let mut lines = Editor::lines(&format!("{family}\nabcdefghijklmnop"));
        lines.fit(60, Widths::default());
        lines.move_rows(-1);
        assert_eq!(
            (column(&lines), lines.cursor()),
            (12, "👨\u{200d}👩".len()),
            "to what stands above, not to its bytes"
        );
    }

    #[test]
    fn emacs_line_editing_works() {
        let mut field = Editor::line("one two");
        field.edit(Edit::DeleteWord);
        assert_eq!(field.text(), "one ");
        field.edit(Edit::DeleteBeginning);
        assert!(field.is_empty());
        assert!(field.edit(Edit::Undo));
        assert_eq!(field.text(), "one ");
        field.press(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
        assert_eq!(field.text(), "one ", "a chord that means nothing is no text");
    }
}
