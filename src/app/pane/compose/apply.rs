//! What actions mean in Compose, while a field is typed in and while letters are commands.
use std::sync::Arc;

use super::{Ask, ComposePane, Field, Review, Roll, order};
use crate::app::action::Action;
use crate::app::message::{About, Tone};
use crate::app::overlay::Overlay;
use crate::app::remote::Remote;
use crate::app::request::Request;
use crate::app::scene::{Applied, Cx};
use crate::sms::{CheckName, Kind, Mobile, Plan, Source};

/// The encodings that a file may be read in by hand; the first is the one that is found by looking.
const ENCODINGS: [Option<&str>; 5] = [None, Some("utf-8"), Some("gb18030"), Some("utf-16le"), Some("utf-16be")];

impl ComposePane {
    pub(super) fn apply_typing(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::NextArea if self.at == Field::To && self.can_complete() => {
                cx.ask(Request::Complete(self.letter.to.text()));
            }
            Action::Open if self.at == Field::To && !self.letter.text.text().trim().is_empty() && self.is_copy() => {
                self.is_typing = false;
                self.leave(cx);
            }
            Action::Open | Action::NextArea | Action::Down => self.go(self.at.step_typed(true), cx),
            Action::PreviousArea | Action::Up => self.go(self.at.step_typed(false), cx),
            Action::Back => {
                self.is_typing = false;
                self.leave(cx);
            }
            other => return self.apply_object(other, cx),
        }
        Applied::Yes
    }

    pub(super) fn apply_choosing(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        self.wants_review = false;
        match action {
            Action::Open => self.open(cx),
            Action::NextArea | Action::Down => self.at = self.at.step(true),
            Action::PreviousArea | Action::Up => self.at = self.at.step(false),
            Action::First => self.at = Field::Name,
            Action::Last => self.at = Field::Text,
            Action::Left | Action::Right => self.choose(*action == Action::Right, cx),
            Action::ToggleKind => self.toggle_kind(cx),
            Action::ToggleMobileStat => self.toggle_mobile_stat(cx),
            Action::NextEncoding => self.next_encoding(cx),
            Action::ImportFile => {
                (self.at, self.is_typing) = (Field::To, true);
                if matches!(self.letter.source(), Source::Typed(_)) && !self.letter.to.is_empty() {
                    cx.say(Tone::Plain, |lang| lang.compose_path_instead().to_owned());
                }
            }
            Action::PickLink => Self::pick_link(cx),
            Action::PickTemplate => self.pick_template(cx),
            Action::PickDraft => self.pick_draft(cx),
            Action::New => {
                self.begin_anew(cx);
                cx.say(Tone::Plain, |lang| lang.compose_new().to_owned());
            }
            Action::Discard => self.discard(cx),
            Action::Message => self.review(cx),
            Action::TestSend => match self.test_number.or(cx.settings.test_number) {
                Some(number) => self.review_test(number, cx),
                None => cx.open(Overlay::Ask(Ask::default())),
            },
            Action::ShowLeftOut => self.show_left_out(cx),
            Action::CopyCommand => match order::plan(&self.letter, &self.audience, cx.settings) {
                Ok(plan) => {
                    let without = self.still_left_out().map_or(&[][..], |left| &left.checks);
                    cx.copy(order::command(&plan, &self.letter.source(), without, &cx.settings.zone));
                }
                Err(trouble) => cx.say(Tone::Waits, |lang| trouble.sentence(lang)),
            },
            Action::Copy => cx.copy(self.letter.text.text()),
            Action::Refresh => {
                self.audience.forget();
                self.read(cx);
                cx.refresh(Request::Phrases);
                cx.refresh(Request::Account);
            }
            other => return self.apply_object(other, cx),
        }
        Applied::Yes
    }

    /// What the pickers came back with.
    fn apply_object(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Insert(piece) => {
                self.letter.insert(piece);
                self.at = Field::Text;
                self.edited_text(cx);
            }
            Action::UseDraft(id) => {
                let draft = cx.data.drafts.shown().into_iter().flatten().find(|draft| draft.id == *id).cloned();
                if let Some(draft) = draft {
                    // Nothing was written since the start: the cursor is where it was left then.
                    let at = if self.letter.is_blank() { self.at } else { Field::default() };
                    self.take_up(&draft, cx);
                    self.at = at;
                    self.is_typing = false;
                }
            }
            Action::TestTo(number) => {
                self.test_number = Some(*number);
                self.review_test(*number, cx);
            }
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn edited_text(&mut self, cx: &mut Cx<'_>) {
        self.audience.uses(&self.letter.variables(), cx.now);
        self.touch(cx);
    }

    fn is_copy(&self) -> bool {
        self.letter.copied_from.is_some()
    }

    /// To another field; To is read when it is left.
    fn go(&mut self, field: Field, cx: &mut Cx<'_>) {
        self.leave(cx);
        self.at = field;
    }

    fn leave(&mut self, cx: &mut Cx<'_>) {
        self.completions.clear();
        if self.at == Field::To {
            self.read(cx);
        }
    }

    /// Enter on a field: types in it, or chooses.
    fn open(&mut self, cx: &mut Cx<'_>) {
        match self.at {
            Field::Name | Field::To | Field::Text => self.is_typing = true,
            Field::Kind => self.toggle_kind(cx),
            Field::Count => self.toggle_mobile_stat(cx),
            Field::Template => self.pick_template(cx),
            Field::Link => Self::pick_link(cx),
        }
    }

    /// To the left or the right on a field that is chosen: the kind, the count, the column of the numbers.
    fn choose(&mut self, is_right: bool, cx: &mut Cx<'_>) {
        match self.at {
            Field::Kind => self.toggle_kind(cx),
            Field::Count => self.toggle_mobile_stat(cx),
            Field::To => {
                let chosen = self.letter.reading.column.clone();
                if let Some(column) = self.audience.column_beside(chosen.as_deref(), is_right, cx) {
                    self.letter.reading.column = Some(column);
                    self.read(cx);
                    self.touch(cx);
                }
            }
            _ => {}
        }
    }

    fn toggle_kind(&mut self, cx: &mut Cx<'_>) {
        let now = self.letter.kind_for(self.audience.people().map_or(0, |people| people.len()));
        self.letter.kind = Some(if now == Kind::Marketing { Kind::Notification } else { Kind::Marketing });
        self.touch(cx);
    }

    fn toggle_mobile_stat(&mut self, cx: &mut Cx<'_>) {
        self.letter.mobile_stat = Some(!self.letter.has_mobile_stat(&cx.settings.link_hosts));
        self.touch(cx);
    }

    /// The file is read in the next encoding: looking may be wrong about a short one.
    fn next_encoding(&mut self, cx: &mut Cx<'_>) {
        if !matches!(self.letter.source(), Source::File { .. }) {
            cx.say(Tone::Plain, |lang| lang.compose_encoding_of_files().to_owned());
            return;
        }
        let reading = &mut self.letter.reading;
        let at = ENCODINGS.iter().position(|label| *label == reading.encoding.as_deref());
        reading.encoding = ENCODINGS[at.map_or(0, |at| (at + 1) % ENCODINGS.len())].map(str::to_owned);
        let chosen = reading.encoding.clone();
        cx.say(Tone::Plain, |lang| match &chosen {
            Some(label) => lang.compose_encoding(label),
            None => lang.compose_encoding_found().to_owned(),
        });
        self.at = Field::To;
        self.read(cx);
        self.touch(cx);
    }

    /// A path can be completed unless it is whole already: read once, or the only one that begins like this.
    fn can_complete(&self) -> bool {
        let typed = self.letter.to.text();
        matches!(self.letter.source(), Source::File { .. }) && self.completions.as_slice() != [typed]
    }

    /// Puts in what all paths have in common; the field may have changed meanwhile.
    pub(super) fn complete(&mut self, asked: &str, paths: Vec<String>, cx: &mut Cx<'_>) {
        if self.letter.to.text() != *asked || self.at != Field::To || !self.is_typing {
            return;
        }
        let Some(common) = common_beginning(&paths) else {
            cx.say(Tone::Plain, |lang| lang.compose_no_such_path().to_owned());
            return;
        };
        if common.len() > asked.len() {
            self.letter.to.set(&common);
            self.audience.typed(&self.letter.source(), cx.now);
            self.touch(cx);
        }
        self.completions = paths;
    }

    /// Throws the draft away, when asked twice.
    fn discard(&mut self, cx: &mut Cx<'_>) {
        if self.letter.is_blank() {
            cx.say(Tone::Plain, |lang| lang.compose_nothing_to_discard().to_owned());
        } else if std::mem::replace(&mut self.is_discard_asked, true) {
            if let Some(id) = self.letter.id {
                cx.data.drop_draft(id);
                cx.ask(Request::DiscardDraft(id));
            }
            self.forget(cx);
            cx.refresh(Request::Drafts);
            cx.say(Tone::Plain, |lang| lang.compose_discarded().to_owned());
        } else {
            cx.say_about(About::NextKey, Tone::Waits, |lang| lang.compose_discard_asked().to_owned());
        }
    }

    fn review(&mut self, cx: &mut Cx<'_>) {
        if self.audience.due().is_some() {
            self.read(cx);
        }
        match order::plan(&self.letter, &self.audience, cx.settings) {
            Ok(plan) => {
                self.save(cx);
                cx.data.preflight = Remote::Idle;
                let mut review = Review::new(plan, self.letter.source(), cx.now);
                match self.still_left_out() {
                    Some(left) => review.go_on_without(Arc::clone(&left.plan), left.checks.clone()),
                    None => review.are_in_again = self.left_out.take().is_some(),
                }
                cx.open(Overlay::Review(Box::new(review)));
            }
            Err(trouble) => {
                self.wants_review = trouble == order::Trouble::Reading;
                cx.say(Tone::Waits, |lang| trouble.sentence(lang));
            }
        }
    }

    /// The recipients are known: the review that was wished for opens, unless a key was pressed since.
    pub(super) fn review_if_wanted(&mut self, cx: &mut Cx<'_>) {
        if std::mem::take(&mut self.wants_review) {
            self.review(cx);
        }
    }

    /// Back to the review of what was confirmed: something about it has become worse, and nothing was sent.
    pub(super) fn review_again(&mut self, plan: Plan, changed: Vec<CheckName>, cx: &mut Cx<'_>) {
        cx.data.preflight = Remote::Idle;
        let source = if plan.is_test { Source::default() } else { self.letter.source() };
        let mut review = Review::new(plan, source, cx.now);
        review.changed = changed;
        if let Some(left) = self.still_left_out().filter(|_| !review.plan.is_test) {
            review.taken_out.clone_from(&left.checks);
        }
        cx.open(Overlay::Review(Box::new(review)));
    }

    fn review_test(&mut self, number: Mobile, cx: &mut Cx<'_>) {
        match order::test(&self.letter, &self.audience, number, cx.settings) {
            Ok(plan) => {
                self.save(cx);
                cx.data.preflight = Remote::Idle;
                cx.open(Overlay::Review(Box::new(Review::new(plan, Source::default(), cx.now))));
            }
            Err(trouble) => cx.say(Tone::Waits, |lang| trouble.sentence(lang)),
        }
    }

    fn show_left_out(&mut self, cx: &mut Cx<'_>) {
        match self.audience.people().filter(|people| !people.rejected().is_empty()) {
            Some(people) => cx.open(Overlay::Roll(Roll::left_out(people.clone()))),
            None => cx.say(Tone::Plain, |lang| lang.compose_nobody_left_out().to_owned()),
        }
    }
}

/// What all paths begin with; `None` without any.
fn common_beginning(paths: &[String]) -> Option<String> {
    let (first, others) = paths.split_first()?;
    let mut common = first.as_str();
    for other in others {
        let same = common.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
        common = &common[..same.unwrap_or(common.len().min(other.len()))];
    }
    Some(common.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_paths_have_in_common_ends_between_characters() {
        let of = |paths: &[&str]| common_beginning(&paths.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["~/vip-1.csv", "~/vip-22.csv"]).as_deref(), Some("~/vip-"));
        assert_eq!(of(&["名单一", "名单二"]).as_deref(), Some("名单"));
        assert_eq!(of(&["a", "ab"]).as_deref(), Some("a"));
        assert_eq!(of(&[]), None);
    }
}
