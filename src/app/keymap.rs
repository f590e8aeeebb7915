//! Which chord means which action, where. Everything can be rebound; clashes are found before the screen changes.
//!
//! ```text
//! key ─Chord::of─▶ chord ─▶ bindings of this context ─▶ else those of Context::Everywhere ─▶ Action
//! while a field is typed in: bindings of Context::Field alone; every other key is text
//! ```
use std::borrow::Cow;
use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{Action, ActionInfo, PaneName};
use super::chord::Chord;
use super::editor::Edit;
use crate::words::Lang;

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Wherever no field is being typed in.
    Everywhere,
    /// In a pane.
    Pane(PaneName),
    /// In the review before sending.
    Review,
    /// In the finder.
    Find,
    /// On a screen of its own with nothing to do but look and leave (QR code, messages).
    Look,
    /// While a field is being typed in; all other keys are text.
    Field,
}

impl Context {
    /// The name in the config, before the dot of `campaigns.retry`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Pane(PaneName::Links) => "links",
            Self::Pane(PaneName::Compose) => "compose",
            Self::Pane(PaneName::Campaigns) => "campaigns",
            Self::Pane(PaneName::Clicks) => "clicks",
            Self::Review => "review",
            Self::Find => "find",
            Self::Look => "look",
            Self::Field => "field",
        }
    }
}

/// What stands before and behind an action's name in a text (`build.rs`).
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

const LINKS: Context = Context::Pane(PaneName::Links);
const COMPOSE: Context = Context::Pane(PaneName::Compose);
const CAMPAIGNS: Context = Context::Pane(PaneName::Campaigns);
const CLICKS: Context = Context::Pane(PaneName::Clicks);

/// The defaults. None needs a chord that tmux, screen, zellij, flow control or a terminal takes for itself, none needs
/// Alt, a function key or Shift-Enter: where line editing has such a one from readline, another stands beside it. One
/// letter stands for one idea in every pane.
const DEFAULTS: &[(Context, Action, &[&str])] = &[
    (Context::Everywhere, Action::GoTo(PaneName::Links), &["1"]),
    (Context::Everywhere, Action::GoTo(PaneName::Compose), &["2"]),
    (Context::Everywhere, Action::GoTo(PaneName::Campaigns), &["3"]),
    (Context::Everywhere, Action::GoTo(PaneName::Clicks), &["4"]),
    (Context::Everywhere, Action::NextArea, &["tab"]),
    (Context::Everywhere, Action::PreviousArea, &["shift-tab"]),
    (Context::Everywhere, Action::Up, &["up", "k"]),
    (Context::Everywhere, Action::Down, &["down", "j"]),
    (Context::Everywhere, Action::Left, &["left", "h"]),
    (Context::Everywhere, Action::Right, &["right", "l"]),
    (Context::Everywhere, Action::PageUp, &["pageup", "ctrl-u"]),
    (Context::Everywhere, Action::PageDown, &["pagedown", "ctrl-d"]),
    (Context::Everywhere, Action::First, &["home", "g"]),
    (Context::Everywhere, Action::Last, &["end", "G"]),
    (Context::Everywhere, Action::Open, &["enter"]),
    (Context::Everywhere, Action::Back, &["esc"]),
    (Context::Everywhere, Action::Filter, &["/"]),
    (Context::Everywhere, Action::Palette, &[":"]),
    (Context::Everywhere, Action::Help, &["?"]),
    (Context::Everywhere, Action::Messages, &["M"]),
    (Context::Everywhere, Action::Refresh, &["r"]),
    (Context::Everywhere, Action::Copy, &["y"]),
    (Context::Everywhere, Action::CopyCommand, &["Y"]),
    (Context::Everywhere, Action::Find, &["F"]),
    (Context::Everywhere, Action::SwitchLanguage, &["L"]),
    (Context::Everywhere, Action::Reveal, &["v"]),
    (Context::Everywhere, Action::Repaint, &["ctrl-l"]),
    (Context::Everywhere, Action::Crash, &[]),
    (Context::Everywhere, Action::Suspend, &["ctrl-z"]),
    (Context::Everywhere, Action::Interrupt, &["ctrl-c"]),
    (Context::Everywhere, Action::Quit, &["q"]),
    (LINKS, Action::New, &["n"]),
    (LINKS, Action::Message, &["s"]),
    (LINKS, Action::Clicks, &["c"]),
    (LINKS, Action::ShowQr, &["Q"]),
    (LINKS, Action::Retag, &["T"]),
    (LINKS, Action::Archive, &["z"]),
    (LINKS, Action::ToggleArchived, &["Z"]),
    (COMPOSE, Action::New, &["n"]),
    (COMPOSE, Action::Message, &["s"]),
    (COMPOSE, Action::ImportFile, &["i"]),
    (COMPOSE, Action::PickLink, &["a"]),
    (COMPOSE, Action::PickTemplate, &["T"]),
    (COMPOSE, Action::PickDraft, &["D"]),
    (COMPOSE, Action::ToggleMobileStat, &["m"]),
    (COMPOSE, Action::ToggleKind, &["K"]),
    (COMPOSE, Action::TestSend, &["t"]),
    (COMPOSE, Action::NextEncoding, &["E"]),
    (COMPOSE, Action::ShowLeftOut, &["x"]),
    (COMPOSE, Action::Discard, &["Z"]),
    (Context::Review, Action::TestSend, &["t"]),
    (Context::Review, Action::ShowLeftOut, &["x"]),
    (Context::Review, Action::ShowWarnings, &["w"]),
    (Context::Review, Action::ToggleAfterHangup, &["o"]),
    (Context::Review, Action::ToggleQuietHours, &["H"]),
    (CAMPAIGNS, Action::Message, &["s"]),
    (CAMPAIGNS, Action::Clicks, &["c"]),
    (CAMPAIGNS, Action::PauseOrResume, &["p"]),
    (CAMPAIGNS, Action::PauseAll, &["P"]),
    (CAMPAIGNS, Action::CancelCampaign, &["X"]),
    (CAMPAIGNS, Action::ShowLeftOut, &["x"]),
    (CAMPAIGNS, Action::Settle, &["u"]),
    (CAMPAIGNS, Action::Reconcile, &["U"]),
    (CAMPAIGNS, Action::Retry, &["t"]),
    (CAMPAIGNS, Action::Duplicate, &["d"]),
    (CAMPAIGNS, Action::Note, &["N"]),
    (CAMPAIGNS, Action::TakeOver, &["O"]),
    (CAMPAIGNS, Action::HandOver, &["o"]),
    (CAMPAIGNS, Action::Export, &["e"]),
    (CLICKS, Action::Left, &["[", "left", "h"]),
    (CLICKS, Action::Right, &["]", "right", "l"]),
    (CLICKS, Action::Clicks, &["c"]),
    (CLICKS, Action::Sort, &["o"]),
    (CLICKS, Action::Message, &["s"]),
    (CLICKS, Action::Export, &["e"]),
    (Context::Find, Action::Suppress, &["S"]),
    (Context::Look, Action::Export, &["e"]),
    (Context::Look, Action::LeaveOut, &["X"]),
    (Context::Field, Action::Open, &["enter"]),
    (Context::Field, Action::Back, &["esc"]),
    (Context::Field, Action::NextArea, &["tab"]),
    (Context::Field, Action::PreviousArea, &["shift-tab"]),
    (Context::Field, Action::Up, &["up"]),
    (Context::Field, Action::Down, &["down"]),
    (Context::Field, Action::PageUp, &["pageup"]),
    (Context::Field, Action::PageDown, &["pagedown"]),
    (Context::Field, Action::Repaint, &["ctrl-l"]),
    (Context::Field, Action::Suspend, &["ctrl-z"]),
    (Context::Field, Action::Interrupt, &["ctrl-c"]),
    (Context::Field, Action::Edit(Edit::Beginning), &["ctrl-a", "home"]),
    (Context::Field, Action::Edit(Edit::End), &["ctrl-e", "end"]),
    (Context::Field, Action::Edit(Edit::Back), &["ctrl-b", "left"]),
    (Context::Field, Action::Edit(Edit::Forward), &["ctrl-f", "right"]),
    (Context::Field, Action::Edit(Edit::WordBack), &["alt-b", "ctrl-left", "alt-left"]),
    (Context::Field, Action::Edit(Edit::WordForward), &["alt-f", "ctrl-right", "alt-right"]),
    (Context::Field, Action::Edit(Edit::Delete), &["backspace", "ctrl-h"]),
    (Context::Field, Action::Edit(Edit::DeleteNext), &["delete", "ctrl-d"]),
    (Context::Field, Action::Edit(Edit::DeleteWord), &["ctrl-w", "alt-backspace", "ctrl-backspace"]),
    (Context::Field, Action::Edit(Edit::DeleteNextWord), &["alt-d", "ctrl-delete"]),
    (Context::Field, Action::Edit(Edit::DeleteBeginning), &["ctrl-u"]),
    (Context::Field, Action::Edit(Edit::DeleteEnd), &["ctrl-k"]),
    (Context::Field, Action::Edit(Edit::PutBack), &["ctrl-y"]),
    // A terminal reports Ctrl-_ as Ctrl-7.
    (Context::Field, Action::Edit(Edit::Undo), &["ctrl-_", "ctrl-7", "ctrl-/"]),
    (Context::Field, Action::Edit(Edit::Redo), &["ctrl-r"]),
];

/// One action's chords in one context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// What.
    pub action: Action,
    /// By which chords; the first is the one shown.
    pub chords: Vec<Chord>,
}

/// What is wrong with the chords of the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyTrouble {
    /// No action has this name; the nearest one is given.
    NoSuchAction {
        /// As it was written.
        name: String,
        /// What was probably meant.
        nearest: String,
    },
    /// Not a chord.
    NoSuchKey {
        /// The action's name.
        name: String,
        /// As it was written.
        chord: String,
    },
    /// Two actions want the same chord at the same place.
    Clash {
        /// The chord, as the footer shows it.
        chord: String,
        /// One action's full name.
        first: String,
        /// The other's.
        second: String,
    },
    /// While typing, plain characters are text.
    PlainInField {
        /// The action's full name.
        name: String,
        /// The chord.
        chord: String,
    },
}

impl KeyTrouble {
    /// Whether it speaks of the action that the config calls `name`, with or without its context.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        let is_name = |full: &str| full == name || full.split_once('.').is_some_and(|(_, short)| short == name);
        match self {
            Self::NoSuchAction { name: own, .. } | Self::NoSuchKey { name: own, .. } => own == name,
            Self::PlainInField { name: own, .. } => is_name(own),
            Self::Clash { first, second, .. } => is_name(first) || is_name(second),
        }
    }

    /// As a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::NoSuchAction { name, nearest } => lang.keys_no_such_action(name, nearest),
            Self::NoSuchKey { name, chord } => lang.keys_no_such_key(name, chord),
            Self::Clash { chord, first, second } => lang.keys_clash(chord, first, second),
            Self::PlainInField { name, chord } => lang.keys_plain_in_field(name, chord),
        }
    }
}

/// The live keymap: what the footer, the help and the palette show is read from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
    lookup: HashMap<(Context, Chord), usize>,
}

impl Keymap {
    /// The defaults with the operator's own chords in place: `[("quit", ["Q"]), ("campaigns.retry", ["ctrl-r"])]`. A name
    /// without a context changes the action wherever it is bound. What is wrong is left out and reported.
    #[must_use]
    pub fn new(own: &[(String, Vec<String>)]) -> (Self, Vec<KeyTrouble>) {
        let mut troubles = Vec::new();
        let mut bindings: Vec<Binding> = DEFAULTS
            .iter()
            .map(|(context, action, chords)| Binding {
                context: *context,
                action: action.clone(),
                chords: chords.iter().filter_map(|chord| chord.parse().ok()).collect(),
            })
            .collect();
        for (name, chords) in own {
            rebind(&mut bindings, name, chords, &mut troubles);
        }
        let mut lookup = HashMap::new();
        for (i, binding) in bindings.iter().enumerate() {
            for chord in &binding.chords {
                if binding.context == Context::Field && chord.is_plain_character() {
                    let (name, chord) = (full_name(binding), chord.to_string());
                    troubles.push(KeyTrouble::PlainInField { name, chord });
                } else if let Some(other) = lookup.insert((binding.context, *chord), i) {
                    troubles.push(clash(*chord, &bindings[other], binding));
                }
            }
        }
        // A pane's chord may not hide one that holds everywhere, unless it is the same idea.
        for binding in bindings.iter().filter(|b| !matches!(b.context, Context::Everywhere | Context::Field)) {
            for chord in &binding.chords {
                if let Some(i) = lookup.get(&(Context::Everywhere, *chord))
                    && bindings[*i].action != binding.action
                {
                    troubles.push(clash(*chord, &bindings[*i], binding));
                }
            }
        }
        (Self { bindings, lookup }, troubles)
    }

    /// What `chord` means in `context`: the context's own binding, else the one that holds everywhere.
    #[must_use]
    pub fn action(&self, context: Context, chord: Chord) -> Option<&Action> {
        let everywhere = if context == Context::Field { context } else { Context::Everywhere };
        let found = self.lookup.get(&(context, chord)).or_else(|| self.lookup.get(&(everywhere, chord)))?;
        Some(&self.bindings[*found].action)
    }

    /// What a key means while a field is typed in; `None` for text. Shift alone changes no step of line editing.
    #[must_use]
    pub fn typing(&self, key: KeyEvent) -> Option<&Action> {
        let of = |key: KeyEvent| self.action(Context::Field, Chord::of(key));
        match key.code {
            // What an input method makes of a key is text here: `？` is not `?`.
            KeyCode::Char(c) if !c.is_ascii() => None,
            KeyCode::Char(_) => of(key),
            _ => of(key).or_else(|| {
                let without = KeyEvent::new(key.code, key.modifiers - KeyModifiers::SHIFT);
                of(without).filter(|action| matches!(action, Action::Edit(_)))
            }),
        }
    }

    /// A text with the keys that are bound now in the places of their actions' names (`{@campaigns.pause}` in the locale
    /// files): what is said of a key stays true when it is another one. Of an action without a key, its name for `:`.
    #[must_use]
    pub fn spell<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.contains(OPEN) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            out.push_str(before);
            let (name, after) = after.split_once(CLOSE).unwrap_or((after, ""));
            let bound = self.bindings.iter().find(|binding| is_name_of(binding, name));
            match bound.and_then(|binding| binding.chords.first()) {
                Some(chord) => out.push_str(&chord.to_string()),
                None => out.extend([":", name.split_once('.').map_or(name, |(_, short)| short)]),
            }
            rest = after;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// All bindings, in the order of the help.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The chord to show for an action in a context: `s`, `Enter`; `None` when it has none there.
    #[must_use]
    pub fn shown(&self, context: Context, action: &Action) -> Option<Chord> {
        let in_context = |wanted: Context| {
            let mut matching = self.bindings.iter().filter(|b| b.context == wanted && b.action == *action);
            matching.find_map(|b| b.chords.first().copied())
        };
        in_context(context).or_else(|| if context == Context::Field { None } else { in_context(Context::Everywhere) })
    }
}

fn rebind(bindings: &mut [Binding], name: &str, chords: &[String], troubles: &mut Vec<KeyTrouble>) {
    let mut parsed = Vec::new();
    for chord in chords {
        match chord.parse() {
            Ok(chord) => parsed.push(chord),
            Err(_) => troubles.push(KeyTrouble::NoSuchKey { name: name.to_owned(), chord: chord.clone() }),
        }
    }
    let mut is_found = false;
    for binding in bindings.iter_mut() {
        let short = binding.action.name();
        // Inside a field the same actions keep their own chords unless the field is named; line editing is nowhere else.
        let is_elsewhere = binding.context != Context::Field || matches!(binding.action, Action::Edit(_));
        let is_meant = (name == short && is_elsewhere) || name == full_name(binding);
        if is_meant {
            is_found = true;
            binding.chords.clone_from(&parsed);
        }
    }
    if !is_found {
        let mut names: Vec<String> = bindings.iter().map(full_name).collect();
        names.extend(ActionInfo::ALL.iter().map(|info| info.name.to_owned()));
        let nearest = names.into_iter().min_by_key(|known| distance(known, name)).unwrap_or_default();
        troubles.push(KeyTrouble::NoSuchAction { name: name.to_owned(), nearest });
    }
}

fn is_name_of(binding: &Binding, full: &str) -> bool {
    full.split_once('.') == Some((binding.context.name(), binding.action.name()))
}

fn full_name(binding: &Binding) -> String {
    format!("{}.{}", binding.context.name(), binding.action.name())
}

fn clash(chord: Chord, first: &Binding, second: &Binding) -> KeyTrouble {
    KeyTrouble::Clash { chord: chord.to_string(), first: full_name(first), second: full_name(second) }
}

/// Levenshtein's distance, for "did you mean".
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let replaced = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = replaced.min(before + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
