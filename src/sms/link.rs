//! Short links: what the vendor made, what we remember of it, and where one stands in a text.
use std::fmt;

use jiff::Timestamp;

/// The unique id of a short link, `YRDOnF`. (A sent message's id is another thing: [`super::MessageSid`].)
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sid(pub String);

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What `shorten` answers (`api/yunpian-v2.md` §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortLink {
    /// The link's id.
    pub sid: Sid,
    /// The address behind it.
    pub long_url: String,
    /// The short address with its scheme, `https://dx5.cn/YRDOnF`.
    pub short_url: String,
    /// The alias, ours or the vendor's default.
    pub name: String,
    /// When the vendor stops counting, if it says so.
    pub stat_expire: Option<Timestamp>,
}

impl ShortLink {
    /// The short address as an SMS writes it, without the scheme: `dx5.cn/YRDOnF`.
    #[must_use]
    pub fn bare(&self) -> &str {
        bare(&self.short_url)
    }
}

/// A link as this database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the vendor made.
    pub short: ShortLink,
    /// Labels of our own.
    pub tags: Vec<String>,
    /// A note of our own; empty for none.
    pub note: String,
    /// The operator who made it.
    pub by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The end of the statistics window: clicks after it are not counted (30 days unless asked otherwise).
    pub counts_until: Timestamp,
    /// Put away: kept, but not listed.
    pub is_archived: bool,
    /// Total clicks at the last look, with when that was; `None` before the first.
    pub clicks: Option<(u64, Timestamp)>,
    /// Clicks of the last 24 hours, two hours a value, oldest first; empty when no series is known.
    pub recent: Vec<u32>,
    /// The campaigns whose text carries it.
    pub campaigns: Vec<super::CampaignId>,
}

/// `https://dx5.cn/a` and `dx5.cn/a` are the same link: the address without its scheme.
#[must_use]
pub fn bare(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
}

/// The short links in a text: every `HOST/CODE`, with or without scheme, on one of `hosts` (`dx5.cn`, `yp2.cn`, the
/// sandbox's own). Gives the byte range and the code.
#[must_use]
pub fn links_in<'a>(text: &'a str, hosts: &[&str]) -> Vec<(std::ops::Range<usize>, &'a str)> {
    let mut found: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
    for host in hosts {
        for (at, _) in text.match_indices(host) {
            if text[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-') {
                continue;
            }
            let Some(rest) = text[at + host.len()..].strip_prefix('/') else { continue };
            let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length == 0 {
                continue;
            }
            let start = ["https://", "http://"]
                .iter()
                .find(|scheme| text[..at].ends_with(*scheme))
                .map_or(at, |scheme| at - scheme.len());
            let end = at + host.len() + 1 + length;
            found.push((start..end, &text[end - length..end]));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}
