//! Where an operator was looking, kept as JSON that only this file reads. What it does not know it forgets in silence: an
//! outlook is a comfort, never a reason not to start.
use serde::{Deserialize, Serialize};

use super::{Desk, Result};
use crate::app::{
    Arrangement, CampaignsOutlook, ClicksOutlook, ComposeField, ComposeOutlook, Group, LinksOutlook, Outlook, PaneName,
    SortBy, Subject,
};
use crate::problem::InputProblem;
use crate::sms::{CampaignId, Mobile, Sid};

/// An outlook on disk. Every field may be missing.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the file, and may be missing")]
struct Kept {
    pane: String,
    links_filter: String,
    links_selected: Option<String>,
    links_archived: bool,
    compose_field: String,
    campaigns_filter: String,
    campaigns_selected: Option<i64>,
    campaigns_open: bool,
    clicks_link: Option<String>,
    clicks_campaign: Option<i64>,
    clicks_chosen: bool,
    clicks_group: String,
    clicks_filter: String,
    clicks_sort: String,
    clicks_reversed: bool,
    clicks_selected: Option<String>,
}

const PANES: [(PaneName, &str); 4] = [
    (PaneName::Links, "links"),
    (PaneName::Compose, "compose"),
    (PaneName::Campaigns, "campaigns"),
    (PaneName::Clicks, "clicks"),
];

const FIELDS: [(ComposeField, &str); 7] = [
    (ComposeField::Name, "name"),
    (ComposeField::To, "to"),
    (ComposeField::Kind, "kind"),
    (ComposeField::Template, "template"),
    (ComposeField::Link, "link"),
    (ComposeField::Count, "count"),
    (ComposeField::Text, "text"),
];

const GROUPS: [(Group, &str); 4] = [
    (Group::Clicked, "clicked"),
    (Group::NotClicked, "not-clicked"),
    (Group::NotDelivered, "not-delivered"),
    (Group::NoReport, "no-report"),
];

const SORTS: [(SortBy, &str); 4] =
    [(SortBy::Last, "last"), (SortBy::First, "first"), (SortBy::Clicks, "clicks"), (SortBy::Number, "number")];

impl Desk {
    /// Keeps where this operator is looking; returns when it is durable.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn keep_outlook(&self, outlook: &Outlook) -> Result<()> {
        let body = serde_json::to_string(&kept(outlook)).map_err(|e| InputProblem::Broken { why: e.to_string() })?;
        Ok(self.store().set_view_state(&self.outlook_key(), &body).await?)
    }

    /// Where this operator was looking; `None` when that is not known, or written by a version we do not understand.
    pub async fn outlook(&self) -> Option<Outlook> {
        let body = self.store().view_state(&self.outlook_key()).await.ok()??;
        serde_json::from_str(&body).ok().map(outlook)
    }

    /// A team's database keeps one for each operator.
    fn outlook_key(&self) -> String {
        format!("outlook/{}", self.by())
    }
}

fn kept(outlook: &Outlook) -> Kept {
    let Outlook { pane, links, compose, campaigns, clicks } = outlook;
    let (clicks_link, clicks_campaign) = match &clicks.subject {
        Some(Subject::Link(sid)) => (Some(sid.0.clone()), None),
        Some(Subject::Campaign(id)) => (None, Some(id.0)),
        None => (None, None),
    };
    Kept {
        pane: word(&PANES, *pane),
        links_filter: links.filter.clone(),
        links_selected: links.selected.as_ref().map(|sid| sid.0.clone()),
        links_archived: links.has_archived,
        compose_field: word(&FIELDS, compose.field),
        campaigns_filter: campaigns.filter.clone(),
        campaigns_selected: campaigns.selected.map(|id| id.0),
        campaigns_open: campaigns.is_open,
        clicks_link,
        clicks_campaign,
        clicks_chosen: clicks.is_chosen,
        clicks_group: word(&GROUPS, clicks.group),
        clicks_filter: clicks.arrangement.filter.clone(),
        clicks_sort: word(&SORTS, clicks.arrangement.by),
        clicks_reversed: clicks.arrangement.is_reversed,
        clicks_selected: clicks.selected.map(Mobile::wire),
    }
}

fn outlook(kept: Kept) -> Outlook {
    let link = kept.clicks_link.map(|sid| Subject::Link(Sid(sid)));
    let campaign = || kept.clicks_campaign.map(|id| Subject::Campaign(CampaignId(id)));
    Outlook {
        pane: meant(&PANES, &kept.pane),
        links: LinksOutlook {
            filter: kept.links_filter,
            selected: kept.links_selected.map(Sid),
            has_archived: kept.links_archived,
        },
        compose: ComposeOutlook { field: meant(&FIELDS, &kept.compose_field) },
        campaigns: CampaignsOutlook {
            filter: kept.campaigns_filter,
            selected: kept.campaigns_selected.map(CampaignId),
            is_open: kept.campaigns_open,
        },
        clicks: ClicksOutlook {
            subject: link.or_else(campaign),
            is_chosen: kept.clicks_chosen,
            group: meant(&GROUPS, &kept.clicks_group),
            arrangement: Arrangement {
                // What is not a digit finds nobody, and is seen nowhere.
                filter: kept.clicks_filter.chars().filter(|c| !c.is_control()).collect(),
                by: meant(&SORTS, &kept.clicks_sort),
                is_reversed: kept.clicks_reversed,
            },
            selected: kept.clicks_selected.and_then(|number| Mobile::parse(&number).ok()),
        },
    }
}

fn word<T: PartialEq + Copy>(words: &[(T, &str)], one: T) -> String {
    words.iter().find(|(known, _)| *known == one).map_or_else(String::new, |(_, word)| (*word).to_owned())
}

fn meant<T: Copy + Default>(words: &[(T, &str)], word: &str) -> T {
    words.iter().find(|(_, known)| *known == word).map(|(one, _)| *one).unwrap_or_default()
}
