//! The status line: balance, what is being sent and when it ends, what is unknown, what is in flight.
use super::App;
use super::action::PaneName;
use super::calls::Asker;
use super::message::Tone;
use super::request::Thing;
use super::text::Widths;
use super::when::When;
use crate::sms::{CampaignState, PauseReason, Progress, visible};
use crate::words::{Lang, state};

/// How a part of the status is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Plain data.
    Plain,
    /// An age, or something under way.
    Dim,
    /// It waits for a person.
    Waits,
    /// It failed.
    Failed,
}

/// Blank cells between two parts.
pub const GAP: u16 = 3;

/// The parts of the status line, most important first; what does not fit is left out from the end. The balance says its
/// age in full, unless something else would have to go for that in so many `cells`.
#[must_use]
pub fn line(app: &App, when: &When<'_>, cells: usize, widths: Widths) -> Vec<(String, Role)> {
    let mut parts = others(app, when);
    if let Some((long, short, role)) = balance(app, when) {
        let fit = |first: &str| {
            let mut used = widths.of(first);
            let rest = parts.iter().take_while(|(text, _)| {
                used += usize::from(GAP) + widths.of(text);
                used <= cells
            });
            rest.count()
        };
        let text = if fit(&long) == fit(&short) { long } else { short };
        parts.insert(0, (text, role));
    }
    parts
}

/// The balance with its age, in full and short; one that does not know of the newest messages says so.
fn balance(app: &App, when: &When<'_>) -> Option<(String, String, Role)> {
    let (account, lang) = (app.data.account.shown()?, when.lang);
    let (balance, at) = (account.balance, when.stamp(app.data.account.at()?));
    let is_behind = app.data.is_balance_behind();
    let role = match account.alarm_balance {
        Some(alarm) if account.balance < alarm => Role::Waits,
        _ if is_behind => Role::Dim,
        _ => Role::Plain,
    };
    Some(if is_behind {
        (lang.app_balance_behind(balance, &at), lang.app_balance_behind_short(balance), role)
    } else {
        (lang.app_balance(balance, &at), lang.app_balance_short(balance, &at), role)
    })
}

fn others(app: &App, when: &When<'_>) -> Vec<(String, Role)> {
    let lang = when.lang;
    let mut parts = Vec::new();
    if app.data.account.shown().is_none() && app.data.account.error().is_some() {
        parts.push((lang.app_no_balance().to_owned(), Role::Failed));
    }
    parts.extend(app.data.sending().map(|progress| (sending(progress, when), Role::Plain)));
    parts.extend(app.data.sending().filter_map(|progress| {
        let asked = progress.asked.as_ref()?;
        Some((format!("? {}", lang.take_over_asks_short(visible(&asked.by), progress.id)), Role::Waits))
    }));
    let looked = app.data.looked.values();
    parts.extend(looked.map(|one| (format!("{} {}", one.id, lang.app_looked_up(one.done, one.total)), Role::Plain)));
    let unknown = unknown(app);
    if let Some((id, count, others)) = unknown {
        let text =
            if others == 0 { lang.app_unknown_in(count, id) } else { lang.app_unknown_in_several(count, others + 1) };
        parts.push((format!("? {text}"), Role::Waits));
    }
    let is_watched = app.pane == PaneName::Clicks && app.overlays.is_empty();
    if let Some(clicks) = app.clicks.age(&app.settings, when, is_watched) {
        parts.push((clicks, if app.clicks.has_failed() { Role::Waits } else { Role::Dim }));
    }
    if let Some(busy) = in_flight(app, lang).filter(|_| app.data.looked.is_empty()) {
        parts.push((busy, Role::Dim));
    }
    parts
}

fn sending(progress: &Progress, when: &When<'_>) -> String {
    let total = progress.counts.total();
    let out = total - progress.counts.pending - progress.counts.sending;
    let percent = (out * 100).checked_div(total).unwrap_or_default();
    match progress.done_at {
        Some(done) => when.lang.app_sending_until(progress.id, percent, when.stamp(done)),
        None => when.lang.app_sending(progress.id, percent),
    }
}

/// What a campaign that has come to rest came to: all of it, or why not.
///
/// Whoever paused it knows; `me` is told when it was somebody else.
pub fn at_rest(progress: &Progress, me: &str) -> (Tone, impl Fn(Lang) -> String) {
    let (id, counts) = (progress.id, progress.counts);
    let pending = counts.pending + counts.sending;
    let is_mine = |why: &PauseReason| match why {
        PauseReason::Operator => true,
        PauseReason::Colleague { by } => by == me,
        _ => false,
    };
    let why = progress.pause.clone().filter(|why| !is_mine(why));
    let tone = match progress.state {
        CampaignState::Paused if why.is_some() => Tone::Waits,
        CampaignState::Finished => Tone::Done,
        _ => Tone::Plain,
    };
    let is_finished = progress.state == CampaignState::Finished;
    (tone, move |lang| match &why {
        _ if is_finished => lang.app_finished(id, counts.accepted, counts.refused),
        Some(why) => {
            let why = match why {
                // Whoever reads this has a terminal still: it was handed over.
                PauseReason::HungUp => lang.state_paused_handed_over().to_owned(),
                why => state::pause_of(why, counts, lang).0,
            };
            lang.app_paused_itself(id, visible(&why), counts.unknown, pending)
        }
        None => lang.app_paused(id, counts.unknown, pending),
    })
}

/// The newest campaign with unknown recipients, how many, and how many other campaigns have some.
fn unknown(app: &App) -> Option<(crate::sms::CampaignId, u64, u64)> {
    let list = app.data.campaigns.shown()?;
    let mut with_unknown = list.iter().filter(|c| c.counts.unknown > 0 && c.state != CampaignState::Running);
    let newest = with_unknown.next()?;
    let (mut count, mut others) = (newest.counts.unknown, 0);
    for campaign in with_unknown {
        count += campaign.counts.unknown;
        others += 1;
    }
    Some((newest.id, count, others))
}

/// What a person waits for: the oldest call that is not a quiet look at the local store.
fn in_flight(app: &App, lang: Lang) -> Option<String> {
    let (_, call) = app.calls.open().find(|(_, call)| {
        let thing = call.request.thing();
        let is_quiet =
            matches!(thing, Some(Thing::Links | Thing::Campaigns | Thing::Drafts)) && call.asker == Asker::Data;
        !(is_quiet || matches!(thing, Some(Thing::Changes | Thing::Campaign)))
    })?;
    Some(match call.request.thing() {
        Some(Thing::Account) => lang.app_asking_balance().to_owned(),
        Some(Thing::Clicks) => lang.app_asking_clicks().to_owned(),
        Some(Thing::Preflight) => lang.app_asking_checks().to_owned(),
        Some(Thing::Recipients | Thing::Sheet) => lang.app_reading_recipients().to_owned(),
        _ => lang.app_working().to_owned(),
    })
}
