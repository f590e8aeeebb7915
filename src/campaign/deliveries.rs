//! What became of the accepted, and who has had enough: deliveries and opt-outs.
use jiff::Timestamp;

use super::Engine;
use crate::problem::Problem;
use crate::sms::CampaignId;

impl Engine {
    /// Fetches the reports of a campaign's messages (`get_record`, or `pull_status` where the profile allows it);
    /// says how many were read.
    ///
    /// # Errors
    /// The API or the store refuses.
    pub async fn collect_deliveries(&self, id: CampaignId) -> Result<u64, Problem> {
        let _ = id;
        todo!()
    }

    /// Reads the replies since a time, and suppresses who wrote R, TD, T or 退订; says how many are new.
    ///
    /// # Errors
    /// The API or the store refuses.
    pub async fn collect_opt_outs(&self, since: Timestamp, by: &str) -> Result<u64, Problem> {
        let _ = (since, by);
        todo!()
    }
}
