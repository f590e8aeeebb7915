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
use crate::store::{Invariant, JournalCheck};
use crate::words::Lang;

/// Looks at everything, a config that cannot be read included.
///
/// # Errors
/// The journal cannot be read; everything else that is wrong is in the rows.
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
    let found = doctor(config.as_ref(), opened, environment, &terminal(environment), out.lang).await;
    let rows = found.into_iter().map(|finding| CheckDocument {
        name: finding.name.to_owned(),
        state: finding.state.code(),
        detail: finding.detail,
        hint: finding.hint,
    });
    let mut checks: Vec<CheckDocument> = rows.collect();
    if let (true, Ok(desk)) = (has_journal, opened) {
        checks.extend(desk.doctor_journal().await?.into_iter().map(|check| journal_row(check, out)));
    }
    let is_sound = checks.iter().all(|check| check.state != FindingState::Fail.code());
    let document = DoctorDocument { checks };
    out.result(&document, || page::doctor(&document.checks, out));
    Ok(if is_sound { Exit::Done } else { Exit::Failed })
}

/// One invariant of the journal.
fn journal_row(check: JournalCheck, out: &Output) -> CheckDocument {
    let name = match check.invariant {
        Invariant::SchemaWhole => "journal-schema",
        Invariant::TallyIsFold => "journal-tally",
        Invariant::AttemptsCover => "journal-attempts-cover",
        Invariant::FactsCovered => "journal-facts-covered",
        Invariant::FactsFollow => "journal-facts-follow",
        Invariant::AcceptedOnce => "journal-accepted-once",
        Invariant::MessagesOnce => "journal-messages-once",
        Invariant::AttemptsOnPending => "journal-attempts-on-pending",
        Invariant::RecipientsUnchanged => "journal-recipients-unchanged",
        Invariant::DraftsUnsent => "journal-drafts-unsent",
        Invariant::FinishedIsSettled => "journal-finished-is-settled",
        Invariant::DecisionsAudited => "journal-decisions-audited",
        Invariant::DeliveriesAddUp => "journal-deliveries-add-up",
        Invariant::AuditChain => "journal-audit-chain",
    };
    let (state, hint) = if check.is_ok {
        (FindingState::Ok, String::new())
    } else {
        let what = broken(check.invariant, out.lang);
        (FindingState::Fail, [what, out.lang.cli_journal_broken()].join(out.lang.problem_between()))
    };
    CheckDocument { name: name.to_owned(), state: state.code(), detail: check.detail, hint }
}

/// What it means that an invariant does not hold.
fn broken(invariant: Invariant, lang: Lang) -> &'static str {
    match invariant {
        Invariant::SchemaWhole => lang.cli_broken_schema(),
        Invariant::TallyIsFold => lang.cli_broken_tally(),
        Invariant::AttemptsCover => lang.cli_broken_attempts_cover(),
        Invariant::FactsCovered => lang.cli_broken_facts_covered(),
        Invariant::FactsFollow => lang.cli_broken_facts_follow(),
        Invariant::AcceptedOnce => lang.cli_broken_accepted_once(),
        Invariant::MessagesOnce => lang.cli_broken_messages_once(),
        Invariant::AttemptsOnPending => lang.cli_broken_attempts_on_pending(),
        Invariant::RecipientsUnchanged => lang.cli_broken_recipients_unchanged(),
        Invariant::DraftsUnsent => lang.cli_broken_drafts_unsent(),
        Invariant::FinishedIsSettled => lang.cli_broken_finished_is_settled(),
        Invariant::DecisionsAudited => lang.cli_broken_decisions_audited(),
        Invariant::DeliveriesAddUp => lang.cli_broken_deliveries_add_up(),
        Invariant::AuditChain => lang.cli_broken_audit_chain(),
    }
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
