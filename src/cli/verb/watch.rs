//! `yunque watch`: rounds on the vendor's rhythm; due and handed-over campaigns are run; until stopped.
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::now;
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::desk::{Marks, Round};
use crate::problem::{InputProblem, Problem};

/// How often the database is asked whether a campaign is due or was handed over. Local and cheap.
const LOOK_EVERY: Duration = Duration::from_secs(10);

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

/// Watches until a signal comes; runs that are going on are then interrupted in good order.
///
/// # Errors
/// Another watch is alive; a read-only profile; no key; a database that cannot be read.
pub async fn watch(session: &Session<'_>) -> Result<Exit, Problem> {
    let out = session.out;
    let _claim = session.desk.begin_watch()?;
    let mut done = WatchDocument::default();
    let mut runs = FuturesUnordered::new();
    let (mut marks, mut next) = (Marks::default(), None::<Timestamp>);
    while !session.stop.is_asked() {
        // What is due is begun by itself, outside of anything that a signal may drop.
        let mut round = Round::default();
        session.desk.run_due(&mut round).await?;
        if next.is_none_or(|next| next <= now()) {
            let began = now();
            let collected = match Box::pin(session.unless_stopped(session.desk.round(marks))).await {
                Err(Problem::Input(InputProblem::Interrupted)) => Round { marks, ..Round::default() },
                collected => collected?,
            };
            next = collected.next;
            done.rounds += 1;
            out.say(&out.lang.cli_round(collected.looked, collected.deliveries, out.form.short(began)));
            note(session, &mut done, &collected);
            round.runs.extend(collected.runs);
            marks = collected.marks;
        }
        note(session, &mut done, &round);
        for (id, run) in round.runs {
            out.say(&out.lang.cli_watch_runs(id));
            done.campaigns.push(id.to_string());
            runs.push(session.stay_with(run, ProgressLine::none()));
        }
        tokio::select! {
            _ = session.stop.asked() => {}
            Some(ended) = runs.next() => told(session, ended),
            () = tokio::time::sleep(pause_until(next)) => {}
        }
    }
    let was_sending = !runs.is_empty();
    while let Some(ended) = runs.next().await {
        told(session, ended);
    }
    out.document(&done);
    Ok(if was_sending { Exit::Interrupted } else { Exit::Done })
}

/// Until the next round, or until it is time to look whether anything was handed over.
fn pause_until(next: Option<Timestamp>) -> Duration {
    let left = next.map(|next| Duration::try_from(next.duration_since(now())).unwrap_or_default());
    left.map_or(LOOK_EVERY, |left| left.min(LOOK_EVERY))
}

fn note(session: &Session<'_>, done: &mut WatchDocument, round: &Round) {
    let out = session.out;
    done.links += round.looked;
    done.deliveries += round.deliveries;
    done.opt_outs += round.opt_outs;
    done.problems += round.problems.len() as u64;
    for problem in &round.problems {
        out.tell(problem);
    }
    for found in &round.settled {
        let id = found.campaign.id.to_string();
        out.say(&out.lang.campaigns_reconciled(&id, found.accepted, found.absent, found.unsettled));
        if !done.reconciled.contains(&id) {
            done.reconciled.push(id);
        }
    }
    for id in &round.missed {
        let id = id.to_string();
        if !done.missed.contains(&id) {
            out.say(&out.lang.cli_missed(&id));
            done.missed.push(id);
        }
    }
}

fn told(session: &Session<'_>, ended: Result<(crate::sms::Campaign, bool), Problem>) {
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
