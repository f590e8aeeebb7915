//! The number for a test to oneself, asked when none is known.
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::message::Tone;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::problem::{InputProblem, Problem};
use crate::sms::Mobile;
use crate::words::Lang;

/// The question.
#[derive(Debug)]
pub struct Ask {
    pub(super) number: Editor,
}

impl Default for Ask {
    fn default() -> Self {
        Self { number: Editor::line("") }
    }
}

impl Scene for Ask {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Open => {
                let text = self.number.text();
                match Mobile::parse(&text) {
                    Ok(number) => {
                        cx.close();
                        cx.wish(Action::TestTo(number));
                    }
                    Err(why) => {
                        let problem = Problem::from(InputProblem::NotAMobile { text, why });
                        cx.say(Tone::Waits, |lang| problem.sentence(lang));
                    }
                }
            }
            Action::Back => cx.close(),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.number)
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![Hint::new(Action::Open, lang.review_hint_go_on()), Hint::new(Action::Back, lang.review_hint_back())]
    }
}
