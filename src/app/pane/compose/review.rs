//! The only door to a send: everything that is known, and a question whose default is no.
//!
//! ```text
//! opened ─Preflight─▶ looking ─count typed, or `send` focused; Enter alone, 150 ms later─▶ held ─10 s─▶ Request::Start
//!    └─Esc──────────────┴──────────────────────────────────Esc, quit, suspend──────────────┘    nothing is sent
//! ```
mod decide;
mod moment;
pub(super) mod page;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::order;
use super::roll::Roll;
use crate::app::action::{Action, PaneName};
use crate::app::calls::Call;
use crate::app::data::Data;
use crate::app::editor::{Edit, Editor};
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::message::{About, Tone};
use crate::app::overlay::Overlay;
use crate::app::request::{Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::sms::{CheckName, CheckState, Kind, Money, Plan, Preflight, Recipients, Source, Start};
use crate::words::Lang;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What is pressed sooner than this after the review opened, or its checks came, was not meant for it.
const ARM: SignedDuration = SignedDuration::from_millis(150);

/// Where Enter would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    /// Back: the default for one recipient.
    Cancel,
    /// The button, for one recipient.
    Send,
    /// The number of recipients, to be typed.
    Count,
    /// When it shall begin.
    Time,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Somebody looks.
    Looking,
    /// Confirmed; nothing has gone out, and nothing will before `until`.
    Held { until: Timestamp, tick: Timestamp },
}

/// What is known before a send, and the question.
#[derive(Debug)]
pub struct Review {
    pub(super) plan: Plan,
    pub(super) source: Source,
    pub(super) focus: Focus,
    pub(super) stage: Stage,
    pub(super) count: Editor,
    pub(super) time: Editor,
    /// Whom the operator took out of it, by name of the check that was about them.
    pub(super) taken_out: Vec<CheckName>,
    /// Whom an earlier review left out is in again, as the message has changed.
    pub(super) are_in_again: bool,
    /// The checks that became worse after it was confirmed before.
    pub(super) changed: Vec<CheckName>,
    /// What it will cost, once the checks have said so.
    fee: Option<Money>,
    /// Rows scrolled past.
    pub(super) skipped: usize,
    /// Not all of it fits on the screen.
    is_long: bool,
    opened_at: Timestamp,
}

impl Review {
    /// About a plan whose recipients come from `source`.
    #[must_use]
    pub fn new(plan: Plan, source: Source, now: Timestamp) -> Self {
        Self {
            plan,
            source,
            focus: Focus::Cancel,
            stage: Stage::Looking,
            count: Editor::line(""),
            time: Editor::line(""),
            taken_out: Vec::new(),
            are_in_again: false,
            changed: Vec::new(),
            fee: None,
            skipped: 0,
            is_long: false,
            opened_at: now,
        }
    }

    /// Whom an earlier review of the same message left out, by these checks, stays left out.
    pub(super) fn go_on_without(&mut self, left: Arc<Recipients>, checks: Vec<CheckName>) {
        (self.plan.recipients, self.taken_out) = (left, checks);
    }

    /// Its name.
    #[must_use]
    pub const fn title(&self, lang: Lang) -> &'static str {
        if self.plan.is_test { lang.review_test_title() } else { lang.review_title() }
    }

    /// That nothing has been sent.
    #[must_use]
    pub fn subtitle(&self, lang: Lang) -> String {
        match self.stage {
            Stage::Looking => lang.review_nothing_sent(),
            Stage::Held { .. } => lang.review_held_title(),
        }
        .to_owned()
    }

    /// Whether it was confirmed and is held.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        matches!(self.stage, Stage::Held { .. })
    }

    pub(super) fn recipients(&self) -> u64 {
        self.plan.recipients.len() as u64
    }

    /// Whether the count has to be typed, or a button is enough.
    pub(super) fn asks_count(&self, settings: &Settings) -> bool {
        let is_costly = self.fee.zip(settings.typed_count_above).is_some_and(|(fee, most)| fee > most);
        self.recipients() >= settings.typed_count_from.max(2) || (is_costly && self.recipients() > 1)
    }

    /// The fields that Tab goes through, the default first.
    fn foci(&self, settings: &Settings) -> &'static [Focus] {
        match (self.plan.is_test, self.asks_count(settings)) {
            (true, _) => &[Focus::Cancel, Focus::Send],
            (false, true) => &[Focus::Count, Focus::Time],
            (false, false) => &[Focus::Cancel, Focus::Send, Focus::Time],
        }
    }

    fn step(&mut self, is_forward: bool, cx: &Cx<'_>) {
        let foci = self.foci(cx.settings);
        let at = foci.iter().position(|focus| *focus == self.focus).unwrap_or_default();
        let by = if is_forward { 1 } else { foci.len() - 1 };
        self.focus = foci[(at + by) % foci.len()];
    }

    /// The command that would send the same.
    pub(super) fn command(&self, settings: &Settings) -> String {
        order::command(&self.plan, &self.source, &self.taken_out, &settings.zone)
    }

    /// Whether keys may be meant for this screen: it and its checks have been seen.
    fn is_armed(&self, cx: &Cx<'_>) -> bool {
        let seen = cx.data.preflight.at().map_or(self.opened_at, |came| came.max(self.opened_at));
        cx.now.duration_since(seen) >= ARM
    }

    /// Enter where it would send. Nothing that arrives with other keys, too early, or while a row blocks, confirms.
    fn confirm(&mut self, cx: &mut Cx<'_>) {
        let Some(checks) = known(cx.data) else {
            return cx.say(Tone::Waits, |lang| lang.review_not_checked().to_owned());
        };
        if checks.worst() == CheckState::Block {
            return cx.say(Tone::Waits, |lang| lang.review_blocked().to_owned());
        }
        if self.focus == Focus::Count && !cx.is_alone {
            self.count.set("");
            return cx.say(Tone::Waits, |lang| lang.review_count_typed().to_owned());
        }
        if !self.is_armed(cx) || !cx.is_alone {
            return cx.say(Tone::Plain, |lang| lang.review_too_fast().to_owned());
        }
        let recipients = self.recipients();
        if self.focus == Focus::Count {
            if self.count.is_empty() {
                return cx.say(Tone::Plain, |lang| lang.review_type_count().to_owned());
            }
            if self.typed_count() != Some(recipients) {
                self.count.set("");
                return cx.say(Tone::Waits, |lang| lang.review_other_count(recipients));
            }
        }
        if let Start::At(at) = self.plan.start
            && at <= cx.now
        {
            return cx.say(Tone::Waits, |lang| lang.review_time_over().to_owned());
        }
        let seconds = i64::from(cx.settings.hold_seconds);
        let until = cx.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(cx.now);
        if seconds == 0 {
            return self.go(cx);
        }
        self.stage = Stage::Held { until, tick: cx.now };
        let seconds = seconds.unsigned_abs();
        // The log keeps it; on the screen the question's own line counts down.
        cx.say(Tone::Waits, |lang| lang.review_starts_in(seconds, recipients));
        cx.log.clear_line();
    }

    /// The count as it stands there, without its commas.
    fn typed_count(&self) -> Option<u64> {
        self.count.text().chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
    }

    /// The hold is over. Compose hears what became of it: this screen is gone then.
    fn go(&self, cx: &mut Cx<'_>) {
        let plan = self.plan.clone();
        let request = if plan.is_test { Request::Test(plan) } else { Request::Start(plan) };
        cx.close();
        cx.say_about(About::Send, Tone::Plain, |lang| lang.review_starting().to_owned());
        cx.ask_for(PaneName::Compose, request);
    }

    /// Back from the hold.
    fn stop(&mut self, cx: &mut Cx<'_>) {
        self.stage = Stage::Looking;
        self.count.set("");
        self.focus = self.foci(cx.settings)[0];
        cx.say_about(About::Send, Tone::Done, |lang| lang.review_stopped().to_owned());
    }

    fn apply_held(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Back | Action::Quit | Action::Interrupt => self.stop(cx),
            // A process that is stopped would find its hold over when it comes back.
            Action::Suspend => {
                self.stop(cx);
                return Applied::No;
            }
            Action::Repaint | Action::SwitchLanguage => return Applied::No,
            _ => {}
        }
        Applied::Yes
    }

    fn check(&self, cx: &mut Cx<'_>) {
        cx.refresh(Request::Preflight(self.plan.clone()));
    }
}

/// What the checks found; `None` while they run, and when they could not.
pub(super) const fn known(data: &Data) -> Option<&Preflight> {
    match &data.preflight {
        crate::app::remote::Remote::Ready { value, .. } => Some(value),
        _ => None,
    }
}

impl Scene for Review {
    fn context(&self) -> Context {
        Context::Review
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if self.stage != Stage::Looking {
            return self.apply_held(action, cx);
        }
        match action {
            Action::Back if self.focus == Focus::Time => self.focus = self.foci(cx.settings)[0],
            Action::Back => cx.close(),
            Action::Open if self.focus == Focus::Time => self.set_time(cx),
            Action::Open if self.focus == Focus::Cancel => {
                if self.is_armed(cx) && cx.is_alone {
                    cx.close();
                }
            }
            Action::Open => self.confirm(cx),
            Action::NextArea | Action::Right if self.is_armed(cx) => self.step(true, cx),
            Action::PreviousArea | Action::Left if self.is_armed(cx) => self.step(false, cx),
            Action::ShowWarnings => match known(cx.data) {
                Some(checks) => cx.open(Overlay::Roll(Roll::found(&checks.checks))),
                None => cx.say(Tone::Plain, |lang| lang.review_not_checked().to_owned()),
            },
            Action::ShowLeftOut if !self.plan.recipients.rejected().is_empty() => {
                cx.open(Overlay::Roll(Roll::left_out(self.plan.recipients.clone())));
            }
            Action::ShowLeftOut => cx.say(Tone::Plain, |lang| lang.compose_nobody_left_out().to_owned()),
            Action::ToggleAfterHangup => self.plan.goes_on_after_hangup = !self.plan.goes_on_after_hangup,
            Action::ToggleQuietHours => self.toggle_quiet_hours(cx),
            Action::LeaveOutOf(name) => self.leave_out(*name, cx),
            Action::CopyCommand => cx.copy(self.command(cx.settings)),
            Action::Copy => cx.copy(self.plan.text.clone()),
            Action::Refresh => self.check(cx),
            Action::TestSend if !self.plan.is_test => {
                cx.close();
                cx.wish(Action::TestSend);
            }
            // Nothing that came too early, and nothing that would quietly leave what was decided here.
            Action::NextArea
            | Action::Right
            | Action::PreviousArea
            | Action::Left
            | Action::New
            | Action::Message
            | Action::Discard => {}
            other => {
                let Some(step) = Step::of(other) else { return Applied::No };
                let page = usize::from(cx.layout().body.height / 2);
                self.skipped = match step {
                    Step::Up => self.skipped.saturating_sub(1),
                    Step::Down => self.skipped + 1,
                    Step::PageUp => self.skipped.saturating_sub(page),
                    Step::PageDown => self.skipped + page,
                    Step::First => 0,
                    Step::Last => usize::from(u16::MAX),
                }
                .min(page::most_skipped(self, cx));
            }
        }
        Applied::Yes
    }

    fn field(&mut self) -> Option<&mut Editor> {
        match self.focus {
            Focus::Count => Some(&mut self.count),
            Focus::Time => Some(&mut self.time),
            Focus::Cancel | Focus::Send => None,
        }
    }

    /// Only the time is typed freely; of the count, digits alone are text ([`Scene::takes`]).
    fn is_typing(&self) -> bool {
        self.focus == Focus::Time && self.stage == Stage::Looking
    }

    fn takes(&self, key: KeyEvent, edit: Option<Edit>) -> bool {
        if self.focus != Focus::Count || self.stage != Stage::Looking {
            return false;
        }
        let is_plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
        let is_digit = is_plain && matches!(key.code, KeyCode::Char('0'..='9' | ','));
        // With something in it, the line is edited as any other is.
        is_digit || edit == Some(Edit::Delete) || (!self.count.is_empty() && edit.is_some())
    }

    fn why_no_paste(&self) -> fn(Lang) -> &'static str {
        if self.focus == Focus::Count { Lang::review_count_typed } else { Lang::app_paste_ignored }
    }

    /// A count is asked for as soon as the checks say what it costs; what cannot be seen is not held.
    fn sync(&mut self, cx: &mut Cx<'_>) {
        if let Some(checks) = known(cx.data) {
            self.fee = Some(checks.fee);
        }
        self.is_long = page::most_skipped(self, cx) > 0;
        let foci = self.foci(cx.settings);
        if self.stage == Stage::Looking && !foci.contains(&self.focus) {
            self.focus = foci[0];
        }
        if self.is_held() && cx.layout().is_too_small() {
            self.stop(cx);
        }
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        if self.focus != Focus::Count {
            return;
        }
        // What was typed before the screen could be seen was meant for another one. A count that is whole with what
        // came all at once was pasted; a part of one may be a slow line's.
        let is_pasted = !cx.is_alone && self.typed_count() == Some(self.recipients());
        if is_pasted {
            cx.say(Tone::Waits, |lang| lang.review_count_typed().to_owned());
        }
        if is_pasted || !self.is_armed(cx) {
            self.count.set("");
        }
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match (&call.request, outcome) {
            (Request::LeaveOut { why, .. }, Ok(Response::Trimmed(plan))) => {
                let names = [CheckName::Recent, CheckName::Repeat, CheckName::Variables];
                let name = names.into_iter().find(|name| name.leaves_out_as() == Some(*why));
                self.trimmed(*plan, name, cx);
            }
            (_, Err(failure)) => {
                cx.say_failure(&failure);
                self.check(cx);
            }
            (_, Ok(_)) => {}
        }
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        // What was said on the way here is over.
        cx.log.clear_line();
        if !self.changed.is_empty() {
            cx.say(Tone::Waits, |lang| lang.review_has_changed().to_owned());
        } else if !self.taken_out.is_empty() {
            let gone = self.plan.recipients.taken_out();
            cx.say(Tone::Plain, |lang| lang.review_still_taken_out(gone));
        } else if self.are_in_again {
            cx.say(Tone::Waits, |lang| lang.review_in_again().to_owned());
        }
        self.focus = self.foci(cx.settings)[0];
        self.check(cx);
    }

    fn next_wake(&self, _settings: &Settings) -> Option<Timestamp> {
        match self.stage {
            Stage::Looking => None,
            Stage::Held { until, tick } => {
                Some(until.min(tick.saturating_add(SignedDuration::from_secs(1)).unwrap_or(until)))
            }
        }
    }

    fn woke(&mut self, cx: &mut Cx<'_>) {
        if let Stage::Held { until, .. } = self.stage {
            if cx.now >= until {
                self.stage = Stage::Looking;
                self.go(cx);
            } else {
                self.stage = Stage::Held { until, tick: cx.now };
            }
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        if self.stage != Stage::Looking {
            return vec![Hint::new(Action::Back, lang.review_hint_stop())];
        }
        let back = Hint::new(Action::Back, lang.review_hint_back());
        if self.focus == Focus::Time {
            return vec![back, Hint::new(Action::Open, lang.review_hint_take_time())];
        }
        let tab = if self.focus == Focus::Count { lang.review_hint_time() } else { lang.app_hint_next_field() };
        let mut hints = vec![
            back,
            Hint::new(Action::NextArea, tab),
            Hint::new(Action::PageDown, lang.review_hint_more()),
            Hint::new(Action::TestSend, lang.compose_hint_test()),
            Hint::new(Action::CopyCommand, lang.review_hint_command()),
            Hint::new(Action::ShowWarnings, lang.review_hint_checks()),
            Hint::new(Action::ToggleQuietHours, lang.review_hint_hours()),
            Hint::new(Action::ToggleAfterHangup, lang.review_hint_hangup()),
            Hint::new(Action::ShowLeftOut, lang.compose_hint_left_out()),
        ];
        if self.plan.is_test {
            hints.retain(|hint| {
                !matches!(hint.action, Action::TestSend | Action::ToggleAfterHangup | Action::ShowLeftOut)
            });
        }
        if !self.is_long {
            hints.retain(|hint| hint.action != Action::PageDown);
        }
        if self.plan.kind != Kind::Marketing {
            hints.retain(|hint| hint.action != Action::ToggleQuietHours);
        }
        hints
    }
}
