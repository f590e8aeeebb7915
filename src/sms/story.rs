//! One number in, its whole story out: every message to it, across campaigns, colleagues and months.
use jiff::Timestamp;

use super::{CampaignId, MessageSid, Mobile, Money, RecipientState, ReportStatus, Segments};

/// One message to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryLine {
    /// The campaign that carried it.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The operator who confirmed it.
    pub by: String,
    /// The final text of this number, as far as it is known.
    pub text: String,
    /// When it was sent; `None` while pending.
    pub sent_at: Option<Timestamp>,
    /// Where this recipient stands.
    pub state: RecipientState,
    /// The vendor's code and words, when refused.
    pub refusal: Option<(i32, String)>,
    /// Why nobody knows, in the journal's words, when unknown: [`crate::words::doubt::words`].
    pub doubt: Option<String>,
    /// The message's id, when accepted.
    pub sid: Option<MessageSid>,
    /// Billed segments.
    pub segments: Segments,
    /// What it cost.
    pub fee: Money,
    /// What the carrier says, when accepted.
    pub report: Option<ReportStatus>,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code, `DB:0103`; empty for none.
    pub error: String,
    /// Whether it carried a link of its own; without one clicks are known in total only.
    pub mobile_stat: bool,
    /// Clicks of this number, with the first and the last, at the last look; `None` where nobody looked yet.
    pub clicks: Option<(u64, Option<Timestamp>, Option<Timestamp>)>,
    /// When the report was last asked for, as far as is known.
    pub reported_as_of: Option<Timestamp>,
    /// When we last looked at the clicks.
    pub clicks_as_of: Option<Timestamp>,
}

/// Everything about one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Who.
    pub mobile: Mobile,
    /// Every message, newest first.
    pub lines: Vec<StoryLine>,
    /// Since when it is on the suppression list, and why; `None` when it is not.
    pub opted_out: Option<(Timestamp, String)>,
}
