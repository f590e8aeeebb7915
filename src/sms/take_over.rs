//! A question between operators: one wants to go on with a campaign that another is sending.
use jiff::Timestamp;

/// What whoever sends it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They go on with it themselves.
    Keep,
    /// It stops at its next batch, and is free.
    HandOver,
}

impl Answer {
    /// The code that the store, the JSON documents and the audit keep.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::HandOver => "hand-over",
        }
    }

    /// The answer behind a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Keep, Self::HandOver].into_iter().find(|answer| answer.code() == code)
    }
}

/// The question, and what was said to it. Nothing is decided by waiting: it stands until it is answered, or until the
/// process it was put to is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeOver {
    /// Who asks.
    pub by: String,
    /// From where: OS user and SSH client, as the audit says it; empty when nobody knows.
    pub from: String,
    /// Since when.
    pub asked_at: Timestamp,
    /// Who is asked: the operator who sends it.
    pub owner: String,
    /// What they said, and when.
    pub answer: Option<(Answer, Timestamp)>,
}

impl TakeOver {
    /// Whether it still waits for its answer.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.answer.is_none()
    }

    /// Who asks and from where: `priya (priya from 10.0.0.7)`, as data for a sentence.
    #[must_use]
    pub fn asker(&self) -> String {
        let Self { by, from, .. } = self;
        if from.is_empty() || from == by { by.clone() } else { format!("{by} ({from})") }
    }
}
