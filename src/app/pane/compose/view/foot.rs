//! Below the text: what it is and costs; while To is at hand, its first rows, or the paths that begin like it.
use ratatui::style::Style;

use super::super::{ComposePane, Field};
use super::VALUES;
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::sms::{CampaignState, Mobile, Money, Signature, Template};

/// A column of the preview takes this much at most.
const COLUMN: usize = 18;

/// Draws it into its rows.
pub fn draw(pane: &ComposePane, app: &App, layout: Layout, canvas: &mut Canvas<'_>) {
    if pane.at == Field::To {
        if pane.completions.len() > 1 {
            return paths(&pane.completions, canvas);
        }
        if pane.audience.sheet().is_some() && !layout.is_roomy {
            return preview(pane, app, canvas);
        }
    }
    if pane.letter.is_blank() {
        let cells = canvas.right().saturating_sub(VALUES);
        canvas.paragraph(VALUES, 0, cells, canvas.height(), canvas.lang.compose_empty_how(), canvas.theme.dim);
        return;
    }
    if pane.letter.text.text().trim().is_empty() {
        return put(0, canvas.lang.compose_text_how(), canvas.theme.dim, canvas);
    }
    if pane.bill.is_unknown(&pane.letter.text.text()) {
        // Figures of a text that cannot be made would be false ones.
        put(0, canvas.lang.review_no_figures(), canvas.theme.dim, canvas);
        return hint(pane, layout, canvas);
    }
    length(pane, canvas);
    hint(pane, layout, canvas);
    let money = if layout.is_tight { 2 } else { 3 };
    fee(pane, app, layout, money, canvas);
    if !layout.is_tight {
        put(4, &calls(pane, app, canvas), canvas.theme.dim, canvas);
        explain(pane, app, canvas);
    }
}

fn put(y: u16, text: &str, style: Style, canvas: &mut Canvas<'_>) {
    let cells = canvas.right().saturating_sub(VALUES);
    canvas.put_within(VALUES, y, cells, text, style);
}

/// Something that a person should look at: its sign stands before the column of values.
fn warn(y: u16, text: &str, canvas: &mut Canvas<'_>) {
    canvas.put(VALUES - 2, y, "!", canvas.theme.waits);
    put(y, text, Style::new(), canvas);
}

/// Characters and segments.
fn length(pane: &ComposePane, canvas: &mut Canvas<'_>) {
    let (lang, bill) = (canvas.lang, &pane.bill);
    let (least, most) = (u64::from(*bill.characters.start()), u64::from(*bill.characters.end()));
    let (few, many) = (u64::from(*bill.segments.start()), u64::from(*bill.segments.end()));
    if bill.excess() > 0 {
        return warn(0, &lang.compose_too_long(most, u64::from(bill.excess())), canvas);
    }
    let text = if bill.histogram.is_empty() {
        if few == many {
            lang.compose_length(most, many, u64::from(bill.room))
        } else {
            lang.compose_length_mixed(most, few, many)
        }
    } else if few == many {
        lang.compose_length_span(least, most, many)
    } else {
        let parts = bill.histogram.iter().map(|(parts, count)| lang.compose_of_segments(*count, u64::from(parts.0)));
        let parts = parts.collect::<Vec<_>>().join(lang.compose_comma());
        lang.compose_length_range(least, most, parts)
    };
    put(0, &text, Style::new(), canvas);
}

/// The one thing worth knowing about the text: what is missing, else what would be saved.
fn hint(pane: &ComposePane, layout: Layout, canvas: &mut Canvas<'_>) {
    let (lang, bill) = (canvas.lang, &pane.bill);
    let text = pane.letter.text.text();
    let is_personal = !Template::new(&text).is_plain();
    if !text.trim().is_empty() && Signature::of(&text).is_none() {
        warn(1, lang.compose_no_signature(), canvas);
    } else if bill.lacking > 0 {
        warn(1, &lang.compose_lacking(bill.lacking), canvas);
    } else if is_personal && pane.audience.people().is_some() && bill.histogram.is_empty() {
        warn(1, lang.compose_no_values(), canvas);
    } else if let Some((fewer, saved)) = bill.saving {
        let segments = u64::from(bill.segments.end().saturating_sub(1));
        let fewer = u64::from(fewer);
        let text = if layout.is_tight {
            lang.compose_saving_tight(fewer, segments, saved)
        } else {
            lang.compose_saving(fewer, segments, saved)
        };
        warn(1, &text, canvas);
    } else if bill.is_sampled {
        put(1, lang.compose_sampled(), canvas.theme.dim, canvas);
    } else if *bill.segments.end() == 1 {
        put(1, lang.compose_one_segment(), canvas.theme.dim, canvas);
    }
}

/// The fee, the balance, and what is left of it when this and what colleagues have under way is billed.
fn fee(pane: &ComposePane, app: &App, layout: Layout, y: u16, canvas: &mut Canvas<'_>) {
    let lang = canvas.lang;
    let fee = match pane.audience.tally().recipients {
        0 => lang.compose_fee_each(pane.bill.fee),
        _ => lang.compose_fee(pane.bill.fee),
    };
    let Some(account) = app.data.account.shown() else { return put(y, &fee, Style::new(), canvas) };
    let committed = committed(app);
    let after = account.balance - committed - pane.bill.fee;
    let is_counted = pane.audience.tally().recipients > 0;
    let is_short = is_counted && account.balance < committed + pane.bill.fee;
    let style = if is_short { canvas.theme.waits } else { Style::new() };
    if layout.is_tight && is_counted {
        return put(y, &lang.compose_fee_tight(pane.bill.fee, after), style, canvas);
    }
    let after = match committed {
        _ if !is_counted => lang.compose_balance_only(account.balance),
        Money::ZERO => lang.compose_balance(account.balance, after),
        committed => lang.compose_balance_committed(account.balance, committed, after),
    };
    put(y, &format!("{fee}   {after}"), style, canvas);
}

/// What is running and scheduled and not billed yet.
fn committed(app: &App) -> Money {
    let under_way = app.data.campaigns.shown().into_iter().flatten();
    let under_way = under_way.filter(|c| matches!(c.state, CampaignState::Running | CampaignState::Scheduled));
    under_way
        .map(|c| app.settings.price.times((c.counts.pending + c.counts.sending) * u64::from(c.segments.0.max(1))))
        .sum()
}

/// How it is handed over.
fn calls(pane: &ComposePane, app: &App, canvas: &Canvas<'_>) -> String {
    let lang = canvas.lang;
    let recipients = pane.audience.tally().recipients;
    let is_personal = !Template::new(&pane.letter.text.text()).is_plain();
    if recipients <= 1 {
        return lang.compose_by_single().to_owned();
    }
    if is_personal {
        return lang.compose_by_single_each(recipients);
    }
    let (size, canary) = (u64::from(app.settings.pacing.batch_size.max(1)), u64::from(app.settings.canary));
    if recipients > u64::from(app.settings.canary_above) && canary > 0 {
        let calls = recipients.saturating_sub(canary).div_ceil(size);
        return lang.compose_by_batch_canary(canary, calls, size);
    }
    lang.compose_by_batch(recipients.div_ceil(size), recipients.min(size))
}

/// What counting will mean; with variables, what a real recipient gets.
fn explain(pane: &ComposePane, app: &App, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    let cells = canvas.right().saturating_sub(VALUES);
    if let (Some((i, text)), Some(people)) = (&pane.bill.example, pane.audience.people()) {
        let who = people.mobiles().get(*i).map(|mobile| mobile.masked()).unwrap_or_default();
        canvas.paragraph(VALUES, 5, cells, 2, &lang.compose_example(who, text), dim);
        return;
    }
    let hosts = &app.settings.link_hosts;
    let Some(sid) = pane.letter.links(hosts).into_iter().next() else { return };
    let bare = app.data.link(&sid).map_or(sid.0.as_str(), |link| link.short.bare());
    let text = match (pane.letter.has_mobile_stat(hosts), pane.audience.people().map(|people| people.mobiles())) {
        (false, _) => lang.compose_total_only().to_owned(),
        (true, Some([only])) => {
            lang.compose_own_link(bare, if app.settings.is_masked { only.masked() } else { only.wire() })
        }
        (true, _) => lang.compose_own_links(bare),
    };
    canvas.paragraph(VALUES, 5, cells, 2, &text, dim);
}

/// The paths that begin like what is typed.
fn paths(paths: &[String], canvas: &mut Canvas<'_>) {
    let room = usize::from(canvas.height().saturating_sub(1)).max(1);
    let shown = if paths.len() > room { room - 1 } else { room };
    for (y, path) in (0..).zip(paths.iter().take(shown)) {
        put(y, path, Style::new(), canvas);
    }
    if let Some(more) = paths.len().checked_sub(shown).filter(|more| *more > 0) {
        let y = u16::try_from(shown).unwrap_or(u16::MAX);
        put(y, &canvas.lang.compose_more_paths(more as u64), canvas.theme.dim, canvas);
    }
}

/// The first rows of the file, numbers masked as everywhere; the column of the numbers is bold and stands between brackets.
pub fn preview(pane: &ComposePane, app: &App, canvas: &mut Canvas<'_>) {
    let Some(sheet) = pane.audience.sheet() else { return };
    let chosen = pane.audience.column(pane.letter.reading.column.as_deref()).unwrap_or_default();
    let title = if sheet.columns.len() > 1 && pane.at == Field::To && !pane.is_typing {
        canvas.lang.compose_sheet_choose(&sheet.encoding)
    } else {
        canvas.lang.compose_sheet(&sheet.encoding)
    };
    put(0, &title, canvas.theme.dim, canvas);
    let room = usize::from(canvas.height()).saturating_sub(2);
    let cell = |row: &[String], column: usize| -> String {
        let text = row.get(column).map_or("", String::as_str);
        match Mobile::parse(text) {
            Ok(mobile) if app.settings.is_masked => mobile.masked(),
            _ => crate::sms::visible(text).into_owned(),
        }
    };
    let right = canvas.right();
    let mut x = VALUES;
    // The chosen column is always among those shown.
    let first = chosen.saturating_sub(2);
    for (column, name) in sheet.columns.iter().enumerate().skip(first) {
        let is_chosen = column == chosen;
        let name = if is_chosen { format!("[{name}]") } else { name.clone() };
        let rows = sheet.rows.iter().take(room).map(|row| cell(row, column));
        let widest = rows.clone().map(|text| canvas.widths.of(&text)).chain([canvas.widths.of(&name)]).max();
        let cells = u16::try_from(widest.unwrap_or_default().clamp(1, COLUMN)).unwrap_or(1);
        if x >= right {
            break;
        }
        let cells = cells.min(right - x);
        let style = if is_chosen { canvas.theme.strong } else { canvas.theme.dim };
        canvas.put_within(x, 1, cells, &name, style);
        let style = if is_chosen { canvas.theme.strong } else { Style::new() };
        for (y, text) in (2..).zip(rows) {
            canvas.put_within(x, y, cells, text, style);
        }
        x += cells + 3;
    }
    if sheet.rows.is_empty() {
        put(2, canvas.lang.compose_sheet_empty(), canvas.theme.dim, canvas);
    }
}
