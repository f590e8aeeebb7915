//! Draws the story of a number: every message to it, and everything that is known of the selected one.
use jiff::{SignedDuration, Timestamp};
use ratatui::style::Style;

use super::Find;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::sms::{Code, Mobile, RecipientState, ReportStatus, Story, StoryLine};
use crate::words::{Grouped, Lang, doubt, reason, state};

/// Rows below the list: a blank one, two of text, three of what became of it, two of the number itself.
const DETAIL: u16 = 10;
/// The column of what the labels name.
const VALUES: u16 = 16;

/// The rows of the list on a screen; also what `update` scrolls by.
pub fn list_rows(layout: Layout) -> usize {
    let detail = if layout.is_tight { 5 } else { DETAIL };
    usize::from(layout.body.height.saturating_sub(3 + detail))
}

/// Draws the overlay into the body.
pub fn draw(find: &Find, layout: Layout, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let label = if find.is_typing { theme.strong } else { theme.dim };
    canvas.put(Canvas::LEFT, 0, lang.find_number(), label);
    if find.is_typing {
        canvas.cursor_sign(0);
    }
    canvas.field(VALUES, 0, canvas.right().saturating_sub(VALUES), &find.number, find.is_typing);
    let cells = canvas.right().saturating_sub(Canvas::LEFT);
    if let Some(why) = find.trouble {
        let sentence = lang.find_not_a_number(reason::of_number(why, lang));
        canvas.paragraph(Canvas::LEFT, 2, cells, 2, &sentence, theme.waits);
        return;
    }
    let Some(story) = find.shown_story() else {
        let text = match (find.mobile, find.story.error()) {
            (None, _) => lang.find_type_number(),
            (_, Some(_)) => lang.find_failed(),
            (_, None) => lang.find_looking(),
        };
        canvas.paragraph(Canvas::LEFT, 2, cells, 2, text, theme.dim);
        return;
    };
    if story.lines.is_empty() {
        canvas.put_within(Canvas::LEFT, 2, cells, lang.find_nothing(story.mobile.wire()), theme.strong);
        number(story, 4, canvas);
    } else {
        let columns = Columns::of(canvas);
        header(&columns, 2, canvas);
        for (y, row) in (3..).zip(find.list.window(story.lines.len())) {
            let Some(line) = story.lines.get(row) else { continue };
            let is_selected = row == find.list.row() && !find.is_typing;
            self::line(line, is_selected, &columns, y, canvas);
        }
        let top = canvas.height().saturating_sub(if layout.is_tight { 4 } else { DETAIL - 1 });
        if let Some(selected) = find.selected() {
            explain(selected, story, layout.is_tight, &mut canvas.rows(top, u16::MAX));
        }
    }
    if let Some(is_yes) = find.question {
        let top = canvas.height().saturating_sub(3);
        ask(story.mobile, is_yes, &mut canvas.rows(top, 3));
    }
}

/// Where the columns are.
struct Columns {
    campaign: u16,
    name: u16,
    by: u16,
    result: u16,
    clicks_end: u16,
}

impl Columns {
    fn of(canvas: &Canvas<'_>) -> Self {
        let right = canvas.right();
        let result = right.saturating_sub(if canvas.width() < 76 { 16 } else { 20 });
        Self { campaign: VALUES, name: VALUES + 6, by: result.saturating_sub(8), result, clicks_end: right }
    }
}

fn header(columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    canvas.put(Canvas::LEFT, y, lang.find_column_sent(), dim);
    canvas.put(columns.campaign, y, lang.find_column_campaign(), dim);
    canvas.put(columns.by, y, lang.find_column_by(), dim);
    canvas.put(columns.result, y, lang.find_column_result(), dim);
    canvas.put_right(columns.clicks_end, y, lang.find_column_clicks(), dim);
}

fn line(line: &StoryLine, is_selected: bool, columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let style = if is_selected { theme.strong } else { Style::new() };
    if is_selected {
        canvas.cursor_sign(y);
    }
    if let Some(at) = line.sent_at {
        let at = canvas.when.day_and_clock(at);
        canvas.put_within(Canvas::LEFT, y, columns.campaign - Canvas::LEFT - 1, at, style);
    }
    canvas.put_within(columns.campaign, y, 5, line.campaign.to_string(), style);
    canvas.put_within(columns.name, y, columns.by.saturating_sub(columns.name + 1), &line.name, style);
    canvas.put_within(columns.by, y, columns.result.saturating_sub(columns.by + 1), &line.by, style);
    let clicks = clicks(line, canvas.lang);
    let end = canvas.put_right(columns.clicks_end, y, clicks, style);
    let (result, its) = result(line, canvas);
    let its = if its == Style::new() { style } else { its };
    canvas.put_within(columns.result, y, end.saturating_sub(columns.result + 1), result, its);
}

/// What became of it, in a word or two.
fn result(line: &StoryLine, canvas: &Canvas<'_>) -> (String, Style) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    match (line.state, line.report, &line.refusal) {
        (RecipientState::Unknown, ..) => (format!("? {}", state::recipient(line.state, lang)), theme.waits),
        (RecipientState::Refused, _, Some((code, _))) => (lang.find_refused_code(code), theme.failed),
        (RecipientState::Accepted, Some(ReportStatus::Failed), _) => {
            let word = state::report(ReportStatus::Failed, lang);
            (format!("{word} {}", line.error).trim_end().to_owned(), theme.failed)
        }
        (RecipientState::Accepted, Some(report), _) => (state::report(report, lang).to_owned(), Style::new()),
        _ => (state::recipient(line.state, lang).to_owned(), Style::new()),
    }
}

fn clicks(line: &StoryLine, lang: Lang) -> String {
    match (line.state, line.mobile_stat, line.clicks) {
        (RecipientState::Accepted, false, _) => lang.find_total_only().to_owned(),
        (_, _, Some((clicks, ..))) if clicks > 0 => Grouped(clicks).to_string(),
        _ => String::new(),
    }
}

/// The selected message, then what holds for the number.
fn explain(line: &StoryLine, story: &Story, is_tight: bool, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    let cells = canvas.right().saturating_sub(VALUES);
    canvas.put(Canvas::LEFT, 0, lang.find_label_text(), dim);
    canvas.paragraph(VALUES, 0, cells, if is_tight { 1 } else { 2 }, &line.text, Style::new());
    let mut y = if is_tight { 1 } else { 2 };
    for (label, text) in fate(line, canvas) {
        canvas.put(Canvas::LEFT, y, label, dim);
        let rows = if is_tight { 1 } else { 6_u16.saturating_sub(y).max(1) };
        y += canvas.paragraph(VALUES, y, cells, rows, &text, Style::new()).max(1);
    }
    if !is_tight {
        number(story, 6, canvas);
    }
}

/// What became of a message: up to three labels and what they say.
fn fate(line: &StoryLine, canvas: &Canvas<'_>) -> Vec<(&'static str, String)> {
    let lang = canvas.lang;
    let at = line.sent_at.map_or(String::new(), |at| canvas.when.stamp(at));
    match line.state {
        RecipientState::Unknown | RecipientState::Sending => {
            let may = lang.find_unknown(line.campaign);
            return match &line.doubt {
                Some(why) => {
                    vec![(lang.find_label_unknown(), lang.find_unknown_got(at, doubt::words(why, lang))), ("", may)]
                }
                None => vec![(lang.find_label_unknown(), may)],
            };
        }
        RecipientState::Refused => {
            let (code, msg) = line.refusal.clone().unwrap_or_default();
            return vec![
                (lang.find_label_refused(), lang.campaigns_code_says(code, Code(code).meaning(lang))),
                ("", msg),
                ("", Code(code).next_step(lang).to_owned()),
            ];
        }
        RecipientState::Pending => return Vec::new(),
        RecipientState::Accepted => {}
    }
    let segments = u64::from(line.segments.0);
    let accepted = match line.sid {
        Some(sid) => lang.find_message(at, sid.0, segments, line.fee),
        None => lang.find_message_plain(at, segments),
    };
    vec![(lang.find_label_accepted(), accepted), report(line, canvas), clicked(line, canvas)]
}

fn report(line: &StoryLine, canvas: &Canvas<'_>) -> (&'static str, String) {
    let lang = canvas.lang;
    let fetched = line.reported_as_of.map_or(String::new(), |at| lang.find_fetched(canvas.when.stamp(at)));
    match line.report {
        Some(ReportStatus::Delivered) => {
            let at = line.received_at.map_or(String::new(), |at| canvas.when.stamp(at));
            (lang.find_label_delivered(), format!("{}{fetched}", lang.find_delivered(at)))
        }
        Some(ReportStatus::Failed) => {
            (lang.find_label_failed(), format!("{}{fetched}", lang.find_failed_with(&line.error)))
        }
        Some(ReportStatus::NoReport) | None => {
            (lang.find_label_report(), format!("{}{fetched}", lang.find_no_report()))
        }
    }
}

fn clicked(line: &StoryLine, canvas: &Canvas<'_>) -> (&'static str, String) {
    let lang = canvas.lang;
    let as_of = line.clicks_as_of.map_or(String::new(), |at| lang.find_as_of(canvas.when.stamp(at)));
    let text = match line.clicks {
        _ if !line.mobile_stat => return (lang.find_label_clicked(), lang.find_clicks_in_total().to_owned()),
        Some((n, _, Some(last))) if n > 0 => lang.find_times(n, canvas.when.stamp(last)),
        Some((n, _, None)) if n > 0 => lang.find_times_only(n),
        Some(_) => lang.find_not_clicked().to_owned(),
        None => lang.find_clicks_unseen().to_owned(),
    };
    (lang.find_label_clicked(), format!("{text}{as_of}"))
}

/// Whether the number has opted out, and how often it was written to.
fn number(story: &Story, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let cells = canvas.right().saturating_sub(VALUES);
    canvas.put(Canvas::LEFT, y, lang.find_label_opted_out(), theme.dim);
    match &story.opted_out {
        Some((at, why)) => {
            let since = lang.find_opted_out(canvas.when.stamp(*at), reason::opted_out(why, lang));
            canvas.put_within(VALUES, y, cells, since, theme.waits);
        }
        None => {
            canvas.put(VALUES, y, lang.find_not_opted_out(), Style::new());
        }
    }
    canvas.put(Canvas::LEFT, y + 1, lang.find_label_limits(), theme.dim);
    let now = canvas.when.now;
    let (today, today_most) = within(story, now, |at| canvas.when.day(at) == canvas.when.day(now));
    let month = SignedDuration::from_hours(30 * 24);
    let (in_month, in_month_most) = within(story, now, |at| now.duration_since(at) <= month);
    let text = if (today, in_month) == (today_most, in_month_most) {
        lang.find_limits(today, in_month)
    } else {
        lang.find_limits_or_more(today, today_most, in_month, in_month_most)
    };
    canvas.put_within(VALUES, y + 1, cells, text, Style::new());
}

/// How many messages it surely had, and how many at most, when the unknown ones went out too.
fn within(story: &Story, now: Timestamp, is_in: impl Fn(Timestamp) -> bool) -> (u64, u64) {
    let count = |of: &[RecipientState]| {
        let lines = story.lines.iter().filter(|line| of.contains(&line.state));
        lines.filter(|line| line.sent_at.is_some_and(|at| at <= now && is_in(at))).count() as u64
    };
    let sure = count(&[RecipientState::Accepted]);
    (sure, sure + count(&[RecipientState::Unknown, RecipientState::Sending]))
}

fn ask(mobile: Mobile, is_yes: bool, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    for y in 0..canvas.height() {
        canvas.put(0, y, " ".repeat(usize::from(canvas.width())), Style::new());
    }
    canvas.put(Canvas::LEFT, 0, "?", theme.waits);
    let cells = canvas.right().saturating_sub(Canvas::LEFT + 2);
    canvas.paragraph(Canvas::LEFT + 2, 0, cells, 2, &lang.find_suppress_ask(mobile.wire()), theme.strong);
    canvas.cursor_sign(2);
    let mut x = Canvas::LEFT + 1;
    for (answer, is_chosen) in [(lang.find_suppress_no(), !is_yes), (lang.find_suppress_yes(), is_yes)] {
        x = if is_chosen {
            canvas.put(x, 2, format!("[{answer}]"), theme.accent)
        } else {
            canvas.put(x, 2, format!(" {answer} "), Style::new())
        } + 2;
    }
}
