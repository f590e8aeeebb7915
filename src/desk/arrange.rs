//! A table of clicks, filtered and sorted: a million rows while a key is on its way.
use std::sync::Arc;

use super::{Desk, Result, blocking};
use crate::app::{Arrangement, SortBy};
use crate::sms::{ClickRow, ClickTable};

impl Desk {
    /// Which rows of a table are shown, and in which order. On a thread of its own: it is work for a processor.
    ///
    /// # Errors
    /// The system gives us no thread.
    pub async fn arrange(
        &self,
        table: ClickTable,
        names: Arc<[Box<str>]>,
        arrangement: Arrangement,
    ) -> Result<Arc<[u32]>> {
        blocking(move || arrange(&table.rows, &names, &arrangement)).await
    }
}

/// Rows of equal rank stay as they came, so a refresh does not shuffle them.
fn arrange(rows: &[ClickRow], names: &[Box<str>], arrangement: &Arrangement) -> Arc<[u32]> {
    let wanted = arrangement.filter.as_str();
    let is_number = wanted.bytes().all(|b| b.is_ascii_digit());
    let has_name = |i: u32| names.get(i as usize).is_some_and(|name| name.to_lowercase().contains(wanted));
    let is_in = |i: u32, row: &ClickRow| match (wanted, is_number) {
        ("", _) => true,
        (_, true) => has_digits(row.mobile.digits(), wanted.as_bytes()),
        (_, false) => has_name(i),
    };
    let mut ranked: Vec<(i64, u32)> =
        (0_u32..).zip(rows).filter(|(i, row)| is_in(*i, row)).map(|(i, row)| (rank(row, arrangement), i)).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, i)| i).collect()
}

/// Smaller comes first. Each order has its natural direction: the latest and the most first, numbers upwards.
fn rank(row: &ClickRow, arrangement: &Arrangement) -> i64 {
    let natural = match arrangement.by {
        SortBy::Last => !row.last_at,
        SortBy::First => !row.first_at,
        SortBy::Clicks => !i64::from(row.clicks),
        SortBy::Number => i64::try_from(row.mobile.digits()).unwrap_or(i64::MAX),
    };
    if arrangement.is_reversed { !natural } else { natural }
}

/// Whether a number's digits hold `wanted`, one after the other.
fn has_digits(mut number: u64, wanted: &[u8]) -> bool {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    while number > 0 {
        start -= 1;
        digits[start] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    digits[start..].windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::Mobile;

    fn row(mobile: u64, clicks: u32, last_at: i64) -> ClickRow {
        ClickRow {
            mobile: Mobile::from_digits(8_600_000_000_000 + mobile),
            clicks,
            is_new: false,
            first_at: 0,
            last_at,
        }
    }

    fn order(arrangement: &Arrangement) -> Vec<u32> {
        let rows = [row(13_800_000_001, 1, 30), row(13_900_000_002, 5, 10), row(13_800_000_003, 1, 20)];
        let names = ["Grace Lee", "陈小明", ""].map(Box::from);
        arrange(&rows, &names, arrangement).to_vec()
    }

    #[test]
    fn the_latest_and_the_most_come_first() {
        assert_eq!(order(&Arrangement::default()), [0, 2, 1]);
        assert_eq!(order(&Arrangement { by: SortBy::Clicks, ..Arrangement::default() }), [1, 0, 2]);
        assert_eq!(order(&Arrangement { by: SortBy::Number, ..Arrangement::default() }), [0, 2, 1]);
    }

    #[test]
    fn the_other_way_round_is_the_other_way_round() {
        assert_eq!(order(&Arrangement { is_reversed: true, ..Arrangement::default() }), [1, 2, 0]);
    }

    #[test]
    fn a_filter_keeps_the_numbers_that_hold_its_digits() {
        assert_eq!(order(&Arrangement { filter: "139".into(), ..Arrangement::default() }), [1]);
        assert!(order(&Arrangement { filter: "777".into(), ..Arrangement::default() }).is_empty());
    }

    #[test]
    fn a_filter_that_is_no_number_keeps_the_names_that_hold_it_and_never_everybody() {
        for (filter, found) in [("grace", vec![0]), ("小", vec![1]), ("zzz", vec![])] {
            assert_eq!(order(&Arrangement { filter: filter.into(), ..Arrangement::default() }), found, "{filter}");
        }
    }
}
