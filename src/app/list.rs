//! A list with a cursor that stays with its thing, not with its row: a refresh does not move it.
use super::action::Action;

/// One move of the cursor in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

impl Step {
    /// The move that an action means in a list.
    #[must_use]
    pub const fn of(action: &Action) -> Option<Self> {
        Some(match action {
            Action::Up => Self::Up,
            Action::Down => Self::Down,
            Action::PageUp => Self::PageUp,
            Action::PageDown => Self::PageDown,
            Action::First => Self::First,
            Action::Last => Self::Last,
            _ => return None,
        })
    }
}

/// What is selected, by its key, and which row is the first on screen. The items live elsewhere: every call names how
/// many there are and what the key of each is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<K> {
    key: Option<K>,
    /// What was asked for and is not there yet.
    awaited: Option<K>,
    /// What was selected when the list was left, looked for once, as soon as there is anything.
    recalled: Option<K>,
    row: usize,
    top: usize,
    height: usize,
}

impl<K> Default for List<K> {
    fn default() -> Self {
        Self { key: None, awaited: None, recalled: None, row: 0, top: 0, height: 1 }
    }
}

impl<K: Clone + PartialEq> List<K> {
    /// The selected key.
    #[must_use]
    pub const fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// The selected row.
    #[must_use]
    pub const fn row(&self) -> usize {
        self.row
    }

    /// The rows on screen, of `len`.
    #[must_use]
    pub fn window(&self, len: usize) -> std::ops::Range<usize> {
        self.top.min(len)..(self.top + self.height).min(len)
    }

    /// Selects a key. When it is not in the list yet (a campaign that was confirmed a moment ago), it is selected as
    /// soon as a [`List::sync`] finds it, unless the cursor was moved meanwhile; until then nothing is selected.
    pub fn select(&mut self, key: K) {
        self.recalled = None;
        self.key = Some(key.clone());
        self.awaited = Some(key);
    }

    /// Goes back to what was selected when the list was left, if it is still there when there is anything.
    pub fn recall(&mut self, key: Option<K>) {
        self.recalled = key;
    }

    /// What to go back to next time.
    #[must_use]
    pub const fn kept(&self) -> Option<&K> {
        match &self.recalled {
            Some(key) => Some(key),
            None => self.key.as_ref(),
        }
    }

    /// After the items, their order or the screen changed: finds the selected key again, or, when it is gone, takes
    /// what stands in its row; keeps it on screen.
    pub fn sync(&mut self, len: usize, height: usize, key_at: impl Fn(usize) -> K) {
        self.height = height.max(1);
        if len > 0
            && let Some(recalled) = self.recalled.take()
            && let Some(row) = (0..len).find(|row| key_at(*row) == recalled)
        {
            (self.row, self.key) = (row, Some(recalled));
        }
        if let Some(awaited) = &self.awaited {
            match (0..len).find(|row| key_at(*row) == *awaited) {
                Some(row) => (self.row, self.key) = (row, self.awaited.take()),
                None if len > 0 => return self.scroll(len),
                None => {}
            }
        }
        let is_there = |row: usize| row < len && self.key.as_ref() == Some(&key_at(row));
        if !is_there(self.row) {
            self.row = (0..len).find(|row| is_there(*row)).unwrap_or(self.row.min(len.saturating_sub(1)));
        }
        self.settle(len, key_at);
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, len: usize, key_at: impl Fn(usize) -> K) {
        self.awaited = None;
        let last = len.saturating_sub(1);
        self.row = match step {
            Step::Up => self.row.saturating_sub(1),
            Step::Down => self.row + 1,
            Step::PageUp => self.row.saturating_sub(self.height),
            Step::PageDown => self.row + self.height,
            Step::First => 0,
            Step::Last => last,
        }
        .min(last);
        self.settle(len, key_at);
    }

    fn settle(&mut self, len: usize, key_at: impl Fn(usize) -> K) {
        if self.awaited.is_none() {
            self.key = (self.row < len).then(|| key_at(self.row));
        }
        self.scroll(len);
    }

    fn scroll(&mut self, len: usize) {
        let lowest_top = (self.row + 1).saturating_sub(self.height);
        self.top = self.top.clamp(lowest_top, self.row).min(len.saturating_sub(self.height));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cursor_stays_with_its_thing_when_others_come_before_it() {
        let mut list = List::default();
        let before = ["a", "b", "c"];
        list.sync(3, 2, |i| before[i]);
        list.step(Step::Down, 3, |i| before[i]);
        let after = ["new", "a", "b", "c"];
        list.sync(4, 2, |i| after[i]);
        assert_eq!((list.key(), list.row()), (Some(&"b"), 2));
        assert_eq!(list.window(4), 1..3);
    }

    #[test]
    fn what_was_asked_for_is_selected_as_soon_as_it_is_there() {
        let mut list = List::default();
        list.sync(2, 5, |i| ["c1", "c0"][i]);
        list.select("c2");
        list.sync(2, 5, |i| ["c1", "c0"][i]);
        assert_eq!(list.key(), Some(&"c2"), "nothing that stands there may be taken for it");
        list.sync(3, 5, |i| ["c2", "c1", "c0"][i]);
        assert_eq!((list.key(), list.row()), (Some(&"c2"), 0));
        list.sync(4, 5, |i| ["c3", "c2", "c1", "c0"][i]);
        assert_eq!((list.key(), list.row()), (Some(&"c2"), 1));
    }

    #[test]
    fn what_was_selected_when_it_was_left_is_found_in_what_comes_first_or_given_up() {
        let mut list = List::default();
        list.recall(Some("b"));
        list.sync(0, 5, |_| "");
        assert_eq!((list.key(), list.kept()), (None, Some(&"b")), "nothing has been read yet");
        list.sync(3, 5, |i| ["new", "a", "b"][i]);
        assert_eq!((list.key(), list.row()), (Some(&"b"), 2));
        list.recall(Some("gone"));
        list.sync(2, 5, |i| ["new", "a"][i]);
        assert_eq!(list.kept(), Some(&"a"));
        list.sync(3, 5, |i| ["gone", "new", "a"][i]);
        assert_eq!(list.key(), Some(&"a"), "too late: the cursor stays where it is seen");
    }

    #[test]
    fn what_is_gone_leaves_the_cursor_in_its_row() {
        let mut list = List::default();
        list.sync(3, 5, |i| i);
        list.step(Step::Last, 3, |i| i);
        list.sync(2, 5, |i| i);
        assert_eq!((list.key(), list.row()), (Some(&1), 1));
        list.sync(0, 5, |i| i);
        assert_eq!(list.key(), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_selected_row_is_always_on_screen(
            steps in proptest::collection::vec(0_u8..6, 0..30), len in 0_usize..40, height in 0_usize..12
        ) {
            let mut list = List::default();
            list.sync(len, height, |i| i);
            for step in steps {
                let all = [Step::Up, Step::Down, Step::PageUp, Step::PageDown, Step::First, Step::Last];
                list.step(all[usize::from(step)], len, |i| i);
                let window = list.window(len);
                prop_assert!(len == 0 || window.contains(&list.row()));
                prop_assert!(window.len() == len.min(height.max(1)));
            }
        }
    }
}
