//! Clicks: asked for and kept; by link and by campaign; the totals beside them, never added to them.
mod reach;
mod sheet;
mod sums;

use jiff::{Timestamp, ToSpan};

use super::links::sid_of;
use super::{Desk, Result};
use crate::app::Subject;
use crate::problem::{ApiProblem, InputProblem, Problem};
use crate::sms::{Campaign, CampaignId, Class, ClickRow, ClickSource, ClickTotals, Code, Sid, Stat};
use crate::store::Store;
pub(super) use reach::KeptPeople;
use sums::sum;

/// How far back a link's clicks are asked for when nobody knows when it was made: the longest statistics window.
const WINDOW_DAYS: i64 = 30;

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
    /// Clicks by number, the latest click first. Test numbers are left out; of a campaign, so is whoever surely has no
    /// message of it, or clicked last before it began and another one with its link had.
    pub rows: Vec<ClickRow>,
    /// The other campaigns with a link of this one that have begun: clicks may be theirs.
    pub shared_with: Vec<CampaignId>,
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
            *code == Code::NOT_PERMITTED
                || matches!(Code(*code).class(), Class::FixInput | Class::Defect | Class::Unlisted)
        }
        _ => false,
    }
}
