//! What actions mean wherever nobody else knows them: going about, asking, leaving.
use jiff::SignedDuration;

use super::calls::Asker;
use super::effect::{Effect, Effects};
use super::keymap::Context;
use super::message::{About, Tone};
use super::overlay::{Find, Help, Leave, Messages, Overlay, palette};
use super::request::{Failure, Request, Subject};
use super::scene::Wish;
use super::{Action, App, Leaving, Now, PaneName};
use crate::sms::CampaignState;

/// The second Ctrl-C has to come this soon.
const TWICE: SignedDuration = SignedDuration::from_secs(3);

impl App {
    /// Does what a scene wished for.
    pub(super) fn grant(&mut self, wishes: Vec<Wish>, now: Now, effects: &mut Effects) {
        for wish in wishes {
            match wish {
                Wish::Do(action) => self.apply(&action, now, effects),
                Wish::TakeUp(draft) => {
                    self.go(PaneName::Compose, now, effects);
                    self.in_compose(now, effects, |compose, cx| compose.take_up(&draft, cx));
                }
                Wish::LeaveOut(left, checks) => self.compose.leave_out(left, checks),
                Wish::Open(overlay) => self.open(*overlay, now, effects),
                Wish::Close => {
                    self.overlays.pop();
                    self.sync(now, effects);
                }
                Wish::Leave => self.leaving = Some(Leaving::Sending),
            }
        }
    }

    fn open(&mut self, overlay: Overlay, now: Now, effects: &mut Effects) {
        self.overlays.push(overlay);
        self.in_scene(now, effects, |scene, cx| {
            scene.shown(cx);
            scene.sync(cx);
        });
    }

    pub(super) fn apply_everywhere(&mut self, action: &Action, now: Now, effects: &mut Effects) {
        match action {
            Action::GoTo(_) | Action::In(..) | Action::NextArea | Action::PreviousArea if self.is_reviewing() => {
                self.log.say(now, Tone::Waits, |lang| lang.review_leave_first().to_owned());
            }
            Action::GoTo(pane) => self.go(*pane, now, effects),
            Action::In(pane, action) => self.do_in(*pane, action, now, effects),
            Action::NextArea => self.go(neighbour(self.pane, 1), now, effects),
            Action::PreviousArea => self.go(neighbour(self.pane, PaneName::ALL.len() - 1), now, effects),
            Action::Back => self.back(now, effects),
            Action::Palette => {
                let context = self.pane_context();
                let palette = palette(&self.keymap, context, &self.settings, &self.data, self.lang);
                self.open(Overlay::Pick(palette), now, effects);
            }
            Action::Help => {
                let help = Help::new(&self.keymap, self.pane_context(), &self.settings, self.lang);
                self.open(Overlay::Help(Box::new(help)), now, effects);
            }
            Action::Messages => self.open(Overlay::Messages(Messages::default()), now, effects),
            Action::Refresh => self.load(now, effects),
            Action::Find => self.open(Overlay::Find(Box::default()), now, effects),
            Action::FindNumber(mobile) => {
                self.open(Overlay::Find(Box::new(Find::number(*mobile))), now, effects);
            }
            Action::SwitchLanguage => {
                self.lang = self.lang.other();
                self.sync(now, effects);
            }
            Action::Reveal => self.reveal(now, effects),
            Action::Repaint => effects.push(Effect::Repaint),
            Action::Crash => effects.push(Effect::Crash),
            Action::Suspend => {
                self.save(now, effects);
                effects.push(Effect::Suspend);
            }
            Action::Quit => self.quit(now, effects),
            Action::Interrupt => self.interrupt(now, effects),
            Action::ShowLink(sid) => {
                self.go(PaneName::Links, now, effects);
                self.in_links(now, effects, |links, cx| links.show(sid.clone(), cx));
            }
            Action::ShowCampaign(id) => {
                self.go(PaneName::Campaigns, now, effects);
                self.in_campaigns(now, effects, |campaigns, cx| campaigns.show(*id, cx));
            }
            Action::ShowClicks(sid) => self.show_clicks(Subject::Link(sid.clone()), now, effects),
            Action::ShowCampaignClicks(id) => self.show_clicks(Subject::Campaign(*id), now, effects),
            Action::MessageWith(sid) => {
                let bare = self.data.link(sid).map(|link| link.short.bare().to_owned());
                self.go(PaneName::Compose, now, effects);
                self.in_compose(now, effects, |compose, cx| compose.begin_with(bare.as_deref().unwrap_or(&sid.0), cx));
            }
            Action::MessageTo(mobiles) => {
                self.go(PaneName::Compose, now, effects);
                self.in_compose(now, effects, |compose, cx| compose.begin_to(mobiles, cx));
            }
            // What means nothing here says nothing: the footer shows what does.
            _ => {}
        }
    }

    fn pane_context(&self) -> Context {
        match self.overlays.last() {
            Some(overlay) => overlay.scene().context(),
            None => Context::Pane(self.pane),
        }
    }

    fn go(&mut self, pane: PaneName, now: Now, effects: &mut Effects) {
        // A reply may take us elsewhere while a confirmed message is held: that ends the hold, and is said.
        if self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Review(review) if review.is_held())) {
            self.log.say(now, Tone::Waits, |lang| lang.review_stopped().to_owned());
            self.log.is_about(About::Send);
        }
        self.overlays.clear();
        if self.pane != pane {
            self.in_scene(now, effects, |scene, cx| scene.left(cx));
            self.log.left(self.pane);
        }
        self.pane = pane;
        self.in_scene(now, effects, |scene, cx| {
            scene.shown(cx);
            scene.sync(cx);
        });
    }

    /// Does something in a pane that was not on screen: what is about its selection is named, and left to its key.
    fn do_in(&mut self, pane: PaneName, action: &Action, now: Now, effects: &mut Effects) {
        self.go(pane, now, effects);
        if !action.is_about_the_selection() {
            return self.apply(action, now, effects);
        }
        if let Some(key) = self.keymap.shown(Context::Pane(pane), action) {
            self.log.say(now, Tone::Plain, |lang| lang.app_key_does_it(key, action.label(lang)));
        }
    }

    /// Whether a review is open, be it below something else: what was decided there is not left by the way.
    fn is_reviewing(&self) -> bool {
        self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Review(_)))
    }

    fn show_clicks(&mut self, subject: Subject, now: Now, effects: &mut Effects) {
        // The subject first, so that coming on screen does not ask for another one.
        self.in_clicks(now, effects, |clicks, cx| clicks.show(subject, cx));
        self.go(PaneName::Clicks, now, effects);
    }

    /// Esc where there is nothing left to go back from: gives up what is being fetched, else empties the message line.
    fn back(&mut self, now: Now, effects: &mut Effects) {
        let asker = if self.overlays.is_empty() { Asker::Pane(self.pane) } else { Asker::Overlay };
        let given_up = self.calls.give_up_reads(asker, effects);
        if given_up.is_empty() {
            self.log.clear_line();
        } else {
            for call in given_up {
                self.heard(&call, Err(Failure::Cancelled), now, effects);
            }
            self.log.say(now, Tone::Plain, |lang| lang.app_gave_up().to_owned());
            self.log.is_about(About::NextKey);
        }
    }

    fn reveal(&mut self, now: Now, effects: &mut Effects) {
        self.settings.is_masked = !self.settings.is_masked;
        if self.settings.is_masked {
            self.log.say(now, Tone::Plain, |lang| lang.app_masked().to_owned());
        } else {
            self.log.say(now, Tone::Waits, |lang| lang.app_revealed().to_owned());
            self.in_data(now, effects, |cx| {
                cx.ask(Request::Revealed);
            });
        }
    }

    fn quit(&mut self, now: Now, effects: &mut Effects) {
        let sending: Vec<_> = self.data.sending().map(|progress| progress.id).collect();
        if sending.is_empty() {
            // A write is not left half way (whoever insists may); how it ended is said before, or is in the store.
            if self.is_writing() && self.leaving.is_none() {
                self.leaving = Some(Leaving::Writes);
                self.log.say(now, Tone::Waits, |lang| lang.app_leaves_soon().to_owned());
                self.log.is_about(About::NextKey);
            } else {
                self.end(now, effects);
            }
        } else if !matches!(self.overlays.last(), Some(Overlay::Leave(_))) {
            self.open(Overlay::Leave(Leave::new(sending)), now, effects);
        }
    }

    /// After every event: leaves if what was waited for is over, or what stood in the way of leaving.
    pub(super) fn leave_when_over(&mut self, now: Now, effects: &mut Effects) {
        let is_sending = self.data.sending().next().is_some();
        if let Some(Overlay::Leave(leave)) = self.overlays.last().filter(|_| !is_sending) {
            // Nothing is left to ask about. Whatever did not finish is looked at first.
            let is_done = |id| self.data.progress.get(id).is_some_and(|ours| ours.state == CampaignState::Finished);
            let is_over = leave.sending.iter().all(is_done);
            self.overlays.pop();
            if is_over {
                self.quit(now, effects);
            }
            return;
        }
        if self.leaving.is_none() || self.is_writing() {
            return;
        }
        if !is_sending || self.leaving == Some(Leaving::Writes) {
            self.leaving = None;
            self.quit(now, effects);
        }
    }

    /// Ctrl-C: asks while something is being sent; else the second one within three seconds quits.
    fn interrupt(&mut self, now: Now, effects: &mut Effects) {
        let is_second = self.interrupted_at.is_some_and(|first| now.duration_since(first) <= TWICE);
        if is_second || self.data.sending().next().is_some() {
            self.interrupted_at = None;
            self.quit(now, effects);
        } else {
            self.interrupted_at = Some(now);
            self.log.say(now, Tone::Plain, |lang| lang.app_interrupt_again().to_owned());
            self.log.is_about(About::NextKey);
        }
    }
}

fn neighbour(pane: PaneName, by: usize) -> PaneName {
    PaneName::ALL[(pane.index() + by) % PaneName::ALL.len()]
}
