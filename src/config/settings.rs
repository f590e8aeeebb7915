//! What `config show` prints: each value, and where it comes from.
use std::fmt;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said otherwise.
    Default,
    /// The file: line and column from 1.
    File {
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// A variable of the environment.
    Environment(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
}

/// `default`, `12:3`, `YUNQUE_LANG`, `--lang`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.pad("default"),
            Self::File { line, column } => f.pad(&format!("{line}:{column}")),
            Self::Environment(name) | Self::Flag(name) => f.pad(name),
        }
    }
}

/// One resolved value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key as the file writes it: `profiles.main.price`.
    pub key: String,
    /// The value as the file writes it; a secret is `***`.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}
