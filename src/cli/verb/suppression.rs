//! `yunque suppression`.
use serde::Serialize;

use crate::cli::args::SuppressionVerb;
use crate::cli::documents::{SuppressionDocument, WrittenDocument};
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::cli::session::Session;
use crate::desk::Manner;
use crate::problem::{InputProblem, Problem};
use crate::sms::Mobile;

/// `suppression add`, `import` and `remove`: how many were not on the list before, or were.
#[derive(Debug, Serialize)]
struct Changed {
    changed: u64,
}

/// Shows or changes the suppression list.
///
/// # Errors
/// No number, a file, a read-only profile.
pub async fn run(session: &Session<'_>, verb: Option<SuppressionVerb>) -> Result<Exit, Problem> {
    let (desk, out) = (&session.desk, session.out);
    let changed = match verb.unwrap_or(SuppressionVerb::List) {
        SuppressionVerb::List => {
            let list = desk.suppression_list().await?;
            session.note_reveal("suppression", list.len() as u64).await?;
            out.result(&SuppressionDocument::new(&list, &out.form), || page::suppression(&list, out));
            return Ok(Exit::Done);
        }
        SuppressionVerb::Export { file, force } => {
            let manner = Manner { bom: false, is_masked: out.form.is_masked, replaces: force };
            let written = desk.export_suppression(&file, manner).await?;
            out.result(&WrittenDocument::new(&written), || page::written(&written, out));
            return Ok(Exit::Done);
        }
        SuppressionVerb::Add { numbers } => desk.suppress(parsed(numbers)?).await?,
        SuppressionVerb::Import { file } => desk.import_suppression(&file).await?,
        SuppressionVerb::Remove { numbers } => {
            let changed = desk.unsuppress(parsed(numbers)?).await?;
            out.result(&Changed { changed }, || out.lang.cli_unsuppressed(changed) + "\n");
            return Ok(Exit::Done);
        }
    };
    out.result(&Changed { changed }, || out.lang.cli_suppressed(changed) + "\n");
    Ok(Exit::Done)
}

/// All of them, or the first that is no number: half a list is no list.
fn parsed(numbers: Vec<String>) -> Result<Vec<Mobile>, InputProblem> {
    numbers.into_iter().map(|text| Mobile::parse(&text).map_err(|why| InputProblem::NotAMobile { text, why })).collect()
}
