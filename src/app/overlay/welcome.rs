//! The first run: nothing is configured, nobody has chosen a language. Nothing is ever sent from here.
use secrecy::SecretString;

use crate::app::action::Action;
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::message::Tone;
use crate::app::request::{Failure, Request, Response, TypedKey};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::words::Lang;

/// Where the first run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Sandbox, account or team.
    Choice,
    /// The API key is being typed.
    Key,
    /// Does another system pull delivery reports with this key?
    Pulled,
    /// The API has been asked who this is.
    Asking,
}

/// The first run.
#[derive(Debug, Clone)]
pub struct Welcome {
    pub(super) stage: Stage,
    pub(super) choice: List<usize>,
    pub(super) choices: usize,
    pub(super) key: Editor,
}

impl Welcome {
    /// `has_team`: a team's data directory was found on this machine.
    #[must_use]
    pub fn new(has_team: bool) -> Self {
        let choices = if has_team { 3 } else { 2 };
        let mut choice = List::default();
        choice.sync(choices, choices, |row| row);
        Self { stage: Stage::Choice, choice, choices, key: Editor::line("") }
    }

    fn choose(&mut self, choice: usize, cx: &mut Cx<'_>) {
        match choice {
            0 => {
                self.stage = Stage::Asking;
                cx.ask(Request::UseSandbox);
            }
            1 => self.stage = Stage::Key,
            _ => cx.say(Tone::Plain, |lang| lang.welcome_team_how().to_owned()),
        }
    }

    fn connect(&mut self, is_pulled_elsewhere: bool, cx: &mut Cx<'_>) {
        self.stage = Stage::Asking;
        let key = TypedKey(SecretString::from(self.key.text().trim().to_owned()));
        cx.ask(Request::Connect { key, is_pulled_elsewhere });
    }
}

impl Scene for Welcome {
    fn context(&self) -> Context {
        Context::Look
    }

    fn field(&mut self) -> Option<&mut Editor> {
        (self.stage == Stage::Key).then_some(&mut self.key)
    }

    fn is_typing(&self) -> bool {
        self.stage == Stage::Key
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match (self.stage, action) {
            (Stage::Choice, Action::GoTo(pane)) if pane.index() < self.choices => self.choose(pane.index(), cx),
            (Stage::Choice, Action::Open) => self.choose(self.choice.row(), cx),
            (Stage::Key, Action::Open) if self.key.text().trim().chars().count() == 32 => self.stage = Stage::Pulled,
            (Stage::Key, Action::Open) => cx.say(Tone::Waits, |lang| lang.welcome_key_length().to_owned()),
            (Stage::Pulled, Action::Open) => self.connect(self.choice.row() == 0, cx),
            (Stage::Key | Stage::Pulled, Action::Back) => self.stage = Stage::Choice,
            (Stage::Choice, Action::Back) => cx.leave(),
            (_, Action::GoTo(_) | Action::Palette | Action::Find | Action::Refresh) => {}
            (Stage::Choice | Stage::Pulled, action) => {
                let Some(step) = Step::of(action) else { return Applied::No };
                let count = if self.stage == Stage::Pulled { 2 } else { self.choices };
                self.choice.step(step, count, |row| row);
            }
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn replied(&mut self, _call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match outcome {
            Ok(Response::Connected { .. }) => {}
            Ok(_) => self.stage = Stage::Choice,
            Err(failure) => {
                // Another key can be typed at once; what was refused is not left to be typed behind.
                self.stage = if self.stage == Stage::Pulled { Stage::Key } else { Stage::Choice };
                self.key.set("");
                cx.say_failure(&failure);
            }
        }
    }

    fn hints(&self, _lang: Lang) -> Vec<Hint> {
        // Both languages at once: nobody has chosen yet.
        match self.stage {
            Stage::Key => vec![Hint::new(Action::Open, "check 验证"), Hint::new(Action::Back, "back 返回")],
            _ => vec![
                Hint::new(Action::Open, "choose 选择"),
                Hint::new(Action::SwitchLanguage, "language 语言"),
                Hint::new(Action::Help, "help 帮助"),
                Hint::new(Action::Quit, "leave 离开"),
            ],
        }
    }
}
