//! The keys that work here and everywhere, from the live keymap; searched as you type; Enter does what is selected.
use super::chooser::{Chooser, Entry};
use super::palette::commands;
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::keymap::{Context, Keymap};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::sms::{RecipientState, ReportStatus};
use crate::words::{Lang, state};

/// The help.
#[derive(Debug, Clone)]
pub struct Help(pub(super) Chooser);

impl Help {
    /// What can be done in `context`, and what the words mean, in both languages.
    #[must_use]
    pub fn new(keymap: &Keymap, context: Context, settings: &Settings, lang: Lang) -> Self {
        let mut entries = commands(keymap, context, settings, lang);
        let both = |word: fn(Lang) -> &'static str, meaning: &'static str| Entry {
            key: word(lang).to_owned(),
            text: format!("{}  {meaning}", word(lang.other())),
            kind: lang.help_words().into(),
            action: None,
        };
        entries.extend([
            both(|lang| state::recipient(RecipientState::Accepted, lang), lang.help_accepted()),
            both(|lang| state::recipient(RecipientState::Refused, lang), lang.help_refused()),
            both(|lang| state::recipient(RecipientState::Unknown, lang), lang.help_unknown()),
            both(|lang| state::recipient(RecipientState::Pending, lang), lang.help_pending()),
            both(|lang| state::report(ReportStatus::Delivered, lang), lang.help_delivered()),
            both(|lang| state::report(ReportStatus::NoReport, lang), lang.help_no_report()),
        ]);
        Self(Chooser::new(entries))
    }
}

impl Scene for Help {
    fn context(&self) -> Context {
        Context::Look
    }
    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        self.0.apply(action, cx)
    }
    fn field(&mut self) -> Option<&mut Editor> {
        Some(self.0.query_mut())
    }
    fn is_typing(&self) -> bool {
        true
    }
    fn edited(&mut self, _cx: &mut Cx<'_>) {
        self.0.search();
    }
    fn sync(&mut self, cx: &mut Cx<'_>) {
        self.0.sync(cx.layout());
    }
    fn hints(&self, lang: Lang) -> Vec<Hint> {
        Chooser::hints(lang)
    }
}
