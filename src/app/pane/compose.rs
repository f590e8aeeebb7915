//! Pane 2: the message being written. Never sends: the review is the only door.
//!
//! ```text
//! Letter (fields) ─edited─▶ dirty ─1.5 s, or leaving─▶ Effect::SaveDraft        Audience: To ─▶ Recipients, counts
//!        └──────────────▶ Bill: characters, segments, fee                             │
//! s ─▶ order::plan(Letter, Audience, Settings) ─▶ Plan ─▶ Review ─confirmed, held─▶ Request::Start ─▶ Campaigns
//! ```
mod apply;
mod ask;
mod audience;
mod bill;
mod letter;
mod order;
mod pick;
mod review;
mod roll;
pub(in crate::app) mod view;

pub use ask::Ask;
#[cfg(test)]
pub(crate) use order::command;
pub use review::Review;
pub use roll::Roll;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::action::{Action, PaneName};
use crate::app::calls::Call;
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::keymap::Context;
use crate::app::message::{About, Tone};
use crate::app::outlook::ComposeOutlook;
use crate::app::request::{Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::app::when::When;
use crate::problem::{InputProblem, Problem};
use crate::sms::{CampaignState, CheckName, Draft, DraftId, Mobile, Reading, Recipients, Source};
use crate::words::Lang;

use audience::Audience;
use bill::Bill;
use letter::Letter;

/// How long a draft may be unsaved.
const AUTOSAVE: SignedDuration = SignedDuration::from_millis(1500);

/// The fields, top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field {
    /// The campaign's name.
    Name,
    /// Numbers, or the path of a file.
    #[default]
    To,
    /// Marketing or notification.
    Kind,
    /// A template of the account.
    Template,
    /// A link of ours.
    Link,
    /// By number, or in total only.
    Count,
    /// What is sent.
    Text,
}

impl Field {
    const ALL: [Self; 7] = [Self::Name, Self::To, Self::Kind, Self::Template, Self::Link, Self::Count, Self::Text];

    /// Whether it is typed in; the others are chosen.
    const fn is_typed(self) -> bool {
        matches!(self, Self::Name | Self::To | Self::Text)
    }

    /// The one after it, or before it, round the corner.
    fn step(self, is_forward: bool) -> Self {
        let by = if is_forward { 1 } else { Self::ALL.len() - 1 };
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }

    /// The next one that is typed in.
    fn step_typed(self, is_forward: bool) -> Self {
        let mut field = self.step(is_forward);
        while !field.is_typed() {
            field = field.step(is_forward);
        }
        field
    }
}

/// The message being written.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, none excludes another")]
#[derive(Debug)]
pub struct ComposePane {
    letter: Letter,
    audience: Audience,
    bill: Bill,
    at: Field,
    is_typing: bool,
    /// The review opens as soon as the recipients are read; any key takes that back.
    wants_review: bool,
    /// Paths that begin like what stands in To.
    completions: Vec<String>,
    dirty_since: Option<Timestamp>,
    saved_at: Option<Timestamp>,
    /// The recipients that the draft was kept with.
    kept_recipients: u64,
    /// The kept drafts were offered once.
    were_drafts_offered: bool,
    /// The templates open as soon as they are here.
    wants_templates: bool,
    /// `Z` was pressed once.
    is_discard_asked: bool,
    /// The operator's own number, as given in this session.
    test_number: Option<Mobile>,
    /// Whom a review of this message left out.
    left_out: Option<LeftOut>,
}

/// Whom a review left out: they stay left out as long as the message goes to the same list with the same text.
#[derive(Debug)]
struct LeftOut {
    of: Arc<Recipients>,
    text: String,
    plan: Arc<Recipients>,
    checks: Vec<CheckName>,
}

impl Default for ComposePane {
    fn default() -> Self {
        Self {
            letter: Letter::default(),
            audience: Audience::default(),
            bill: Bill::of("", None, audience::Tally::default(), crate::sms::Money::ZERO),
            at: Field::To,
            is_typing: false,
            wants_review: false,
            completions: Vec::new(),
            dirty_since: None,
            saved_at: None,
            kept_recipients: 0,
            were_drafts_offered: false,
            wants_templates: false,
            is_discard_asked: false,
            test_number: None,
            left_out: None,
        }
    }
}

impl ComposePane {
    /// Starts a message with a link. A text without a link of ours takes it in; one that has its own is kept as a draft.
    pub fn begin_with(&mut self, bare_link: &str, cx: &mut Cx<'_>) {
        let has_link = !self.letter.links(&cx.settings.link_hosts).is_empty();
        if has_link && !self.letter.text.text().contains(bare_link) {
            self.begin_anew(cx);
            cx.say(Tone::Plain, |lang| lang.compose_kept_other().to_owned());
        }
        let sid = cx.data.links.shown().into_iter().flatten().find(|link| link.short.bare() == bare_link);
        self.letter.begin_with(bare_link, sid.map(|link| link.short.sid.clone()));
        self.at = if self.letter.to.is_empty() { Field::To } else { Field::Text };
        self.is_typing = true;
        self.touch(cx);
    }

    /// Starts a message to these numbers; what was being written is kept.
    pub fn begin_to(&mut self, mobiles: &[Mobile], cx: &mut Cx<'_>) {
        if !self.letter.to.is_empty() {
            self.begin_anew(cx);
        }
        let numbers: Vec<String> = mobiles.iter().map(|mobile| mobile.wire()).collect();
        self.letter.to.set(&numbers.join(" "));
        self.read(cx);
        (self.at, self.is_typing) = (Field::Text, true);
        self.touch(cx);
    }

    /// Takes a draft up; what was being written is kept. A draft without recipients begins with them.
    pub fn take_up(&mut self, draft: &Draft, cx: &mut Cx<'_>) {
        self.save(cx);
        cx.log.is_over(About::Pane(PaneName::Compose));
        let (offered, number) = (self.were_drafts_offered, self.test_number);
        *self =
            Self { letter: Letter::of(draft), were_drafts_offered: offered, test_number: number, ..Self::default() };
        self.is_typing = self.letter.to.is_empty();
        self.kept_recipients = draft.recipients;
        self.read(cx);
        self.rebill(cx);
        self.fit(cx);
    }

    /// The kept drafts are known: at the start the newest is offered, once.
    pub fn drafts_came(&mut self, cx: &mut Cx<'_>) {
        if std::mem::replace(&mut self.were_drafts_offered, true) || !self.letter.is_blank() {
            return;
        }
        let Some(draft) = cx.data.drafts.shown().and_then(|drafts| drafts.first()).cloned() else { return };
        let (zone, now) = (&cx.settings.zone, cx.now);
        let at = |lang| When { zone, lang, now }.stamp(draft.saved_at);
        let keymap = cx.keymap;
        cx.log.say(now, Tone::Waits, |lang| {
            keymap.spell(&lang.compose_draft_found(at(lang), draft.recipients)).into_owned()
        });
        cx.log.is_about(About::Pane(PaneName::Compose));
    }

    /// Where the operator is looking.
    pub const fn outlook(&self) -> ComposeOutlook {
        ComposeOutlook { field: self.at }
    }

    /// Looks there again.
    pub const fn recall(&mut self, outlook: &ComposeOutlook) {
        self.at = outlook.field;
    }

    /// The review has left somebody out: these are left, by these checks.
    pub fn leave_out(&mut self, plan: Arc<Recipients>, checks: Vec<CheckName>) {
        let Some(of) = self.audience.people().map(Arc::clone) else { return };
        self.left_out = Some(LeftOut { of, text: self.letter.text.text(), plan, checks });
    }

    /// Whom an earlier review left out, if the message is still the same; else `None`, and they are in again.
    fn still_left_out(&self) -> Option<&LeftOut> {
        let (left, people) = (self.left_out.as_ref()?, self.audience.people()?);
        (Arc::ptr_eq(&left.of, people) && left.text == self.letter.text.text()).then_some(left)
    }

    /// Keeps what is typed, if it is not kept already: on the timer, when leaving, when the terminal is gone.
    pub fn save(&mut self, cx: &mut Cx<'_>) {
        if self.dirty_since.take().is_some()
            && let Some(draft) = self.letter.draft(self.audience.count(&self.letter.source()), cx.now)
        {
            self.letter.id = Some(draft.id);
            self.kept_recipients = draft.recipients;
            cx.data.put_draft(&draft);
            cx.effect(Effect::SaveDraft(draft));
        }
    }

    /// A draft is on disk.
    pub fn saved(&mut self, id: DraftId, now: Timestamp) {
        if self.letter.id == Some(id) {
            self.saved_at = Some(now);
        }
    }

    fn touch(&mut self, cx: &Cx<'_>) {
        self.dirty_since.get_or_insert(cx.now);
        self.rebill(cx);
    }

    /// Reckons anew what the text is and costs.
    fn rebill(&mut self, cx: &Cx<'_>) {
        let people = self.audience.people().map(|people| &**people);
        self.bill = Bill::of(&self.letter.text.text(), people, self.audience.tally(), cx.settings.price);
    }

    /// An empty message; what was being written is kept.
    fn begin_anew(&mut self, cx: &mut Cx<'_>) {
        self.save(cx);
        self.forget(cx);
        cx.refresh(Request::Drafts);
    }

    fn forget(&mut self, cx: &Cx<'_>) {
        *self = Self { were_drafts_offered: true, test_number: self.test_number, ..Self::default() };
        self.rebill(cx);
        self.fit(cx);
    }

    /// To is whole: reads it, unless that is known already.
    fn read(&mut self, cx: &mut Cx<'_>) {
        self.audience.read(self.letter.source(), self.letter.variables(), cx);
        self.rebill(cx);
    }

    fn fit(&mut self, cx: &Cx<'_>) {
        self.letter.text.fit(usize::from(view::text_cells(cx.layout())), cx.widths());
    }

    /// A draft was confirmed and is a campaign now: nothing of it is left to write.
    fn started(&mut self, id: crate::sms::CampaignId, cx: &mut Cx<'_>) {
        if let Some(draft) = self.letter.id {
            cx.data.drop_draft(draft);
            cx.ask(Request::DiscardDraft(draft));
        }
        self.forget(cx);
        for request in [Request::Campaigns, Request::Drafts, Request::Account, Request::Links] {
            cx.refresh(request);
        }
        // A single message may be through before we hear that it has begun: then that was said.
        if cx.data.progress.get(&id).is_none_or(|progress| progress.state == CampaignState::Running) {
            cx.say(Tone::Done, |lang| lang.review_started(id));
        }
        cx.wish(Action::ShowCampaign(id));
    }
}

impl Scene for ComposePane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Compose)
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.is_typing.then_some(match self.at {
            Field::Name => &mut self.letter.name,
            Field::To => &mut self.letter.to,
            _ => &mut self.letter.text,
        })
    }

    fn is_typing(&self) -> bool {
        self.is_typing
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        match self.at {
            Field::To => {
                self.letter.reading = Reading::default();
                self.completions.clear();
                self.audience.typed(&self.letter.source(), cx.now);
            }
            Field::Text => self.audience.uses(&self.letter.variables(), cx.now),
            _ => {}
        }
        self.touch(cx);
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        if cx.data.templates.shown().is_none() && !cx.data.templates.is_loading() {
            cx.refresh(Request::Phrases);
        }
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        self.fit(cx);
        if self.wants_templates && !cx.data.templates.is_loading() {
            self.wants_templates = false;
            // What went wrong was said already.
            if cx.data.templates.shown().is_some() {
                self.pick_template(cx);
            }
        }
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if *action != Action::Discard {
            self.is_discard_asked = false;
        }
        if self.is_typing { self.apply_typing(action, cx) } else { self.apply_choosing(action, cx) }
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match (&call.request, outcome) {
            (request @ (Request::Recipients { .. } | Request::Peek { .. }), outcome) => {
                let are_people = matches!(request, Request::Recipients { .. });
                self.audience.replied(request, outcome, cx);
                self.rebill(cx);
                if are_people {
                    self.review_if_wanted(cx);
                }
                // A draft says to how many it goes.
                if self.letter.id.is_some()
                    && self.audience.people().is_some()
                    && self.audience.tally().recipients != self.kept_recipients
                {
                    self.dirty_since.get_or_insert(cx.now);
                }
            }
            (Request::Complete(typed), Ok(Response::Completions(paths))) => self.complete(typed, paths, cx),
            (Request::Start(_), Ok(Response::Started(id))) => self.started(id, cx),
            (Request::Test(_), Ok(Response::Started(id))) => {
                cx.say(Tone::Done, |lang| lang.review_test_started(id));
                cx.refresh(Request::Campaigns);
                cx.refresh(Request::Account);
            }
            (
                Request::Start(plan) | Request::Test(plan),
                Err(Failure::Problem(Problem::Input(InputProblem::Changed { checks }))),
            ) => self.review_again(plan.clone(), checks.iter().map(|check| check.name).collect(), cx),
            (_, Err(failure)) => cx.say_failure(&failure),
            (_, Ok(_)) => {}
        }
    }

    fn next_wake(&self, _settings: &Settings) -> Option<Timestamp> {
        let autosave = self.dirty_since.map(|since| since.saturating_add(AUTOSAVE).unwrap_or(since));
        [autosave, self.audience.due()].into_iter().flatten().min()
    }

    fn woke(&mut self, cx: &mut Cx<'_>) {
        if self.audience.due().is_some_and(|due| due <= cx.now) {
            self.read(cx);
        }
        let is_due = |since: Timestamp| since.saturating_add(AUTOSAVE).is_ok_and(|due| due <= cx.now);
        if self.dirty_since.is_some_and(is_due) {
            self.save(cx);
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        if self.is_typing {
            let is_path = self.at == Field::To && matches!(self.letter.source(), Source::File { .. });
            let tab = if is_path { lang.compose_hint_complete() } else { lang.app_hint_next_field() };
            let mut hints = vec![Hint::new(Action::NextArea, tab), Hint::new(Action::Back, lang.app_hint_end_typing())];
            if self.at != Field::Text {
                hints.insert(0, Hint::new(Action::Open, lang.app_hint_next_field()));
                if !is_path {
                    hints.remove(1);
                }
            }
            return hints;
        }
        let mut hints = vec![
            Hint::new(
                Action::Open,
                if self.at.is_typed() { lang.compose_hint_edit() } else { lang.compose_hint_change() },
            ),
            Hint::new(Action::Message, lang.compose_hint_review()),
            Hint::new(Action::PickLink, lang.compose_hint_link()),
            Hint::new(Action::ImportFile, lang.compose_hint_import()),
            Hint::new(Action::ToggleMobileStat, lang.compose_hint_count()),
            Hint::new(Action::TestSend, lang.compose_hint_test()),
            Hint::of(Action::PickDraft, lang),
            Hint::of(Action::PickTemplate, lang),
            Hint::of(Action::New, lang),
        ];
        if self.at == Field::To && matches!(self.letter.source(), Source::File { .. }) {
            hints.insert(1, Hint::of(Action::NextEncoding, lang));
        }
        hints
    }
}
