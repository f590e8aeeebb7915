//! Short links: made and remembered, listed, put away.
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{Desk, Result};
use crate::problem::InputProblem;
use crate::sms::{Link, Sid};

/// How long the vendor counts unless it is asked otherwise (`api/yunpian-v2.md` §1).
const COUNTED_DAYS: i64 = 30;
/// Links that one round of looks asks for, and how many of them at the same time.
const LOOKS: usize = 30;
/// See [`LOOKS`].
const LOOKS_AT_ONCE: usize = 4;

impl Desk {
    /// Makes a short link and remembers it. Asked once, never again by the program.
    ///
    /// # Errors
    /// No web address; a read-only profile; the API; [`InputProblem::LinkNotKept`].
    pub async fn shorten(&self, url: &str, name: Option<&str>, tags: Vec<String>) -> Result<Link> {
        self.writable()?;
        let url = web_address(url)?;
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let short = self.client()?.shorten(&url, name, None).await?;
        let now = self.now();
        let link = Link {
            counts_until: short
                .stat_expire
                .unwrap_or_else(|| now.saturating_add((COUNTED_DAYS * 24).hours()).unwrap_or(now)),
            short,
            tags: tidy(&tags),
            note: String::new(),
            by: self.by().to_owned(),
            created_at: now,
            is_archived: false,
            clicks: None,
            recent: Vec::new(),
            campaigns: Vec::new(),
        };
        let saved = self.store().save_link(link.clone()).await;
        saved.map_err(|why| InputProblem::LinkNotKept {
            sid: link.short.sid.0.clone(),
            short_url: link.short.short_url.clone(),
            why: Box::new(why),
        })?;
        Ok(link)
    }

    /// All links this database knows, newest first. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn links(&self, with_archived: bool) -> Result<Vec<Link>> {
        Ok(self.store().links(with_archived).await?)
    }

    /// Asks for the totals of the newest links that are counted and were not looked at for ten minutes (the vendor's own
    /// rhythm, `api/yunpian-v2.md` §4); says how many brought something. One that fails is left as it was.
    ///
    /// # Errors
    /// The store cannot be read; the first API problem, when not one look succeeded.
    pub async fn look_at_links(&self) -> Result<u64> {
        let now = self.now();
        let is_old = |at: Timestamp| now.duration_since(at) >= SignedDuration::from_mins(10);
        let mut due = self.store().links(false).await?;
        due.retain(|link| link.counts_until > now && link.clicks.is_none_or(|(_, at)| is_old(at)));
        due.truncate(LOOKS);
        let looks = due.into_iter().map(|link| {
            let desk = self.clone();
            async move { desk.stat(&link.short.sid.0, None, None).await }
        });
        let looks: Vec<_> = futures_util::stream::iter(looks).buffer_unordered(LOOKS_AT_ONCE).collect().await;
        let fetched = looks.iter().filter(|look| look.is_ok()).count() as u64;
        match looks.into_iter().find_map(std::result::Result::err) {
            Some(problem) if fetched == 0 => Err(problem),
            _ => Ok(fetched),
        }
    }

    /// One link, by its id or by the link itself (`YRDOnF`, `dx5.cn/YRDOnF`, `https://dx5.cn/YRDOnF`). Local.
    ///
    /// # Errors
    /// This database does not know it.
    pub async fn link(&self, text: &str) -> Result<Link> {
        let sid = sid_of(text)?;
        let known = self.store().link(&sid).await?;
        known.ok_or_else(|| InputProblem::NoSuchLink { sid: sid.0 }.into())
    }

    /// Puts a link away (`true`) or takes it out again.
    ///
    /// # Errors
    /// Unknown link; a read-only profile.
    pub async fn archive(&self, sid: &Sid, is_archived: bool) -> Result<()> {
        self.writable()?;
        Ok(self.store().archive_link(sid, is_archived).await?)
    }

    /// Replaces a link's tags.
    ///
    /// # Errors
    /// Unknown link; a read-only profile.
    pub async fn tag(&self, sid: &Sid, tags: Vec<String>) -> Result<()> {
        self.writable()?;
        Ok(self.store().retag_link(sid, tidy(&tags)).await?)
    }

    /// Changes what only we know of a link: its name on our screens and its tags.
    ///
    /// # Errors
    /// Unknown link; a read-only profile.
    pub async fn rename(&self, sid: &Sid, name: &str, tags: Vec<String>) -> Result<()> {
        self.writable()?;
        let mut link = self.link(&sid.0).await?;
        link.short.name = name.trim().to_owned();
        link.tags = tidy(&tags);
        Ok(self.store().save_link(link).await?)
    }
}

/// The id of a link as people write it: bare, or at the end of an address.
///
/// # Errors
/// Nothing in it can be an id.
pub(super) fn sid_of(text: &str) -> Result<Sid> {
    let code = text.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        Ok(Sid(code.to_owned()))
    } else {
        Err(InputProblem::NoSuchLink { sid: text.to_owned() }.into())
    }
}

/// An address that the API takes: `http://` or `https://` in small letters, a host, no blank (`api/yunpian-v2.md` §1).
pub(super) fn web_address(text: &str) -> Result<String> {
    let url = text.trim();
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = matches!(scheme.as_str(), "http" | "https")
        && is_place(place)
        && !url.chars().any(|c| c.is_whitespace() || c.is_control());
    if is_plain {
        Ok(format!("{scheme}://{rest}"))
    } else {
        Err(InputProblem::NotAWebAddress { url: text.to_owned() }.into())
    }
}

/// Whether what stands before the path names a host, and a port that there can be.
fn is_place(place: &str) -> bool {
    let place = place.rsplit('@').next().unwrap_or_default();
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (place, None),
    };
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0);
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[') && port.is_none_or(is_port)
}

/// Labels without blanks around them, each once.
fn tidy(tags: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags.iter().flat_map(|tags| tags.split([',', '，'])).map(str::trim) {
        if !tag.is_empty() && !kept.iter().any(|known| known == tag) {
            kept.push(tag.to_owned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_known_by_its_id_or_by_its_address() {
        for text in ["YRDOnF", "dx5.cn/YRDOnF", "https://dx5.cn/YRDOnF", " https://dx5.cn/YRDOnF/ "] {
            assert_eq!(sid_of(text).unwrap().0, "YRDOnF", "{text}");
        }
        assert!(sid_of("").is_err() && sid_of("a b").is_err());
    }

    #[test]
    fn only_web_addresses_are_shortened() {
        for good in ["https://a.example/x?y=1", "http://a.example", "HTTPS://A.example/路径"] {
            assert!(web_address(good).is_ok(), "{good}");
        }
        assert_eq!(web_address(" HTTPS://Ex.com/A ").unwrap(), "https://Ex.com/A", "the API takes small letters alone");
        for good in
            ["http://a.example:8080/x", "http://[::1]/x", "http://[::1]:80", "https://u@a.example", "http://例子.cn"]
        {
            assert_eq!(web_address(good).unwrap(), good);
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example/x",
            "https://",
            "https:///x",
            "http://a b",
            "javascript:alert(1)",
            "http://.",
            "http://:80/",
            "https://x.com:99999/",
            "https://x.com:0/",
            "https://x.com:+8/",
        ] {
            assert!(web_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_are_tidied() {
        let tags = tidy(&["vip, 双12".into(), " vip ".into(), String::new()]);
        assert_eq!(tags, ["vip", "双12"]);
    }
}
