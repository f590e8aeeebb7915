//! Draws the console: a pure function of its arguments. Drawing twice gives the same buffer.
use ratatui::Frame;

use super::{App, Now, Theme};

/// Draws one frame. Sets the terminal's own cursor to the insertion point where something is being typed.
pub fn draw(app: &App, now: Now, theme: &Theme, frame: &mut Frame<'_>) {
    let _ = (app, now, theme, frame);
}
