//! Draws the links: the list is the screen; the selected link explains itself below it.
use ratatui::style::Style;

use super::form::{Field, LinkForm};
use super::{Focus, LinksPane};
use crate::app::App;
use crate::app::chart;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::sms::{Link, visible};
use crate::words::Grouped;

/// Rows below the list: a blank one, the link, its address, a blank one, its clicks and until when they count.
const DETAIL: u16 = 7;
/// Days before the end of the statistics window at which it turns yellow.
const NEAR_DAYS: i64 = 7;

/// The rows of the list on a screen; also what `update` scrolls by.
pub fn list_rows(layout: Layout, is_filtered: bool) -> usize {
    let above = 1 + u16::from(is_filtered);
    usize::from(layout.body.height.saturating_sub(above + detail_rows(layout)))
}

const fn detail_rows(layout: Layout) -> u16 {
    if layout.is_tight { 3 } else { DETAIL }
}

/// Draws the pane into the body.
pub fn draw(pane: &LinksPane, app: &App, canvas: &mut Canvas<'_>) {
    if pane.focus == Focus::Form {
        return form(&pane.form, canvas);
    }
    let layout = Layout::of(app.size);
    let mut y = 0;
    if pane.filter.is_on() {
        let links = app.data.links.shown().into_iter().flatten();
        let listed = links.filter(|link| pane.has_archived || !link.is_archived).count();
        let (end, shown) = (canvas.right(), pane.shown.len() as u64);
        canvas.filter(y, end, pane.filter.field(), pane.filter.is_typing(), shown, listed as u64);
        y += 1;
    }
    let Some(links) = app.data.links.shown() else {
        let text =
            if app.data.links.error().is_some() { canvas.lang.links_failed() } else { canvas.lang.links_loading() };
        canvas.put(Canvas::LEFT, y + 1, text, canvas.theme.dim);
        return;
    };
    if pane.shown.is_empty() {
        return empty(pane, links.len(), y, canvas);
    }
    let columns = Columns::of(canvas, layout);
    header(&columns, y, canvas);
    for (y, row) in (y + 1..).zip(pane.list.window(pane.shown.len())) {
        let Some(link) = pane.shown.get(row).and_then(|i| links.get(*i)) else { continue };
        line(link, row == pane.list.row(), &columns, y, canvas);
    }
    let detail = canvas.height().saturating_sub(detail_rows(layout) - 1);
    if let Some(link) = pane.list.key().and_then(|sid| app.data.link(sid)) {
        explain(link, layout, &mut canvas.rows(detail, u16::MAX));
    }
}

/// An empty list says what to do.
fn empty(pane: &LinksPane, total: usize, y: u16, canvas: &mut Canvas<'_>) {
    let lang = canvas.lang;
    if pane.filter.is_on() {
        canvas.put(Canvas::LEFT, y + 1, lang.links_no_match(total as u64), canvas.theme.dim);
        return;
    }
    canvas.lesson(y + 1, lang.links_empty(), lang.links_empty_how());
}

/// The column that the table ends before, however wide the screen is.
const WIDEST: u16 = 130;

/// Where the columns are: figures end in one column, the alias takes what is left.
struct Columns {
    alias: u16,
    alias_cells: u16,
    clicks_end: u16,
    chart: Option<u16>,
    until_end: u16,
}

impl Columns {
    fn of(canvas: &Canvas<'_>, layout: Layout) -> Self {
        // On a very wide screen the figures stay where the eye finds them beside the alias.
        let right = canvas.right().min(WIDEST);
        let (until_end, has_chart) = (right, canvas.width() >= 76);
        // Until takes 8 cells and its sign 2; the chart 12, with a blank on both sides.
        let before_until = until_end.saturating_sub(if layout.is_roomy { 14 } else { 9 });
        let chart = has_chart.then(|| before_until.saturating_sub(12));
        let clicks_end = chart.map_or(before_until.saturating_sub(1), |at| at.saturating_sub(3));
        let alias = Canvas::LEFT + if layout.is_roomy { 17 } else { 15 };
        Self { alias, alias_cells: clicks_end.saturating_sub(alias + 11), clicks_end, chart, until_end }
    }
}

fn header(columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    canvas.put(Canvas::LEFT, y, lang.links_column_link(), dim);
    canvas.put(columns.alias, y, lang.links_column_alias(), dim);
    canvas.put_right(columns.clicks_end, y, lang.links_column_clicks(), dim);
    if let Some(chart) = columns.chart {
        canvas.put(chart, y, lang.links_column_recent(), dim);
    }
    canvas.put_right(columns.until_end, y, lang.links_column_until(), dim);
}

fn line(link: &Link, is_selected: bool, columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let style = if is_selected { canvas.theme.strong } else { Style::new() };
    if is_selected {
        canvas.cursor_sign(y);
    }
    canvas.put_within(Canvas::LEFT, y, columns.alias.saturating_sub(Canvas::LEFT + 1), link.short.bare(), style);
    canvas.put_within(columns.alias, y, columns.alias_cells, &link.short.name, style);
    if let Some((clicks, _)) = link.clicks {
        canvas.put_right(columns.clicks_end, y, Grouped(clicks).to_string(), style);
    }
    let until = until(link, canvas);
    let is_closed = matches!(until, Until::Closed);
    if let (Some(chart), false) = (columns.chart, is_closed) {
        let recent = chart::sparkline(&link.recent, canvas.theme.is_ascii);
        canvas.put_within(chart, y, 12, recent, style);
    }
    match until {
        _ if link.is_archived => {
            canvas.put_right(columns.until_end, y, canvas.lang.links_is_archived(), canvas.theme.dim)
        }
        Until::Closed => canvas.put_right(columns.until_end, y, canvas.lang.links_closed(), canvas.theme.dim),
        Until::Near(day) => canvas.put_right(columns.until_end, y, format!("! {day}"), canvas.theme.waits),
        Until::Far(day) => canvas.put_right(columns.until_end, y, day, style),
    };
}

/// The end of the statistics window.
enum Until {
    Closed,
    Near(String),
    Far(String),
}

fn until(link: &Link, canvas: &Canvas<'_>) -> Until {
    let seconds = link.counts_until.as_second() - canvas.when.now.as_second();
    let day = canvas.when.day(link.counts_until);
    match seconds {
        ..=0 => Until::Closed,
        left if left < NEAR_DAYS * 86_400 => Until::Near(day),
        _ => Until::Far(day),
    }
}

/// The selected link: made when and by whom, its tags and campaigns, its address, its clicks with source and age.
fn explain(link: &Link, layout: Layout, canvas: &mut Canvas<'_>) {
    let (lang, dim, right) = (canvas.lang, canvas.theme.dim, canvas.right());
    let x = Canvas::LEFT + if layout.is_roomy { 17 } else { 15 };
    let cells = right.saturating_sub(x);
    canvas.put_within(Canvas::LEFT, 0, x - 3, link.short.bare(), canvas.theme.strong);
    let mut parts = vec![lang.links_made_at(canvas.when.stamp(link.created_at), &link.by)];
    if !link.tags.is_empty() {
        parts.push(lang.links_tags(link.tags.join(", ")));
    }
    parts.push(match link.campaigns.as_slice() {
        [] => lang.links_in_no_campaign().to_owned(),
        some => lang.links_in_campaigns(some.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
    });
    if link.is_archived {
        parts.push(lang.links_is_archived().to_owned());
    }
    // Whole words only: the tags go first.
    while parts.len() > 1 && canvas.widths.of(&visible(&parts.join("   "))) > usize::from(cells) {
        parts.remove(1);
    }
    canvas.put_within(x, 0, cells, parts.join("   "), dim);
    if layout.is_tight {
        let at = link.clicks.map(|(_, at)| lang.links_clicks_at(canvas.when.stamp(at)));
        let end = at.map_or(right + 2, |at| canvas.put_right(right, 1, at, dim));
        canvas.put_within(x, 1, end.saturating_sub(x + 2), &link.short.long_url, Style::new());
        return;
    }
    canvas.put_within(x, 1, cells, &link.short.long_url, Style::new());
    let clicks = match link.clicks {
        Some((clicks, at)) => lang.links_clicks_as_of(clicks, canvas.when.stamp(at)),
        None => lang.links_clicks_unknown().to_owned(),
    };
    let until = canvas.when.stamp(link.counts_until);
    let is_over = link.counts_until <= canvas.when.now;
    let window = if is_over { lang.links_counted_until(until) } else { lang.links_counts_until(until) };
    let below = 3 + canvas.paragraph(x, 3, cells, 2, &clicks, Style::new());
    canvas.put_within(x, below, cells, window, dim);
}

fn form(form: &LinkForm, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let title = if form.is_for_new() { lang.links_form_new() } else { lang.links_form_change() };
    canvas.put(Canvas::LEFT, 0, title, theme.strong);
    let x = Canvas::LEFT + 10;
    let cells = canvas.right().saturating_sub(x);
    let fields = [
        (Field::Url, lang.links_field_url(), &form.url),
        (Field::Alias, lang.links_field_alias(), &form.alias),
        (Field::Tags, lang.links_field_tags(), &form.tags),
    ];
    for (y, (field, label, editor)) in (2..).step_by(2).zip(fields) {
        let is_active = form.at == field && form.is_typing();
        if is_active {
            canvas.cursor_sign(y);
        }
        canvas.put_within(Canvas::LEFT, y, 9, label, if is_active { theme.strong } else { theme.dim });
        canvas.field(x, y, cells, editor, is_active);
    }
    if form.is_waiting {
        canvas.put(x, 8, lang.links_waiting(), theme.dim);
        return;
    }
    let (text, style) = match (form.trouble(), form.was_tried) {
        (Some(trouble), true) => (trouble.sentence(lang), theme.waits),
        (Some(trouble), false) => (trouble.sentence(lang), theme.dim),
        (None, _) => (lang.links_url_good(), theme.dim),
    };
    canvas.paragraph(x, 8, cells, 3, text, style);
    canvas.paragraph(x, 11, cells, 3, lang.links_form_why(), theme.dim);
}
