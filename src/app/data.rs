//! What all panes share: the links, the campaigns, the account, the drafts, and how running campaigns get on.
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::remote::Remote;
use super::request::{Failure, Response, Thing};
use crate::sms::{
    Account, Campaign, CampaignId, CampaignState, Counts, Draft, DraftId, Link, Looked, Preflight, Progress, Sid,
    SignatureEntry, TemplateEntry,
};

/// What all panes share.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Data {
    /// All links, newest first, archived ones too.
    pub links: Remote<Vec<Link>>,
    /// All campaigns, newest first.
    pub campaigns: Remote<Vec<Campaign>>,
    /// Whether a `yunque watch` is alive that runs what is scheduled.
    pub is_watched: bool,
    /// Name and balance.
    pub account: Remote<Account>,
    /// How many times messages of ours were billed, as far as is seen here, and as it was when each reading was asked for.
    bills: Bills,
    /// Templates of the account.
    pub templates: Remote<Vec<TemplateEntry>>,
    /// Signatures of the account.
    pub signatures: Vec<SignatureEntry>,
    /// Drafts, newest first.
    pub drafts: Remote<Vec<Draft>>,
    /// Drafts on their way to the disk, and how many times: a list that was read before they arrived does not take them
    /// back.
    keeping: BTreeMap<DraftId, (Draft, usize)>,
    /// Drafts that were thrown away: a list that was read before does not bring them back.
    dropped: BTreeSet<DraftId>,
    /// What is known about the plan in the review.
    pub preflight: Remote<Box<Preflight>>,
    /// The newest progress of campaigns that this process sends.
    pub progress: BTreeMap<CampaignId, Progress>,
    /// How far the looks into the vendor's records are that this process takes.
    pub looked: BTreeMap<CampaignId, Looked>,
}

/// Which balance knows of which messages: one that was asked for before they were billed does not.
#[derive(Debug, Clone, PartialEq, Default)]
struct Bills {
    seen: u64,
    account_asked: u64,
    preflight_asked: u64,
    shown: u64,
}

/// So many have been billed, or may have been.
const fn billed(counts: &Counts) -> u64 {
    counts.accepted + counts.unknown
}

impl Data {
    /// Whether messages of ours were billed since the balance that is shown was asked for.
    #[must_use]
    pub const fn is_balance_behind(&self) -> bool {
        self.account.shown().is_some() && self.bills.shown < self.bills.seen
    }

    /// Whether the checks that are shown know the balance.
    #[must_use]
    pub fn preflight_has_balance(&self) -> bool {
        self.preflight.shown().is_some_and(|checks| checks.balance.is_some())
    }

    /// A read has gone out: what is shown stays shown.
    pub fn load(&mut self, thing: Thing) {
        match thing {
            Thing::Account => self.bills.account_asked = self.bills.seen,
            Thing::Preflight => self.bills.preflight_asked = self.bills.seen,
            _ => {}
        }
        match thing {
            Thing::Links => self.links.load(),
            Thing::Campaigns => self.campaigns.load(),
            Thing::Account => self.account.load(),
            Thing::Phrases => self.templates.load(),
            Thing::Drafts => self.drafts.load(),
            Thing::Preflight => self.preflight.load(),
            _ => {}
        }
    }

    /// A read has come back.
    pub fn settle(&mut self, thing: Thing, outcome: Result<Response, Failure>, now: Timestamp) {
        match (thing, outcome) {
            (Thing::Links, Ok(Response::Links(links))) => self.links.settle(Ok(links), now),
            (Thing::Campaigns, Ok(Response::Campaigns { mut list, is_watched })) => {
                self.is_watched = is_watched;
                // Another process may have sent them.
                let has_grown =
                    |new: &Campaign| self.campaign(new.id).is_some_and(|old| billed(&old.counts) < billed(&new.counts));
                self.bills.seen += u64::from(list.iter().any(has_grown));
                // Of what is sent from here the run knows best who asks for it.
                for campaign in &mut list {
                    let ours = self.progress.get(&campaign.id).filter(|ours| ours.state == CampaignState::Running);
                    if let Some(ours) = ours {
                        campaign.take_over = ours.asked.as_deref().cloned();
                    }
                }
                self.campaigns.settle(Ok(list), now);
            }
            (Thing::Account, Ok(Response::Account(account))) => {
                self.bills.shown = self.bills.shown.max(self.bills.account_asked);
                self.account.settle(Ok(account), now);
            }
            (Thing::Phrases, Ok(Response::Phrases { templates, signatures })) => {
                self.signatures = signatures;
                self.templates.settle(Ok(templates), now);
            }
            (Thing::Preflight, Ok(Response::Preflight(checks))) => {
                // One balance on the screen, the newest.
                if let (Some(balance), Some(account)) = (checks.balance, self.account.shown_mut()) {
                    account.balance = balance;
                    self.bills.shown = self.bills.shown.max(self.bills.preflight_asked);
                    let account = account.clone();
                    if !self.account.is_loading() {
                        self.account.settle(Ok(account), now);
                    }
                }
                self.preflight.settle(Ok(checks), now);
            }
            (Thing::Drafts, Ok(Response::Drafts(drafts))) => self.drafts_came(drafts, now),
            (thing, outcome) => {
                // A response of another kind would be a mistake of the worker's; it is shown as one, not hidden.
                let failure = outcome.err().unwrap_or(Failure::Panicked);
                match thing {
                    Thing::Links => self.links.settle(Err(failure), now),
                    Thing::Campaigns => self.campaigns.settle(Err(failure), now),
                    Thing::Account => self.account.settle(Err(failure), now),
                    Thing::Phrases => self.templates.settle(Err(failure), now),
                    Thing::Drafts => self.drafts.settle(Err(failure), now),
                    Thing::Preflight => self.preflight.settle(Err(failure), now),
                    _ => {}
                }
            }
        }
    }

    /// A draft is being kept: it is among the others at once, as it is now.
    pub fn put_draft(&mut self, draft: &Draft) {
        let (newest, under_way) = self.keeping.entry(draft.id).or_insert_with(|| (draft.clone(), 0));
        newest.clone_from(draft);
        *under_way += 1;
        if let Some(drafts) = self.drafts.shown_mut() {
            drafts.retain(|known| known.id != draft.id);
            drafts.insert(0, draft.clone());
        }
    }

    /// A draft is on disk: whatever is read from now on knows it.
    pub fn draft_arrived(&mut self, id: DraftId) {
        let Some((_, under_way)) = self.keeping.get_mut(&id) else { return };
        *under_way = under_way.saturating_sub(1);
        if *under_way == 0 && !self.drafts.is_loading() {
            self.keeping.remove(&id);
        }
    }

    /// A draft is being thrown away, or has become a campaign.
    pub fn drop_draft(&mut self, id: DraftId) {
        self.keeping.remove(&id);
        self.dropped.insert(id);
        if let Some(drafts) = self.drafts.shown_mut() {
            drafts.retain(|draft| draft.id != id);
        }
    }

    /// The list may have been read before the newest arrived: then the newest stays.
    fn drafts_came(&mut self, mut drafts: Vec<Draft>, now: Timestamp) {
        self.keeping.retain(|id, (newest, under_way)| {
            let is_older = |known: &Draft| known.saved_at.as_millisecond() < newest.saved_at.as_millisecond();
            match drafts.iter_mut().find(|known| known.id == *id) {
                Some(known) if is_older(known) => known.clone_from(newest),
                Some(_) => return *under_way > 0,
                None => drafts.push(newest.clone()),
            }
            true
        });
        drafts.retain(|draft| !self.dropped.contains(&draft.id));
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.saved_at));
        self.drafts.settle(Ok(drafts), now);
    }

    /// A campaign got on: its row shows it. Says whether it has just come to rest.
    pub fn progressed(&mut self, progress: Progress) -> bool {
        let has_turned = self.progress.get(&progress.id).is_none_or(|before| before.state != progress.state);
        let is_running = progress.state == CampaignState::Running;
        let before = self.progress.get(&progress.id).map(|before| before.counts);
        let before = before.or_else(|| self.campaign(progress.id).map(|campaign| campaign.counts));
        if billed(&progress.counts) > before.as_ref().map_or(0, billed) {
            self.bills.seen += 1;
        }
        if let Some(list) = self.campaigns.shown_mut()
            && let Some(campaign) = list.iter_mut().find(|campaign| campaign.id == progress.id)
        {
            campaign.state = progress.state;
            campaign.pause.clone_from(&progress.pause);
            campaign.counts = progress.counts;
            // Reports come later and apart: until then those just accepted have none.
            let reported = campaign.deliveries.delivered + campaign.deliveries.failed;
            campaign.deliveries.no_report = progress.counts.accepted.saturating_sub(reported);
            campaign.fee = progress.fee;
            campaign.take_over = progress.asked.as_deref().cloned();
        }
        self.progress.insert(progress.id, progress);
        has_turned && !is_running
    }

    /// The campaigns that this process is sending.
    pub fn sending(&self) -> impl Iterator<Item = &Progress> {
        self.progress.values().filter(|progress| progress.state == CampaignState::Running)
    }

    /// A link by its id.
    #[must_use]
    pub fn link(&self, sid: &Sid) -> Option<&Link> {
        self.links.shown()?.iter().find(|link| link.short.sid == *sid)
    }

    /// A campaign by its id.
    #[must_use]
    pub fn campaign(&self, id: CampaignId) -> Option<&Campaign> {
        self.campaigns.shown()?.iter().find(|campaign| campaign.id == id)
    }

    /// A link that was made or changed: it takes its old place, or the first.
    pub fn put_link(&mut self, link: Link, now: Timestamp) {
        if self.links.shown().is_none() {
            self.links.settle(Ok(Vec::new()), now);
        }
        let Some(links) = self.links.shown_mut() else { return };
        match links.iter_mut().find(|known| known.short.sid == link.short.sid) {
            Some(known) => *known = link,
            None => links.insert(0, link),
        }
    }
}
