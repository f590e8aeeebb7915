//! What is the same on every screen: the tabs above; message, status and keys below.
use ratatui::style::Style;

use super::Canvas;
use crate::app::App;
use crate::app::action::PaneName;
use crate::app::keymap::Context;
use crate::app::message::{Message, Tone};
use crate::app::status::{self, Role};
use crate::app::theme::Theme;

/// The first line: the panes, or the name of the screen on top; at the right edge the account and LIVE or SANDBOX. A server
/// that may be either is "not reached" until its first answer, whatever becomes of it later.
pub fn head(app: &App, canvas: &mut Canvas<'_>) {
    let (theme, lang) = (canvas.theme, canvas.lang);
    let (word, style) = match (app.settings.is_sandbox, app.settings.is_unmet) {
        (true, _) => (lang.app_sandbox(), theme.waits),
        (false, true) => (lang.app_unmet(), theme.dim),
        (false, false) => (lang.app_live(), theme.strong),
    };
    let is_tight = canvas.width() < 80;
    let gap = if is_tight { 1 } else { 3 };
    let mut end = canvas.right();
    if !app.settings.profile.is_empty() || app.settings.is_sandbox {
        end = canvas.put_right(end, 0, word, style).saturating_sub(gap);
    }
    if app.settings.is_read_only {
        end = canvas.put_right(end, 0, lang.app_read_only(), theme.waits).saturating_sub(gap);
    }
    if !app.settings.profile.is_empty() {
        // The account is always on screen; who sits before it is left out first.
        let profile = &app.settings.profile;
        let who = if is_tight { profile.clone() } else { format!("{} @ {profile}", app.settings.operator) };
        end = canvas.put_right(end, 0, canvas.widths.fit(&who, 30), theme.profile).saturating_sub(2);
    }
    if let Some(overlay) = app.overlays.last() {
        let at = canvas.put_within(Canvas::LEFT, 0, end.saturating_sub(2), overlay.title(lang), theme.strong);
        let at = (at + 2).max(12);
        canvas.put_within(at, 0, end.saturating_sub(at), overlay.subtitle(lang), theme.dim);
        return;
    }
    let mut x = 1;
    for pane in PaneName::ALL {
        let name = format!("{} {}", pane.index() + 1, pane_name(pane, app));
        x = if pane == app.pane {
            canvas.put(x, 0, format!("[{name}]"), theme.accent)
        } else if is_tight {
            canvas.put(x, 0, name, Style::new())
        } else {
            canvas.put(x, 0, format!(" {name} "), Style::new())
        } + 1;
    }
}

fn pane_name(pane: PaneName, app: &App) -> &'static str {
    crate::app::Action::GoTo(pane).label(app.lang)
}

/// The most rows that a message may take; it grows upwards, so that its last row never moves.
const MESSAGE_ROWS: u16 = 5;

/// The rows of the body that the message covers: one that takes a single row covers none.
pub fn covered(app: &App, canvas: &Canvas<'_>) -> u16 {
    app.log.line().map_or(0, |message| Shape::of(message, canvas).rows - 1)
}

/// Where a message stands.
struct Shape {
    text: String,
    x: u16,
    cells: u16,
    rows: u16,
}

impl Shape {
    fn of(message: &Message, canvas: &Canvas<'_>) -> Self {
        let (sign, _) = tone(message.tone, canvas.theme);
        let x = Canvas::LEFT + if sign.is_empty() { 0 } else { 2 };
        let cells = canvas.right().saturating_sub(x);
        let text = crate::sms::visible(message.text(canvas.lang)).into_owned();
        let rows = u16::try_from(canvas.widths.wrap(&text, usize::from(cells)).len()).unwrap_or(u16::MAX);
        Self { text, x, cells, rows: rows.clamp(1, MESSAGE_ROWS) }
    }
}

/// The third-last line: one sentence on what happened. A long one covers what stands above it, rather than lose the
/// end, which says what to do.
pub fn message(app: &App, canvas: &mut Canvas<'_>) {
    let Some(message) = app.log.line() else { return };
    let bottom = canvas.height().saturating_sub(3);
    let (sign, style) = tone(message.tone, canvas.theme);
    let Shape { text, x, cells, rows } = Shape::of(message, canvas);
    let top = (bottom + 1).saturating_sub(rows);
    if rows > 1 {
        canvas.clear(top, rows);
    }
    canvas.put(Canvas::LEFT, top, sign, style);
    canvas.paragraph(x, top, cells, rows, &text, Style::new());
    // What is longer than even that ends in the sign of what was cut; the log has it whole.
    if let Some(last) = canvas.widths.wrap(&text, usize::from(cells)).get(usize::from(rows) - 1)
        && last.end < text.len()
    {
        canvas.put_within(x, bottom, cells, &text[last.start..], Style::new());
    }
}

/// The sign of a message and its style.
#[must_use]
pub fn tone(tone: Tone, theme: &Theme) -> (&'static str, Style) {
    match tone {
        Tone::Plain => ("", Style::new()),
        Tone::Done => (theme.tick(), theme.done),
        Tone::Waits => ("!", theme.waits),
        Tone::Failed => ("!", theme.failed),
    }
}

/// The last line but one. No clock: on a screen that writes nothing while it is idle, it would stand still and be wrong.
pub fn status(app: &App, canvas: &mut Canvas<'_>) {
    let y = canvas.height().saturating_sub(2);
    let end = canvas.right();
    let mut x = Canvas::LEFT;
    let cells = usize::from(end.saturating_sub(x));
    for (text, role) in status::line(app, &canvas.when, cells, canvas.widths) {
        let width = u16::try_from(canvas.widths.of(&text)).unwrap_or(u16::MAX);
        if x.saturating_add(width) > end {
            break;
        }
        let style = match role {
            Role::Plain => Style::new(),
            Role::Dim => canvas.theme.dim,
            Role::Waits => canvas.theme.waits,
            Role::Failed => canvas.theme.failed,
        };
        x = canvas.put(x, y, text, style) + status::GAP;
    }
}

/// The last line: the keys that work here and now, no others; `?` always ends it where letters are commands.
pub fn keys(app: &App, canvas: &mut Canvas<'_>) {
    let y = canvas.height().saturating_sub(1);
    let scene = app.scene();
    let is_typing = scene.is_typing();
    let context = if is_typing { Context::Field } else { scene.context() };
    let mut hints = scene.hints(canvas.lang);
    let help = (!is_typing && app.overlays.is_empty())
        .then(|| crate::app::scene::Hint::new(crate::app::Action::Help, canvas.lang.app_hint_help()));
    let room = |canvas: &Canvas<'_>| canvas.right();
    let mut shown: Vec<(String, &'static str)> = Vec::new();
    let help_at = hints.len();
    hints.extend(help);
    let mut used = Canvas::LEFT;
    let width_of = |key: &str, label: &str, canvas: &Canvas<'_>| {
        u16::try_from(canvas.widths.of(key) + 1 + canvas.widths.of(label) + 3).unwrap_or(u16::MAX)
    };
    // The help's own room is kept free while the others are laid out.
    let keep = hints.get(help_at).map_or(0, |hint| {
        app.keymap.shown(context, &hint.action).map_or(0, |key| width_of(&key.to_string(), hint.label, canvas))
    });
    for (i, hint) in hints.iter().enumerate() {
        let Some(key) = app.keymap.shown(context, &hint.action) else { continue };
        if app.settings.is_read_only && hint.action.changes_something() {
            continue;
        }
        let key = key.to_string();
        let width = width_of(&key, hint.label, canvas);
        let kept = if i == help_at { 0 } else { keep };
        if used + width + kept > room(canvas) + 3 {
            continue;
        }
        used += width;
        shown.push((key, hint.label));
    }
    let mut x = Canvas::LEFT;
    for (key, label) in shown {
        x = canvas.put(x, y, key, canvas.theme.accent) + 1;
        x = canvas.put(x, y, label, Style::new()) + 3;
    }
}
