//! Looks added up: one row a number, and figures over those whom the campaigns were sent to.
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::reach::counted_from;
use super::{Clicks, Look};
use crate::app::Subject;
use crate::desk::{Desk, Result, blocking};
use crate::sms::{Campaign, CampaignId, ClickRow, ClickSource, ClickTotals, Mobile, Sid, Stat};

/// A click time that nobody knows.
const UNKNOWN: i64 = i64::MIN;

impl Desk {
    /// Merges the looks at a subject's links and counts.
    pub(super) async fn sum_up(
        &self,
        subject: Subject,
        campaign: Option<Campaign>,
        sids: Vec<Sid>,
        looks: Vec<Look>,
        stat: Option<Stat>,
    ) -> Result<Clicks> {
        let (mut as_of, mut changed_at) = (Timestamp::MAX, Timestamp::MIN);
        let (mut unreadable, mut is_complete) = (0, true);
        let mut source = ClickSource::TotalOnly;
        for look in &looks {
            as_of = as_of.min(look.as_of);
            changed_at = changed_at.max(look.changed_at);
            unreadable += look.unreadable;
            is_complete &= look.is_complete;
            source = if source == ClickSource::TotalOnly { look.source } else { source };
        }
        let mut rows = merged(looks);
        let with_link = self.campaigns_with(&sids).await?;
        let (mut strangers, mut shared_with) = (0, Vec::new());
        let people = if let Some(campaign) = &campaign {
            let people = self.people_with(&[campaign]).await?;
            let from = counted_from(campaign, &with_link).unwrap_or(UNKNOWN);
            rows.retain(|row| people.may_have(row.mobile) && (row.last_at == UNKNOWN || row.last_at >= from));
            let others = with_link.iter().filter(|other| other.id != campaign.id && other.first_at.is_some());
            shared_with.extend(others.map(|other| other.id));
            people
        } else {
            let tests = self.test_numbers(&with_link).await?;
            rows.retain(|row| !tests.contains(&row.mobile));
            let counted: Vec<&Campaign> = with_link.iter().filter(|one| !one.is_test).collect();
            let people = self.people_with(&counted).await?;
            if !counted.is_empty() {
                let is_stranger = |row: &&ClickRow| row.clicks > 0 && !people.may_have(row.mobile);
                strangers = rows.iter().filter(is_stranger).count() as u64;
            }
            people
        };
        let (rate_of, denominator) = people.reach(&rows).rate_of();
        let totals = ClickTotals {
            clicks: sum(&rows),
            clickers: clickers(&rows),
            strangers,
            recipients: people.len(),
            denominator,
            rate_of,
        };
        shared_with.sort_unstable();
        rows.sort_unstable_by_key(|row| (std::cmp::Reverse(row.last_at), row.mobile));
        Ok(Clicks {
            subject,
            sids,
            campaign,
            rows,
            shared_with,
            totals,
            stat,
            source,
            as_of,
            changed_at,
            unreadable,
            is_complete,
        })
    }

    /// The recipients of a campaign, sorted. They never change, so the last campaign's are kept at hand.
    async fn numbers_of(&self, id: CampaignId) -> Result<Arc<[Mobile]>> {
        if let Ok(kept) = self.0.numbers.lock()
            && let Some((known, numbers)) = kept.as_ref()
            && *known == id
        {
            return Ok(Arc::clone(numbers));
        }
        let rows = self.store().recipients(id, 0..=u32::MAX).await?;
        let numbers: Arc<[Mobile]> = blocking(move || {
            let mut numbers: Vec<Mobile> = rows.into_iter().map(|(_, mobile, _)| mobile).collect();
            numbers.sort_unstable();
            numbers.into()
        })
        .await?;
        if let Ok(mut kept) = self.0.numbers.lock() {
            *kept = Some((id, Arc::clone(&numbers)));
        }
        Ok(numbers)
    }

    /// Every campaign whose text carries one of these links, each once.
    async fn campaigns_with(&self, sids: &[Sid]) -> Result<Vec<Campaign>> {
        let mut ids = HashSet::new();
        for sid in sids {
            ids.extend(self.store().campaigns_with_link(sid).await?);
        }
        let mut campaigns = Vec::new();
        for id in ids {
            campaigns.extend(self.store().campaign(id).await?);
        }
        Ok(campaigns)
    }

    /// Numbers that only ever had a test of these links: their clicks are the operator's own.
    async fn test_numbers(&self, campaigns: &[Campaign]) -> Result<HashSet<Mobile>> {
        let mut tests = HashSet::new();
        for campaign in campaigns.iter().filter(|one| one.is_test) {
            tests.extend(self.numbers_of(campaign.id).await?.iter().copied());
        }
        if tests.is_empty() {
            return Ok(tests);
        }
        for campaign in campaigns.iter().filter(|one| !one.is_test) {
            let real = self.numbers_of(campaign.id).await?;
            tests.retain(|mobile| real.binary_search(mobile).is_err());
        }
        Ok(tests)
    }
}

/// One row a number, over several links.
pub(super) fn merged(mut looks: Vec<Look>) -> Vec<ClickRow> {
    if looks.len() == 1 {
        return looks.pop().map(|look| look.rows).unwrap_or_default();
    }
    let mut by_number: BTreeMap<Mobile, ClickRow> = BTreeMap::new();
    for row in looks.into_iter().flat_map(|look| look.rows) {
        by_number
            .entry(row.mobile)
            .and_modify(|sum| {
                sum.clicks = sum.clicks.saturating_add(row.clicks);
                sum.is_new |= row.is_new;
                sum.last_at = sum.last_at.max(row.last_at);
                // An unknown first click is the smallest number, and says nothing.
                sum.first_at = match (sum.first_at, row.first_at) {
                    (i64::MIN, at) | (at, i64::MIN) => at,
                    (a, b) => a.min(b),
                };
            })
            .or_insert(row);
    }
    by_number.into_values().collect()
}

/// Clicks over all rows.
pub(super) fn sum(rows: &[ClickRow]) -> u64 {
    rows.iter().map(|row| u64::from(row.clicks)).sum()
}

/// Numbers with at least one click.
pub(super) fn clickers(rows: &[ClickRow]) -> u64 {
    rows.iter().filter(|row| row.clicks > 0).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(mobile: &str, clicks: u32, first_at: i64, last_at: i64) -> ClickRow {
        ClickRow { mobile: Mobile::parse(mobile).unwrap(), clicks, is_new: false, first_at, last_at }
    }

    fn look(rows: Vec<ClickRow>) -> Look {
        let at = Timestamp::UNIX_EPOCH;
        Look { rows, source: ClickSource::Clicked, as_of: at, changed_at: at, unreadable: 0, is_complete: true }
    }

    #[test]
    fn clicks_on_several_links_of_a_campaign_are_one_row_a_number() {
        let rows = merged(vec![
            look(vec![row("13800138000", 2, 10, 20), row("13900139000", 1, i64::MIN, i64::MIN)]),
            look(vec![row("13800138000", 3, 5, 30), row("13900139000", 1, 7, 7)]),
        ]);
        assert_eq!(rows, [row("13800138000", 5, 5, 30), row("13900139000", 2, 7, 7)]);
    }
}
