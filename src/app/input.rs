//! From keys to actions: what is typing, what is a paste, what is a command.
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::SignedDuration;

use super::chord::Chord;
use super::editor::Edit;
use super::effect::Effects;
use super::layout::Layout;
use super::message::Tone;
use super::{Action, App, Now};

/// So many characters that arrived at once were not typed: without bracketed paste they are a paste.
const BURST: usize = 24;
/// What follows a burst this soon belongs to it, however little it is: a terminal hands a paste over in pieces.
const BURST_LASTS: SignedDuration = SignedDuration::from_millis(100);

impl App {
    /// Keys that arrived together.
    pub(super) fn keys(&mut self, keys: Vec<KeyEvent>, now: Now, effects: &mut Effects) {
        if let Some(text) = self.as_paste(&keys, now) {
            self.burst_at = Some(now);
            return self.pasted(&text, now, effects);
        }
        self.burst_at = None;
        self.is_alone = keys.len() == 1;
        for key in keys {
            if key.kind != KeyEventKind::Release {
                self.key(key, now, effects);
            }
        }
    }

    /// The text of a burst that nobody can have typed; `None` for keys that are keys.
    fn as_paste(&self, keys: &[KeyEvent], now: Now) -> Option<String> {
        let goes_on = self.burst_at.is_some_and(|last| now.duration_since(last) <= BURST_LASTS);
        if self.brackets_pastes || (keys.len() < BURST && !goes_on) {
            return None;
        }
        // Tab or Enter that comes all by itself was pressed. At worst it ends a field; it never sends.
        if matches!(keys, [KeyEvent { code: KeyCode::Tab | KeyCode::Enter, .. }]) {
            return None;
        }
        let text: Option<String> = keys.iter().map(|key| character(*key)).collect();
        // A key that is held down repeats itself; a text does not.
        text.filter(|text| {
            let mut distinct: Vec<char> = text.chars().collect();
            distinct.sort_unstable();
            distinct.dedup();
            goes_on || distinct.len() >= 4
        })
    }

    fn key(&mut self, key: KeyEvent, now: Now, effects: &mut Effects) {
        let scene = self.scene();
        let meant = self.keymap.typing(key).cloned();
        let edit = match &meant {
            Some(Action::Edit(edit)) => Some(*edit),
            _ => None,
        };
        let is_taken = scene.takes(key, edit);
        if !scene.is_typing() && !is_taken {
            let action = self.keymap.action(scene.context(), Chord::of(key)).cloned();
            if let Some(action) = action.filter(|action| self.may_act(action)) {
                self.apply(&action, now, effects);
            }
            return;
        }
        let has_lines =
            self.in_scene(now, effects, |scene, _| scene.field().is_some_and(|field| field.is_multi_line()));
        let typed = match meant {
            // In a text of several lines, Enter is a character, and the arrows go through its rows.
            Some(Action::Open) if has_lines && is_enter(key) => Typed::Key,
            Some(Action::Up) if has_lines => Typed::Rows(-1),
            Some(Action::Down) if has_lines => Typed::Rows(1),
            Some(Action::Edit(edit)) => Typed::Edit(edit),
            Some(action) if !is_taken => {
                if self.may_act(&action) {
                    self.apply(&action, now, effects);
                }
                return;
            }
            _ => Typed::Key,
        };
        if !self.is_unseen() {
            self.type_in(typed, key, now, effects);
        }
    }

    fn type_in(&mut self, typed: Typed, key: KeyEvent, now: Now, effects: &mut Effects) {
        self.in_scene(now, effects, |scene, cx| {
            let Some(field) = scene.field() else { return };
            let is_edited = match typed {
                Typed::Key => field.press(key),
                Typed::Edit(edit) => field.edit(edit),
                Typed::Rows(by) => {
                    field.move_rows(by);
                    false
                }
            };
            if is_edited {
                scene.edited(cx);
            }
        });
    }

    /// Whether nothing but a notice is shown, because the screen is too small.
    const fn is_unseen(&self) -> bool {
        Layout::of(self.size).is_too_small()
    }

    /// Whether an action may be done now: unseen, nothing is, but going back and leaving.
    const fn may_act(&self, action: &Action) -> bool {
        let is_safe =
            matches!(action, Action::Back | Action::Quit | Action::Interrupt | Action::Suspend | Action::Repaint);
        is_safe || !self.is_unseen()
    }

    /// A paste: text for the field that is being typed in, nothing for anything else. Never commands, never Enter.
    pub(super) fn pasted(&mut self, text: &str, now: Now, effects: &mut Effects) {
        if !self.scene().is_typing() || self.is_unseen() {
            let why = self.scene().why_no_paste();
            self.log.say(now, Tone::Waits, |lang| why(lang).to_owned());
            return;
        }
        self.in_scene(now, effects, |scene, cx| {
            if let Some(field) = scene.field() {
                field.paste(text);
                scene.edited(cx);
            }
        });
    }

    /// Does what an action means: first to what has the keys, else to the console.
    pub(super) fn apply(&mut self, action: &Action, now: Now, effects: &mut Effects) {
        if *action != Action::Interrupt {
            self.interrupted_at = None;
        }
        if self.settings.is_read_only && action.changes_something() {
            self.log.say(now, Tone::Waits, |lang| lang.app_is_read_only().to_owned());
            return;
        }
        let applied = self.in_scene(now, effects, |scene, cx| scene.apply(action, cx));
        if applied == super::scene::Applied::No {
            self.apply_everywhere(action, now, effects);
        }
    }
}

/// What a key does to the field that is typed in.
#[derive(Clone, Copy)]
enum Typed {
    /// It is text.
    Key,
    /// A step of line editing.
    Edit(Edit),
    /// So many rows down.
    Rows(isize),
}

/// Whether it is Enter itself, not a chord that does the same.
fn is_enter(key: KeyEvent) -> bool {
    key.code == KeyCode::Enter && (key.modifiers - KeyModifiers::SHIFT).is_empty()
}

/// The character that a key of a paste stands for.
fn character(key: KeyEvent) -> Option<char> {
    // A line feed that the terminal left as it was.
    if key.code == KeyCode::Char('j') && key.modifiers == KeyModifiers::CONTROL {
        return Some('\n');
    }
    if !(key.modifiers - KeyModifiers::SHIFT).is_empty() {
        return None;
    }
    match key.code {
        KeyCode::Char(c) => Some(c),
        KeyCode::Enter => Some('\n'),
        KeyCode::Tab => Some('\t'),
        _ => None,
    }
}
