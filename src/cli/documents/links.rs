//! `shorten`, `links list`, `links show`.
use serde::Serialize;

use super::Form;
use crate::sms::Link;

/// A link.
#[derive(Debug, Serialize)]
pub struct LinkDocument {
    sid: String,
    short_url: String,
    long_url: String,
    name: String,
    created_at: String,
    counts_until: String,
    tags: Vec<String>,
    note: String,
    by: String,
    archived: bool,
    clicks: Option<u64>,
    clicks_as_of: Option<String>,
    campaigns: Vec<String>,
}

impl LinkDocument {
    /// The document of a link.
    #[must_use]
    pub fn new(link: &Link, form: &Form) -> Self {
        Self {
            sid: link.short.sid.to_string(),
            short_url: link.short.short_url.clone(),
            long_url: link.short.long_url.clone(),
            name: link.short.name.clone(),
            created_at: form.time(link.created_at),
            counts_until: form.time(link.counts_until),
            tags: link.tags.clone(),
            note: link.note.clone(),
            by: link.by.clone(),
            archived: link.is_archived,
            clicks: link.clicks.map(|(clicks, _)| clicks),
            clicks_as_of: link.clicks.map(|(_, at)| form.time(at)),
            campaigns: link.campaigns.iter().map(ToString::to_string).collect(),
        }
    }
}

/// `links list`.
#[derive(Debug, Serialize)]
pub struct LinksDocument {
    links: Vec<LinkDocument>,
}

impl LinksDocument {
    /// The document of many links, in the order given.
    #[must_use]
    pub fn new(links: &[Link], form: &Form) -> Self {
        Self { links: links.iter().map(|link| LinkDocument::new(link, form)).collect() }
    }
}
