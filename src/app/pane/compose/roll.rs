//! A list to look through: who was left out and why, or what the checks found and whom it is about.
use std::sync::Arc;

use crate::app::action::Action;
use crate::app::calls::Call;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::message::Tone;
use crate::app::request::{Export, Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::sms::{Check, CheckState, Mobile, Recipients};
use crate::words::{Lang, check};

/// One row of what the checks found.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// A check.
    Check(Check),
    /// What to do about the check above.
    Hint(Check),
    /// Somebody it is about.
    Who(Mobile),
    /// So many more, whom nobody named.
    More(u64),
}

#[derive(Debug, Clone)]
pub(super) enum Rows {
    LeftOut(Arc<Recipients>),
    Found(Vec<Found>),
}

/// The list, and how many rows are scrolled past.
#[derive(Debug, Clone)]
pub struct Roll {
    pub(super) rows: Rows,
    pub(super) skipped: usize,
}

impl Roll {
    /// Who was left out of these, and why.
    #[must_use]
    pub const fn left_out(people: Arc<Recipients>) -> Self {
        Self { rows: Rows::LeftOut(people), skipped: 0 }
    }

    /// What the checks found, the worst first, with whom it is about.
    #[must_use]
    pub fn found(checks: &[Check]) -> Self {
        let mut sorted: Vec<&Check> = checks.iter().collect();
        sorted.sort_by_key(|check| std::cmp::Reverse(check.state));
        let mut rows = Vec::new();
        for check in sorted {
            rows.push(Found::Check(check.clone()));
            if check.state == CheckState::Ok {
                continue;
            }
            rows.push(Found::Hint(check.clone()));
            rows.extend(check.mobiles.iter().copied().map(Found::Who));
            let named = check.mobiles.len() as u64;
            if named > 0 && check.count > named {
                rows.push(Found::More(check.count - named));
            }
        }
        Self { rows: Rows::Found(rows), skipped: 0 }
    }

    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::LeftOut(people) => people.rejected().len(),
            Rows::Found(found) => found.len(),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn title(&self, lang: Lang) -> &'static str {
        match self.rows {
            Rows::LeftOut(_) => lang.compose_left_out(),
            Rows::Found(_) => lang.review_checks(),
        }
    }

    /// How many it holds.
    #[must_use]
    pub fn subtitle(&self, lang: Lang) -> String {
        match &self.rows {
            Rows::LeftOut(people) => lang.compose_left_out_count(people.rejected().len() as u64),
            Rows::Found(_) => lang.review_nothing_sent().to_owned(),
        }
    }
}

/// The state of a check as a word: nothing depends on colour.
pub(super) const fn word(state: CheckState) -> &'static str {
    match state {
        CheckState::Ok => "OK",
        CheckState::Warn => "WARN",
        CheckState::Block => "BLOCK",
    }
}

/// A check as one line.
pub(super) fn sentence(found: &Check, lang: Lang) -> String {
    let words = check::words(found, lang);
    lang.review_check_line(words.label, words.sentence)
}

impl Scene for Roll {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        let page = usize::from(cx.layout().body.height.saturating_sub(2)).max(1);
        let last = self.len().saturating_sub(page);
        self.skipped = match (Step::of(action), action) {
            (Some(Step::Up), _) => self.skipped.saturating_sub(1),
            (Some(Step::Down), _) => self.skipped + 1,
            (Some(Step::PageUp), _) => self.skipped.saturating_sub(page),
            (Some(Step::PageDown), _) => self.skipped + page,
            (Some(Step::First), _) => 0,
            (Some(Step::Last), _) => last,
            (None, Action::Export) => {
                if let Rows::LeftOut(people) = &self.rows {
                    cx.ask(Request::Export(Export::LeftOut(people.clone())));
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

    fn replied(&mut self, _call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match outcome {
            Ok(Response::Exported { path, rows }) => {
                cx.say(Tone::Done, |lang| lang.compose_exported(rows, path.display()));
            }
            Ok(_) => {}
            Err(failure) => cx.say_failure(&failure),
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        let mut hints =
            vec![Hint::new(Action::Back, lang.app_hint_back()), Hint::new(Action::Down, lang.compose_hint_more())];
        if matches!(self.rows, Rows::LeftOut(_)) {
            hints.push(Hint::of(Action::Export, lang));
        }
        hints
    }
}
