//! Leaving while something is being sent: pause and quit, hand over and quit, or keep going.
use crate::app::action::Action;
use crate::app::keymap::Context;
use crate::app::list::{List, Step};
use crate::app::request::Request;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::sms::CampaignId;
use crate::words::Lang;

/// How to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Stay: the default.
    Stay,
    /// Pause at the next batch, then quit.
    Pause,
    /// Leave it to `yunque watch`, then quit.
    HandOver,
}

impl Leaving {
    /// All of them, in the order shown.
    pub const ALL: [Self; 3] = [Self::Stay, Self::Pause, Self::HandOver];

    /// As a choice.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Stay => lang.app_leave_stay(),
            Self::Pause => lang.app_leave_pause(),
            Self::HandOver => lang.app_leave_hand_over(),
        }
    }
}

/// The question.
#[derive(Debug, Clone)]
pub struct Leave {
    pub(in crate::app) sending: Vec<CampaignId>,
    pub(super) choice: List<usize>,
}

impl Leave {
    /// About these campaigns.
    #[must_use]
    pub fn new(sending: Vec<CampaignId>) -> Self {
        let mut choice = List::default();
        choice.sync(Leaving::ALL.len(), Leaving::ALL.len(), |row| row);
        Self { sending, choice }
    }
}

impl Scene for Leave {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            self.choice.step(step, Leaving::ALL.len(), |row| row);
            return Applied::Yes;
        }
        match action {
            Action::Open => {
                cx.close();
                let ask: fn(CampaignId) -> Request = match Leaving::ALL.get(self.choice.row()) {
                    Some(Leaving::Pause) => Request::Pause,
                    Some(Leaving::HandOver) => Request::HandOver,
                    Some(Leaving::Stay) | None => return Applied::Yes,
                };
                for id in &self.sending {
                    cx.ask_on_leaving(ask(*id));
                }
                cx.leave();
            }
            Action::Back | Action::Interrupt | Action::Quit => cx.close(),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![
            Hint::new(Action::Back, lang.app_leave_stay()),
            Hint::new(Action::Down, lang.help_next()),
            Hint::new(Action::Open, lang.app_hint_choose()),
        ]
    }
}
