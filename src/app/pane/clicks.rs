//! Pane 4: who clicked. Looks again by itself while it is on screen, in step with the vendor's ten minutes.
pub(in crate::app) mod view;

use jiff::Timestamp;

use crate::app::action::{Action, PaneName};
use crate::app::calls::Call;
use crate::app::keymap::Context;
use crate::app::remote::Remote;
use crate::app::request::{ClickPage, Failure, Group, Request, Response, Subject};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::app::when::When;
use crate::words::Lang;

/// The vendor counts anew about every ten minutes (`api/yunpian-v2.md` §4).
const VENDOR_SECONDS: i64 = 600;

/// Whose clicks are shown, and what is known of them.
#[derive(Debug, Default)]
pub struct ClicksPane {
    subject: Option<Subject>,
    group: Group,
    page: Remote<Option<Box<ClickPage>>>,
}

impl ClicksPane {
    /// Shows whose clicks: what the store has at once, then a fresh look.
    pub fn show(&mut self, subject: Subject, cx: &mut Cx<'_>) {
        if self.subject.as_ref() != Some(&subject) {
            self.page = Remote::Idle;
        }
        self.subject = Some(subject);
        self.look(cx);
    }

    fn look(&mut self, cx: &mut Cx<'_>) {
        if let Some(subject) = self.subject.clone() {
            self.page.load();
            cx.ask(Request::Clicks(subject, self.group));
        }
    }

    /// When to look again by itself: the configured time after the last look, at the vendor's next ten-minute mark when
    /// that comes first; never while a look is under way.
    fn due(&self, settings: &Settings) -> Option<Timestamp> {
        let asked = self.page.at().filter(|_| !self.page.is_loading() && settings.refresh_seconds > 0)?;
        let after = asked.as_second() + i64::from(settings.refresh_seconds.max(5));
        let mark = (asked.as_second() / VENDOR_SECONDS + 1) * VENDOR_SECONDS;
        Timestamp::from_second(after.min(mark.max(asked.as_second() + 5))).ok()
    }

    /// For the status line: `clicks 14:08, next 14:18`.
    #[must_use]
    pub fn age(&self, settings: &Settings, when: &When<'_>) -> Option<String> {
        let page = self.page.shown()?.as_ref()?;
        let asked = when.stamp(page.as_of);
        Some(match self.due(settings) {
            Some(next) => when.lang.clicks_age_next(asked, when.stamp(next)),
            None => when.lang.clicks_age(asked),
        })
    }
}

impl Scene for ClicksPane {
    fn context(&self) -> Context {
        Context::Pane(PaneName::Clicks)
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        let newest = cx.data.campaigns.shown().and_then(|list| list.first()).map(|c| Subject::Campaign(c.id));
        match (&self.subject, newest) {
            (None, Some(subject)) => self.show(subject, cx),
            (Some(_), _) if !self.page.is_loading() => self.look(cx),
            _ => {}
        }
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        match action {
            Action::Refresh => self.look(cx),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn replied(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        let Request::Clicks(subject, group) = &call.request else { return };
        if self.subject.as_ref() != Some(subject) || self.group != *group {
            return;
        }
        match outcome {
            Ok(Response::Clicks(page)) => self.page.settle(Ok(page), cx.now),
            Ok(_) => self.page.settle(Err(Failure::Panicked), cx.now),
            Err(failure) => {
                cx.say_failure(&failure);
                self.page.settle(Err(failure), cx.now);
            }
        }
    }

    fn next_wake(&self, settings: &Settings) -> Option<Timestamp> {
        self.due(settings)
    }

    fn woke(&mut self, cx: &mut Cx<'_>) {
        if self.due(cx.settings).is_some_and(|due| due <= cx.now) {
            self.look(cx);
        }
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![Hint::of(Action::Refresh, lang)]
    }
}
