//! Floor 1: the words of the field, pure. No I/O, no async, no clock.
//!
//! What a number, a text, a link, an amount of money *is*; and the nouns that travel between the rooms above.
//!
//! ```text
//! "+86 138-0013 8000" ─Mobile::parse→ Mobile      list of rows ─Recipients→ accepted · duplicate · rejected(why)
//! "【云雀】你好…"      ─SmsText→ segments, signature, links      template + columns ─Template→ final texts
//! ```
mod campaign;
mod clicks;
mod code;
mod delivery;
mod doubt;
mod draft;
mod gate;
mod link;
mod mobile;
mod money;
mod plan;
mod quiet;
mod recipients;
mod signature;
mod story;
mod take_over;
mod template;
mod text;
mod visible;

pub use campaign::{
    Campaign, CampaignId, CampaignState, Counts, Deliveries, Kind, LATE, Looked, Owner, PauseReason, Progress,
    RecipientState, Refusal, Wish,
};
pub use clicks::{ClickRow, ClickSource, ClickTable, ClickTotals, Point, RateOf, Reach, Stat, click_count};
pub use code::{Class, Code};
pub use delivery::{
    Account, DeliveryReport, MessageSid, Outcome, Record, Reply, ReportStatus, SignatureEntry, TemplateEntry,
};
pub use doubt::{Doubt, DoubtReason, Reasons};
pub use draft::{Draft, DraftId, Reading, Source, named_after};
pub use gate::{AtGate, Canary, Gate, Judgement};
pub use link::{Link, ShortLink, Sid, links_in};
pub use mobile::{Mobile, NotAMobile};
pub use money::Money;
pub use plan::{Check, CheckName, CheckState, Pacing, Plan, Preflight, Start};
pub use quiet::{QuietHours, china, china_clock_after};
pub use recipients::{Recipients, RejectReason, Rejected, Row};
pub use signature::Signature;
pub use story::{Story, StoryLine};
pub use take_over::{Answer, TakeOver};
pub use template::{MissingVariable, Template};
pub use text::{Charset, Segments, SmsText, TextProblem, characters, charset, segments};
pub use visible::{is_hidden, visible, visible_lines};
