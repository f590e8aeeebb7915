//! Draws the campaigns.
use ratatui::style::Style;

use super::CampaignsPane;
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::view::Canvas;
use crate::words::{Grouped, state};

/// The rows of the list on a screen; also what `update` scrolls by.
pub fn list_rows(layout: Layout) -> usize {
    usize::from(layout.body.height.saturating_sub(1))
}

/// Draws the pane into the body.
pub fn draw(pane: &CampaignsPane, app: &App, canvas: &mut Canvas<'_>) {
    let (lang, dim) = (canvas.lang, canvas.theme.dim);
    let Some(list) = app.data.campaigns.shown().filter(|list| !list.is_empty()) else {
        canvas.put(Canvas::LEFT, 1, lang.campaigns_empty(), dim);
        return;
    };
    for (y, row) in (0..).zip(pane.list.window(list.len())) {
        let campaign = &list[row];
        let is_selected = row == pane.list.row();
        if is_selected {
            canvas.cursor_sign(y);
        }
        let style = if is_selected { canvas.theme.strong } else { Style::new() };
        canvas.put_within(Canvas::LEFT, y, 10, state::campaign(campaign.state, lang), style);
        canvas.put_within(13, y, 5, campaign.id.to_string(), style);
        let end = canvas.put_right(canvas.right(), y, Grouped(campaign.total()).to_string(), style);
        canvas.put_within(19, y, end.saturating_sub(21), &campaign.name, style);
    }
}
