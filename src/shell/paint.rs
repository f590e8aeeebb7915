//! Turns changed cells into bytes: as few as possible, none when nothing changed.
//!
//! It takes the place of ratatui's crossterm backend for three reasons: the sixteen colours go out as the short codes
//! that every terminal knows (`36`, not `38;5;6`), a wide glyph is not followed by a cursor move, and the cursor is
//! shown, hidden and moved only when that changes something, so a refresh that brings nothing writes nothing.
use std::io::{self, Write as _};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// Where the bytes of one frame are put together.
#[derive(Debug)]
pub(super) struct Paint {
    bytes: Vec<u8>,
    size: Size,
    /// Where the terminal's cursor stands, as far as we know.
    at: Option<Position>,
    is_cursor_shown: bool,
    pen: Pen,
}

/// The attributes that the terminal writes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

impl Paint {
    /// A painter for a fresh alternate screen with a hidden cursor.
    pub(super) const fn new(size: Size) -> Self {
        Self { bytes: Vec::new(), size, at: None, is_cursor_shown: false, pen: PLAIN }
    }

    /// The terminal was taken over (again): a fresh alternate screen with a hidden cursor.
    pub(super) fn begin(&mut self) {
        (self.at, self.is_cursor_shown, self.pen) = (None, false, PLAIN);
        self.bytes.clear();
    }

    /// The terminal has a new size.
    pub(super) const fn resize(&mut self, size: Size) {
        self.size = size;
        self.at = None;
    }

    /// The frame's bytes; none when the frame changed nothing.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn go(&mut self, to: Position) {
        if self.at == Some(to) {
            return;
        }
        let _ = match self.at {
            Some(at) if at.y == to.y && to.x > at.x => write!(self.bytes, "\x1b[{}C", to.x - at.x),
            _ => write!(self.bytes, "\x1b[{};{}H", to.y + 1, to.x + 1),
        };
        self.at = Some(to);
    }

    fn take_pen(&mut self, pen: Pen) {
        if self.pen == pen {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        let mut held = self.pen;
        if pen == PLAIN || !(held.modifier - pen.modifier).is_empty() {
            codes.push("0".into());
            held = PLAIN;
        }
        codes.extend(modifier_codes(pen.modifier - held.modifier).map(str::to_owned));
        if pen.fg != held.fg {
            codes.push(colour(pen.fg, 30));
        }
        if pen.bg != held.bg {
            codes.push(colour(pen.bg, 40));
        }
        let codes = if codes == ["0"] { String::new() } else { codes.join(";") };
        let _ = write!(self.bytes, "\x1b[{codes}m");
        self.pen = pen;
    }
}

fn modifier_codes(modifier: Modifier) -> impl Iterator<Item = &'static str> {
    [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
    ]
    .into_iter()
    .filter_map(move |(one, code)| modifier.contains(one).then_some(code))
}

/// The SGR code of a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let basic = |n: u8| (base + n).to_string();
    let bright = |n: u8| (base + 60 + n).to_string();
    match colour {
        Color::Reset => basic(9),
        Color::Black => basic(0),
        Color::Red => basic(1),
        Color::Green => basic(2),
        Color::Yellow => basic(3),
        Color::Blue => basic(4),
        Color::Magenta => basic(5),
        Color::Cyan => basic(6),
        Color::Gray => basic(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

impl Backend for Paint {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.go(Position { x, y });
            self.take_pen(Pen { fg: cell.fg, bg: cell.bg, modifier: cell.modifier });
            self.bytes.write_all(cell.symbol().as_bytes())?;
            let width = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
            // In the last column terminals differ in where the cursor stands now.
            self.at = (x + width < self.size.width).then_some(Position { x: x + width, y });
        }
        self.take_pen(PLAIN);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_cursor_shown) {
            self.bytes.write_all(b"\x1b[?25l")?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_cursor_shown, true) {
            self.bytes.write_all(b"\x1b[?25h")?;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // No terminal is ever asked: over a slow link the answer could come as a key.
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.go(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.pen = PLAIN;
        self.at = None;
        self.bytes.write_all(b"\x1b[m\x1b[2J")
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::style::{Style, Stylize as _};
    use ratatui::text::Line;

    use super::*;

    fn frame(terminal: &mut Terminal<Paint>, lines: &[Line<'static>]) -> String {
        terminal
            .draw(|frame| {
                for (y, line) in (0..).zip(lines) {
                    frame.buffer_mut().set_line(0, y, line, 20);
                }
            })
            .unwrap();
        String::from_utf8(terminal.backend_mut().take()).unwrap()
    }

    fn terminal() -> Terminal<Paint> {
        Terminal::new(Paint::new(Size::new(20, 3))).unwrap()
    }

    #[test]
    fn a_frame_that_changes_nothing_has_no_bytes() {
        let mut terminal = terminal();
        let lines = [Line::from("云雀 yunque"), Line::styled("ok", Style::new().cyan())];
        assert!(!frame(&mut terminal, &lines).is_empty());
        assert_eq!(frame(&mut terminal, &lines), "");
    }

    #[test]
    fn a_wide_glyph_needs_no_cursor_move_after_it() {
        assert_eq!(frame(&mut terminal(), &[Line::from("云雀ab")]), "\x1b[1;1H云雀ab");
    }

    #[test]
    fn the_sixteen_colours_go_out_as_short_codes() {
        let line = Line::from(vec!["a".cyan(), "b".yellow().bold(), "c".into()]);
        assert_eq!(frame(&mut terminal(), &[line]), "\x1b[1;1H\x1b[36ma\x1b[1;33mb\x1b[mc");
    }

    #[test]
    fn the_cursor_is_shown_anew_after_the_terminal_was_given_back() {
        let mut terminal = terminal();
        let draw = |terminal: &mut Terminal<Paint>| {
            terminal.draw(|frame| frame.set_cursor_position((1, 1))).unwrap();
            String::from_utf8(terminal.backend_mut().take()).unwrap()
        };
        assert!(draw(&mut terminal).contains("\x1b[?25h"));
        assert_eq!(draw(&mut terminal), "");
        terminal.backend_mut().begin();
        assert!(draw(&mut terminal).contains("\x1b[?25h"), "taking over has hidden it");
    }

    #[test]
    fn one_changed_cell_costs_a_move_and_the_cell() {
        let mut terminal = terminal();
        frame(&mut terminal, &[Line::from("abc"), Line::from("abc")]);
        assert_eq!(frame(&mut terminal, &[Line::from("abc"), Line::from("axc")]), "\x1b[2;2Hx");
    }
}
