//! `yunque watch`: rounds on the vendor's rhythm; due and handed-over campaigns are run; until stopped.
use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::campaign::Due;
use crate::cli::exit::Exit;
use crate::cli::now;
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::desk::{Marks, Round};
use crate::problem::{CampaignProblem, InputProblem, Problem};
use crate::sms::{Campaign, CampaignId};

/// How often the database is asked whether a campaign is due or was handed over. Local and cheap.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// When a round is tried again that could not be done.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// What a whole watch did.
#[derive(Debug, Default, Serialize)]
struct WatchDocument {
    rounds: u64,
    campaigns: Vec<String>,
    missed: Vec<String>,
    links: u64,
    deliveries: u64,
    opt_outs: u64,
    reconciled: Vec<String>,
    problems: u64,
}

/// What comes to an end while it watches.
enum Ended {
    /// A campaign that was sent; and whether a signal came meanwhile.
    Sent(CampaignId, Box<Result<(Campaign, bool), Problem>>),
    /// A campaign that was due and could not be begun.
    NotBegun(CampaignId, Problem),
    /// A round that was begun then.
    Collected(Timestamp, Result<Round, Problem>),
}

/// A watch under way. Whatever takes its time is in `under_way`, side by side: a campaign that compares its records keeps
/// neither another one waiting nor a signal from those that are sending.
struct Watch<'a> {
    session: &'a Session<'a>,
    under_way: FuturesUnordered<LocalBoxFuture<'a, Ended>>,
    /// Campaigns that are being begun or sent.
    begun: BTreeSet<CampaignId>,
    is_collecting: bool,
    marks: Marks,
    next: Option<Timestamp>,
    /// What was said last of a database that cannot be read: said once, not at every look.
    complaint: Option<Problem>,
    is_interrupted: bool,
    done: WatchDocument,
}

/// Watches until a signal comes; runs that are going on are then interrupted in good order. What fails is said, and tried
/// again later: it ends neither the watch nor the campaigns that it is sending.
///
/// # Errors
/// Another watch is alive; a read-only profile; no key.
pub async fn watch(session: &Session<'_>) -> Result<Exit, Problem> {
    let _claim = session.desk.begin_watch()?;
    let mut watch = Watch {
        session,
        under_way: FuturesUnordered::new(),
        begun: BTreeSet::new(),
        is_collecting: false,
        marks: Marks::default(),
        next: None,
        complaint: None,
        is_interrupted: false,
        done: WatchDocument::default(),
    };
    while !session.stop.is_asked() {
        watch.begin_what_is_due().await;
        watch.collect();
        let pause = watch.pause();
        tokio::select! {
            _ = session.stop.asked() => {}
            Some(ended) = watch.under_way.next() => watch.ended(ended),
            () = tokio::time::sleep(pause) => {}
        }
    }
    // Each of them hears the signal by itself.
    while let Some(ended) = watch.under_way.next().await {
        watch.ended(ended);
    }
    session.out.document(&watch.done);
    Ok(if watch.is_interrupted { Exit::Interrupted } else { Exit::Done })
}

impl Watch<'_> {
    async fn begin_what_is_due(&mut self) {
        let due = match self.session.desk.due().await {
            Ok(due) => due,
            Err(problem) => return self.complain(problem),
        };
        self.complaint = None;
        for Due { id, is_missed } in due {
            if is_missed {
                self.missed(id);
            } else if self.begun.insert(id) {
                self.begin(id);
            }
        }
    }

    /// Begins a campaign and stays with it. A signal ends the beginning, and interrupts the run.
    fn begin(&self, id: CampaignId) {
        let session = self.session;
        self.under_way.push(Box::pin(async move {
            match session.unless_stopped(session.desk.begin_due(id)).await {
                Ok(run) => {
                    session.out.say(&session.out.lang.cli_watch_runs(id));
                    super::campaigns::tell_doubled(session, &run);
                    Ended::Sent(id, Box::new(session.stay_with(run, ProgressLine::none()).await))
                }
                Err(problem) => Ended::NotBegun(id, problem),
            }
        }));
    }

    /// Begins a round when it is time for one.
    fn collect(&mut self) {
        let began = now();
        if self.is_collecting || self.next.is_some_and(|next| next > began) {
            return;
        }
        self.is_collecting = true;
        let (session, marks) = (self.session, self.marks);
        self.under_way.push(Box::pin(async move {
            Ended::Collected(began, session.unless_stopped(session.desk.round(marks)).await)
        }));
    }

    /// Until the next round, or until it is time to look whether anything is due or was handed over.
    fn pause(&self) -> Duration {
        let next = self.next.filter(|_| !self.is_collecting);
        let left = next.map(|next| Duration::try_from(next.duration_since(now())).unwrap_or_default());
        left.map_or(LOOK_EVERY, |left| left.min(LOOK_EVERY))
    }

    fn ended(&mut self, ended: Ended) {
        match ended {
            Ended::Sent(id, end) => {
                self.begun.remove(&id);
                self.done.campaigns.push(id.to_string());
                self.is_interrupted |= (*end).as_ref().is_ok_and(|(_, is_interrupted)| *is_interrupted);
                told(self.session, *end);
            }
            Ended::NotBegun(id, problem) => {
                self.begun.remove(&id);
                self.failed(&problem);
            }
            Ended::Collected(began, Ok(round)) => {
                let out = self.session.out;
                (self.is_collecting, self.next, self.marks) = (false, round.next, round.marks);
                self.done.rounds += 1;
                out.say(&out.lang.cli_round(round.looked, round.deliveries, out.form.short(began)));
                self.note(&round);
            }
            Ended::Collected(_, Err(problem)) => {
                (self.is_collecting, self.next) = (false, now().checked_add(AGAIN_AFTER).ok());
                self.complain(problem);
            }
        }
    }

    /// What did not work, unless it was only dropped because we are asked to go, or waits for our own round to let go of
    /// the campaign.
    fn failed(&mut self, problem: &Problem) {
        let is_ours =
            matches!(problem, Problem::Campaign(CampaignProblem::Held { pid, .. }) if *pid == std::process::id());
        if !is_ours && !matches!(problem, Problem::Input(InputProblem::Interrupted)) {
            self.done.problems += 1;
            self.session.out.tell(problem);
        }
    }

    /// As [`Watch::failed`], once for as long as it lasts.
    fn complain(&mut self, problem: Problem) {
        if self.complaint.as_ref() != Some(&problem) {
            self.failed(&problem);
            self.complaint = Some(problem);
        }
    }

    fn missed(&mut self, id: CampaignId) {
        let (out, id) = (self.session.out, id.to_string());
        if !self.done.missed.contains(&id) {
            out.say(&out.lang.cli_missed(&id));
            self.done.missed.push(id);
        }
    }

    fn note(&mut self, round: &Round) {
        let (out, done) = (self.session.out, &mut self.done);
        done.links += round.looked;
        done.deliveries += round.deliveries;
        done.opt_outs += round.opt_outs;
        for found in &round.settled {
            let id = found.campaign.id.to_string();
            out.say(&out.lang.campaigns_reconciled(&id, found.accepted, found.absent, found.unsettled));
            if !done.reconciled.contains(&id) {
                done.reconciled.push(id);
            }
        }
        for problem in &round.problems {
            self.failed(problem);
        }
    }
}

fn told(session: &Session<'_>, ended: Result<(Campaign, bool), Problem>) {
    let out = session.out;
    match ended {
        Ok((campaign, _)) => out.say(&out.lang.cli_run_ended(
            campaign.id,
            crate::words::state::campaign(campaign.state, out.lang),
            campaign.counts.accepted,
            campaign.total(),
        )),
        Err(problem) => out.tell(&problem),
    }
}
