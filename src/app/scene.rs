//! What a pane and an overlay have in common: the contract that every screen keeps, and what it may use meanwhile.
//!
//! ```text
//! key ─▶ typing? ─yes─▶ Context::Field bindings, else field().press(key) ─▶ edited(cx)
//!            └no──▶ context() bindings ─▶ apply(action, cx) ─▶ Applied::No? ─▶ the app's own actions
//! ```
use std::sync::Arc;

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use super::action::{Action, PaneName};
use super::calls::{Asker, Call, Calls};
use super::data::Data;
use super::editor::{Edit, Editor};
use super::effect::{Effect, Effects};
use super::event::Size;
use super::keymap::{Context, Keymap};
use super::layout::Layout;
use super::message::{About, Log, Tone};
use super::overlay::Overlay;
use super::request::{CallId, Failure, Request, Response};
use super::settings::Settings;
use super::text::Widths;
use super::when::When;
use crate::sms::{CheckName, Draft, Recipients};
use crate::words::Lang;

/// Whether an action was the scene's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was, and is done.
    Yes,
    /// It means nothing here; the app may know it.
    No,
}

/// A key that works here and now, for the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The action; the key is read from the live keymap.
    pub action: Action,
    /// What it does, in as few words as possible.
    pub label: &'static str,
}

impl Hint {
    /// A hint with the action's own label.
    #[must_use]
    pub fn of(action: Action, lang: Lang) -> Self {
        let label = action.label(lang);
        Self { action, label }
    }

    /// A hint with words of its own.
    #[must_use]
    pub const fn new(action: Action, label: &'static str) -> Self {
        Self { action, label }
    }
}

/// What a scene wishes of the app, done when the scene has returned.
#[derive(Debug)]
pub enum Wish {
    /// Apply another action (go to a pane, show a campaign).
    Do(Action),
    /// Go on with this draft in Compose, the cursor where its list belongs.
    TakeUp(Box<Draft>),
    /// A review has left somebody out: these are left, by these checks.
    LeaveOut(Arc<Recipients>, Vec<CheckName>),
    /// Show an overlay on top.
    Open(Box<Overlay>),
    /// Take the overlay on top away.
    Close,
    /// Leave the program; see [`super::App`]'s quitting.
    Leave,
}

/// What a scene may see and use while it handles something.
pub struct Cx<'a> {
    /// The moment.
    pub now: Timestamp,
    /// The language.
    pub lang: Lang,
    /// The screen's size.
    pub size: Size,
    /// The key came by itself: nothing that arrives together with others ever confirms a send.
    pub is_alone: bool,
    /// What does not change.
    pub settings: &'a Settings,
    /// The live keymap.
    pub keymap: &'a Keymap,
    /// What all panes share.
    pub data: &'a mut Data,
    /// The messages.
    pub log: &'a mut Log,
    pub(super) asker: Asker,
    pub(super) calls: &'a mut Calls,
    pub(super) effects: &'a mut Effects,
    pub(super) wishes: &'a mut Vec<Wish>,
}

impl Cx<'_> {
    /// Asks for something in this scene's name; the reply comes to its [`Scene::replied`]. The id, when it goes out now.
    pub fn ask(&mut self, request: Request) -> Option<CallId> {
        self.calls.ask(self.asker, request, self.now, self.effects)
    }

    /// Asks in the name of a pane that outlives this scene: the reply comes there.
    pub fn ask_for(&mut self, pane: PaneName, request: Request) {
        self.calls.ask(Asker::Pane(pane), request, self.now, self.effects);
    }

    /// Asks for a write that outlives this scene: done quietly, said when it fails.
    pub fn ask_on_leaving(&mut self, request: Request) {
        self.calls.ask(Asker::Data, request, self.now, self.effects);
    }

    /// Asks for something that all panes share; the reply goes to [`Data`].
    pub fn refresh(&mut self, request: Request) {
        if let Some(thing) = request.thing() {
            self.data.load(thing);
        }
        self.calls.ask(Asker::Data, request, self.now, self.effects);
    }

    /// Says something in the message line.
    pub fn say(&mut self, tone: Tone, words: impl Fn(Lang) -> String) {
        let keymap = self.keymap;
        self.log.say(self.now, tone, |lang| keymap.spell(&words(lang)).into_owned());
    }

    /// Says something that stands no longer than what it is about.
    pub fn say_about(&mut self, about: About, tone: Tone, words: impl Fn(Lang) -> String) {
        self.say(tone, words);
        self.log.is_about(about);
    }

    /// Says why a call brought nothing.
    pub fn say_failure(&mut self, failure: &Failure) {
        self.log.say_failure(self.now, failure);
    }

    /// Copies a text; [`super::Event::Copied`] says where it went.
    pub fn copy(&mut self, text: String) {
        self.effects.push(Effect::Copy(text));
    }

    /// Any other effect.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Applies another action afterwards.
    pub fn wish(&mut self, action: Action) {
        self.wishes.push(Wish::Do(action));
    }

    /// Goes on with a draft in Compose afterwards: a duplicate whose list is missing, say.
    pub fn take_up(&mut self, draft: Draft) {
        self.wishes.push(Wish::TakeUp(Box::new(draft)));
    }

    /// Compose keeps whom a review has left out: these are left, by these checks.
    pub fn leave_out(&mut self, left: Arc<Recipients>, checks: Vec<CheckName>) {
        self.wishes.push(Wish::LeaveOut(left, checks));
    }

    /// Shows an overlay afterwards.
    pub fn open(&mut self, overlay: Overlay) {
        self.wishes.push(Wish::Open(Box::new(overlay)));
    }

    /// Takes this overlay away afterwards.
    pub fn close(&mut self) {
        self.wishes.push(Wish::Close);
    }

    /// Leaves the program afterwards.
    pub fn leave(&mut self) {
        self.wishes.push(Wish::Leave);
    }

    /// Where things are on a screen of this size.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::of(self.size)
    }

    /// How times are said now.
    #[must_use]
    pub const fn when(&self) -> When<'_> {
        When { zone: &self.settings.zone, lang: self.lang, now: self.now }
    }

    /// How wide this terminal draws things.
    #[must_use]
    pub fn widths(&self) -> Widths {
        Widths { is_ambiguous_wide: self.settings.is_ambiguous_wide }
    }
}

/// A pane or an overlay. Everything but the first two has a default, so a screen says only what is its own.
pub trait Scene {
    /// Whose bindings hold here while no field is typed in.
    fn context(&self) -> Context;

    /// Does what an action means here.
    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied;

    /// The field that is being typed in; `None` while letters are commands.
    fn field(&mut self) -> Option<&mut Editor> {
        None
    }

    /// Whether letters are text.
    fn is_typing(&self) -> bool {
        false
    }

    /// Whether this key is text although letters are commands: a digit where a count is asked for, and what edits it.
    fn takes(&self, _key: KeyEvent, _edit: Option<Edit>) -> bool {
        false
    }

    /// Why a paste is not taken, while letters are commands.
    fn why_no_paste(&self) -> fn(Lang) -> &'static str {
        Lang::app_paste_ignored
    }

    /// The field's text has changed.
    fn edited(&mut self, _cx: &mut Cx<'_>) {}

    /// It came on screen (or the screen changed its size, or shared data changed): look at the data again.
    fn sync(&mut self, _cx: &mut Cx<'_>) {}

    /// The operator came here.
    fn shown(&mut self, _cx: &mut Cx<'_>) {}

    /// The operator goes elsewhere.
    fn left(&mut self, _cx: &mut Cx<'_>) {}

    /// The one reply to a call of this scene's.
    fn replied(&mut self, _call: &Call, _outcome: Result<Response, Failure>, _cx: &mut Cx<'_>) {}

    /// When it wants to be woken; `None` when nothing is due. Asked of panes only while they are on screen, but see
    /// [`super::App::next_wake`] for what is due anyway.
    fn next_wake(&self, _settings: &Settings) -> Option<Timestamp> {
        None
    }

    /// The time it asked for may have come.
    fn woke(&mut self, _cx: &mut Cx<'_>) {}

    /// The keys that work here and now, most important first.
    fn hints(&self, lang: Lang) -> Vec<Hint>;
}
