//! What can be wrong with a file of the operator's.
use super::Explain;
use crate::words::Lang;

/// What can be wrong with a file of the operator's. Owned by `files/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// To be replaced by the owner of this file.
    #[error("{0}")]
    Other(String),
}

impl Explain for FileProblem {
    fn kind(&self) -> &'static str {
        "file"
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
