//! `find`: every message to a number.
use jiff::Timestamp;

use crate::cli::output::{Align, Output, Table, Tone};
use crate::sms::{Code, RecipientState, Story};
use crate::words::{doubt, reason, state};

/// The whole story of a number.
pub fn story(story: &Story, out: &Output) -> String {
    let lang = out.lang;
    let mut page = format!("{}\n", out.form.mobile(story.mobile));
    let mut table = Table::new(&[
        (lang.cli_sent(), Align::Left),
        (lang.cli_campaign(), Align::Left),
        (lang.cli_name(), Align::Left),
        (lang.cli_by(), Align::Left),
        (lang.cli_result(), Align::Left),
        (lang.cli_clicks(), Align::Left),
        (lang.cli_first(), Align::Left),
        (lang.cli_last(), Align::Left),
    ]);
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| out.form.short(at));
    for line in &story.lines {
        let result = match (&line.refusal, line.report) {
            (Some((code, msg)), _) => {
                let said = lang.cli_refused_code(code, Code(*code).meaning(lang), msg);
                [lang.closed(said).as_str(), Code(*code).next_step(lang)].join(lang.problem_between())
            }
            (None, Some(report)) if line.state == RecipientState::Accepted => {
                [state::report(report, lang), line.error.as_str()].join(" ")
            }
            _ => match &line.doubt {
                Some(why) => [state::recipient(line.state, lang), &doubt::words(why, lang)].join(lang.cli_colon()),
                None => state::recipient(line.state, lang).to_owned(),
            },
        };
        let clicks = match line.clicks {
            Some((clicks, ..)) => clicks.to_string(),
            None if line.mobile_stat => String::new(),
            None => lang.cli_total_only().to_owned(),
        };
        let tone = if line.state == RecipientState::Unknown { Tone::Attention } else { Tone::Plain };
        table.toned_row([
            (Tone::Plain, time(line.sent_at)),
            (Tone::Plain, line.campaign.to_string()),
            (Tone::Plain, line.name.clone()),
            (Tone::Plain, line.by.clone()),
            (tone, result),
            (Tone::Plain, clicks),
            (Tone::Plain, time(line.clicks.and_then(|(_, first, _)| first))),
            (Tone::Plain, time(line.clicks.and_then(|(.., last)| last))),
        ]);
    }
    if table.is_empty() {
        page.push_str(lang.cli_no_messages());
        page.push('\n');
    } else {
        page.push_str(&table.render(out.paint));
    }
    page.push_str(&match &story.opted_out {
        Some((at, why)) => lang.cli_opted_out(out.form.moment(*at), reason::opted_out(why, lang)),
        None => lang.cli_not_opted_out().to_owned(),
    });
    page
}
