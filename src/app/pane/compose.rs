//! Pane 2: the message being written. Never sends: the review is the only door.
//!
//! ```text
//! fields ─edited─▶ draft is dirty ─1.5 s, or leaving─▶ Effect::SaveDraft
//! ```
pub(in crate::app) mod view;

use jiff::{SignedDuration, Timestamp};

use crate::app::action::{Action, PaneName};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::keymap::Context;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::sms::{Draft, DraftId, Mobile, Source};
use crate::words::Lang;

/// How long a draft may be unsaved.
const AUTOSAVE: SignedDuration = SignedDuration::from_millis(1500);

/// The fields, in the order of Tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    To,
    Text,
}

impl Field {
    const ALL: [Self; 3] = [Self::Name, Self::To, Self::Text];

    /// The one after it, or before it, round the corner.
    fn step(self, is_forward: bool) -> Self {
        let by = if is_forward { 1 } else { Self::ALL.len() - 1 };
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// The message being written.
#[derive(Debug)]
pub struct ComposePane {
    name: Editor,
    to: Editor,
    text: Editor,
    at: Field,
    is_typing: bool,
    draft: Option<Draft>,
    dirty_since: Option<Timestamp>,
    saved_at: Option<Timestamp>,
}

impl Default for ComposePane {
    fn default() -> Self {
        Self {
            name: Editor::line(""),
            to: Editor::line(""),
            text: Editor::lines(""),
            at: Field::To,
            is_typing: false,
            draft: None,
            dirty_since: None,
            saved_at: None,
        }
    }
}

impl ComposePane {
    /// Starts a message with a link: its short address goes to the end of the text.
    pub fn begin_with(&mut self, bare_link: &str, cx: &mut Cx<'_>) {
        if !self.text.text().contains(bare_link) {
            let blank = if self.text.is_empty() { "" } else { " " };
            self.text.paste(&format!("{blank}{bare_link}"));
            self.touch(cx);
        }
    }

    /// Starts a message to these numbers.
    pub fn begin_to(&mut self, mobiles: &[Mobile], cx: &mut Cx<'_>) {
        let numbers: Vec<String> = mobiles.iter().map(|mobile| mobile.wire()).collect();
        self.to.set(&numbers.join(" "));
        self.touch(cx);
    }

    /// The kept drafts are known.
    pub fn drafts_came(&mut self, _cx: &mut Cx<'_>) {}

    /// Takes a draft up.
    pub fn take_up(&mut self, draft: Draft, _cx: &mut Cx<'_>) {
        self.name.set(&draft.name);
        self.text.set(&draft.text);
        match &draft.to {
            Source::Typed(numbers) => self.to.set(numbers),
            Source::File { path, .. } => self.to.set(path),
        }
        self.draft = Some(draft);
    }

    fn touch(&mut self, cx: &Cx<'_>) {
        self.dirty_since.get_or_insert(cx.now);
    }

    /// What is typed, as a draft; `None` when nothing worth keeping is.
    fn as_draft(&self, now: Timestamp) -> Option<Draft> {
        let before = self.draft.clone().unwrap_or_else(|| Draft::new(now));
        let to = Source::Typed(self.to.text());
        let draft = Draft { name: self.name.text(), to, text: self.text.text(), saved_at: now, ..before };
        (!draft.is_empty()).then_some(draft)
    }

    /// Keeps what is typed, if it is not kept already: on the timer, when leaving, when the terminal is gone.
    pub fn save(&mut self, cx: &mut Cx<'_>) {
        if self.dirty_since.take().is_some()
            && let Some(draft) = self.as_draft(cx.now)
        {
            self.draft = Some(draft.clone());
            cx.effect(Effect::SaveDraft(draft));
        }
    }

    /// A draft is on disk.
    pub fn saved(&mut self, id: DraftId, now: Timestamp) {
        if self.draft.as_ref().is_some_and(|draft| draft.id == id) {
            self.saved_at = Some(now);
        }
    }

    /// When the draft is to be kept, also while another pane is on screen.
    #[must_use]
    pub fn autosave_at(&self) -> Option<Timestamp> {
        self.dirty_since.map(|since| since.saturating_add(AUTOSAVE).unwrap_or(since))
    }
}

impl Scene for ComposePane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Compose)
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.is_typing.then_some(match self.at {
            Field::Name => &mut self.name,
            Field::To => &mut self.to,
            Field::Text => &mut self.text,
        })
    }

    fn is_typing(&self) -> bool {
        self.is_typing
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        self.touch(cx);
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        self.text.fit(usize::from(view::text_cells(cx.layout())), cx.widths());
    }

    fn apply(&mut self, action: &Action, _cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Open if self.is_typing => self.at = self.at.step(true),
            Action::Open => self.is_typing = true,
            Action::Back if self.is_typing => self.is_typing = false,
            Action::NextArea | Action::Down => self.at = self.at.step(true),
            Action::PreviousArea | Action::Up => self.at = self.at.step(false),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn next_wake(&self, _settings: &Settings) -> Option<Timestamp> {
        self.autosave_at()
    }

    fn woke(&mut self, cx: &mut Cx<'_>) {
        if self.autosave_at().is_some_and(|due| due <= cx.now) {
            self.save(cx);
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        if self.is_typing {
            return vec![
                Hint::new(Action::NextArea, lang.app_hint_next_field()),
                Hint::new(Action::Back, lang.app_hint_end_typing()),
            ];
        }
        vec![Hint::new(Action::Open, lang.compose_hint_edit()), Hint::new(Action::NextArea, lang.app_hint_next_field())]
    }
}
