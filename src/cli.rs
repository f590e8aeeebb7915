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
mod help;
mod interrupt;
mod logging;
mod man;
mod output;
mod page;
mod progress;
mod session;
mod usage;
mod verb;

use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;

use crate::config::{ColorChoice, Config, Environment, Overrides};
use crate::problem::{ConfigProblem, Explain, InputProblem, Problem};
use crate::sandbox::Settings;
use crate::words::Lang;
pub use output::Output;

use args::{Cli, Common, SandboxArgs, Verb};
use documents::Form;
use exit::Exit;
use output::Manner;
use session::Session;

/// How long a terminal that nobody reads is waited for once a signal asked us to go.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The clock, read here and nowhere else in this room.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// What is left to do once the command line is read.
#[derive(Debug)]
pub enum Next {
    /// Nothing: this is how the process ends.
    Ended(ExitCode),
    /// The console, which is not this room's to start.
    Console(Box<Wish>),
}

/// A console that was asked for.
#[derive(Debug)]
pub struct Wish {
    /// What was configured; `None` before the first run is over, or where an embedded sandbox takes its place.
    pub config: Option<Config>,
    /// The command line's flags.
    pub overrides: Overrides,
    /// The environment.
    pub environment: Environment,
    /// `--sandbox`, with its flags.
    pub sandbox: Option<Settings>,
    /// `--listen` of that sandbox.
    pub listen: Option<SocketAddr>,
    /// Where a refusal is told: see [`refuse`].
    pub out: Output,
}

/// Runs the command line; the console alone is left to the caller.
#[must_use]
pub fn run(argv: impl IntoIterator<Item = OsString>) -> Next {
    let argv: Vec<OsString> = argv.into_iter().collect();
    match Cli::try_parse_from(&argv) {
        Ok(cli) => perform(cli),
        Err(error) => Next::Ended(misread(&argv, error).into()),
    }
}

/// Tells why the console could not start, and gives the exit code.
#[must_use]
pub fn refuse(out: Output, problem: Problem) -> ExitCode {
    finish(out, Err(problem)).into()
}

/// What clap has to say: help and version (done) or a usage error. A reader that has gone away is no error.
fn misread(argv: &[OsString], error: clap::Error) -> Exit {
    let lang = language(argv);
    // Read once more, by the tree that explains itself in the reader's language.
    let error = help::command(lang).try_get_matches_from(argv).err().unwrap_or(error);
    let is_json = argv.iter().any(|arg| arg == "--json");
    if !error.use_stderr() {
        return match error.print().and_then(|()| std::io::stdout().flush()) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => lost(&e.to_string(), Exit::Done, lang),
            _ => Exit::Done,
        };
    }
    let problem = Problem::Input(InputProblem::Usage(usage::sentence(&error, lang)));
    let mut said = lang.cli_error(problem.what(lang));
    if let Some(line) = usage::line(&error, lang) {
        said = [said, line].join("\n\n");
    }
    let _ = writeln!(std::io::stderr(), "{said}\n\n{}", problem.now(lang));
    if is_json && let Ok(document) = serde_json::to_string(&documents::ErrorDocument::new(&problem, lang, false)) {
        let _ = writeln!(std::io::stdout(), "{document}");
    }
    Exit::Usage
}

/// The language of whoever typed a line that could not be read, found as for one that can.
fn language(argv: &[OsString]) -> Lang {
    let value = |flag: &str| {
        let at = argv.iter().rposition(|arg| arg == flag).map(|at| argv.get(at + 1).cloned().unwrap_or_default());
        let joined =
            || argv.iter().rev().find_map(|arg| Some(arg.to_str()?.strip_prefix(flag)?.strip_prefix('=')?.into()));
        at.or_else(joined)
    };
    let lang = value("--lang").and_then(|tag| args::language(tag.to_str()?).ok());
    let common = Common { lang, config: value("--config").map(Into::into), ..Common::default() };
    language_of(&common)
}

/// The language of a verb that opens nothing: by flag, variable, config or locale.
fn language_of(common: &Common) -> Lang {
    let environment = Environment::of_process();
    let config = Config::load(&common.overrides(), &environment).ok();
    manner(common, &environment, config.as_ref()).lang
}

fn perform(cli: Cli) -> Next {
    let Cli { common, sandbox, sandbox_args, verb } = cli;
    let exit = match verb {
        Some(Verb::Completions { shell }) => {
            let lang = language_of(&common);
            print_plain(lang, |to| {
                clap_complete::generate(shell, &mut help::command(lang), "yunque", to);
                Ok(())
            })
        }
        Some(Verb::Man) => {
            let lang = language_of(&common);
            print_plain(lang, |to| man::render(lang, to))
        }
        verb => {
            let environment = Environment::of_process();
            let manner = manner(&common, &environment, None);
            match (refuse_misplaced(sandbox, &sandbox_args, verb.is_some(), manner.lang), verb) {
                (Err(problem), _) => finish(Output::new(manner), Err(problem)),
                (Ok(()), None) => return console(&common, sandbox.then_some(sandbox_args), environment),
                (Ok(()), Some(verb)) => headless(verb, &common, &environment),
            }
        }
    };
    Next::Ended(exit.into())
}

/// The sandbox's flags have two places, and `--sandbox` takes no verb.
fn refuse_misplaced(is_sandbox: bool, args: &SandboxArgs, has_verb: bool, lang: Lang) -> Result<(), Problem> {
    let sentence = match (is_sandbox, has_verb) {
        (true, true) => lang.usage_sandbox_verb(),
        (false, _) if !args.is_empty() => lang.usage_sandbox_flags(),
        _ => return Ok(()),
    };
    Err(InputProblem::Usage(sentence.to_owned()).into())
}

/// Says what went wrong, if anything did, waits until all is printed, and gives the exit code.
fn finish(out: Output, result: Result<Exit, Problem>) -> Exit {
    let exit = result.unwrap_or_else(|problem| {
        out.problem(&problem);
        Exit::of_problem(&problem)
    });
    let lang = out.lang;
    match out.close((exit == Exit::Interrupted).then_some(LAST_WORDS)) {
        Some(why) => lost(&why, exit, lang),
        None => exit,
    }
}

/// Tells on stderr that what belonged on stdout is lost; what was done is done, so only `done` becomes `failed`.
fn lost(why: &str, exit: Exit, lang: Lang) -> Exit {
    let _ = writeln!(std::io::stderr(), "{}", lang.cli_error(lang.cli_output_lost(why)));
    if exit == Exit::Done { Exit::Failed } else { exit }
}

/// A verb: the config is read first, since it says in which language and zone things are printed.
fn headless(verb: Verb, common: &Common, environment: &Environment) -> Exit {
    let early = || Output::new(manner(common, environment, None));
    let overrides = common.overrides();
    match verb {
        Verb::Sandbox(args) => {
            let out = early();
            let done = on_runtime(verb::sandbox::serve(args)).flatten();
            return finish(out, done);
        }
        Verb::Config { verb } => {
            let out = early();
            let done = verb::config::run(verb, &overrides, environment, &out);
            return finish(out, done);
        }
        _ => {}
    }
    logging::start(&environment.state_dir, common.verbose);
    let config = Config::load(&overrides, environment);
    let out = Output::new(manner(common, environment, config.as_ref().ok()));
    if let Ok(config) = &config {
        out.warn_of_key(config);
    }
    let done = match (verb, config) {
        (Verb::Doctor { journal }, config) => {
            on_runtime(verb::doctor::run(config, journal, environment, &out)).flatten()
        }
        (_, Err(problem)) => Err(problem.into()),
        (verb, Ok(config)) => on_runtime(async {
            let session = Session::open(config, environment, &out)?;
            Box::pin(act(verb, &session)).await
        })
        .flatten(),
    };
    finish(out, done)
}

/// Does what was asked. What may be dropped at any point is, when a signal comes; a run looks after itself.
async fn act(verb: Verb, session: &Session<'_>) -> Result<Exit, Problem> {
    match verb {
        Verb::Send(args) => return Box::pin(verb::send::send(session, *args)).await,
        Verb::Campaigns { verb } => {
            let verb = verb.unwrap_or(args::CampaignsVerb::List);
            return Box::pin(verb::campaigns::run(session, verb)).await;
        }
        Verb::Watch => return Box::pin(verb::watch::watch(session)).await,
        _ => {}
    }
    let read = async {
        match verb {
            Verb::Shorten { url, name, tags } => verb::links::shorten(session, &url, name.as_deref(), tags).await,
            Verb::Links { verb } => verb::links::links(session, verb).await,
            Verb::Find { number } => verb::account::find(session, &number).await,
            Verb::Suppression { verb } => verb::suppression::run(session, verb).await,
            Verb::Today => verb::today::today(session).await,
            Verb::Stat { sid, from, to } => verb::clicks::stat(session, &sid, from, to).await,
            Verb::Clicks(args) => verb::clicks::clicks(session, args).await,
            Verb::Balance => verb::account::balance(session).await,
            Verb::Audit { verb: args::AuditVerb::List { last } } => verb::account::audit(session, last).await,
            Verb::Audit { verb: args::AuditVerb::Verify } => verb::account::verify_audit(session).await,
            // Done before. They are named, so that a new verb which nobody does does not compile.
            Verb::Send(_)
            | Verb::Campaigns { .. }
            | Verb::Watch
            | Verb::Sandbox(_)
            | Verb::Config { .. }
            | Verb::Doctor { .. }
            | Verb::Completions { .. }
            | Verb::Man => Err(InputProblem::Broken { why: "nobody does this".to_owned() }.into()),
        }
    };
    Box::pin(session.unless_stopped(read)).await
}

/// The console: on the embedded sandbox, on what is configured, or on nothing yet.
fn console(common: &Common, sandbox: Option<SandboxArgs>, environment: Environment) -> Next {
    let overrides = common.overrides();
    logging::start(&environment.state_dir, common.verbose);
    let config = match &sandbox {
        Some(_) => Ok(None),
        None => match Config::load(&overrides, &environment) {
            Err(ConfigProblem::NoAccount { .. } | ConfigProblem::NoProfile { .. }) => Ok(None),
            loaded => loaded.map(Some),
        },
    };
    let out = Output::new(manner(common, &environment, config.as_ref().ok().and_then(Option::as_ref)));
    match config {
        Ok(config) => {
            let listen = sandbox.as_ref().and_then(|args| args.listen);
            let sandbox = sandbox.map(verb::sandbox::settings);
            Next::Console(Box::new(Wish { config, overrides, environment, sandbox, listen, out }))
        }
        Err(problem) => Next::Ended(finish(out, Err(problem.into())).into()),
    }
}

/// Runs a verb to its end. What is left behind (a thread that reads the terminal) is not waited for.
fn on_runtime<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|e| InputProblem::Broken { why: e.to_string() })?;
    let result = runtime.block_on(work);
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
        is_still: look.map_or(common.reduce_motion || environment.ssh_client.is_some(), |look| look.reduce_motion),
        color: look.map_or(common.color.unwrap_or(plain), |look| look.color),
        form: Form {
            zone: look.map_or_else(|| environment.time_zone.clone(), |look| look.time_zone.clone()),
            is_masked: common.mask,
        },
    }
}

/// Prints what is not for people to read on a screen: a script, a page.
fn print_plain(lang: Lang, render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Exit {
    let mut bytes = Vec::new();
    match render(&mut bytes) {
        Ok(()) => output::print(&bytes).map_or(Exit::Done, |why| lost(&why, Exit::Done, lang)),
        Err(_) => Exit::Failed,
    }
}
