//! What can be wrong with something typed.
use super::Explain;
use crate::words::Lang;

/// What can be wrong with something typed. Owned by `desk/ and cli/`. Nothing is ever sent when one of these is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputProblem {
    /// To be replaced by the owner of this file.
    #[error("{0}")]
    Other(String),
    /// Sending needs a typed count or `--yes`, and there is no terminal to ask on.
    #[error("needs --yes: {n} recipients and no terminal to ask on")]
    NeedsYes {
        /// Recipients.
        n: u64,
    },
    /// Something other than the count was typed.
    #[error("not confirmed")]
    NotConfirmed,
    /// Flags or arguments that do not go together, or miss something. The words are the command line's own, in English.
    #[error("usage: {0}")]
    Usage(String),
    /// The console was asked for where there is no terminal.
    #[error("no terminal")]
    NoTerminal,
    /// The sandbox cannot listen there.
    #[error("cannot listen on {listen}: {why}")]
    CannotListen {
        /// Where.
        listen: std::net::SocketAddr,
        /// The system's words.
        why: String,
    },
}

impl Explain for InputProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::Other(_) => "input",
            Self::NeedsYes { .. } => "needs-yes",
            Self::NotConfirmed => "not-confirmed",
            Self::Usage(_) => "usage",
            Self::NoTerminal => "no-terminal",
            Self::CannotListen { .. } => "listen",
        }
    }

    fn what(&self, lang: Lang) -> String {
        match self {
            Self::Other(why) => why.clone(),
            Self::NeedsYes { n } => lang.cli_needs_yes(*n),
            Self::NotConfirmed => lang.cli_not_confirmed().to_owned(),
            Self::Usage(why) => lang.cli_usage(why),
            Self::NoTerminal => lang.cli_no_terminal().to_owned(),
            Self::CannotListen { listen, why } => lang.cli_cannot_listen(listen, why),
        }
    }

    fn now(&self, lang: Lang) -> String {
        match self {
            Self::Other(_) => String::new(),
            Self::NeedsYes { .. } => lang.cli_needs_yes_now().to_owned(),
            Self::NotConfirmed => lang.cli_not_confirmed_now().to_owned(),
            Self::Usage(_) => lang.cli_usage_now().to_owned(),
            Self::NoTerminal => lang.cli_no_terminal_now().to_owned(),
            Self::CannotListen { .. } => lang.cli_cannot_listen_now().to_owned(),
        }
    }

    fn exit(&self) -> u8 {
        if matches!(self, Self::CannotListen { .. }) { 1 } else { 2 }
    }
}
