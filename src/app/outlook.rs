//! Where the operator was looking: kept beside the drafts, found again after a restart. Never in the config file.
//!
//! ```text
//! a key ─▶ App::outlook() ≠ what is kept ─two seconds at most, or leaving─▶ Effect::KeepOutlook
//! start ─▶ App::recall(Outlook), before the first frame; every list finds its thing when it has been read
//! ```
//! Things are kept by what they are (a link's id, a number), never by their row: what came meanwhile moves nothing.
use jiff::{SignedDuration, Timestamp};

use super::action::PaneName;
use super::pane::compose::Field;
use super::request::{Arrangement, Group, Subject};
use crate::sms::{CampaignId, Mobile, Sid};

/// How long a change may be unkept.
const KEEP_WITHIN: SignedDuration = SignedDuration::from_secs(2);

/// Where the operator was looking, in every pane.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// The pane on screen.
    pub pane: PaneName,
    /// The list of links.
    pub links: LinksOutlook,
    /// The message being written.
    pub compose: ComposeOutlook,
    /// The list of campaigns.
    pub campaigns: CampaignsOutlook,
    /// Whose clicks, which of them, in which order.
    pub clicks: ClicksOutlook,
}

/// The list of links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinksOutlook {
    /// What is typed in the filter.
    pub filter: String,
    /// The link under the cursor.
    pub selected: Option<Sid>,
    /// Archived ones are listed too.
    pub has_archived: bool,
}

/// The message being written: the draft itself is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComposeOutlook {
    /// The field under the cursor.
    pub field: Field,
}

/// The list of campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CampaignsOutlook {
    /// What is typed in the filter.
    pub filter: String,
    /// The campaign under the cursor.
    pub selected: Option<CampaignId>,
    /// Its whole page is open.
    pub is_open: bool,
}

/// Whose clicks, which of them, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClicksOutlook {
    /// Whose clicks were shown.
    pub subject: Option<Subject>,
    /// The operator chose them; else the newest campaign is shown, and the rest holds if it is still the same.
    pub is_chosen: bool,
    /// The group of it.
    pub group: Group,
    /// Filter and order.
    pub arrangement: Arrangement,
    /// The number under the cursor.
    pub selected: Option<Mobile>,
}

/// What is on disk already, and when what is not has to be there.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    kept: Outlook,
    due: Option<Timestamp>,
    /// A key was pressed: what changes before that is not the operator's doing.
    is_begun: bool,
}

impl Keeping {
    /// When the newest outlook has to be kept; `None` while nothing is to be kept.
    pub const fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// After every event: notices that something has changed, or is as it was.
    pub fn notice(&mut self, outlook: Outlook, is_key: bool, now: Timestamp) {
        self.is_begun |= is_key;
        if !self.is_begun {
            self.kept = outlook;
        } else if outlook == self.kept {
            self.due = None;
        } else if self.due.is_none() {
            self.due = now.checked_add(KEEP_WITHIN).ok();
        }
    }

    /// What is to be kept now, if anything has changed.
    pub fn take(&mut self, outlook: Outlook) -> Option<Outlook> {
        self.due = None;
        (self.is_begun && outlook != self.kept).then(|| {
            self.kept = outlook.clone();
            outlook
        })
    }
}
