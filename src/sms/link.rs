//! Short links: what the vendor made, what we remember of it, and where one stands in a text.
use std::fmt;
use std::ops::Range;

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
    let scheme =
        ["https://", "http://"].into_iter().find(|s| url.get(..s.len()).is_some_and(|u| u.eq_ignore_ascii_case(s)));
    scheme.map_or(url, |scheme| &url[scheme.len()..])
}

/// The short links in a text: every `HOST/CODE`, with or without scheme, on one of `hosts` (`dx5.cn`, `yp2.cn`, the
/// sandbox's own, with its port). Hosts match in any case, codes as they are. Gives the byte range, scheme included,
/// and the code; in the order of the text, none twice.
#[must_use]
pub fn links_in<'a>(text: &'a str, hosts: &[&str]) -> Vec<(Range<usize>, &'a str)> {
    // ASCII lower case keeps every byte in its place.
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(Range<usize>, &str)> = Vec::new();
    for host in hosts.iter().filter(|host| !host.is_empty()) {
        for (at, _) in lower.match_indices(&host.to_ascii_lowercase()) {
            let scheme = ["https://", "http://"].into_iter().find(|scheme| lower[..at].ends_with(scheme));
            // `mydx5.cn/a`, `x.dx5.cn/a` and `host/dx5.cn/a` are other people's addresses.
            let before = lower[..at].chars().next_back();
            if scheme.is_none()
                && before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | '@'))
            {
                continue;
            }
            let Some(rest) = text[at + host.len()..].strip_prefix('/') else { continue };
            let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length > 0 {
                let end = at + host.len() + 1 + length;
                found.push((at - scheme.map_or(0, str::len)..end, &text[end - length..end]));
            }
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTS: [&str; 3] = ["dx5.cn", "yp2.cn", "127.0.0.1:8787"];

    fn codes(text: &str) -> Vec<&str> {
        links_in(text, &HOSTS).into_iter().map(|(_, code)| code).collect()
    }

    #[test]
    fn a_link_is_found_with_and_without_scheme_and_between_characters_of_any_script() {
        for text in [
            "看dx5.cn/YRDOnF。",
            "https://dx5.cn/YRDOnF",
            "(http://dx5.cn/YRDOnF)",
            "DX5.cn/YRDOnF ",
            "HTTPS://dx5.cn/YRDOnF?x=1",
        ] {
            assert_eq!(codes(text), ["YRDOnF"], "{text}");
        }
        assert_eq!(codes("dx5.cn/a http://127.0.0.1:8787/b yp2.cn/c"), ["a", "b", "c"]);
    }

    #[test]
    fn the_range_holds_the_scheme_so_that_the_whole_link_can_be_replaced() {
        let text = "点https://dx5.cn/ab看";
        let (range, _) = links_in(text, &HOSTS)[0].clone();
        assert_eq!(&text[range], "https://dx5.cn/ab");
    }

    #[test]
    fn other_hosts_and_a_host_without_a_code_are_no_links() {
        for text in
            ["mydx5.cn/a", "a.dx5.cn/b", "dx5.cn", "dx5.cn/", "dx5.cn.evil.com/a", "x.com/dx5.cn/a", "dx5.cn/码"]
        {
            assert!(codes(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_host_given_twice_finds_a_link_once() {
        assert_eq!(links_in("dx5.cn/a", &["dx5.cn", "dx5.cn", ""]).len(), 1);
    }

    #[test]
    fn a_link_is_written_bare_without_its_scheme() {
        assert_eq!(bare("https://dx5.cn/a"), "dx5.cn/a");
        assert_eq!(bare("HTTP://dx5.cn/a"), "dx5.cn/a");
        assert_eq!(bare("短"), "短");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn ranges_are_in_order_and_lie_in_the_text(text in "(dx5\\.cn/|https?://|yp2\\.cn|[a-zA-Z0-9./ 短]){0,12}") {
            let found = links_in(&text, &HOSTS);
            prop_assert!(found.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start));
            for (range, code) in found {
                prop_assert!(text[range].ends_with(code));
            }
        }
    }
}
