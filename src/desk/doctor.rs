//! `doctor`: whether everything that sending needs is in order, row by row, each with what to do.
//!
//! It needs no desk: a config that cannot be read or a database that cannot be opened is a row, and the rows that can
//! still be looked at follow. All rows but the API's are offline.
use std::path::Path;

use super::{Desk, Result};
use crate::config::{Config, Environment, KeySource, exposed_key};
use crate::problem::{ConfigProblem, Explain, Problem};
use crate::store::JournalCheck;
use crate::words::Lang;

/// A clock this far from the vendor's is worth a word: the records of a send are looked up by time.
const SKEW_SECONDS: u64 = 60;
/// Less free space than this is worth a word: a million recipients and their journal fit in.
const ROOM: u64 = 500 * 1024 * 1024;

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingState {
    /// As it should be.
    Ok,
    /// Worth knowing; it works.
    Warn,
    /// It does not work.
    Fail,
}

impl FindingState {
    /// As the JSON document spells it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, a stable word.
    pub name: &'static str,
    /// How it stands.
    pub state: FindingState,
    /// What was found.
    pub detail: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
}

impl Finding {
    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, state: FindingState::Ok, detail: detail.into(), hint: String::new() }
    }

    fn warn(name: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, state: FindingState::Warn, detail: detail.into(), hint: hint.into() }
    }

    fn fail(name: &'static str, problem: &dyn Explain, lang: Lang) -> Self {
        Self { name, state: FindingState::Fail, detail: problem.what(lang), hint: problem.now(lang) }
    }
}

/// What the caller knows of the terminal and the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terminal {
    /// `TERM`.
    pub term: String,
    /// `COLORTERM`.
    pub colorterm: String,
    /// Columns and rows; `None` when stdout is no terminal.
    pub size: Option<(u16, u16)>,
    /// `tmux`, `screen`, `zellij`, when inside one.
    pub multiplexer: Option<String>,
    /// Where the log is.
    pub log: String,
}

/// Looks at everything. `opened` is the desk, or why it could not be opened.
pub async fn doctor(
    config: std::result::Result<&Config, &ConfigProblem>,
    opened: std::result::Result<&Desk, &Problem>,
    environment: &Environment,
    terminal: &Terminal,
    lang: Lang,
) -> Vec<Finding> {
    let mut rows = vec![config_row(config, lang)];
    rows.extend(config.ok().map(|config| key_row(config, opened, lang)));
    rows.push(terminal_row(terminal, lang));
    rows.push(locale_row(environment, lang));
    rows.push(clipboard_row(terminal, lang));
    rows.extend(config.ok().map(|config| data_row(config, opened, lang)));
    rows.extend(config.ok().map(|config| space_row(&config.data_dir, lang)));
    if let Ok(desk) = opened {
        rows.push(Finding::ok("sqlite", crate::store::sqlite_version()));
        rows.push(audit_row(desk, lang).await);
        rows.extend(api_rows(desk, lang).await);
    }
    rows.push(Finding::ok("log", &terminal.log));
    rows
}

impl Desk {
    /// Recomputes the journal from its facts and compares: every invariant, all campaigns. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn doctor_journal(&self) -> Result<Vec<JournalCheck>> {
        Ok(self.store().check_journal(None).await?)
    }
}

fn config_row(config: std::result::Result<&Config, &ConfigProblem>, lang: Lang) -> Finding {
    match config {
        Ok(config @ Config { path: Some(path), .. }) => match super::check_keys(config) {
            Ok(()) => Finding::ok("config", path.display().to_string()),
            Err(problem) => Finding::fail("config", &problem, lang),
        },
        Ok(_) => Finding::ok("config", lang.desk_doctor_no_file()),
        Err(problem) => Finding::fail("config", problem, lang),
    }
}

/// Where the key comes from; whether it could be read shows in what opening the desk said.
fn key_row(config: &Config, opened: std::result::Result<&Desk, &Problem>, lang: Lang) -> Finding {
    if let Err(Problem::Config(problem)) = opened {
        return Finding::fail("key", problem, lang);
    }
    match &config.profile.key {
        KeySource::File(path) => Finding::ok("key", lang.desk_doctor_key_file(path.display())),
        KeySource::Command(command) => Finding::ok("key", lang.desk_doctor_key_command(command)),
        KeySource::Given(_) => match exposed_key(config) {
            Some(problem) => Finding { state: FindingState::Warn, ..Finding::fail("key", &problem, lang) },
            None => Finding::ok("key", lang.desk_doctor_key_given()),
        },
        KeySource::None => {
            let missing = ConfigProblem::NoKey { profile: config.profile.name.clone() };
            Finding { state: FindingState::Warn, ..Finding::fail("key", &missing, lang) }
        }
    }
}

fn terminal_row(terminal: &Terminal, lang: Lang) -> Finding {
    let Some((columns, rows)) = terminal.size else {
        return Finding::warn("terminal", lang.desk_doctor_no_terminal(), lang.desk_doctor_no_terminal_hint());
    };
    let inside = terminal.multiplexer.as_deref().map_or_else(String::new, |name| format!(", {name}"));
    let detail = format!("{} {columns}x{rows}{inside}", terminal.term);
    if terminal.term.is_empty() || terminal.term == "dumb" {
        Finding::warn("terminal", detail, lang.desk_doctor_dumb_hint())
    } else if columns < 60 || rows < 16 {
        Finding::warn("terminal", detail, lang.desk_doctor_small_hint())
    } else {
        Finding::ok("terminal", detail)
    }
}

fn locale_row(environment: &Environment, lang: Lang) -> Finding {
    if environment.is_utf8() {
        Finding::ok("locale", &environment.locale)
    } else {
        Finding::warn("locale", lang.desk_doctor_not_utf8(&environment.locale), lang.desk_doctor_not_utf8_hint())
    }
}

/// Copying goes through the terminal (OSC 52); whether it listens cannot be asked.
fn clipboard_row(terminal: &Terminal, lang: Lang) -> Finding {
    match terminal.multiplexer.as_deref() {
        Some("tmux") => Finding::ok("clipboard", lang.desk_doctor_clipboard_tmux()),
        Some(name) => Finding::warn("clipboard", name, lang.desk_doctor_clipboard_hint()),
        None => Finding::ok("clipboard", lang.desk_doctor_clipboard_plain()),
    }
}

fn data_row(config: &Config, opened: std::result::Result<&Desk, &Problem>, lang: Lang) -> Finding {
    match opened {
        Ok(desk) => match desk.store().read_only() {
            Some(why) => Finding { state: FindingState::Warn, ..Finding::fail("data", &why, lang) },
            None => Finding::ok("data", config.data_dir.display().to_string()),
        },
        Err(Problem::Store(problem)) => Finding::fail("data", problem, lang),
        Err(_) => Finding::warn("data", config.data_dir.display().to_string(), lang.desk_doctor_not_opened()),
    }
}

fn space_row(folder: &Path, lang: Lang) -> Finding {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    let Ok(disk) = rustix::fs::statvfs(there) else {
        return Finding::warn("space", lang.desk_doctor_space_unknown(), "");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let detail = lang.desk_doctor_space(free / (1024 * 1024));
    if free < ROOM {
        Finding::warn("space", detail, lang.desk_doctor_space_hint())
    } else {
        Finding::ok("space", detail)
    }
}

async fn audit_row(desk: &Desk, lang: Lang) -> Finding {
    match desk.verify_audit().await {
        Ok(check) => match check.broken_at {
            None => Finding::ok("audit", lang.desk_doctor_audit(check.lines)),
            Some(line) => Finding {
                name: "audit",
                state: FindingState::Fail,
                detail: match (check.gone, check.unsaid) {
                    (Some((last, at)), _) => lang.desk_doctor_audit_gone(line, last, at),
                    (None, Some(id)) => lang.desk_doctor_audit_unsaid(id),
                    (None, None) => lang.desk_doctor_audit_broken(line),
                },
                hint: lang.desk_doctor_audit_hint().to_owned(),
            },
        },
        Err(problem) => Finding::fail("audit", &problem, lang),
    }
}

/// Reachability and balance are one call; the clock is compared with the date of its answer.
async fn api_rows(desk: &Desk, lang: Lang) -> Vec<Finding> {
    if desk.client().is_err() {
        return Vec::new();
    }
    let url = &desk.config().profile.base_url;
    match desk.account().await {
        Ok(account) => {
            let is_low = account.alarm_balance.is_some_and(|alarm| account.balance < alarm);
            let detail = lang.desk_doctor_balance(account.balance, &account.nick);
            let balance = if is_low {
                Finding::warn("balance", detail, lang.desk_doctor_balance_hint())
            } else {
                Finding::ok("balance", detail)
            };
            let mut rows = vec![Finding::ok("api", url)];
            rows.extend(clock_row(desk, lang));
            rows.push(balance);
            rows
        }
        Err(problem) => {
            let row = Finding::fail("api", &problem, lang);
            let mut rows = vec![Finding { detail: format!("{url}: {}", row.detail), ..row }];
            rows.extend(clock_row(desk, lang));
            rows
        }
    }
}

fn clock_row(desk: &Desk, lang: Lang) -> Option<Finding> {
    let offset = desk.client().ok()?.server_offset()?;
    let seconds = offset.as_secs().unsigned_abs();
    let detail = lang.desk_doctor_clock(seconds);
    Some(if seconds > SKEW_SECONDS {
        Finding::warn("clock", detail, lang.desk_doctor_clock_hint())
    } else {
        Finding::ok("clock", detail)
    })
}
