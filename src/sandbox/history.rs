//! The small believable past of an embedded sandbox, told as plain data.
use jiff::Timestamp;

use crate::sms::{Kind, MessageSid, Mobile, Money, ReportStatus, Segments, Sid};

/// What happened before the operator sat down: the server holds it already; the local database is given the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The links, oldest first.
    pub links: Vec<HistoryLink>,
    /// The campaigns, oldest first.
    pub campaigns: Vec<HistoryCampaign>,
}

/// A link of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLink {
    /// Its id.
    pub sid: Sid,
    /// `https://dx5.cn/CODE`.
    pub short_url: String,
    /// The address behind it.
    pub long_url: String,
    /// Its alias.
    pub name: String,
    /// Labels.
    pub tags: Vec<String>,
    /// Who made it.
    pub by: String,
    /// When.
    pub created_at: Timestamp,
    /// When the server stops counting.
    pub counts_until: Timestamp,
}

/// A campaign of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryCampaign {
    /// For colleagues.
    pub name: String,
    /// Marketing or notification.
    pub kind: Kind,
    /// Who sent it.
    pub by: String,
    /// The text, signature and link included.
    pub text: String,
    /// By number, or in total only.
    pub mobile_stat: bool,
    /// The links in the text.
    pub link_sids: Vec<Sid>,
    /// When it was confirmed.
    pub created_at: Timestamp,
    /// Everybody, in the order of the list.
    pub messages: Vec<HistoryMessage>,
}

/// One recipient of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryMessage {
    /// Who.
    pub mobile: Mobile,
    /// The message's id; `None` when it was refused.
    pub sid: Option<MessageSid>,
    /// When the call was made.
    pub at: Timestamp,
    /// 0 when it was accepted, else the vendor's code.
    pub code: i32,
    /// What it cost.
    pub fee: Money,
    /// What was billed.
    pub segments: Segments,
    /// What the carrier says by now.
    pub report: ReportStatus,
    /// When it arrived, if it did.
    pub received_at: Option<Timestamp>,
    /// The carrier's code; empty for none.
    pub error: &'static str,
}
