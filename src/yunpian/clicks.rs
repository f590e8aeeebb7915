//! Clicks by number.
use jiff::Timestamp;

use super::Client;
use crate::problem::ApiProblem;
use crate::sms::{ClickRow, Sid};

/// What `clicked` answered, all pages together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClickedAnswer {
    /// One row a number: clicks summed over the answer's rows, the first and the last time. In order of appearance.
    pub rows: Vec<ClickRow>,
    /// Rows whose number could not be read.
    pub unreadable: u64,
    /// Whether the last page was reached; not when the bound on pages was.
    pub is_complete: bool,
    /// When we asked.
    pub as_of: Timestamp,
}

impl Client {
    pub async fn clicks(&self, _sid: &Sid, _from: Timestamp, _to: Timestamp) -> Result<ClickedAnswer, ApiProblem> {
        Err(ApiProblem::Setup { why: "not built".to_owned() })
    }
}
