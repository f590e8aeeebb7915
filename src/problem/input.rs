//! What can be wrong with something typed.
use super::Explain;
use crate::words::Lang;

/// What can be wrong with something typed. Owned by `desk/ and cli/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputProblem {
    /// To be replaced by the owner of this file.
    #[error("{0}")]
    Other(String),
}

impl Explain for InputProblem {
    fn kind(&self) -> &'static str {
        "input"
    }

    fn what(&self, lang: Lang) -> String {
        let _ = lang;
        self.to_string()
    }

    fn now(&self, lang: Lang) -> String {
        let _ = lang;
        String::new()
    }
}
