//! Draws what lies on top of Compose: the review, the lists behind it, the number for a test.
use ratatui::style::Style;

use super::super::ask::Ask;
use super::super::review::{Focus, Review, Stage, known, page};
use super::super::roll::{Found, Roll, Rows, SENTENCES};
use super::VALUES;
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::sms::{CheckState, Mobile};
use crate::words::state::check as state_word;
use crate::words::{Grouped, reason};

/// The look of a check's state.
fn state(state: CheckState, canvas: &Canvas<'_>) -> Style {
    match state {
        CheckState::Ok => canvas.theme.dim,
        CheckState::Warn => canvas.theme.waits,
        CheckState::Block => canvas.theme.failed,
    }
}

/// Draws the review: what is known, scrolled; at the bottom the question.
pub fn review(review: &Review, app: &App, canvas: &mut Canvas<'_>) {
    let see = page::See {
        data: &app.data,
        settings: &app.settings,
        when: canvas.when.clone(),
        keymap: canvas.keymap,
        widths: canvas.widths,
        layout: Layout::of(app.size),
    };
    let room = usize::from(canvas.height().saturating_sub(page::BOTTOM));
    let lines = page::lines(review, &see, room);
    let skipped = review.skipped.min(lines.len().saturating_sub(room));
    for (y, line) in (0..).zip(lines.iter().skip(skipped).take(room)) {
        self::line(line, y, canvas);
    }
    if lines.len() > skipped + room {
        let y = canvas.height().saturating_sub(page::BOTTOM);
        let more = canvas.lang.review_more((lines.len() - skipped - room) as u64);
        canvas.put_right(canvas.right(), y, more, canvas.theme.dim);
    }
    let bottom = canvas.height().saturating_sub(2);
    let cells = canvas.right().saturating_sub(Canvas::LEFT);
    if let Some(canary) = page::canary(review, canvas.lang, canvas.keymap, canvas.widths, usize::from(cells)) {
        canvas.put_within(Canvas::LEFT, bottom, cells, canary, Style::new());
    }
    question(review, app, bottom + 1, canvas);
}

fn line(line: &page::Line, y: u16, canvas: &mut Canvas<'_>) {
    let style = match line.role {
        page::Role::Plain => Style::new(),
        page::Role::Strong => canvas.theme.strong,
        page::Role::Dim => canvas.theme.dim,
        page::Role::Waits => canvas.theme.waits,
        page::Role::Failed => canvas.theme.failed,
    };
    canvas.put_within(Canvas::LEFT, y, VALUES - Canvas::LEFT - 1, line.label, canvas.theme.dim);
    let mut x = if line.is_wide { Canvas::LEFT } else { VALUES };
    if let Some(found) = line.state {
        canvas.put(x, y, state_word(found, canvas.lang), state(found, canvas));
        x += 6;
    }
    let mut end = canvas.right();
    if !line.right.is_empty() {
        end = canvas.put_right(end, y, &line.right, canvas.theme.dim).saturating_sub(2);
    }
    canvas.put_within(x, y, end.saturating_sub(x), &line.text, style);
}

/// The last line: where Enter would go.
fn question(review: &Review, app: &App, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let put = |text: &str, style: Style, canvas: &mut Canvas<'_>| canvas.put(Canvas::LEFT, y, text, style);
    if let Stage::Held { until, .. } = review.stage {
        canvas.cursor_sign(y);
        let left = until.duration_since(canvas.when.now).as_millis().max(0).unsigned_abs().div_ceil(1000);
        let left = u64::try_from(left).unwrap_or_default();
        let text = lang.review_starts_in(left, review.recipients());
        let fits = canvas.widths.of(&text) <= usize::from(canvas.right().saturating_sub(Canvas::LEFT));
        let text = if fits { text } else { lang.review_starts_in_tight(left, review.recipients()) };
        put(&text, theme.strong, canvas);
        return;
    }
    if review.focus == Focus::Time {
        canvas.cursor_sign(y);
        let x = put(lang.review_begin_at(), theme.strong, canvas) + 1;
        canvas.field(x, y, 18, &review.time, true);
        let room = usize::from(canvas.right().saturating_sub(x + 19));
        let fits = canvas.widths.of(lang.review_begin_how()) <= room;
        canvas.put(x + 19, y, if fits { lang.review_begin_how() } else { lang.review_begin_how_tight() }, theme.dim);
        return;
    }
    let Some(checks) = known(&app.data) else {
        let text = if app.data.preflight.error().is_some() { lang.review_unchecked() } else { lang.review_checking() };
        put(text, theme.dim, canvas);
        return;
    };
    if checks.worst() == CheckState::Block {
        canvas.put(0, y, "!", theme.failed);
        put(lang.review_no_door(), theme.failed, canvas);
        return;
    }
    canvas.cursor_sign(y);
    if review.focus == Focus::Count {
        let x = put(lang.review_question(), theme.strong, canvas) + 1;
        canvas.field(x, y, canvas.right().saturating_sub(x), &review.count, true);
        return;
    }
    let buttons = [(Focus::Cancel, lang.review_cancel()), (Focus::Send, lang.review_send())];
    let mut x = Canvas::LEFT;
    for (focus, text) in buttons {
        x = if review.focus == focus {
            canvas.put(x, y, format!("[{text}]"), theme.accent)
        } else {
            canvas.put(x, y, format!(" {text} "), Style::new())
        } + 2;
    }
    canvas.put_within(x + 1, y, canvas.right().saturating_sub(x + 1), lang.review_buttons(), theme.dim);
}

/// Draws a list to look through.
pub fn roll(roll: &Roll, app: &App, canvas: &mut Canvas<'_>) {
    let rows = usize::from(canvas.height());
    let who = |mobile: &Mobile| if app.settings.is_masked { mobile.masked() } else { mobile.wire() };
    let (lang, dim, right) = (canvas.lang, canvas.theme.dim, canvas.right());
    match &roll.rows {
        Rows::LeftOut(people) => {
            canvas.put_right(9, 0, lang.compose_column_row(), dim);
            canvas.put(VALUES, 0, lang.compose_column_found(), dim);
            let reasons = right.saturating_sub(right / 2 - 4).max(VALUES + 16);
            canvas.put(reasons, 0, lang.compose_column_why(), dim);
            let shown = people.rejected().iter().skip(roll.skipped).take(rows.saturating_sub(1));
            for (y, rejected) in (1..).zip(shown) {
                canvas.put_right(9, y, Grouped(u64::from(rejected.row)).to_string(), dim);
                let found = match Mobile::parse(&rejected.raw) {
                    Ok(mobile) => who(&mobile),
                    Err(_) => rejected.raw.to_string(),
                };
                canvas.put_within(VALUES, y, reasons - VALUES - 2, found, Style::new());
                canvas.put_within(
                    reasons,
                    y,
                    right.saturating_sub(reasons),
                    reason::words(rejected.reason, lang),
                    Style::new(),
                );
            }
        }
        Rows::Found { .. } => {
            let x = SENTENCES;
            let cells = right.saturating_sub(x);
            let sections = roll.sections(lang, canvas.widths, cells);
            let shown = roll.skipped..roll.skipped + rows;
            for (y, row) in (0..).zip(shown) {
                let Some((section, found)) = Roll::find(&sections, row) else { break };
                if row == roll.at {
                    canvas.cursor_sign(y);
                }
                match found {
                    Found::Sentence(text, is_first) => {
                        if is_first {
                            let found = section.check.state;
                            canvas.put(Canvas::LEFT, y, state_word(found, canvas.lang), state(found, canvas));
                        }
                        canvas.put_within(x, y, cells, text, Style::new());
                    }
                    Found::Hint(text) => {
                        canvas.put_within(x, y, cells, text, dim);
                    }
                    Found::Who(mobile) => {
                        canvas.put_within(x + 2, y, cells, who(&mobile), Style::new());
                    }
                    Found::More(count) => {
                        canvas.put_within(x + 2, y, cells, lang.review_and_more(count), dim);
                    }
                }
            }
        }
    }
}

/// Draws the question for the number of a test.
pub fn ask(ask: &Ask, canvas: &mut Canvas<'_>) {
    let lang = canvas.lang;
    canvas.cursor_sign(0);
    let x = canvas.put(Canvas::LEFT, 0, lang.review_test_number(), canvas.theme.strong) + 2;
    canvas.field(x, 0, canvas.right().saturating_sub(x), &ask.number, true);
    let cells = canvas.right().saturating_sub(Canvas::LEFT);
    canvas.paragraph(Canvas::LEFT, 2, cells, 4, lang.review_test_how(), canvas.theme.dim);
}
