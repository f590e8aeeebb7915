//! Screens of their own that lie on top of the panes: each is left with Esc, and none can send.
mod chooser;
mod find;
mod help;
mod leave;
mod messages;
mod palette;
mod pick;
mod qr;
pub(super) mod view;
mod welcome;

pub use chooser::Entry;
pub use find::Find;
pub use help::Help;
pub use leave::Leave;
pub use messages::Messages;
pub use palette::palette;
pub use pick::Pick;
pub use qr::Qr;
pub use welcome::Welcome;

use super::pane::compose::{Ask, Review, Roll};
use super::scene::Scene;
use crate::words::Lang;

/// The screen on top.
#[derive(Debug)]
pub enum Overlay {
    /// The keys that work here, and the words.
    Help(Box<Help>),
    /// All messages so far.
    Messages(Messages),
    /// A short link as a QR code.
    Qr(Qr),
    /// Something is being sent: how to leave.
    Leave(Leave),
    /// Nothing is configured yet.
    Welcome(Box<Welcome>),
    /// A list to pick from: the commands, or what a pane offers.
    Pick(Pick),
    /// Everything that is known before a send: the only door to one.
    Review(Box<Review>),
    /// Who was left out and why; what the checks found and whom it is about.
    Roll(Roll),
    /// The number for a test.
    Ask(Ask),
    /// Every message to a number.
    Find(Box<Find>),
}

impl Overlay {
    /// What it does with keys.
    pub fn scene(&self) -> &dyn Scene {
        match self {
            Self::Help(scene) => &**scene,
            Self::Messages(scene) => scene,
            Self::Qr(scene) => scene,
            Self::Leave(scene) => scene,
            Self::Welcome(scene) => &**scene,
            Self::Pick(scene) => scene,
            Self::Review(scene) => &**scene,
            Self::Roll(scene) => scene,
            Self::Ask(scene) => scene,
            Self::Find(scene) => &**scene,
        }
    }

    /// The same, to change it.
    pub fn scene_mut(&mut self) -> &mut dyn Scene {
        match self {
            Self::Help(scene) => &mut **scene,
            Self::Messages(scene) => scene,
            Self::Qr(scene) => scene,
            Self::Leave(scene) => scene,
            Self::Welcome(scene) => &mut **scene,
            Self::Pick(scene) => scene,
            Self::Review(scene) => &mut **scene,
            Self::Roll(scene) => scene,
            Self::Ask(scene) => scene,
            Self::Find(scene) => &mut **scene,
        }
    }

    /// Its name, where the tabs stand otherwise.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'static str {
        match self {
            Self::Help(_) => lang.help_title(),
            Self::Messages(_) => lang.help_messages(),
            Self::Qr(_) => lang.links_qr(),
            Self::Leave(_) => lang.app_leave(),
            Self::Welcome(_) => "云雀 yunque",
            Self::Pick(pick) => pick.title(lang),
            Self::Review(review) => review.title(lang),
            Self::Roll(roll) => roll.title(lang),
            Self::Ask(_) => lang.review_test_title(),
            Self::Find(_) => lang.find_title(),
        }
    }

    /// What it is about.
    #[must_use]
    pub fn subtitle(&self, lang: Lang) -> String {
        match self {
            Self::Help(_) | Self::Pick(_) => lang.help_type_to_search().to_owned(),
            Self::Qr(qr) => qr.url().to_owned(),
            Self::Review(review) => review.subtitle(lang),
            Self::Roll(roll) => roll.subtitle(lang),
            Self::Ask(_) => lang.review_nothing_sent().to_owned(),
            Self::Find(_) => lang.find_every_message().to_owned(),
            Self::Messages(_) | Self::Leave(_) | Self::Welcome(_) => String::new(),
        }
    }
}
