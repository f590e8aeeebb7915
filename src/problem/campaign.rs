//! What can keep a campaign from being made, sent, paused or settled.
use jiff::{Timestamp, ZonedDateTime};

use super::{ApiProblem, Explain, Problem, Sent, moment};
use crate::sms::{CampaignId, CampaignState, Mobile};
use crate::words::Lang;

/// What can keep a campaign from being made, sent, paused or settled. Owned by `campaign/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CampaignProblem {
    /// No campaign has this id.
    #[error("there is no campaign {0}")]
    NotFound(CampaignId),
    /// The plan has nobody in it.
    #[error("no recipients")]
    Nobody,
    /// The text cannot be sent to somebody as it is.
    #[error("the text: {0}")]
    Text(crate::sms::TextProblem),
    /// Recipients lack a value for a variable of the text.
    #[error("{count} recipients lack {{{variable}}}")]
    Variable {
        /// The variable.
        variable: String,
        /// How many lack it.
        count: u64,
    },
    /// Another process is sending it.
    #[error("{id} is held by {by} (process {pid}) since {since}")]
    Held {
        /// Which.
        id: CampaignId,
        /// By whom.
        by: String,
        /// Their process.
        pid: u32,
        /// Since when.
        since: Timestamp,
    },
    /// It is in a state in which this cannot be done.
    #[error("{id} is {}", state.code())]
    State {
        /// Which.
        id: CampaignId,
        /// The state.
        state: CampaignState,
    },
    /// It is scheduled for later.
    #[error("{id} is scheduled for {at}")]
    NotYet {
        /// Which.
        id: CampaignId,
        /// When it may start; the desk puts it into the reader's zone.
        at: ZonedDateTime,
    },
    /// Marketing outside its hours.
    #[error("marketing may go out between {hours} (China time)")]
    QuietHours {
        /// The hours, `08:00-21:00`.
        hours: String,
    },
    /// The number is not one of its recipients who are unknown.
    #[error("{} is not unknown in {id}", mobile.masked())]
    NotUnknown {
        /// Which campaign.
        id: CampaignId,
        /// Who.
        mobile: Mobile,
    },
    /// What was sent could not be compared with the journal before it goes on.
    #[error("{id} could not be compared with the records: {why}")]
    NotCompared {
        /// Which.
        id: CampaignId,
        /// Why the records could not be read.
        why: Box<ApiProblem>,
    },
    /// The database is a copied, moved or restored one, and the records do not show what its journal knows was sent: they
    /// cannot show either what it lacks.
    #[error("{id} is in a copied database, and the records do not show what was sent of it")]
    Copied {
        /// Which.
        id: CampaignId,
    },
    /// It was confirmed and written down, and could not be begun then: nobody sends it by itself.
    #[error("{id} is written down and was not begun: {why}")]
    NotBegun {
        /// Which.
        id: CampaignId,
        /// What kept it from running.
        why: Box<Problem>,
    },
    /// The run stopped in a way that only a mistake of the program explains.
    #[error("the run of {id} broke off")]
    BrokeOff {
        /// Which.
        id: CampaignId,
    },
}

impl Explain for CampaignProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "no-such-campaign",
            Self::Nobody => "nobody",
            Self::Text(_) => "text",
            Self::Variable { .. } => "variable",
            Self::Held { .. } => "held",
            Self::State { .. } => "state",
            Self::NotYet { .. } => "scheduled",
            Self::QuietHours { .. } => "quiet-hours",
            Self::NotUnknown { .. } => "not-unknown",
            Self::NotCompared { .. } | Self::Copied { .. } => "not-compared",
            Self::NotBegun { .. } => "not-begun",
            Self::BrokeOff { .. } => "broke-off",
        }
    }

    fn sent(&self) -> Sent {
        if matches!(self, Self::BrokeOff { .. }) { Sent::Unknown } else { Sent::No }
    }

    fn what(&self, lang: Lang) -> String {
        use crate::sms::TextProblem;
        match self {
            Self::NotFound(id) => lang.campaign_not_found(id),
            Self::Nobody => lang.campaign_nobody().to_owned(),
            Self::Text(TextProblem::Empty) => lang.campaign_text_empty().to_owned(),
            Self::Text(TextProblem::NoSignature) => lang.campaign_text_no_signature().to_owned(),
            Self::Text(TextProblem::OnlySignature) => lang.input_only_signature().to_owned(),
            Self::Text(TextProblem::TooLong(n)) => lang.campaign_text_too_long(u64::from(*n)),
            Self::Variable { variable, count } => lang.campaign_variable(*count, variable),
            Self::Held { id, by, pid, .. } => lang.campaign_held(id, by, pid),
            Self::State { id, state } => lang.campaign_state(id, crate::words::state::campaign(*state, lang)),
            Self::NotYet { id, at } => lang.campaign_not_yet(id, moment(at)),
            Self::QuietHours { hours } => lang.campaign_quiet_hours(hours),
            Self::NotUnknown { id, mobile } => lang.campaign_not_unknown(mobile.masked(), id),
            Self::Copied { id } => lang.campaign_copied(id),
            Self::NotCompared { id, why } => lang.campaign_not_compared(id, why.what(lang)),
            Self::NotBegun { id, why } => lang.campaign_not_begun(id, why.what(lang)),
            Self::BrokeOff { id } => lang.campaign_broke_off(id),
        }
    }

    fn now(&self, lang: Lang) -> String {
        match self {
            Self::NotCompared { id, .. } => return lang.campaign_not_compared_now(id),
            Self::NotBegun { id, .. } => return lang.campaign_not_begun_now(id),
            Self::Copied { id } => return lang.campaign_copied_now(id),
            Self::NotFound(_) => lang.campaign_not_found_now(),
            Self::Nobody => lang.campaign_nobody_now(),
            Self::Text(_) => lang.campaign_text_now(),
            Self::Variable { .. } => lang.campaign_variable_now(),
            Self::Held { .. } => lang.campaign_held_now(),
            Self::State { .. } => lang.campaign_state_now(),
            Self::NotYet { .. } => lang.campaign_not_yet_now(),
            Self::QuietHours { .. } => lang.campaign_quiet_hours_now(),
            Self::NotUnknown { .. } => lang.campaign_not_unknown_now(),
            Self::BrokeOff { .. } => lang.campaign_broke_off_now(),
        }
        .to_owned()
    }

    fn exit(&self) -> u8 {
        match self {
            Self::NotBegun { why, .. } => why.exit(),
            Self::Held { .. } | Self::NotCompared { .. } | Self::Copied { .. } | Self::BrokeOff { .. } => 1,
            _ => 2,
        }
    }
}
