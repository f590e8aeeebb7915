//! `yunque campaigns`: look, pause, resume, settle.
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::campaign::Aside;
use crate::cli::args::{CampaignsVerb, Settlement};
use crate::cli::confirm;
use crate::cli::documents::{
    CampaignEnvelope, CampaignWithPeople, Campaigns, OwnerDocument, People, ReconcileDocument, Settled, WrittenDocument,
};
use crate::cli::exit::Exit;
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::cli::{now, page};
use crate::desk::Manner;
use crate::problem::{InputProblem, Problem};
use crate::sms::{Answer, Campaign, CampaignId, CampaignState, Mobile, TakeOver, visible};
use crate::words::{Lang, check, take_over};

/// Numbers of a kind that `show` lists at most.
const LISTED: u32 = 100_000;

/// `campaigns duplicate`.
#[derive(Debug, Serialize)]
struct DraftEnvelope {
    draft: DraftDocument,
}

#[derive(Debug, Serialize)]
struct DraftDocument {
    id: i64,
    name: String,
    text: String,
    copied_from: String,
}

/// `campaigns take-over`: the owner who was asked, if one is alive, and what came of it (`free`, `handed-over`, `kept`,
/// `no-answer`, `over`).
#[derive(Debug, Serialize)]
struct TakeOverDocument {
    #[serde(flatten)]
    campaign: CampaignEnvelope,
    asked: Option<OwnerDocument>,
    outcome: &'static str,
}

/// Does what was asked with a campaign.
///
/// # Errors
/// No such campaign, a state in which it cannot be done, somebody else who holds it, or the API.
pub async fn run(session: &Session<'_>, verb: CampaignsVerb) -> Result<Exit, Problem> {
    let (desk, out) = (&session.desk, session.out);
    match verb {
        CampaignsVerb::List => {
            let campaigns = desk.campaigns(None).await?;
            out.result(&Campaigns::new(&campaigns, &out.form), || page::campaigns(&campaigns, out));
        }
        CampaignsVerb::Show { id } => show(session, id).await?,
        CampaignsVerb::Pause { id } => print(session, &desk.pause(id).await?).await?,
        CampaignsVerb::Cancel { id } => print(session, &desk.cancel(id).await?).await?,
        CampaignsVerb::Resume { id, yes, aside } => return resume(session, id, yes, aside.into()).await,
        CampaignsVerb::Retry { id, yes, aside } => return retry(session, id, yes, aside.into()).await,
        CampaignsVerb::Vouch { id, without_records } => {
            let (found, campaign) = desk.vouch(id, without_records).await?;
            print(session, &campaign).await?;
            out.say(&match found {
                _ if without_records => out.lang.cli_vouched_unseen(id),
                0 => out.lang.cli_vouched_nobody(id),
                found => out.lang.cli_vouched(found, id),
            });
        }
        CampaignsVerb::Reconcile { id, settle, wait } => return reconcile(session, id, settle, wait).await,
        CampaignsVerb::Settle { id, number, outcome } => {
            let mobile = Mobile::parse(&number).map_err(|why| InputProblem::NotAMobile { text: number, why })?;
            print(session, &desk.settle(id, mobile, outcome == Settlement::Accepted).await?).await?;
        }
        CampaignsVerb::Reschedule { id, at } => {
            let at = at
                .resolve(now(), &out.form.zone)
                .ok_or_else(|| InputProblem::Usage(out.lang.usage_no_such_moment().to_owned()))?;
            print(session, &desk.reschedule(id, at).await?).await?;
        }
        CampaignsVerb::Export { id, file, left_out, force } => {
            let manner = Manner { bom: false, is_masked: out.form.is_masked, replaces: force };
            let written = if left_out {
                desk.export_left_out_of(id, &file, manner).await?
            } else {
                desk.export_campaign(id, &file, manner).await?
            };
            out.result(&WrittenDocument::new(&written), || page::written(&written, out));
        }
        CampaignsVerb::Duplicate { id } => duplicate(session, id).await?,
        CampaignsVerb::Note { id, text } => print(session, &desk.note(id, &text).await?).await?,
        CampaignsVerb::HandOver { id } => {
            print(session, &desk.hand_over(id).await?).await?;
            let is_alive = desk.is_watched();
            out.say(&if is_alive { out.lang.cli_handed_over(id) } else { out.lang.cli_handed_over_to_nobody(id) });
        }
        CampaignsVerb::TakeOver { id, wait } => return ask_owner(session, id, wait).await,
    }
    Ok(Exit::Done)
}

/// Prints the document of one campaign, or its page.
///
/// # Errors
/// The store cannot be read.
pub(super) async fn print(session: &Session<'_>, campaign: &Campaign) -> Result<(), Problem> {
    let out = session.out;
    let reasons = session.desk.reasons(campaign).await?;
    out.result(&CampaignEnvelope::new(campaign, &reasons, out.lang, &out.form), || {
        page::campaign(campaign, &reasons, out) + &page::reasons(campaign, &reasons, false, out)
    });
    Ok(())
}

async fn show(session: &Session<'_>, id: CampaignId) -> Result<(), Problem> {
    let out = session.out;
    let campaign = session.desk.campaign(id).await?;
    let reasons = session.desk.reasons(&campaign).await?;
    let people = People {
        refused: session.desk.refusals(id, LISTED).await?,
        unknown: session.desk.doubts(id, LISTED).await?,
        rejected: session.desk.left_out(id).await?,
    };
    let numbers = people.refused.len() + people.unknown.len() + people.rejected.len();
    session.note_reveal(&format!("campaigns show {id}"), numbers as u64).await?;
    out.result(&CampaignWithPeople::new(&campaign, &reasons, &people, out.lang, &out.form), || {
        page::campaign(&campaign, &reasons, out)
            + &page::reasons(&campaign, &reasons, true, out)
            + &page::people(&people, out)
    });
    Ok(())
}

async fn resume(session: &Session<'_>, id: CampaignId, yes: bool, aside: Aside) -> Result<Exit, Problem> {
    let campaign = session.desk.campaign(id).await?;
    if campaign.state == CampaignState::Finished {
        print(session, &campaign).await?;
        return Ok(Exit::Done);
    }
    let pending = campaign.counts.pending;
    if pending > 0 {
        ask(session, &campaign, pending, yes).await?;
    }
    let run = session.unless_stopped(session.desk.resume(id, aside)).await?;
    finish(session, run).await
}

async fn retry(session: &Session<'_>, id: CampaignId, yes: bool, aside: Aside) -> Result<Exit, Problem> {
    let campaign = session.desk.campaign(id).await?;
    let again = session.desk.retryable(id).await?;
    if again.now == 0 {
        let lang = session.out.lang;
        // Their codes may allow it, but not yet: 8 and 9 have a window.
        session.out.say(if again.later > 0 { lang.cli_nothing_to_retry_yet() } else { lang.cli_nothing_to_retry() });
        return ended(session, &campaign, false).await;
    }
    ask(session, &campaign, again.now, yes).await?;
    let (requeued, run) = session.unless_stopped(session.desk.retry(id, aside)).await?;
    if requeued == 0 {
        // Their codes allow it, but not yet: codes 8 and 9 have a window.
        session.out.say(session.out.lang.cli_nothing_to_retry_yet());
    }
    finish(session, run).await
}

async fn ask(session: &Session<'_>, campaign: &Campaign, count: u64, yes: bool) -> Result<(), Problem> {
    let reasons = session.desk.reasons(campaign).await?;
    let shown = page::campaign(campaign, &reasons, session.out);
    session.unless_stopped(confirm::ask(session.out, &shown, count, yes)).await
}

/// Says that a run goes on although some of its recipients had the same text elsewhere.
pub(super) fn tell_doubled(session: &Session<'_>, run: &crate::campaign::Run) {
    if let Some(doubled) = &run.doubled {
        let id = run.progress.borrow().id;
        session.out.say(&check::goes_on(id, doubled, session.out.lang));
    }
}

/// Stays with a run to its end, and prints the campaign as it then stands.
pub(super) async fn finish(session: &Session<'_>, run: crate::campaign::Run) -> Result<Exit, Problem> {
    tell_doubled(session, &run);
    let (campaign, is_interrupted) = session.stay_with(run, ProgressLine::start(session.out)).await?;
    if campaign.state == CampaignState::Scheduled {
        print(session, &campaign).await?;
        session.out.say(session.out.lang.cli_watch_sends_it());
        return Ok(Exit::Done);
    }
    let exit = ended(session, &campaign, is_interrupted).await;
    if let Some(at) = session.desk.may_go_on_at(&campaign) {
        let (id, at) = (campaign.id, session.out.form.moment(at));
        let lang = session.out.lang;
        let is_left = campaign.is_handed_over;
        session.out.say(&if is_left { lang.cli_watch_goes_on_at(at, id) } else { lang.cli_resume_at(at, id) });
    }
    exit
}

/// Prints a campaign as a run left it, and gives the exit code.
async fn ended(session: &Session<'_>, campaign: &Campaign, is_interrupted: bool) -> Result<Exit, Problem> {
    print(session, campaign).await?;
    let refused = match campaign.counts.refused {
        0 => Vec::new(),
        _ => session.desk.refusal_counts(campaign.id).await?,
    };
    Ok(Exit::of_run(campaign, refused.iter().map(|(code, ..)| *code), is_interrupted))
}

async fn reconcile(
    session: &Session<'_>,
    id: CampaignId,
    settle: Option<Duration>,
    wait: bool,
) -> Result<Exit, Problem> {
    let out = session.out;
    let mut settled = Settled::default();
    loop {
        let line = ProgressLine::start(out);
        let tell = line.looking();
        let found = session.unless_stopped(session.desk.reconcile(id, settle, &tell)).await;
        drop(tell);
        line.finish();
        let found = found?;
        settled.accepted += found.accepted;
        settled.absent += found.absent;
        settled.unsettled = found.unsettled;
        let again = found.settles_at.filter(|_| wait && found.unsettled > 0);
        if let Some(at) = again {
            out.say(&out.lang.cli_settles_at(out.form.moment(at)));
            // A little later than the moment itself: the clocks of this wait and of the engine are not the same.
            let left = Duration::try_from(at.duration_since(now())).unwrap_or_default() + Duration::from_millis(50);
            tokio::select! {
                _ = session.stop.asked() => {}
                () = tokio::time::sleep(left) => continue,
            }
        }
        let document = ReconcileDocument::new(&found.campaign, settled, found.settles_at, &out.form);
        let reasons = session.desk.reasons(&found.campaign).await?;
        out.result(&document, || page::reconciled(&found.campaign, &reasons, settled, found.settles_at, out));
        return Ok(match () {
            () if session.stop.is_asked() => Exit::Interrupted,
            () if found.unsettled > 0 => Exit::Unknown,
            () => Exit::Done,
        });
    }
}

async fn duplicate(session: &Session<'_>, id: CampaignId) -> Result<(), Problem> {
    let out = session.out;
    let mut draft = session.desk.duplicate(id).await?;
    draft.id = session.desk.save_draft(&draft).await?;
    let document = DraftDocument {
        id: draft.id.0,
        name: draft.name.clone(),
        text: draft.text.clone(),
        copied_from: id.to_string(),
    };
    out.result(&DraftEnvelope { draft: document }, || out.lang.cli_duplicated(id, visible(&draft.name)));
    Ok(())
}

async fn ask_owner(session: &Session<'_>, id: CampaignId, wait: Duration) -> Result<Exit, Problem> {
    let (out, lang) = (session.out, session.out.lang);
    let before = session.desk.campaign(id).await?;
    let asked = session.desk.take_over(id).await?;
    let owner = before.owner.filter(|_| asked.is_some());
    let mut campaign = session.desk.campaign(id).await?;
    if let Some(asked) = &asked {
        let patience = take_over::age(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX), lang);
        out.say(&lang.take_over_asking(visible(&asked.owner), id, patience));
        campaign = session.unless_stopped(session.desk.await_answer(id, wait)).await?;
    }
    let (outcome, sentence) = outcome(asked.as_ref(), &campaign, now(), lang);
    let reasons = session.desk.reasons(&campaign).await?;
    let document = TakeOverDocument {
        campaign: CampaignEnvelope::new(&campaign, &reasons, lang, &out.form),
        asked: owner.as_ref().map(|owner| OwnerDocument::new(owner, &out.form)),
        outcome,
    };
    out.result(&document, || sentence);
    Ok(if matches!(outcome, "kept" | "no-answer") { Exit::Failed } else { Exit::Done })
}

/// What came of asking: a stable word, and the sentence.
fn outcome(asked: Option<&TakeOver>, campaign: &Campaign, now: Timestamp, lang: Lang) -> (&'static str, String) {
    let id = campaign.id;
    let is_held = campaign.owner.as_ref().is_some_and(|owner| owner.is_alive);
    let Some(asked) = asked else { return ("free", lang.cli_free_to_resume(id)) };
    let owner = visible(&asked.owner);
    match campaign.take_over.as_ref().and_then(|question| question.answer) {
        Some((Answer::Keep, _)) => ("kept", lang.take_over_owner_keeps(owner, id)),
        Some((Answer::HandOver, _)) if !is_held => ("handed-over", lang.take_over_owner_gives(owner, id)),
        _ if is_held => ("no-answer", lang.take_over_no_answer(&owner, take_over::asked_ago(asked, now, lang), id)),
        _ if campaign.counts.pending == 0 => ("over", lang.take_over_over(id)),
        _ => ("free", lang.take_over_let_go(id)),
    }
}
