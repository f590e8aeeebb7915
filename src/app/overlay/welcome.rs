//! The first run: nothing is configured, nobody has chosen a language. Nothing is ever sent from here.
//!
//! ```text
//! Choice ─1─▶ Connecting (the sandbox)
//!        ─2─▶ Key ─Enter─▶ Checking ─who this is─▶ Pulled ─Enter─▶ Connecting ─▶ the console
//!        ─3─▶ the same, into the team's data directory          e ─▶ Name
//! ```
pub(super) mod view;

use secrecy::SecretString;

use crate::app::action::Action;
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::message::Tone;
use crate::app::request::{Failure, Newcomer, Request, Response, TypedKey};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::problem::{ApiProblem, Problem};
use crate::sms::{Account, visible};
use crate::words::Lang;

/// The vendor's code for a key that nobody has.
const NO_SUCH_KEY: i32 = -1;
/// An API key has so many characters.
const KEY_LENGTH: usize = 32;

/// Where the first run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Sandbox, account or team.
    Choice,
    /// Who the operator is, is being typed.
    Name,
    /// The API key is being typed.
    Key,
    /// The API has been asked who this is.
    Checking,
    /// Does another system pull delivery reports with this key?
    Pulled,
    /// What was chosen is being set up.
    Connecting,
}

/// The first run.
#[derive(Debug, Clone)]
pub struct Welcome {
    stage: Stage,
    choice: List<usize>,
    choices: usize,
    key: Editor,
    name: Editor,
    /// Whom the key belongs to.
    account: Option<Account>,
    /// The team's data directory was chosen.
    joins: bool,
    /// The name that was typed in place of the system's.
    operator: Option<String>,
}

impl Welcome {
    /// `has_team`: a team's data directory was found on this machine.
    #[must_use]
    pub fn new(has_team: bool) -> Self {
        let choices = if has_team { 3 } else { 2 };
        let empty = || Editor::line("");
        let mut welcome = Self {
            stage: Stage::Choice,
            choice: List::default(),
            choices,
            key: empty(),
            name: empty(),
            account: None,
            joins: false,
            operator: None,
        };
        welcome.turn(Stage::Choice);
        welcome
    }

    /// Who signs notes and the audit, unless it is left as the system has it.
    #[must_use]
    pub fn operator<'a>(&'a self, of_system: &'a str) -> &'a str {
        self.operator.as_deref().unwrap_or(of_system)
    }

    /// Whether letters are text now.
    const fn is_typing_now(&self) -> bool {
        matches!(self.stage, Stage::Key | Stage::Name)
    }

    /// To another stage, its first line selected.
    fn turn(&mut self, stage: Stage) {
        let count = if stage == Stage::Pulled { 2 } else { self.choices };
        self.stage = stage;
        self.choice = List::default();
        self.choice.sync(count, count, |row| row);
    }

    fn choose(&mut self, choice: usize, cx: &mut Cx<'_>) {
        if choice == 0 {
            self.turn(Stage::Connecting);
            cx.ask(Request::UseSandbox(self.newcomer(cx)));
        } else {
            self.joins = choice == 2;
            self.turn(Stage::Key);
        }
    }

    fn check(&mut self, cx: &mut Cx<'_>) {
        if self.key.text().trim().chars().count() == KEY_LENGTH {
            self.turn(Stage::Checking);
            cx.ask(Request::CheckKey(self.typed()));
        } else {
            cx.say(Tone::Waits, |lang| lang.welcome_key_length().to_owned());
        }
    }

    fn connect(&mut self, cx: &mut Cx<'_>) {
        let is_pulled_elsewhere = self.choice.row() == 0;
        self.turn(Stage::Connecting);
        cx.ask(Request::Connect {
            key: self.typed(),
            is_pulled_elsewhere,
            joins: self.joins,
            newcomer: self.newcomer(cx),
        });
    }

    fn rename(&mut self) {
        let typed = self.name.text().trim().to_owned();
        // An empty name signs nothing: the system's stays.
        self.operator = Some(typed).filter(|typed| !typed.is_empty());
        self.turn(Stage::Choice);
    }

    fn typed(&self) -> TypedKey {
        TypedKey(SecretString::from(self.key.text().trim().to_owned()))
    }

    fn newcomer(&self, cx: &Cx<'_>) -> Newcomer {
        Newcomer { operator: self.operator.clone(), lang: Some(cx.lang).filter(|lang| *lang != cx.settings.lang) }
    }

    /// What is said belongs to the stage that it was said at.
    fn goes_on(&mut self, action: &Action, cx: &mut Cx<'_>) -> bool {
        match (self.stage, action) {
            (Stage::Choice, Action::GoTo(pane)) if pane.index() < self.choices => self.choose(pane.index(), cx),
            (Stage::Choice, Action::Open) => self.choose(self.choice.row(), cx),
            (Stage::Choice, Action::Export) => {
                self.name.set(self.operator(&cx.settings.operator).to_owned().as_str());
                self.turn(Stage::Name);
            }
            (Stage::Name, Action::Open) => self.rename(),
            (Stage::Key, Action::Open) => {
                cx.log.clear_line();
                self.check(cx);
                return false;
            }
            (Stage::Pulled, Action::Open) => self.connect(cx),
            (Stage::Name | Stage::Key, Action::Back) => self.turn(Stage::Choice),
            (Stage::Checking | Stage::Pulled, Action::Back) => self.turn(Stage::Key),
            _ => return false,
        }
        true
    }
}

impl Scene for Welcome {
    fn context(&self) -> Context {
        Context::Look
    }

    fn field(&mut self) -> Option<&mut Editor> {
        match self.stage {
            Stage::Key => Some(&mut self.key),
            Stage::Name => Some(&mut self.name),
            _ => None,
        }
    }

    fn is_typing(&self) -> bool {
        self.is_typing_now()
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if self.goes_on(action, cx) {
            cx.log.clear_line();
            return Applied::Yes;
        }
        match (self.stage, action) {
            (Stage::Choice, Action::Back) => cx.leave(),
            // What holds everywhere holds here, but nothing that needs an account.
            // Help and messages lie on top, where the answer to a call would get lost.
            (Stage::Checking | Stage::Connecting, Action::Help | Action::Messages) => {}
            (_, action) if action.needs_no_account() => return Applied::No,
            (Stage::Choice | Stage::Pulled, action) => {
                if let Some(step) = Step::of(action) {
                    let count = if self.stage == Stage::Pulled { 2 } else { self.choices };
                    self.choice.step(step, count, |row| row);
                }
            }
            _ => {}
        }
        Applied::Yes
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        let is_check = matches!(call.request, Request::CheckKey(_));
        // The operator has gone back meanwhile, and may have typed another key.
        if is_check && (self.stage != Stage::Checking || call.request != Request::CheckKey(self.typed())) {
            return;
        }
        match outcome {
            Ok(Response::Account(account)) => {
                self.account = Some(account);
                self.turn(Stage::Pulled);
            }
            Ok(_) => {}
            Err(Failure::Problem(Problem::Api(ApiProblem::Refused { code: NO_SUCH_KEY, msg, .. }))) => {
                self.key.set("");
                self.turn(Stage::Key);
                cx.say(Tone::Failed, |lang| lang.welcome_no_such_key(visible(&msg)));
            }
            Err(failure) => {
                self.turn(match call.request {
                    Request::UseSandbox(_) => Stage::Choice,
                    _ => Stage::Key,
                });
                cx.say_failure(&failure);
            }
        }
    }

    fn hints(&self, _lang: Lang) -> Vec<Hint> {
        // Both languages at once: nobody has chosen yet.
        let back = Hint::new(Action::Back, "back 返回");
        let language = Hint::new(Action::SwitchLanguage, "language 语言");
        let leave = Hint::new(Action::Quit, "leave 离开");
        match self.stage {
            Stage::Choice => {
                vec![Hint::new(Action::Open, "choose 选择"), language, Hint::new(Action::Help, "help 帮助"), leave]
            }
            Stage::Name => vec![Hint::new(Action::Open, "sign so 以此署名"), back],
            Stage::Key => vec![Hint::new(Action::Open, "check 验证"), back],
            Stage::Checking => vec![back, language, leave],
            Stage::Pulled => vec![Hint::new(Action::Open, "choose 选择"), back, language, leave],
            Stage::Connecting => vec![language, leave],
        }
    }
}
