//! The filter above a list: typed after `/`, kept with Enter, gone with Esc.
use super::action::Action;
use super::editor::Editor;
use super::fuzzy;

/// What is typed, and whether it is being typed.
#[derive(Debug)]
pub struct Filter {
    field: Editor,
    is_typing: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self { field: Editor::line(""), is_typing: false }
    }
}

impl Filter {
    /// Letters belong to it from now on.
    pub const fn begin(&mut self) {
        self.is_typing = true;
    }

    /// Everything is listed again.
    pub fn clear(&mut self) {
        self.recall("");
    }

    /// Filters by this text; nobody is typing it.
    pub fn recall(&mut self, text: &str) {
        self.field.set(text);
        self.is_typing = false;
    }

    /// Whether it leaves anything out, or is about to.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.is_typing || !self.field.is_empty()
    }

    /// Whether letters belong to it.
    #[must_use]
    pub const fn is_typing(&self) -> bool {
        self.is_typing
    }

    /// What is typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.field.text()
    }

    /// The field itself.
    #[must_use]
    pub const fn field(&self) -> &Editor {
        &self.field
    }

    /// The field itself, to type in.
    pub const fn field_mut(&mut self) -> &mut Editor {
        &mut self.field
    }

    /// What of `all` it leaves, best match first; everything in its order while nothing is typed.
    pub fn leaves(&self, all: Vec<usize>, text_of: impl Fn(usize) -> String) -> Vec<usize> {
        if self.field.text().trim().is_empty() {
            return all;
        }
        let texts: Vec<String> = all.iter().map(|i| text_of(*i)).collect();
        fuzzy::rank(&self.field.text(), &texts).into_iter().map(|found| all[found]).collect()
    }

    /// Keeps it or takes it away; says whether the action meant that.
    pub fn apply(&mut self, action: &Action) -> bool {
        match action {
            Action::Open => self.is_typing = false,
            Action::Back => self.clear(),
            _ => return false,
        }
        true
    }
}
