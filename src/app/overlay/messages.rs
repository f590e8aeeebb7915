//! All messages so far, newest first.
use crate::app::action::Action;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::words::Lang;

/// The log: how many of the newest messages are scrolled past.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    pub(super) skipped: usize,
}

impl Scene for Messages {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        let last = cx.log.newest_first().len().saturating_sub(1);
        let page = usize::from(cx.layout().body.height / 2);
        self.skipped = match (Step::of(action), action) {
            (Some(Step::Up), _) => self.skipped.saturating_sub(1),
            (Some(Step::Down), _) => self.skipped + 1,
            (Some(Step::PageUp), _) => self.skipped.saturating_sub(page),
            (Some(Step::PageDown), _) => self.skipped + page,
            (Some(Step::First), _) => 0,
            (Some(Step::Last), _) => last,
            (None, Action::Copy) => {
                let text = cx.log.newest_first().nth(self.skipped).map(|message| message.text(cx.lang).to_owned());
                if let Some(text) = text {
                    cx.copy(text);
                }
                return Applied::Yes;
            }
            (None, Action::Back | Action::Open) => {
                cx.close();
                return Applied::Yes;
            }
            _ => return Applied::No,
        }
        .min(last);
        Applied::Yes
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![
            Hint::new(Action::Back, lang.app_hint_back()),
            Hint::new(Action::Down, lang.help_older()),
            Hint::new(Action::Copy, lang.app_hint_copy()),
        ]
    }
}
