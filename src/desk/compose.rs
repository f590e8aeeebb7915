//! Composing: whom a source names, what a text carries, and the plan that is confirmed and sent.
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Desk, Result, blocking};
use crate::files;
use crate::problem::InputProblem;
use crate::sms::{
    Gate, Kind, Mobile, Pacing, Plan, Recipients, RejectReason, Sid, SmsText, Source, Start, Template, TextProblem,
    links_in, named_after,
};

/// Of a file of at most so many bytes columns are kept that no variable names.
const SMALL: u64 = 8 << 20;

/// What an operator wants sent, as the flags or the form say it; `None` is left to the profile or to the rules.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Order {
    /// For colleagues; `None` for the beginning of the text.
    pub name: Option<String>,
    /// Marketing or notification; `None` for what the number of recipients says.
    pub kind: Option<Kind>,
    /// The text, signature first, with `{variables}`.
    pub text: String,
    /// Whether every recipient gets a link of their own.
    pub mobile_stat: bool,
    /// Who gets it.
    pub recipients: Arc<Recipients>,
    /// Recipients a call.
    pub batch_size: Option<u32>,
    /// Calls at the same time.
    pub in_flight: Option<u32>,
    /// Recipients a second.
    pub rate: Option<NonZeroU32>,
    /// How many go first.
    pub canary: Option<NonZeroU32>,
    /// What lets the others go by itself; `None` for by hand.
    pub gate: Option<Gate>,
    /// Not before this.
    pub at: Option<Timestamp>,
    /// Marketing outside its hours; audited.
    pub ignores_quiet_hours: bool,
    /// A test to oneself.
    pub is_test: bool,
    /// When this terminal drops: go on (`watch` takes over) or pause.
    pub goes_on_after_hangup: bool,
}

impl Desk {
    /// Reads the recipients of a source, typed or a file (`-` is the standard input), keeping the columns that the text's
    /// variables name; takes out who is on the suppression list. What is left out keeps its row and reason.
    ///
    /// # Errors
    /// The file; the store cannot be read. An empty list is no error here: see [`Desk::plan`].
    pub async fn recipients(&self, source: Source, variables: Vec<String>) -> Result<Recipients> {
        let list = match source {
            Source::Typed(text) => {
                blocking(move || {
                    let mut list = Recipients::typed(&text);
                    list.close();
                    list
                })
                .await?
            }
            Source::File { path, reading } => {
                let path = self.path(&path);
                let options = files::Options::from(reading);
                let keep_columns = kept_columns(path.clone(), options.clone(), variables).await?;
                self.read_file(&path, files::Options { keep_columns, ..options }).await?
            }
        };
        self.without_opted_out(list).await
    }

    /// The variables of a text, each once: the columns that [`Desk::recipients`] has to keep.
    #[must_use]
    pub fn variables(text: &str) -> Vec<String> {
        Template::new(text).variables().into_iter().map(str::to_owned).collect()
    }

    /// The links of ours in a text, each once, in order.
    #[must_use]
    pub fn links_of_text(&self, text: &str) -> Vec<Sid> {
        let hosts: Vec<&str> = self.config().profile.link_hosts.iter().map(String::as_str).collect();
        let mut sids: Vec<Sid> = Vec::new();
        for (_, code) in links_in(text, &hosts) {
            if !sids.iter().any(|sid| sid.0 == code) {
                sids.push(Sid(code.to_owned()));
            }
        }
        sids
    }

    /// Turns an order into the plan that is shown, confirmed and sent.
    ///
    /// # Errors
    /// An empty text, no signature, a text that is too long for everybody; nobody to write to; a time that is over.
    pub fn plan(&self, order: Order) -> Result<Plan> {
        checked_text(&order.text)?;
        if order.recipients.is_empty() {
            return Err(InputProblem::no_recipients(&order.recipients).into());
        }
        let start = match order.at {
            Some(at) if at <= self.now() => {
                let at = at.to_zoned_datetime(self.config().look.time_zone.clone());
                return Err(InputProblem::PastTime { at }.into());
            }
            Some(at) => Start::At(at),
            None => Start::Now,
        };
        let profile = &self.config().profile;
        Ok(Plan {
            name: order
                .name
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| named_after(&order.text)),
            kind: order.kind.unwrap_or_else(|| Kind::default_for(order.recipients.len())),
            link_sids: self.links_of_text(&order.text),
            text: order.text,
            mobile_stat: order.mobile_stat,
            recipients: order.recipients,
            pacing: Pacing {
                batch_size: order.batch_size.unwrap_or(profile.batch_size),
                in_flight: order.in_flight.unwrap_or(profile.in_flight),
                rate: order.rate.or(profile.rate),
                canary: order.canary,
                gate: order.gate.filter(|_| order.canary.is_some()),
            },
            start,
            ignores_quiet_hours: order.ignores_quiet_hours,
            is_test: order.is_test,
            goes_on_after_hangup: order.goes_on_after_hangup,
        })
    }

    /// The same plan for everybody but these, who are noted as left out for `why`.
    ///
    /// # Errors
    /// The thread that goes through the list broke.
    pub async fn leave_out(&self, plan: Plan, whom: Arc<[Mobile]>, why: RejectReason) -> Result<Plan> {
        blocking(move || plan.without(&whom, why)).await
    }

    /// Paths that begin like this one, folders with a slash at the end, at most a hundred.
    ///
    /// # Errors
    /// The thread that reads the folder broke.
    pub async fn complete(&self, typed: &str) -> Result<Vec<String>> {
        let (folder, beginning) = typed.rsplit_once('/').map_or(("", typed), |(folder, rest)| (folder, rest));
        let shown = typed[..typed.len() - beginning.len()].to_owned();
        let looked_in = match (folder, typed.starts_with('/')) {
            ("", true) => PathBuf::from("/"),
            ("", false) => PathBuf::from("."),
            _ => self.path(&format!("{folder}/")),
        };
        let beginning = beginning.to_owned();
        blocking(move || completions(&looked_in, &shown, &beginning)).await
    }

    /// A path as it was typed, `~/` put in full.
    pub(super) fn path(&self, typed: &str) -> PathBuf {
        match (typed.strip_prefix("~/"), &self.config().home) {
            (Some(rest), home) => home.join(rest),
            (None, _) => PathBuf::from(typed),
        }
    }
}

/// A number as it was typed.
///
/// # Errors
/// It is not a mobile number, and why.
pub fn mobile(text: &str) -> Result<Mobile> {
    Mobile::parse(text).map_err(|why| InputProblem::NotAMobile { text: text.to_owned(), why }.into())
}

/// What can be said of a text before it is filled in. With variables its length is each recipient's own, and the
/// pre-flight's matter.
fn checked_text(text: &str) -> Result<()> {
    let is_plain = Template::new(text).is_plain();
    let fault = match SmsText::new(text) {
        Err(TextProblem::TooLong(_)) if !is_plain => None,
        checked => checked.err(),
    };
    fault.map_or(Ok(()), |fault| Err(InputProblem::Text(fault).into()))
}

/// The columns that are kept of a file: those of the variables, and, of a file that is not large, a name and one more,
/// so that lists and exports can say who somebody is.
async fn kept_columns(path: PathBuf, options: files::Options, variables: Vec<String>) -> Result<Vec<String>> {
    blocking(move || {
        let mut kept = variables;
        if std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= SMALL)
            && let Ok(found) = files::inspect(files::Source::Path(path), &options)
        {
            let extra = own_columns(&found);
            kept.extend(extra.into_iter().filter(|name| !kept.contains(name)).collect::<Vec<_>>());
        }
        kept
    })
    .await
}

/// The column of names, and the other one whose values tell people apart least: a level, a city, a shop.
fn own_columns(found: &files::Inspection) -> Vec<String> {
    let names: Vec<String> = found.columns.iter().map(|column| column.name.clone()).collect();
    if !found.has_header || names.iter().any(|name| names.iter().filter(|other| *other == name).count() > 1) {
        return Vec::new();
    }
    let mobile = found.mobile_column;
    let name = super::page::name_column(&names);
    let distinct = |column: usize| {
        let values: HashSet<&str> =
            found.first_rows.iter().filter_map(|row| row.get(column)).map(String::as_str).collect();
        values.len()
    };
    let is_other =
        |column: &usize| Some(*column) != mobile && Some(*column) != name && !names[*column].trim().is_empty();
    let other = (0..names.len()).filter(is_other).min_by_key(|column| distinct(*column));
    [name, other].into_iter().flatten().map(|column| names[column].clone()).collect()
}

fn completions(folder: &Path, shown: &str, beginning: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_hidden = name.starts_with('.') && !beginning.starts_with('.');
            let slash = if entry.path().is_dir() { "/" } else { "" };
            (name.starts_with(beginning) && !is_hidden).then(|| format!("{shown}{name}{slash}"))
        })
        .collect();
    found.sort();
    found.truncate(100);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_variables_is_measured_when_it_is_filled_in() {
        let long = format!("【云雀】{{name}}{}", "长".repeat(600));
        assert!(checked_text(&long).is_ok());
        assert!(checked_text(&long.replace("{name}", "")).is_err());
        assert!(checked_text("  ").is_err() && checked_text("你好").is_err());
    }
}
