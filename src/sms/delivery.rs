//! What the vendor says of a message, a number and an account.
use std::fmt;

use jiff::Timestamp;

use super::{Mobile, Money, Segments};

/// The id of a sent message, a 64-bit integer. (A short link's id is another thing: [`super::Sid`].)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageSid(pub i64);

impl fmt::Display for MessageSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What one call meant for one number (`api/yunpian-v2.md`, "What an answer to a send means").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The connection was never made: nothing was written, it may be tried again.
    NotSent {
        /// The system's words.
        why: String,
    },
    /// The vendor said no.
    Refused {
        /// The vendor's code; -5 alone may be tried again by the program, slower.
        code: i32,
        /// The vendor's words, as they came.
        msg: String,
    },
    /// The vendor took it and bills it.
    Accepted {
        /// The message's id; `None` when the answer left it out.
        sid: Option<MessageSid>,
        /// What it cost; `None` when the answer does not say, or says what no price can be.
        fee: Option<Money>,
        /// What was billed; 0 when the answer does not say.
        segments: Segments,
    },
    /// It may have gone out; nothing but the vendor's records or an operator may say.
    Unknown {
        /// What happened to the call.
        why: String,
    },
}

/// What became of an accepted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportStatus {
    /// The carrier reports that it has arrived.
    Delivered,
    /// The carrier reports that it has not.
    Failed,
    /// The carrier is still silent.
    NoReport,
}

/// One row of `get_record` (`api/yunpian-v2.md` §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The message's id.
    pub sid: MessageSid,
    /// The number, when it could be read as one.
    pub mobile: Option<Mobile>,
    /// When the vendor took it.
    pub send_time: Option<Timestamp>,
    /// The text as it was sent, with the number's own link.
    pub text: String,
    /// What became of it.
    pub status: ReportStatus,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code, `DB:0103`; empty for none.
    pub error: String,
    /// Our own id, where the account may set one and the record echoes it.
    pub uid: Option<String>,
    /// Billed segments (in a record, `fee` is not money).
    pub segments: Segments,
}

/// One delivery report of `pull_status`, which consumes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The message's id.
    pub sid: MessageSid,
    /// The number, when it could be read as one.
    pub mobile: Option<Mobile>,
    /// Delivered or failed.
    pub status: ReportStatus,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
    /// The carrier's code; empty for none.
    pub error: String,
    /// Our own id, where the account may set one and the report echoes it.
    pub uid: Option<String>,
}

/// A message from a recipient (`get_reply`): the source of opt-outs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The vendor's id of the reply.
    pub id: String,
    /// Who wrote.
    pub mobile: Option<Mobile>,
    /// What they wrote.
    pub text: String,
    /// When.
    pub at: Option<Timestamp>,
}

/// The account behind a key (`user/get`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub nick: String,
    /// What is left.
    pub balance: Money,
    /// Below this the vendor warns.
    pub alarm_balance: Option<Money>,
}

/// A template of the account (`tpl/get`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateEntry {
    /// The vendor's id.
    pub id: i64,
    /// The text, with `#variables#`.
    pub content: String,
    /// `SUCCESS`, `CHECKING`, `FAIL`.
    pub status: String,
}

impl TemplateEntry {
    /// Whether a text is an instance of it: its fixed parts in order, anything where `#variables#` stand.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let parts: Vec<&str> = self.content.split('#').step_by(2).collect();
        if self.content.matches('#').count() % 2 == 1 {
            return self.content == text;
        }
        let [first, middle @ .., last] = parts.as_slice() else { return self.content == text };
        let Some(rest) = text.strip_prefix(first) else { return false };
        let Some(mut rest) = rest.strip_suffix(last) else { return false };
        for part in middle {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        true
    }
}

/// A signature of the account (`sign/get`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureEntry {
    /// With its brackets, `【云片】`.
    pub sign: String,
    /// `SUCCESS`, `CHECKING`, `FAIL`.
    pub status: String,
}
