//! Draws the screens on top.
use ratatui::style::{Color, Modifier, Style};

use super::Overlay;
use super::chooser::{Chooser, Entry};
use super::help::{HEAD as HELP_HEAD, Help};
use super::leave::{Leave, Leaving};
use super::messages::Messages;
use super::qr::Qr;
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::pane::compose;
use crate::app::view::{Canvas, tone};

/// The columns that keys take in the help and in the palette.
pub(super) const KEY_CELLS: u16 = 9;

/// Draws the screen on top into the body.
pub fn draw(overlay: &Overlay, app: &App, canvas: &mut Canvas<'_>) {
    match overlay {
        Overlay::Help(help) => self::help(help, app, canvas),
        Overlay::Messages(log) => messages(log, app, canvas),
        Overlay::Qr(code) => qr(code, canvas),
        Overlay::Leave(question) => leave(question, app, canvas),
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
        let key = if key_cells == KEY_CELLS { key_of(entry, canvas) } else { &entry.key };
        canvas.put_within(Canvas::LEFT, y, key_cells, key, canvas.theme.accent);
        canvas.put_within(x, y, end.saturating_sub(x), &entry.text, style);
    }
}

/// Two columns and the words below them; where it is narrow, one list.
fn help(help: &Help, app: &App, canvas: &mut Canvas<'_>) {
    let (lang, theme, right) = (canvas.lang, canvas.theme, canvas.right());
    canvas.cursor_sign(0);
    let mut end = right;
    let own = &app.settings.config_path;
    if !own.is_empty() && help.query().is_empty() {
        let text = lang.help_own_keys(own);
        if canvas.widths.of(&text) < usize::from(right / 2) {
            end = canvas.put_right(right, 0, text, theme.dim).saturating_sub(2);
        }
    }
    canvas.field(Canvas::LEFT, 0, end.saturating_sub(Canvas::LEFT), help.query(), true);
    if help.is_empty() {
        canvas.put(Canvas::LEFT, 2, lang.help_nothing(), theme.dim);
        return;
    }
    let [here, everywhere, words] = help.sections();
    if help.is_narrow() {
        return narrow_help(help, canvas);
    }
    let middle = canvas.width() / 2;
    let word_rows = u16::try_from(words.count()).unwrap_or(u16::MAX);
    let words_top = canvas.height().saturating_sub(word_rows);
    for (of, section, x, title) in
        [(0, here, Canvas::LEFT, lang.help_here_title()), (1, everywhere, middle, lang.help_everywhere_title())]
    {
        if section.count() == 0 {
            continue;
        }
        let end = if of == 0 { middle.saturating_sub(2) } else { right };
        let after = canvas.put(x, 2, title, theme.strong);
        if section.hidden() > 0 {
            canvas.put(after + 2, 2, lang.help_hidden(section.hidden() as u64), theme.dim);
        }
        for (y, (entry, is_selected)) in (HELP_HEAD..).zip(section.shown()) {
            let is_here = is_selected && help.at() == of;
            if is_here {
                canvas.put(x.saturating_sub(2), y, theme.cursor(), theme.accent);
            }
            let style = if is_here { theme.strong } else { Style::new() };
            canvas.put_within(x, y, KEY_CELLS, key_of(entry, canvas), theme.accent);
            let text = x + KEY_CELLS + 1;
            canvas.put_within(text, y, end.saturating_sub(text), &entry.text, style);
        }
    }
    let mut label = lang.help_words_title();
    for (y, (entry, is_selected)) in (words_top..).zip(words.shown()) {
        if is_selected && help.at() == 2 {
            canvas.cursor_sign(y);
        }
        canvas.put_within(Canvas::LEFT, y, 9, std::mem::take(&mut label), theme.strong);
        word(entry, 12, y, canvas);
    }
}

/// A word, the same in the other language, and what it means.
fn word(entry: &Entry, x: u16, y: u16, canvas: &mut Canvas<'_>) {
    canvas.put_within(x, y, 11, &entry.key, Style::new());
    canvas.put_within(x + 12, y, 10, &entry.kind, canvas.theme.dim);
    canvas.put_within(x + 24, y, canvas.right().saturating_sub(x + 24), &entry.text, Style::new());
}

/// All of it, one below the other: the list with the cursor, and what follows it.
fn narrow_help(help: &Help, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let mut y = 2;
    for (of, section) in help.sections().iter().enumerate().skip(help.at()) {
        let kind = [lang.help_here(), lang.help_everywhere(), lang.help_words()][of];
        for (entry, is_selected) in section.shown() {
            if y >= canvas.height() {
                return;
            }
            let is_here = is_selected && help.at() == of;
            if is_here {
                canvas.cursor_sign(y);
            }
            if of == 2 {
                word(entry, Canvas::LEFT, y, canvas);
            } else {
                let style = if is_here { theme.strong } else { Style::new() };
                let end = canvas.put_right(canvas.right(), y, kind, theme.dim).saturating_sub(2);
                canvas.put_within(Canvas::LEFT, y, KEY_CELLS, key_of(entry, canvas), theme.accent);
                let x = Canvas::LEFT + KEY_CELLS + 1;
                canvas.put_within(x, y, end.saturating_sub(x), &entry.text, style);
            }
            y += 1;
        }
    }
}

/// Its keys; the first alone where all of them take too much room.
fn key_of<'a>(entry: &'a Entry, canvas: &Canvas<'_>) -> &'a str {
    if canvas.widths.of(&entry.key) <= usize::from(KEY_CELLS) {
        return &entry.key;
    }
    entry.key.split(' ').next().unwrap_or_default()
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

fn leave(question: &Leave, app: &App, canvas: &mut Canvas<'_>) {
    let ids: Vec<String> = question.sending.iter().map(ToString::to_string).collect();
    canvas.put(Canvas::LEFT, 0, canvas.lang.app_leave_sending(ids.join(" ")), canvas.theme.strong);
    for (y, (row, leaving)) in (2..).zip(Leaving::ALL.into_iter().enumerate()) {
        let is_selected = row == question.choice.row();
        if is_selected {
            canvas.cursor_sign(y);
        }
        let style = if is_selected { canvas.theme.strong } else { Style::new() };
        let end = canvas.put(Canvas::LEFT, y, leaving.label(canvas.lang), style);
        if leaving == Leaving::HandOver && !app.data.is_watched {
            let cells = canvas.right().saturating_sub(end + 2);
            canvas.put_within(end + 2, y, cells, canvas.lang.app_leave_unwatched(), canvas.theme.waits);
        }
    }
}
