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
        if self.series.is_empty() && self.counters.is_empty() {
            // It was asked for, and there is nothing in it: nobody clicked.
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

/// What a rate of clicks is taken of. A clicker evidently has the message, whatever the reports say: where one is not
/// among the delivered (or the accepted), the rate is taken of those *or clicked*, so it never exceeds 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateOf {
    /// Whom Yunpian accepted: the reports are too few to tell who was reached.
    #[default]
    Accepted,
    /// Whom the reports say were reached.
    Delivered,
    /// The accepted, and clickers whose outcome is unknown.
    AcceptedOrClicked,
    /// The delivered, and clickers without a report of delivery.
    DeliveredOrClicked,
}

impl RateOf {
    /// As the JSON documents spell it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::AcceptedOrClicked => "accepted-or-clicked",
            Self::DeliveredOrClicked => "delivered-or-clicked",
        }
    }
}

/// Whom messages reached, as far as is known, and who clicked without being among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Accepted by Yunpian.
    pub accepted: u64,
    /// Of the accepted: reported as arrived.
    pub delivered: u64,
    /// Of the accepted: reported as not arrived.
    pub failed: u64,
    /// Clicked, accepted, not reported as arrived.
    pub clicked_unreported: u64,
    /// Clicked, though it is unknown whether Yunpian accepted it.
    pub clicked_in_doubt: u64,
}

impl Reach {
    /// What the rate is taken of, and how many that are: the delivered once nine in ten of the accepted have a report,
    /// until then the accepted.
    #[must_use]
    pub const fn rate_of(self) -> (RateOf, u64) {
        let has_reports = self.accepted > 0 && (self.delivered + self.failed) * 10 >= self.accepted * 9;
        if has_reports {
            match self.clicked_unreported + self.clicked_in_doubt {
                0 => (RateOf::Delivered, self.delivered),
                more => (RateOf::DeliveredOrClicked, self.delivered + more),
            }
        } else {
            match self.clicked_in_doubt {
                0 => (RateOf::Accepted, self.accepted),
                more => (RateOf::AcceptedOrClicked, self.accepted + more),
            }
        }
    }
}

/// What the figures over a table say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClickTotals {
    /// Clicks by number, summed.
    pub clicks: u64,
    /// Numbers with at least one.
    pub clickers: u64,
    /// Those of the clickers that we never sent the link to; 0 where no recipients are known. Never part of the rate.
    pub strangers: u64,
    /// Numbers the link was sent to by us, each once; 0 when none is known.
    pub recipients: u64,
    /// How many the rate is taken of ([`Reach::rate_of`]).
    pub denominator: u64,
    /// Who they are.
    pub rate_of: RateOf,
}

impl ClickTotals {
    /// Recipients who clicked: what the rate counts.
    #[must_use]
    pub const fn of_recipients(&self) -> u64 {
        self.clickers.saturating_sub(self.strangers)
    }

    /// Recipients who clicked in a thousand of the denominator; `None` without one.
    #[must_use]
    pub fn per_mille(&self) -> Option<u64> {
        (self.of_recipients() * 2000 + self.denominator).checked_div(self.denominator * 2)
    }
}

/// A count as answers and sheets write one: `3`, `3.0`, `1,200`. Anything else is no count: it is never guessed.
#[must_use]
pub fn click_count(text: &str) -> Option<u64> {
    let text = text.trim();
    let whole = match text.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() && rest.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = whole.contains(',');
    let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let is_count =
        is_plain(first) && (!is_grouped || first.len() <= 3) && groups.all(|group| group.len() == 3 && is_plain(group));
    if is_count { whole.replace(',', "").parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_read_as_people_write_it_and_never_guessed() {
        for (text, count) in
            [("3", 3), (" 3.0 ", 3), ("3.00", 3), ("1,234", 1234), ("12,345,678", 12_345_678), ("0", 0)]
        {
            assert_eq!(click_count(text), Some(count), "{text}");
        }
        for text in ["", "x", "3次", "3.5", "3.", "-3", "1,2", "1234,567", ",123", "1e3", "true", "3 4"] {
            assert_eq!(click_count(text), None, "{text}");
        }
    }

    #[test]
    fn a_stat_with_nothing_in_it_counted_nobody_and_unlike_counters_are_no_total() {
        let stat = |counters: &[(&str, i64)]| Stat {
            series: Vec::new(),
            counters: counters.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect(),
            as_of: Timestamp::UNIX_EPOCH,
            source: "stat",
        };
        assert_eq!(stat(&[]).total(), Some(0));
        assert_eq!(stat(&[("pv", 7), ("uv", 2)]).total(), Some(7));
        assert_eq!(stat(&[("uv", 2), ("ip", 2)]).total(), None);
    }

    #[test]
    fn the_rate_counts_recipients_alone() {
        let rate_of = RateOf::Delivered;
        let totals = ClickTotals { clicks: 260, clickers: 251, strangers: 250, recipients: 4, denominator: 4, rate_of };
        assert_eq!((totals.of_recipients(), totals.per_mille()), (1, Some(250)));
    }

    #[test]
    fn the_rate_is_of_the_delivered_once_nine_in_ten_have_a_report_and_never_exceeds_the_whole() {
        let reach = |delivered, failed, clicked_unreported, clicked_in_doubt| {
            Reach { accepted: 3000, delivered, failed, clicked_unreported, clicked_in_doubt }.rate_of()
        };
        assert_eq!(reach(20, 0, 93, 0), (RateOf::Accepted, 3000), "the canary's reports alone");
        assert_eq!(reach(2600, 99, 5, 0), (RateOf::Accepted, 3000));
        assert_eq!(reach(2600, 100, 0, 0), (RateOf::Delivered, 2600));
        assert_eq!(reach(2600, 100, 5, 1), (RateOf::DeliveredOrClicked, 2606));
        assert_eq!(reach(0, 0, 5, 2), (RateOf::AcceptedOrClicked, 3002));
        assert_eq!(reach(0, 3000, 0, 0), (RateOf::Delivered, 0));
        assert_eq!(Reach::default().rate_of(), (RateOf::Accepted, 0));
    }
}
