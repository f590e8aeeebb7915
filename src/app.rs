//! Floor 2: the console's functional core. No I/O, no async, no clock, no environment.
//!
//! ```text
//! Event ─App::update(event, now)→ keymap: Action → pane.apply(action) → state changes; Effects come back as data
//!                                                                       view::draw(&app, now, &theme, frame)
//! ```
mod action;
mod effect;
mod event;
mod remote;
mod request;
mod settings;
mod theme;
pub mod view;

use jiff::Timestamp;

pub use action::{Action, PaneName};
pub use effect::{Effect, Effects};
pub use event::{Copied, Event, Size};
pub use remote::Remote;
pub use request::{
    Arrangement, CallId, CampaignPage, ClickPage, Export, Failure, Group, Request, Response, Sheet, SortBy, Subject,
    Thing, TypedKey,
};
pub use settings::Settings;
pub use theme::Theme;

/// The one moment that an event is handled at, or a frame drawn for.
pub type Now = Timestamp;

/// The console's whole state.
#[derive(Debug)]
pub struct App {
    settings: Settings,
    size: Size,
}

impl App {
    /// A console that has seen nothing yet; [`Event::Started`] comes first. Chords that clash or cannot be read are
    /// returned as sentences, which the shell shows (or refuses to start with) before the screen changes.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, size: Size::default() }
    }

    /// Takes in one event. Never blocks, reads no clock: `now` is all the time there is.
    pub fn update(&mut self, event: Event, now: Now) -> Effects {
        let _ = (now, &self.settings);
        let mut effects = Effects::none();
        match event {
            Event::Started(size) | Event::Resized(size) | Event::CameBack(size) => self.size = size,
            Event::Terminated | Event::HungUp => effects.push(Effect::Quit),
            _ => {}
        }
        effects
    }

    /// When to send [`Event::WokeUp`]; `None` while nothing is due. A function of state: ask after every update.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        None
    }

    /// The terminal's size, as the last event told it.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }
}
