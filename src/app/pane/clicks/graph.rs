//! Clicks over time: columns with their scale, in the operator's clock times.
use jiff::{SignedDuration, Timestamp, ToSpan};
use ratatui::style::Style;

use crate::app::chart;
use crate::app::request::{ClickPage, Subject};
use crate::app::view::Canvas;
use crate::sms::{Point, Stat};
use crate::words::{Grouped, Lang};

/// The column that the scale's figures end before.
const SCALE: u16 = 8;
/// The column that the chart begins at.
const LEFT: u16 = 10;
/// A month of minutes has fewer values.
const MOST_POINTS: i64 = 50_000;
/// Cells that one value takes at most: a short series is no wall.
const WIDEST: usize = 4;
/// Cells between two times of the axis, at least.
const LEAST_BETWEEN: i64 = 12;
/// An hour.
const HOUR: i64 = 3_600;
/// A day.
const DAY: i64 = 86_400;
/// Seconds between two times of the axis.
const STEPS: [i64; 15] = [
    300,
    600,
    900,
    1800,
    3600,
    2 * 3600,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
];

/// Draws the chart into the columns before `end` and all rows of `canvas` but the last, which is the axis. Of a campaign
/// only what came after it went out; what the link's other campaigns brought since cannot be told apart.
pub fn draw(look: &ClickPage, end: u16, canvas: &mut Canvas<'_>) {
    let dim = canvas.theme.dim;
    let height = canvas.height().saturating_sub(1);
    let stat = look.stat.as_ref();
    let full = stat.map(|stat| dense(&stat.series)).unwrap_or_default();
    let every = interval(&full);
    let series = since_sent(&full, every, look);
    if series.is_empty() {
        let cells = end.saturating_sub(LEFT);
        let text = match stat.map(Stat::total) {
            Some(Some(0)) if look.totals.clickers == 0 => canvas.lang.clicks_none_yet(),
            Some(Some(_)) if !full.is_empty() => canvas.lang.clicks_none_since_sent(),
            Some(_) => canvas.lang.clicks_no_series_here(),
            None => canvas.lang.clicks_no_series(),
        };
        canvas.paragraph(LEFT, height / 2, cells, 2, text, dim);
        return;
    }
    let values: Vec<u64> = series.iter().map(|point| point.clicks).collect();
    let room = usize::from(end.saturating_sub(LEFT));
    let width = room.min(values.len().saturating_mul(WIDEST));
    let chart = chart::columns(&values, width, usize::from(height), canvas.theme.is_ascii);
    for (y, row) in (0..).zip(&chart.rows) {
        canvas.put(LEFT, y, row, Style::new());
    }
    canvas.put_right(SCALE, 0, Grouped(chart.top).to_string(), dim);
    canvas.put_right(SCALE, height.saturating_sub(1), "0", dim);
    let unit = unit(every, chart.per_column, canvas.lang);
    // Above the columns where they leave room, else beside the times.
    let cells = canvas.widths.of(&unit);
    let top = chart.rows.first().map_or("", String::as_str);
    let is_above = height > 1 && top.chars().rev().take((cells + 1).saturating_sub(room - width)).all(|c| c == ' ');
    canvas.put_right(end, if is_above { 0 } else { height }, unit, dim);
    let room = if is_above { room } else { room.saturating_sub(cells + 2) };
    let as_of = stat.map_or(canvas.when.now, |stat| stat.as_of);
    let seconds = every.unwrap_or(HOUR).saturating_mul(i64::try_from(chart.per_column).unwrap_or(i64::MAX));
    axis(series, seconds, as_of, [width, room], height, canvas);
}

/// Of a campaign the part of the series that began after it did, or holds its beginning.
fn since_sent<'a>(series: &'a [Point], every: Option<i64>, look: &ClickPage) -> &'a [Point] {
    match (&look.subject, look.campaign.as_ref().and_then(|campaign| campaign.first_at)) {
        (Subject::Campaign(_), Some(sent)) => since(series, every, sent),
        _ => series,
    }
}

fn since(series: &[Point], every: Option<i64>, sent: Timestamp) -> &[Point] {
    let ends = |point: &Point| point.at.as_second() + every.unwrap_or(HOUR);
    &series[series.partition_point(|point| ends(point) <= sent.as_second())..]
}

/// The seconds between two values of the whole series; a single value says nothing of it.
fn interval(full: &[Point]) -> Option<i64> {
    match full {
        [first, second, ..] => Some(second.at.as_second() - first.at.as_second()),
        _ => None,
    }
}

/// The series with a value for every interval: the vendor may leave out those without clicks, and time must not shrink.
fn dense(series: &[Point]) -> Vec<Point> {
    let seconds = |from: &Point, to: &Point| to.at.as_second() - from.at.as_second();
    let steps =
        series.windows(2).filter_map(|pair| Some(seconds(pair.first()?, pair.last()?))).filter(|step| *step > 0);
    let (Some(step), Some(first), Some(last)) = (steps.min(), series.first(), series.last()) else {
        return series.to_vec();
    };
    let count = seconds(first, last) / step + 1;
    if count > MOST_POINTS {
        return series.to_vec();
    }
    let at = |i: i64| Timestamp::from_second(first.at.as_second() + i * step).unwrap_or(first.at);
    let mut full: Vec<Point> = (0..count).map(|i| Point { at: at(i), clicks: 0 }).collect();
    for point in series {
        let place = usize::try_from(seconds(first, point) / step).unwrap_or_default();
        if let Some(slot) = full.get_mut(place) {
            slot.clicks += point.clicks;
        }
    }
    full
}

/// Times at even steps of the clock, or of the calendar, each below the column it belongs to; the beginning, where no such
/// time is in the chart. Every column is so many `seconds` of it; all are as wide as the first of the two widths, and
/// words may go on to the second. Nothing is said of what is later than the look.
fn axis(series: &[Point], seconds: i64, as_of: Timestamp, [width, room]: [usize; 2], y: u16, canvas: &mut Canvas<'_>) {
    let (Some(first), Some(last)) = (series.first(), series.last()) else { return };
    let begins = first.at.as_second();
    let columns = (last.at.as_second() - begins) / seconds.max(1) + 1;
    let seconds = columns.saturating_mul(seconds).max(1);
    let cells = i64::try_from(width).unwrap_or(0);
    let wide_enough = |step: &&i64| **step * cells >= LEAST_BETWEEN * seconds;
    let zone = canvas.when.zone;
    let midnight = first.at.to_zoned_datetime(zone.clone()).date();
    let step = STEPS.iter().find(wide_enough).copied();
    // A day is not always 86,400 seconds long.
    let tick = |n: i64| -> Option<Timestamp> {
        let step = step?;
        let (days, rest) = (n * step / DAY, n * step % DAY);
        let date = midnight.checked_add(days.days()).ok()?;
        date.to_zoned_datetime(zone.clone()).ok()?.timestamp().checked_add(SignedDuration::from_secs(rest)).ok()
    };
    let ends = (begins + seconds).min(as_of.as_second().max(begins) + 1);
    let ticks = (0..).map_while(tick).take_while(|at| at.as_second() < ends);
    let mut shown: Vec<Timestamp> = ticks.filter(|at| at.as_second() >= begins).collect();
    if shown.is_empty() {
        shown.push(first.at);
    }
    let mut free = 0;
    for at in shown {
        let Ok(cell) = usize::try_from((at.as_second() - begins) * cells / seconds) else { continue };
        let is_day = step.is_some_and(|step| step >= DAY);
        let label = if is_day { canvas.when.day(at) } else { canvas.when.clock(at) };
        let end = cell + canvas.widths.of(&label);
        if cell >= free && end <= room {
            canvas.put(LEFT + u16::try_from(cell).unwrap_or(u16::MAX), y, label, canvas.theme.dim);
            free = end + 1;
        }
    }
}

/// `clicks per 10 min`: of one column; of a single value nobody knows how long it is.
fn unit(every: Option<i64>, per_column: usize, lang: Lang) -> String {
    let Some(every) = every else { return lang.clicks_unit().to_owned() };
    let minutes = (every.unsigned_abs() * per_column as u64).div_ceil(60);
    match minutes {
        day if day >= 1440 && day.is_multiple_of(1440) => lang.clicks_per_days(day / 1440),
        hour if hour >= 60 && hour.is_multiple_of(60) => lang.clicks_per_hours(hour / 60),
        minutes => lang.clicks_per_minutes(minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaigns_chart_begins_with_it() {
        let point = |at: i64| Point { at: Timestamp::from_second(at).unwrap(), clicks: 1 };
        let series: Vec<Point> = (0..6).map(|i| point(i * 600)).collect();
        let since = |sent: i64| since(&series, interval(&series), Timestamp::from_second(sent).unwrap()).len();
        assert_eq!([since(-5), since(0), since(1199), since(1200), since(3599), since(3600)], [6, 6, 5, 4, 1, 0]);
    }

    #[test]
    fn an_interval_without_clicks_keeps_its_place() {
        let point = |at: i64, clicks| Point { at: Timestamp::from_second(at).unwrap(), clicks };
        let full = dense(&[point(0, 5), point(600, 3), point(2400, 1)]);
        assert_eq!(full.iter().map(|one| one.clicks).collect::<Vec<_>>(), [5, 3, 0, 0, 1]);
    }
}
