//! One campaign's whole page: every line of its life, with a cursor, so that `u` can settle the number under it.
use super::Line;
use crate::app::list::{List, Step};
use crate::sms::Mobile;
use crate::words::Lang;

/// The open page.
#[derive(Debug, Default)]
pub struct Page {
    lines: Vec<Line>,
    cursor: List<usize>,
    /// Where to go once the lines are known.
    wanted: Option<&'static str>,
}

impl Page {
    /// New lines, of what is known now; the cursor stays in its row.
    pub fn lay_out(&mut self, lines: Vec<Line>, height: usize) {
        self.lines = lines;
        self.cursor.sync(self.lines.len(), height, |row| row);
        if let Some(label) = self.wanted {
            self.go_to(label);
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step) {
        self.wanted = None;
        self.cursor.step(step, self.lines.len(), |row| row);
    }

    /// Opens at the section that lists who was left out, once it is there.
    #[must_use]
    pub fn at_left_out(lang: Lang) -> Self {
        Self { wanted: Some(lang.campaigns_label_left_out()), ..Self::default() }
    }

    fn go_to(&mut self, label: &str) {
        let place = self.lines.iter().position(|line| matches!(line, Line::Text { label: own, .. } if *own == label));
        let Some(place) = place else { return };
        // To the end first, so that the section stands as high as it can.
        self.cursor.step(Step::Last, self.lines.len(), |row| row);
        while self.cursor.row() > place {
            self.cursor.step(Step::Up, self.lines.len(), |row| row);
        }
    }

    /// The number under the cursor, when nobody knows what became of it.
    #[must_use]
    pub fn unknown_number(&self) -> Option<Mobile> {
        match self.lines.get(self.cursor.row()) {
            Some(Line::Person { mobile, is_unknown: true, .. }) => Some(*mobile),
            _ => None,
        }
    }

    /// The number under the cursor.
    #[must_use]
    pub fn number(&self) -> Option<Mobile> {
        match self.lines.get(self.cursor.row()) {
            Some(Line::Person { mobile, .. }) => Some(*mobile),
            _ => None,
        }
    }

    /// The lines on screen, and whether the cursor is in each.
    pub fn window(&self) -> impl Iterator<Item = (&Line, bool)> {
        let rows = self.cursor.window(self.lines.len());
        rows.filter_map(|row| self.lines.get(row).map(|line| (line, row == self.cursor.row())))
    }
}
