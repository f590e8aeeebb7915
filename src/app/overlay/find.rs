//! Find: one number in, its whole story out, across campaigns, colleagues and months. The customer is on the phone.
//!
//! ```text
//! F ─▶ a number ─Enter─▶ Request::Find (audited) ─▶ every message, newest first ─Enter─▶ its campaign
//!                                                  S ─▶ question ─▶ Request::Suppress
//! ```
pub(super) mod view;

use crate::app::action::Action;
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::message::Tone;
use crate::app::remote::Remote;
use crate::app::request::{Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::sms::{Mobile, NotAMobile, Story, StoryLine, visible};
use crate::words::{Lang, state};

/// The number that is looked for, and what was found.
#[derive(Debug)]
pub struct Find {
    number: Editor,
    is_typing: bool,
    /// Why what was entered is no number.
    trouble: Option<NotAMobile>,
    /// Whose story is shown or on its way.
    mobile: Option<Mobile>,
    story: Remote<Box<Story>>,
    list: List<usize>,
    /// The question whether to suppress the number; the answer under the cursor, "no" first.
    question: Option<bool>,
}

impl Default for Find {
    fn default() -> Self {
        Self {
            number: Editor::line(""),
            is_typing: true,
            trouble: None,
            mobile: None,
            story: Remote::Idle,
            list: List::default(),
            question: None,
        }
    }
}

impl Find {
    /// For a number that is known already; [`Scene::shown`] asks.
    #[must_use]
    pub fn number(mobile: Mobile) -> Self {
        Self { number: Editor::line(&mobile.wire()), is_typing: false, mobile: Some(mobile), ..Self::default() }
    }

    fn shown_story(&self) -> Option<&Story> {
        let story = self.story.shown()?;
        (Some(story.mobile) == self.mobile).then_some(story)
    }

    fn selected(&self) -> Option<&StoryLine> {
        self.shown_story()?.lines.get(self.list.row())
    }

    fn look(&mut self, mobile: Mobile, cx: &mut Cx<'_>) {
        self.mobile = Some(mobile);
        self.story.load();
        cx.ask(Request::Find(mobile));
    }

    fn step(&mut self, step: Step) {
        let len = self.shown_story().map_or(0, |story| story.lines.len());
        self.list.step(step, len, |row| row);
    }

    fn apply_to_number(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Open => match Mobile::parse(self.number.text().trim()) {
                Ok(mobile) => {
                    (self.is_typing, self.trouble) = (false, None);
                    self.list = List::default();
                    self.look(mobile, cx);
                }
                Err(why) => self.trouble = Some(why),
            },
            Action::Back if self.mobile.is_some() => self.is_typing = false,
            Action::Back => cx.close(),
            action => {
                let Some(step) = Step::of(action) else { return Applied::No };
                self.step(step);
            }
        }
        Applied::Yes
    }

    fn apply_to_story(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            self.step(step);
            return Applied::Yes;
        }
        match action {
            Action::Open => {
                if let Some(id) = self.selected().map(|line| line.campaign) {
                    cx.close();
                    cx.wish(Action::ShowCampaign(id));
                }
            }
            Action::Back => cx.close(),
            Action::Filter | Action::Find => self.is_typing = true,
            Action::Refresh => {
                if let Some(mobile) = self.mobile {
                    self.look(mobile, cx);
                }
            }
            Action::Suppress => match self.shown_story() {
                Some(story) if story.opted_out.is_some() => {
                    cx.say(Tone::Plain, |lang| lang.find_already().to_owned());
                }
                Some(_) => self.question = Some(false),
                None => {}
            },
            Action::Copy => {
                if let (Some(mobile), Some(line)) = (self.mobile, self.selected()) {
                    let at = line.sent_at.map_or(String::new(), |at| cx.when().day_and_clock(at));
                    let number = if cx.settings.is_masked { mobile.masked() } else { mobile.wire() };
                    let word = state::recipient(line.state, cx.lang);
                    cx.copy(format!("{number}  {at}  {} {}  {word}", line.campaign, visible(&line.name)));
                }
            }
            Action::CopyCommand => {
                if let Some(mobile) = self.mobile {
                    cx.copy(format!("yunque find {}", mobile.wire()));
                }
            }
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn answer(&mut self, is_yes: bool, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Left | Action::Up | Action::PreviousArea => self.question = Some(false),
            Action::Right | Action::Down | Action::NextArea => self.question = Some(true),
            Action::Back => self.question = None,
            Action::Open => {
                self.question = None;
                if let Some(mobile) = self.mobile.filter(|_| is_yes && cx.is_alone) {
                    cx.ask(Request::Suppress(mobile));
                }
            }
            Action::Interrupt | Action::Repaint | Action::Suspend | Action::SwitchLanguage => return Applied::No,
            _ => {}
        }
        Applied::Yes
    }
}

impl Scene for Find {
    fn context(&self) -> Context {
        Context::Find
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        if let Some(mobile) = self.mobile {
            self.look(mobile, cx);
        }
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match (self.question, self.is_typing) {
            (Some(is_yes), _) => self.answer(is_yes, action, cx),
            (None, true) => self.apply_to_number(action, cx),
            (None, false) => self.apply_to_story(action, cx),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.is_typing.then_some(&mut self.number)
    }

    fn is_typing(&self) -> bool {
        self.is_typing
    }

    fn edited(&mut self, _cx: &mut Cx<'_>) {
        self.trouble = None;
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        let len = self.shown_story().map_or(0, |story| story.lines.len());
        self.list.sync(len, view::list_rows(cx.layout()), |row| row);
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match (&call.request, outcome) {
            (Request::Find(mobile), outcome) if Some(*mobile) == self.mobile => match outcome {
                Ok(Response::Story(story)) => self.story.settle(Ok(story), cx.now),
                Ok(_) => self.story.settle(Err(Failure::Panicked), cx.now),
                Err(failure) => {
                    cx.say_failure(&failure);
                    self.story.settle(Err(failure), cx.now);
                }
            },
            (Request::Suppress(mobile), Ok(_)) => {
                let number = if cx.settings.is_masked { mobile.masked() } else { mobile.wire() };
                cx.say(Tone::Done, |lang| lang.find_suppressed(&number));
                self.look(*mobile, cx);
            }
            (Request::Suppress(_), Err(failure)) => cx.say_failure(&failure),
            _ => {}
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        if self.question.is_some() {
            return vec![
                Hint::new(Action::Back, lang.campaigns_hint_no()),
                Hint::new(Action::Right, lang.campaigns_hint_choose()),
                Hint::new(Action::Open, lang.campaigns_hint_answer()),
            ];
        }
        if self.is_typing {
            return vec![Hint::new(Action::Open, lang.find_hint_look()), Hint::new(Action::Back, lang.app_hint_back())];
        }
        let mut hints = Vec::new();
        let has_lines = self.selected().is_some();
        if has_lines {
            hints.push(Hint::new(Action::Open, lang.find_hint_campaign()));
        }
        if self.shown_story().is_some() {
            hints.push(Hint::new(Action::Suppress, lang.find_hint_suppress()));
        } else if self.story.error().is_some() {
            hints.push(Hint::of(Action::Refresh, lang));
        }
        hints.push(Hint::new(Action::Find, lang.find_hint_other()));
        if has_lines {
            hints.push(Hint::of(Action::Copy, lang));
        }
        hints.push(Hint::new(Action::Back, lang.app_hint_back()));
        hints
    }
}
