//! The groups, and the rows of the one that is shown. Only what is on screen is ever formatted.
use jiff::Timestamp;
use ratatui::style::Style;

use super::ClicksPane;
use crate::app::request::{ClickPage, Group, SortBy, Subject};
use crate::app::view::Canvas;
use crate::sms::{ClickRow, ClickSource, RecipientState};
use crate::words::{Grouped, Lang, state};

/// So many clicks are hardly a person's: a security scanner follows links by itself.
const SCANNER: u32 = 20;
/// A time that nobody knows.
const UNKNOWN: i64 = i64::MIN;

/// The four groups, the shown one in brackets, then who is in none: refused, unknown, pending. What has no room is one
/// figure, so that all of it adds up to everybody.
pub fn groups(pane: &ClicksPane, look: &ClickPage, y: u16, end: u16, canvas: &mut Canvas<'_>) {
    if look.source == ClickSource::TotalOnly {
        return;
    }
    let (lang, theme) = (canvas.lang, canvas.theme);
    let parts = parts(look, lang);
    let at = Group::ALL.into_iter().position(|group| group == pane.group).unwrap_or_default();
    let cells = |text: &str| u16::try_from(canvas.widths.of(text)).unwrap_or(u16::MAX);
    let (shown, gap) = fitting(&parts, at, end.saturating_sub(Canvas::LEFT), lang, cells);
    let mut x = Canvas::LEFT;
    for (place, text) in shown {
        let (text, style) = match place {
            Some(place) if place == at => (format!("[{text}]"), theme.accent),
            Some(place) if place < Group::ALL.len() => (text, Style::new()),
            _ => (text, theme.dim),
        };
        x = canvas.put_within(x, y, end.saturating_sub(x), text, style) + gap;
    }
}

/// Everybody, by group and then by why they are in none. A link of several campaigns has only those who clicked.
fn parts(look: &ClickPage, lang: Lang) -> Vec<(String, u64)> {
    let words = [
        lang.clicks_group_clicked(),
        lang.clicks_group_not_clicked(),
        lang.clicks_group_not_delivered(),
        lang.clicks_group_no_report(),
    ];
    let part = |word: &str, count: u64| (format!("{word} {}", Grouped(count)), count);
    let mut parts: Vec<_> = words.into_iter().zip(look.groups).map(|(word, count)| part(word, count)).collect();
    let Some(campaign) = &look.campaign else {
        parts.truncate(1);
        return parts;
    };
    let counts = campaign.counts;
    let known = look.groups.iter().sum::<u64>() + counts.refused + counts.pending;
    let others = [
        (RecipientState::Refused, counts.refused),
        // Who clicked is among the clicked, whatever Yunpian answered.
        (RecipientState::Unknown, campaign.total().saturating_sub(known)),
        (RecipientState::Pending, counts.pending),
    ];
    let others = others.into_iter().filter(|(_, count)| *count > 0);
    parts.extend(others.map(|(state, count)| part(state::recipient(state, lang), count)));
    parts
}

/// The parts that fit in so many cells, in order, the one at `at` for sure, and the blanks between them; the others are
/// summed up at the end.
fn fitting(
    parts: &[(String, u64)],
    at: usize,
    room: u16,
    lang: Lang,
    cells: impl Fn(&str) -> u16,
) -> (Vec<(Option<usize>, String)>, u16) {
    let of = |keeps: &dyn Fn(usize) -> bool| {
        let mut shown = Vec::new();
        let mut rest = 0;
        for (place, (text, count)) in parts.iter().enumerate() {
            if keeps(place) {
                shown.push((Some(place), text.clone()));
            } else {
                rest += count;
            }
        }
        if rest > 0 {
            shown.push((None, lang.clicks_rest(rest)));
        }
        shown
    };
    for last in (0..parts.len()).rev() {
        let shown = of(&|place| place <= last || place == at);
        for gap in [2, 1] {
            let blanks = 2 + gap * u16::try_from(shown.len().saturating_sub(1)).unwrap_or(u16::MAX);
            if blanks + shown.iter().map(|(_, text)| cells(text)).sum::<u16>() <= room {
                return (shown, gap);
            }
        }
    }
    (of(&|place| place == at), 1)
}

/// Where the columns are.
pub struct Columns {
    number: u16,
    name: u16,
    clicks_end: u16,
    first: Option<u16>,
    last: u16,
    delivered: u16,
    extra: Option<u16>,
    end: u16,
}

impl Columns {
    /// In the columns before `end`. `is_older`: times need their day; where there is room, `has_extra` gives a column of
    /// the operator's own.
    pub const fn of(end: u16, is_roomy: bool, is_older: bool, has_extra: bool) -> Self {
        let is_narrow = end < 74;
        let (number, name) = (Canvas::LEFT + 2, Canvas::LEFT + 16);
        if is_roomy {
            // Days and clocks where the operator's own column does not want the room.
            let clicks_end = name + if has_extra { 18 } else { 20 };
            let first = clicks_end + 3;
            let step = if !has_extra || first + 60 <= end { 14 } else { 8 };
            let (last, delivered) = (first + step, first + 2 * step);
            let extra = if has_extra { Some(delivered + step + 3) } else { None };
            return Self { number, name, clicks_end, first: Some(first), last, delivered, extra, end };
        }
        let (clicks_end, step, after) = match (is_narrow, is_older) {
            (true, true) => (name + 15, 13, 2),
            (true, false) => (name + 16, 8, 3),
            (false, true) => (name + 16, 13, 3),
            (false, false) => (name + 18, 8, 4),
        };
        let first = clicks_end + after;
        let (first, last) = if is_narrow { (None, first) } else { (Some(first), first + step) };
        Self { number, name, clicks_end, first, last, delivered: last + step, extra: None, end }
    }
}

/// The names of the columns; the one it is sorted by is strong.
pub fn header(pane: &ClicksPane, look: &ClickPage, columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let style = |by: SortBy| if pane.table.by() == by { theme.strong } else { theme.dim };
    let sign = |by: SortBy| if pane.table.by() == by { pane.table.sign() } else { "" };
    let sorted = |x: u16, word: &str, by: SortBy, canvas: &mut Canvas<'_>| {
        let end = canvas.put(x, y, word, style(by));
        canvas.put(end + 1, y, sign(by), theme.accent);
    };
    sorted(columns.number, lang.clicks_column_number(), SortBy::Number, canvas);
    canvas.put(columns.name, y, lang.clicks_column_name(), theme.dim);
    canvas.put_right(columns.clicks_end, y, lang.clicks_column_clicks(), style(SortBy::Clicks));
    canvas.put(columns.clicks_end + 1, y, sign(SortBy::Clicks), theme.accent);
    if let Some(first) = columns.first {
        sorted(first, lang.clicks_column_first(), SortBy::First, canvas);
    }
    sorted(columns.last, lang.clicks_column_last(), SortBy::Last, canvas);
    let has_failed = look.group == Group::NotDelivered;
    let last = if has_failed { lang.clicks_column_failure() } else { lang.clicks_column_delivered() };
    canvas.put(columns.delivered, y, last, theme.dim);
    if let (Some(x), Some((name, _))) = (columns.extra, &look.extra) {
        canvas.put_within(x, y, columns.end.saturating_sub(x), name, theme.dim);
    }
}

/// The rows on screen.
pub fn rows(pane: &ClicksPane, look: &ClickPage, is_masked: bool, columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    if look.group != pane.group {
        canvas.put(columns.number, y, canvas.lang.clicks_reading_group(), canvas.theme.dim);
        return;
    }
    if pane.table.len() == 0 {
        return nobody(pane, look, y, canvas);
    }
    for (y, (place, is_selected)) in (y..).zip(pane.table.window()) {
        let Some(row) = look.table.rows.get(place) else { continue };
        let name = look.names.get(place).map_or("", |name| name);
        let delivered = look.delivered_at.get(place).copied().unwrap_or(UNKNOWN);
        let extra = look.extra.as_ref().and_then(|(_, values)| values.get(place)).map_or("", |value| value);
        if is_selected {
            canvas.cursor_sign(y);
        }
        let error = look.errors.get(place).map_or("", |error| error);
        person(row, [name, extra, error], delivered, is_masked, is_selected, columns, y, canvas);
    }
}

#[expect(clippy::too_many_arguments, reason = "one row of a table: what it says, where, how")]
fn person(
    row: &ClickRow,
    [name, extra, error]: [&str; 3],
    delivered: i64,
    is_masked: bool,
    is_selected: bool,
    columns: &Columns,
    y: u16,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme;
    let style = if is_selected { theme.strong } else { Style::new() };
    if row.is_new {
        canvas.put(Canvas::LEFT, y, "+", theme.accent);
    }
    let number = if is_masked { row.mobile.masked() } else { row.mobile.wire() };
    canvas.put_within(columns.number, y, columns.name - columns.number - 1, number, style);
    let name = if is_masked { masked(name) } else { name.to_owned() };
    canvas.put_within(columns.name, y, columns.clicks_end.saturating_sub(columns.name + 8), name, style);
    canvas.put_right(columns.clicks_end, y, Grouped(u64::from(row.clicks)).to_string(), style);
    let (flag, short) = (canvas.lang.clicks_scanner(), canvas.lang.clicks_scanner_short());
    let [cells, least] = [flag, short].map(|flag| u16::try_from(canvas.widths.of(flag) + 1).unwrap_or(u16::MAX));
    let is_scanner = row.clicks >= SCANNER;
    if let Some(first) = columns.first {
        time(row.first_at, [first, columns.last - 1], y, style, canvas);
    }
    time(row.last_at, [columns.last, columns.delivered - 1], y, style, canvas);
    let room = columns.extra.unwrap_or(columns.end.saturating_sub(if is_scanner { least } else { 0 }));
    let mut end = time(delivered, [columns.delivered, room], y, style, canvas);
    if !error.is_empty() {
        let room = columns.extra.unwrap_or(columns.end).saturating_sub(columns.delivered + 1);
        end = canvas.put_within(columns.delivered, y, room, error, style);
    }
    if let Some(x) = columns.extra {
        // The sign is never without its word: the operator's own column makes room.
        let room = columns.end.saturating_sub(x + if is_scanner { least } else { 0 });
        end = canvas.put_within(x, y, room, extra, style).max(end);
    }
    if is_scanner {
        let fits = end.saturating_add(cells) <= columns.end;
        canvas.put_right(columns.end, y, if fits { flag } else { short }, theme.waits);
    }
}

/// A clock time with its day where that is another one, in the columns from `x` to before `end`; the day alone where there
/// is no room for both.
fn time(at: i64, [x, end]: [u16; 2], y: u16, style: Style, canvas: &mut Canvas<'_>) -> u16 {
    let Some(at) = Some(at).filter(|at| *at != UNKNOWN).and_then(|at| Timestamp::from_millisecond(at).ok()) else {
        return x;
    };
    let room = usize::from(end.saturating_sub(x));
    let said = [canvas.when.stamp(at), canvas.when.day(at)].into_iter().find(|text| canvas.widths.of(text) <= room);
    said.map_or(x, |text| canvas.put(x, y, text, style))
}

/// An empty group says why.
fn nobody(pane: &ClicksPane, look: &ClickPage, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    let x = Canvas::LEFT + 2;
    let cells = canvas.right().saturating_sub(x);
    if !pane.table.wanted().is_empty() {
        canvas.put_within(x, y, cells, lang.clicks_nobody_matches(pane.table.wanted()), dim);
        return;
    }
    if look.source != ClickSource::TotalOnly || pane.group != Group::Clicked {
        canvas.put_within(x, y, cells, lang.clicks_nobody(), dim);
        return;
    }
    if look.campaign.as_ref().is_some_and(|campaign| !campaign.mobile_stat) {
        canvas.paragraph(x, y, cells, 3, lang.clicks_total_only_off(), Style::new());
        return;
    }
    let sid = match (&pane.subject, look.links.first()) {
        (Some(Subject::Link(sid)), _) => sid.0.clone(),
        (_, link) => link.map_or_else(|| "SID".to_owned(), |link| link.short.sid.0.clone()),
    };
    let rows = canvas.paragraph(x, y, cells, 2, lang.clicks_total_only(), Style::new());
    let more = canvas.paragraph(x, y + rows, cells, 2, lang.clicks_total_only_how(), dim);
    canvas.put_within(x, y + rows + more, cells, lang.clicks_import_command(sid), canvas.theme.strong);
}

/// `陈*明`, `王*`, `Grace L*`: enough to know somebody by whom one knows already.
fn masked(name: &str) -> String {
    let name = name.trim();
    if let Some((given, family)) = name.rsplit_once(' ') {
        return format!("{given} {}*", family.chars().take(1).collect::<String>());
    }
    let letters: Vec<char> = name.chars().collect();
    match letters.as_slice() {
        [] => String::new(),
        [only] => only.to_string(),
        [first, _] => format!("{first}*"),
        [first, .., _] if first.is_ascii() => format!("{first}*"),
        [first, .., last] => format!("{first}*{last}"),
    }
}

/// `16 of 2,931, latest first`.
pub fn count(pane: &ClicksPane, lang: Lang) -> String {
    lang.clicks_rows_of(pane.table.window().len() as u64, pane.table.len() as u64, pane.table.order_words(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_masked_as_people_write_it() {
        assert_eq!(
            ["陈小明", "王芳", "Grace Lee", "Tom", "欧阳修文", ""].map(masked),
            ["陈*明", "王*", "Grace L*", "T*", "欧*文", ""]
        );
    }
}
