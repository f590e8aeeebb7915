//! What can be wrong with something typed.
use jiff::ZonedDateTime;

use super::{Explain, Sent, StoreProblem, moment};
use crate::sms::{CampaignId, Check, NotAMobile, Recipients, Rejected, SmsText, TextProblem, visible};
use crate::words::Lang;
use crate::words::check::{self, CheckWords};
use crate::words::reason;

/// Rows that a problem about nobody keeps at most.
const KEPT: usize = 1000;
/// And those that its sentence names.
const NAMED: usize = 3;

/// What can be wrong with something typed. Owned by `desk/ and cli/`. Nothing is ever sent when one of these is returned;
/// a link was made where it could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputProblem {
    /// Not an address that begins with `http://` or `https://` and names a host.
    #[error("not a web address: {url:?}")]
    NotAWebAddress {
        /// What was typed.
        url: String,
    },
    /// A text that cannot be sent as it is.
    #[error(transparent)]
    Text(TextProblem),
    /// Nobody to write to.
    #[error("no valid recipient, {rejected} rows left out")]
    NoRecipients {
        /// Rows that were left out.
        rejected: u64,
        /// The first of them.
        rows: Vec<Rejected>,
    },
    /// A link was made, and this database could not keep it.
    #[error("link {sid} was made and could not be kept: {why}")]
    LinkNotKept {
        /// The link.
        sid: String,
        /// Its address.
        short_url: String,
        /// Why not.
        why: Box<StoreProblem>,
    },
    /// Not a mobile number.
    #[error("not a mobile number: {why}")]
    NotAMobile {
        /// What was typed.
        text: String,
        /// Why not.
        why: NotAMobile,
    },
    /// This database does not know the link.
    #[error("no link {sid:?}")]
    NoSuchLink {
        /// What was typed.
        sid: String,
    },
    /// This database does not know the link that a sheet of clicks is about.
    #[error("no link {sid:?} to import clicks of")]
    LinkOfSheet {
        /// Its id.
        sid: String,
    },
    /// This database does not know the campaign.
    #[error("no campaign {id}")]
    NoSuchCampaign {
        /// Which.
        id: CampaignId,
    },
    /// The campaign's text has no link of ours, so there are no clicks to count.
    #[error("{id} has no link")]
    NoLinkIn {
        /// Which.
        id: CampaignId,
    },
    /// Nobody has looked at these clicks yet.
    #[error("no clicks known yet")]
    NoClicksYet,
    /// A sheet knows fewer clicks than are known already, and clicks only grow: it is older, or another link's.
    #[error("the sheet has {clicks} clicks of {clickers}, known are {known_clicks} of {known_clickers}")]
    FewerClicks {
        /// Clicks in the sheet.
        clicks: u64,
        /// Numbers in the sheet that clicked.
        clickers: u64,
        /// Clicks that are known.
        known_clicks: u64,
        /// Numbers that are known to have clicked.
        known_clickers: u64,
    },
    /// No sheet is kept for the link, so there is none to forget.
    #[error("no sheet of {sid} was imported")]
    NoSheet {
        /// The link.
        sid: String,
    },
    /// A time to begin that is over.
    #[error("{at} is in the past")]
    PastTime {
        /// Which, in the reader's zone.
        at: ZonedDateTime,
    },
    /// A stretch of time that ends before it begins.
    #[error("ends before it begins")]
    EmptyTime,
    /// A note without words.
    #[error("an empty note")]
    EmptyNote,
    /// The profile may look, nothing else.
    #[error("profile {profile:?} is read-only")]
    ReadOnly {
        /// Which.
        profile: String,
    },
    /// Another `yunque watch` looks after this data directory.
    #[error("watched by {by}, process {pid}")]
    Watched {
        /// By whom.
        by: String,
        /// Their process.
        pid: u32,
    },
    /// A part of the program broke; its words are in the log.
    #[error("broken: {why}")]
    Broken {
        /// The program's words.
        why: String,
    },
    /// Sending needs a typed count or `--yes`, and there is no terminal to ask on.
    #[error("needs --yes: {n} recipients and no terminal to ask on")]
    NeedsYes {
        /// Recipients.
        n: u64,
    },
    /// Rows of the pre-flight say that nothing may be sent like this.
    #[error("{} rows of the pre-flight block", checks.len())]
    Blocked {
        /// Those rows.
        checks: Vec<Check>,
    },
    /// Rows of the pre-flight have become worse between the review and its confirmation.
    #[error("{} rows of the pre-flight have become worse since the review", checks.len())]
    Changed {
        /// Those rows, as they are now.
        checks: Vec<Check>,
    },
    /// A signal asked us to go before anything was begun.
    #[error("interrupted")]
    Interrupted,
    /// Something other than the count was typed.
    #[error("not confirmed")]
    NotConfirmed,
    /// Flags or arguments that do not go together, or miss something: a sentence in the operator's language.
    #[error("usage: {0}")]
    Usage(String),
    /// The console was asked for where there is no terminal.
    #[error("no terminal")]
    NoTerminal,
    /// `TERM` is empty, unset, `unknown` or `dumb`.
    #[error("the terminal type {term:?} cannot draw screens")]
    DumbTerminal {
        /// What it says.
        term: String,
    },
    /// There is a terminal, and it cannot be used.
    #[error("the terminal cannot be used: {why}")]
    BrokenTerminal {
        /// The system's words.
        why: String,
    },
    /// The sandbox cannot listen there.
    #[error("cannot listen on {listen}: {why}")]
    CannotListen {
        /// Where.
        listen: String,
        /// The system's words.
        why: String,
    },
}

impl InputProblem {
    /// Nobody is left of a list: what was left out, and why.
    #[must_use]
    pub fn no_recipients(list: &Recipients) -> Self {
        let rows = list.rejected();
        Self::NoRecipients { rejected: rows.len() as u64, rows: rows.iter().take(KEPT).cloned().collect() }
    }
}

/// The first rows that were left out: `row 1 010-88888888 (landline), …`.
fn named(rows: &[Rejected], lang: Lang) -> String {
    let name = |row: &Rejected| {
        let raw = row.text(true);
        lang.input_left_out_row(row.row, visible(&raw), reason::words(row.reason, lang))
    };
    let mut named: Vec<String> = rows.iter().take(NAMED).map(name).collect();
    if rows.len() > NAMED {
        named.push("…".to_owned());
    }
    named.join(lang.compose_comma())
}

/// The words of several rows, one sentence after the other.
fn joined(checks: &[Check], lang: Lang, pick: impl Fn(CheckWords) -> String) -> String {
    let sentences: Vec<String> = checks.iter().map(|row| pick(check::words(row, lang))).collect();
    sentences.join(lang.problem_between())
}

impl Explain for InputProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::NotAWebAddress { .. } => "not-a-url",
            Self::Text(TextProblem::Empty | TextProblem::OnlySignature) => "empty-text",
            Self::Text(TextProblem::NoSignature) => "no-signature",
            Self::Text(TextProblem::TooLong(_)) => "text-too-long",
            Self::NoRecipients { .. } => "no-recipients",
            Self::LinkNotKept { .. } => "link-not-kept",
            Self::NotAMobile { .. } => "not-a-mobile",
            Self::NoSuchLink { .. } | Self::LinkOfSheet { .. } => "no-such-link",
            Self::NoSuchCampaign { .. } => "no-such-campaign",
            Self::NoLinkIn { .. } => "no-link",
            Self::NoClicksYet => "no-clicks-yet",
            Self::FewerClicks { .. } => "fewer-clicks",
            Self::NoSheet { .. } => "no-sheet",
            Self::PastTime { .. } => "past-time",
            Self::EmptyTime => "empty-time",
            Self::EmptyNote => "empty-note",
            Self::ReadOnly { .. } => "read-only-profile",
            Self::Watched { .. } => "watched",
            Self::Broken { .. } => "broken",
            Self::NeedsYes { .. } => "needs-yes",
            Self::Blocked { .. } => "preflight",
            Self::Changed { .. } => "changed",
            Self::Interrupted => "interrupted",
            Self::NotConfirmed => "not-confirmed",
            Self::Usage(_) => "usage",
            Self::NoTerminal => "no-terminal",
            Self::DumbTerminal { .. } => "dumb-terminal",
            Self::BrokenTerminal { .. } => "broken-terminal",
            Self::CannotListen { .. } => "listen",
        }
    }

    fn sent(&self) -> Sent {
        if matches!(self, Self::LinkNotKept { .. }) { Sent::Yes } else { Sent::No }
    }

    fn effect(&self, lang: Lang) -> &'static str {
        match self.sent() {
            Sent::Yes => lang.api_link_made(),
            _ => lang.problem_nothing_sent(),
        }
    }

    fn what(&self, lang: Lang) -> String {
        match self {
            Self::NotAWebAddress { url } => lang.input_not_a_url(visible(url)),
            Self::Text(TextProblem::Empty) => lang.input_empty_text().to_owned(),
            Self::Text(TextProblem::NoSignature) => lang.input_no_signature().to_owned(),
            Self::Text(TextProblem::OnlySignature) => lang.input_only_signature().to_owned(),
            Self::Text(TextProblem::TooLong(n)) => lang.input_too_long(u64::from(*n)),
            Self::NoRecipients { rejected: 0, .. } => lang.input_nobody().to_owned(),
            Self::NoRecipients { rejected, rows } => lang.input_nobody_valid(*rejected, named(rows, lang)),
            Self::LinkNotKept { sid, short_url, why } => {
                lang.input_link_not_kept(visible(short_url), visible(sid), why.what(lang))
            }
            Self::NotAMobile { text, why } => lang.input_not_a_mobile(visible(text), number_fault(*why, lang)),
            Self::NoSuchLink { sid } | Self::LinkOfSheet { sid } => lang.input_no_such_link(visible(sid)),
            Self::NoSuchCampaign { id } => lang.input_no_such_campaign(id),
            Self::NoLinkIn { id } => lang.input_no_link(id),
            Self::NoClicksYet => lang.input_no_clicks_yet().to_owned(),
            Self::FewerClicks { clicks, clickers, known_clicks, known_clickers } => {
                lang.input_fewer_clicks(*clicks, *clickers, *known_clicks, *known_clickers)
            }
            Self::NoSheet { sid } => lang.input_no_sheet(visible(sid)),
            Self::PastTime { at } => lang.input_past_time(moment(at)),
            Self::EmptyTime => lang.input_empty_time().to_owned(),
            Self::EmptyNote => lang.input_empty_note().to_owned(),
            Self::ReadOnly { profile } => lang.input_read_only(profile),
            Self::Watched { by, pid } => lang.input_watched(by, pid),
            Self::Broken { why } => lang.input_broken(visible(why)),
            Self::NeedsYes { n } => lang.cli_needs_yes(*n),
            Self::Blocked { checks } => joined(checks, lang, |words| words.sentence),
            Self::Changed { checks } => lang.input_changed(joined(checks, lang, |words| words.sentence)),
            Self::Interrupted => lang.cli_interrupted().to_owned(),
            Self::NotConfirmed => lang.cli_not_confirmed().to_owned(),
            Self::Usage(why) => why.clone(),
            Self::NoTerminal => lang.cli_no_terminal().to_owned(),
            Self::DumbTerminal { term } => lang.cli_dumb_terminal(term),
            Self::BrokenTerminal { why } => lang.cli_broken_terminal(why),
            Self::CannotListen { listen, why } => lang.cli_cannot_listen(listen, why),
        }
    }

    fn now(&self, lang: Lang) -> String {
        match self {
            Self::NotAWebAddress { .. } => lang.input_not_a_url_now().to_owned(),
            Self::Text(TextProblem::Empty) => lang.input_empty_text_now().to_owned(),
            Self::Text(TextProblem::NoSignature) => lang.input_no_signature_now().to_owned(),
            Self::Text(TextProblem::OnlySignature) => lang.input_only_signature_now().to_owned(),
            Self::Text(TextProblem::TooLong(n)) => {
                lang.input_too_long_now(u64::from(n.saturating_sub(SmsText::LONGEST)))
            }
            Self::NoRecipients { .. } => lang.input_nobody_now().to_owned(),
            Self::LinkNotKept { why, .. } => {
                [lang.input_link_not_kept_now(), &why.now(lang)].join(lang.problem_between())
            }
            Self::NotAMobile { .. } => lang.input_not_a_mobile_now().to_owned(),
            Self::NoSuchLink { .. } => lang.input_no_such_link_now().to_owned(),
            Self::LinkOfSheet { .. } => lang.input_link_of_sheet_now().to_owned(),
            Self::NoSuchCampaign { .. } => lang.input_no_such_campaign_now().to_owned(),
            Self::NoLinkIn { .. } => lang.input_no_link_now().to_owned(),
            Self::NoClicksYet => lang.input_no_clicks_yet_now().to_owned(),
            Self::FewerClicks { .. } => lang.input_fewer_clicks_now().to_owned(),
            Self::NoSheet { .. } => lang.input_no_sheet_now().to_owned(),
            Self::PastTime { .. } => lang.input_past_time_now().to_owned(),
            Self::EmptyTime => lang.input_empty_time_now().to_owned(),
            Self::EmptyNote => lang.input_empty_note_now().to_owned(),
            Self::ReadOnly { .. } => lang.input_read_only_now().to_owned(),
            Self::Watched { .. } => lang.input_watched_now().to_owned(),
            Self::Broken { .. } => lang.input_broken_now().to_owned(),
            Self::NeedsYes { .. } => lang.cli_needs_yes_now().to_owned(),
            Self::Blocked { checks } => joined(checks, lang, |words| words.hint.to_owned()),
            Self::Changed { .. } => lang.input_changed_now().to_owned(),
            Self::Interrupted => lang.cli_interrupted_now().to_owned(),
            Self::NotConfirmed => lang.cli_not_confirmed_now().to_owned(),
            Self::Usage(_) => lang.usage_now().to_owned(),
            Self::NoTerminal | Self::BrokenTerminal { .. } => lang.cli_no_terminal_now().to_owned(),
            Self::DumbTerminal { .. } => lang.desk_doctor_dumb_hint().to_owned(),
            Self::CannotListen { .. } => lang.cli_cannot_listen_now().to_owned(),
        }
    }

    fn exit(&self) -> u8 {
        match self {
            Self::CannotListen { .. } | Self::Broken { .. } | Self::LinkNotKept { .. } => 1,
            Self::Interrupted => 130,
            _ => 2,
        }
    }
}

/// Why a text is no mobile number, for a person.
fn number_fault(why: NotAMobile, lang: Lang) -> &'static str {
    match why {
        NotAMobile::Empty => lang.input_number_empty(),
        NotAMobile::NotDigits => lang.input_number_not_digits(),
        NotAMobile::TooShort => lang.input_number_too_short(),
        NotAMobile::TooLong => lang.input_number_too_long(),
        NotAMobile::Landline => lang.input_number_landline(),
        NotAMobile::NoMobilePrefix => lang.input_number_prefix(),
        NotAMobile::NoSuchNumber => lang.input_number_nowhere(),
    }
}
