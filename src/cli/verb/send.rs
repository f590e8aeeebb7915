//! `yunque send`: the plan is made, checked, shown, confirmed, and then stayed with to its end.
//!
//! ```text
//! flags ─Order→ desk.plan → desk.preflight ─┬─ --dry-run: printed, nothing created
//!                                           ├─ a row blocks: exit 2
//!                                           └─ confirmed → desk.start → stay_with → the document
//! ```
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
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
use crate::sms::{CheckName, CheckState, Plan, Preflight, Reading, Recipients, Source};
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
    begin(session, &plan, &preflight).await
}

async fn begin(session: &Session<'_>, plan: &Plan, seen: &Preflight) -> Result<Exit, Problem> {
    let beginning = session.desk.start(plan, Some(seen)).await?;
    if let Some(run) = beginning.run {
        return campaigns::finish(session, run).await;
    }
    let campaign = session.desk.campaign(beginning.id).await?;
    campaigns::print(session, &campaign).await?;
    session.out.say(session.out.lang.cli_watch_sends_it());
    Ok(Exit::Done)
}

async fn prepare(session: &Session<'_>, mut args: SendArgs) -> Result<(Plan, Preflight), Problem> {
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
    let text = match (args.text.take(), args.text_file.take()) {
        (Some(text), _) => text,
        (None, Some(path)) => read_text(path.to_string_lossy().into_owned()).await?,
        (None, None) => String::new(),
    };
    let recipients = session.desk.recipients(source(&mut args), Desk::variables(&text)).await?;
    let leave_out = std::mem::take(&mut args.leave_out);
    let plan = session.desk.plan(order(args, text, Arc::new(recipients), at))?;
    let preflight = session.desk.preflight(&plan).await?;
    without(session, plan, preflight, &leave_out).await
}

/// Where the recipients come from.
fn source(args: &mut SendArgs) -> Source {
    match args.recipients.take() {
        Some(path) => {
            let header = args.header.map(|has| has == HeaderArg::Yes);
            let (column, encoding) = (args.column.take(), args.encoding.take());
            let reading = Reading { column, encoding, delimiter: args.delimiter, header };
            Source::File { path: path.to_string_lossy().into_owned(), reading }
        }
        None => Source::Typed(args.to.join(",")),
    }
}

/// What the flags ask for, once text, recipients and time are read.
fn order(args: SendArgs, text: String, recipients: Arc<Recipients>, at: Option<Timestamp>) -> Order {
    Order {
        name: args.name,
        kind: args.kind.map(Into::into),
        text,
        mobile_stat: args.mobile_stat,
        recipients,
        batch_size: args.batch_size,
        in_flight: args.in_flight,
        rate: args.rate.map(|rate| rate.0),
        canary: args.canary,
        gate: args.canary_go,
        at,
        ignores_quiet_hours: args.ignore_quiet_hours,
        is_test: args.test,
        goes_on_after_hangup: args.hand_over,
    }
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use clap::Parser as _;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::app;
    use crate::cli::args::{Cli, Verb};
    use crate::sms::{Kind, Pacing, Start};

    /// The words of a line as a shell reads them: what stands in single quotes is itself, a backslash quotes one more.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\'' => is_quoted = !is_quoted,
                '\\' if !is_quoted => word.extend(letters.next()),
                ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
                _ => word.push(letter),
            }
        }
        assert!(!is_quoted, "{line}");
        words.push(word);
        words
    }

    fn read(line: &str) -> SendArgs {
        match Cli::try_parse_from(words(line)).unwrap_or_else(|e| panic!("{line}\n{e}")).verb {
            Some(Verb::Send(args)) => *args,
            other => panic!("{other:?}"),
        }
    }

    prop_compose! {
        fn plans()(
            name in r"[-a-z '=云0-9]{1,8}",
            text in r"【云雀】[-a-z '\n\\$`{}云]{1,12}",
            people in 1_usize..40,
            is_marketing in any::<bool>(),
            decisions in any::<[bool; 4]>(),
            canary in proptest::option::of(1_u32..30),
            has_gate in any::<bool>(),
            starts_at in proptest::option::of(1_800_000_000_i64..1_900_000_000),
        ) -> Plan {
            let numbers: Vec<String> = (0..people).map(|i| format!("138{i:08}")).collect();
            let mut recipients = Recipients::typed(&numbers.join(","));
            recipients.close();
            let [mobile_stat, ignores_quiet_hours, is_test, goes_on_after_hangup] = decisions;
            let gate = (has_gate && canary.is_some()).then(|| "95%/10m".parse().unwrap());
            Plan {
                name: name.trim().to_owned(),
                kind: if is_marketing { Kind::Marketing } else { Kind::Notification },
                text,
                mobile_stat,
                link_sids: Vec::new(),
                recipients: Arc::new(recipients),
                pacing: Pacing { canary: canary.and_then(NonZeroU32::new), gate, ..Pacing::default() },
                start: starts_at.map_or(Start::Now, |at| Start::At(Timestamp::from_second(at).unwrap())),
                ignores_quiet_hours,
                is_test,
                goes_on_after_hangup,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn the_command_that_the_review_shows_orders_just_what_it_shows(
            plan in plans(), column in proptest::option::of(r"[-a-z ',云]{1,6}"), header in any::<Option<bool>>(),
            delimiter in proptest::option::of(prop::char::any().prop_filter("one of a file", |c| !c.is_control())),
        ) {
            let zone = TimeZone::get("Asia/Shanghai").unwrap();
            let reading = Reading { column, encoding: Some("gb18030".to_owned()), delimiter, header };
            let file = Source::File { path: "/lists/it's mine.csv".to_owned(), reading };
            for from in [Source::Typed(String::new()), file] {
                let mut args = read(&app::command(&plan, &from, &[CheckName::Recent], &zone));
                let numbers = plan.recipients.mobiles();
                match source(&mut args) {
                    Source::Typed(typed) => {
                        let typed = Recipients::typed(&typed);
                        prop_assert_eq!(typed.mobiles(), numbers);
                    }
                    Source::File { path, .. } if from == Source::Typed(String::new()) => prop_assert_eq!(path, "-"),
                    read @ Source::File { .. } => prop_assert_eq!(&read, &from),
                }
                let at = args.at.map(|when| when.resolve(Timestamp::UNIX_EPOCH, &TimeZone::UTC).unwrap());
                let text = args.text.take().unwrap();
                let ordered = order(args, text, Arc::clone(&plan.recipients), at);
                let back = Plan {
                    name: ordered.name.unwrap(),
                    kind: ordered.kind.unwrap_or_else(|| Kind::default_for(numbers.len())),
                    text: ordered.text,
                    mobile_stat: ordered.mobile_stat,
                    pacing: Pacing { canary: ordered.canary, gate: ordered.gate, ..plan.pacing.clone() },
                    start: ordered.at.map_or(Start::Now, Start::At),
                    ignores_quiet_hours: ordered.ignores_quiet_hours,
                    is_test: ordered.is_test,
                    goes_on_after_hangup: ordered.goes_on_after_hangup,
                    ..plan.clone()
                };
                prop_assert_eq!(&back, &plan);
            }
        }
    }
}
