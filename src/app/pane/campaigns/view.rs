//! Draws the campaigns: the list, below it the selected one's life; or its whole page; a question in the last rows.
use ratatui::style::Style;

use super::life::{Life, Line, Weight};
use super::{CampaignsPane, Focus};
use crate::app::App;
use crate::app::chart;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::sms::{Campaign, CampaignState, Mobile};
use crate::words::{Grouped, state};

/// The column that figures end before.
const FIGURES: u16 = 11;
/// The column of words, texts and bars.
const WORDS: u16 = 14;
/// The column of what is said about a count.
const ABOUT: u16 = 25;
/// Rows that a question, or the note being written, takes at the bottom.
const ASKING: u16 = 4;

/// The rows of the list on a screen; also what `update` scrolls by.
pub fn list_rows(layout: Layout, is_filtered: bool) -> usize {
    usize::from(layout.body.height.saturating_sub(2 + u16::from(is_filtered) + life_rows(layout)))
}

/// The rows of the open page: all but its title, a blank, and the last one.
pub fn page_rows(layout: Layout) -> usize {
    usize::from(layout.body.height.saturating_sub(2))
}

/// The cells of a text in the page.
pub fn text_cells(layout: Layout) -> usize {
    usize::from(layout.right().saturating_sub(WORDS))
}

/// The rows of the selected campaign's life below the list.
fn life_rows(layout: Layout) -> u16 {
    if layout.is_tight { 5 } else { layout.body.height * 11 / 19 }
}

/// Draws the pane into the body.
pub fn draw(pane: &CampaignsPane, app: &App, canvas: &mut Canvas<'_>) {
    let layout = Layout::of(app.size);
    let is_asking = pane.question.is_some() || pane.focus == Focus::Note;
    let asking = if is_asking { ASKING } else { 0 };
    let height = canvas.height();
    if is_asking {
        ask(pane, app, &mut canvas.rows(height - asking, asking));
    }
    let canvas = &mut canvas.rows(0, height - asking);
    match (&pane.page, pane.list.key().and_then(|id| app.data.campaign(*id))) {
        (Some(open), Some(campaign)) => {
            title(campaign, true, canvas);
            for (y, (line, is_selected)) in (2..).zip(open.window()) {
                if is_selected {
                    canvas.cursor_sign(y);
                }
                draw_line(line, y, app, canvas);
            }
        }
        _ => list(pane, app, layout, canvas),
    }
}

fn list(pane: &CampaignsPane, app: &App, layout: Layout, canvas: &mut Canvas<'_>) {
    let mut y = 0;
    if pane.filter.is_on() {
        let all = app.data.campaigns.shown().map_or(0, Vec::len);
        let (end, shown) = (canvas.right(), pane.shown.len() as u64);
        canvas.filter(y, end, pane.filter.field(), pane.filter.is_typing(), shown, all as u64);
        y += 1;
    }
    let Some(all) = app.data.campaigns.shown() else {
        let is_failed = app.data.campaigns.error().is_some();
        let text = if is_failed { canvas.lang.campaigns_could_not_read() } else { canvas.lang.campaigns_loading() };
        canvas.put(Canvas::LEFT, y + 1, text, canvas.theme.dim);
        return;
    };
    if pane.shown.is_empty() {
        return empty(pane, all.len(), y, canvas);
    }
    let columns = Columns::of(canvas, layout);
    header(&columns, y, canvas);
    for (y, row) in (y + 1..).zip(pane.list.window(pane.shown.len())) {
        let Some(campaign) = pane.shown.get(row).and_then(|i| all.get(*i)) else { continue };
        self::row(campaign, row == pane.list.row(), app, &columns, y, canvas);
    }
    let top = layout.body.height.saturating_sub(life_rows(layout));
    if let Some(campaign) = pane.list.key().and_then(|id| app.data.campaign(*id)) {
        life(pane, campaign, app, layout, &mut canvas.rows(top, u16::MAX));
    }
}

/// An empty list says what to do.
fn empty(pane: &CampaignsPane, total: usize, y: u16, canvas: &mut Canvas<'_>) {
    let lang = canvas.lang;
    if pane.filter.is_on() {
        canvas.put(Canvas::LEFT, y + 1, lang.campaigns_no_match(total as u64), canvas.theme.dim);
        return;
    }
    canvas.lesson(y + 1, lang.campaigns_empty(), lang.campaigns_empty_how());
}

/// Where the columns end: figures under each other, the name takes what is left.
struct Columns {
    id: u16,
    name: u16,
    /// By whom and when, where there is room.
    by: Option<(u16, u16)>,
    total: u16,
    /// Only the unknown where it is narrow.
    accepted: Option<u16>,
    refused: Option<u16>,
    unknown: u16,
}

impl Columns {
    fn of(canvas: &Canvas<'_>, layout: Layout) -> Self {
        let right = canvas.right();
        let is_narrow = canvas.width() < 76;
        let total = right.saturating_sub(if is_narrow { 10 } else { 26 });
        Self {
            id: 13,
            name: 19,
            by: layout.is_roomy.then(|| (total.saturating_sub(36), total.saturating_sub(26))),
            total,
            accepted: (!is_narrow).then(|| right.saturating_sub(16)),
            refused: (!is_narrow).then(|| right.saturating_sub(8)),
            unknown: right,
        }
    }
}

fn header(columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    canvas.put(Canvas::LEFT, y, lang.campaigns_column_state(), dim);
    canvas.put(columns.id, y, lang.campaigns_column_id(), dim);
    canvas.put(columns.name, y, lang.campaigns_column_name(), dim);
    if let Some((by, sent)) = columns.by {
        canvas.put(by, y, lang.campaigns_column_by(), dim);
        canvas.put(sent, y, lang.campaigns_column_sent(), dim);
    }
    canvas.put_right(columns.total, y, lang.campaigns_column_total(), dim);
    if let (Some(accepted), Some(refused)) = (columns.accepted, columns.refused) {
        canvas.put_right(accepted, y, lang.campaigns_column_accepted(), dim);
        canvas.put_right(refused, y, lang.campaigns_column_refused(), dim);
    }
    canvas.put_right(columns.unknown, y, lang.campaigns_column_unknown(), dim);
}

fn row(campaign: &Campaign, is_selected: bool, app: &App, columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let style = if is_selected { theme.strong } else { Style::new() };
    if is_selected {
        canvas.cursor_sign(y);
    }
    let now = canvas.when.now;
    let word = state::campaign_at(campaign, now, lang);
    canvas.put_within(Canvas::LEFT, y, 10, word, if campaign.is_missed(now) { theme.waits } else { style });
    canvas.put_within(columns.id, y, 6, campaign.id.to_string(), style);
    let mut end = canvas.put_right(columns.total, y, Grouped(campaign.total()).to_string(), style);
    if let Some((by, sent)) = columns.by {
        canvas.put_within(by, y, sent.saturating_sub(by + 1), &campaign.by, style);
        let at = campaign.first_at.unwrap_or(campaign.created_at);
        canvas.put_within(sent, y, end.saturating_sub(sent + 1), canvas.when.stamp(at), style);
        end = by;
    }
    let name = columns.name;
    if campaign.is_test {
        // What was sent to oneself is not taken for a campaign.
        end = canvas.put_right(end.saturating_sub(2), y, lang.campaigns_is_test(), theme.waits);
    }
    canvas.put_within(name, y, end.saturating_sub(name + 1), &campaign.name, style);
    if campaign.is_missed(now)
        && let Some(at) = campaign.starts_at
    {
        canvas.put_right(columns.unknown, y, lang.campaigns_missed(canvas.when.stamp(at)), theme.waits);
        return;
    }
    if let (CampaignState::Scheduled, Some(at)) = (campaign.state, campaign.starts_at) {
        let (text, style) = match (app.data.is_watched, columns.accepted.is_some()) {
            (true, true) => (lang.campaigns_starts_by_watch(canvas.when.day_and_clock(at)), style),
            (true, false) => (canvas.when.day(at), style),
            (false, true) => (lang.campaigns_starts_by_nobody().to_owned(), theme.waits),
            (false, false) => (lang.campaigns_starts_by_nobody_short().to_owned(), theme.waits),
        };
        canvas.put_right(columns.unknown, y, text, style);
        return;
    }
    let counts = campaign.counts;
    if let (Some(accepted), Some(refused)) = (columns.accepted, columns.refused) {
        canvas.put_right(accepted, y, Grouped(counts.accepted).to_string(), style);
        canvas.put_right(refused, y, Grouped(counts.refused).to_string(), style);
    }
    match counts.unknown {
        0 => canvas.put_right(columns.unknown, y, "0", style),
        some => canvas.put_right(columns.unknown, y, format!("? {}", Grouped(some)), theme.waits),
    };
}

/// Id, name, by whom and when.
fn title(campaign: &Campaign, is_page: bool, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let by = &campaign.by;
    let when = match (campaign.first_at, campaign.last_at) {
        (Some(first), _) if campaign.state == CampaignState::Running => {
            lang.campaigns_by_since(by, canvas.when.stamp(first))
        }
        (Some(first), Some(last)) if last.as_second() / 60 != first.as_second() / 60 => {
            lang.campaigns_by_from_to(by, canvas.when.stamp(first), canvas.when.stamp(last))
        }
        (first, _) => lang.campaigns_by_at(by, canvas.when.stamp(first.unwrap_or(campaign.created_at))),
    };
    let mut end = canvas.put_right(canvas.right(), 0, when, theme.dim);
    if campaign.is_test {
        end = canvas.put_right(end.saturating_sub(2), 0, lang.campaigns_is_test(), theme.waits);
    }
    canvas.put_within(Canvas::LEFT, 0, WORDS - 3, campaign.id.to_string(), theme.strong);
    let mut x = WORDS;
    if is_page {
        x = canvas.put(x, 0, state::campaign_at(campaign, canvas.when.now, lang), theme.strong) + 2;
    }
    canvas.put_within(x, 0, end.saturating_sub(x + 2), &campaign.name, theme.strong);
}

/// The head of the selected campaign's life, in what room there is; the newest note stands last.
fn life(pane: &CampaignsPane, campaign: &Campaign, app: &App, layout: Layout, canvas: &mut Canvas<'_>) {
    title(campaign, false, canvas);
    let life = Life {
        campaign,
        page: pane.read_page(),
        progress: app.data.progress.get(&campaign.id),
        looked: app.data.looked.get(&campaign.id).copied(),
        is_watched: app.data.is_watched,
        when: canvas.when.clone(),
        keymap: canvas.keymap,
        widths: canvas.widths,
        cells: text_cells(layout),
    };
    let rows = usize::from(canvas.height().saturating_sub(1));
    let is_asking = pane.question.is_some() || pane.focus == Focus::Note;
    let note = life.newest_note().filter(|_| !is_asking);
    let room = rows.saturating_sub(usize::from(note.is_some()));
    let mut lines = if layout.is_roomy { life.whole() } else { life.head() };
    if is_asking {
        // The figures that are asked about stay.
        lines.retain(|line| matches!(line, Line::Count { .. }));
    }
    if layout.is_tight {
        lines.retain(|line| !line.is_spare());
    } else if lines.len() > room {
        // A blank row is the first to go.
        if let Some(blank) = lines.iter().position(|line| *line == Line::Blank) {
            lines.remove(blank);
        }
    }
    if lines.len() > room {
        lines.truncate(room);
        // A sentence that is not whole says so; the whole page ends where the screen does.
        if let Some(Line::Text { text, .. }) = lines.last_mut().filter(|_| !layout.is_roomy) {
            *text = format!("{}~", canvas.widths.fit(text, text_cells(layout).saturating_sub(1)).trim_end_matches('~'));
        }
    }
    lines.extend(note.filter(|_| !layout.is_roomy));
    for (y, line) in (1..).zip(&lines) {
        draw_line(line, y, app, canvas);
    }
}

fn draw_line(line: &Line, y: u16, app: &App, canvas: &mut Canvas<'_>) {
    let (theme, right) = (canvas.theme, canvas.right());
    let style_of = |weight: Weight| match weight {
        Weight::Plain => Style::new(),
        Weight::Dim => theme.dim,
        Weight::Waits => theme.waits,
        Weight::Refused => theme.failed,
    };
    match line {
        Line::Blank => {}
        Line::Bar { out, total } => {
            let cells = usize::from(right.saturating_sub(WORDS));
            canvas.put(WORDS, y, chart::bar(*out, *total, cells, theme.is_ascii), theme.accent);
        }
        Line::Count { figure, word, text, right: edge, weight } => {
            let style = style_of(*weight);
            canvas.put_right(FIGURES, y, figure, style);
            canvas.put_within(WORDS, y, ABOUT - WORDS - 1, word, style);
            let end = canvas.put_right(right, y, edge, Style::new());
            canvas.put_within(ABOUT, y, end.saturating_sub(ABOUT + 1), text, Style::new());
        }
        Line::Text { label, text, weight } => {
            canvas.put_within(Canvas::LEFT, y, WORDS - 3, label, theme.dim);
            canvas.put_within(WORDS, y, right.saturating_sub(WORDS), text, style_of(*weight));
        }
        Line::Person { label, mobile, text, is_unknown } => {
            canvas.put_within(Canvas::LEFT, y, WORDS - 3, label, theme.dim);
            let style = if *is_unknown { theme.waits } else { Style::new() };
            let end = canvas.put(WORDS, y, shown(*mobile, app), style);
            canvas.put_within(end + 2, y, right.saturating_sub(end + 2), text, theme.dim);
        }
    }
}

fn shown(mobile: Mobile, app: &App) -> String {
    if app.settings.is_masked { mobile.masked() } else { mobile.wire() }
}

/// The question and its answers, or the note being written.
fn ask(pane: &CampaignsPane, app: &App, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let cells = canvas.right().saturating_sub(Canvas::LEFT + 2);
    let Some(question) = &pane.question else {
        let label = lang.campaigns_label_note();
        canvas.cursor_sign(2);
        canvas.put(Canvas::LEFT, 2, label, theme.strong);
        canvas.field(WORDS, 2, canvas.right().saturating_sub(WORDS), &pane.note, true);
        return;
    };
    let campaign = app.data.campaign(question.id);
    let sentence = question.sentence(campaign, &canvas.when, |mobile| shown(mobile, app));
    canvas.put(Canvas::LEFT, 1, "?", theme.waits);
    canvas.paragraph(Canvas::LEFT + 2, 1, cells, 2, &sentence, theme.strong);
    canvas.cursor_sign(3);
    let mut x = Canvas::LEFT + 1;
    for (i, answer) in question.answers(lang).into_iter().enumerate() {
        x = if i == question.choice {
            canvas.put(x, 3, format!("[{answer}]"), theme.accent)
        } else {
            canvas.put(x, 3, format!(" {answer} "), Style::new())
        } + 2;
    }
}
