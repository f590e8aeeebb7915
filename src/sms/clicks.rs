//! Who clicked: totals, series, and the table by number.
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Mobile;

/// One value of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The start of the interval.
    pub at: Timestamp,
    /// Clicks in it.
    pub clicks: u64,
}

/// The totals of a link over a time (`stat`, or `time_series_stats` where the account has it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// The series, oldest first; empty when the answer has none.
    pub series: Vec<Point>,
    /// Counters that are not times, by the vendor's names (`pv`, `uv`, …).
    pub counters: BTreeMap<String, i64>,
    /// When we asked.
    pub as_of: Timestamp,
    /// The endpoint that answered: `stat` or `series`.
    pub source: &'static str,
}

impl Stat {
    /// The total: the series' sum, else `pv`, else unknown; never a sum of unlike counters.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        if self.series.is_empty() && self.source == "series" && self.counters.is_empty() {
            // The series was asked for and has nothing in it: nobody clicked.
            Some(0)
        } else if self.series.is_empty() {
            self.counters.get("pv").and_then(|pv| u64::try_from(*pv).ok())
        } else {
            Some(self.series.iter().map(|p| p.clicks).sum())
        }
    }
}

/// Where the clicks by number come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClickSource {
    /// The API's `clicked`.
    #[default]
    Clicked,
    /// A sheet of the vendor's web console.
    Import,
    /// Nothing by number is to be had; totals only.
    TotalOnly,
}

impl ClickSource {
    /// As the JSON documents spell it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clicked => "clicked",
            Self::Import => "import",
            Self::TotalOnly => "total-only",
        }
    }
}

/// One number's clicks on a link. Thirty-two bytes, so that a million stay small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickRow {
    /// Who.
    pub mobile: Mobile,
    /// How often, as of the last look.
    pub clicks: u32,
    /// New or more since the operator last looked.
    pub is_new: bool,
    /// The first click, unix milliseconds; `i64::MIN` when not known.
    pub first_at: i64,
    /// The last click, unix milliseconds; `i64::MIN` when not known.
    pub last_at: i64,
}

/// The clicks by number that the console holds. Shared with the worker, which arranges (filters, sorts) it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClickTable {
    /// Everybody, as they came. A `Vec` in an `Arc`: a slice would be a second copy of a million rows for a moment.
    pub rows: Arc<Vec<ClickRow>>,
    /// Which rows are shown, in which order: indices into `rows`.
    pub order: Arc<[u32]>,
    /// Counts the arrangements: an answer of an older one is dropped.
    pub generation: u64,
}

/// What the figures over a table say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClickTotals {
    /// Clicks by number, summed.
    pub clicks: u64,
    /// Numbers with at least one.
    pub clickers: u64,
    /// Numbers the link was sent to by us; 0 when none is known.
    pub recipients: u64,
    /// What the rate is taken of: delivered where reports are known, else accepted.
    pub denominator: u64,
}

impl ClickTotals {
    /// Clickers in a thousand of the denominator; `None` without one.
    #[must_use]
    pub fn per_mille(&self) -> Option<u64> {
        (self.clickers * 2000 + self.denominator).checked_div(self.denominator * 2)
    }
}
