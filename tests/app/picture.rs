//! A buffer as text, walked by width: the library's own `TestBackend` shows stale cells under wide characters.
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;
use yunque::app::{App, Now, Theme, view};

/// One frame, and where the terminal's own cursor is.
pub fn frame(app: &App, now: Now, theme: &Theme, width: u16, height: u16) -> (Buffer, Option<Position>) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a backend in memory");
    let mut shown = None;
    let drawn = terminal.draw(|frame| view::draw(app, now, theme, frame)).expect("a backend in memory").buffer.clone();
    if terminal.backend().cursor_visible() {
        shown = terminal.get_cursor_position().ok();
    }
    (drawn, shown)
}

/// The rows as a reader sees them, blanks at the end of a row left out; `_` is the terminal's cursor on a blank.
pub fn text(buffer: &Buffer, cursor: Option<Position>) -> String {
    rows(buffer, |cell, at| match cursor {
        Some(position) if position == at && cell.symbol() == " " => "_".to_owned(),
        _ => cell.symbol().to_owned(),
    })
}

/// Where styles are: a letter for each cell: `a`ccent, `w`aits, `f`ailed, `d`one, bold `B`, dim `.`, reversed `R`.
pub fn styles(buffer: &Buffer) -> String {
    rows(buffer, |cell, _| {
        let letter = match (cell.fg, cell.modifier) {
            (_, m) if m.contains(Modifier::REVERSED) => "R",
            (Color::Cyan, _) => "a",
            (Color::Yellow, _) => "w",
            (Color::Red, _) => "f",
            (Color::Green, _) => "d",
            (_, m) if m.contains(Modifier::BOLD) && cell.symbol() != " " => "B",
            (_, m) if m.contains(Modifier::DIM) && cell.symbol() != " " => ".",
            _ => " ",
        };
        letter.repeat(cell.symbol().width().max(1))
    })
}

fn rows(buffer: &Buffer, shown: impl Fn(&Cell, Position) -> String) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut row = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            row.push_str(&shown(cell, Position::new(x, y)));
            x += u16::try_from(cell.symbol().width()).expect("a cell").max(1);
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}
