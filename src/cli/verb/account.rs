//! `yunque balance`, `yunque audit verify`, `yunque find`.
use crate::cli::documents::{AuditDocument, BalanceDocument, StoryDocument};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::{now, page};
use crate::problem::{InputProblem, Problem};
use crate::sms::Mobile;

/// What is left on the account.
///
/// # Errors
/// The API.
pub async fn balance(session: &Session<'_>) -> Result<Exit, Problem> {
    let out = session.out;
    let account = session.desk.account().await?;
    let as_of = now();
    out.result(&BalanceDocument::new(&account, as_of, &out.form), || page::balance(&account, as_of, out));
    Ok(Exit::Done)
}

/// Whether the audit's chain holds.
///
/// # Errors
/// The store cannot be read.
pub async fn verify_audit(session: &Session<'_>) -> Result<Exit, Problem> {
    let out = session.out;
    let check = session.desk.verify_audit().await?;
    let document =
        AuditDocument { intact: check.broken_at.is_none(), entries: check.lines, broken_at: check.broken_at };
    out.result(&document, || match check.broken_at {
        None => out.lang.cli_audit_intact(check.lines),
        Some(line) => out.lang.cli_audit_broken(line),
    });
    Ok(if check.broken_at.is_none() { Exit::Done } else { Exit::Failed })
}

/// Every message to a number.
///
/// # Errors
/// Not a number, or the store cannot be read.
pub async fn find(session: &Session<'_>, number: &str) -> Result<Exit, Problem> {
    let out = session.out;
    let mobile = Mobile::parse(number).map_err(|why| InputProblem::NotAMobile { text: number.to_owned(), why })?;
    let story = session.desk.find(mobile).await?;
    out.result(&StoryDocument::new(&story, out.lang, &out.form), || page::story(&story, out));
    Ok(Exit::Done)
}
