//! Draws who clicked: the figures, the clicks over time, the groups, and the rows of one of them.
use ratatui::style::Style;

use super::{ClicksPane, figures, graph, people};
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::request::{ClickPage, Group};
use crate::app::view::{Canvas, covered};
use crate::sms::visible;
use crate::words::state;

/// The columns at the right that the funnel takes, where there is room.
const FUNNEL: u16 = 35;

/// Where things are, by rows of the body.
struct Places {
    figures: u16,
    /// The chart and, below it, its axis.
    chart: Option<(u16, u16)>,
    filter: u16,
    groups: u16,
    header: u16,
    rows: u16,
    count: u16,
    age: u16,
}

impl Places {
    const fn of(layout: Layout) -> Self {
        let height = layout.body.height;
        let age = height.saturating_sub(1);
        if layout.is_tight {
            let count = height.saturating_sub(6);
            return Self { figures: 1, chart: None, filter: 3, groups: 3, header: 4, rows: 5, count, age };
        }
        if layout.is_roomy {
            let count = height.saturating_sub(19);
            return Self { figures: 2, chart: Some((2, 9)), filter: 13, groups: 12, header: 14, rows: 15, count, age };
        }
        let mut tall = 3 + height.saturating_sub(19) / 6;
        if tall > 8 {
            tall = 8;
        }
        let groups = 7 + tall;
        let count = height.saturating_sub(groups + 3);
        Self {
            figures: 2,
            chart: Some((5, tall + 1)),
            filter: groups - 1,
            groups,
            header: groups + 1,
            rows: groups + 2,
            count,
            age,
        }
    }
}

/// The rows of the table on a screen; also what `update` scrolls by.
pub fn table_rows(layout: Layout) -> usize {
    usize::from(Places::of(layout).count)
}

/// Draws the pane into the body.
pub fn draw(pane: &ClicksPane, app: &App, canvas: &mut Canvas<'_>) {
    let layout = Layout::of(app.size);
    let Some(look) = pane.shown_page() else { return nothing(pane, app, canvas) };
    let places = Places::of(layout);
    title(look, canvas);
    let right = canvas.right();
    let end = if layout.is_roomy { right.saturating_sub(FUNNEL + 4) } else { right };
    if let Some((y, rows)) = places.chart {
        if !look.shared_with.is_empty() {
            let others = state::some_campaigns(&look.shared_with, canvas.lang);
            canvas.put_right(end, y.saturating_sub(1), canvas.lang.clicks_all_campaigns(others), canvas.theme.dim);
        }
        graph::draw(look, end, &mut canvas.rows(y, rows));
    }
    if layout.is_roomy {
        let x = right.saturating_sub(FUNNEL);
        figures::draw_column(pane, look, x, places.figures, canvas);
        figures::draw_funnel(pane, look, app, x, &mut canvas.rows(places.groups, u16::MAX));
        let y = places.age.saturating_sub(2);
        canvas.put_within(
            Canvas::LEFT + 2,
            y,
            end.saturating_sub(4),
            people::count(pane, canvas.lang),
            canvas.theme.dim,
        );
    } else {
        figures::draw(pane, look, places.figures, canvas);
    }
    let has_filter = pane.is_filtering || !pane.table.filter.is_empty();
    if !has_filter || places.filter != places.groups {
        people::groups(pane, look, places.groups, end, canvas);
    }
    if has_filter {
        let all = Group::ALL.into_iter().position(|group| group == look.group).map_or(0, |at| look.groups[at]);
        let (shown, y) = (pane.table.len(), places.filter);
        canvas.filter(y, end, &pane.table.filter, pane.is_filtering, shown as u64, all);
    }
    let columns = people::Columns::of(end, layout.is_roomy, is_older(look, canvas), look.extra.is_some());
    people::header(pane, look, &columns, places.header, canvas);
    people::rows(pane, look, app.settings.is_masked, &columns, places.rows, canvas);
    // However long a message is, how old the figures are stands above it.
    let age = places.age.saturating_sub(covered(app, canvas));
    if age < places.age {
        canvas.clear(age, 1);
    }
    figures::draw_age(pane, look, &app.settings, age, canvas);
}

/// Whether clicks may be of another day than this.
fn is_older(look: &ClickPage, canvas: &Canvas<'_>) -> bool {
    let sent = look.campaign.as_ref().and_then(|campaign| campaign.first_at);
    let began = sent.or_else(|| look.links.first().map(|link| link.created_at));
    began.is_some_and(|at| canvas.when.day(at) != canvas.when.day(canvas.when.now))
}

/// The campaign or the link, and when it went out.
fn title(look: &ClickPage, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let link = look.links.first();
    let mut right = link.map_or(String::new(), |link| visible(link.short.bare()).into_owned());
    let (id, name, about) = match (&look.campaign, link) {
        (Some(campaign), _) => {
            let at = canvas.when.stamp(campaign.first_at.unwrap_or(campaign.created_at));
            (campaign.id.to_string(), campaign.name.as_str(), lang.clicks_sent_at(at, &campaign.by))
        }
        (None, Some(link)) => {
            let at = canvas.when.stamp(link.created_at);
            (String::new(), link.short.name.as_str(), lang.clicks_made_at(at, &link.by))
        }
        (None, None) => (String::new(), "", String::new()),
    };
    if canvas.width() >= 80 || look.campaign.is_none() {
        right = format!("{right}   {about}");
    }
    let end = canvas.put_right(canvas.right(), 0, right, theme.dim);
    let mut x = Canvas::LEFT;
    if !id.is_empty() {
        x = canvas.put(x, 0, id, theme.strong).max(7) + 3;
    }
    canvas.put_within(x, 0, end.saturating_sub(x + 2), name, theme.strong);
}

/// There is no page: not asked, on its way, failed, or nothing that could have clicks.
fn nothing(pane: &ClicksPane, app: &App, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let cells = canvas.right().saturating_sub(Canvas::LEFT);
    if pane.subject.is_none() {
        canvas.put(Canvas::LEFT, 1, lang.clicks_empty(), theme.strong);
        canvas.paragraph(Canvas::LEFT, 3, cells, 4, lang.clicks_empty_how(), theme.dim);
        return;
    }
    let (text, style) = if pane.page.error().is_some() {
        (lang.clicks_look_failed_first(), theme.waits)
    } else if !pane.page.is_loading() {
        (lang.clicks_no_look(), theme.dim)
    } else if pane.wants_look {
        (lang.clicks_reading(), theme.dim)
    } else {
        (lang.clicks_first_look(), theme.dim)
    };
    canvas.paragraph(Canvas::LEFT, 1, cells, 2, text, style);
    if let Some(super::Subject::Campaign(id)) = &pane.subject
        && let Some(campaign) = app.data.campaign(*id)
    {
        canvas.put_within(Canvas::LEFT, 3, cells, format!("{id}  {}", campaign.name), Style::new());
    }
}
