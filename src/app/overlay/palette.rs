//! Any command, link or campaign: type a few letters, Enter does it, or goes where it is done.
use super::chooser::Entry;
use super::pick::Pick;
use crate::app::action::{Action, PaneName};
use crate::app::data::Data;
use crate::app::keymap::{Binding, Context, Keymap};
use crate::app::settings::Settings;
use crate::sms::visible;
use crate::words::Lang;

/// The commands of a context and those that hold everywhere, with their keys, in the order of the help.
pub fn commands(keymap: &Keymap, context: Context, settings: &Settings, lang: Lang) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for wanted in [context, Context::Everywhere] {
        let kind = if wanted == Context::Everywhere { lang.help_everywhere() } else { lang.help_here() };
        add(&mut entries, keymap, wanted, settings, |binding| Entry {
            key: keys(binding),
            text: binding.action.label(lang).to_owned(),
            kind: kind.into(),
            action: Some(binding.action.clone()),
        });
    }
    entries
}

/// Adds what can be done in a context, unless it is listed already.
fn add(
    entries: &mut Vec<Entry>,
    keymap: &Keymap,
    context: Context,
    settings: &Settings,
    entry: impl Fn(&Binding) -> Entry,
) {
    for binding in keymap.bindings().iter().filter(|binding| binding.context == context) {
        let is_known = entries.iter().any(|entry| entry.action.as_ref() == Some(&binding.action));
        // A test aid is not offered to whoever looks for a command; whoever binds it has asked for it.
        let is_test_aid = binding.action == Action::Crash && binding.chords.is_empty();
        let is_hidden = is_test_aid
            || (settings.is_read_only && binding.action.changes_something())
            || (settings.is_first_run && !binding.action.needs_no_account());
        if !is_known && !is_hidden {
            entries.push(entry(binding));
        }
    }
}

/// All its keys, as they are shown.
pub fn keys(binding: &Binding) -> String {
    let keys: Vec<String> = binding.chords.iter().map(ToString::to_string).collect();
    keys.join(" ")
}

/// Everything that can be done: in `context`, everywhere, in the other panes; and every link and campaign by name.
#[must_use]
pub fn palette(keymap: &Keymap, context: Context, settings: &Settings, data: &Data, lang: Lang) -> Pick {
    let mut entries = commands(keymap, context, settings, lang);
    for pane in PaneName::ALL.into_iter().filter(|pane| Context::Pane(*pane) != context) {
        add(&mut entries, keymap, Context::Pane(pane), settings, |binding| Entry {
            // Its key means something else here, or nothing.
            key: String::new(),
            text: format!("{}: {}", Action::GoTo(pane).label(lang), binding.action.label(lang)),
            kind: lang.help_goes_there().into(),
            action: Some(Action::In(pane, Box::new(binding.action.clone()))),
        });
    }
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
    Pick::with_keys(entries, Lang::help_commands)
}
