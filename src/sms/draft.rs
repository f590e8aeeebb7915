//! A message being written: kept on disk while it is not sent, so that nothing typed is ever lost.
use jiff::Timestamp;

use super::{CampaignId, Kind, Sid, Signature};

/// A draft's id: the moment it was begun, unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DraftId(pub i64);

/// Where a draft's recipients come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Typed or pasted, as it was typed.
    Typed(String),
    /// A file of the operator's.
    File {
        /// Its path, as typed.
        path: String,
        /// What the operator says about it.
        reading: Reading,
    },
}

/// How a file of recipients is to be read, where the operator knows better; what is `None` is found out by looking.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Reading {
    /// The column of the numbers, by its name.
    pub column: Option<String>,
    /// The label of its encoding: `utf-8`, `gb18030`, …
    pub encoding: Option<String>,
    /// What stands between its fields.
    pub delimiter: Option<char>,
    /// Whether its first row names the columns.
    pub header: Option<bool>,
}

impl Default for Source {
    fn default() -> Self {
        Self::Typed(String::new())
    }
}

/// A message being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// For colleagues.
    pub name: String,
    /// To whom.
    pub to: Source,
    /// How many that was, when it was last counted.
    pub recipients: u64,
    /// Marketing or notification; `None` for what the number of recipients says.
    pub kind: Option<Kind>,
    /// The text, signature first, with `{variables}`.
    pub text: String,
    /// Whether every recipient gets a link of their own; `None` for "when a link of ours is in the text".
    pub mobile_stat: Option<bool>,
    /// The link it was begun with.
    pub link: Option<Sid>,
    /// The campaign it was copied from.
    pub copied_from: Option<CampaignId>,
    /// When it was last kept.
    pub saved_at: Timestamp,
}

impl Draft {
    /// An empty draft, begun at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            id: DraftId(now.as_millisecond()),
            name: String::new(),
            to: Source::default(),
            recipients: 0,
            kind: None,
            text: String::new(),
            mobile_stat: None,
            link: None,
            copied_from: None,
            saved_at: now,
        }
    }

    /// Whether nothing worth keeping was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.trim().is_empty() && self.text.trim().is_empty() && self.to == Source::default()
    }
}

/// So many cells a name takes at most; a Chinese character takes two.
const NAME_CELLS: usize = 28;
/// A name is not cut back to a clause shorter than this.
const CLAUSE_CELLS: usize = 8;

/// The first words of a text as a name: without signature, variables and links, and never cut inside a word.
#[must_use]
pub fn named_after(text: &str) -> String {
    let (signature, rest) = match Signature::of(text) {
        Some(_) => text.split_once('】').unwrap_or(("", text)),
        None => ("", text),
    };
    let words = without_links(&without_variables(rest));
    let line = words.lines().map(|line| line.trim_matches(is_between)).find(|line| !line.is_empty());
    match line {
        Some(line) => shortened(&line.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => signature.trim_start_matches('【').to_owned(),
    }
}

/// What stands between words, and so at neither end of a name.
fn is_between(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() && !"%)".contains(c) || "，。：；！？、（【《“‘…".contains(c)
}

fn without_variables(text: &str) -> String {
    let mut pieces = text.split('{');
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}') {
            Some((_, behind)) => kept.push_str(behind),
            None => kept.push_str(piece),
        }
    }
    kept
}

/// Without every run of address characters that has a scheme, or a dot before a slash.
fn without_links(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "./:_-?=&%#~+".contains(c);
    let mut kept = String::new();
    for piece in text.split_inclusive(|c: char| !is_part(c)) {
        let run = piece.trim_end_matches(|c: char| !is_part(c));
        let is_link = run.contains("://") || run.split_once('/').is_some_and(|(host, _)| host.contains('.'));
        kept.push_str(if is_link { &piece[run.len()..] } else { piece });
    }
    kept
}

fn shortened(line: &str) -> String {
    let cells = |c: char| if c.is_ascii() { 1 } else { 2 };
    let (mut used, mut clause, mut word) = (0, 0, 0);
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if !(before.is_ascii_alphanumeric() && c.is_ascii_alphanumeric()) {
            word = at;
        }
        if is_between(c) && used >= CLAUSE_CELLS {
            clause = at;
        }
        used += cells(c);
        if used > NAME_CELLS {
            let end = [clause, word].into_iter().find(|end| *end > 0).unwrap_or(at);
            return line[..end].trim_end_matches(is_between).to_owned();
        }
        before = c;
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_without_a_name_is_named_after_its_text() {
        for (text, name) in [
            ("【云雀】双12会员专享：全场满300减60，今晚20点开抢", "双12会员专享：全场满300减60"),
            ("【云雀】{name}，您的券 dx5.cn/Cpn7Tz 拒收请回复R", "您的券 拒收请回复R"),
            ("【云雀】点击进入会场dx5.cn/D1vipQ查看", "点击进入会场查看"),
            ("【云雀】https://m.youxuan.example/1212?a=1 go", "go"),
            ("【云雀】Hi", "Hi"),
            ("【云雀】Your return request was accepted, send it back", "Your return request was"),
            ("【云雀】满减3000000000000000000000000000000000", "满减"),
            ("【云雀】{code} dx5.cn/a", "云雀"),
            ("", ""),
        ] {
            assert_eq!(named_after(text), name, "{text}");
        }
    }
}
