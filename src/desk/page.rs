//! What whole screens of the console show: one campaign, and the clicks of a subject by group.
use jiff::Timestamp;

use super::{Desk, Result, Wanted};
use crate::app::{CampaignPage, ClickPage, Group, Subject};
use crate::sms::{
    Campaign, CampaignId, ClickRow, ClickTable, Deliveries, Mobile, Reach, RecipientState, Recipients, ReportStatus,
};
use crate::store::RecipientRow;

/// How many names a list of people on one screen holds.
const SOME: u32 = 100;
/// Recipients read at a time.
const PAGE: u32 = 20_000;
/// A click time that nobody knows.
const UNKNOWN: i64 = i64::MIN;

impl Desk {
    /// One campaign with everything its screen shows; `None` when there is none of that id. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn campaign_page(&self, id: CampaignId) -> Result<Option<CampaignPage>> {
        let store = self.store();
        let Some(campaign) = store.campaign(id).await? else { return Ok(None) };
        let (unknown, unknown_by_reason) =
            if campaign.counts.unknown > 0 { store.doubts(id, SOME).await? } else { (Vec::new(), Vec::new()) };
        let settle = jiff::SignedDuration::try_from(self.config().profile.settle).unwrap_or_default();
        let settles_at = campaign.settles_at(settle);
        let mut rejected = store.rejected(id).await?;
        rejected.truncate(1000);
        let mut notes: Vec<_> = store.notes(id).await?.into_iter().map(|note| (note.at, note.by, note.text)).collect();
        notes.reverse();
        Ok(Some(CampaignPage {
            refused_by_code: store.refusal_counts(id).await?,
            refusals: store.refusals(id, SOME).await?,
            unknown,
            unknown_by_reason,
            settles_at,
            retryable: self.retryable(id).await?.now,
            rejected,
            notes,
            campaign,
        }))
    }

    /// The clicks of a subject as its screen shows them. `is_fresh` asks the API, otherwise the last look is shown, and
    /// `None` means that there was none.
    ///
    /// # Errors
    /// As [`Desk::clicks`].
    pub async fn click_page(&self, subject: &Subject, group: Group, is_fresh: bool) -> Result<Option<ClickPage>> {
        let clicks = if is_fresh {
            Some(self.clicks(subject, Wanted::Totals).await?)
        } else {
            self.clicks_seen(subject).await?
        };
        let Some(mut clicks) = clicks else { return Ok(None) };
        let mut links = Vec::new();
        for sid in &clicks.sids {
            links.extend(self.store().link(sid).await?);
        }
        let campaign = match (&clicks.campaign, links.as_slice()) {
            (Some(campaign), _) => Some(campaign.clone()),
            (None, [link]) if link.campaigns.len() == 1 => self.store().campaign(link.campaigns[0]).await?,
            _ => None,
        };
        let mut rows = std::mem::take(&mut clicks.rows);
        rows.retain(|row| row.clicks > 0);
        let people = match &campaign {
            Some(campaign) => self.people_of(campaign, rows, group).await?,
            None => People { rows, ..People::default() },
        };
        // While it is being sent the groups and the counts are read at two moments: what is shown adds up all the same.
        let campaign = campaign.map(|campaign| people.agreed(campaign));
        let mut totals = clicks.totals;
        if let (Some(campaign), Subject::Campaign(_)) = (&campaign, subject) {
            (totals.rate_of, totals.denominator) = people.reach(campaign).rate_of();
        }
        let groups = if campaign.is_some() { people.groups } else { [clicks.totals.clickers, 0, 0, 0] };
        let last_look = links.iter().map(super::watch::last_look).min();
        let count = u32::try_from(people.rows.len()).unwrap_or(u32::MAX);
        Ok(Some(ClickPage {
            subject: subject.clone(),
            group,
            campaign,
            links,
            table: ClickTable { rows: people.rows.into(), order: (0..count).collect(), generation: 0 },
            names: people.names.into(),
            extra: people.extra.map(|(name, values)| (name, values.into())),
            delivered_at: people.delivered_at.into(),
            errors: people.errors.into(),
            groups,
            totals,
            stat: clicks.stat,
            source: clicks.source,
            as_of: clicks.as_of,
            changed_at: clicks.changed_at,
            shared_with: clicks.shared_with,
            reports_at: None,
            final_look: last_look.filter(|at| *at > self.now()),
            is_from_store: !is_fresh,
        }))
    }

    /// Sorts everybody who was accepted, and who clicked though nobody knows whether they were, into the groups, and
    /// gives the rows of one.
    async fn people_of(&self, campaign: &Campaign, clicked: Vec<ClickRow>, group: Group) -> Result<People> {
        let mut by_number: Vec<(Mobile, u32)> = (0..).zip(&clicked).map(|(i, row)| (row.mobile, i)).collect();
        by_number.sort_unstable();
        let plan = self.store().plan(campaign.id).await?;
        let columns = plan.map(|plan| plan.recipients.columns.clone()).unwrap_or_default();
        let name_column = name_column(&columns);
        // The first that is no name: what the operator sorts people by.
        let extra_column = (0..columns.len()).find(|column| Some(*column) != name_column);
        let extra = extra_column.map(|column| (columns[column].clone(), Vec::new()));
        let mut people = People { extra, ..People::default() };
        let mut found: Vec<Option<Known>> = vec![None; clicked.len()];
        let mut states = vec![RecipientState::Accepted];
        if campaign.counts.unknown + campaign.counts.sending > 0 && !clicked.is_empty() {
            states.extend([RecipientState::Unknown, RecipientState::Sending]);
        }
        for state in states {
            let mut from = 0;
            loop {
                let page = self.store().recipients_page(campaign.id, Some(state), from, PAGE).await?;
                let Some(last) = page.last() else { break };
                from = last.seq.saturating_add(1);
                for row in page {
                    let found_at = by_number.binary_search_by_key(&row.mobile, |(mobile, _)| *mobile);
                    let at = found_at.ok().map(|i| by_number[i].1);
                    let Some(its) = people.count(&row, at.is_some()) else { continue };
                    let known = || Known::of(&row, name_column, extra_column);
                    if let Some(i) = at {
                        found[i as usize] = Some(known());
                    } else if its == group {
                        let (clicks, is_new) = (0, false);
                        let (first_at, last_at) = (UNKNOWN, UNKNOWN);
                        people.rows.push(ClickRow { mobile: row.mobile, clicks, is_new, first_at, last_at });
                        people.push(known());
                        if group == Group::NotDelivered {
                            people.errors.push(row.error.as_str().into());
                        }
                    }
                }
            }
        }
        if group == Group::Clicked {
            people.rows = clicked;
            for known in found {
                people.push(known.unwrap_or_default());
            }
        }
        Ok(people)
    }
}

/// What is known of one of them: two columns of the operator's own file, and when the message arrived.
#[derive(Debug, Clone)]
struct Known {
    name: Box<str>,
    extra: Box<str>,
    delivered_at: i64,
}

impl Default for Known {
    fn default() -> Self {
        Self { name: Box::default(), extra: Box::default(), delivered_at: UNKNOWN }
    }
}

impl Known {
    fn of(row: &RecipientRow, name: Option<usize>, extra: Option<usize>) -> Self {
        let value = |column: Option<usize>| -> Box<str> {
            let value = column.and_then(|column| row.values.split(Recipients::SEPARATOR).nth(column));
            value.unwrap_or_default().into()
        };
        // A report of a failure has a time, too: nothing was delivered then.
        let received_at = row.received_at.filter(|_| row.delivery == ReportStatus::Delivered);
        let delivered_at = received_at.map_or(UNKNOWN, Timestamp::as_millisecond);
        Self { name: value(name), extra: value(extra), delivered_at }
    }
}

/// The people of one group, and how many are in each.
#[derive(Debug, Default)]
struct People {
    rows: Vec<ClickRow>,
    names: Vec<Box<str>>,
    extra: Option<(String, Vec<Box<str>>)>,
    delivered_at: Vec<i64>,
    errors: Vec<Box<str>>,
    groups: [u64; 4],
    reports: Deliveries,
    clicked_unreported: u64,
    clicked_in_doubt: u64,
}

impl People {
    /// The campaign with the accepted and their reports as they were counted here; who was not pending any more then
    /// is not pending now.
    fn agreed(&self, mut campaign: Campaign) -> Campaign {
        let (before, now) = (campaign.counts.accepted, self.groups.iter().sum::<u64>() - self.clicked_in_doubt);
        let moved = now.saturating_sub(before);
        let counts = &mut campaign.counts;
        let from_sending = moved.min(counts.sending);
        counts.sending -= from_sending;
        counts.pending = counts.pending.saturating_sub(moved - from_sending);
        counts.accepted = now;
        campaign.deliveries = self.reports;
        campaign
    }

    /// Counts one in, and says in which group; whoever did not click and may not have the message is in none.
    fn count(&mut self, row: &RecipientRow, has_clicked: bool) -> Option<Group> {
        let is_accepted = row.state == RecipientState::Accepted;
        let its = match (has_clicked, row.delivery) {
            (true, _) => Group::Clicked,
            (false, _) if !is_accepted => return None,
            (false, ReportStatus::Failed) => Group::NotDelivered,
            (false, ReportStatus::NoReport) => Group::NoReport,
            (false, ReportStatus::Delivered) => Group::NotClicked,
        };
        self.groups[place(its)] += 1;
        if !is_accepted {
            self.clicked_in_doubt += 1;
            return Some(its);
        }
        *match row.delivery {
            ReportStatus::Delivered => &mut self.reports.delivered,
            ReportStatus::Failed => &mut self.reports.failed,
            ReportStatus::NoReport => &mut self.reports.no_report,
        } += 1;
        self.clicked_unreported += u64::from(has_clicked && row.delivery != ReportStatus::Delivered);
        Some(its)
    }

    /// Whom the campaign reached, as of the same moment as the groups.
    const fn reach(&self, campaign: &Campaign) -> Reach {
        Reach {
            accepted: campaign.counts.accepted,
            delivered: self.reports.delivered,
            failed: self.reports.failed,
            clicked_unreported: self.clicked_unreported,
            clicked_in_doubt: self.clicked_in_doubt,
        }
    }

    fn push(&mut self, known: Known) {
        self.names.push(known.name);
        if let Some((_, values)) = &mut self.extra {
            values.push(known.extra);
        }
        self.delivered_at.push(known.delivered_at);
    }
}

fn place(group: Group) -> usize {
    Group::ALL.into_iter().position(|one| one == group).unwrap_or_default()
}

/// The column of the operator's own file that looks like a name.
pub(super) fn name_column(columns: &[String]) -> Option<usize> {
    const NAMES: [&str; 5] = ["name", "姓名", "名字", "称呼", "客户"];
    columns.iter().position(|column| NAMES.contains(&column.trim().to_lowercase().as_str()))
}
