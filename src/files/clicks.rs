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
use crate::sms::{ClickRow, Mobile, RejectReason, Rejected, click_count};

/// What a header is called: names that it may hold among other words, and names too common for that.
struct Names<'a> {
    within: &'a [&'a str],
    alone: &'a [&'a str],
}

const COUNT: Names<'_> = Names {
    within: &["点击次数", "点击量", "点击数", "click_count", "click count", "clicks", "click times", "访问次数"],
    alone: &["次数", "count", "times", "pv"],
};
const FIRST: Names<'_> = Names {
    within: &["首次点击", "第一次点击", "first_click_time", "first_at", "first click", "first_click"],
    alone: &["first"],
};
const LAST: Names<'_> = Names {
    within: &["最后点击", "最近点击", "最后一次点击", "last_click_time", "last_at", "last click", "last_click"],
    alone: &["last"],
};
const TIME: Names<'_> = Names {
    within: &["点击时间", "click_time", "click time", "访问时间"],
    alone: &["时间", "time", "gmt_create"],
};

/// What a sheet of clicks says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClickImport {
    /// The numbers with at least one click, each once, in the order of the sheet; none is marked new.
    pub rows: Vec<ClickRow>,
    /// The rows without a number or a click that can be read.
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
/// The file cannot be read; no column of it holds numbers, or none counts or dates clicks (a list of recipients is no
/// sheet of clicks): the problem names the headers that were expected; no row of it can be read.
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
    let other = |wanted: &Names<'_>| {
        let alone = || {
            let is_named = |column: &String| wanted.alone.contains(&column.trim().to_lowercase().as_str());
            names.iter().position(is_named)
        };
        named_like(names, wanted.within).or_else(alone).filter(|i| *i != mobile)
    };
    let (first, last) = (other(&FIRST), other(&LAST));
    let count = other(&COUNT).filter(|i| Some(*i) != first && Some(*i) != last);
    let time = other(&TIME).filter(|i| Some(*i) != first && Some(*i) != last && Some(*i) != count);
    if [first, last, count, time].iter().all(Option::is_none) {
        return Err(FileProblem::NoClickColumn {
            path: table.name.clone(),
            expected: "点击次数 / 点击量 / 点击时间 / clicks / click_time",
            found: table.column_names(),
        });
    }
    let path = table.name.clone();
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
    if was_stopped || on_progress(clicks.rows_read).is_break() {
        return Err(FileProblem::Cancelled);
    }
    if clicks.rejected.len() as u64 == clicks.rows_read {
        return Err(FileProblem::NoClickRows { path, rows: clicks.rows_read });
    }
    Ok(clicks)
}

fn take(clicks: &mut ClickImport, places: &mut HashMap<Mobile, usize>, row: &RowBuf, columns: &Columns) {
    let field = number_in(row.get(columns.mobile));
    let (mobile, count) = match (Mobile::parse(field), count_in(row, columns)) {
        (Ok(mobile), Some(count)) if row.is_readable => (mobile, count),
        (parsed, _) => {
            let (raw, reason) = match parsed {
                Err(why) if row.is_readable => (field, RejectReason::NotAMobile(why)),
                _ => (row.text.as_str(), RejectReason::Unreadable),
            };
            let raw = raw.chars().take(64).collect::<String>().into_boxed_str();
            clicks.rejected.push(Rejected { row: row.number, raw, reason });
            return;
        }
    };
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

/// How many clicks a row stands for: what its count says, and one where only a time is given. `None` for a count that
/// is none, and where nothing says that somebody clicked.
fn count_in(row: &RowBuf, columns: &Columns) -> Option<u32> {
    let written = |column: Option<usize>| column.map(|i| row.get(i).trim()).filter(|text| !matches!(*text, "" | "-"));
    if let Some(count) = written(columns.count) {
        return click_count(count).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    }
    let is_dated = [columns.time, columns.first, columns.last].into_iter().any(|column| written(column).is_some());
    is_dated.then_some(1)
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
