//! What the shell shall do: imperative, comparable, without secrets in its `Debug`.
use super::outlook::Outlook;
use super::request::{CallId, Request};
use crate::sms::Draft;

/// One thing for the shell to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Hand a request to the worker, which answers exactly once.
    Call {
        /// Never used before, never used again.
        id: CallId,
        /// What to do.
        request: Request,
    },
    /// Nobody waits for this call any more. It is still answered (as cancelled, or after all).
    Cancel(CallId),
    /// Copy a text by OSC 52; answered by [`super::Event::Copied`].
    Copy(String),
    /// Keep a draft on disk; answered by [`super::Event::DraftSaved`]. Done before a [`Effect::Quit`] that follows it.
    SaveDraft(Draft),
    /// Keep where the operator is looking. Done before a [`Effect::Quit`] that follows it; nobody waits for it.
    KeepOutlook(Box<Outlook>),
    /// Panic, here and now.
    Crash,
    /// Draw every cell anew.
    Repaint,
    /// Give the terminal back and stop the process until `fg`.
    Suspend,
    /// Leave the loop.
    Quit,
}

/// What one event asks of the shell, in order.
#[derive(Debug, Clone, PartialEq, Default)]
#[must_use = "effects do nothing until the shell performs them"]
pub struct Effects(Vec<Effect>);

impl Effects {
    /// None.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds one at the end.
    pub fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Effect> {
        self.0.iter()
    }
}

impl IntoIterator for Effects {
    type Item = Effect;
    type IntoIter = std::vec::IntoIter<Effect>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Effects {
    type Item = &'a Effect;
    type IntoIter = std::slice::Iter<'a, Effect>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
