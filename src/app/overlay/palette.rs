//! Any command, link or campaign: type a few letters, Enter does it.
use super::chooser::{Chooser, Entry};
use crate::app::action::Action;
use crate::app::data::Data;
use crate::app::editor::Editor;
use crate::app::keymap::{Context, Keymap};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::sms::visible;
use crate::words::Lang;

/// The commands of a context and those that hold everywhere, with their keys, in the order of the help.
pub fn commands(keymap: &Keymap, context: Context, settings: &Settings, lang: Lang) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for wanted in [context, Context::Everywhere] {
        for binding in keymap.bindings().iter().filter(|b| b.context == wanted) {
            let is_known = entries.iter().any(|entry| entry.action.as_ref() == Some(&binding.action));
            if is_known || (settings.is_read_only && binding.action.changes_something()) {
                continue;
            }
            let keys: Vec<String> = binding.chords.iter().map(ToString::to_string).collect();
            entries.push(Entry {
                key: keys.join(" "),
                text: binding.action.label(lang).to_owned(),
                kind: if wanted == Context::Everywhere { lang.help_everywhere() } else { lang.help_here() }.into(),
                action: Some(binding.action.clone()),
            });
        }
    }
    entries
}

/// The palette.
#[derive(Debug, Clone)]
pub struct Palette(pub(super) Chooser);

impl Palette {
    /// Everything that can be done in `context`, and every link and campaign by name.
    #[must_use]
    pub fn new(keymap: &Keymap, context: Context, settings: &Settings, data: &Data, lang: Lang) -> Self {
        let mut entries = commands(keymap, context, settings, lang);
        for entry in &mut entries {
            // A command is found by its name in the config too: `:messages`, `:quit`.
            if let Some(name) = entry.action.as_ref().map(Action::name)
                && !entry.text.contains(name)
            {
                entry.text = format!("{}  {name}", entry.text);
            }
        }
        for link in data.links.shown().into_iter().flatten() {
            entries.push(Entry {
                key: String::new(),
                text: visible(&format!("{}  {}", link.short.bare(), link.short.name)).into_owned(),
                kind: lang.help_link().into(),
                action: Some(Action::ShowLink(link.short.sid.clone())),
            });
        }
        for campaign in data.campaigns.shown().into_iter().flatten() {
            entries.push(Entry {
                key: String::new(),
                text: visible(&format!("{}  {}", campaign.id, campaign.name)).into_owned(),
                kind: lang.help_campaign().into(),
                action: Some(Action::ShowCampaign(campaign.id)),
            });
        }
        Self(Chooser::new(entries))
    }
}

impl Scene for Palette {
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
