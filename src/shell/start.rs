//! From a resolved config to a running console, and back to an exit code.
use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::clipboard::Clipboard;
use super::run::{Clock, Ended, Inbound, Loop};
use super::service::{DeskService, Embedded};
use super::signals::{self, Asked};
use super::terminal::Terminal;
use super::worker::{Service, Worker};
use super::{input, look};
use crate::app::App;
use crate::config::{Config, Environment};
use crate::desk::Desk;
use crate::problem::{InputProblem, Problem};
use crate::sandbox;

/// What a console starts from.
#[derive(Debug)]
pub struct Console {
    /// Everything that was configured.
    pub config: Config,
    /// The environment that it was resolved with.
    pub environment: Environment,
    /// An embedded sandbox in place of the config's account.
    pub sandbox: Option<sandbox::Settings>,
}

/// Runs the console until it ends. Everything that can be wrong is found before the screen changes.
///
/// # Errors
/// No terminal to draw on; a database or a key that can't be used; chords that clash.
pub fn console(console: Console) -> Result<ExitCode, Problem> {
    Terminal::check(std::env::var("TERM").ok().as_deref())
        .map_err(|why| InputProblem::NoTerminal { why: why.to_string() })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|e| InputProblem::Broken { why: e.to_string() })?;
    let code = runtime.block_on(run(console));
    // A thread that is stuck on a dead disk or a tmux that hangs is not waited for.
    runtime.shutdown_background();
    code
}

async fn run(console: Console) -> Result<ExitCode, Problem> {
    let Console { config, environment, sandbox } = console;
    let (sender, inbox) = mpsc::unbounded_channel();
    let embedded = match sandbox {
        Some(settings) => Some(Embedded::start(settings, &config).await?),
        None => None,
    };
    let config = embedded.as_ref().map_or(config, |embedded| embedded.config.clone());
    let desk = match &embedded {
        Some(embedded) => embedded.open(&environment)?,
        None => Desk::open(config.clone(), &caller(&environment), Arc::new(crate::campaign::SystemClock))?,
    };
    let app = App::new(look::settings(&config, &environment))?;
    let theme = look::theme(&config, &environment);
    let service = Arc::new(DeskService::new(desk, embedded, environment.clone(), sender.clone()));
    let clipboard = Clipboard {
        is_in_tmux: std::env::var_os("TMUX").is_some(),
        folder: config.state_dir.clone(),
        longest: usize::try_from(config.look.clipboard_limit).unwrap_or(usize::MAX),
    };
    let (asked, first_asked) = watch::channel(None);
    let broken = |e: std::io::Error| InputProblem::NoTerminal { why: e.to_string() };
    signals::listen(&sender, &asked).map_err(broken)?;
    let screen = {
        let inbox = sender.clone();
        let tell = move |inbound: Inbound| drop(inbox.send(inbound));
        Terminal::take_over(theme, config.look.bracketed_paste, tell)
            .map_err(|why| InputProblem::NoTerminal { why: why.to_string() })?
    };
    let typed = sender.clone();
    input::start(move |inbound| typed.send(inbound).is_ok()).map_err(broken)?;
    let stage = Loop {
        app,
        screen,
        worker: Worker::start(Arc::clone(&service) as Arc<dyn Service>, sender.clone()),
        service,
        inbox,
        sender,
        clipboard,
        clock: Clock::System,
    };
    let (ended, screen) = stage.run().await;
    drop(screen);
    Ok(exit_code(ended, *first_asked.borrow()))
}

/// Who calls, for the audit: the SSH client's address, or nothing.
pub(super) fn caller(environment: &Environment) -> String {
    environment.ssh_client.clone().unwrap_or_default()
}

/// 128 and the signal's number, as a shell would say it; 0 for an operator who quits.
fn exit_code(ended: Ended, asked: Option<Asked>) -> ExitCode {
    let code = match (ended, asked) {
        (Ended::HungUp, _) => 129,
        (Ended::Quit, Some(Asked::Interrupt)) => 130,
        (Ended::Quit, Some(Asked::Quit)) => 131,
        (Ended::Quit, Some(Asked::Terminate)) => 143,
        (Ended::Quit, None) => 0,
    };
    ExitCode::from(code)
}
