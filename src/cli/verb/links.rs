//! `yunque shorten` and `yunque links`.
use serde::Serialize;

use crate::cli::args::LinksVerb;
use crate::cli::documents::{LinkDocument, LinksDocument};
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::cli::session::Session;
use crate::problem::Problem;

/// `links show`.
#[derive(Debug, Serialize)]
struct OneLink {
    link: LinkDocument,
}

/// Makes a link.
///
/// # Errors
/// An address that is none, or the API.
pub async fn shorten(session: &Session<'_>, url: &str, name: Option<&str>, tags: Vec<String>) -> Result<Exit, Problem> {
    let out = session.out;
    let link = session.desk.shorten(url, name, tags).await?;
    out.result(&LinkDocument::new(&link, &out.form), || page::link(&link, out));
    Ok(Exit::Done)
}

/// Lists the links, or shows one.
///
/// # Errors
/// No such link.
pub async fn links(session: &Session<'_>, verb: Option<LinksVerb>) -> Result<Exit, Problem> {
    let out = session.out;
    match verb.unwrap_or(LinksVerb::List) {
        LinksVerb::List => {
            let links = session.desk.links(false).await?;
            out.result(&LinksDocument::new(&links, &out.form), || page::links(&links, out));
        }
        LinksVerb::Show { sid } => {
            let link = session.desk.link(&sid).await?;
            out.result(&OneLink { link: LinkDocument::new(&link, &out.form) }, || page::link(&link, out));
        }
    }
    Ok(Exit::Done)
}
