//! The pen that every view draws with: it measures by width, makes untrusted text harmless, and never leaves its area.
use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::app::editor::Editor;
use crate::app::keymap::Keymap;
use crate::app::text::Widths;
use crate::app::theme::Theme;
use crate::app::when::When;
use crate::sms::{visible, visible_lines};
use crate::words::Lang;

/// A part of the screen to draw on. Coordinates count from its left upper corner; what does not fit is cut off.
pub struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) area: Rect,
    pub(super) cursor: &'a mut Option<(u16, u16)>,
    /// The look.
    pub theme: &'a Theme,
    /// The language.
    pub lang: Lang,
    /// The live keymap: texts name its keys.
    pub keymap: &'a Keymap,
    /// How wide this terminal draws things.
    pub widths: Widths,
    /// How times are said.
    pub when: When<'a>,
}

impl Canvas<'_> {
    /// The column where data begin; the cursor `›` stands to the left of it.
    pub const LEFT: u16 = 2;

    /// Its columns.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.area.width
    }

    /// Its rows.
    #[must_use]
    pub const fn height(&self) -> u16 {
        self.area.height
    }

    /// The column behind the last one that data may stand in.
    #[must_use]
    pub const fn right(&self) -> u16 {
        self.area.width.saturating_sub(2)
    }

    /// A part of it: `rows` rows from `y` on.
    #[must_use]
    pub fn rows(&mut self, y: u16, rows: u16) -> Canvas<'_> {
        let y = y.min(self.area.height);
        let height = rows.min(self.area.height - y);
        let area = Rect::new(self.area.x, self.area.y + y, self.area.width, height);
        Canvas { buffer: self.buffer, area, cursor: self.cursor, when: self.when.clone(), ..*self }
    }

    /// Draws a text of one line from `x` to at most the right edge; gives the column behind it.
    pub fn put(&mut self, x: u16, y: u16, text: impl AsRef<str>, style: Style) -> u16 {
        self.put_within(x, y, self.width().saturating_sub(x), text, style)
    }

    /// Draws a text of one line into at most `cells` cells; a text that is longer ends in `~`.
    pub fn put_within(&mut self, x: u16, y: u16, cells: u16, text: impl AsRef<str>, style: Style) -> u16 {
        let cells = cells.min(self.width().saturating_sub(x));
        if y >= self.height() || cells == 0 {
            return x;
        }
        let text = self.keymap.spell(text.as_ref());
        let text = visible(&text);
        let mut at = x;
        for grapheme in self.widths.fit(&text, usize::from(cells)).graphemes(true) {
            at = self.cell(at, y, grapheme, style);
        }
        at
    }

    fn cell(&mut self, x: u16, y: u16, grapheme: &str, style: Style) -> u16 {
        let width = u16::try_from(self.widths.of(grapheme)).unwrap_or(1);
        if width == 0 || x + width > self.width() {
            return x;
        }
        let (column, row) = (self.area.x + x, self.area.y + y);
        for (i, column) in (column..column + width).enumerate() {
            let Some(cell) = self.buffer.cell_mut((column, row)) else { continue };
            cell.reset();
            cell.set_style(style);
            if i == 0 {
                cell.set_symbol(grapheme);
                // The terminal draws it wider than the library thinks.
                if usize::from(width) != Widths::default().of(grapheme)
                    && let Some(width) = NonZeroU16::new(width)
                {
                    cell.set_diff_option(CellDiffOption::ForcedWidth(width));
                }
            }
        }
        x + width
    }

    /// Draws a text that ends before column `end`: figures, and what qualifies a value. Gives the column it begins at.
    pub fn put_right(&mut self, end: u16, y: u16, text: impl AsRef<str>, style: Style) -> u16 {
        let text = self.keymap.spell(text.as_ref());
        let text = visible(&text);
        let width = u16::try_from(self.widths.of(&text)).unwrap_or(u16::MAX);
        let x = end.saturating_sub(width);
        self.put_within(x, y, end.saturating_sub(x), &*text, style);
        x
    }

    /// Draws a text of several lines, wrapped into `cells` columns and at most `rows` rows; gives the rows it took.
    pub fn paragraph(&mut self, x: u16, y: u16, cells: u16, rows: u16, text: &str, style: Style) -> u16 {
        let text = self.keymap.spell(text);
        let text = visible_lines(&text);
        let mut row = 0;
        for range in self.widths.wrap(&text, usize::from(cells)).into_iter().take(usize::from(rows)) {
            self.put_within(x, y + row, cells, text[range].trim_end_matches(' '), style);
            row += 1;
        }
        row
    }

    /// Makes rows blank again.
    pub fn clear(&mut self, y: u16, rows: u16) {
        let blank = " ".repeat(usize::from(self.width()));
        for row in y..y.saturating_add(rows) {
            self.put(0, row, &blank, Style::reset());
        }
    }

    /// The sign before what is selected.
    pub fn cursor_sign(&mut self, y: u16) {
        self.put(0, y, self.theme.cursor(), self.theme.accent);
    }

    /// A field of one line in `cells` columns; the terminal's own cursor stands in it when it `is_active`, which is
    /// where an input method composes.
    pub fn field(&mut self, x: u16, y: u16, cells: u16, editor: &Editor, is_active: bool) {
        let text = editor.text();
        let (before, behind) = text.split_at(editor.cursor());
        let (before, behind) = (visible(before), visible(behind));
        let room = usize::from(cells.saturating_sub(1));
        let start = if is_active { self.widths.suffix(&before, room) } else { 0 };
        let end = self.put_within(x, y, cells.saturating_sub(1), &before[start..], Style::new());
        self.put_within(end, y, (x + cells).saturating_sub(end), &*behind, Style::new());
        if is_active {
            self.place_cursor(end, y);
        }
    }

    /// The filter above a list, and at the right edge how many of all it leaves: nobody shall think the others lost.
    pub fn filter(&mut self, y: u16, end: u16, typed: &Editor, is_active: bool, shown: u64, all: u64) {
        let x = self.put(Self::LEFT, y, "/", self.theme.accent) + 1;
        let count = self.lang.app_filtered(shown, all);
        let end =
            if typed.is_empty() { end } else { self.put_right(end, y, count, self.theme.waits).saturating_sub(2) };
        self.field(x, y, end.saturating_sub(x), typed, is_active);
    }

    /// An empty list says what it is for and what to do.
    pub fn lesson(&mut self, y: u16, what: &str, how: &str) {
        let cells = self.right().saturating_sub(Self::LEFT);
        self.put(Self::LEFT, y, what, self.theme.strong);
        self.paragraph(Self::LEFT, y + 2, cells, 4, how, self.theme.dim);
    }

    /// A text of several lines in `cells` columns and `rows` rows, scrolled so that the cursor is seen; gives the rows
    /// it took.
    pub fn text_area(&mut self, x: u16, y: u16, cells: u16, rows: u16, editor: &Editor, is_active: bool) -> u16 {
        let shown = editor.rows(usize::from(cells), self.widths);
        let height = usize::from(rows);
        let first = if is_active { (shown.row + 1).saturating_sub(height) } else { 0 };
        let mut row = 0;
        for range in shown.rows.iter().skip(first).take(height) {
            self.put_within(x, y + row, cells, &shown.text[range.clone()], Style::new());
            row += 1;
        }
        if is_active && height > 0 {
            let row = u16::try_from(shown.row - first).unwrap_or_default();
            let column = u16::try_from(shown.column).unwrap_or_default();
            self.place_cursor(x + column.min(cells.saturating_sub(1)), y + row);
        }
        row
    }

    fn place_cursor(&mut self, x: u16, y: u16) {
        if x < self.width() && y < self.height() {
            *self.cursor = Some((self.area.x + x, self.area.y + y));
        }
    }
}
