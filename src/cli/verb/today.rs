//! `yunque today`: one page that can be pasted into a chat.
use crate::cli::documents::TodayDocument;
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::cli::session::Session;
use crate::problem::Problem;

/// Prints the page.
///
/// # Errors
/// The store cannot be read.
pub async fn today(session: &Session<'_>) -> Result<Exit, Problem> {
    let out = session.out;
    let today = session.desk.today().await?;
    out.result(&TodayDocument::new(&today, out.lang, &out.form), || page::today(&today, out));
    Ok(Exit::Done)
}
