//! Colour in the tables: the terminal's own, and never the only sign of anything.

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Data.
    Plain,
    /// The head of a table.
    Head,
    /// Waits for a person.
    Attention,
    /// Failed.
    Bad,
}

/// A brush, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    is_on: bool,
}

impl Paint {
    /// With colour or without.
    #[must_use]
    pub const fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    /// The text in its tone; unchanged without colour.
    #[must_use]
    pub fn tone(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.is_on => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Head => "1",
            Tone::Attention => "33",
            Tone::Bad => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
