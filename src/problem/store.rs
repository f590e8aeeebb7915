//! What can go wrong with the local database.
use super::Explain;
use crate::words::Lang;

/// What can go wrong with the local database. Owned by `store/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    /// To be replaced by the owner of this file.
    #[error("{0}")]
    Other(String),
}

impl Explain for StoreProblem {
    fn kind(&self) -> &'static str {
        "store"
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
