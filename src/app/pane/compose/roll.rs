//! A list to look through: who was left out and why, or what the checks found and whom it is about, to leave them out.
//!
//! ```text
//! x ─▶ LeftOut  rows of the source                    e exports them
//! w ─▶ Found    check · what to do · everybody in it   X ─▶ Action::LeaveOutOf(check) ─▶ the review
//! ```
use std::sync::Arc;

use crate::app::action::Action;
use crate::app::calls::Call;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::message::Tone;
use crate::app::request::{Export, Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::text::Widths;
use crate::app::view::Canvas;
use crate::sms::{Check, CheckName, CheckState, Mobile, Recipients, visible_lines};
use crate::words::{Lang, check};

/// So many people of a check are named before Enter shows them all.
const NAMED: usize = 3;
/// Where sentences begin, behind the word for the state.
pub(super) const SENTENCES: u16 = Canvas::LEFT + 7;

/// What the checks found, as it is laid out on a screen: one check.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) check: &'a Check,
    /// What was found, and, unless it is fine, what to do.
    sentence: Vec<String>,
    hint: Vec<String>,
    /// How many of the people are named.
    named: usize,
}

/// One row of a section.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A row of the sentence; the first bears the state.
    Sentence(&'a str, bool),
    /// A row of what to do.
    Hint(&'a str),
    /// Somebody it is about.
    Who(Mobile),
    /// So many more.
    More(u64),
}

impl Section<'_> {
    fn rows(&self) -> usize {
        self.sentence.len() + self.hint.len() + self.named + usize::from(self.more() > 0)
    }

    fn more(&self) -> u64 {
        let known = self.check.mobiles.len().saturating_sub(self.named) as u64;
        if self.check.state == CheckState::Ok { 0 } else { known }
    }

    fn row(&self, row: usize) -> Found<'_> {
        let (sentences, hints) = (self.sentence.len(), self.hint.len());
        if let Some(text) = self.sentence.get(row) {
            return Found::Sentence(text, row == 0);
        }
        if let Some(text) = self.hint.get(row - sentences) {
            return Found::Hint(text);
        }
        match self.check.mobiles.get(row - sentences - hints).filter(|_| row - sentences - hints < self.named) {
            Some(mobile) => Found::Who(*mobile),
            None => Found::More(self.more()),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Rows {
    LeftOut(Arc<Recipients>),
    /// The worst first; of one of them everybody may be named.
    Found {
        checks: Vec<Check>,
        unfolded: Option<CheckName>,
    },
}

/// The list, the row under the cursor, and how many rows are scrolled past.
#[derive(Debug, Clone)]
pub struct Roll {
    pub(super) rows: Rows,
    pub(super) at: usize,
    pub(super) skipped: usize,
}

/// Whether the people a check is about can be left out.
fn can_leave_out(check: &Check) -> bool {
    check.state != CheckState::Ok && check.name.leaves_out_as().is_some() && !check.mobiles.is_empty()
}

impl Roll {
    /// Who was left out of these, and why.
    #[must_use]
    pub const fn left_out(people: Arc<Recipients>) -> Self {
        Self { rows: Rows::LeftOut(people), at: 0, skipped: 0 }
    }

    /// What the checks found, the worst first, with whom it is about.
    #[must_use]
    pub fn found(checks: &[Check]) -> Self {
        let mut checks = checks.to_vec();
        checks.sort_by_key(|check| std::cmp::Reverse(check.state));
        Self { rows: Rows::Found { checks, unfolded: None }, at: 0, skipped: 0 }
    }

    /// What was found, laid out in so many cells.
    pub(super) fn sections(&self, lang: Lang, widths: Widths, cells: u16) -> Vec<Section<'_>> {
        let Rows::Found { checks, unfolded } = &self.rows else { return Vec::new() };
        let wrapped = |text: &str| -> Vec<String> {
            let text = visible_lines(text);
            widths.wrap(&text, usize::from(cells)).into_iter().map(|row| text[row].trim_end().to_owned()).collect()
        };
        let section = |check| {
            let words = check::words(check, lang);
            let is_fine = check.state == CheckState::Ok;
            let most = if *unfolded == Some(check.name) { usize::MAX } else { NAMED };
            Section {
                check,
                sentence: wrapped(&lang.review_check_line(words.label, &words.sentence)),
                hint: if is_fine { Vec::new() } else { wrapped(words.hint) },
                named: if is_fine { 0 } else { check.mobiles.len().min(most) },
            }
        };
        checks.iter().map(section).collect()
    }

    fn sections_here(&self, cx: &Cx<'_>) -> Vec<Section<'_>> {
        self.sections(cx.lang, cx.widths(), cx.layout().right().saturating_sub(SENTENCES))
    }

    /// The section of a row, and which row of it that is.
    pub(super) fn find<'a, 'b>(sections: &'b [Section<'a>], mut row: usize) -> Option<(&'b Section<'a>, Found<'b>)> {
        for section in sections {
            if row < section.rows() {
                return Some((section, section.row(row)));
            }
            row -= section.rows();
        }
        None
    }

    /// The check under the cursor.
    fn check_here(&self, cx: &Cx<'_>) -> Option<&Check> {
        Self::find(&self.sections_here(cx), self.at).map(|(section, _)| section.check)
    }

    fn len(&self, cx: &Cx<'_>) -> usize {
        match &self.rows {
            Rows::LeftOut(people) => people.rejected().len(),
            Rows::Found { .. } => self.sections_here(cx).iter().map(Section::rows).sum(),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn title(&self, lang: Lang) -> &'static str {
        match self.rows {
            Rows::LeftOut(_) => lang.compose_left_out(),
            Rows::Found { .. } => lang.review_checks(),
        }
    }

    /// How many it holds.
    #[must_use]
    pub fn subtitle(&self, lang: Lang) -> String {
        match &self.rows {
            Rows::LeftOut(people) => lang.compose_left_out_count(people.rejected().len() as u64),
            Rows::Found { .. } => lang.review_nothing_sent().to_owned(),
        }
    }

    /// The people of the check under the cursor are to get nothing.
    fn leave_out(&self, cx: &mut Cx<'_>) {
        match self.check_here(cx).filter(|check| can_leave_out(check)) {
            Some(check) => {
                let name = check.name;
                cx.close();
                cx.wish(Action::LeaveOutOf(name));
            }
            None => cx.say(Tone::Plain, |lang| lang.review_nobody_to_leave_out().to_owned()),
        }
    }

    /// Names everybody of the check under the cursor, or the first few again; the cursor stays with the check.
    fn fold(&mut self, cx: &Cx<'_>) {
        let Some(name) = self.check_here(cx).map(|check| check.name) else { return };
        if let Rows::Found { unfolded, .. } = &mut self.rows {
            *unfolded = if *unfolded == Some(name) { None } else { Some(name) };
        }
        let sections = self.sections_here(cx);
        let at = sections.iter().take_while(|section| section.check.name != name).map(Section::rows).sum();
        self.at = at;
        self.step_to(at, cx);
    }

    fn step(&mut self, step: Step, cx: &Cx<'_>) {
        let page = self.page(cx);
        let last = self.len(cx).saturating_sub(1);
        let from = if matches!(self.rows, Rows::LeftOut(_)) { self.skipped } else { self.at };
        let to = match step {
            Step::Up => from.saturating_sub(1),
            Step::Down => from + 1,
            Step::PageUp => from.saturating_sub(page),
            Step::PageDown => from + page,
            Step::First => 0,
            Step::Last => last,
        };
        self.step_to(to.min(last), cx);
    }

    fn step_to(&mut self, to: usize, cx: &Cx<'_>) {
        let page = self.page(cx);
        if matches!(self.rows, Rows::LeftOut(_)) {
            self.skipped = to.min(self.len(cx).saturating_sub(page));
        } else {
            self.at = to;
            self.skipped = self.skipped.clamp((to + 1).saturating_sub(page), to);
        }
    }

    /// The rows of a screenful; the left out have a head of their own.
    fn page(&self, cx: &Cx<'_>) -> usize {
        let head = u16::from(matches!(self.rows, Rows::LeftOut(_)));
        usize::from(cx.layout().body.height.saturating_sub(head)).max(1)
    }
}

impl Scene for Roll {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match (Step::of(action), action) {
            (Some(step), _) => self.step(step, cx),
            (None, Action::LeaveOut) => self.leave_out(cx),
            (None, Action::Export) => {
                if let Rows::LeftOut(people) = &self.rows {
                    cx.ask(Request::Export(Export::LeftOut(people.clone())));
                }
            }
            (None, Action::Open) if matches!(self.rows, Rows::Found { .. }) => self.fold(cx),
            (None, Action::Back | Action::Open) => cx.close(),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    /// The cursor begins where somebody can be left out.
    fn shown(&mut self, cx: &mut Cx<'_>) {
        let sections = self.sections_here(cx);
        if sections.iter().any(|section| can_leave_out(section.check)) {
            let before = sections.iter().take_while(|section| !can_leave_out(section.check));
            let at: usize = before.map(Section::rows).sum();
            let all: usize = sections.iter().map(Section::rows).sum();
            // At the top, so that its people are seen.
            let page = self.page(cx);
            (self.at, self.skipped) = (at, at.min(all.saturating_sub(page)));
        }
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        let last = self.len(cx).saturating_sub(1);
        if matches!(self.rows, Rows::Found { .. }) {
            self.step_to(self.at.min(last), cx);
        }
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
        match &self.rows {
            Rows::LeftOut(_) => hints.push(Hint::of(Action::Export, lang)),
            Rows::Found { checks, .. } if checks.iter().any(can_leave_out) => {
                hints.insert(1, Hint::new(Action::LeaveOut, lang.review_hint_leave_out()));
                hints.insert(2, Hint::new(Action::Open, lang.review_hint_everybody()));
            }
            Rows::Found { .. } => {}
        }
        hints
    }
}
