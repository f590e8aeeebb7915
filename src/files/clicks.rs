//! The sheet of clicks that the vendor's web console exports (`api/yunpian-v2.md` §4): CSV or XLSX, one row a click or
//! one row a number; its headers are published nowhere, so they are matched tolerantly.
use std::collections::HashMap;
use std::ops::ControlFlow;

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::import::{STEP, number_in};
use super::inspect::{MOBILE_NAMES, named_like};
use super::rows::{RowBuf, Table};
use super::{Options, Source};
use crate::problem::FileProblem;
use crate::sms::{ClickRow, Mobile, RejectReason, Rejected};

const COUNT_NAMES: [&str; 12] = [
    "点击次数",
    "点击量",
    "点击数",
    "次数",
    "click_count",
    "click count",
    "clicks",
    "click times",
    "count",
    "times",
    "pv",
    "访问次数",
];
const FIRST_NAMES: [&str; 6] =
    ["首次点击时间", "第一次点击时间", "first_click_time", "first click time", "首次点击", "first"];
const LAST_NAMES: [&str; 7] =
    ["最后点击时间", "最近点击时间", "最后一次点击时间", "last_click_time", "last click time", "最后点击", "last"];
const TIME_NAMES: [&str; 7] = ["点击时间", "click_time", "click time", "访问时间", "时间", "time", "gmt_create"];

/// What a sheet of clicks says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClickImport {
    /// The numbers with at least one click, each once, in the order of the sheet; none is marked new.
    pub rows: Vec<ClickRow>,
    /// The rows without a usable number.
    pub rejected: Vec<Rejected>,
    /// The rows that were read, header left out.
    pub rows_read: u64,
}

/// Where the values stand.
struct Columns {
    mobile: usize,
    count: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    time: Option<usize>,
}

/// Reads a sheet of clicks and sums it up by number. Times without a zone are China time.
///
/// # Errors
/// The file cannot be read, or no column of it holds numbers: the problem names the headers that were expected.
pub fn import_clicks(
    source: Source,
    on_progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<ClickImport, FileProblem> {
    let table = Table::open(source, &Options::default())?;
    let names = &table.shape.columns;
    let Some(mobile) = named_like(names, &MOBILE_NAMES).or(table.shape.mobile_column) else {
        return Err(FileProblem::NotClicks {
            path: table.name.clone(),
            expected: "手机号 / 手机号码 / 号码 / mobile / phone",
            found: table.column_names(),
        });
    };
    let other = |wanted: &[&str]| named_like(names, wanted).filter(|i| *i != mobile);
    let (first, last) = (other(&FIRST_NAMES), other(&LAST_NAMES));
    let count = other(&COUNT_NAMES).filter(|i| Some(*i) != first && Some(*i) != last);
    let time = other(&TIME_NAMES).filter(|i| Some(*i) != first && Some(*i) != last && Some(*i) != count);
    let columns = Columns { mobile, count, first, last, time };
    let mut clicks = ClickImport::default();
    let mut places: HashMap<Mobile, usize> = HashMap::new();
    let mut was_stopped = false;
    table.each_row(&mut |row| {
        clicks.rows_read += 1;
        take(&mut clicks, &mut places, row, &columns);
        if clicks.rows_read.is_multiple_of(STEP) && on_progress(clicks.rows_read).is_break() {
            was_stopped = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    if was_stopped || on_progress(clicks.rows_read).is_break() { Err(FileProblem::Cancelled) } else { Ok(clicks) }
}

fn take(clicks: &mut ClickImport, places: &mut HashMap<Mobile, usize>, row: &RowBuf, columns: &Columns) {
    let field = number_in(row.get(columns.mobile));
    let mobile = match Mobile::parse(field) {
        Ok(mobile) if row.is_readable => mobile,
        parsed => {
            let (raw, reason) = match parsed {
                Err(why) if row.is_readable => (field, RejectReason::NotAMobile(why)),
                _ => (row.text.as_str(), RejectReason::Unreadable),
            };
            let raw = raw.chars().take(64).collect::<String>().into_boxed_str();
            clicks.rejected.push(Rejected { row: row.number, raw, reason });
            return;
        }
    };
    // No count, or one that is no number: the row itself is one click.
    let count = columns.count.map_or(1, |i| whole(row.get(i)).unwrap_or(1));
    if count == 0 {
        return;
    }
    let time = |column: Option<usize>| column.and_then(|i| china_time(row.get(i)));
    let any = time(columns.time);
    let first = time(columns.first).or(any).or_else(|| time(columns.last));
    let last = time(columns.last).or(any).or(first);
    let place = *places.entry(mobile).or_insert_with(|| {
        clicks.rows.push(ClickRow { mobile, clicks: 0, is_new: false, first_at: i64::MIN, last_at: i64::MIN });
        clicks.rows.len() - 1
    });
    let sum = &mut clicks.rows[place];
    sum.clicks = sum.clicks.saturating_add(count);
    if let Some(first) = first {
        sum.first_at = if sum.first_at == i64::MIN { first } else { sum.first_at.min(first) };
    }
    if let Some(last) = last {
        sum.last_at = sum.last_at.max(last);
    }
}

/// `3`, `3.0` and `1,200` are counts.
fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).replace(',', "").parse().ok()
}

/// `2026-11-20 14:02:05`, `2026/11/20 14:02`, `2026年11月20日` in China time, as unix milliseconds.
fn china_time(text: &str) -> Option<i64> {
    let mut parts = [0_i16; 6];
    let mut found = 0;
    for digits in text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).take(6) {
        parts[found] = digits.parse().ok()?;
        found += 1;
    }
    let small = |i: usize| i8::try_from(parts[i]).ok();
    let at = DateTime::new(parts[0], small(1)?, small(2)?, small(3)?, small(4)?, small(5)?, 0).ok()?;
    let at = Offset::constant(8).to_timestamp(at).ok()?;
    (found >= 3 && parts[0] >= 2000).then(|| at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_china_time_however_they_are_written() {
        let expected = china_time("2026-11-20 14:02:05");
        assert_eq!(expected, Some(1_795_154_525_000));
        assert_eq!(china_time("2026/11/20 14:02:05"), expected);
        assert_eq!(china_time("2026年11月20日 14时02分05秒"), expected);
        assert!(china_time("2026-11-20").is_some());
        for text in ["", "-", "14:02", "2026-13-01 00:00:00", "13800138000"] {
            assert_eq!(china_time(text), None, "{text}");
        }
    }
}
