//! What reached us: facts, in the past tense.
use std::path::PathBuf;

use crossterm::event::KeyEvent;

use super::request::{CallId, Failure, Response, Thing};
use crate::problem::Problem;
use crate::sms::{CampaignId, Check, DraftId, Looked, Progress};

/// The terminal's size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Size {
    /// `80×24` is `Size::new(80, 24)`.
    #[must_use]
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width, height }
    }
}

/// Where a copy went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// To the terminal, by OSC 52; nobody knows whether it took it.
    ToTerminal,
    /// To a file, because it is too long for that.
    ToFile(PathBuf),
    /// Nowhere: the system's words.
    Nowhere(String),
}

/// A fact that reached the core. [`super::App::update`] is its only reader.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The loop begins; the first of all events.
    Started(Size),
    /// Every key that was waiting, in order: usually one. Several at once may be a paste by a terminal without
    /// bracketed paste, so the shell hands over together what it read together.
    Keys(Vec<KeyEvent>),
    /// A bracketed paste.
    Pasted(String),
    /// The terminal has a new size.
    Resized(Size),
    /// The one reply to a call.
    Replied {
        /// The call.
        id: CallId,
        /// What came of it.
        outcome: Result<Response, Failure>,
    },
    /// A campaign got on; the newest of what was waiting.
    Progressed(Progress),
    /// A look into the vendor's records got on; the newest of what was waiting.
    LookedUp(Looked),
    /// A campaign goes on although some of its recipients had the same text elsewhere: the row that says so.
    Doubled(CampaignId, Check),
    /// The time that [`super::App::next_wake`] named has come.
    WokeUp,
    /// A draft is on disk.
    DraftSaved(DraftId),
    /// What became of a copy.
    Copied(Copied),
    /// The store learnt something new of a thing that no call of the core asked for.
    Changed(Thing),
    /// The server behind the profile turned out to be a sandbox of ours, or not to be one.
    Recognised {
        /// Whether it is one.
        is_sandbox: bool,
    },
    /// Something went wrong that no call asked for: a draft that could not be kept, a broken configuration.
    Troubled(Problem),
    /// We are back in the foreground; everything is to be drawn anew.
    CameBack(Size),
    /// SIGTERM, SIGINT or SIGQUIT: leave in good order.
    Terminated,
    /// The terminal is gone: save and leave, draw nothing.
    HungUp,
}
