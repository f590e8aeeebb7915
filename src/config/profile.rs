//! One account: where it is reached, with which key, how fast, at what price.
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::sms::{Money, QuietHours};

/// `[profiles.NAME]`, resolved.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the file")]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Scheme and host of the API, no slash at the end: `https://sms.yunpian.com`.
    pub base_url: String,
    /// The host is this machine: a sandbox, unless the profile says `sandbox = false` (a tunnel to the real API).
    pub is_sandbox: bool,
    /// Where its key is.
    pub key: KeySource,
    /// Whether the account may set `uid` on a message; `true` lets attempts carry one, which makes settling surer.
    pub uid: bool,
    /// Whether `pull_status` may consume delivery reports.
    pub pull_status: bool,
    /// When marketing may go out; `None` for at any hour.
    pub quiet_hours: Option<QuietHours>,
    /// The price of a segment.
    pub price: Money,
    /// Recipients a call, 1 to 1000.
    pub batch_size: u32,
    /// Calls at the same time.
    pub in_flight: u32,
    /// Recipients a second; `None` for as fast as it goes.
    pub rate: Option<NonZeroU32>,
    /// The colour of the account's name.
    pub tint: Tint,
    /// Hosts of links that this account made.
    pub link_hosts: Vec<String>,
    /// Nothing is changed, nothing sent.
    pub is_read_only: bool,
    /// How long after an attempt "absent from the records" means that it was not accepted.
    pub settle: Duration,
    /// Time for a connection to be made.
    pub connect_timeout: Duration,
    /// Time for a whole call.
    pub timeout: Duration,
    /// How long calls in flight are waited for when the terminal is gone.
    pub hangup_grace: Duration,
    /// How clicks by number are asked for.
    pub clicked: Clicked,
}

/// Where a key comes from. `Debug` never shows it.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// `api_key` or `YUNQUE_API_KEY`.
    Given(SecretString),
    /// `api_key_file`: a file that only its owner may read.
    File(PathBuf),
    /// `api_key_command`: the first line it prints.
    Command(String),
    /// None: local reads only.
    None,
}

impl KeySource {
    /// Where the key stands, for a sentence; empty where there is none.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Given(_) => "YUNQUE_API_KEY / api_key".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Command(command) => command.clone(),
            Self::None => String::new(),
        }
    }
}

impl PartialEq for KeySource {
    /// Two sources are equal when they are of the same kind and name the same place; keys themselves are not compared.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Given(_), Self::Given(_)) | (Self::None, Self::None) => true,
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Command(a), Self::Command(b)) => a == b,
            _ => false,
        }
    }
}

/// A colour of the terminal's own sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tint {
    /// The default foreground.
    #[default]
    Plain,
    /// Red: good for an account whose mistakes are dear.
    Red,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
    /// Blue.
    Blue,
    /// Magenta.
    Magenta,
    /// Cyan.
    Cyan,
}

impl Tint {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Plain, Self::Red, Self::Green, Self::Yellow, Self::Blue, Self::Magenta, Self::Cyan];

    /// As the file writes them, in the order of [`Tint::ALL`].
    pub const WORDS: [&'static str; 7] = ["plain", "red", "green", "yellow", "blue", "magenta", "cyan"];

    /// As the file writes it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The colour behind a word.
    #[must_use]
    pub fn from_code(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tint| tint.code() == word)
    }
}

/// `[api.clicked]`: path, request names and field names of clicks by number, which the vendor has not published
/// (`api/yunpian-v2.md` §4). A field that is `None` is looked for under the names that section lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clicked {
    /// The path.
    pub path: String,
    /// The request's name for the link.
    pub sid: String,
    /// The request's name for the beginning.
    pub start_time: String,
    /// The request's name for the end.
    pub end_time: String,
    /// The request's name for the page, from 1.
    pub page_num: String,
    /// The request's name for the size of a page.
    pub page_size: String,
    /// The answer's name for the list.
    pub list: Option<String>,
    /// The answer's name for the number.
    pub mobile: Option<String>,
    /// The answer's name for the count.
    pub clicks: Option<String>,
    /// The answer's name for the first click.
    pub first_at: Option<String>,
    /// The answer's name for the last click.
    pub last_at: Option<String>,
}

impl Default for Clicked {
    fn default() -> Self {
        Self {
            path: "/v2/short_url/clicked".into(),
            sid: "sid".into(),
            start_time: "start_time".into(),
            end_time: "end_time".into(),
            page_num: "page_num".into(),
            page_size: "page_size".into(),
            list: None,
            mobile: None,
            clicks: None,
            first_at: None,
            last_at: None,
        }
    }
}
