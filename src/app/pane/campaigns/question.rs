//! A small question in the pane: what would happen, to how many; the first answer is always "no".
//!
//! ```text
//! p, t, X, P, O, o, u on a number ─▶ Question ─Enter on another answer, by itself─▶ Request
//!                                     └ Esc, Enter on "no", figures that moved ─▶ nothing is done
//! ```
use crate::app::request::Request;
use crate::app::scene::Cx;
use crate::app::when::When;
use crate::sms::{Answer, Campaign, CampaignId, CampaignState, Mobile, PauseReason, TakeOver, Wish, visible};
use crate::words::Lang;

/// What is asked, with the figures that the operator sees while answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Send to who is pending?
    Resume {
        /// How many that are.
        pending: u64,
    },
    /// Pause what a colleague sends?
    Pause,
    /// Pause all that run?
    PauseAll {
        /// How many campaigns.
        running: u64,
    },
    /// Give up who is pending?
    Cancel {
        /// How many that are.
        pending: u64,
    },
    /// Send again to refused ones, and to nobody else?
    Retry {
        /// Refused with a code that allows it.
        refused: u64,
    },
    /// What became of this number?
    Settle(Mobile),
    /// Ask the owner to hand over?
    TakeOver,
    /// A colleague asks for it: keep it, or hand it over?
    Answer,
    /// Leave it to `yunque watch`?
    HandOver {
        /// Who would still get it.
        pending: u64,
        /// It is being sent from here.
        is_ours: bool,
        /// A watch is alive.
        is_watched: bool,
    },
}

/// A question about a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The campaign.
    pub id: CampaignId,
    /// What is asked.
    pub ask: Ask,
    /// The answer under the cursor; 0 does nothing.
    pub choice: usize,
}

impl Question {
    /// Asks; "no" is chosen.
    #[must_use]
    pub const fn new(id: CampaignId, ask: Ask) -> Self {
        Self { id, ask, choice: 0 }
    }

    /// The answers, "no" first.
    #[must_use]
    pub fn answers(&self, lang: Lang) -> Vec<String> {
        let own = |text: &str| vec![lang.campaigns_question_no().to_owned(), text.to_owned()];
        match self.ask {
            Ask::Resume { pending } => own(&lang.campaigns_question_send(pending)),
            Ask::Retry { refused } => own(&lang.campaigns_question_send(refused)),
            Ask::Pause => own(lang.campaigns_question_pause()),
            Ask::PauseAll { .. } => own(lang.campaigns_question_pause_all()),
            Ask::Cancel { .. } => own(lang.campaigns_question_cancel()),
            Ask::TakeOver => own(lang.campaigns_question_take_over()),
            Ask::HandOver { .. } => own(lang.campaigns_question_hand_over()),
            Ask::Answer => {
                [lang.take_over_later(), lang.take_over_keep(), lang.take_over_give()].map(str::to_owned).to_vec()
            }
            Ask::Settle(_) => vec![
                lang.campaigns_question_leave().to_owned(),
                lang.campaigns_question_accepted().to_owned(),
                lang.campaigns_question_absent().to_owned(),
            ],
        }
    }

    /// To the next answer or the one before, not round the corner.
    pub fn step(&mut self, is_forward: bool) {
        let last = if matches!(self.ask, Ask::Settle(_) | Ask::Answer) { 2 } else { 1 };
        self.choice = if is_forward { (self.choice + 1).min(last) } else { self.choice.saturating_sub(1) };
    }

    /// Whether the figures still are what the operator sees: one key never sends to more than that.
    #[must_use]
    pub fn still_holds(&self, cx: &Cx<'_>) -> bool {
        let Some(campaign) = cx.data.campaign(self.id) else { return matches!(self.ask, Ask::PauseAll { .. }) };
        match self.ask {
            Ask::Resume { pending } | Ask::Cancel { pending } => campaign.counts.pending == pending,
            Ask::Retry { refused } => campaign.counts.refused >= refused,
            Ask::Answer => campaign.take_over.as_ref().is_some_and(TakeOver::is_open),
            Ask::Pause | Ask::TakeOver => is_held_elsewhere(campaign, false),
            Ask::HandOver { pending, is_ours: was_ours, is_watched } => {
                let ours = is_ours(campaign, cx);
                let is_as_seen = (ours, cx.data.is_watched) == (was_ours, is_watched);
                // Of what is being sent the figures move all the time.
                is_as_seen && can_be_left(campaign, ours) && (ours || campaign.counts.pending == pending)
            }
            Ask::PauseAll { .. } | Ask::Settle(_) => true,
        }
    }

    /// What the chosen answer asks of the worker; `None` for "no".
    #[must_use]
    pub const fn request(&self) -> Option<Request> {
        if self.choice == 0 {
            return None;
        }
        Some(match self.ask {
            Ask::Resume { .. } => Request::Resume(self.id),
            Ask::Pause => Request::Pause(self.id),
            Ask::PauseAll { .. } => Request::PauseAll,
            Ask::Cancel { .. } => Request::CancelCampaign(self.id),
            Ask::Retry { .. } => Request::Retry(self.id),
            Ask::Settle(mobile) => Request::Settle { id: self.id, mobile, is_accepted: self.choice == 1 },
            Ask::TakeOver => Request::TakeOver(self.id),
            Ask::HandOver { .. } => Request::LeaveToWatch(self.id),
            Ask::Answer if self.choice == 1 => Request::AnswerTakeOver(self.id, Answer::Keep),
            Ask::Answer => Request::AnswerTakeOver(self.id, Answer::HandOver),
        })
    }

    /// The question as a sentence. `mobile` shows a number, masked or not.
    #[must_use]
    pub fn sentence(&self, campaign: Option<&Campaign>, when: &When<'_>, mobile: impl Fn(Mobile) -> String) -> String {
        let (lang, id) = (when.lang, self.id);
        match self.ask {
            Ask::Resume { pending } => match campaign.filter(|one| one.waits_after_canary() && rests(one)) {
                Some(one) => first_few(one, pending, lang),
                None => match campaign.and_then(|one| one.starts_at).filter(|at| *at > when.now) {
                    Some(at) => lang.campaigns_ask_schedule(id, when.day_and_clock(at), pending),
                    None => lang.campaigns_ask_resume(id, pending),
                },
            },
            Ask::PauseAll { running } => lang.campaigns_ask_pause_all(running),
            Ask::Cancel { pending } => lang.campaigns_ask_cancel(id, pending),
            Ask::Retry { refused } => lang.campaigns_ask_retry(id, refused),
            Ask::HandOver { is_ours: true, is_watched: true, .. } => lang.campaigns_ask_hand_over_sending(id),
            Ask::HandOver { is_ours: true, .. } => lang.campaigns_ask_hand_over_sending_to_nobody(id),
            Ask::HandOver { pending, is_watched: true, .. } => lang.campaigns_ask_hand_over(id, pending),
            Ask::HandOver { pending, .. } => lang.campaigns_ask_hand_over_to_nobody(id, pending),
            Ask::Settle(number) => lang.campaigns_ask_settle(mobile(number), id),
            Ask::Answer => match campaign.and_then(|one| one.take_over.as_ref()) {
                Some(asked) => lang.take_over_ask(visible(&asked.asker()), when.stamp(asked.asked_at), id),
                None => lang.take_over_nobody_asks(id),
            },
            Ask::TakeOver | Ask::Pause => {
                let owner = campaign.and_then(|one| one.owner.as_ref());
                let (by, since) = owner.map_or((String::new(), when.now), |owner| (owner.by.clone(), owner.since));
                let (by, since) = (visible(&by), when.stamp(since));
                if self.ask == Ask::Pause {
                    lang.campaigns_ask_pause(by, id, since)
                } else {
                    lang.campaigns_ask_take_over(by, id, since)
                }
            }
        }
    }
}

/// What became of the first few, so that the counts add up, and whether the others shall get it.
fn first_few(campaign: &Campaign, pending: u64, lang: Lang) -> String {
    let (id, counts, reports) = (campaign.id, campaign.counts, campaign.deliveries);
    let (refused, unknown) = (counts.refused, counts.unknown);
    let out = counts.accepted + refused + unknown;
    let (delivered, failed, silent) = (reports.delivered, reports.failed, reports.no_report);
    match (counts.accepted, refused + unknown) {
        (_, 0) => lang.campaigns_ask_resume_canary(out, id, delivered, failed, silent, pending),
        (0, _) => lang.campaigns_ask_resume_canary_none(out, id, refused, unknown, pending),
        _ => lang.campaigns_ask_resume_canary_some(out, id, delivered, failed, silent, refused, unknown, pending),
    }
}

/// Whether going on lets the others go after the first few (`campaign::Occasion::Resume`).
const fn rests(campaign: &Campaign) -> bool {
    use PauseReason::{Canary, CanaryMissed, Colleague, Operator};
    matches!(campaign.pause, Some(Canary | CanaryMissed { .. } | Operator | Colleague { .. }))
}

/// Whether it is being sent from here.
#[must_use]
pub fn is_ours(campaign: &Campaign, cx: &Cx<'_>) -> bool {
    cx.data.progress.get(&campaign.id).is_some_and(|ours| ours.state == CampaignState::Running)
}

/// Whether it is left to `yunque watch` already, or about to be.
#[must_use]
pub fn is_left(campaign: &Campaign, is_ours: bool) -> bool {
    let is_between = campaign.state == CampaignState::Running && campaign.is_handed_over && !is_ours;
    is_between || campaign.waits_for_watch() || campaign.wish == Some(Wish::ToWatch)
}

/// Whether it rests after its first few: `yunque watch` would stop there too, until an operator goes on.
#[must_use]
pub fn rests_after_canary(campaign: &Campaign) -> bool {
    campaign.state == CampaignState::Paused && campaign.waits_after_canary()
}

/// Whether it can be left to `yunque watch` from here: it is open, somebody is pending, nobody else sends it, and the watch
/// would go on with it.
#[must_use]
pub fn can_be_left(campaign: &Campaign, is_ours: bool) -> bool {
    let is_open = matches!(campaign.state, CampaignState::Running | CampaignState::Paused);
    let is_free = !is_left(campaign, is_ours) && !is_held_elsewhere(campaign, is_ours);
    is_open && is_free && campaign.counts.pending > 0 && !rests_after_canary(campaign)
}

/// Whether somebody else's living process holds it.
#[must_use]
pub fn is_held_elsewhere(campaign: &Campaign, is_ours: bool) -> bool {
    !is_ours && campaign.owner.as_ref().is_some_and(|owner| owner.is_alive)
}

/// Whether it is being sent, as far as anybody knows.
#[must_use]
pub fn is_being_sent(campaign: &Campaign, is_ours: bool) -> bool {
    campaign.state == CampaignState::Running && (is_ours || is_held_elsewhere(campaign, is_ours))
}
