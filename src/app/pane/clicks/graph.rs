//! Clicks over time: columns with their scale, in the operator's clock times.
use jiff::{SignedDuration, Timestamp};
use ratatui::style::Style;

use crate::app::chart;
use crate::app::view::Canvas;
use crate::sms::{Point, Stat};
use crate::words::{Grouped, Lang};

/// The column that the scale's figures end before.
const SCALE: u16 = 8;
/// The column that the chart begins at.
const LEFT: u16 = 10;
/// A month of minutes has fewer values.
const MOST_POINTS: i64 = 50_000;
/// Cells between two times of the axis.
const BETWEEN: usize = 15;

/// Draws the chart into `width` columns and all rows of `canvas` but the last, which is the axis.
pub fn draw(stat: Option<&Stat>, end: u16, canvas: &mut Canvas<'_>) {
    let dim = canvas.theme.dim;
    let height = canvas.height().saturating_sub(1);
    let Some(stat) = stat.filter(|stat| !stat.series.is_empty()) else {
        let cells = end.saturating_sub(LEFT);
        canvas.paragraph(LEFT, height / 2, cells, 2, canvas.lang.clicks_no_series(), dim);
        return;
    };
    let series = &dense(&stat.series);
    let values: Vec<u64> = series.iter().map(|point| point.clicks).collect();
    let width = usize::from(end.saturating_sub(LEFT));
    let chart = chart::columns(&values, width, usize::from(height), canvas.theme.is_ascii);
    for (y, row) in (0..).zip(&chart.rows) {
        canvas.put(LEFT, y, row, Style::new());
    }
    canvas.put_right(SCALE, 0, Grouped(chart.top).to_string(), dim);
    canvas.put_right(SCALE, height.saturating_sub(1), "0", dim);
    let unit = unit(series, chart.per_column, canvas.lang);
    // Above the columns where they leave room, else beside the times.
    let cells = canvas.widths.of(&unit);
    let top = chart.rows.first().map_or("", String::as_str);
    if height > 1 && top.chars().rev().take(cells + 1).all(|c| c == ' ') {
        canvas.put_right(end, 0, unit, dim);
        axis(series, &chart.starts, width, height, canvas);
    } else {
        canvas.put_right(end, height, unit, dim);
        axis(series, &chart.starts, width.saturating_sub(cells + 2), height, canvas);
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

/// The time that the columns above begin at, wherever another one can be told.
fn axis(series: &[Point], starts: &[usize], room: usize, y: u16, canvas: &mut Canvas<'_>) {
    let span = match (series.first(), series.last()) {
        (Some(first), Some(last)) => last.at.duration_since(first.at),
        _ => SignedDuration::ZERO,
    };
    let said = |at: Timestamp| {
        if span > SignedDuration::from_hours(36) { canvas.when.day(at) } else { canvas.when.clock(at) }
    };
    let mut before = String::new();
    let mut labels = Vec::new();
    for cell in (0..starts.len()).step_by(BETWEEN) {
        let Some(point) = starts.get(cell).and_then(|start| series.get(*start)) else { continue };
        let label = said(point.at);
        if label != before && cell + canvas.widths.of(&label) <= room {
            before.clone_from(&label);
            labels.push((cell, label));
        }
    }
    let dim = canvas.theme.dim;
    for (cell, label) in labels {
        canvas.put(LEFT + u16::try_from(cell).unwrap_or(u16::MAX), y, label, dim);
    }
}

/// `clicks per 10 min`: of one column.
fn unit(series: &[Point], per_column: usize, lang: Lang) -> String {
    let interval = match series {
        [first, second, ..] => second.at.duration_since(first.at).as_secs().unsigned_abs(),
        _ => return lang.clicks_group_clicked().to_owned(),
    };
    let minutes = (interval * per_column as u64).div_ceil(60);
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
    fn an_interval_without_clicks_keeps_its_place() {
        let point = |at: i64, clicks| Point { at: Timestamp::from_second(at).unwrap(), clicks };
        let full = dense(&[point(0, 5), point(600, 3), point(2400, 1)]);
        assert_eq!(full.iter().map(|one| one.clicks).collect::<Vec<_>>(), [5, 3, 0, 0, 1]);
    }
}
