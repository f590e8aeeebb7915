//! Draws the message being written.
use ratatui::style::Style;

use super::{ComposePane, Field};
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::view::Canvas;

/// Where the values begin.
const VALUES: u16 = 12;

/// The columns of the text; also what `update` moves the cursor by.
pub const fn text_cells(layout: Layout) -> u16 {
    layout.right().saturating_sub(VALUES)
}

/// Draws the pane into the body.
pub fn draw(pane: &ComposePane, app: &App, canvas: &mut Canvas<'_>) {
    let (lang, theme) = (canvas.lang, canvas.theme);
    let cells = text_cells(Layout::of(app.size));
    let fields = [
        (Field::Name, lang.compose_name(), &pane.name),
        (Field::To, lang.compose_to(), &pane.to),
        (Field::Text, lang.compose_text(), &pane.text),
    ];
    for (y, (field, label, editor)) in (0..).zip(fields) {
        let y = if field == Field::Text { y + 1 } else { y };
        let is_here = pane.at == field;
        if is_here {
            canvas.cursor_sign(y);
        }
        canvas.put(Canvas::LEFT, y, label, if is_here { theme.strong } else { theme.dim });
        if editor.is_multi_line() {
            let rows = canvas.height().saturating_sub(y);
            canvas.text_area(VALUES, y, cells, rows, editor, is_here && pane.is_typing);
        } else {
            canvas.field(VALUES, y, cells.saturating_sub(22), editor, is_here && pane.is_typing);
        }
    }
    if let Some(at) = pane.saved_at {
        let saved = lang.compose_saved(canvas.when.clock(at));
        canvas.put_right(canvas.right(), 0, saved, Style::new().patch(theme.dim));
    }
}
