//! A list to pick from: type a few letters, Enter takes what is selected. The palette is one, and panes offer others.
use super::chooser::{Chooser, Entry};
use super::view::KEY_CELLS;
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::keymap::Context;
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::words::Lang;

/// The list and its name.
#[derive(Debug, Clone)]
pub struct Pick {
    pub(super) chooser: Chooser,
    /// The columns before the entries.
    pub(super) key_cells: u16,
    title: fn(Lang) -> &'static str,
}

impl Pick {
    /// A list of entries without anything before them.
    #[must_use]
    pub fn new(entries: Vec<Entry>, title: fn(Lang) -> &'static str) -> Self {
        Self { chooser: Chooser::new(entries), key_cells: 0, title }
    }

    /// The same with the key of each before it.
    #[must_use]
    pub fn with_keys(entries: Vec<Entry>, title: fn(Lang) -> &'static str) -> Self {
        Self { key_cells: KEY_CELLS, ..Self::new(entries, title) }
    }

    /// The same with a time before each.
    #[must_use]
    pub fn wide(entries: Vec<Entry>, title: fn(Lang) -> &'static str) -> Self {
        Self { key_cells: 13, ..Self::new(entries, title) }
    }

    /// Its name.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'static str {
        (self.title)(lang)
    }
}

impl Scene for Pick {
    fn context(&self) -> Context {
        Context::Look
    }
    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        self.chooser.apply(action, cx)
    }
    fn field(&mut self) -> Option<&mut Editor> {
        Some(self.chooser.query_mut())
    }
    fn is_typing(&self) -> bool {
        true
    }
    fn edited(&mut self, _cx: &mut Cx<'_>) {
        self.chooser.search();
    }
    fn sync(&mut self, cx: &mut Cx<'_>) {
        self.chooser.sync(cx.layout());
    }
    fn hints(&self, lang: Lang) -> Vec<Hint> {
        Chooser::hints(lang)
    }
}
