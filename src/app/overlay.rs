//! Screens of their own that lie on top of the panes: each is left with Esc, and none can send.
mod chooser;
mod help;
mod leave;
mod messages;
mod palette;
mod qr;
pub(super) mod view;
mod welcome;

pub use help::Help;
pub use leave::Leave;
pub use messages::Messages;
pub use palette::Palette;
pub use qr::Qr;
pub use welcome::Welcome;

use super::scene::Scene;
use crate::words::Lang;

/// The screen on top.
#[derive(Debug)]
pub enum Overlay {
    /// The keys that work here, and the words.
    Help(Help),
    /// Any command, link or campaign.
    Palette(Palette),
    /// All messages so far.
    Messages(Messages),
    /// A short link as a QR code.
    Qr(Qr),
    /// Something is being sent: how to leave.
    Leave(Leave),
    /// Nothing is configured yet.
    Welcome(Welcome),
}

impl Overlay {
    /// What it does with keys.
    pub fn scene(&self) -> &dyn Scene {
        match self {
            Self::Help(scene) => scene,
            Self::Palette(scene) => scene,
            Self::Messages(scene) => scene,
            Self::Qr(scene) => scene,
            Self::Leave(scene) => scene,
            Self::Welcome(scene) => scene,
        }
    }

    /// The same, to change it.
    pub fn scene_mut(&mut self) -> &mut dyn Scene {
        match self {
            Self::Help(scene) => scene,
            Self::Palette(scene) => scene,
            Self::Messages(scene) => scene,
            Self::Qr(scene) => scene,
            Self::Leave(scene) => scene,
            Self::Welcome(scene) => scene,
        }
    }

    /// Its name, where the tabs stand otherwise.
    #[must_use]
    pub const fn title(&self, lang: Lang) -> &'static str {
        match self {
            Self::Help(_) => lang.help_title(),
            Self::Palette(_) => lang.help_commands(),
            Self::Messages(_) => lang.help_messages(),
            Self::Qr(_) => lang.links_qr(),
            Self::Leave(_) => lang.app_leave(),
            Self::Welcome(_) => "云雀 yunque",
        }
    }

    /// What it is about.
    #[must_use]
    pub fn subtitle(&self, lang: Lang) -> String {
        match self {
            Self::Help(_) | Self::Palette(_) => lang.help_type_to_search().to_owned(),
            Self::Qr(qr) => qr.url().to_owned(),
            Self::Messages(_) | Self::Leave(_) | Self::Welcome(_) => String::new(),
        }
    }
}
