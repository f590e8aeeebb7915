//! Draws the screens on top.
use ratatui::style::{Color, Modifier, Style};

use super::Overlay;
use super::chooser::Chooser;
use super::leave::{Leave, Leaving};
use super::messages::Messages;
use super::qr::Qr;
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::pane::compose;
use crate::app::view::{Canvas, tone};

/// Draws the screen on top into the body.
pub fn draw(overlay: &Overlay, app: &App, canvas: &mut Canvas<'_>) {
    match overlay {
        Overlay::Help(help) => chooser(&help.0, 12, canvas),
        Overlay::Palette(palette) => chooser(&palette.0, 6, canvas),
        Overlay::Messages(log) => messages(log, app, canvas),
        Overlay::Qr(code) => qr(code, canvas),
        Overlay::Leave(question) => leave(question, canvas),
        Overlay::Welcome(first) => super::welcome::view::draw(first, app, canvas),
        Overlay::Pick(pick) => chooser(&pick.chooser, pick.key_cells, canvas),
        Overlay::Review(review) => compose::view::review(review, app, canvas),
        Overlay::Roll(roll) => compose::view::roll(roll, app, canvas),
        Overlay::Ask(ask) => compose::view::ask(ask, canvas),
        Overlay::Find(find) => super::find::view::draw(find, Layout::of(app.size), canvas),
    }
}

fn chooser(chooser: &Chooser, key_cells: u16, canvas: &mut Canvas<'_>) {
    canvas.cursor_sign(0);
    let width = canvas.right().saturating_sub(Canvas::LEFT);
    canvas.field(Canvas::LEFT, 0, width, chooser.query(), true);
    if chooser.count() == 0 {
        canvas.put(Canvas::LEFT, 2, canvas.lang.help_nothing(), canvas.theme.dim);
    }
    for (y, (entry, is_selected)) in (2..).zip(chooser.shown()) {
        if is_selected {
            canvas.cursor_sign(y);
        }
        let style = if is_selected { canvas.theme.strong } else { Style::new() };
        let end = canvas.put_right(canvas.right(), y, &entry.kind, canvas.theme.dim).saturating_sub(2);
        let x = if key_cells == 0 { Canvas::LEFT } else { Canvas::LEFT + key_cells + 1 };
        canvas.put_within(Canvas::LEFT, y, key_cells, &entry.key, canvas.theme.accent);
        canvas.put_within(x, y, end.saturating_sub(x), &entry.text, style);
    }
}

fn messages(log: &Messages, app: &App, canvas: &mut Canvas<'_>) {
    if app.log.newest_first().len() == 0 {
        canvas.put(Canvas::LEFT, 0, canvas.lang.help_no_messages(), canvas.theme.dim);
    }
    let mut y = 0;
    for message in app.log.newest_first().skip(log.skipped) {
        if y >= canvas.height() {
            break;
        }
        let clock = canvas.when.stamp(message.at);
        let x = canvas.put(Canvas::LEFT, y, clock, canvas.theme.dim) + 2;
        let (sign, style) = tone(message.tone, canvas.theme);
        canvas.put(x, y, sign, style);
        let (cells, rows) = (canvas.right().saturating_sub(x + 2), canvas.height() - y);
        y += canvas.paragraph(x + 2, y, cells, rows, message.text(canvas.lang), Style::new()).max(1);
    }
}

/// Two modules a cell with half blocks where they are one cell wide; else two cells a module.
fn qr(code: &Qr, canvas: &mut Canvas<'_>) {
    let has_half_blocks = !canvas.theme.is_ascii && !canvas.widths.is_ambiguous_wide;
    let side = u16::try_from(code.side()).unwrap_or(u16::MAX);
    let (columns, rows) = if has_half_blocks { (side, side.div_ceil(2)) } else { (side.saturating_mul(2), side) };
    if rows > canvas.height() || columns > canvas.width() {
        canvas.put(Canvas::LEFT, 0, canvas.lang.links_qr_too_small(columns + 4, rows + 5), canvas.theme.waits);
        return;
    }
    let left = (canvas.width() - columns) / 2;
    // A code is dark on light whatever the terminal's own colours are; reversed video says so without colour.
    let paper = if canvas.theme.has_colour {
        Style::new().fg(Color::Black).bg(Color::White)
    } else {
        Style::new().add_modifier(Modifier::REVERSED)
    };
    for y in 0..rows {
        for x in 0..side {
            let dark = |row: u16| code.is_dark(usize::from(x), usize::from(row));
            if has_half_blocks {
                let symbol = match (dark(2 * y), dark(2 * y + 1)) {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    (false, false) => " ",
                };
                canvas.put(left + x, y, symbol, paper);
            } else if canvas.theme.is_ascii {
                canvas.put(left + 2 * x, y, if dark(y) { "##" } else { "  " }, Style::new());
            } else {
                let style = if dark(y) { Style::new() } else { Style::new().add_modifier(Modifier::REVERSED) };
                canvas.put(left + 2 * x, y, "  ", style);
            }
        }
    }
}

fn leave(question: &Leave, canvas: &mut Canvas<'_>) {
    let ids: Vec<String> = question.sending.iter().map(ToString::to_string).collect();
    canvas.put(Canvas::LEFT, 0, canvas.lang.app_leave_sending(ids.join(" ")), canvas.theme.strong);
    for (y, (row, leaving)) in (2..).zip(Leaving::ALL.into_iter().enumerate()) {
        let is_selected = row == question.choice.row();
        if is_selected {
            canvas.cursor_sign(y);
        }
        let style = if is_selected { canvas.theme.strong } else { Style::new() };
        canvas.put(Canvas::LEFT, y, leaving.label(canvas.lang), style);
    }
}
