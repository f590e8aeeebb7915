//! What can keep a campaign from being made, sent, paused or settled.
use super::Explain;
use crate::words::Lang;

/// What can keep a campaign from being made, sent, paused or settled. Owned by `campaign/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CampaignProblem {
    /// To be replaced by the owner of this file.
    #[error("{0}")]
    Other(String),
}

impl Explain for CampaignProblem {
    fn kind(&self) -> &'static str {
        "campaign"
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
