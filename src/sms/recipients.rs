//! A list of recipients on its way in: parsed, normalised, deduplicated; what is left out keeps its row and reason.
use std::collections::HashMap;

use super::{Mobile, NotAMobile};

/// A row of the source as it is offered: its number (from 1, as an editor counts) and its fields.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The row in the source, from 1, header included.
    pub number: u32,
    /// The field that holds the mobile number.
    pub mobile: &'a str,
    /// The fields of the columns that the text uses, in the order of [`Recipients::columns`].
    pub values: &'a [&'a str],
}

/// Why a row is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// The field is not a mobile number.
    NotAMobile(NotAMobile),
    /// The number stands already in an earlier row, which is named.
    Duplicate {
        /// The row of the number's first appearance.
        of: u32,
    },
    /// The number is on the suppression list.
    OptedOut,
    /// The row could not be read (an unclosed quote, broken bytes).
    Unreadable,
}

/// A row that is left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rejected {
    /// The row in the source, from 1.
    pub row: u32,
    /// What stood there, cut to 64 characters.
    pub raw: Box<str>,
    /// Why.
    pub reason: RejectReason,
}

/// Recipients, each once, in the order of the source. Columnar: a million of them take some forty megabytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// The names of the columns whose values are kept, for variables.
    pub columns: Vec<String>,
    mobiles: Vec<Mobile>,
    rows: Vec<u32>,
    /// One entry a recipient when `columns` is not empty: its values, joined by U+001F.
    values: Vec<Box<str>>,
    rejected: Vec<Rejected>,
    first_seen: HashMap<Mobile, u32>,
}

impl Recipients {
    /// What separates a recipient's values in storage; no field of a text file contains it.
    pub const SEPARATOR: char = '\u{1f}';

    /// An empty list that keeps the values of `columns`.
    #[must_use]
    pub fn with_columns(columns: Vec<String>) -> Self {
        Self { columns, ..Self::default() }
    }

    /// Reads numbers as they are typed or pasted: one or many a line, between commas, semicolons, blanks or newlines.
    /// A group of digits broken by single blanks (`138 0013 8000`) is one number.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let mut list = Self::default();
        for (i, line) in text.lines().enumerate() {
            let number = u32::try_from(i + 1).unwrap_or(u32::MAX);
            for part in line.split([',', ';', '，', '；', '、', '\t']) {
                let part = part.trim();
                if part.is_empty() {
                    continue;
                }
                if Mobile::parse(part).is_ok() || !part.contains(char::is_whitespace) {
                    list.offer(Row { number, mobile: part, values: &[] });
                } else {
                    for word in part.split_whitespace() {
                        list.offer(Row { number, mobile: word, values: &[] });
                    }
                }
            }
        }
        list
    }

    /// Takes a row in, or notes why it is left out. Says whether it was taken.
    pub fn offer(&mut self, row: Row<'_>) -> bool {
        match Mobile::parse(row.mobile) {
            Ok(mobile) => match self.first_seen.entry(mobile) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    let of = *first.get();
                    self.reject(row.number, row.mobile, RejectReason::Duplicate { of });
                    false
                }
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert(row.number);
                    self.mobiles.push(mobile);
                    self.rows.push(row.number);
                    if !self.columns.is_empty() {
                        self.values.push(join(row.values));
                    }
                    true
                }
            },
            Err(why) => {
                self.reject(row.number, row.mobile, RejectReason::NotAMobile(why));
                false
            }
        }
    }

    /// Notes a row that is left out.
    pub fn reject(&mut self, row: u32, raw: &str, reason: RejectReason) {
        let raw = raw.chars().take(64).collect::<String>().into_boxed_str();
        self.rejected.push(Rejected { row, raw, reason });
    }

    /// Takes out every recipient for whom `is_out` holds and notes it with `reason`.
    pub fn drop_where(&mut self, reason: RejectReason, mut is_out: impl FnMut(Mobile) -> bool) -> u64 {
        let mut kept = 0;
        let total = self.mobiles.len();
        for i in 0..total {
            let mobile = self.mobiles[i];
            if is_out(mobile) {
                let row = self.rows[i];
                self.reject(row, &mobile.wire(), reason);
            } else {
                self.mobiles.swap(kept, i);
                self.rows.swap(kept, i);
                if !self.values.is_empty() {
                    self.values.swap(kept, i);
                }
                kept += 1;
            }
        }
        self.mobiles.truncate(kept);
        self.rows.truncate(kept);
        self.values.truncate(if self.columns.is_empty() { 0 } else { kept });
        (total - kept) as u64
    }

    /// Frees what only further rows would need; call it when the source is read.
    pub fn close(&mut self) {
        self.first_seen = HashMap::new();
        self.mobiles.shrink_to_fit();
        self.rows.shrink_to_fit();
        self.values.shrink_to_fit();
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.mobiles.len()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mobiles.is_empty()
    }

    /// The numbers, in the order of the source.
    #[must_use]
    pub fn mobiles(&self) -> &[Mobile] {
        &self.mobiles
    }

    /// The row of each number, in the same order.
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The joined values of recipient `i`; empty when no column is kept.
    #[must_use]
    pub fn values(&self, i: usize) -> &str {
        self.values.get(i).map_or("", |v| v)
    }

    /// What was left out, in the order it was met.
    #[must_use]
    pub fn rejected(&self) -> &[Rejected] {
        &self.rejected
    }

    /// How many rows repeat a number.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.rejected.iter().filter(|r| matches!(r.reason, RejectReason::Duplicate { .. })).count() as u64
    }

    /// How many rows hold no usable number.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        let bad = |r: &&Rejected| matches!(r.reason, RejectReason::NotAMobile(_) | RejectReason::Unreadable);
        self.rejected.iter().filter(bad).count() as u64
    }
}

fn join(values: &[&str]) -> Box<str> {
    let mut joined = String::with_capacity(values.iter().map(|v| v.len() + 1).sum());
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            joined.push(Recipients::SEPARATOR);
        }
        joined.extend(value.chars().filter(|c| *c != Recipients::SEPARATOR));
    }
    joined.into_boxed_str()
}
