//! What the worker does: every request of the core, as the verb of the operator's desk that answers it.
mod first_run;
mod follow;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use jiff::Timestamp;
use tokio::sync::{OnceCell, mpsc, watch};

use super::embedded::Embedded;
use super::look::Standing;
use super::run::Inbound;
use super::worker::{Leaving, Service};
use crate::app::{ClickPage, Event, Export, Group, Outlook, Request, Response, Subject, Thing};
use crate::campaign::{Aside, Interruption, Reins};
use crate::config::{Environment, Overrides};
use crate::desk::{Desk, Manner};
use crate::problem::{ConfigProblem, InputProblem, Problem};
use crate::sms::{Campaign, CampaignId, CampaignState, Draft, DraftId, Plan, Preflight, Progress};

/// How long a colleague who is asked for a campaign is waited for before the screen says that there is no answer yet.
const HEARING: Duration = Duration::from_secs(3);

type Answer = Result<Response, Problem>;

/// The operator's desk, as the worker's service.
#[derive(Clone)]
pub(super) struct DeskService(Arc<Inner>);

struct Inner {
    at: Mutex<Workplace>,
    overrides: Overrides,
    environment: Environment,
    inbox: mpsc::UnboundedSender<Inbound>,
    runs: Mutex<HashMap<CampaignId, (Reins, watch::Receiver<Progress>)>>,
    /// When the totals of the links were asked for last.
    looked_at: Mutex<Option<Timestamp>>,
    /// When the delivery reports of a campaign were asked for last.
    reported_at: Mutex<HashMap<CampaignId, Timestamp>>,
    /// When they were read last.
    reports_read_at: Mutex<HashMap<CampaignId, Timestamp>>,
    /// What the core was told last of the server: whether it is a sandbox.
    recognised: Mutex<Option<bool>>,
    /// The store's change mark when the campaigns were read last.
    campaigns_read_at: Mutex<Option<i64>>,
    /// What was checked last, and what was found then: what a confirmation is about.
    reviewed: Mutex<Option<(Plan, Preflight)>>,
}

/// Where the work is done; the first run moves it.
#[derive(Clone, Default)]
pub(super) struct Workplace {
    pub(super) desk: Option<Desk>,
    pub(super) embedded: Option<Arc<Embedded>>,
    /// The embedded sandbox's past, made before the first answer.
    past: Arc<OnceCell<()>>,
}

impl Workplace {
    pub(super) fn new(desk: Option<Desk>, embedded: Option<Embedded>) -> Self {
        if let Some(desk) = &desk {
            desk.attend();
        }
        Self { desk, embedded: embedded.map(Arc::new), past: Arc::default() }
    }

    /// What stands behind the console.
    pub(super) const fn standing(&self) -> Standing {
        match (&self.desk, &self.embedded) {
            (None, _) => Standing::FirstRun,
            (Some(_), Some(_)) => Standing::Trial,
            (Some(_), None) => Standing::Account,
        }
    }

    /// The desk, once its past is made.
    async fn ready(&self) -> Result<Desk, Problem> {
        let desk = self.desk.clone().ok_or(ConfigProblem::NoKey { profile: String::new() })?;
        if let Some(embedded) = &self.embedded {
            self.past.get_or_try_init(|| embedded.remember(&desk)).await?;
        }
        Ok(desk)
    }
}

impl DeskService {
    pub(super) fn new(
        at: Workplace,
        overrides: Overrides,
        environment: Environment,
        inbox: mpsc::UnboundedSender<Inbound>,
    ) -> Self {
        Self(Arc::new(Inner {
            at: Mutex::new(at),
            overrides,
            environment,
            inbox,
            runs: Mutex::default(),
            looked_at: Mutex::default(),
            reported_at: Mutex::default(),
            reports_read_at: Mutex::default(),
            recognised: Mutex::default(),
            campaigns_read_at: Mutex::default(),
            reviewed: Mutex::default(),
        }))
    }

    fn workplace(&self) -> Workplace {
        self.0.at.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn move_to(&self, workplace: Workplace) {
        *self.0.at.lock().unwrap_or_else(PoisonError::into_inner) = workplace;
    }

    /// A page of clicks, with the time of what its delivery counts are from.
    async fn click_page(
        &self,
        desk: &Desk,
        subject: &Subject,
        group: Group,
        is_fresh: bool,
    ) -> Result<Option<Box<ClickPage>>, Problem> {
        let page = desk.click_page(subject, group, is_fresh).await?;
        let read_at = self.0.reports_read_at.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(page.map(|page| {
            let reports_at = page.campaign.as_ref().and_then(|campaign| read_at.get(&campaign.id).copied());
            Box::new(ClickPage { reports_at, ..page })
        }))
    }

    /// What the review of this plan showed.
    fn reviewed(&self, plan: &Plan) -> Option<Preflight> {
        let reviewed = self.0.reviewed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of = |seen: &Plan| seen.text == plan.text && Arc::ptr_eq(&seen.recipients, &plan.recipients);
        reviewed.as_ref().filter(|(seen, _)| is_of(seen)).map(|(_, checks)| checks.clone())
    }

    async fn answer(self, request: Request) -> Answer {
        match request {
            Request::UseSandbox(newcomer) => return self.use_sandbox(newcomer).await,
            Request::CheckKey(key) => return self.check_key(&key).await,
            Request::Connect { key, is_pulled_elsewhere, joins, newcomer } => {
                return self.connect(key, is_pulled_elsewhere, joins, newcomer).await;
            }
            _ => {}
        }
        let desk = self.workplace().ready().await?;
        match request {
            Request::Links => {
                let links = desk.links(true).await?;
                self.look_at(&desk);
                Ok(Response::Links(links))
            }
            Request::Campaigns => {
                // Before the list: what is written meanwhile is new then.
                let mark = desk.store().change_mark().await.ok();
                let list = desk.campaigns(None).await?;
                *self.0.campaigns_read_at.lock().unwrap_or_else(PoisonError::into_inner) = mark;
                Ok(Response::Campaigns { list, is_watched: desk.is_watched() })
            }
            Request::Changes => {
                let mark = desk.store().change_mark().await?;
                let known = *self.0.campaigns_read_at.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(Response::Changed(known != Some(mark)))
            }
            Request::Campaign(id) => {
                let page = desk.campaign_page(id).await?;
                if page.as_ref().is_some_and(|page| page.campaign.deliveries.no_report > 0) {
                    self.look_at_reports(&desk, id);
                }
                Ok(Response::Campaign(page.map(Box::new)))
            }
            Request::Account => desk.account().await.map(Response::Account),
            Request::Phrases => {
                let (templates, signatures) = desk.phrases().await?;
                Ok(Response::Phrases { templates, signatures })
            }
            Request::Drafts => desk.drafts().await.map(Response::Drafts),
            Request::ClicksSeen(subject, group) => {
                Ok(Response::Clicks(self.click_page(&desk, &subject, group, false).await?))
            }
            Request::Clicks(subject, group) => {
                let page = self.click_page(&desk, &subject, group, true).await?;
                if let Some(campaign) = page.as_ref().and_then(|page| page.campaign.as_ref()) {
                    self.look_at_reports(&desk, campaign.id);
                }
                // The list of links shows the same look.
                drop(self.0.inbox.send(Inbound::Event(Event::Changed(Thing::Links))));
                Ok(Response::Clicks(page))
            }
            Request::Arrange { table, names, arrangement } => {
                let generation = table.generation;
                Ok(Response::Arranged { order: desk.arrange(table, names, arrangement).await?, generation })
            }
            Request::Peek { path, reading } => Ok(Response::Sheet(Box::new(desk.peek(&path, reading).await?))),
            Request::Recipients { source, variables } => {
                Ok(Response::Recipients(Arc::new(desk.recipients(source, variables).await?)))
            }
            Request::LeaveOut { plan, whom, why } => {
                Ok(Response::Trimmed(Box::new(desk.leave_out(*plan, whom, why).await?)))
            }
            Request::Preflight(plan) => {
                let checks = desk.preflight(&plan).await?;
                *self.0.reviewed.lock().unwrap_or_else(PoisonError::into_inner) = Some((plan, checks.clone()));
                Ok(Response::Preflight(Box::new(checks)))
            }
            Request::Find(mobile) => {
                let mut story = desk.find(mobile).await?;
                let read_at = self.0.reports_read_at.lock().unwrap_or_else(PoisonError::into_inner);
                // Records that brought nothing new were asked for all the same.
                for line in story.lines.iter_mut().filter(|line| line.report.is_some()) {
                    line.reported_as_of = line.reported_as_of.max(read_at.get(&line.campaign).copied());
                }
                drop(read_at);
                Ok(Response::Story(Box::new(story)))
            }
            Request::Complete(typed) => desk.complete(&typed).await.map(Response::Completions),
            write => self.write(&desk, write).await,
        }
    }

    async fn write(&self, desk: &Desk, request: Request) -> Answer {
        match request {
            Request::Shorten { url, name, tags } => {
                let name = Some(name.as_str()).filter(|name| !name.trim().is_empty());
                Ok(Response::Shortened(Box::new(desk.shorten(&url, name, tags).await?)))
            }
            Request::Archive(sid, is_archived) => desk.archive(&sid, is_archived).await.map(done),
            Request::Retag { sid, name, tags } => desk.rename(&sid, &name, tags).await.map(done),
            Request::Start(plan) | Request::Test(plan) => {
                let begun = desk.start(&plan, self.reviewed(&plan).as_ref()).await?;
                if let Some(run) = begun.run {
                    self.follow(begun.id, &run);
                }
                Ok(Response::Started(begun.id))
            }
            Request::Pause(id) => desk.pause(id).await.map(stands),
            Request::PauseAll => desk.pause_all().await.map(done),
            Request::Resume(id) => {
                let run = desk.resume(id, Aside::default()).await?;
                Ok(Response::Started(self.follow(id, &run)))
            }
            Request::CancelCampaign(id) => desk.cancel(id).await.map(stands),
            Request::Retry(id) => {
                let (_, run) = desk.retry(id, Aside::default()).await?;
                Ok(Response::Started(self.follow(id, &run)))
            }
            Request::Reconcile(id) => {
                let tell = |looked| drop(self.0.inbox.send(Inbound::Event(Event::LookedUp(looked))));
                let found = desk.reconcile(id, None, &tell).await?;
                Ok(Response::Reconciled {
                    id,
                    accepted: found.accepted,
                    absent: found.absent,
                    unsettled: found.unsettled,
                    settles_at: found.settles_at,
                })
            }
            Request::Settle { id, mobile, is_accepted } => desk.settle(id, mobile, is_accepted).await.map(done),
            Request::Duplicate(id) => Ok(Response::Duplicated(Box::new(desk.duplicate(id).await?))),
            Request::Note(id, text) => desk.note(id, &text).await.map(done),
            Request::TakeOver(id) => {
                desk.take_over(id).await?;
                desk.await_answer(id, HEARING).await.map(stands)
            }
            Request::AnswerTakeOver(id, answer) => desk.answer_take_over(id, answer).await.map(done),
            Request::LeaveToWatch(id) => desk.hand_over(id).await.map(stands),
            Request::HandOver(id) => {
                self.interrupt(Some(id), Interruption::HandOver, desk).await;
                Ok(Response::Done)
            }
            Request::Suppress(mobile) => desk.suppress(vec![mobile]).await.map(done),
            Request::DiscardDraft(id) => desk.discard_draft(id).await.map(done),
            Request::Export(what) => export(desk, what).await,
            Request::MarkSeen(subject) => desk.mark_seen(&subject).await.map(done),
            Request::Revealed => desk.revealed("console", 0).await.map(done),
            // Answered above. They are named, so that a new request which nobody answers does not compile.
            Request::Links
            | Request::Campaigns
            | Request::Changes
            | Request::Campaign(_)
            | Request::Account
            | Request::Phrases
            | Request::Drafts
            | Request::ClicksSeen(..)
            | Request::Clicks(..)
            | Request::Arrange { .. }
            | Request::Peek { .. }
            | Request::Recipients { .. }
            | Request::LeaveOut { .. }
            | Request::Preflight(_)
            | Request::Find(_)
            | Request::Complete(_)
            | Request::CheckKey(_)
            | Request::Connect { .. }
            | Request::UseSandbox(_) => Err(InputProblem::Broken { why: "nobody answers this".to_owned() }.into()),
        }
    }

    /// Tells the core whether a sandbox gave the latest answer, when that is news.
    fn tell_server(&self) {
        let Some(is_sandbox) = self.workplace().desk.and_then(|desk| desk.is_sandbox()) else { return };
        let mut told = self.0.recognised.lock().unwrap_or_else(PoisonError::into_inner);
        if told.replace(is_sandbox) != Some(is_sandbox) {
            drop(self.0.inbox.send(Inbound::Event(Event::Recognised { is_sandbox })));
        }
    }

    /// What was sent from here and is paused now, as the store has it.
    async fn unfinished(&self, desk: &Desk) -> Vec<Campaign> {
        let mut ids: Vec<_> = self.0.runs.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        ids.sort_unstable();
        let mut left = Vec::new();
        for id in ids {
            if let Ok(campaign) = desk.campaign(id).await
                && campaign.state == CampaignState::Paused
            {
                left.push(campaign);
            }
        }
        left
    }

    /// Brings runs (one, or all) to their stop and waits until they have come to it.
    async fn interrupt(&self, only: Option<CampaignId>, why: Interruption, desk: &Desk) {
        let grace = desk.config().profile.hangup_grace;
        let runs: Vec<_> = {
            let held = self.0.runs.lock().unwrap_or_else(PoisonError::into_inner);
            held.iter().filter(|(id, _)| only.is_none_or(|only| only == **id)).map(|(_, run)| run.clone()).collect()
        };
        let ends = runs.into_iter().map(|(reins, mut progress)| {
            reins.interrupt(why, grace);
            // The channel closes when the run has ended.
            async move { while progress.changed().await.is_ok() {} }
        });
        join_all(ends).await;
    }
}

impl Service for DeskService {
    fn call(&self, request: Request) -> BoxFuture<'static, Answer> {
        let service = self.clone();
        async move {
            let answer = service.clone().answer(request).await;
            service.tell_server();
            answer
        }
        .boxed()
    }

    fn save_draft(&self, draft: Draft) -> BoxFuture<'static, Result<DraftId, Problem>> {
        let workplace = self.workplace();
        async move { workplace.ready().await?.save_draft(&draft).await }.boxed()
    }

    fn keep_outlook(&self, outlook: Outlook) -> BoxFuture<'static, ()> {
        let desk = self.workplace().desk;
        async move {
            // Where somebody looked is worth no alarm.
            let Some(desk) = desk else { return };
            if let Err(problem) = desk.keep_outlook(&outlook).await {
                tracing::warn!(%problem, "the view could not be kept");
            }
        }
        .boxed()
    }

    fn leave(&self, why: Leaving) -> BoxFuture<'static, Vec<Campaign>> {
        let service = self.clone();
        async move {
            let Some(desk) = service.workplace().desk else { return Vec::new() };
            let why = match why {
                Leaving::HungUp => Interruption::HungUp,
                Leaving::Quit | Leaving::Suspended => Interruption::Interrupted,
            };
            service.interrupt(None, why, &desk).await;
            // Nobody reads words on a terminal that is gone.
            if why == Interruption::HungUp { Vec::new() } else { service.unfinished(&desk).await }
        }
        .boxed()
    }
}

fn stands(campaign: Campaign) -> Response {
    Response::Stands(Box::new(campaign))
}

fn done<T>(_: T) -> Response {
    Response::Done
}

/// Into the folder that the console was started in, under a name that says what it is and when it was asked for.
async fn export(desk: &Desk, what: Export) -> Answer {
    let at = desk.now().to_zoned_datetime(desk.config().look.time_zone.clone()).strftime("%Y%m%d-%H%M%S").to_string();
    let file = |what: String| PathBuf::from(format!("yunque-{what}-{at}.csv"));
    let manner = Manner::default();
    let written = match what {
        Export::Clicks { subject, group } => {
            let name = match &subject {
                Subject::Link(sid) => sid.to_string(),
                Subject::Campaign(id) => id.to_string(),
            };
            desk.export_group(&subject, group, &file(name), manner).await?
        }
        Export::Campaign(id) => desk.export_campaign(id, &file(id.to_string()), manner).await?,
        Export::LeftOut(list) => desk.export_left_out(list, &file("left-out".to_owned()), manner).await?,
    };
    Ok(Response::Exported { path: std::path::absolute(&written.path).unwrap_or(written.path), rows: written.rows })
}
