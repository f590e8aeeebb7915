//! `yunque send`: the plan is made, checked, shown, confirmed, and then stayed with to its end.
//!
//! ```text
//! flags ─Order→ desk.plan → desk.preflight ─┬─ --dry-run: printed, nothing created
//!                                           ├─ a row blocks: exit 2
//!                                           └─ confirmed → desk.start → stay_with → the document
//! ```
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::campaigns;
use crate::cli::args::{HeaderArg, LeaveOutArg, SendArgs};
use crate::cli::confirm;
use crate::cli::documents::PlanDocument;
use crate::cli::exit::Exit;
use crate::cli::output::Paint;
use crate::cli::session::Session;
use crate::cli::{now, page};
use crate::desk::{Desk, Order};
use crate::files;
use crate::problem::{InputProblem, Problem};
use crate::sms::{CheckName, CheckState, Plan, Preflight, Reading, Source};
use crate::words::check;

/// `send --dry-run`.
#[derive(Debug, Serialize)]
struct DryRun {
    plan: PlanDocument,
}

/// Sends, or shows what would be sent.
///
/// # Errors
/// Whatever stands against it before anything is sent; afterwards only a store that cannot be read at the end.
pub async fn send(session: &Session<'_>, args: SendArgs) -> Result<Exit, Problem> {
    let out = session.out;
    let (is_dry, is_confirmed) = (args.dry_run, args.yes);
    if !is_dry {
        session.desk.writable()?;
    }
    let (plan, preflight) = Box::pin(session.unless_stopped(prepare(session, args))).await?;
    let blocks: Vec<_> = preflight.checks.iter().filter(|row| row.state == CheckState::Block).cloned().collect();
    if is_dry {
        let document = DryRun { plan: PlanDocument::new(&plan, &preflight, out.lang, &out.form) };
        out.result(&document, || page::preflight(&plan, &preflight, out));
        if blocks.is_empty() {
            return Ok(Exit::Done);
        }
        out.tell(&InputProblem::Blocked { checks: blocks }.into());
        return Ok(Exit::Usage);
    }
    if !blocks.is_empty() {
        return Err(InputProblem::Blocked { checks: blocks }.into());
    }
    let shown = page::preflight(&plan, &preflight, out);
    session.unless_stopped(confirm::ask(out, &shown, preflight.recipients, is_confirmed)).await?;
    if is_confirmed {
        let left_out = page::left_out(plan.recipients.rejected(), Paint::new(false), out);
        if !left_out.is_empty() {
            out.say(&left_out);
        }
        for row in preflight.checks.iter().filter(|row| row.state == CheckState::Warn) {
            let words = check::words(row, out.lang);
            out.say(&[words.label, &words.sentence].join(out.lang.cli_colon()));
        }
    }
    begin(session, &plan).await
}

async fn begin(session: &Session<'_>, plan: &Plan) -> Result<Exit, Problem> {
    let beginning = session.desk.start(plan).await?;
    if let Some(run) = beginning.run {
        return campaigns::finish(session, run).await;
    }
    let campaign = session.desk.campaign(beginning.id).await?;
    campaigns::print(session, &campaign).await?;
    session.out.say(session.out.lang.cli_watch_sends_it());
    Ok(Exit::Done)
}

async fn prepare(session: &Session<'_>, args: SendArgs) -> Result<(Plan, Preflight), Problem> {
    let is_stdin = |path: Option<&Path>| path.is_some_and(|path| path.as_os_str() == "-");
    if is_stdin(args.recipients.as_deref()) && is_stdin(args.text_file.as_deref()) {
        return Err(InputProblem::Usage(session.out.lang.usage_stdin_twice().to_owned()).into());
    }
    let at = match args.at {
        None => None,
        Some(when) => Some(
            when.resolve(now(), &session.out.form.zone)
                .ok_or_else(|| InputProblem::Usage(session.out.lang.usage_no_such_moment().to_owned()))?,
        ),
    };
    let text = match (args.text, args.text_file) {
        (Some(text), _) => text,
        (None, Some(path)) => read_text(path.to_string_lossy().into_owned()).await?,
        (None, None) => String::new(),
    };
    let source = match args.recipients {
        Some(path) => {
            let header = args.header.map(|has| has == HeaderArg::Yes);
            let reading = Reading { column: args.column, encoding: args.encoding, delimiter: args.delimiter, header };
            Source::File { path: path.to_string_lossy().into_owned(), reading }
        }
        None => Source::Typed(args.to.join(",")),
    };
    let recipients = session.desk.recipients(source, Desk::variables(&text)).await?;
    let plan = session.desk.plan(Order {
        name: args.name,
        kind: args.kind.map(Into::into),
        text,
        mobile_stat: args.mobile_stat,
        recipients: Arc::new(recipients),
        batch_size: args.batch_size,
        in_flight: args.in_flight,
        rate: args.rate.map(|rate| rate.0),
        canary: args.canary,
        gate: args.canary_go,
        at,
        ignores_quiet_hours: args.ignore_quiet_hours,
        is_test: args.test,
        goes_on_after_hangup: args.hand_over,
    })?;
    let preflight = session.desk.preflight(&plan).await?;
    without(session, plan, preflight, &args.leave_out).await
}

/// Takes out of a plan whom the named checks found, and checks the rest anew.
async fn without(
    session: &Session<'_>,
    mut plan: Plan,
    mut preflight: Preflight,
    names: &[LeaveOutArg],
) -> Result<(Plan, Preflight), Problem> {
    for name in names.iter().copied().map(CheckName::from) {
        let found = preflight.checks.iter().find(|row| row.name == name && !row.mobiles.is_empty()).cloned();
        if let (Some(row), Some(why)) = (found, name.leaves_out_as()) {
            plan = session.desk.leave_out(plan, row.mobiles, why).await?;
            preflight = session.desk.preflight(&plan).await?;
        }
    }
    Ok((plan, preflight))
}

/// The text of a file, without the newline at its end.
async fn read_text(argument: String) -> Result<String, Problem> {
    let read = tokio::task::spawn_blocking(move || files::read_text(files::Source::from_argument(&argument))).await;
    let text = read.map_err(|e| InputProblem::Broken { why: e.to_string() })??;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
