//! A list to search and choose from: the palette, the help, and what panes let the operator pick.
use std::borrow::Cow;

use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::fuzzy;
use crate::app::layout::Layout;
use crate::app::list::{List, Step};
use crate::app::scene::{Applied, Cx, Hint};
use crate::words::Lang;

/// One thing that can be done from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key that does it without the palette, if there is one.
    pub key: String,
    /// What is searched and shown.
    pub text: String,
    /// What it is: a command, a link, a campaign, a word; dim.
    pub kind: Cow<'static, str>,
    /// What Enter does; `None` for what is only to be read.
    pub action: Option<Action>,
}

/// A list of entries with a field above it: the palette, and the help.
#[derive(Debug, Clone)]
pub struct Chooser {
    query: Editor,
    entries: Vec<Entry>,
    found: Vec<usize>,
    list: List<usize>,
}

impl Chooser {
    /// All entries, nothing typed.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut chooser =
            Self { query: Editor::line(""), found: (0..entries.len()).collect(), entries, list: List::default() };
        chooser.fit(1);
        chooser
    }

    /// What is typed.
    #[must_use]
    pub const fn query(&self) -> &Editor {
        &self.query
    }

    /// The field above the list.
    pub const fn query_mut(&mut self) -> &mut Editor {
        &mut self.query
    }

    /// The entries on screen, and whether each is the selected one.
    pub fn shown(&self) -> impl Iterator<Item = (&Entry, bool)> {
        let window = self.list.window(self.found.len());
        window.map(|row| (&self.entries[self.found[row]], row == self.list.row()))
    }

    /// How many were found.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.found.len()
    }

    /// The screen has changed.
    pub fn sync(&mut self, layout: Layout) {
        self.fit(usize::from(layout.body.height.saturating_sub(2)));
    }

    fn fit(&mut self, height: usize) {
        self.list.sync(self.found.len(), height, |row| self.found[row]);
    }

    /// Looks again, best match first.
    pub fn search(&mut self) {
        let texts: Vec<&str> = self.entries.iter().map(|entry| entry.text.as_str()).collect();
        self.found = fuzzy::rank(&self.query.text(), &texts);
        self.list.step(Step::First, self.found.len(), |row| self.found[row]);
    }

    /// Moves, does what is selected, or leaves.
    pub fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            self.list.step(step, self.found.len(), |row| self.found[row]);
            return Applied::Yes;
        }
        match action {
            Action::Open => {
                if let Some(action) = self.found.get(self.list.row()).and_then(|i| self.entries[*i].action.clone()) {
                    cx.close();
                    cx.wish(action);
                }
            }
            Action::Back => cx.close(),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    /// The keys that work in it.
    #[must_use]
    pub fn hints(lang: Lang) -> Vec<Hint> {
        vec![
            Hint::new(Action::Open, lang.help_do_it()),
            Hint::new(Action::Down, lang.help_next()),
            Hint::new(Action::Back, lang.app_hint_back()),
        ]
    }
}
