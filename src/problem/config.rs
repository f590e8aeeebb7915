//! What can be wrong with the configuration: always a place, a key and what to write instead.
use super::Explain;
use crate::words::Lang;

/// What can be wrong with the configuration: always a place, a key and what to write instead. Owned by `config/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// To be replaced by the owner of this file.
    #[error("{0}")]
    Other(String),
}

impl Explain for ConfigProblem {
    fn kind(&self) -> &'static str {
        "config"
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
