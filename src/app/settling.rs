//! The unknown of one's own campaigns are looked up by themselves, once, when the vendor's records may be believed.
//!
//! ```text
//! paused, somebody unknown, settle time reached, not asked for that time yet ─▶ Request::Reconcile ─▶ the message line
//! ```
//! It reads; it never resumes and never sends. A function of what is known, so nothing has to be set up or called off.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::data::Data;
use super::settings::Settings;
use crate::sms::{Campaign, CampaignId};

/// For which settle time each campaign was asked about last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settling(BTreeMap<CampaignId, Timestamp>);

impl Settling {
    /// What is still to be asked, and when.
    fn open<'a>(
        &'a self,
        data: &'a Data,
        settings: &'a Settings,
    ) -> impl Iterator<Item = (CampaignId, Timestamp)> + 'a {
        // While the list is read again, what is known may be older than the pause it speaks of.
        let is_known = !data.campaigns.is_loading() && !settings.is_read_only;
        let listed: &[Campaign] = data.campaigns.shown().filter(|_| is_known).map_or(&[], Vec::as_slice);
        listed
            .iter()
            .filter(|one| one.by == settings.operator && one.waits_for_records())
            .filter_map(|one| Some((one.id, one.settles_at(settings.settle)?)))
            .filter(|(id, at)| self.0.get(id) != Some(at))
    }

    /// When the next one is to be asked about.
    #[must_use]
    pub fn next(&self, data: &Data, settings: &Settings) -> Option<Timestamp> {
        self.open(data, settings).map(|(_, at)| at).min()
    }

    /// Those whose time has come; they are not named again for the same settle time.
    pub fn take_due(&mut self, data: &Data, settings: &Settings, now: Timestamp) -> Vec<CampaignId> {
        let due: Vec<_> = self.open(data, settings).filter(|(_, at)| *at <= now).collect();
        self.0.extend(due.iter().copied());
        due.into_iter().map(|(id, _)| id).collect()
    }
}
