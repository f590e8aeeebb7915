//! From a resolved config to a running console, and back to an exit code.
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::clipboard::Clipboard;
use super::embedded::Embedded;
use super::look::Standing;
use super::run::{Clock, Ended, Finish, Loop};
use super::service::{DeskService, Workplace};
use super::signals::{self, Asked};
use super::terminal::Terminal;
use super::worker::{Service, Worker};
use super::{input, look, team};
use crate::app::{App, Settings};
use crate::campaign::SystemClock;
use crate::config::{Config, Environment, Overrides};
use crate::desk::{self, Desk};
use crate::problem::{InputProblem, Problem};
use crate::sandbox;

/// How long the first frame may wait for where the operator was looking; a healthy disk takes a thousandth of it.
const RECALLING: Duration = Duration::from_millis(100);

/// What a console starts from.
#[derive(Debug)]
pub struct Console {
    /// What was configured; `None` before the first run is over.
    pub config: Option<Config>,
    /// The command line's flags.
    pub overrides: Overrides,
    /// The environment.
    pub environment: Environment,
    /// An embedded sandbox in place of the config's account.
    pub sandbox: Option<sandbox::Settings>,
    /// Where that sandbox listens; `None` for any free port.
    pub listen: Option<SocketAddr>,
}

/// Runs the console until it ends. Everything that can be wrong is found before the screen changes.
///
/// # Errors
/// No terminal to draw on; a database or a key that can't be used; chords that clash.
pub fn console(console: Console) -> Result<ExitCode, Problem> {
    Terminal::check(std::env::var("TERM").ok().as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|e| broken(&e))?;
    let code = runtime.block_on(Box::pin(run(console)));
    // A thread that is stuck on a dead disk or a tmux that hangs is not waited for.
    runtime.shutdown_background();
    code
}

async fn run(console: Console) -> Result<ExitCode, Problem> {
    let Console { config, overrides, environment, sandbox, listen } = console;
    let (sender, inbox) = mpsc::unbounded_channel();
    let (workplace, config) =
        open(config, sandbox.map(|settings| (settings, listen)), &overrides, &environment).await?;
    desk::check_keys(&config)?;
    let standing = workplace.standing();
    let team = if standing == Standing::FirstRun { team::found(&environment).await } else { None };
    let mut app = App::new(Settings { team, ..look::settings(&config, &overrides, standing) });
    let theme = look::theme(&config, &environment);
    let clipboard = Clipboard {
        is_in_tmux: std::env::var_os("TMUX").is_some(),
        folder: config.state_dir.clone(),
        longest: config.look.clipboard_limit,
    };
    let desk = workplace.desk.clone();
    let service: Arc<dyn Service> = Arc::new(DeskService::new(workplace, overrides, environment, sender.clone()));
    let (asked, first_asked) = watch::channel(None);
    signals::listen(&sender, &asked).map_err(|e| broken(&e))?;
    let inform = sender.clone();
    let screen = Terminal::take_over(theme, config.look.bracketed_paste, move |inbound| drop(inform.send(inbound)))?;
    let typed = sender.clone();
    input::start(move |inbound| typed.send(inbound).is_ok()).map_err(|e| broken(&e))?;
    // The first bytes are out; what the store remembers is there before the first frame, or not at all.
    if let Some(desk) = desk
        && let Ok(Some(outlook)) = tokio::time::timeout(RECALLING, desk.outlook()).await
    {
        app.recall(outlook);
    }
    let worker = Worker::start(Arc::clone(&service), sender.clone());
    let stage = Loop { app, screen, worker, service, inbox, sender, clipboard, clock: Clock::System };
    let Finish { ended, screen, words } = Box::pin(stage.run()).await;
    screen.end(&words);
    Ok(exit_code(ended, *first_asked.borrow()))
}

/// The place where the work is done, and the config that leads to it.
async fn open(
    config: Option<Config>,
    sandbox: Option<(sandbox::Settings, Option<SocketAddr>)>,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<(Workplace, Config), Problem> {
    if let Some((settings, listen)) = sandbox {
        let embedded = Embedded::start(settings, listen, overrides, environment).await?;
        let (desk, config) = (embedded.open(environment)?, embedded.config.clone());
        return Ok((Workplace::new(Some(desk), Some(embedded)), config));
    }
    let Some(config) = config else {
        // Language and look only: nothing is opened and nobody is asked before the operator has chosen.
        let config = Config::sandbox("http://127.0.0.1", PathBuf::new(), overrides, environment)?;
        return Ok((Workplace::default(), config));
    };
    let desk = Desk::open(config.clone(), &environment.caller(), Arc::new(SystemClock))?;
    Ok((Workplace::new(Some(desk), None), config))
}

fn broken(why: &std::io::Error) -> InputProblem {
    InputProblem::Broken { why: why.to_string() }
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
