//! What can be done with a campaign: every key's meaning, the questions before it, and what is said when it is done.
use super::page::Page;
use super::question::{
    Ask, Question, can_be_left, is_being_sent, is_held_elsewhere, is_left, is_ours, rests_after_canary,
};
use super::{CampaignsPane, Focus};
use crate::app::action::Action;
use crate::app::calls::Call;
use crate::app::message::{About, Tone};
use crate::app::request::{Export, Failure, Request, Response};
use crate::app::scene::{Applied, Cx, Scene as _};
use crate::app::when::When;
use crate::sms::{Answer, Campaign, CampaignState, Code, TakeOver, visible};
use crate::words::{Lang, state, take_over};

/// What pausing or going on would do with a campaign; the footer and the key read it from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Pause,
    Resume,
}

impl Turn {
    /// `None` when there is nothing to pause and nothing to go on with.
    pub(super) fn of(campaign: &Campaign, cx: &Cx<'_>) -> Option<Self> {
        let is_to_come =
            campaign.state == CampaignState::Scheduled && campaign.starts_at.is_some_and(|starts| starts > cx.now);
        let is_over = campaign.state == CampaignState::Cancelled;
        // A watch that is alive goes on with it by itself.
        let goes_on = campaign.waits_for_watch() && cx.data.is_watched;
        if is_to_come || goes_on || is_being_sent(campaign, is_ours(campaign, cx)) {
            Some(Self::Pause)
        } else {
            (campaign.counts.pending > 0 && !is_over).then_some(Self::Resume)
        }
    }
}

impl CampaignsPane {
    /// What a key means for the selected campaign; says so when there is none.
    pub(super) fn steer(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if !matches!(
            action,
            Action::PauseOrResume
                | Action::PauseAll
                | Action::CancelCampaign
                | Action::Retry
                | Action::Settle
                | Action::Reconcile
                | Action::TakeOver
                | Action::HandOver
                | Action::Note
                | Action::Clicks
                | Action::Duplicate
                | Action::Message
                | Action::Export
                | Action::ShowLeftOut
                | Action::Copy
                | Action::CopyCommand
        ) {
            return Applied::No;
        }
        let Some(campaign) = self.selected(cx).cloned() else {
            cx.say_about(About::Selection, Tone::Waits, |lang| lang.campaigns_none_selected().to_owned());
            return Applied::Yes;
        };
        let id = campaign.id;
        match action {
            Action::PauseOrResume => self.pause_or_resume(&campaign, cx),
            Action::PauseAll => self.pause_all(&campaign, cx),
            Action::CancelCampaign => self.cancel(&campaign, cx),
            Action::Retry => self.retry(&campaign, cx),
            Action::Settle | Action::Reconcile => self.settle(action, &campaign, cx),
            Action::TakeOver => self.take_over(&campaign, cx),
            Action::HandOver => self.hand_over(&campaign, cx),
            Action::Note => self.focus = Focus::Note,
            Action::Clicks if campaign.link_sids.is_empty() => {
                cx.say(Tone::Waits, |lang| lang.campaigns_no_link(id));
            }
            Action::Clicks => cx.wish(Action::ShowCampaignClicks(id)),
            Action::Message => match campaign.link_sids.first() {
                Some(sid) => cx.wish(Action::MessageWith(sid.clone())),
                None => cx.say(Tone::Waits, |lang| lang.campaigns_no_link(id)),
            },
            Action::Duplicate => {
                cx.ask(Request::Duplicate(id));
            }
            Action::Export => {
                cx.ask(Request::Export(Export::Campaign(id)));
            }
            Action::ShowLeftOut => {
                self.page = Some(Page::at_left_out(cx.lang));
                self.sync(cx);
            }
            Action::Copy => self.copy(&campaign, cx),
            _ => cx.copy(format!("yunque campaigns show {id}")),
        }
        Applied::Yes
    }

    fn ask(&mut self, campaign: &Campaign, ask: Ask) {
        self.question = Some(Question::new(campaign.id, ask));
    }

    /// Pausing one's own is done at once: it stops, and can be taken back. What somebody else sends is asked about, and
    /// going on sends, so it asks.
    fn pause_or_resume(&mut self, campaign: &Campaign, cx: &mut Cx<'_>) {
        let id = campaign.id;
        match Turn::of(campaign, cx) {
            Some(Turn::Pause) if is_held_elsewhere(campaign, is_ours(campaign, cx)) => self.ask(campaign, Ask::Pause),
            Some(Turn::Pause) => {
                cx.ask(Request::Pause(id));
            }
            Some(Turn::Resume) => self.ask(campaign, Ask::Resume { pending: campaign.counts.pending }),
            None => cx.say(Tone::Waits, |lang| lang.campaigns_nothing_to_pause(id)),
        }
    }

    fn pause_all(&mut self, campaign: &Campaign, cx: &mut Cx<'_>) {
        let running = |one: &&Campaign| one.state == CampaignState::Running;
        match cx.data.campaigns.shown().map_or(0, |list| list.iter().filter(running).count() as u64) {
            0 => cx.say(Tone::Waits, |lang| lang.campaigns_nothing_running().to_owned()),
            running => self.ask(campaign, Ask::PauseAll { running }),
        }
    }

    fn cancel(&mut self, campaign: &Campaign, cx: &mut Cx<'_>) {
        let id = campaign.id;
        if matches!(campaign.state, CampaignState::Finished | CampaignState::Cancelled) {
            cx.say(Tone::Waits, |lang| lang.campaigns_nothing_to_cancel(id));
        } else {
            self.ask(campaign, Ask::Cancel { pending: campaign.counts.pending });
        }
    }

    fn retry(&mut self, campaign: &Campaign, cx: &mut Cx<'_>) {
        let id = campaign.id;
        let page = self.read_page();
        let waits =
            page.is_some_and(|page| page.refused_by_code.iter().any(|(code, ..)| Code(*code).is_retryable_later()));
        match page.map_or(0, |page| page.retryable) {
            // The page says how many may be tried at the time it was read.
            0 if waits => cx.say(Tone::Waits, |lang| lang.campaigns_nothing_to_retry_yet(id)),
            0 => cx.say(Tone::Waits, |lang| lang.campaigns_nothing_to_retry(id)),
            refused => self.ask(campaign, Ask::Retry { refused }),
        }
    }

    /// On an unknown number of the page: by hand, after a question. Anywhere else: in the vendor's records, which
    /// sends nothing.
    fn settle(&mut self, action: &Action, campaign: &Campaign, cx: &mut Cx<'_>) {
        let id = campaign.id;
        let by_hand = self.page.as_ref().and_then(Page::unknown_number).filter(|_| *action == Action::Settle);
        if let Some(mobile) = by_hand {
            self.ask(campaign, Ask::Settle(mobile));
        } else if campaign.counts.unknown == 0 {
            cx.say(Tone::Waits, |lang| lang.campaigns_nothing_unknown(id));
        } else {
            let request = Request::Reconcile(id);
            cx.say_about(About::call(&request), Tone::Plain, |lang| lang.campaigns_looking().to_owned());
            cx.ask(request);
        }
    }

    fn take_over(&mut self, campaign: &Campaign, cx: &mut Cx<'_>) {
        let id = campaign.id;
        if is_ours(campaign, cx) && campaign.take_over.as_ref().is_some_and(TakeOver::is_open) {
            // It says the same, and the question needs its rows.
            cx.log.clear_line();
            self.ask(campaign, Ask::Answer);
        } else if is_ours(campaign, cx) {
            cx.say(Tone::Plain, |lang| lang.take_over_nobody_asks(id));
        } else if is_held_elsewhere(campaign, false) {
            self.ask(campaign, Ask::TakeOver);
        } else if campaign.counts.pending + campaign.counts.sending == 0 {
            cx.say(Tone::Plain, |lang| lang.campaigns_over(id));
        } else {
            cx.say(Tone::Plain, |lang| lang.campaigns_no_owner(id));
        }
    }

    fn hand_over(&mut self, campaign: &Campaign, cx: &mut Cx<'_>) {
        let (id, is_ours, is_watched) = (campaign.id, is_ours(campaign, cx), cx.data.is_watched);
        if can_be_left(campaign, is_ours) {
            self.ask(campaign, Ask::HandOver { pending: campaign.counts.pending, is_ours, is_watched });
        } else if is_left(campaign, is_ours) {
            cx.say(Tone::Waits, |lang| lang.campaigns_left_already(id));
        } else if is_held_elsewhere(campaign, is_ours) {
            cx.say(Tone::Waits, |lang| lang.campaigns_left_by_others(id));
        } else if rests_after_canary(campaign) {
            cx.say(Tone::Waits, |lang| lang.campaigns_left_after_canary(id));
        } else {
            cx.say(Tone::Waits, |lang| lang.campaigns_nothing_to_hand_over(id));
        }
    }

    /// The number under the page's cursor, masked unless revealed; else the campaign in one line.
    fn copy(&self, campaign: &Campaign, cx: &mut Cx<'_>) {
        if let Some(mobile) = self.page.as_ref().and_then(Page::number) {
            return cx.copy(if cx.settings.is_masked { mobile.masked() } else { mobile.wire() });
        }
        let counts = campaign.counts;
        cx.copy(cx.lang.campaigns_copied_counts(
            campaign.id,
            visible(&campaign.name),
            state::campaign(campaign.state, cx.lang),
            counts.total(),
            counts.accepted,
            counts.refused,
            counts.unknown,
            counts.pending + counts.sending,
        ));
    }

    /// A key while a question stands: nothing but an answer has a meaning then.
    pub(super) fn answer(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        let Some(question) = &mut self.question else { return Applied::No };
        match action {
            Action::Left | Action::Up | Action::PreviousArea => question.step(false),
            Action::Right | Action::Down | Action::NextArea => question.step(true),
            Action::Open => {
                let question = question.clone();
                if question.choice != 0 && !cx.is_alone {
                    cx.say(Tone::Waits, |lang| lang.campaigns_not_together().to_owned());
                    return Applied::Yes;
                }
                self.question = None;
                let Some(request) = question.request() else { return Applied::Yes };
                if question.still_holds(cx) {
                    cx.ask(request);
                } else {
                    cx.say(Tone::Waits, |lang| lang.campaigns_figures_moved().to_owned());
                }
            }
            Action::Back => self.question = None,
            Action::Interrupt | Action::Repaint | Action::Suspend | Action::SwitchLanguage | Action::Reveal => {
                return Applied::No;
            }
            _ => {}
        }
        Applied::Yes
    }

    /// The one reply to a call of ours.
    pub(super) fn heard(&mut self, call: &Call, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        if let Request::Campaign(id) = call.request {
            if self.of.is_some_and(|(of, _)| of == id) {
                self.read.settle(
                    outcome.map(|response| if let Response::Campaign(page) = response { page } else { None }),
                    cx.now,
                );
            }
            return;
        }
        match outcome {
            Err(failure) => cx.say_failure(&failure),
            Ok(Response::Duplicated(draft)) => return cx.take_up(*draft),
            Ok(Response::Exported { path, rows }) => {
                return cx.say(Tone::Done, |lang| lang.campaigns_exported(rows, path.display()));
            }
            Ok(Response::Reconciled { id, accepted, absent, unsettled, .. }) => {
                let tone = if unsettled == 0 { Tone::Done } else { Tone::Waits };
                cx.say(tone, |lang| lang.campaigns_reconciled(id, accepted, absent, unsettled));
            }
            Ok(Response::Stands(campaign)) => {
                let (now, zone, is_watched) = (cx.now, cx.settings.zone.clone(), cx.data.is_watched);
                let is_nobodys = matches!(call.request, Request::LeaveToWatch(_)) && !is_watched;
                cx.say(if is_nobodys { Tone::Waits } else { Tone::Done }, |lang| {
                    stands(&call.request, &campaign, is_watched, &When { zone: &zone, lang, now })
                });
            }
            Ok(_) => {
                if matches!(call.request, Request::Note(..)) {
                    self.note.set("");
                }
                cx.say(Tone::Done, |lang| done(&call.request, lang));
            }
        }
        // A failure too may have changed something: what is shown is read again.
        cx.refresh(Request::Campaigns);
    }
}

/// How a campaign stands after something was asked of whoever sends it: done, or not yet.
fn stands(request: &Request, campaign: &Campaign, is_watched: bool, when: &When<'_>) -> String {
    let (id, lang) = (campaign.id, when.lang);
    let is_held = campaign.owner.as_ref().is_some_and(|owner| owner.is_alive);
    match (request, campaign.state) {
        (Request::TakeOver(_), _) => match &campaign.take_over {
            Some(asked) => take_over::standing(asked, when.now, |at| when.stamp(at), lang),
            None if is_held => lang.campaigns_figures_moved().to_owned(),
            None => lang.campaigns_no_owner(id),
        },
        (Request::LeaveToWatch(_), _) if campaign.waits_for_watch() => {
            if is_watched {
                lang.campaigns_handed_over(id)
            } else {
                lang.campaigns_handed_over_to_nobody(id)
            }
        }
        (Request::LeaveToWatch(_), CampaignState::Finished | CampaignState::Cancelled) => {
            lang.campaigns_nothing_to_hand_over(id)
        }
        (Request::Pause(_), CampaignState::Running) => lang.campaigns_pausing(id),
        (Request::Pause(_) | Request::LeaveToWatch(_), CampaignState::Paused) => lang.campaigns_paused_now(id),
        (Request::CancelCampaign(_), CampaignState::Cancelled) => lang.campaigns_cancelled_now(id),
        (_, CampaignState::Running) => format!("{id}: {}", state::wish(campaign, lang).unwrap_or_default()),
        _ => lang.campaigns_nothing_to_cancel(id),
    }
}

/// What has just been done.
fn done(request: &Request, lang: Lang) -> String {
    match request {
        Request::PauseAll => lang.campaigns_pausing_all().to_owned(),
        Request::Resume(id) => lang.campaigns_resumed(id),
        Request::AnswerTakeOver(id, Answer::Keep) => lang.take_over_told_kept(id),
        Request::AnswerTakeOver(id, Answer::HandOver) => lang.take_over_told_given(id),
        Request::Retry(id) => lang.campaigns_retrying(id),
        Request::Settle { .. } => lang.campaigns_settled_now().to_owned(),
        _ => lang.campaigns_noted().to_owned(),
    }
}
