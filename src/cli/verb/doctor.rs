//! `yunque doctor`: whether everything that sending needs is in order.
use std::env;
use std::io::{IsTerminal, stdout};

use crate::cli::documents::{CheckDocument, DoctorDocument};
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::page;
use crate::cli::session::Session;
use crate::config::{Config, Environment};
use crate::desk::{FindingState, Terminal, doctor};
use crate::problem::{ConfigProblem, Problem};

/// Looks at everything, a config that cannot be read included.
///
/// # Errors
/// None of its own: what is wrong is in the rows.
pub async fn run(
    config: Result<Config, ConfigProblem>,
    has_journal: bool,
    environment: &Environment,
    out: &Output,
) -> Result<Exit, Problem> {
    let opened = config.as_ref().ok().map(|config| Session::open(config.clone(), environment, out));
    let unread;
    let opened = match &opened {
        Some(Ok(session)) => Ok(&session.desk),
        Some(Err(problem)) => Err(problem),
        None => {
            unread = config.as_ref().err().cloned().map_or_else(
                || Problem::Config(ConfigProblem::NoAccount { path: environment.config_dir.clone() }),
                Problem::Config,
            );
            Err(&unread)
        }
    };
    let found = doctor(config.as_ref(), opened, environment, &terminal(environment), has_journal, out.lang).await;
    let worst = found.iter().map(|finding| finding.state).max().unwrap_or(FindingState::Ok);
    let checks = found.into_iter().map(|finding| CheckDocument {
        name: finding.name.to_owned(),
        state: finding.state.code(),
        detail: finding.detail,
        hint: finding.hint,
    });
    let document = DoctorDocument { checks: checks.collect() };
    out.result(&document, || page::doctor(&document.checks, out));
    Ok(if worst == FindingState::Fail { Exit::Failed } else { Exit::Done })
}

/// What this process sees of its terminal.
fn terminal(environment: &Environment) -> Terminal {
    let text = |name| env::var(name).unwrap_or_default();
    let multiplexer = [("TMUX", "tmux"), ("STY", "screen"), ("ZELLIJ", "zellij")];
    Terminal {
        term: text("TERM"),
        colorterm: text("COLORTERM"),
        size: if stdout().is_terminal() { crossterm::terminal::size().ok() } else { None },
        multiplexer: multiplexer
            .into_iter()
            .find(|(name, _)| env::var_os(name).is_some())
            .map(|(_, name)| name.to_owned()),
        log: environment.state_dir.join("yunque.log").display().to_string(),
    }
}
