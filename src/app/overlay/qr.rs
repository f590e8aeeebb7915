//! A short link as a QR code, for a phone to look at.
use crate::app::action::Action;
use crate::app::keymap::Context;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::words::Lang;

/// A QR code: square, dark modules `true`, row by row, with two light modules around it.
#[derive(Debug, Clone)]
pub struct Qr {
    url: String,
    side: usize,
    modules: Vec<bool>,
}

impl Qr {
    /// The light margin around the code; phones read it with two, although the standard asks for four.
    const MARGIN: usize = 2;

    /// The code of an address; `None` when it is too long for any.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(url, qrcode::EcLevel::L).ok()?;
        let side = code.width();
        let modules = code.to_colors().into_iter().map(|module| module == qrcode::Color::Dark).collect();
        Some(Self { url: url.to_owned(), side, modules })
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Modules a side, margin included.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side + 2 * Self::MARGIN
    }

    /// Whether a module is dark, margin included.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let (Some(x), Some(y)) = (x.checked_sub(Self::MARGIN), y.checked_sub(Self::MARGIN)) else { return false };
        x < self.side && y < self.side && self.modules.get(y * self.side + x).copied().unwrap_or_default()
    }
}

impl Scene for Qr {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Back | Action::Open => cx.close(),
            Action::Copy => cx.copy(self.url.clone()),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![Hint::new(Action::Back, lang.app_hint_back()), Hint::new(Action::Copy, lang.app_hint_copy())]
    }
}
