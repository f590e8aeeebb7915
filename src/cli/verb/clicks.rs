//! `yunque stat` and `yunque clicks`.
use std::path::Path;

use crate::app::Subject;
use crate::cli::args::{ClicksArgs, ClicksVerb, When};
use crate::cli::documents::{ClicksDocument, ForgottenDocument, Looked, StatDocument};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::{now, page};
use crate::desk::{Clicks, Manner, Wanted};
use crate::problem::{InputProblem, Problem};
use crate::sms::Sid;
use crate::words::Lang;

/// The totals of a link.
///
/// # Errors
/// A time that is none, no link's id, or the API.
pub async fn stat(session: &Session<'_>, sid: &str, from: Option<When>, to: Option<When>) -> Result<Exit, Problem> {
    let out = session.out;
    let moment = |when: Option<When>| match when {
        None => Ok(None),
        Some(when) => {
            when.resolve(now(), &out.form.zone).map(Some).ok_or_else(|| usage(out.lang.usage_no_such_moment()))
        }
    };
    let total = session.desk.stat(sid, moment(from)?, moment(to)?).await?;
    out.result(&StatDocument::new(&total.sid, total.from, total.to, &total.stat, &out.form), || {
        page::stat(&total.sid, total.from, total.to, &total.stat, out)
    });
    Ok(Exit::Done)
}

/// Who clicked: asked for, imported (and undone), exported.
///
/// # Errors
/// No such link or campaign, an answer in which no list is found (unless totals do), a file, or the API.
pub async fn clicks(session: &Session<'_>, args: ClicksArgs) -> Result<Exit, Problem> {
    let ClicksArgs { sid, campaign, totals, csv, xlsx, force, verb } = args;
    if verb.is_some() && (sid.is_some() || campaign.is_some()) {
        return Err(usage(session.out.lang.usage_import_alone()).into());
    }
    match verb {
        Some(ClicksVerb::Import { file, link, yes, made_elsewhere }) => {
            let clicks = session.desk.import_clicks(&file, &link, yes, made_elsewhere).await?;
            print(session, &clicks).await?;
            return Ok(Exit::Done);
        }
        Some(ClicksVerb::Forget { link }) => {
            forget(session, &link).await?;
            return Ok(Exit::Done);
        }
        None => {}
    }
    check_endings(csv.as_deref(), xlsx.as_deref(), session.out.lang)?;
    let subject = match (sid, campaign) {
        (_, Some(id)) => Subject::Campaign(id),
        (sid, None) => Subject::Link(Sid(sid.unwrap_or_default())),
    };
    let wanted = if totals { Wanted::Totals } else { Wanted::Numbers };
    let clicks = session.desk.clicks(&subject, wanted).await?;
    for file in [csv, xlsx].into_iter().flatten() {
        export(session, &clicks, &file, force).await?;
    }
    print(session, &clicks).await?;
    Ok(Exit::Done)
}

fn usage(sentence: &str) -> InputProblem {
    InputProblem::Usage(sentence.to_owned())
}

/// The ending decides what is written, so it has to say what the flag says.
fn check_endings(csv: Option<&Path>, xlsx: Option<&Path>, lang: Lang) -> Result<(), Problem> {
    let is_workbook = |file: &Path| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    // A file that is called so is hardly meant, and stdout holds the document.
    if [csv, xlsx].into_iter().flatten().any(|file| file == Path::new("-")) {
        return Err(usage(lang.usage_no_file()).into());
    }
    if xlsx.is_some_and(|file| !is_workbook(file)) {
        return Err(usage(lang.usage_xlsx_ending()).into());
    }
    if csv.is_some_and(is_workbook) {
        return Err(usage(lang.usage_csv_ending()).into());
    }
    Ok(())
}

async fn export(session: &Session<'_>, clicks: &Clicks, file: &Path, replaces: bool) -> Result<(), Problem> {
    let out = session.out;
    let manner = Manner { bom: false, is_masked: out.form.is_masked, replaces };
    let written = session.desk.export_clicks(clicks, file, manner).await?;
    out.say(&out.lang.cli_written(written.rows, written.path.display()));
    Ok(())
}

async fn forget(session: &Session<'_>, link: &str) -> Result<(), Problem> {
    let out = session.out;
    let sheet = session.desk.forget_clicks(link).await?;
    let sid = sheet.sids.first().map(ToString::to_string).unwrap_or_default();
    out.result(&ForgottenDocument::new(&sid, sheet.totals, sheet.as_of, &out.form), || {
        out.lang.cli_sheet_forgotten(&sid, sheet.totals.clickers, sheet.totals.clicks)
    });
    Ok(())
}

async fn print(session: &Session<'_>, clicks: &Clicks) -> Result<(), Problem> {
    let out = session.out;
    let about = match (&clicks.campaign, clicks.sids.first()) {
        (Some(campaign), _) => format!("clicks {}", campaign.id),
        (None, Some(sid)) => format!("clicks {sid}"),
        (None, None) => "clicks".to_owned(),
    };
    session.note_reveal(&about, clicks.totals.clickers).await?;
    let looked = Looked {
        sids: &clicks.sids,
        campaign: clicks.campaign.as_ref().map(|campaign| campaign.id.to_string()),
        shared_with: &clicks.shared_with,
        as_of: clicks.as_of,
        source: clicks.source,
        total: clicks.stat.as_ref().and_then(crate::sms::Stat::total),
        totals: clicks.totals,
        rows: &clicks.rows,
    };
    out.result(&ClicksDocument::new(&looked, &out.form), || page::clicks(&looked, out));
    if clicks.unreadable > 0 {
        out.say(&out.lang.cli_unreadable_rows(clicks.unreadable));
    }
    if !clicks.is_complete {
        out.say(out.lang.cli_clicks_incomplete());
    }
    Ok(())
}
