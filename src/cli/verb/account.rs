//! `yunque balance`, `yunque audit`, `yunque find`.
use crate::cli::documents::{AuditDocument, AuditLinesDocument, BalanceDocument, GoneDocument, StoryDocument};
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

/// The newest lines of the audit.
///
/// # Errors
/// The store cannot be read.
pub async fn audit(session: &Session<'_>, last: u32) -> Result<Exit, Problem> {
    let out = session.out;
    let lines = session.desk.audit_lines(last).await?;
    out.result(&AuditLinesDocument::new(&lines, &out.form), || page::audit(&lines, out));
    Ok(Exit::Done)
}

/// Whether the audit's chain holds.
///
/// # Errors
/// The store cannot be read.
pub async fn verify_audit(session: &Session<'_>) -> Result<Exit, Problem> {
    let out = session.out;
    let check = session.desk.verify_audit().await?;
    let gone = check.gone.map(|(line, at)| GoneDocument { line, written_at: out.form.time(at) });
    let is_intact = check.broken_at.is_none();
    let document = AuditDocument {
        intact: is_intact,
        entries: check.lines,
        broken_at: check.broken_at,
        gone,
        unsaid: check.unsaid.map(|id| id.to_string()),
    };
    out.result(&document, || match (check.broken_at, check.gone) {
        (None, _) => out.lang.cli_audit_intact(check.lines),
        (Some(line), None) => match check.unsaid {
            Some(id) => out.lang.cli_audit_unsaid(id, line),
            None => out.lang.cli_audit_broken(line),
        },
        (Some(line), Some((last, at))) => {
            let what = out.lang.cli_audit_gone(line, last, out.form.moment(at));
            let mark = session.desk.audit_mark();
            [what, out.lang.cli_audit_gone_now(mark.display())].join(out.lang.problem_between())
        }
    });
    Ok(if is_intact { Exit::Done } else { Exit::Failed })
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
