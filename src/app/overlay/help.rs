//! The keys that work here and everywhere, and what the words mean: from the live keymap, searched as you type; Enter
//! does what is selected.
//!
//! ```text
//! 80 columns and more    Here │ Everywhere, each scrolled by itself; below both the words; Tab goes to the next
//! fewer                  one list of all of it
//! ```
use super::chooser::Entry;
use super::palette::{commands, keys};
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::fuzzy;
use crate::app::keymap::{Context, Keymap};
use crate::app::layout::Layout;
use crate::app::list::{List, Step};
use crate::app::scene::{Applied, Cx, Hint, Scene};
use crate::app::settings::Settings;
use crate::sms::{RecipientState, ReportStatus};
use crate::words::{Lang, state};

/// Rows above the lists: the field, a blank, the headings.
pub(super) const HEAD: u16 = 3;

/// One of its three lists, and which of its entries were found.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    entries: Vec<Entry>,
    found: Vec<usize>,
    list: List<usize>,
}

impl Section {
    fn new(entries: Vec<Entry>) -> Self {
        Self { found: (0..entries.len()).collect(), entries, list: List::default() }
    }

    /// How many were found.
    pub(super) const fn count(&self) -> usize {
        self.found.len()
    }

    /// The entries on screen, and whether the cursor stands in each.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&Entry, bool)> {
        let window = self.list.window(self.found.len());
        window.map(|row| (&self.entries[self.found[row]], row == self.list.row()))
    }

    /// Entries above and below what is on screen.
    pub(super) fn hidden(&self) -> usize {
        self.found.len() - self.list.window(self.found.len()).len()
    }

    fn fit(&mut self, height: usize) {
        self.list.sync(self.found.len(), height, |row| self.found[row]);
    }

    fn step(&mut self, step: Step) {
        self.list.step(step, self.found.len(), |row| self.found[row]);
    }

    fn selected(&self) -> Option<&Entry> {
        self.found.get(self.list.row()).map(|i| &self.entries[*i])
    }
}

/// The help.
#[derive(Debug, Clone)]
pub struct Help {
    query: Editor,
    /// Here, everywhere, the words.
    sections: [Section; 3],
    /// The one with the cursor.
    at: usize,
    /// Lists stand one below the other.
    is_narrow: bool,
}

impl Help {
    /// What can be done in `context`, and what the words mean, in both languages.
    #[must_use]
    pub fn new(keymap: &Keymap, context: Context, settings: &Settings, lang: Lang) -> Self {
        let all = commands(keymap, context, settings, lang);
        let is_here = |entry: &Entry| {
            let bound = |of: Context| {
                keymap.bindings().iter().any(|b| b.context == of && Some(&b.action) == entry.action.as_ref())
            };
            bound(context) && !matches!(context, Context::Everywhere)
        };
        let (here, mut everywhere): (Vec<Entry>, Vec<Entry>) = all.into_iter().partition(is_here);
        everywhere.sort_by_key(|entry| entry.action.as_ref().map_or(usize::MAX, rank));
        // They mean something in a field alone: to be read here, and found by their names, not done.
        let editing = keymap.bindings().iter().filter(|binding| matches!(binding.action, Action::Edit(_)));
        everywhere.extend(editing.map(|binding| Entry {
            key: keys(binding),
            text: lang.help_typing(binding.action.label(lang)),
            kind: "".into(),
            action: Some(binding.action.clone()),
        }));
        let both = |word: fn(Lang) -> &'static str, meaning: &'static str| Entry {
            key: word(lang).to_owned(),
            text: meaning.to_owned(),
            kind: word(lang.other()).into(),
            action: None,
        };
        let words = vec![
            both(|lang| state::recipient(RecipientState::Accepted, lang), lang.help_accepted()),
            both(|lang| state::recipient(RecipientState::Refused, lang), lang.help_refused()),
            both(|lang| state::recipient(RecipientState::Unknown, lang), lang.help_unknown()),
            both(|lang| state::recipient(RecipientState::Pending, lang), lang.help_pending()),
            both(|lang| state::report(ReportStatus::Delivered, lang), lang.help_delivered()),
            both(|lang| state::report(ReportStatus::NoReport, lang), lang.help_no_report()),
        ];
        let sections = [here, everywhere, words].map(Section::new);
        let at = sections.iter().position(|section| section.count() > 0).unwrap_or_default();
        Self { query: Editor::line(""), sections, at, is_narrow: false }
    }

    /// What is typed.
    pub(super) const fn query(&self) -> &Editor {
        &self.query
    }

    /// Here, everywhere, the words.
    pub(super) const fn sections(&self) -> &[Section; 3] {
        &self.sections
    }

    /// The one with the cursor.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Whether the lists stand one below the other.
    pub(super) const fn is_narrow(&self) -> bool {
        self.is_narrow
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.sections.iter().all(|section| section.count() == 0)
    }

    /// Looks again; the cursor goes to the best match of all.
    fn search(&mut self) {
        let query = self.query.text();
        let all: Vec<(usize, usize)> =
            (0..3).flat_map(|of| (0..self.sections[of].entries.len()).map(move |i| (of, i))).collect();
        let texts: Vec<String> = all
            .iter()
            .map(|(of, i)| {
                let entry = &self.sections[*of].entries[*i];
                let name = entry.action.as_ref().map_or("", Action::name);
                let kind = if *of == 2 { &*entry.kind } else { "" };
                format!("{} {} {kind} {name}", entry.text, if *of == 2 { entry.key.as_str() } else { "" })
            })
            .collect();
        for section in &mut self.sections {
            section.found.clear();
        }
        let ranked = fuzzy::rank(&query, &texts);
        for (of, i) in ranked.iter().map(|place| all[*place]) {
            self.sections[of].found.push(i);
        }
        for section in &mut self.sections {
            section.step(Step::First);
        }
        self.at = ranked.first().map_or(0, |place| all[*place].0);
    }

    /// To the next list that holds anything, or the one before.
    fn turn(&mut self, is_forward: bool) {
        let by = if is_forward { 1 } else { 2 };
        for _ in 0..2 {
            self.at = (self.at + by) % 3;
            if self.sections[self.at].count() > 0 {
                return;
            }
        }
    }

    /// Moves in the list with the cursor; where they stand one below the other, over its end into the next.
    fn step(&mut self, step: Step) {
        let before = self.sections[self.at].list.row();
        self.sections[self.at].step(step);
        let has_moved = self.sections[self.at].list.row() != before;
        if has_moved || !self.is_narrow {
            return;
        }
        let others: &[usize] = match (step, self.at) {
            (Step::Down | Step::PageDown, 0) => &[1, 2],
            (Step::Down | Step::PageDown, 1) => &[2],
            (Step::Up | Step::PageUp, 2) => &[1, 0],
            (Step::Up | Step::PageUp, 1) => &[0],
            _ => &[],
        };
        if let Some(next) = others.iter().copied().find(|next| self.sections[*next].count() > 0) {
            self.at = next;
            self.sections[next].step(if matches!(step, Step::Up | Step::PageUp) { Step::Last } else { Step::First });
        }
    }

    fn fit(&mut self, layout: Layout) {
        self.is_narrow = layout.is_tight;
        let body = layout.body.height;
        if self.is_narrow {
            let rows = usize::from(body.saturating_sub(2));
            return self.sections.iter_mut().for_each(|section| section.fit(rows));
        }
        let words = self.sections[2].count();
        let columns = usize::from(body.saturating_sub(HEAD)).saturating_sub(words + usize::from(words > 0));
        for (section, rows) in self.sections.iter_mut().zip([columns, columns, words]) {
            section.fit(rows);
        }
    }
}

/// What is looked for most, first; then the panes, which the tabs name; at the end the arrows, which everybody finds.
fn rank(action: &Action) -> usize {
    const FIRST: [Action; 12] = [
        Action::Back,
        Action::Filter,
        Action::Palette,
        Action::Find,
        Action::Refresh,
        Action::Copy,
        Action::CopyCommand,
        Action::SwitchLanguage,
        Action::Quit,
        Action::Reveal,
        Action::Messages,
        Action::Help,
    ];
    match action {
        Action::GoTo(_) => FIRST.len(),
        Action::Open => FIRST.len() + 1,
        other => FIRST.iter().position(|first| first == other).unwrap_or(FIRST.len() + 2),
    }
}

impl Scene for Help {
    fn context(&self) -> Context {
        Context::Look
    }

    fn apply(&mut self, action: &Action, cx: &mut Cx<'_>) -> Applied {
        if let Some(step) = Step::of(action) {
            self.step(step);
            return Applied::Yes;
        }
        match action {
            Action::NextArea => self.turn(true),
            Action::PreviousArea => self.turn(false),
            Action::Open => {
                let action = self.sections[self.at].selected().and_then(|entry| entry.action.clone());
                if let Some(action) = action.filter(|action| !matches!(action, Action::Edit(_))) {
                    cx.close();
                    cx.wish(action);
                }
            }
            Action::Back => cx.close(),
            _ => return Applied::No,
        }
        Applied::Yes
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.query)
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn edited(&mut self, cx: &mut Cx<'_>) {
        self.search();
        self.fit(cx.layout());
    }

    fn sync(&mut self, cx: &mut Cx<'_>) {
        self.fit(cx.layout());
    }

    fn hints(&self, lang: Lang) -> Vec<Hint> {
        vec![
            Hint::new(Action::Open, lang.help_do_it()),
            Hint::new(Action::Down, lang.help_next()),
            Hint::new(Action::NextArea, lang.help_next_list()),
            Hint::new(Action::Back, lang.app_hint_back()),
        ]
    }
}
