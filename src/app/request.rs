//! What the core may ask of the worker, and what the worker answers.
//!
//! ```text
//! Effect::Call { id, request: Request } ─▶ worker ─▶ desk::… ─▶ Event::Replied { id, outcome: Result<Response, Failure> }
//! ```
//! Every request names the response it is answered with. Reads have a [`Thing`]: of each thing at most one refresh is
//! in flight, and a newer wish replaces the one that waits.
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::settings::Settings;
use crate::problem::Problem;
use crate::sms::{
    Account, Answer, Campaign, CampaignId, ClickSource, ClickTable, ClickTotals, Doubt, DoubtReason, Draft, DraftId,
    Link, Mobile, Plan, Preflight, Reading, Recipients, Refusal, RejectReason, Rejected, Sid, SignatureEntry, Source,
    Stat, Story, TemplateEntry,
};
use crate::words::Lang;

/// The id of one call: counts up from 1, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// Whose clicks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Of a link.
    Link(Sid),
    /// Of a campaign: its links together.
    Campaign(CampaignId),
}

/// The groups that the recipients of a campaign fall into; with the refused they add up to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Group {
    /// At least one click.
    #[default]
    Clicked,
    /// Delivered (or accepted, where no report is known), no click.
    NotClicked,
    /// The carrier says no.
    NotDelivered,
    /// Accepted, the carrier is silent, no click.
    NoReport,
}

impl Group {
    /// All of them, in the order shown.
    pub const ALL: [Self; 4] = [Self::Clicked, Self::NotClicked, Self::NotDelivered, Self::NoReport];
}

/// What a table of clicks is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortBy {
    /// The latest click first.
    #[default]
    Last,
    /// The first click.
    First,
    /// Most clicks first.
    Clicks,
    /// The number.
    Number,
}

/// How a table of clicks is to be arranged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// Digits that the number holds, or anything else that the name does; empty for everybody.
    pub filter: String,
    /// The order.
    pub by: SortBy,
    /// The other way round.
    pub is_reversed: bool,
}

/// An API key on its way to the worker; never shown, never in `Debug`.
#[derive(Debug, Clone)]
pub struct TypedKey(pub SecretString);

impl PartialEq for TypedKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

/// What the first run was told about the operator; kept in the config.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Newcomer {
    /// The name that signs notes and the audit, when it is not the system's.
    pub operator: Option<String>,
    /// The language, when it was switched.
    pub lang: Option<Lang>,
}

/// What is to be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// The clicks by number.
    Clicks {
        /// Of what.
        subject: Subject,
        /// Which group.
        group: Group,
    },
    /// Everybody of a campaign, with state, code, delivery and clicks.
    Campaign(CampaignId),
    /// The rows that a source left out.
    LeftOut(Arc<Recipients>),
}

/// What the worker can be asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    // reads: local first, so they also work offline
    /// → [`Response::Links`]; newest first, archived ones too.
    Links,
    /// → [`Response::Campaigns`]; newest first.
    Campaigns,
    /// → [`Response::Changed`]; whether anybody has written to the store since the campaigns were read. Cheap.
    Changes,
    /// → [`Response::Campaign`]; one campaign with everything its screen shows.
    Campaign(CampaignId),
    /// → [`Response::Account`]; asks the API.
    Account,
    /// → [`Response::Phrases`]; templates and signatures of the account, asks the API.
    Phrases,
    /// → [`Response::Drafts`]; newest first.
    Drafts,
    /// → [`Response::Clicks`]; the last look, from the store.
    ClicksSeen(Subject, Group),
    /// → [`Response::Clicks`]; asks the API, keeps what it says.
    Clicks(Subject, Group),
    /// → [`Response::Arranged`].
    Arrange {
        /// What to arrange; `rows` are shared, `generation` comes back.
        table: ClickTable,
        /// The names of the rows, by row; empty when none is known.
        names: Arc<[Box<str>]>,
        /// How.
        arrangement: Arrangement,
    },
    /// → [`Response::Sheet`]; the first rows of a file and its columns.
    Peek {
        /// Its path, as typed.
        path: String,
        /// What the operator says about it.
        reading: Reading,
    },
    /// → [`Response::Recipients`]; reads them all, takes out who opted out.
    Recipients {
        /// From where.
        source: Source,
        /// The variables whose columns are kept.
        variables: Vec<String>,
    },
    /// → [`Response::Trimmed`]; the same plan for everybody but these, who are noted as left out.
    LeaveOut {
        /// The plan.
        plan: Box<Plan>,
        /// Whom.
        whom: Arc<[Mobile]>,
        /// Why.
        why: RejectReason,
    },
    /// → [`Response::Preflight`]; sends nothing.
    Preflight(Plan),
    /// → [`Response::Story`]; audited.
    Find(Mobile),
    /// → [`Response::Completions`]; paths that begin like this.
    Complete(String),

    // writes
    /// → [`Response::Shortened`]; never repeated by the program.
    Shorten {
        /// The address behind it.
        url: String,
        /// The alias; empty for the vendor's default.
        name: String,
        /// Labels of our own.
        tags: Vec<String>,
    },
    /// → [`Response::Done`]; puts a link away (`true`) or takes it out again.
    Archive(Sid, bool),
    /// → [`Response::Done`]; changes what only we know of a link.
    Retag {
        /// Which.
        sid: Sid,
        /// The alias on our screens.
        name: String,
        /// Its tags.
        tags: Vec<String>,
    },
    /// → [`Response::Started`] once the campaign is durable; then [`super::Event::Progressed`] until it rests.
    Start(Plan),
    /// → [`Response::Started`]; a test to oneself, kept out of the figures.
    Test(Plan),
    /// → [`Response::Stands`]: paused, or running still, with the wish before it.
    Pause(CampaignId),
    /// → [`Response::Done`]; pause everything that this operator may pause.
    PauseAll,
    /// → [`Response::Started`].
    Resume(CampaignId),
    /// → [`Response::Stands`], as with [`Request::Pause`].
    CancelCampaign(CampaignId),
    /// → [`Response::Started`]; refused recipients with a code that may be tried again.
    Retry(CampaignId),
    /// → [`Response::Reconciled`].
    Reconcile(CampaignId),
    /// → [`Response::Done`]; audited.
    Settle {
        /// Which campaign.
        id: CampaignId,
        /// Which number.
        mobile: Mobile,
        /// It was accepted (`true`) or is absent.
        is_accepted: bool,
    },
    /// → [`Response::Duplicated`]: a draft with everything but the list.
    Duplicate(CampaignId),
    /// → [`Response::Done`].
    Note(CampaignId, String),
    /// → [`Response::Stands`]; asks a live owner to hand over, finds that one of a dead owner is free.
    TakeOver(CampaignId),
    /// → [`Response::Done`]; what a colleague who asks for a campaign of ours is told.
    AnswerTakeOver(CampaignId, Answer),
    /// → [`Response::Stands`]; leaves a campaign to `yunque watch`: at once when nobody sends it, else at the next batch.
    LeaveToWatch(CampaignId),
    /// → [`Response::Done`]; on leaving: leaves a campaign of ours to `yunque watch`, within the time for a hang-up.
    HandOver(CampaignId),
    /// → [`Response::Done`]; audited.
    Suppress(Mobile),
    /// → [`Response::Done`].
    DiscardDraft(DraftId),
    /// → [`Response::Exported`]; never over an existing file.
    Export(Export),
    /// → [`Response::Done`]; what is known of a subject's clicks has been seen, and is not new any more.
    MarkSeen(Subject),
    /// → [`Response::Done`]; numbers are shown in full from now on: audited.
    Revealed,
    /// → [`Response::Account`]; first run: asks the API whose key this is. Keeps nothing.
    CheckKey(TypedKey),
    /// → [`Response::Connected`]; first run: writes profile and key file, and opens the database.
    Connect {
        /// The key.
        key: TypedKey,
        /// Another system pulls delivery reports with it (pulling consumes them).
        is_pulled_elsewhere: bool,
        /// Into the data directory of the team on this machine.
        joins: bool,
        /// Who it is.
        newcomer: Newcomer,
    },
    /// → [`Response::Connected`]; first run: the embedded sandbox from now on.
    UseSandbox(Newcomer),
}

/// What a read is about: at most one refresh of each is in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Thing {
    /// The list of links.
    Links,
    /// The list of campaigns.
    Campaigns,
    /// Whether there is anything new.
    Changes,
    /// One campaign's screen.
    Campaign,
    /// Balance and name.
    Account,
    /// Templates and signatures.
    Phrases,
    /// The drafts.
    Drafts,
    /// The clicks on screen.
    Clicks,
    /// Their arrangement.
    Arrangement,
    /// A file's first rows.
    Sheet,
    /// A source's recipients.
    Recipients,
    /// The review's checks.
    Preflight,
    /// A number's story.
    Story,
    /// Path completion.
    Completions,
}

impl Request {
    /// Whether its answer tells what was sent, or will be: nobody may miss it.
    #[must_use]
    pub const fn is_about_a_send(&self) -> bool {
        matches!(
            self,
            Self::Start(_)
                | Self::Test(_)
                | Self::Pause(_)
                | Self::PauseAll
                | Self::Resume(_)
                | Self::CancelCampaign(_)
                | Self::Retry(_)
                | Self::Reconcile(_)
                | Self::Settle { .. }
                | Self::TakeOver(_)
                | Self::AnswerTakeOver(..)
                | Self::LeaveToWatch(_)
                | Self::HandOver(_)
        )
    }

    /// What it asks of the API, in a word or two, where a failure alone would not tell.
    #[must_use]
    pub fn named(&self) -> Option<fn(Lang) -> &'static str> {
        Some(match self {
            Self::Account => Lang::app_asked_balance,
            Self::Phrases => Lang::app_asked_templates,
            Self::Clicks(..) => Lang::app_asked_clicks,
            Self::Preflight(_) => Lang::app_asked_checks,
            Self::Shorten { .. } => Lang::app_asked_link,
            Self::Reconcile(_) => Lang::app_asked_records,
            _ => return None,
        })
    }

    /// What a read is about; `None` for a write, of which none is ever merged or dropped.
    #[must_use]
    pub const fn thing(&self) -> Option<Thing> {
        Some(match self {
            Self::Links => Thing::Links,
            Self::Campaigns => Thing::Campaigns,
            Self::Changes => Thing::Changes,
            Self::Campaign(_) => Thing::Campaign,
            Self::Account => Thing::Account,
            Self::Phrases => Thing::Phrases,
            Self::Drafts => Thing::Drafts,
            Self::ClicksSeen(..) | Self::Clicks(..) => Thing::Clicks,
            Self::Arrange { .. } => Thing::Arrangement,
            Self::Peek { .. } => Thing::Sheet,
            Self::Recipients { .. } | Self::LeaveOut { .. } => Thing::Recipients,
            Self::Preflight(_) => Thing::Preflight,
            Self::Find(_) => Thing::Story,
            Self::Complete(_) => Thing::Completions,
            _ => return None,
        })
    }
}

/// One campaign with everything its screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignPage {
    /// Its sum.
    pub campaign: Campaign,
    /// Refused recipients by code: code, the vendor's words, how many; most first.
    pub refused_by_code: Vec<(i32, String, u64)>,
    /// The first hundred refused.
    pub refusals: Vec<Refusal>,
    /// The first hundred unknown.
    pub unknown: Vec<Doubt>,
    /// Why they are unknown, all of them, most first.
    pub unknown_by_reason: Vec<DoubtReason>,
    /// When the records will be looked at next, or when they may say "absent"; `None` with nothing unknown.
    pub settles_at: Option<Timestamp>,
    /// How many of the refused may be tried again.
    pub retryable: u64,
    /// The rows that were left out, up to a thousand.
    pub rejected: Vec<Rejected>,
    /// Notes, newest first: when, by whom, what.
    pub notes: Vec<(Timestamp, String, String)>,
}

/// The clicks of a subject as of one look.
#[derive(Debug, Clone, PartialEq)]
pub struct ClickPage {
    /// Of what.
    pub subject: Subject,
    /// Which group the rows are.
    pub group: Group,
    /// The campaign, when the subject is one, or the link is in exactly one.
    pub campaign: Option<Campaign>,
    /// The links.
    pub links: Vec<Link>,
    /// The rows, arranged by the latest click; `generation` 0.
    pub table: ClickTable,
    /// Names of the rows' recipients from the operator's own file, by row; empty when none is known.
    pub names: Arc<[Box<str>]>,
    /// One more column of the operator's own file: its name, and its values by row.
    pub extra: Option<(String, Arc<[Box<str>]>)>,
    /// When each row's message was delivered, unix milliseconds, by row; empty when none is known.
    pub delivered_at: Arc<[i64]>,
    /// The carrier's code of each row's failure, by row; empty in the other groups.
    pub errors: Arc<[Box<str>]>,
    /// How many are in each of [`Group::ALL`].
    pub groups: [u64; 4],
    /// Other campaigns with a link of the subject's campaign: clicks may be theirs.
    pub shared_with: Vec<CampaignId>,
    /// The figures by number.
    pub totals: ClickTotals,
    /// The figures in total, when the API gives them.
    pub stat: Option<Stat>,
    /// Where the rows come from.
    pub source: ClickSource,
    /// When we asked.
    pub as_of: Timestamp,
    /// When the figures last moved.
    pub changed_at: Timestamp,
    /// When the delivery reports of the campaign were read last, as far as is known here.
    pub reports_at: Option<Timestamp>,
    /// When `yunque watch` looks for the last time, shortly before the links stop counting; `None` once that is over.
    pub final_look: Option<Timestamp>,
    /// Whether this is the store's, not a fresh answer.
    pub is_from_store: bool,
}

/// The beginning of a file of recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its path, resolved.
    pub path: PathBuf,
    /// `UTF-8`, `GB18030`, …
    pub encoding: String,
    /// The columns' names, or `A`, `B`, … when there is no header.
    pub columns: Vec<String>,
    /// The column that looks like the numbers.
    pub mobile_column: usize,
    /// The first rows, header left out.
    pub rows: Vec<Vec<String>>,
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// The links, newest first.
    Links(Vec<Link>),
    /// The campaigns, newest first.
    Campaigns {
        /// The list.
        list: Vec<Campaign>,
        /// Whether a `yunque watch` is alive that runs what is scheduled.
        is_watched: bool,
    },
    /// Whether the store was written to since.
    Changed(bool),
    /// One campaign; `None` when there is none of that id.
    Campaign(Option<Box<CampaignPage>>),
    /// Who this is, and what is left.
    Account(Account),
    /// What the account may write with.
    Phrases {
        /// Its templates.
        templates: Vec<TemplateEntry>,
        /// Its signatures.
        signatures: Vec<SignatureEntry>,
    },
    /// The drafts, newest first.
    Drafts(Vec<Draft>),
    /// A look at the clicks; `None` when the store holds none.
    Clicks(Option<Box<ClickPage>>),
    /// The order that was asked for.
    Arranged {
        /// Which rows, in which order.
        order: Arc<[u32]>,
        /// Of the table that was asked about.
        generation: u64,
    },
    /// The beginning of a file.
    Sheet(Box<Sheet>),
    /// The recipients of a source; who opted out is among the rejected.
    Recipients(Arc<Recipients>),
    /// A plan without those who were to be left out.
    Trimmed(Box<Plan>),
    /// What is known before a send.
    Preflight(Box<Preflight>),
    /// A number's story.
    Story(Box<Story>),
    /// Paths.
    Completions(Vec<String>),
    /// A link was made and remembered.
    Shortened(Box<Link>),
    /// A campaign is durable and runs (or waits for its time).
    Started(CampaignId),
    /// What the records said of the unknown.
    Reconciled {
        /// Which.
        id: CampaignId,
        /// Found.
        accepted: u64,
        /// Proven absent: pending again.
        absent: u64,
        /// Still unknown.
        unsettled: u64,
        /// When the rest may be known.
        settles_at: Option<Timestamp>,
    },
    /// How a campaign stands after something was asked of whoever sends it.
    Stands(Box<Campaign>),
    /// A draft like that campaign.
    Duplicated(Box<Draft>),
    /// Written.
    Exported {
        /// Where.
        path: PathBuf,
        /// How many rows.
        rows: u64,
    },
    /// First run: the account that answers from now on, and what is known of it.
    Connected {
        /// What the console knows from now on.
        settings: Box<Settings>,
        /// Name and balance.
        account: Account,
    },
    /// It is done; there is nothing to show for it.
    Done,
}

/// Why a call brought no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something went wrong, as data.
    Problem(Problem),
    /// It was cancelled before it was done.
    Cancelled,
    /// The worker's queue was full: nothing was done.
    Busy,
    /// The task broke; its words are in the log.
    Panicked,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}
