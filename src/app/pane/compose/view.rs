//! Draws the message being written: fields, text, and below them what the text is and costs.
//!
//! ```text
//! Name … Count   what is decided, each with what it means at the right edge
//! Text           as high as there is room for
//! the foot       bill; while To is at hand, its first rows or the paths that begin like it
//! ```
mod foot;
mod overlay;

use ratatui::style::Style;

pub use overlay::{ask, review, roll};

use super::{ComposePane, Field};
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::sms::{Kind, Source};

/// Where the values begin.
const VALUES: u16 = 12;
/// What qualifies the recipients takes this much at the right edge.
const QUALIFIER: u16 = 22;
/// Rows of the foot.
const FOOT: u16 = 7;
/// Rows of the text and the blank below it where there is room.
const TEXT_ROOMY: u16 = 10;
/// Rows of the foot where there is little room.
const FOOT_TIGHT: u16 = 3;

/// The columns of the text; also what `update` moves the cursor by.
pub const fn text_cells(layout: Layout) -> u16 {
    layout.right().saturating_sub(VALUES)
}

/// Draws the pane into the body.
pub fn draw(pane: &ComposePane, app: &App, canvas: &mut Canvas<'_>) {
    let layout = Layout::of(app.size);
    let mut y = 0;
    name(pane, y, canvas);
    y += 1;
    y += to(pane, layout, y, canvas);
    // Where rows are few the template is left out, and while the text is typed all rows are its own.
    let is_writing = pane.at == Field::Text && pane.is_typing;
    let is_shown = |field: Field| match field {
        _ if !layout.is_tight || pane.at == field => true,
        Field::Template => false,
        _ => !is_writing,
    };
    if is_shown(Field::Kind) {
        kind(pane, app, y, canvas);
        y += 1;
    }
    if is_shown(Field::Template) {
        template(pane, app, y, canvas);
        y += 1;
    }
    if is_shown(Field::Link) {
        link(pane, app, y, canvas);
        y += 1;
    }
    if is_shown(Field::Count) {
        count(pane, app, layout, y, canvas);
        y += if layout.is_tight { 1 } else { 2 };
    }
    let foot = if layout.is_tight { FOOT_TIGHT } else { FOOT };
    // With room to spare the foot stays near the text, and the file's first rows are shown below it.
    let lowest = canvas.height().saturating_sub(foot);
    let below = if layout.is_roomy { lowest.min(y + TEXT_ROOMY) } else { lowest };
    label(pane, Field::Text, y, canvas);
    let rows = below.saturating_sub(y + u16::from(!layout.is_tight));
    let is_active = pane.at == Field::Text && pane.is_typing;
    canvas.text_area(VALUES, y, text_cells(layout), rows, &pane.letter.text, is_active);
    foot::draw(pane, app, layout, &mut canvas.rows(below, foot));
    if layout.is_roomy {
        foot::preview(pane, app, &mut canvas.rows(below + foot + 1, u16::MAX));
    }
}

/// The label of a field, and the cursor when it is at hand.
fn label(pane: &ComposePane, field: Field, y: u16, canvas: &mut Canvas<'_>) {
    let lang = canvas.lang;
    let text = match field {
        Field::Name => lang.compose_name(),
        Field::To => lang.compose_to(),
        Field::Kind => lang.compose_kind(),
        Field::Template => lang.compose_template(),
        Field::Link => lang.compose_link(),
        Field::Count => lang.compose_count(),
        Field::Text => lang.compose_text(),
    };
    let is_here = pane.at == field;
    if is_here {
        canvas.cursor_sign(y);
    }
    let style = if is_here { canvas.theme.strong } else { canvas.theme.dim };
    canvas.put_within(Canvas::LEFT, y, VALUES - Canvas::LEFT - 1, text, style);
}

/// A value, and at the right edge what it means; where both do not fit the meaning wins.
fn row(y: u16, (value, style): (&str, Style), (meaning, meant): (&str, Style), canvas: &mut Canvas<'_>) {
    let end = if meaning.is_empty() { canvas.right() } else { canvas.put_right(canvas.right(), y, meaning, meant) };
    canvas.put_within(VALUES, y, end.saturating_sub(VALUES + 2), value, style);
}

fn name(pane: &ComposePane, y: u16, canvas: &mut Canvas<'_>) {
    label(pane, Field::Name, y, canvas);
    let cells = canvas.right().saturating_sub(VALUES + QUALIFIER);
    canvas.field(VALUES, y, cells, &pane.letter.name, pane.at == Field::Name && pane.is_typing);
    if let Some(at) = pane.saved_at {
        let saved = canvas.lang.compose_saved(canvas.when.clock(at));
        canvas.put_right(canvas.right(), y, saved, canvas.theme.dim);
    }
}

/// The source and who remains; below it, when somebody was left out, how many and why. Gives the rows it took.
fn to(pane: &ComposePane, layout: Layout, y: u16, canvas: &mut Canvas<'_>) -> u16 {
    let (lang, theme) = (canvas.lang, canvas.theme);
    label(pane, Field::To, y, canvas);
    let cells = canvas.right().saturating_sub(VALUES + QUALIFIER);
    let is_active = pane.at == Field::To && pane.is_typing;
    if pane.letter.to.is_empty() && !is_active {
        canvas.put_within(VALUES, y, cells + QUALIFIER, lang.compose_to_empty(), theme.dim);
        return 1;
    }
    canvas.field(VALUES, y, cells, &pane.letter.to, is_active);
    let tally = pane.audience.tally();
    let (text, style) = if pane.audience.is_reading() {
        (lang.compose_reading().to_owned(), theme.dim)
    } else if pane.audience.failure().is_some() {
        (lang.compose_cannot_read().to_owned(), theme.failed)
    } else if pane.audience.people().is_some() {
        (lang.compose_recipients(tally.recipients), if tally.recipients == 0 { theme.waits } else { Style::new() })
    } else {
        (String::new(), theme.dim)
    };
    canvas.put_right(canvas.right(), y, text, style);
    if tally.left_out() == 0 || (layout.is_tight && pane.at != Field::To) {
        return 1;
    }
    let unit = match pane.letter.source() {
        Source::File { .. } => lang.compose_left_out_rows(tally.rows(), parts(pane, canvas)),
        Source::Typed(_) => lang.compose_left_out_numbers(tally.rows(), parts(pane, canvas)),
    };
    row(y + 1, (&unit, Style::new()), (lang.compose_x_shows(), theme.dim), canvas);
    2
}

/// `187 duplicate, 45 rejected, 96 opted out`: only what there is.
fn parts(pane: &ComposePane, canvas: &Canvas<'_>) -> String {
    let (tally, lang) = (pane.audience.tally(), canvas.lang);
    let all = [
        (tally.duplicates, lang.compose_duplicates(tally.duplicates)),
        (tally.malformed, lang.compose_malformed(tally.malformed)),
        (tally.opted_out, lang.compose_opted_out(tally.opted_out)),
    ];
    let some: Vec<String> = all.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    some.join(lang.compose_comma())
}

fn kind(pane: &ComposePane, app: &App, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    label(pane, Field::Kind, y, canvas);
    let kind = pane.letter.kind_for(pane.audience.people().map_or(0, |people| people.len()));
    let (word, meaning) = match (kind, app.settings.quiet_hours) {
        (Kind::Marketing, Some(hours)) => {
            let said = canvas.when.hours(hours);
            // Abroad and where it is tight, China's clock alone: the review says both.
            let room = usize::from(canvas.right().saturating_sub(VALUES + 2));
            let fits = canvas.widths.of(&said) + canvas.widths.of(lang.compose_marketing()) <= room;
            (lang.compose_marketing(), if fits { said } else { canvas.when.china_hours(hours) })
        }
        (Kind::Marketing, None) => (lang.compose_marketing(), lang.compose_any_hour().to_owned()),
        (Kind::Notification, _) => (lang.compose_notification(), lang.compose_any_hour().to_owned()),
    };
    row(y, (word, Style::new()), (&meaning, dim), canvas);
}

/// The approved template that the text is an instance of.
fn template(pane: &ComposePane, app: &App, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    label(pane, Field::Template, y, canvas);
    let text = pane.letter.text.text();
    let known = app.data.templates.shown().map_or(&[][..], Vec::as_slice);
    let fitting = known.iter().find(|template| template.status == "SUCCESS" && template.fits(&text));
    match fitting {
        Some(template) => row(y, (&template.content, Style::new()), (lang.compose_approved(), theme.dim), canvas),
        None if text.trim().is_empty() || known.is_empty() => {
            row(y, (lang.compose_template_none(), theme.dim), ("", theme.dim), canvas);
        }
        None => row(y, (lang.compose_template_no_fit(), theme.dim), (lang.compose_t_offers(), theme.dim), canvas),
    }
}

/// The first link of ours in the text.
fn link(pane: &ComposePane, app: &App, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    label(pane, Field::Link, y, canvas);
    let Some(sid) = pane.letter.links(&app.settings.link_hosts).into_iter().next() else {
        return row(y, (lang.compose_link_none(), theme.dim), ("", theme.dim), canvas);
    };
    match app.data.link(&sid) {
        Some(link) => {
            let value = format!("{}   {}", link.short.bare(), link.short.name);
            let is_closed = link.counts_until <= canvas.when.now;
            let (meaning, style) = if is_closed {
                (lang.compose_link_closed().to_owned(), theme.waits)
            } else {
                (lang.compose_link_ours(canvas.when.day(link.counts_until)), theme.dim)
            };
            row(y, (&value, Style::new()), (&meaning, style), canvas);
        }
        None => row(y, (&sid.0, Style::new()), (lang.compose_link_unknown(), theme.waits), canvas),
    }
}

/// By number or in total, and in words what that will mean.
fn count(pane: &ComposePane, app: &App, layout: Layout, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    label(pane, Field::Count, y, canvas);
    let hosts = &app.settings.link_hosts;
    let (is_on, has_link) = (pane.letter.has_mobile_stat(hosts), !pane.letter.links(hosts).is_empty());
    let mark = |is_it: bool| if is_it { "(x)" } else { "( )" };
    let (by_number, in_total) = (lang.compose_by_number(), lang.compose_in_total());
    let value = match (layout.is_tight, is_on) {
        (false, _) => format!("{} {by_number}   {} {in_total}", mark(is_on), mark(!is_on)),
        (true, true) => format!("{} {by_number}", mark(true)),
        (true, false) => format!("{} {in_total}", mark(true)),
    };
    let (meaning, style) = match (is_on, has_link) {
        (true, true) => ("mobile_stat=true", theme.dim),
        (true, false) => (lang.compose_count_no_link(), theme.waits),
        (false, true) => (lang.compose_count_off(), theme.waits),
        (false, false) => (lang.compose_count_nothing(), theme.dim),
    };
    row(y, (&value, Style::new()), (meaning, style), canvas);
}
