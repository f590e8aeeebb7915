//! Draws the console: a pure function of its arguments. Drawing twice gives the same buffer.
mod canvas;
mod frame;

use ratatui::Frame;
use ratatui::style::Style;

pub use canvas::Canvas;
pub use frame::{covered, tone};

use super::event::Size;
use super::layout::Layout;
use super::text::Widths;
use super::when::When;
use super::{App, Now, Theme, overlay, pane};
use crate::app::action::PaneName;

/// Draws one frame. Sets the terminal's own cursor to the insertion point where something is being typed.
pub fn draw(app: &App, now: Now, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let layout = Layout::of(Size::new(area.width, area.height));
    let mut cursor = None;
    let mut canvas = Canvas {
        buffer: frame.buffer_mut(),
        area,
        cursor: &mut cursor,
        theme,
        lang: app.lang,
        keymap: &app.keymap,
        widths: Widths { is_ambiguous_wide: app.settings.is_ambiguous_wide },
        when: When { zone: &app.settings.zone, lang: app.lang, now },
    };
    if layout.is_too_small() {
        let text = app.lang.app_too_small(area.width, area.height, Layout::LEAST.width, Layout::LEAST.height);
        canvas.put(0, 0, text, Style::new());
        return;
    }
    frame::head(app, &mut canvas);
    frame::status(app, &mut canvas);
    frame::keys(app, &mut canvas);
    let mut body = canvas.rows(layout.body.y, layout.body.height);
    match app.overlays.last() {
        Some(overlay) => overlay::view::draw(overlay, app, &mut body),
        None => match app.pane {
            PaneName::Links => pane::links::view::draw(&app.links, app, &mut body),
            PaneName::Compose => pane::compose::view::draw(&app.compose, app, &mut body),
            PaneName::Campaigns => pane::campaigns::view::draw(&app.campaigns, app, &mut body),
            PaneName::Clicks => pane::clicks::view::draw(&app.clicks, app, &mut body),
        },
    }
    frame::message(app, &mut canvas);
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}
