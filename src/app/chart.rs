//! Small charts as text: braille, which is one cell wide everywhere, or ASCII.
/// One cell a value, four steps high; the lowest step stands for "none" as well.
#[must_use]
pub fn sparkline(values: &[u32], is_ascii: bool) -> String {
    let steps: [char; 4] = if is_ascii { ['_', '.', 'o', 'O'] } else { ['⣀', '⣤', '⣶', '⣿'] };
    let most = values.iter().copied().max().unwrap_or_default();
    values.iter().map(|value| steps[step(u64::from(*value), u64::from(most), 3)]).collect()
}

/// A chart of columns, and its scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The rows, top first; every one is exactly as wide as asked.
    pub rows: Vec<String>,
    /// The value of a column as high as the chart.
    pub top: u64,
    /// How many values each column sums up.
    pub per_column: usize,
    /// Which value each cell of a row begins with.
    pub starts: Vec<usize>,
}

/// The columns of a chart `width` × `height` cells. Two values stand side by side in each braille cell, four dots high;
/// in ASCII one, three steps high. The series is stretched or summed to fit, so the highest column is the highest value.
#[must_use]
pub fn columns(values: &[u64], width: usize, height: usize, is_ascii: bool) -> Columns {
    let (across, dots) = if is_ascii { (1, 3) } else { (2, 4) };
    let places = width * across;
    let per_column = values.len().div_ceil(places.max(1)).max(1);
    let summed: Vec<u64> = values.chunks(per_column).map(|chunk| chunk.iter().sum()).collect();
    let at = |place: usize| place * summed.len() / places;
    let top = summed.iter().copied().max().unwrap_or_default();
    let level = |place: usize| step(summed.get(at(place)).copied().unwrap_or_default(), top, height * dots);
    let levels: Vec<usize> = (0..places).map(level).collect();
    let rows = (0..height)
        .map(|row| {
            let floor = (height - 1 - row) * dots;
            let is_ground = row + 1 == height;
            levels.chunks(across).map(|pair| cell(pair, floor, dots, is_ground, is_ascii)).collect()
        })
        .collect();
    Columns { rows, top, per_column, starts: (0..width).map(|cell| at(cell * across) * per_column).collect() }
}

/// A bar of `width` cells, filled in proportion; what is left is drawn low. (`part` of `whole`; empty for no whole.)
#[must_use]
pub fn bar(part: u64, whole: u64, width: usize, is_ascii: bool) -> String {
    let filled =
        usize::try_from((u128::from(part.min(whole)) * width as u128).checked_div(u128::from(whole)).unwrap_or(0))
            .unwrap_or(width);
    let (full, low) = if is_ascii { ("#", ".") } else { ("⣿", "⣀") };
    format!("{}{}", full.repeat(filled), low.repeat(width - filled))
}

/// A share as a bar of `width` cells, to the nearest half of one; nobody is none of it, and only the whole is all of it.
#[must_use]
pub fn share(part: u64, whole: u64, width: usize, is_ascii: bool) -> String {
    let halves = width * 2;
    let near =
        (u128::from(part.min(whole)) * halves as u128 * 2 + u128::from(whole)).checked_div(u128::from(whole) * 2);
    let near = usize::try_from(near.unwrap_or(0)).unwrap_or(halves);
    let filled = match part {
        0 => 0,
        part if part >= whole => near,
        _ => near.clamp(1, halves.saturating_sub(1)),
    };
    let (full, half, low) = if is_ascii { ("#", "+", ".") } else { ("⣿", "⣇", "⣀") };
    let left = width - filled.div_ceil(2);
    format!("{}{}{}", full.repeat(filled / 2), half.repeat(filled % 2), low.repeat(left))
}

/// `value` on a scale of 0 to `top`, where anything above nothing is at least 1.
fn step(value: u64, most: u64, top: usize) -> usize {
    if value == 0 || most == 0 {
        return 0;
    }
    let scaled = (u128::from(value) * top as u128).div_ceil(u128::from(most));
    usize::try_from(scaled).unwrap_or(top).min(top)
}

fn cell(pair: &[usize], floor: usize, dots: usize, is_ground: bool, is_ascii: bool) -> char {
    // Dots of a braille cell from the ground up, left and right column.
    const LEFT: [u32; 5] = [0x00, 0x40, 0x44, 0x46, 0x47];
    const RIGHT: [u32; 5] = [0x00, 0x80, 0xa0, 0xb0, 0xb8];
    let height = |level: usize| level.saturating_sub(floor).min(dots);
    let left = height(pair.first().copied().unwrap_or_default());
    let right = height(pair.get(1).copied().unwrap_or_default());
    if is_ascii {
        return match (left, is_ground) {
            (0, true) => '_',
            (0, false) => ' ',
            (1, _) => '.',
            (2, _) => 'o',
            _ => '#',
        };
    }
    let (left, right) = if is_ground { (left.max(1), right.max(1)) } else { (left, right) };
    let bits = LEFT.get(left).copied().unwrap_or_default() | RIGHT.get(right).copied().unwrap_or_default();
    // An empty braille cell is a blank: terminals may draw its eight empty dots.
    if bits == 0 { ' ' } else { char::from_u32(0x2800 + bits).unwrap_or(' ') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_above_nothing_is_never_drawn_as_nothing() {
        assert_eq!(sparkline(&[0, 1, 500, 1000], false), "⣀⣤⣶⣿");
        assert_eq!(sparkline(&[0, 1, 500, 1000], true), "_.oO");
        assert_eq!(sparkline(&[], false), "");
    }

    #[test]
    fn every_row_of_a_chart_is_as_wide_as_asked() {
        for (count, width, height) in [(0, 5, 3), (1, 5, 3), (7, 5, 2), (100, 5, 4), (3, 0, 2)] {
            for is_ascii in [false, true] {
                let values: Vec<u64> = (0..count).collect();
                let rows = columns(&values, width, height, is_ascii).rows;
                assert_eq!(rows.len(), height);
                assert!(rows.iter().all(|row| row.chars().count() == width), "{rows:?}");
            }
        }
        assert_eq!(columns(&[1, 2], 2, 2, true).rows, [" #", "##"]);
    }

    #[test]
    fn a_chart_in_ascii_has_steps_too() {
        assert_eq!(columns(&[34, 17, 2, 0], 4, 3, true).rows, ["#   ", "#o  ", "##._"]);
    }

    #[test]
    fn a_share_is_drawn_to_the_nearest_half() {
        assert_eq!(share(236, 238, 6, true), "#####+");
        assert_eq!(share(238, 238, 6, false), "⣿⣿⣿⣿⣿⣿");
        assert_eq!(share(1, 100_000, 6, false), "⣇⣀⣀⣀⣀⣀");
        assert_eq!([share(0, 9, 3, true), share(0, 0, 3, true), share(5, 10, 3, true)], ["...", "...", "#+."]);
    }

    #[test]
    fn a_series_longer_than_the_chart_is_summed_and_says_so() {
        let chart = columns(&[1, 1, 1, 2, 2, 2], 2, 1, true);
        assert_eq!((chart.top, chart.per_column, chart.starts), (6, 3, vec![0, 3]));
        let stretched = columns(&[5, 7], 4, 1, true);
        assert_eq!((stretched.top, stretched.per_column, stretched.starts), (7, 1, vec![0, 0, 1, 1]));
    }

    #[test]
    fn a_bar_is_full_only_when_all_is_done() {
        assert_eq!(bar(99, 100, 10, true), "#########.");
        assert_eq!(bar(100, 100, 10, true), "##########");
        assert_eq!(bar(0, 0, 3, true), "...");
    }
}
