//! Floor 5: the command line: a headless twin of everything the console does. It holds no rule of the business.
//!
//! ```text
//! argv ─args (clap)→ Cli ─session→ config, key, desk ─verb/*→ desk::…(…).await ─documents, output→ stdout, stderr
//!                     └ help, version, completions, man: nothing is opened            └ exit code (exit)
//! ```
//! One verb, one small file. What is printed goes through [`output`], what a script learns through [`exit`]. The runtime
//! is made here, and this is the only place of the room that reads the clock ([`now`]).
mod args;
mod confirm;
mod documents;
mod exit;
mod interrupt;
mod logging;
mod output;
mod progress;
mod verb;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use crate::config::{ColorChoice, Config, Environment};
use crate::problem::{InputProblem, Problem};
use crate::words::Lang;
use args::{Cli, Common, SandboxArgs, Verb};
use documents::Form;
use exit::Exit;
use output::{Manner, Output};

/// How long a terminal that nobody reads is waited for once a signal asked us to go.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The clock, read here and nowhere else in this room.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Runs the command line and says how the process ends.
#[must_use]
pub fn run(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let is_json = argv.iter().any(|arg| arg == "--json");
    match Cli::try_parse_from(argv) {
        Ok(cli) => perform(cli).into(),
        Err(error) => misread(&error, is_json).into(),
    }
}

/// What clap has to say: help and version (done) or a usage error. A reader that has gone away is no error.
fn misread(error: &clap::Error, is_json: bool) -> Exit {
    let _ = error.print();
    if !error.use_stderr() {
        return Exit::Done;
    }
    if is_json {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let problem = Problem::Input(InputProblem::Usage(message));
        if let Ok(document) = serde_json::to_string(&documents::ErrorDocument::new(&problem, Lang::En)) {
            let _ = writeln!(std::io::stdout(), "{document}");
        }
    }
    Exit::Usage
}

fn perform(cli: Cli) -> Exit {
    let Cli { common, sandbox, sandbox_args, verb } = cli;
    match verb {
        Some(Verb::Completions { shell }) => print_plain(|to| {
            clap_complete::generate(shell, &mut Cli::command(), "yunque", to);
            Ok(())
        }),
        Some(Verb::Man) => print_plain(|to| clap_mangen::Man::new(Cli::command()).render(to)),
        verb => {
            let environment = Environment::of_process();
            let out = Output::new(manner(&common, &environment, None));
            let exit = act(verb, &common, sandbox, sandbox_args, &environment, &out);
            let exit = exit.unwrap_or_else(|problem| {
                out.problem(&problem);
                Exit::of_problem(&problem)
            });
            out.close((exit == Exit::Interrupted).then_some(LAST_WORDS));
            exit
        }
    }
}

fn act(
    verb: Option<Verb>,
    common: &Common,
    is_sandbox: bool,
    sandbox_args: SandboxArgs,
    environment: &Environment,
    out: &Output,
) -> Result<Exit, Problem> {
    let usage = |text: &str| Err(InputProblem::Usage(text.to_owned()).into());
    if is_sandbox && verb.is_some() {
        return usage("--sandbox opens the console and takes no verb; `yunque sandbox` runs one for other programs");
    }
    if !is_sandbox && !sandbox_args.is_empty() {
        return usage("the sandbox's flags go with --sandbox or after `sandbox`");
    }
    match verb {
        Some(Verb::Sandbox(args)) => on_runtime(|| verb::sandbox::serve(args, out)),
        Some(Verb::Config { verb }) => verb::config::run(verb, &common.overrides(), environment, out),
        _ => usage("not built yet"),
    }
}

/// Runs a verb to its end. What is left behind (a thread that reads the terminal) is not waited for.
fn on_runtime<T, F: Future<Output = T>>(work: impl FnOnce() -> F) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime: Runtime = runtime.map_err(|e| InputProblem::Usage(e.to_string()))?;
    let result = runtime.block_on(async { work().await });
    runtime.shutdown_background();
    Ok(result)
}

/// How to print: by the flags and the environment, and by the config once it is read.
fn manner(common: &Common, environment: &Environment, config: Option<&Config>) -> Manner {
    let by_locale = || Lang::from_tag(environment.lang.as_deref().unwrap_or(&environment.locale));
    let look = config.map(|config| &config.look);
    let plain = if environment.is_colorless { ColorChoice::Never } else { ColorChoice::Auto };
    Manner {
        lang: look.map(|look| look.lang).or(common.lang).or_else(by_locale).unwrap_or_default(),
        is_json: common.json,
        is_quiet: common.quiet,
        is_ascii: look.map_or(common.ascii, |look| look.ascii),
        color: look.map_or(common.color.unwrap_or(plain), |look| look.color),
        form: Form {
            zone: look.map_or_else(|| environment.time_zone.clone(), |look| look.time_zone.clone()),
            is_masked: common.mask,
        },
    }
}

/// Prints what is not for people to read on a screen: a script, a page.
fn print_plain(render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Exit {
    let mut bytes = Vec::new();
    match render(&mut bytes) {
        Ok(()) => {
            let _ = std::io::stdout().write_all(&bytes);
            Exit::Done
        }
        Err(_) => Exit::Failed,
    }
}
