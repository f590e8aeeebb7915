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
        /// The column of the numbers; `None` for the one that looks like it.
        column: Option<String>,
    },
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

/// The first words of a text, without its signature, as a name.
#[must_use]
pub fn named_after(text: &str) -> String {
    let rest = match Signature::of(text) {
        Some(_) => text.split_once('】').map_or(text, |(_, rest)| rest),
        None => text,
    };
    let line = rest.trim().lines().next().unwrap_or_default();
    line.chars().take(16).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_without_a_name_is_named_after_its_text() {
        assert_eq!(named_after("【云雀】双12会员专享：全场满300减60，今晚20点开抢"), "双12会员专享：全场满300减6");
        assert_eq!(named_after("【云雀】Hi"), "Hi");
    }
}
