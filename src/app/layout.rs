//! Where things are on a screen of a given size. Pure, so that `update` can compute scroll offsets without drawing.
//!
//! ```text
//! row 0      tabs                                   the profile, LIVE
//! row 1      (blank)
//! rows 2…    body: two cells of margin on both sides; the cursor stands in the left one
//! last - 2   message: what happened, was anything sent, what to do
//! last - 1   status: balance, what is being sent, what is unknown, age of the clicks, time
//! last       the keys that work here and now
//! ```
use ratatui::layout::Rect;

use super::event::Size;

/// Where things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The whole screen.
    pub screen: Rect,
    /// What a pane or overlay draws into, margins included.
    pub body: Rect,
    /// Room to spare: 120×40 and more.
    pub is_roomy: bool,
    /// Less than 80×24: what is not needed is left out.
    pub is_tight: bool,
}

impl Layout {
    /// The least that can be worked with.
    pub const LEAST: Size = Size::new(60, 16);

    /// The layout of a screen; harmless at any size.
    #[must_use]
    pub const fn of(size: Size) -> Self {
        let height = size.height.saturating_sub(5);
        Self {
            screen: Rect::new(0, 0, size.width, size.height),
            body: Rect::new(0, if size.height < 2 { size.height } else { 2 }, size.width, height),
            is_roomy: size.width >= 120 && size.height >= 40,
            is_tight: size.width < 80 || size.height < 24,
        }
    }

    /// Whether the screen is too small to work with.
    #[must_use]
    pub const fn is_too_small(self) -> bool {
        self.screen.width < Self::LEAST.width || self.screen.height < Self::LEAST.height
    }

    /// The column behind the last one that data may stand in.
    #[must_use]
    pub const fn right(self) -> u16 {
        self.screen.width.saturating_sub(2)
    }
}
