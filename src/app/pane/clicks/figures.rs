//! The figures over the table: people and rate, clicks by number beside those in total, and where all this is from.
use jiff::SignedDuration;
use ratatui::style::Style;

use super::ClicksPane;
use crate::app::App;
use crate::app::chart;
use crate::app::request::ClickPage;
use crate::app::settings::Settings;
use crate::app::view::Canvas;
use crate::sms::ClickSource;
use crate::words::state::{self, source};
use crate::words::{Grouped, Lang};

/// The column that big figures end before, as long as they have room.
const FIGURES: u16 = 8;
/// The column of the rate, and of the total beside it.
const BESIDE: u16 = 34;
/// After two recounts that we missed, what is shown is old.
const STALE: SignedDuration = SignedDuration::from_mins(20);

/// The vendor's total.
fn total(look: &ClickPage) -> Option<u64> {
    look.stat.as_ref()?.total()
}

/// `14.8 % of 19,803 delivered`: a rate always names what it is of.
fn rate(look: &ClickPage, lang: Lang) -> String {
    if look.source == ClickSource::TotalOnly {
        return lang.clicks_rate_unknown().to_owned();
    }
    state::rate(&look.totals, lang).unwrap_or_else(|| lang.clicks_no_rate().to_owned())
}

/// A figure that is known only where clicks are known by number: none is not nobody.
fn by_number(look: &ClickPage, figure: u64) -> String {
    if look.source == ClickSource::TotalOnly { "?".to_owned() } else { Grouped(figure).to_string() }
}

/// Who is new since this visit began; nothing while that is the look on screen.
fn since(pane: &ClicksPane, look: &ClickPage, canvas: &Canvas<'_>) -> Option<String> {
    let is_known = look.source != ClickSource::TotalOnly;
    let (before, then) = pane.before.filter(|(before, _)| is_known && *before < look.as_of)?;
    let at = canvas.when.stamp(before);
    Some(match look.totals.clickers.saturating_sub(then) {
        0 => canvas.lang.clicks_none_since(at),
        new => canvas.lang.clicks_since(new, at),
    })
}

/// When the link's statistics end.
fn until(look: &ClickPage, canvas: &Canvas<'_>) -> Option<(String, Style)> {
    let until = look.links.iter().map(|link| link.counts_until).min()?;
    let at = canvas.when.stamp(until);
    Some(if until > canvas.when.now {
        (canvas.lang.clicks_counts_until(at), canvas.theme.dim)
    } else {
        (canvas.lang.clicks_counted_until(at), canvas.theme.waits)
    })
}

/// Two lines: people, and clicks.
pub fn draw(pane: &ClicksPane, look: &ClickPage, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme, right) = (canvas.lang, canvas.theme, canvas.right());
    let (totals, is_narrow) = (look.totals, right < 74);
    let (clickers, clicks) = (by_number(look, totals.clickers), by_number(look, totals.clicks));
    let widest = u16::try_from(clickers.len().max(clicks.len())).unwrap_or(FIGURES);
    let figures = FIGURES.max(Canvas::LEFT + widest);
    let what = figures + 2;
    canvas.put_right(figures, y, clickers, theme.strong);
    let people = canvas.put(what, y, lang.clicks_people(totals.clickers), Style::new());
    let beside = if is_narrow { 0 } else { BESIDE };
    let x = beside.max(people + 2);
    let end = canvas.put_within(x, y, right.saturating_sub(x), rate(look, lang), Style::new());
    if let Some(since) = since(pane, look, canvas).filter(|_| !is_narrow)
        && usize::from(end) + 2 + canvas.widths.of(&since) <= usize::from(right)
    {
        canvas.put_right(right, y, since, Style::new());
    }

    canvas.put_right(figures, y + 1, clicks, theme.strong);
    let words = canvas.put(what, y + 1, lang.clicks_by_number(totals.clicks), Style::new());
    let mut end = right;
    if let Some((until, style)) = until(look, canvas).filter(|_| !is_narrow) {
        end = canvas.put_right(right, y + 1, until, style);
    }
    if is_narrow && !look.shared_with.is_empty() {
        end = canvas.put_right(right, y + 1, lang.clicks_shared_short(), theme.dim);
    }
    if totals.strangers > 0 {
        let text = lang.clicks_strangers_of(totals.strangers);
        if is_narrow {
            end = canvas.put_right(right, y + 1, text, theme.waits);
        } else {
            canvas.put_within(what, y + 2, right.saturating_sub(what), text, theme.waits);
        }
    }
    let x = beside.max(words + 2);
    let total = total(look).map_or_else(|| lang.clicks_no_total().to_owned(), |total| lang.clicks_in_total(total));
    canvas.put_within(x, y + 1, end.saturating_sub(x + 1), total, Style::new());
}

/// The same as a column at the right, where there is room: figures that end under each other, what they are behind.
pub fn draw_column(pane: &ClicksPane, look: &ClickPage, x: u16, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let totals = look.totals;
    let widest = u16::try_from(by_number(look, totals.clicks).len()).unwrap_or(0).max(7);
    let line = |figure: String, words: String, y: u16, canvas: &mut Canvas<'_>| {
        canvas.put_right(x + widest, y, figure, theme.strong);
        canvas.put_within(x + widest + 2, y, canvas.right().saturating_sub(x + widest + 2), words, Style::new());
    };
    line(by_number(look, totals.clickers), lang.clicks_people(totals.clickers), y, canvas);
    let beside = x + widest + 2;
    let cells = canvas.right().saturating_sub(beside);
    let mut next = y + 1 + canvas.paragraph(beside, y + 1, cells, 2, &rate(look, lang), Style::new()).max(1);
    if let Some(since) = since(pane, look, canvas) {
        line(String::new(), since, next, canvas);
        next += 1;
    }
    if totals.strangers > 0 {
        line(Grouped(totals.strangers).to_string(), lang.clicks_strangers().to_owned(), next, canvas);
        next += 1;
    }
    let y = next.max(y + 4);
    line(by_number(look, totals.clicks), lang.clicks_by_number(totals.clicks), y, canvas);
    match total(look) {
        Some(total) => line(Grouped(total).to_string(), lang.clicks_in_total_unit(total), y + 1, canvas),
        None => line("?".to_owned(), lang.clicks_no_total().to_owned(), y + 1, canvas),
    }
    if let Some(tenths) = (totals.clicks * 20 + totals.clickers).checked_div(totals.clickers * 2) {
        line(format!("{}.{}", tenths / 10, tenths % 10), lang.clicks_a_person().to_owned(), y + 2, canvas);
    }
}

/// From everybody to those who clicked, what is missing on the way, and the sources with their ages.
pub fn draw_funnel(pane: &ClicksPane, look: &ClickPage, app: &App, x: u16, canvas: &mut Canvas<'_>) {
    let (settings, is_watched) = (&app.settings, app.data.is_watched);
    let (lang, theme) = (canvas.lang, canvas.theme);
    let mut y = 0;
    if let Some(campaign) = &look.campaign {
        let all = campaign.total();
        let end = canvas.put(x, y, lang.clicks_funnel(), theme.strong);
        canvas.put_right((x + 20).max(end + 1), y, Grouped(all).to_string(), theme.strong);
        let counts = campaign.counts;
        let steps = [
            (lang.clicks_accepted(), counts.accepted),
            (lang.clicks_delivered(), campaign.deliveries.delivered),
            (lang.clicks_group_clicked(), look.totals.clickers),
        ];
        for (y, (word, count)) in (y + 2..).zip(steps) {
            canvas.put(x, y, word, Style::new());
            canvas.put_right(x + 20, y, Grouped(count).to_string(), Style::new());
            canvas.put(x + 22, y, chart::share(count, all, 6, theme.is_ascii), theme.accent);
        }
        let missing = [
            (lang.clicks_group_refused(), counts.refused),
            (lang.clicks_failed(), campaign.deliveries.failed),
            (lang.clicks_group_no_report(), campaign.deliveries.no_report),
        ];
        for (y, (word, count)) in (y + 6..).zip(missing) {
            canvas.put(x, y, word, theme.dim);
            canvas.put_right(x + 20, y, Grouped(count).to_string(), Style::new());
        }
        y += 10;
    }
    canvas.put(x, y, lang.clicks_sources(), theme.strong);
    let mut rows = vec![(
        lang.clicks_source_by_number(),
        lang.clicks_source_at(source(look.source, lang), canvas.when.stamp(look.as_of)),
    )];
    if let Some(stat) = &look.stat {
        rows.push((lang.clicks_source_in_total(), lang.clicks_source_at(stat.source, canvas.when.stamp(stat.as_of))));
    }
    if look.campaign.is_some() {
        let at = look.reports_at.map(|at| lang.clicks_source_at(lang.clicks_source_records(), canvas.when.stamp(at)));
        rows.push((lang.clicks_source_delivery(), at.unwrap_or_else(|| lang.clicks_source_not_yet().to_owned())));
    }
    if let Some(next) = pane.due(settings) {
        rows.push((lang.clicks_source_next(), canvas.when.stamp(next)));
    }
    if let Some(until) = look.links.iter().map(|link| link.counts_until).min() {
        rows.push((lang.clicks_source_until(), canvas.when.stamp(until)));
    }
    if let Some(at) = look.final_look {
        let by = canvas.when.stamp(at);
        // Nobody looks then unless somebody is there to look.
        rows.push((lang.clicks_source_final(), if is_watched { by } else { lang.clicks_source_unwatched(by) }));
    }
    for (y, (word, text)) in (y + 1..).zip(rows) {
        canvas.put(x, y, word, theme.dim);
        canvas.put_within(x + 12, y, canvas.right().saturating_sub(x + 12), text, Style::new());
    }
}

/// When we asked, when the figures last moved, when we ask next; whether it is old, under way or has failed.
pub fn draw_age(pane: &ClicksPane, look: &ClickPage, settings: &Settings, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let cells = canvas.right().saturating_sub(Canvas::LEFT);
    let (at, source) = (canvas.when.stamp(look.as_of), source(look.source, lang));
    if pane.page.error().is_some() {
        canvas.put_within(Canvas::LEFT, y, cells, lang.clicks_look_failed(at), theme.waits);
        return;
    }
    if canvas.when.now.duration_since(look.as_of) > STALE && !pane.page.is_loading() {
        canvas.put_within(Canvas::LEFT, y, cells, lang.clicks_stale(at, source), theme.waits);
        return;
    }
    if pane.page.is_loading() {
        canvas.put_within(Canvas::LEFT, y, cells, lang.clicks_asking(at), theme.dim);
        return;
    }
    let mut line = lang.clicks_as_of(at, source, canvas.when.stamp(look.changed_at));
    match pane.due(settings) {
        Some(next) => line.push_str(&lang.clicks_next_look(canvas.when.stamp(next))),
        None => line.push_str(if lang == Lang::En { "." } else { "。" }),
    }
    for more in [lang.clicks_recounts(), lang.clicks_recounts_short()] {
        if canvas.widths.of(&line) + canvas.widths.of(more) <= usize::from(cells) {
            line.push_str(more);
            break;
        }
    }
    canvas.put_within(Canvas::LEFT, y, cells, line, theme.dim);
}
