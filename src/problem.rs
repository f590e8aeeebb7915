//! Floor 1: everything that can go wrong, as data, and the one place where it becomes a sentence.
//!
//! Each room returns its own enum from here, so an error can travel from the socket to the screen without being
//! rewritten; each enum answers the operator's three questions in their language:
//! *what happened · was anything sent · what to do now*.
mod api;
mod campaign;
pub mod config;
mod file;
mod input;
mod store;

pub use api::{ApiProblem, Expected, Unreachable};
pub use campaign::CampaignProblem;
pub use config::ConfigProblem;
pub use file::FileProblem;
pub use input::InputProblem;
pub use store::{StoreProblem, WhyReadOnly};

use jiff::ZonedDateTime;

use crate::words::Lang;

/// A time as a sentence says it: `2026-11-24 10:00:00 +08:00`.
fn moment(at: &ZonedDateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// Whether anything may have been done over there: a message sent, a link made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing was sent.
    No,
    /// Something was.
    Yes,
    /// Nobody knows yet.
    Unknown,
}

impl Sent {
    /// The code of the JSON documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Unknown => "unknown",
        }
    }
}

/// The operator's three questions.
pub trait Explain {
    /// A stable word for scripts: the `kind` of the JSON error document.
    fn kind(&self) -> &'static str;
    /// The vendor's code, where there is one.
    fn code(&self) -> Option<i32> {
        None
    }
    /// Was anything sent?
    fn sent(&self) -> Sent {
        Sent::No
    }
    /// The same in words, one sentence.
    fn effect(&self, lang: Lang) -> &'static str {
        match self.sent() {
            Sent::No => lang.problem_nothing_sent(),
            Sent::Yes => lang.problem_something_sent(),
            Sent::Unknown => lang.problem_perhaps_sent(),
        }
    }
    /// What happened, one sentence.
    fn what(&self, lang: Lang) -> String;
    /// What to do now, one sentence.
    fn now(&self, lang: Lang) -> String;
    /// The exit code of the command line (`design.md`, exit codes): 1 failed, 2 refused by our own checks, 3 by the API.
    fn exit(&self) -> u8 {
        1
    }
}

/// Anything that can go wrong, from any room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A call to the API.
    #[error(transparent)]
    Api(#[from] ApiProblem),
    /// A campaign.
    #[error(transparent)]
    Campaign(#[from] CampaignProblem),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigProblem),
    /// A file of the operator's.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// Something typed.
    #[error(transparent)]
    Input(#[from] InputProblem),
    /// The local database.
    #[error(transparent)]
    Store(#[from] StoreProblem),
}

impl Problem {
    fn inner(&self) -> &dyn Explain {
        match self {
            Self::Api(p) => p,
            Self::Campaign(p) => p,
            Self::Config(p) => p,
            Self::File(p) => p,
            Self::Input(p) => p,
            Self::Store(p) => p,
        }
    }

    /// The whole message: what happened, whether anything was sent, what to do now.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        [self.what(lang), self.effect(lang).to_owned(), self.now(lang)].join(lang.problem_between())
    }
}

impl Explain for Problem {
    fn kind(&self) -> &'static str {
        self.inner().kind()
    }
    fn code(&self) -> Option<i32> {
        self.inner().code()
    }
    fn sent(&self) -> Sent {
        self.inner().sent()
    }
    fn effect(&self, lang: Lang) -> &'static str {
        self.inner().effect(lang)
    }
    fn what(&self, lang: Lang) -> String {
        self.inner().what(lang)
    }
    fn now(&self, lang: Lang) -> String {
        self.inner().now(lang)
    }
    fn exit(&self) -> u8 {
        self.inner().exit()
    }
}
