//! Clicks: asked for and kept; by link and by campaign; the totals beside them, never added to them.
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use jiff::{Timestamp, ToSpan};

use super::links::sid_of;
use super::{Desk, Result};
use crate::app::Subject;
use crate::problem::{ApiProblem, InputProblem, Problem};
use crate::sms::{Campaign, CampaignId, Class, ClickRow, ClickSource, ClickTotals, Code, Mobile, Sid, Stat};
use crate::store::Store;

/// How far back a link's clicks are asked for when nobody knows when it was made: the longest statistics window.
const WINDOW_DAYS: i64 = 30;
/// The vendor's code for an endpoint that the key may not use.
const NOT_PERMITTED: i32 = -2;

/// What a look at clicks is to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Clicks by number; an answer without a list is a failure.
    Numbers,
    /// The totals will do: without a list there are no numbers, and the source says so.
    Totals,
}

/// The totals of a link over a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The link.
    pub sid: Sid,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// What the vendor said.
    pub stat: Stat,
}

/// One look at the clicks of a link or a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clicks {
    /// Of what.
    pub subject: Subject,
    /// The links; a campaign may have several.
    pub sids: Vec<Sid>,
    /// The campaign, when the subject is one.
    pub campaign: Option<Campaign>,
    /// Clicks by number, the latest click first; test numbers and strangers to the campaign are left out.
    pub rows: Vec<ClickRow>,
    /// The figures over the rows; they say nothing where the source is [`ClickSource::TotalOnly`].
    pub totals: ClickTotals,
    /// The total of the link (of the first, when there are several), when it is known.
    pub stat: Option<Stat>,
    /// Where the rows come from.
    pub source: ClickSource,
    /// When we asked.
    pub as_of: Timestamp,
    /// When the figures last moved.
    pub changed_at: Timestamp,
    /// Rows of the answer or the sheet whose number or count could not be read.
    pub unreadable: u64,
    /// Whether everything was read: the answer to its last page, each of several links.
    pub is_complete: bool,
}

/// One link's rows, as they were fetched or kept.
struct Look {
    rows: Vec<ClickRow>,
    source: ClickSource,
    as_of: Timestamp,
    changed_at: Timestamp,
    unreadable: u64,
    is_complete: bool,
}

impl Desk {
    /// The totals of a link between two times (30 days ago or since it was made, until now). Asks the API; kept for the
    /// next look. `time_series_stats` where the account has it, else `stat`.
    ///
    /// # Errors
    /// No link's id; a time that ends before it begins; no key; the API.
    pub async fn stat(&self, text: &str, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Total> {
        let sid = sid_of(text)?;
        let to = to.unwrap_or_else(|| self.now());
        let from = match from {
            Some(from) => from,
            None => self.counted_since(&sid, to).await?,
        };
        if from >= to {
            return Err(InputProblem::EmptyTime.into());
        }
        let stat = self.fetch_stat(&sid, from, to).await?;
        Self::keep(self.store().save_stat(&sid, stat.clone()).await)?;
        Ok(Total { sid, from, to, stat })
    }

    /// The clicks of a link or a campaign. Asks the API, keeps what it says.
    ///
    /// # Errors
    /// No such campaign, or none with a link; no key; the API, [`ApiProblem::NotByNumber`] where it does not say who
    /// clicked and the totals will not do, or did not come either. Where `clicked` cannot be read, or knows fewer clicks,
    /// but a sheet was imported, the sheet is the answer.
    pub async fn clicks(&self, subject: &Subject, wanted: Wanted) -> Result<Clicks> {
        let (campaign, sids) = self.links_of(subject).await?;
        let mut looks = Vec::with_capacity(sids.len());
        let mut unread = None;
        for sid in &sids {
            match self.look(sid).await {
                Ok(look) => looks.push(look),
                Err(Problem::Api(why)) if is_not_offered(&why) => unread = unread.or(Some((sid.clone(), why))),
                Err(problem) => return Err(problem),
            }
        }
        let (stat, is_fresh) = match sids.first() {
            Some(sid) => self.total_or_none(sid).await?,
            None => (None, false),
        };
        if let Some((sid, why)) = unread {
            let is_enough = (is_fresh && stat.is_some()) || matches!(why, ApiProblem::Shape { .. });
            if wanted == Wanted::Numbers || !is_enough {
                let total = stat.as_ref().filter(|_| is_fresh && sids.len() == 1).and_then(Stat::total);
                return Err(ApiProblem::NotByNumber { sid: sid.0, total, why: Box::new(why) }.into());
            }
            let asked = stat.as_ref().map_or_else(|| self.now(), |stat| stat.as_of);
            let (source, is_complete) = (ClickSource::TotalOnly, looks.is_empty());
            looks.push(Look { rows: Vec::new(), source, as_of: asked, changed_at: asked, unreadable: 0, is_complete });
        }
        self.sum_up(subject.clone(), campaign, sids, looks, stat).await
    }

    /// The last look at the clicks of a link or a campaign, from the store; `None` when there was none. Local.
    ///
    /// # Errors
    /// No such campaign, or none with a link; the store cannot be read.
    pub async fn clicks_seen(&self, subject: &Subject) -> Result<Option<Clicks>> {
        let (campaign, sids) = self.links_of(subject).await?;
        let mut looks = Vec::new();
        for sid in &sids {
            looks.extend(kept_look(self.store(), sid).await?);
        }
        if looks.is_empty() {
            return Ok(None);
        }
        let stat = match sids.first() {
            Some(sid) => self.store().stat(sid).await?,
            None => None,
        };
        self.sum_up(subject.clone(), campaign, sids, looks, stat).await.map(Some)
    }

    /// Takes the sheet of the vendor's web console as the clicks of a link. `may_shrink`: even where it knows fewer
    /// clicks than are known already. `is_made_elsewhere`: even of a link that this database does not know, such as one
    /// made in the vendor's console. Audited.
    ///
    /// # Errors
    /// The file; [`InputProblem::LinkOfSheet`]; [`InputProblem::FewerClicks`]; a read-only profile.
    pub async fn import_clicks(
        &self,
        file: &Path,
        text: &str,
        may_shrink: bool,
        is_made_elsewhere: bool,
    ) -> Result<Clicks> {
        self.writable()?;
        let sid = sid_of(text)?;
        if !is_made_elsewhere && self.store().link(&sid).await?.is_none() {
            return Err(InputProblem::LinkOfSheet { sid: sid.0 }.into());
        }
        let (rows, unreadable) = self.read_clicks(file).await?;
        let count = rows.len() as u64;
        if let Some(known) = kept_look(self.store(), &sid).await?.filter(|_| !may_shrink) {
            let (clicks, known_clicks) = (sum(&rows), sum(&known.rows));
            if clicks < known_clicks {
                let known_clickers = clickers(&known.rows);
                return Err(InputProblem::FewerClicks { clicks, clickers: count, known_clicks, known_clickers }.into());
            }
        }
        self.store().save_clicks(&sid, rows, ClickSource::Import, self.now()).await?;
        self.note_down("clicks-import", &format!("{sid} {}", file.display()), count).await?;
        let seen = self.clicks_seen(&Subject::Link(sid)).await?;
        let mut clicks = seen.ok_or(InputProblem::NoClicksYet)?;
        clicks.unreadable = unreadable;
        Ok(clicks)
    }

    /// Forgets the imported sheet of a link, and says what it was: from now on its clicks are what the API says. Audited.
    ///
    /// # Errors
    /// No link; [`InputProblem::NoSheet`]; a read-only profile.
    pub async fn forget_clicks(&self, text: &str) -> Result<Clicks> {
        self.writable()?;
        let sid = sid_of(text)?;
        let seen = self.clicks_seen(&Subject::Link(sid.clone())).await?;
        let sheet = seen.filter(|seen| seen.source == ClickSource::Import);
        let sheet = sheet.ok_or_else(|| InputProblem::NoSheet { sid: sid.0.clone() })?;
        self.store().forget_sheet(&sid).await?;
        self.note_down("clicks-forget", &sid.0, sheet.totals.clickers).await?;
        Ok(sheet)
    }

    /// The operator has seen a subject's clicks: what is there now is not new any more.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn mark_seen(&self, subject: &Subject) -> Result<()> {
        let (_, sids) = self.links_of(subject).await?;
        for sid in sids {
            Self::keep(self.store().mark_seen(&sid).await)?;
        }
        Ok(())
    }

    /// The links of a subject, and its campaign.
    pub(super) async fn links_of(&self, subject: &Subject) -> Result<(Option<Campaign>, Vec<Sid>)> {
        match subject {
            Subject::Link(sid) => Ok((None, vec![sid_of(&sid.0)?])),
            Subject::Campaign(id) => {
                let campaign = self.campaign(*id).await?;
                if campaign.link_sids.is_empty() {
                    return Err(InputProblem::NoLinkIn { id: *id }.into());
                }
                let sids = campaign.link_sids.clone();
                Ok((Some(campaign), sids))
            }
        }
    }

    /// Asks for one link's clicks, and keeps them.
    async fn look(&self, sid: &Sid) -> Result<Look> {
        let now = self.now();
        let from = self.counted_since(sid, now).await?;
        let client = self.client()?;
        // The vendor's clock may be ahead of ours, and its last minutes matter most.
        let there = client.server_offset().and_then(|ahead| now.checked_add(ahead).ok());
        match client.clicks(sid, from, there.map_or(now, |there| there.max(now))).await {
            Ok(answer) => {
                // Counters only grow: an answer that knows fewer clicks than the vendor's own sheet is the older truth,
                // or a part of it, and does not replace the sheet.
                let sheet = kept_look(self.store(), sid).await?.filter(|kept| kept.source == ClickSource::Import);
                if let Some(sheet) = sheet.filter(|sheet| sum(&sheet.rows) > sum(&answer.rows)) {
                    return Ok(sheet);
                }
                let saved =
                    self.store().save_clicks(sid, answer.rows.clone(), ClickSource::Clicked, answer.as_of).await;
                let is_kept = Self::keep(saved)?;
                let kept = if is_kept { kept_look(self.store(), sid).await? } else { None };
                let fresh = || Look {
                    rows: answer.rows,
                    source: ClickSource::Clicked,
                    as_of: answer.as_of,
                    changed_at: answer.as_of,
                    unreadable: 0,
                    is_complete: true,
                };
                let look = kept.unwrap_or_else(fresh);
                Ok(Look { unreadable: answer.unreadable, is_complete: answer.is_complete, ..look })
            }
            Err(problem) => {
                let sheet = kept_look(self.store(), sid).await?.filter(|kept| kept.source == ClickSource::Import);
                match sheet {
                    Some(sheet) if is_not_ours(&problem) => Ok(sheet),
                    _ => Err(problem.into()),
                }
            }
        }
    }

    /// Merges the looks at a subject's links and counts.
    async fn sum_up(
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
        let campaigns = match &campaign {
            Some(campaign) => {
                let own = self.numbers_of(campaign.id).await?;
                rows.retain(|row| own.binary_search(&row.mobile).is_ok());
                vec![campaign.clone()]
            }
            None => self.campaigns_with(&sids).await?,
        };
        let mut strangers = 0;
        if campaign.is_none() {
            let tests = self.test_numbers(&campaigns).await?;
            rows.retain(|row| !tests.contains(&row.mobile));
            strangers = self.strangers(&rows, &campaigns).await?;
        }
        let counted: Vec<&Campaign> = campaigns.iter().filter(|one| campaign.is_some() || !one.is_test).collect();
        let totals = ClickTotals {
            clicks: sum(&rows),
            clickers: clickers(&rows),
            strangers,
            recipients: counted.iter().map(|one| one.total()).sum(),
            denominator: counted.iter().map(|one| denominator(one)).sum(),
        };
        rows.sort_unstable_by_key(|row| (std::cmp::Reverse(row.last_at), row.mobile));
        Ok(Clicks { subject, sids, campaign, rows, totals, stat, source, as_of, changed_at, unreadable, is_complete })
    }

    /// The recipients of a campaign, sorted. They never change, so the last campaign's are kept at hand.
    pub(super) async fn numbers_of(&self, id: CampaignId) -> Result<Arc<[Mobile]>> {
        if let Ok(kept) = self.0.numbers.lock()
            && let Some((known, numbers)) = kept.as_ref()
            && *known == id
        {
            return Ok(Arc::clone(numbers));
        }
        let rows = self.store().recipients(id, 0..=u32::MAX).await?;
        let mut numbers: Vec<Mobile> = rows.into_iter().map(|(_, mobile, _)| mobile).collect();
        numbers.sort_unstable();
        let numbers: Arc<[Mobile]> = numbers.into();
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

    /// How many clicked to whom none of these campaigns was sent; none where there is no campaign to tell by.
    async fn strangers(&self, rows: &[ClickRow], campaigns: &[Campaign]) -> Result<u64> {
        let mut known = Vec::new();
        for campaign in campaigns.iter().filter(|one| !one.is_test && !rows.is_empty()) {
            known.push(self.numbers_of(campaign.id).await?);
        }
        if known.is_empty() {
            return Ok(0);
        }
        let is_known = |mobile: &Mobile| known.iter().any(|numbers| numbers.binary_search(mobile).is_ok());
        Ok(rows.iter().filter(|row| row.clicks > 0 && !is_known(&row.mobile)).count() as u64)
    }

    /// When a link began to be counted: when it was made, else the longest window ago.
    async fn counted_since(&self, sid: &Sid, now: Timestamp) -> Result<Timestamp> {
        let earliest = now.checked_sub((WINDOW_DAYS * 24).hours()).unwrap_or(Timestamp::MIN);
        // The vendor's clock may be behind ours.
        let made = self.store().link(sid).await?.map(|link| link.created_at.checked_sub(1.hour()).unwrap_or(earliest));
        Ok(made.filter(|made| *made < now).unwrap_or(earliest))
    }

    async fn fetch_stat(&self, sid: &Sid, from: Timestamp, to: Timestamp) -> Result<Stat> {
        let client = self.client()?;
        match client.time_series_stats(sid, from, to).await {
            Ok(stat) => Ok(stat),
            Err(problem) if is_not_ours(&problem) => Ok(client.stat(sid, from, to).await?),
            Err(problem) => Err(problem.into()),
        }
    }

    /// The total beside the numbers, and whether it is fresh; else it is the last one. A failure here is no failure of
    /// the look.
    async fn total_or_none(&self, sid: &Sid) -> Result<(Option<Stat>, bool)> {
        match self.stat(&sid.0, None, None).await {
            Ok(total) => Ok((Some(total.stat), true)),
            Err(Problem::Api(_)) => Ok((self.store().stat(sid).await?, false)),
            Err(problem) => Err(problem),
        }
    }

    /// Says whether a look was kept. A link that this database does not know can be asked about, but nothing is kept
    /// of it; so it is where nothing can be written.
    fn keep<T>(saved: crate::store::Result<T>) -> Result<bool> {
        use crate::problem::StoreProblem::{NotFound, ReadOnly};
        match saved {
            Ok(_) => Ok(true),
            Err(NotFound { .. } | ReadOnly { .. }) => Ok(false),
            Err(problem) => Err(problem.into()),
        }
    }
}

/// The last look that the store holds.
async fn kept_look(store: &Store, sid: &Sid) -> Result<Option<Look>> {
    let kept = store.clicks(sid).await?;
    Ok(kept.map(|(rows, source, as_of, changed_at)| Look {
        rows,
        source,
        as_of,
        changed_at,
        unreadable: 0,
        is_complete: true,
    }))
}

/// An answer that says "not this endpoint" rather than "not now": the account lacks it, or its shape is not published.
fn is_not_ours(problem: &ApiProblem) -> bool {
    !matches!(problem, ApiProblem::Connect { .. } | ApiProblem::NoAnswer { .. } | ApiProblem::Setup { .. })
}

/// An answer of `clicked` after which the vendor's sheet is the way: the endpoint is not there, not permitted, takes
/// other names than ours, or answers in a shape that cannot be read.
fn is_not_offered(problem: &ApiProblem) -> bool {
    match problem {
        ApiProblem::Redirected { .. } | ApiProblem::Undecodable { .. } | ApiProblem::Shape { .. } => true,
        ApiProblem::Foreign { status, .. } => *status < 500,
        ApiProblem::Refused { code, .. } => {
            *code == NOT_PERMITTED || matches!(Code(*code).class(), Class::FixInput | Class::Defect | Class::Unlisted)
        }
        _ => false,
    }
}

/// One row a number, over several links.
fn merged(mut looks: Vec<Look>) -> Vec<ClickRow> {
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
fn sum(rows: &[ClickRow]) -> u64 {
    rows.iter().map(|row| u64::from(row.clicks)).sum()
}

/// Numbers with at least one click.
fn clickers(rows: &[ClickRow]) -> u64 {
    rows.iter().filter(|row| row.clicks > 0).count() as u64
}

/// What a campaign's rate is taken of: the delivered where reports are known, else the accepted.
pub(super) fn denominator(campaign: &Campaign) -> u64 {
    let known = campaign.deliveries.delivered + campaign.deliveries.failed;
    if known > 0 { campaign.deliveries.delivered } else { campaign.counts.accepted }
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
