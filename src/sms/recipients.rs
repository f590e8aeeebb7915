//! A list of recipients on its way in: parsed, normalised, deduplicated; what is left out keeps its row and reason.
mod first_seen;

use super::{Mobile, NotAMobile};
use first_seen::FirstSeen;

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
    /// Taken out before the send: had a message of ours in the last days.
    Recent,
    /// Taken out before the send: had this very text a short while ago.
    Repeated,
    /// Taken out before the send: lacks a value for a variable of the text.
    LacksValue,
}

impl RejectReason {
    /// The stable word of the JSON documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAMobile(NotAMobile::Empty) => "empty",
            Self::NotAMobile(NotAMobile::NotDigits) => "not-digits",
            Self::NotAMobile(NotAMobile::TooShort) => "too-short",
            Self::NotAMobile(NotAMobile::TooLong) => "too-long",
            Self::NotAMobile(NotAMobile::Landline) => "landline",
            Self::NotAMobile(NotAMobile::NoMobilePrefix) => "no-mobile-prefix",
            Self::NotAMobile(NotAMobile::NoSuchNumber) => "no-such-number",
            Self::Duplicate { .. } => "duplicate",
            Self::OptedOut => "opted-out",
            Self::Unreadable => "unreadable",
            Self::Recent => "recent",
            Self::Repeated => "repeated",
            Self::LacksValue => "lacks-value",
        }
    }
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

impl Rejected {
    /// What stood there; a whole number of somebody is masked where numbers are.
    #[must_use]
    pub fn text(&self, is_masked: bool) -> String {
        match Mobile::parse(&self.raw) {
            Ok(mobile) if is_masked => mobile.masked(),
            _ => self.raw.to_string(),
        }
    }
}

/// Recipients, each once, in the order of the source. Columnar: a million of them take some forty megabytes.
#[derive(Clone, Default)]
pub struct Recipients {
    /// The names of the columns whose values are kept, for variables.
    pub columns: Vec<String>,
    mobiles: Vec<Mobile>,
    rows: Vec<u32>,
    /// One entry a recipient when `columns` is not empty: its values, joined by U+001F.
    values: Vec<Box<str>>,
    rejected: Vec<Rejected>,
    /// Derived from `mobiles`: no part of what is compared.
    first_seen: FirstSeen,
}

/// Counts only: a list of a million is no text for a log, and what was left out may hold whole numbers.
impl std::fmt::Debug for Recipients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recipients")
            .field("columns", &self.columns)
            .field("taken", &self.mobiles.len())
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Recipients {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns
            && self.mobiles == other.mobiles
            && self.rows == other.rows
            && self.values == other.values
            && self.rejected == other.rejected
    }
}

impl Eq for Recipients {}

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
            list.offer_line(u32::try_from(i + 1).unwrap_or(u32::MAX), line);
        }
        list
    }

    /// Takes in every number of one line of plain text, separated as [`Recipients::typed`] describes. Says how many
    /// were offered; a blank line offers none.
    pub fn offer_line(&mut self, row: u32, line: &str) -> u64 {
        let mut offered = 0;
        for part in line.split([',', ';', '|', '/', '，', '；', '、', '\t']) {
            let part = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\u{feff}'));
            if !part.is_empty() {
                offered += self.offer_words(row, part);
            }
        }
        offered
    }

    /// Words between blanks: several may make one number, or each be one.
    fn offer_words(&mut self, row: u32, part: &str) -> u64 {
        const MOST_WORDS_OF_A_NUMBER: usize = 5;
        let is_one = |text: &str| matches!(Mobile::parse(text), Ok(_) | Err(NotAMobile::Landline));
        if !part.contains(char::is_whitespace) || is_one(part) {
            self.offer(Row { number: row, mobile: part, values: &[] });
            return 1;
        }
        let mut offered = 0;
        let mut rest = part;
        while !rest.is_empty() {
            let ends = || rest.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).chain([rest.len()]);
            let end = ends().take(MOST_WORDS_OF_A_NUMBER).find(|end| is_one(&rest[..*end]));
            let end = end.or_else(|| ends().next()).unwrap_or(rest.len());
            self.offer(Row { number: row, mobile: &rest[..end], values: &[] });
            offered += 1;
            rest = rest[end..].trim_start();
        }
        offered
    }

    /// Takes a row in, or notes why it is left out. Says whether it was taken.
    pub fn offer(&mut self, row: Row<'_>) -> bool {
        let mobile = match Mobile::parse(row.mobile) {
            Ok(mobile) => mobile,
            Err(why) => {
                self.reject(row.number, row.mobile, RejectReason::NotAMobile(why));
                return false;
            }
        };
        if let Some(first) = self.first_seen.find_or_expect(&self.mobiles, mobile) {
            let of = self.rows.get(first).copied().unwrap_or_default();
            self.reject(row.number, row.mobile, RejectReason::Duplicate { of });
            return false;
        }
        self.mobiles.push(mobile);
        self.rows.push(row.number);
        if !self.columns.is_empty() {
            self.values.push(join(row.values));
        }
        true
    }

    /// Notes a row that is left out.
    pub fn reject(&mut self, row: u32, raw: &str, reason: RejectReason) {
        let raw = raw.chars().take(64).collect::<String>().into_boxed_str();
        self.rejected.push(Rejected { row, raw, reason });
    }

    /// Takes out every recipient for whom `is_out` holds and notes it with `reason`; the others keep their order.
    /// Says how many were taken out. Call it when the source is read: a later row may bring such a number back.
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
        self.first_seen = FirstSeen::default();
        self.rejected.shrink_to_fit();
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

    /// How many an operator took out of this send by name of a check.
    #[must_use]
    pub fn taken_out(&self) -> u64 {
        use RejectReason::{LacksValue, Recent, Repeated};
        self.rejected.iter().filter(|r| matches!(r.reason, Recent | Repeated | LacksValue)).count() as u64
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wires(list: &Recipients) -> Vec<String> {
        list.mobiles().iter().map(|m| m.wire()).collect()
    }

    #[test]
    fn numbers_are_read_however_they_are_separated() {
        let three = ["13800138000", "13900139000", "+447911123456"];
        for text in [
            "13800138000\n13900139000\r\n+447911123456",
            "13800138000,13900139000;+447911123456",
            "13800138000 13900139000 +447911123456",
            "138 0013 8000、139-0013-9000，+44 7911 123456",
            "138 0013 8000 139 0013 9000 +44 7911 123456\n\n",
            "\"13800138000\"\t'13900139000' | 00447911123456",
        ] {
            let list = Recipients::typed(text);
            assert_eq!(wires(&list), three, "{text:?}");
            assert!(list.rejected().is_empty(), "{text:?}: {:?}", list.rejected());
        }
    }

    #[test]
    fn what_is_left_out_keeps_its_line_and_its_reason() {
        let list = Recipients::typed("13800138000\n张三 13900139000\n\n138 0013 8000\n010-88888888\n400 820 8820");
        assert_eq!(wires(&list), ["13800138000", "13900139000"]);
        assert_eq!(list.rows(), [1, 2]);
        let left_out: Vec<_> = list.rejected().iter().map(|r| (r.row, &*r.raw, r.reason)).collect();
        assert_eq!(
            left_out,
            [
                (2, "张三", RejectReason::NotAMobile(NotAMobile::NotDigits)),
                (4, "138 0013 8000", RejectReason::Duplicate { of: 1 }),
                (5, "010-88888888", RejectReason::NotAMobile(NotAMobile::Landline)),
                (6, "400 820 8820", RejectReason::NotAMobile(NotAMobile::Landline)),
            ]
        );
        assert_eq!((list.duplicates(), list.malformed()), (1, 3));
    }

    #[test]
    fn values_stay_with_their_number_when_others_are_taken_out() {
        let mut list = Recipients::with_columns(vec!["name".into(), "city".into()]);
        for (i, (mobile, name)) in
            [("13800138000", "甲"), ("13800138001", "乙"), ("13800138002", "丙")].iter().enumerate()
        {
            list.offer(Row { number: u32::try_from(i).unwrap() + 2, mobile, values: &[name, "a\u{1f}b"] });
        }
        list.close();
        let out = list.drop_where(RejectReason::OptedOut, |m| m.wire() == "13800138001");
        assert_eq!(out, 1);
        assert_eq!(wires(&list), ["13800138000", "13800138002"]);
        assert_eq!((list.values(1), list.rows()[1]), ("丙\u{1f}ab", 4));
        assert_eq!(list.rejected()[0].reason, RejectReason::OptedOut);
    }

    #[test]
    fn a_duplicate_is_found_after_the_list_was_closed_too() {
        let mut list = Recipients::typed("13800138000\n13900139000");
        list.close();
        assert!(!list.offer(Row { number: 3, mobile: "13900139000", values: &[] }));
        assert_eq!(list.rejected()[0].reason, RejectReason::Duplicate { of: 2 });
    }

    #[test]
    fn what_is_left_out_is_cut_to_64_characters() {
        let list = Recipients::typed(&"号".repeat(1000));
        assert_eq!(list.rejected()[0].raw.chars().count(), 64);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_row_offered_is_either_taken_or_left_out(rows in prop::collection::vec("1[38]0013800[0-9]{0,2}|[a-z0-9]{0,12}", 0..200)) {
            let mut list = Recipients::default();
            for (i, row) in rows.iter().enumerate() {
                list.offer(Row { number: u32::try_from(i + 1).unwrap(), mobile: row, values: &[] });
            }
            prop_assert_eq!(list.len() + list.rejected().len(), rows.len());
            prop_assert_eq!(list.duplicates() + list.malformed(), list.rejected().len() as u64);
            let once: std::collections::HashSet<_> = list.mobiles().iter().collect();
            prop_assert_eq!(once.len(), list.len());
            for left_out in list.rejected() {
                if let RejectReason::Duplicate { of } = left_out.reason {
                    prop_assert!(of < left_out.row);
                    prop_assert_eq!(Mobile::parse(&rows[of as usize - 1]), Mobile::parse(&rows[left_out.row as usize - 1]));
                }
            }
        }
    }
}
