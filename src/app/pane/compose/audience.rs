//! To whom: the source as it is typed, its first rows, and who remains when everybody who must not get it is left out.
//!
//! ```text
//! typed ─250 ms─▶ Request::Recipients ─▶ counts          path, when the field is left ─▶ Request::Peek and Recipients
//! ```
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::message::Tone;
use crate::app::remote::Remote;
use crate::app::request::{Failure, Request, Response, Sheet};
use crate::app::scene::Cx;
use crate::problem::{FileProblem, Problem};
use crate::sms::{Reading, Recipients, RejectReason, Source};

/// How long numbers rest before they are counted.
const REST: SignedDuration = SignedDuration::from_millis(250);
/// Typed numbers of at most so many bytes are counted at once where their count is wanted before the answer.
const COUNTED_HERE: usize = 64 * 1024;

/// Who remains, and who was left out, counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) recipients: u64,
    pub(super) mainland: u64,
    pub(super) duplicates: u64,
    pub(super) malformed: u64,
    pub(super) opted_out: u64,
}

impl Tally {
    fn of(people: &Recipients) -> Self {
        let opted_out = people.rejected().iter().filter(|row| row.reason == RejectReason::OptedOut).count();
        Self {
            recipients: people.len() as u64,
            mainland: people.mobiles().iter().filter(|mobile| mobile.is_mainland()).count() as u64,
            duplicates: people.duplicates(),
            malformed: people.malformed(),
            opted_out: opted_out as u64,
        }
    }

    /// Everybody that the source names.
    pub(super) const fn rows(self) -> u64 {
        self.recipients + self.left_out()
    }

    /// Everybody who gets nothing.
    pub(super) const fn left_out(self) -> u64 {
        self.duplicates + self.malformed + self.opted_out
    }
}

/// To whom.
#[derive(Debug, Default)]
pub(super) struct Audience {
    /// What the newest question was about.
    asked: Option<(Source, Vec<String>)>,
    /// Variables of the text that the file has no column for.
    lacking: Vec<String>,
    people: Remote<Arc<Recipients>>,
    sheet: Remote<Box<Sheet>>,
    tally: Tally,
    /// When what is typed is to be counted.
    due: Option<Timestamp>,
}

impl Audience {
    /// Who remains, while they are known and belong to what is typed.
    pub(super) fn people(&self) -> Option<&Arc<Recipients>> {
        if let Remote::Ready { value, .. } = &self.people { Some(value) } else { None }
    }

    /// The counts of what was read last.
    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }

    /// How many remain, for a draft that is kept before the answer has come: few numbers are counted here and now.
    pub(super) fn count(&self, source: &Source) -> u64 {
        match source {
            Source::Typed(text) if self.is_reading() && text.len() <= COUNTED_HERE => {
                let mut people = Recipients::typed(text);
                people.close();
                people.len() as u64
            }
            _ => self.tally.recipients,
        }
    }

    /// The first rows of the file.
    pub(super) const fn sheet(&self) -> Option<&Sheet> {
        match self.sheet.shown() {
            Some(sheet) => Some(sheet),
            None => None,
        }
    }

    /// Whether they are being read, or are about to be.
    pub(super) const fn is_reading(&self) -> bool {
        self.people.is_loading() || self.due.is_some()
    }

    /// Whether the text has variables that the file has no column for.
    pub(super) const fn lacks_columns(&self) -> bool {
        !self.lacking.is_empty()
    }

    /// As they stand in the text: `{date} {shop}`.
    pub(super) fn lacked(&self) -> String {
        let names: Vec<String> = self.lacking.iter().map(|name| format!("{{{name}}}")).collect();
        names.join(" ")
    }

    /// Why they could not be read.
    pub(super) const fn failure(&self) -> Option<&Failure> {
        self.people.error()
    }

    /// When it wants to be woken.
    pub(super) const fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// The source is being typed: numbers are counted when they rest; a path waits until it is whole.
    pub(super) fn typed(&mut self, source: &Source, now: Timestamp) {
        self.people = Remote::Idle;
        self.asked = None;
        self.tally = Tally::default();
        self.due = match source {
            Source::Typed(text) if !text.is_empty() => now.saturating_add(REST).ok(),
            _ => None,
        };
        if matches!(source, Source::Typed(_)) {
            self.sheet = Remote::Idle;
        }
    }

    /// The text uses these variables: a file is read again when they are others than before.
    pub(super) fn uses(&mut self, variables: &[String], now: Timestamp) {
        if let Some((Source::File { .. }, known)) = &self.asked
            && known != variables
        {
            self.due = now.saturating_add(REST).ok();
        }
    }

    /// The source is whole, or the text uses other columns: reads it, unless that is known already.
    pub(super) fn read(&mut self, source: Source, variables: Vec<String>, cx: &mut Cx<'_>) {
        self.due = None;
        // Typed numbers have no columns: the variables of the text change nothing about them.
        let variables = if matches!(source, Source::File { .. }) { variables } else { Vec::new() };
        let question = (source, variables);
        if self.asked.as_ref() == Some(&question) && self.failure().is_none() {
            return;
        }
        let (source, variables) = question.clone();
        if source == Source::default() {
            *self = Self::default();
            return;
        }
        if let Source::File { path, reading } = &source
            && !self.has_peeked(path, reading)
        {
            self.sheet = Remote::Idle;
            self.sheet.load();
            cx.ask(Request::Peek { path: path.clone(), reading: reading.clone() });
        }
        if self.asked.as_ref().is_none_or(|(before, _)| *before != source) {
            self.lacking.clear();
        }
        self.lacking.retain(|name| variables.contains(name));
        self.asked = Some(question);
        self.people.load();
        cx.ask(Request::Recipients { source, variables: self.known(variables) });
    }

    /// Without those that the file has no column for.
    fn known(&self, mut variables: Vec<String>) -> Vec<String> {
        variables.retain(|name| !self.lacking.contains(name));
        variables
    }

    /// A variable without a column is no reason to lose the people: they are read without it.
    fn read_without(&mut self, name: String, source: &Source, variables: &[String], cx: &mut Cx<'_>) {
        self.lacking.push(name);
        let variables = self.known(variables.to_vec());
        cx.ask(Request::Recipients { source: source.clone(), variables });
    }

    /// Whether the rows at hand are of that file, read in that manner; which column is chosen changes nothing about them.
    fn has_peeked(&self, path: &str, reading: &Reading) -> bool {
        let Some((Source::File { path: known, reading: before }, _)) = &self.asked else { return false };
        let same = (&before.encoding, before.delimiter, before.header);
        self.sheet.shown().is_some() && known == path && same == (&reading.encoding, reading.delimiter, reading.header)
    }

    /// Forgets what was read, so that the next [`Audience::read`] asks again.
    pub(super) fn forget(&mut self) {
        self.asked = None;
        self.lacking.clear();
    }

    /// The answer to a question of ours; an answer to an older question is dropped by the calls.
    pub(super) fn replied(&mut self, request: &Request, outcome: Result<Response, Failure>, cx: &mut Cx<'_>) {
        match (request, outcome) {
            (Request::Recipients { .. }, Ok(Response::Recipients(people))) => {
                self.tally = Tally::of(&people);
                self.people.settle(Ok(people), cx.now);
                if !self.lacking.is_empty() {
                    cx.say(Tone::Waits, |lang| lang.compose_no_column(self.lacked()));
                }
            }
            (
                Request::Recipients { source, variables },
                Err(Failure::Problem(Problem::File(FileProblem::NoColumn { wanted, .. }))),
            ) if variables.contains(&wanted) => self.read_without(wanted, source, variables, cx),
            (Request::Recipients { .. }, Err(failure)) => {
                self.tally = Tally::default();
                if failure == Failure::Cancelled {
                    self.asked = None;
                } else {
                    cx.say_failure(&failure);
                }
                self.people.settle(Err(failure), cx.now);
            }
            (Request::Peek { .. }, Ok(Response::Sheet(sheet))) => self.sheet.settle(Ok(sheet), cx.now),
            // The recipients of the same file say what is wrong with it.
            (Request::Peek { .. }, Err(failure)) => self.sheet.settle(Err(failure), cx.now),
            _ => {}
        }
    }

    /// The column of the numbers: the chosen one, else the one that looks like it.
    pub(super) fn column(&self, chosen: Option<&str>) -> Option<usize> {
        let sheet = self.sheet()?;
        let chosen = chosen.and_then(|name| sheet.columns.iter().position(|column| column == name));
        Some(chosen.unwrap_or(sheet.mobile_column))
    }

    /// The name of the column beside the present one; says so when there is none.
    pub(super) fn column_beside(&self, chosen: Option<&str>, is_right: bool, cx: &mut Cx<'_>) -> Option<String> {
        let at = self.column(chosen)?;
        let columns = &self.sheet()?.columns;
        let beside = if is_right { at + 1 } else { at.wrapping_sub(1) };
        let name = columns.get(beside).cloned();
        if name.is_none() {
            cx.say(Tone::Plain, |lang| lang.compose_no_more_columns().to_owned());
        }
        name
    }
}
