//! The look: five roles on the terminal's own colours, and what each becomes without colour or without Unicode.
use ratatui::style::{Color, Modifier, Style};

/// How the screen may look. Made once by the shell; [`super::view::draw`] reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Colours may be used; without, every state still has its sign or word.
    pub has_colour: bool,
    /// Only ASCII may be drawn by ourselves: no braille, no `›`, no `✓`. Data keep their characters.
    pub is_ascii: bool,
    /// Where you are: the cursor, the pane's tab, the footer's keys.
    pub accent: Style,
    /// Where you are, without the accent: headings, the selected row.
    pub strong: Style,
    /// Labels, units and ages.
    pub dim: Style,
    /// What waits for a person.
    pub waits: Style,
    /// What failed or was refused.
    pub failed: Style,
    /// What has just happened.
    pub done: Style,
    /// The profile's own colour.
    pub profile: Style,
}

impl Theme {
    /// `has_colour` is false under `NO_COLOR` and `--color=never`; `is_ascii` is true under `--ascii`; `profile` is the
    /// profile's colour from the config (one of the sixteen names), cyan when it has none.
    #[must_use]
    pub fn new(has_colour: bool, is_ascii: bool, profile: Option<Color>) -> Self {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let colour = |c: Color| if has_colour { Style::new().fg(c) } else { Style::new() };
        Self {
            has_colour,
            is_ascii,
            accent: colour(Color::Cyan).add_modifier(Modifier::BOLD),
            strong: bold,
            dim: Style::new().add_modifier(Modifier::DIM),
            waits: colour(Color::Yellow),
            failed: colour(Color::Red),
            done: colour(Color::Green),
            profile: colour(profile.unwrap_or(Color::Cyan)),
        }
    }

    /// The cursor before the selected row: `›`, or `>`.
    #[must_use]
    pub const fn cursor(&self) -> &'static str {
        if self.is_ascii { ">" } else { "›" }
    }

    /// What has just happened: `✓`, or `+`.
    #[must_use]
    pub const fn tick(&self) -> &'static str {
        if self.is_ascii { "+" } else { "✓" }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(true, false, None)
    }
}
