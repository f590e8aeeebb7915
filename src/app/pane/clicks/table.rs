//! The table by number: a million rows that are arranged elsewhere; here only which rows are on screen.
//!
//! ```text
//! a page comes ─ natural order ────────────────────────▶ shown
//!              └ sorted or filtered ─▶ Request::Arrange ─▶ Arranged { generation } ─ the newest? ─▶ shown, else dropped
//! ```
use std::sync::Arc;

use crate::app::editor::Editor;
use crate::app::list::{List, Step};
use crate::app::request::{Arrangement, ClickPage, Request, SortBy};
use crate::sms::{ClickRow, ClickTable, Mobile};
use crate::words::Lang;

/// Which rows are shown, in which order, and where the cursor is.
#[derive(Debug)]
pub struct Table {
    /// What is looked for: digits of the number, or letters of the name.
    pub filter: Editor,
    arrangement: Arrangement,
    order: Arc<[u32]>,
    generation: u64,
    list: List<Mobile>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            filter: Editor::line(""),
            arrangement: Arrangement::default(),
            order: Arc::new([]),
            generation: 0,
            list: List::default(),
        }
    }
}

impl Table {
    /// The rows in the order in which a page brings them need no arranging.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        self.arrangement == Arrangement::default()
    }

    /// How it is arranged, in words.
    #[must_use]
    pub const fn order_words(&self, lang: Lang) -> &'static str {
        match (self.arrangement.by, self.arrangement.is_reversed) {
            (SortBy::Last, false) => lang.clicks_by_last(),
            (SortBy::Last, true) => lang.clicks_by_last_reversed(),
            (SortBy::First, false) => lang.clicks_by_first(),
            (SortBy::First, true) => lang.clicks_by_first_reversed(),
            (SortBy::Clicks, false) => lang.clicks_by_clicks(),
            (SortBy::Clicks, true) => lang.clicks_by_clicks_reversed(),
            (SortBy::Number, false) => lang.clicks_by_phone(),
            (SortBy::Number, true) => lang.clicks_by_phone_reversed(),
        }
    }

    /// The sign at the column it is sorted by: downwards, upwards; none for the order that a page comes in.
    #[must_use]
    pub const fn sign(&self) -> &'static str {
        // Numbers naturally go upwards, everything else downwards.
        match (self.arrangement.by, self.arrangement.is_reversed) {
            (SortBy::Last, false) => "",
            (SortBy::Number, false) | (SortBy::Last | SortBy::First | SortBy::Clicks, true) => "^",
            (SortBy::Number, true) | (SortBy::First | SortBy::Clicks, false) => "v",
        }
    }

    /// By what it is sorted.
    #[must_use]
    pub const fn by(&self) -> SortBy {
        self.arrangement.by
    }

    /// To the next order: each column its natural way, then the other way round.
    pub const fn sort_next(&mut self) {
        if self.arrangement.is_reversed {
            self.arrangement.by = match self.arrangement.by {
                SortBy::Last => SortBy::Clicks,
                SortBy::Clicks => SortBy::First,
                SortBy::First => SortBy::Number,
                SortBy::Number => SortBy::Last,
            };
        }
        self.arrangement.is_reversed = !self.arrangement.is_reversed;
    }

    /// Takes over what is typed; says whether it changed.
    pub fn filter_typed(&mut self) -> bool {
        let wanted = wanted(&self.filter.text());
        let is_new = wanted != self.arrangement.filter;
        self.arrangement.filter = wanted;
        is_new
    }

    /// What is looked for.
    #[must_use]
    pub fn wanted(&self) -> &str {
        &self.arrangement.filter
    }

    /// How it is arranged.
    #[must_use]
    pub const fn arrangement(&self) -> &Arrangement {
        &self.arrangement
    }

    /// Arranges what comes like this.
    pub fn recall_arrangement(&mut self, arrangement: Arrangement) {
        self.filter.set(&arrangement.filter);
        self.arrangement = arrangement;
    }

    /// Goes back to a number, if it is among what is shown first.
    pub fn recall(&mut self, selected: Option<Mobile>) {
        self.list.recall(selected);
    }

    /// The number to go back to next time.
    #[must_use]
    pub fn kept(&self) -> Option<Mobile> {
        self.list.kept().copied()
    }

    /// Asks for the order of these rows; answers to earlier questions are dropped from now on.
    pub fn arrange(&mut self, page: &ClickPage) -> Request {
        self.generation += 1;
        let rows = Arc::clone(&page.table.rows);
        let table = ClickTable { rows, order: Arc::new([]), generation: self.generation };
        Request::Arrange { table, names: Arc::clone(&page.names), arrangement: self.arrangement.clone() }
    }

    /// Whether this answers the newest question.
    #[must_use]
    pub const fn is_newest(&self, generation: u64) -> bool {
        self.generation == generation
    }

    /// Shows rows in this order.
    pub fn show(&mut self, order: Arc<[u32]>) {
        self.order = order;
    }

    /// Nothing is shown, and nothing that was asked for is wanted any more.
    pub fn clear(&mut self) {
        self.generation += 1;
        self.order = Arc::new([]);
        self.list = List::default();
    }

    /// Shows a page in the order it came in; what was asked for before is not wanted any more.
    pub fn show_natural(&mut self, page: &ClickPage) {
        self.generation += 1;
        self.order = Arc::clone(&page.table.order);
    }

    /// Finds the selected number again, or what stands in its row; keeps it on screen.
    pub fn sync(&mut self, rows: &[ClickRow], height: usize) {
        let order = &self.order;
        self.list.sync(order.len(), height, |row| mobile(rows, order, row));
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, rows: &[ClickRow]) {
        let order = &self.order;
        self.list.step(step, order.len(), |row| mobile(rows, order, row));
    }

    /// The number under the cursor.
    #[must_use]
    pub const fn selected(&self) -> Option<Mobile> {
        match self.list.key() {
            Some(mobile) => Some(*mobile),
            None => None,
        }
    }

    /// How many rows are shown.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The rows on screen: where each stands among the page's rows, and whether the cursor is in it.
    pub fn window(&self) -> impl ExactSizeIterator<Item = (usize, bool)> {
        let rows = self.list.window(self.order.len());
        rows.map(|row| (place(&self.order, row), row == self.list.row()))
    }

    /// Everybody shown, in order.
    pub fn everybody(&self, rows: &[ClickRow]) -> Vec<Mobile> {
        (0..self.order.len()).map(|row| mobile(rows, &self.order, row)).collect()
    }
}

fn place(order: &[u32], row: usize) -> usize {
    order.get(row).map_or(usize::MAX, |place| *place as usize)
}

fn mobile(rows: &[ClickRow], order: &[u32], row: usize) -> Mobile {
    rows.get(place(order, row)).map_or(Mobile::from_digits(0), |row| row.mobile)
}

/// The digits alone where nothing else was typed but what people write between them; else letters, small ones.
fn wanted(typed: &str) -> String {
    let is_between = |c: char| c.is_whitespace() || "+-()（）－＋".contains(c);
    if typed.chars().all(|c| digit(c).is_some() || is_between(c)) {
        return typed.chars().filter_map(digit).collect();
    }
    typed.trim().to_lowercase()
}

/// A digit, a full-width one too.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}
