//! One page on today: what runs, what is due, what waits for a person, what is left, which windows close.
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{Desk, Result};
use crate::problem::Problem;
use crate::sms::{Account, Campaign, CampaignState, Link, Money};

/// A statistics window that ends within so many hours is on the page.
const CLOSING_HOURS: i64 = 72;

/// Today, on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// As of when.
    pub at: Timestamp,
    /// Being sent now.
    pub running: Vec<Campaign>,
    /// Confirmed for a time to come, the next one first; one whose time is over was missed.
    pub scheduled: Vec<Campaign>,
    /// Not sending, somebody pending.
    pub paused: Vec<Campaign>,
    /// With recipients of whom nobody knows yet.
    pub unknown: Vec<Campaign>,
    /// Accepted since midnight in China, by everybody, and what it cost.
    pub sent: (u64, Money),
    /// What running and scheduled campaigns will still cost, about.
    pub committed: Money,
    /// The account, or why it could not be asked.
    pub account: std::result::Result<Account, Problem>,
    /// Links whose clicks will soon not be counted any more, the first to close first.
    pub closing: Vec<Link>,
    /// Whether a `yunque watch` runs what is scheduled.
    pub is_watched: bool,
}

impl Desk {
    /// Everything that a colleague who takes over should see. Asks the API for the balance alone.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn today(&self) -> Result<Today> {
        let at = self.now();
        let campaigns = self.store().campaigns(None).await?;
        let of = |state: CampaignState| campaigns.iter().filter(move |one| one.state == state).cloned();
        let mut scheduled: Vec<Campaign> = of(CampaignState::Scheduled).collect();
        scheduled.sort_by_key(|one| one.starts_at);
        let soon = at.checked_add(CLOSING_HOURS.hours()).unwrap_or(at);
        let mut closing = self.store().links(false).await?;
        closing.retain(|link| link.counts_until > at && link.counts_until <= soon);
        closing.sort_by_key(|link| link.counts_until);
        Ok(Today {
            at,
            running: of(CampaignState::Running).collect(),
            scheduled,
            paused: of(CampaignState::Paused).filter(|one| one.counts.pending > 0).collect(),
            unknown: campaigns.iter().filter(|one| one.counts.unknown > 0).cloned().collect(),
            sent: self.store().sent_today(None, midnight(at)).await?,
            committed: self.store().committed(self.config().profile.price).await?,
            account: self.account().await,
            closing,
            is_watched: self.is_watched(),
        })
    }
}

/// The last midnight in China, where days of sending begin.
pub(super) fn midnight(at: Timestamp) -> Timestamp {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).start_of_day().map_or(at, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_sending_begins_at_midnight_in_china() {
        let at: Timestamp = "2026-11-23T15:30:00Z".parse().unwrap();
        assert_eq!(midnight(at).to_string(), "2026-11-22T16:00:00Z");
        let later: Timestamp = "2026-11-23T16:30:00Z".parse().unwrap();
        assert_eq!(midnight(later).to_string(), "2026-11-23T16:00:00Z");
    }
}
