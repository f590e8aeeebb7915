//! Reads one table of the file key by key: every fault is noted with its place, and the reading goes on.
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest::nearest;
use super::settings::Origin;
use crate::problem::config::{Expected, Fault, FaultKind};
use crate::sms::{Mobile, Money, QuietHours};

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct At<T> {
    /// The value.
    pub value: T,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl<T> At<T> {
    /// The value with its origin.
    pub fn said(self) -> (T, Origin) {
        (self.value, Origin::File { line: self.line, column: self.column })
    }
}

/// The whole file while it is read: its text, the faults found and the keys asked for.
#[derive(Debug, Default)]
pub(super) struct Reading<'t> {
    text: &'t str,
    faults: RefCell<Vec<Fault>>,
    asked: RefCell<BTreeSet<String>>,
}

impl<'t> Reading<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, ..Self::default() }
    }

    /// Every fault, in the order of the file.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.faults.borrow().clone();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        faults
    }

    /// Every key that was asked for, in full.
    pub fn asked(&self) -> BTreeSet<String> {
        self.asked.borrow().clone()
    }

    /// Line and column, from 1, of a byte.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        (line, column)
    }

    /// Notes a fault at a byte.
    pub fn fault(&self, byte: usize, key: String, kind: FaultKind) {
        let (line, column) = self.place(byte);
        self.fault_at(line, column, key, kind);
    }

    /// Notes a fault at a place.
    pub fn fault_at(&self, line: usize, column: usize, key: String, kind: FaultKind) {
        self.faults.borrow_mut().push(Fault { line, column, key, kind });
    }

    /// What stands at a span, cut to a line's length; what a secret key holds is not shown.
    fn found(&self, span: Range<usize>, key: &str) -> String {
        if key == "api_key" {
            return "***".to_owned();
        }
        let text = self.text.get(span).unwrap_or_default().lines().next().unwrap_or_default();
        let cut: String = text.chars().take(40).collect();
        if cut.len() < text.len() { format!("{cut}…") } else { cut }
    }
}

/// One table.
pub(super) struct Section<'r, 't> {
    reading: &'r Reading<'t>,
    /// `profiles.main.`, or empty for the top.
    prefix: String,
    table: Option<&'r DeTable<'t>>,
    asked: Vec<&'static str>,
}

impl<'r, 't> Section<'r, 't> {
    pub fn new(reading: &'r Reading<'t>, prefix: &str, table: Option<&'r DeTable<'t>>) -> Self {
        Self { reading, prefix: prefix.to_owned(), table, asked: Vec::new() }
    }

    fn value(&mut self, key: &'static str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.reading.asked.borrow_mut().insert(format!("{}{key}", self.prefix));
        self.table?.get(key)
    }

    /// Takes a value that `read` understands, or notes what it should have been.
    fn take<T>(
        &mut self,
        key: &'static str,
        expected: Expected,
        read: impl FnOnce(&DeValue<'t>) -> Option<T>,
    ) -> Option<At<T>> {
        let spanned = self.value(key)?;
        let span = spanned.span();
        if let Some(value) = read(spanned.get_ref()) {
            let (line, column) = self.reading.place(span.start);
            return Some(At { value, line, column });
        }
        let found = self.reading.found(span.clone(), key);
        self.reading.fault(span.start, format!("{}{key}", self.prefix), FaultKind::Wrong { expected, found });
        None
    }

    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        self.take(key, Expected::Text, |v| v.as_str().filter(|s| !s.trim().is_empty()).map(str::to_owned))
    }

    pub fn boolean(&mut self, key: &'static str) -> Option<At<bool>> {
        self.take(key, Expected::Boolean, DeValue::as_bool)
    }

    pub fn whole<N: TryFrom<i64>>(&mut self, key: &'static str, range: (i64, i64)) -> Option<At<N>> {
        self.take(key, Expected::Whole(range.0, range.1), |v| {
            let integer = v.as_integer()?;
            let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok()?;
            (range.0..=range.1).contains(&number).then(|| N::try_from(number).ok()).flatten()
        })
    }

    /// `"0.05"`, and the bare number too: its digits are read as they stand, never as a float.
    pub fn money(&mut self, key: &'static str) -> Option<At<Money>> {
        self.take(key, Expected::Money, |v| {
            let digits = match v {
                DeValue::String(text) => text.as_ref(),
                DeValue::Integer(number) => number.as_str(),
                DeValue::Float(number) => number.as_str(),
                _ => return None,
            };
            Money::parse(digits).filter(|amount| amount.units() >= 0)
        })
    }

    /// A time not longer than `longest`.
    pub fn duration(&mut self, key: &'static str, longest: Duration) -> Option<At<Duration>> {
        self.take(key, Expected::Duration, |v| {
            let duration: SignedDuration = v.as_str()?.parse().ok()?;
            Duration::try_from(duration).ok().filter(|d| *d <= longest)
        })
    }

    /// `"08:00-21:00"`, or `"any"` for none.
    pub fn hours(&mut self, key: &'static str) -> Option<At<Option<QuietHours>>> {
        self.take(key, Expected::Hours, |v| {
            let text = v.as_str()?;
            if text == "any" {
                return Some(None);
            }
            let (from, until) = text.split_once('-')?;
            let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
            let hours = QuietHours { from: time(from)?, until: time(until)? };
            (hours.from < hours.until).then_some(Some(hours))
        })
    }

    pub fn url(&mut self, key: &'static str) -> Option<At<String>> {
        self.take(key, Expected::Url, |v| base_url(v.as_str()?))
    }

    pub fn path(&mut self, key: &'static str) -> Option<At<String>> {
        self.take(key, Expected::Path, |v| v.as_str().filter(|s| s.starts_with('/')).map(str::to_owned))
    }

    pub fn mobile(&mut self, key: &'static str) -> Option<At<Mobile>> {
        self.take(key, Expected::Mobile, |v| Mobile::parse(v.as_str()?).ok())
    }

    pub fn zone(&mut self, key: &'static str) -> Option<At<Option<TimeZone>>> {
        self.take(key, Expected::Zone, |v| match v.as_str()? {
            "local" => Some(None),
            name => TimeZone::get(name).ok().map(Some),
        })
    }

    /// One of `words`; `read` turns it into what it means.
    pub fn one_of<T>(
        &mut self,
        key: &'static str,
        words: &'static [&'static str],
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<At<T>> {
        self.take(key, Expected::OneOf(words), |v| v.as_str().filter(|s| words.contains(s)).and_then(read))
    }

    /// A list of hosts, `["dx5.cn"]`.
    pub fn hosts(&mut self, key: &'static str) -> Option<At<Vec<String>>> {
        self.take(key, Expected::Hosts, |v| {
            texts(v).filter(|list| list.iter().all(|host| !host.is_empty() && !host.contains(['/', ' '])))
        })
    }

    /// A table in this one.
    pub fn table(&mut self, key: &'static str) -> Option<&'r DeTable<'t>> {
        let spanned = self.value(key)?;
        if let DeValue::Table(table) = spanned.get_ref() {
            return Some(table);
        }
        let span = spanned.span();
        let found = self.reading.found(span.clone(), key);
        let kind = FaultKind::Wrong { expected: Expected::Table, found };
        self.reading.fault(span.start, format!("{}{key}", self.prefix), kind);
        None
    }

    /// Notes every key that nobody asked for, each with the most similar one that exists here.
    pub fn finish(self) {
        for (key, value) in self.table.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            if !self.asked.contains(&name) {
                let nearest = nearest(name, self.asked.iter().copied()).map(str::to_owned);
                // A table written by its header alone has no key of its own to point at.
                let start = if key.span().is_empty() { value.span().start } else { key.span().start };
                self.reading.fault(start, format!("{}{name}", self.prefix), FaultKind::Unknown { nearest });
            }
        }
    }
}

/// A text or a list of texts.
pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.to_string()]),
        DeValue::Array(list) => list.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// Scheme and host without the slash at the end; `None` for anything that is no plain web address.
pub(super) fn base_url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split('/').next()?;
    let is_plain =
        !host.is_empty() && !text.contains(['@', '?', '#', ' ']) && text.chars().all(|c| c.is_ascii_graphic());
    is_plain.then(|| text.trim_end_matches('/').to_owned())
}
