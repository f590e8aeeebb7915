//! Clicks over time: columns with their scale, in the operator's clock times.
use jiff::{SignedDuration, Timestamp};
use ratatui::style::Style;

use crate::app::chart;
use crate::app::view::Canvas;
use crate::sms::Stat;
use crate::words::{Grouped, Lang};

/// The column that the scale's figures end before.
const SCALE: u16 = 8;
/// The column that the chart begins at.
const LEFT: u16 = 10;
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
    let values: Vec<u64> = stat.series.iter().map(|point| point.clicks).collect();
    let width = usize::from(end.saturating_sub(LEFT));
    let chart = chart::columns(&values, width, usize::from(height), canvas.theme.is_ascii);
    for (y, row) in (0..).zip(&chart.rows) {
        canvas.put(LEFT, y, row, Style::new());
    }
    canvas.put_right(SCALE, 0, Grouped(chart.top).to_string(), dim);
    canvas.put_right(SCALE, height.saturating_sub(1), "0", dim);
    let unit = unit(stat, chart.per_column, canvas.lang);
    // Above the columns where they leave room, else beside the times.
    let cells = canvas.widths.of(&unit);
    let top = chart.rows.first().map_or("", String::as_str);
    if height > 1 && top.chars().rev().take(cells + 1).all(|c| c == ' ') {
        canvas.put_right(end, 0, unit, dim);
        axis(stat, &chart.starts, width, height, canvas);
    } else {
        canvas.put_right(end, height, unit, dim);
        axis(stat, &chart.starts, width.saturating_sub(cells + 2), height, canvas);
    }
}

/// The time that the columns above begin at, wherever another one can be told.
fn axis(stat: &Stat, starts: &[usize], room: usize, y: u16, canvas: &mut Canvas<'_>) {
    let span = match (stat.series.first(), stat.series.last()) {
        (Some(first), Some(last)) => last.at.duration_since(first.at),
        _ => SignedDuration::ZERO,
    };
    let said = |at: Timestamp| {
        if span > SignedDuration::from_hours(36) { canvas.when.day(at) } else { canvas.when.clock(at) }
    };
    let mut before = String::new();
    let mut labels = Vec::new();
    for cell in (0..starts.len()).step_by(BETWEEN) {
        let Some(point) = starts.get(cell).and_then(|start| stat.series.get(*start)) else { continue };
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
fn unit(stat: &Stat, per_column: usize, lang: Lang) -> String {
    let interval = match stat.series.as_slice() {
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
