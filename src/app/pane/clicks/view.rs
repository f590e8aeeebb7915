//! Draws who clicked.
use ratatui::style::Style;

use super::ClicksPane;
use crate::app::App;
use crate::app::view::Canvas;
use crate::words::Grouped;

/// Draws the pane into the body.
pub fn draw(pane: &ClicksPane, _app: &App, canvas: &mut Canvas<'_>) {
    let lang = canvas.lang;
    let Some(Some(page)) = pane.page.shown() else {
        canvas.put(Canvas::LEFT, 1, lang.clicks_none(), canvas.theme.dim);
        return;
    };
    let style = canvas.theme.strong;
    let at = canvas.put_right(10, 1, Grouped(page.totals.clickers).to_string(), style);
    canvas.put(at.max(10) + 2, 1, lang.clicks_people(page.totals.clickers), Style::new());
}
