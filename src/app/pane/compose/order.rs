//! From what is typed to what is confirmed: the plan, built in one place, and the command that does the same.
use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::audience::Audience;
use super::letter::Letter;
use crate::app::settings::Settings;
use crate::problem::{InputProblem, Problem};
use crate::sms::{
    CheckName, Kind, Mobile, Pacing, Plan, Recipients, SmsText, Source, Start, Template, TextProblem, named_after,
};
use crate::words::Lang;

/// So many typed numbers are written out in a command; more come from its standard input.
const WRITTEN_OUT: usize = 20;

/// Why what is typed cannot be reviewed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The recipients are still being read.
    Reading,
    /// The recipients could not be read.
    Unread,
    /// The file has no column for these variables.
    Lacking(String),
    /// Text or recipients are not what can be sent.
    Input(InputProblem),
}

impl Trouble {
    pub(super) fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Reading => lang.compose_still_reading().to_owned(),
            Self::Unread => lang.compose_unread().to_owned(),
            Self::Lacking(names) => lang.compose_no_column(names),
            Self::Input(problem) => Problem::from(problem.clone()).sentence(lang),
        }
    }
}

/// What would be sent.
///
/// # Errors
/// What has to be mended first.
pub(super) fn plan(letter: &Letter, audience: &Audience, settings: &Settings) -> Result<Plan, Trouble> {
    let text = checked(letter.text.text())?;
    if audience.is_reading() {
        return Err(Trouble::Reading);
    }
    if audience.failure().is_some() {
        return Err(Trouble::Unread);
    }
    if audience.lacks_columns() {
        return Err(Trouble::Lacking(audience.lacked()));
    }
    let people = match audience.people() {
        Some(people) if people.is_empty() => return Err(Trouble::Input(InputProblem::no_recipients(people))),
        Some(people) => Arc::clone(people),
        None => return Err(Trouble::Input(InputProblem::NoRecipients { rejected: 0, rows: Vec::new() })),
    };
    let canary = (people.len() > settings.canary_above as usize).then(|| NonZeroU32::new(settings.canary)).flatten();
    let pacing = Pacing { canary, gate: settings.gate.filter(|_| canary.is_some()), ..settings.pacing.clone() };
    Ok(made(letter, text, people, pacing, settings))
}

/// A test: the text as the first recipient gets it, to one number, kept out of the figures.
///
/// # Errors
/// What has to be mended first.
pub(super) fn test(letter: &Letter, audience: &Audience, to: Mobile, settings: &Settings) -> Result<Plan, Trouble> {
    let text = checked(letter.text.text())?;
    let template = Template::new(&text);
    let filled = match audience.people() {
        Some(people) if !template.is_plain() => template.fill(&people.columns, people.values(0)).unwrap_or(text),
        _ => text,
    };
    let mut people = Recipients::typed(&to.wire());
    people.close();
    let pacing = Pacing { canary: None, ..settings.pacing.clone() };
    let plan = made(letter, filled, Arc::new(people), pacing, settings);
    Ok(Plan { is_test: true, kind: Kind::Notification, ..plan })
}

fn checked(text: String) -> Result<String, Trouble> {
    let is_plain = Template::new(&text).is_plain();
    match SmsText::new(text.as_str()) {
        // With variables the length is each recipient's own: the pre-flight measures it.
        Err(TextProblem::TooLong(_)) if !is_plain => Ok(text),
        Err(problem) => Err(Trouble::Input(InputProblem::Text(problem))),
        Ok(_) => Ok(text),
    }
}

fn made(letter: &Letter, text: String, people: Arc<Recipients>, pacing: Pacing, settings: &Settings) -> Plan {
    let name = letter.name.text().trim().to_owned();
    Plan {
        name: if name.is_empty() { named_after(&text) } else { name },
        kind: letter.kind_for(people.len()),
        mobile_stat: letter.has_mobile_stat(&settings.link_hosts),
        link_sids: letter.links(&settings.link_hosts),
        text,
        recipients: people,
        pacing,
        start: Start::Now,
        ignores_quiet_hours: false,
        is_test: false,
        goes_on_after_hangup: true,
    }
}

/// The command that would send the same to the same people, who were taken out by these checks left out again.
pub(crate) fn command(plan: &Plan, source: &Source, taken_out: &[CheckName], zone: &TimeZone) -> String {
    let mut words = vec!["yunque send".to_owned()];
    let people = plan.recipients.mobiles();
    match source {
        _ if plan.is_test || people.len() <= WRITTEN_OUT && matches!(source, Source::Typed(_)) => {
            let numbers: Vec<String> = people.iter().map(|mobile| mobile.wire()).collect();
            words.push(format!("--to {}", numbers.join(",")));
        }
        Source::File { path, reading } => {
            words.push(format!("--recipients {}", quoted_path(path)));
            words.extend(reading.column.as_ref().map(|column| format!("--column {}", quoted(column))));
            words.extend(reading.encoding.as_ref().map(|label| format!("--encoding {label}")));
            words.extend(reading.delimiter.map(|one| format!("--delimiter {}", quoted(&one.to_string()))));
            words.extend(reading.header.map(|has| format!("--header {}", if has { "yes" } else { "no" })));
        }
        Source::Typed(_) => words.push("--recipients -".to_owned()),
    }
    words.push(format!("--text {}", quoted(&plan.text)));
    if plan.mobile_stat {
        words.push("--mobile-stat".to_owned());
    }
    if plan.kind != Kind::default_for(people.len()) {
        words.push(format!("--kind {}", plan.kind.code()));
    }
    words.push(format!("--name {}", quoted(&plan.name)));
    if let Some(canary) = plan.pacing.canary {
        words.push(format!("--canary {canary}"));
    }
    if let Some(gate) = plan.pacing.gate {
        words.push(format!("--canary-go {}", quoted(&gate.to_string())));
    }
    if plan.goes_on_after_hangup {
        words.push("--hand-over".to_owned());
    }
    if matches!(source, Source::File { .. }) || people.len() > WRITTEN_OUT {
        for name in taken_out {
            words.extend(leave_out_word(*name).map(|word| format!("--leave-out {word}")));
        }
    }
    if plan.is_test {
        words.push("--test".to_owned());
    }
    if plan.ignores_quiet_hours {
        words.push("--ignore-quiet-hours".to_owned());
    }
    if let Start::At(at) = plan.start {
        let at = at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z");
        words.push(format!("--at {at}"));
    }
    words.join(" ")
}

/// As the command line names a check whose people are left out.
const fn leave_out_word(name: CheckName) -> Option<&'static str> {
    match name {
        CheckName::Recent => Some("recent"),
        CheckName::Repeat => Some("repeat"),
        CheckName::Variables => Some("variables"),
        _ => None,
    }
}

/// As a shell reads it back: single quotes, and a quote inside them put in its own.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A home that the shell shall put in keeps its tilde outside the quotes.
fn quoted_path(path: &str) -> String {
    match path.strip_prefix("~/") {
        Some(rest) => format!("~/{}", quoted(rest)),
        None => quoted(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_back_as_it_was_meant() {
        assert_eq!(quoted("vip.csv"), "vip.csv");
        assert_eq!(quoted("it's 【云雀】"), r"'it'\''s 【云雀】'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted_path("~/my list.csv"), "~/'my list.csv'");
    }
}
