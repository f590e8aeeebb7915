//! What is decided on the review itself: when it begins, whom it leaves out, whether quiet hours bind it.
use std::sync::Arc;

use super::{Review, known, moment};
use crate::app::message::Tone;
use crate::app::remote::Remote;
use crate::app::request::Request;
use crate::app::scene::Cx;
use crate::app::when::When;
use crate::sms::{CheckName, Kind, Plan, Start};

impl Review {
    /// Takes the time over that was typed; says so when it is none.
    pub(super) fn set_time(&mut self, cx: &mut Cx<'_>) {
        let typed = self.time.text();
        let Ok(start) = moment::parse(&typed, cx.now, &cx.settings.zone) else {
            return cx.say(Tone::Waits, |lang| lang.review_no_time().to_owned());
        };
        self.focus = self.foci(cx.settings)[0];
        if start != self.plan.start {
            self.plan.start = start;
            self.check(cx);
        }
        let (zone, now) = (&cx.settings.zone, cx.now);
        let stamp = |lang, at| When { zone, lang, now }.day_and_clock(at);
        match start {
            Start::Now => cx.log.say(now, Tone::Plain, |lang| lang.review_begins_now().to_owned()),
            Start::At(at) => cx.log.say(now, Tone::Plain, |lang| lang.review_begins_at(stamp(lang, at))),
        }
    }

    /// Whom a check is about gets nothing: they join those who were left out, and everything is checked anew. Until then
    /// nothing can be confirmed.
    pub(super) fn leave_out(&mut self, name: CheckName, cx: &mut Cx<'_>) {
        let found = known(cx.data).into_iter().flat_map(|checks| &checks.checks).find(|check| check.name == name);
        let (Some(whom), Some(why)) = (found.map(|check| check.mobiles.clone()), name.leaves_out_as()) else { return };
        cx.data.preflight = Remote::Idle;
        cx.ask(Request::LeaveOut { plan: Box::new(self.plan.clone()), whom, why });
    }

    /// The list without them is here.
    pub(super) fn trimmed(&mut self, plan: Plan, name: Option<CheckName>, cx: &mut Cx<'_>) {
        let gone = self.recipients().saturating_sub(plan.recipients.len() as u64);
        self.plan = plan;
        self.taken_out.extend(name);
        // Esc and another review shall not bring them back without a word.
        cx.leave_out(Arc::clone(&self.plan.recipients), self.taken_out.clone());
        self.count.set("");
        self.focus = self.foci(cx.settings)[0];
        cx.say(Tone::Done, |lang| lang.review_taken_out(gone));
        self.check(cx);
    }

    /// Keeps quiet hours, or ignores them for this send: the operator's decision, which the audit keeps.
    pub(super) fn toggle_quiet_hours(&mut self, cx: &mut Cx<'_>) {
        if cx.settings.quiet_hours.is_none() || self.plan.kind != Kind::Marketing {
            return cx.say(Tone::Plain, |lang| lang.review_hours_free().to_owned());
        }
        self.plan.ignores_quiet_hours = !self.plan.ignores_quiet_hours;
        let is_ignoring = self.plan.ignores_quiet_hours;
        cx.say(if is_ignoring { Tone::Waits } else { Tone::Plain }, |lang| {
            if is_ignoring { lang.review_hours_now_ignored() } else { lang.review_hours_now_kept() }.to_owned()
        });
        self.check(cx);
    }
}
