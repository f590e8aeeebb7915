//! A table for people: columns aligned by display width, so that Chinese names and numbers stand under their heads.
use unicode_width::UnicodeWidthStr;

use super::{Paint, Tone};
use crate::sms::visible;

/// Which edge a column's cells stand at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// Rows under heads. Cells are neutralised as they come in: what files and servers say is data.
#[derive(Debug)]
pub struct Table {
    aligns: Vec<Align>,
    heads: Vec<String>,
    rows: Vec<Vec<(Tone, String)>>,
}

impl Table {
    /// The heads, each with the edge its column stands at.
    #[must_use]
    pub fn new(heads: &[(&str, Align)]) -> Self {
        Self {
            aligns: heads.iter().map(|(_, align)| *align).collect(),
            heads: heads.iter().map(|(head, _)| (*head).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row of plain cells.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.toned_row(cells.into_iter().map(|cell| (Tone::Plain, cell)));
    }

    /// Adds a row whose cells have tones.
    pub fn toned_row(&mut self, cells: impl IntoIterator<Item = (Tone, String)>) {
        self.rows.push(cells.into_iter().map(|(tone, cell)| (tone, visible(&cell).into_owned())).collect());
    }

    /// Whether no row was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, without blanks at their ends.
    #[must_use]
    pub fn render(&self, paint: Paint) -> String {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| head.width()).collect();
        for row in &self.rows {
            for (width, (_, cell)) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let mut lines = String::new();
        if self.heads.iter().any(|head| !head.is_empty()) {
            let heads = self.heads.iter().map(|head| (Tone::Head, head.as_str()));
            self.line(&mut lines, heads, &widths, paint);
        }
        for row in &self.rows {
            self.line(&mut lines, row.iter().map(|(tone, cell)| (*tone, cell.as_str())), &widths, paint);
        }
        lines
    }

    fn line<'a>(
        &self,
        lines: &mut String,
        cells: impl Iterator<Item = (Tone, &'a str)>,
        widths: &[usize],
        paint: Paint,
    ) {
        let start = lines.len();
        for (i, ((tone, cell), width)) in cells.zip(widths).enumerate() {
            if i > 0 {
                lines.push_str("  ");
            }
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            let painted = paint.tone(tone, cell);
            match self.aligns.get(i) {
                Some(Align::Right) => lines.extend([blanks.as_str(), painted.as_str()]),
                _ => lines.extend([painted.as_str(), blanks.as_str()]),
            }
        }
        lines.truncate(start + lines[start..].trim_end().len());
        lines.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("Id", Align::Left), ("名称", Align::Left), ("总数", Align::Right)]);
        table.row(["c1".to_owned(), "双11 返场".to_owned(), "1,234".to_owned()]);
        table.row(["c22".to_owned(), "x\u{1b}[31m".to_owned(), "7".to_owned()]);
        table
    }

    #[test]
    fn columns_stand_under_their_heads_whatever_the_script() {
        assert_eq!(
            table().render(Paint::new(false)),
            "Id   名称        总数\nc1   双11 返场  1,234\nc22  x<1B>[31m      7\n"
        );
    }

    #[test]
    fn colour_changes_no_column() {
        let colored = table().render(Paint::new(true));
        assert!(colored.contains("\u{1b}[1mId\u{1b}[0m"));
        let plain = colored.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(plain, table().render(Paint::new(false)));
    }
}
