//! Whom campaigns reached, number by number: what a rate of clicks is taken of, and who of those who clicked is theirs.
//!
//! ```text
//! one campaign:  Store::standings ─▶ kept at hand while nothing has moved
//! several:       each number once, as the best of its messages has it
//! ```
use std::sync::Arc;

use jiff::{Timestamp, ToSpan};

use crate::desk::{Desk, Result};
use crate::sms::{Campaign, CampaignId, ClickRow, Counts, Deliveries, Mobile, Reach, RecipientState, ReportStatus};

/// Recipients read at a time.
const PAGE: u32 = 20_000;
/// The vendor's clock may be behind ours by so much.
const CLOCKS_DIFFER: i64 = 60;

/// What is known of a message's arrival, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::desk) enum Standing {
    /// Pending or refused.
    NotSent,
    /// Sending or unknown.
    InDoubt,
    /// Accepted, reported as not arrived.
    Failed,
    /// Accepted, no report.
    NoReport,
    /// Reported as arrived.
    Delivered,
}

impl Standing {
    const fn of(state: RecipientState, report: ReportStatus) -> Self {
        match (state, report) {
            (RecipientState::Pending | RecipientState::Refused, _) => Self::NotSent,
            (RecipientState::Sending | RecipientState::Unknown, _) => Self::InDoubt,
            (RecipientState::Accepted, ReportStatus::Failed) => Self::Failed,
            (RecipientState::Accepted, ReportStatus::NoReport) => Self::NoReport,
            (RecipientState::Accepted, ReportStatus::Delivered) => Self::Delivered,
        }
    }
}

/// Everybody whom campaigns are for, sorted by number, each once.
#[derive(Debug, Clone)]
pub(in crate::desk) struct People(Arc<[(Mobile, Standing)]>);

/// The people of the campaign that was looked at last, as long as nothing has moved in it.
#[derive(Debug)]
pub(in crate::desk) struct KeptPeople {
    id: CampaignId,
    as_of: (Counts, Deliveries, Option<Timestamp>),
    people: People,
}

impl People {
    /// How many they are.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether a number may have a message of theirs: accepted, or nobody knows.
    pub fn may_have(&self, mobile: Mobile) -> bool {
        self.standing(mobile).is_some_and(|standing| standing >= Standing::InDoubt)
    }

    fn standing(&self, mobile: Mobile) -> Option<Standing> {
        let at = self.0.binary_search_by_key(&mobile, |(number, _)| *number).ok()?;
        self.0.get(at).map(|(_, standing)| *standing)
    }

    /// Whom the messages reached, and who of the clickers was not known to be among them.
    pub fn reach(&self, rows: &[ClickRow]) -> Reach {
        let mut reach = Reach::default();
        for (_, standing) in self.0.iter() {
            reach.accepted += u64::from(*standing >= Standing::Failed);
            reach.delivered += u64::from(*standing == Standing::Delivered);
            reach.failed += u64::from(*standing == Standing::Failed);
        }
        for row in rows.iter().filter(|row| row.clicks > 0) {
            match self.standing(row.mobile) {
                Some(Standing::Failed | Standing::NoReport) => reach.clicked_unreported += 1,
                Some(Standing::InDoubt) => reach.clicked_in_doubt += 1,
                Some(Standing::Delivered | Standing::NotSent) | None => {}
            }
        }
        reach
    }
}

impl Desk {
    /// Everybody of these campaigns.
    pub(super) async fn people_with(&self, campaigns: &[&Campaign]) -> Result<People> {
        if let [one] = campaigns {
            return self.people_in(one).await;
        }
        let mut all = Vec::new();
        for campaign in campaigns {
            all.extend_from_slice(&self.people_in(campaign).await?.0);
        }
        all.sort_unstable_by_key(|(mobile, standing)| (*mobile, std::cmp::Reverse(*standing)));
        all.dedup_by_key(|(mobile, _)| *mobile);
        Ok(People(all.into()))
    }

    async fn people_in(&self, campaign: &Campaign) -> Result<People> {
        let as_of = (campaign.counts, campaign.deliveries, campaign.last_at);
        if let Ok(kept) = self.0.people.lock()
            && let Some(kept) = kept.as_ref().filter(|kept| kept.id == campaign.id && kept.as_of == as_of)
        {
            return Ok(kept.people.clone());
        }
        let (mut all, mut from) = (Vec::new(), 0);
        loop {
            let page = self.store().standings(campaign.id, from, PAGE).await?;
            if page.is_empty() {
                break;
            }
            all.extend(page.into_iter().map(|(mobile, state, report)| (mobile, Standing::of(state, report))));
            from += PAGE;
        }
        all.sort_unstable();
        let people = People(all.into());
        if let Ok(mut kept) = self.0.people.lock() {
            *kept = Some(KeptPeople { id: campaign.id, as_of, people: people.clone() });
        }
        Ok(people)
    }
}

/// From when on a click can be of a campaign, in unix milliseconds, where another one with its link began before it:
/// who clicked last before that clicked the other's.
pub(super) fn counted_from(campaign: &Campaign, with_link: &[Campaign]) -> Option<i64> {
    let began = campaign.first_at?;
    let is_older = |other: &&Campaign| other.id != campaign.id && other.first_at.is_some_and(|at| at < began);
    with_link.iter().find(is_older)?;
    Some(began.checked_sub(CLOCKS_DIFFER.seconds()).unwrap_or(began).as_millisecond())
}
