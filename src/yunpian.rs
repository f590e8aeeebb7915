//! Floor 2: the API client. One async function per endpoint of `api/yunpian-v2.md`; form encoding, tolerant decoding,
//! the outcome of a send, the rate limiter.
//!
//! It must never send anything by itself: no redirects, no protocol retries, no second try of a send or of
//! `shorten`. Only `campaign/` may name [`Client::single_send`] and [`Client::batch_send`].
//! The key travels in form bodies alone (one `GET` has it in its query); it is in no `Debug`, no log, no error.
//!
//! ```text
//! reads    permit ─→ POST ─→ 200 + JSON + code 0 ─→ decoded           connect, time-out, 5xx, -5: again, 3 tries at most
//! sends    (engine: permit → slot → intent durable) ─→ POST once ─→ outcome::of(status, body, asked) ─→ SendAnswer
//!                                                  connection never made ─→ NotSent      anything odd ─→ Unknown
//! ```
mod account;
mod clicks;
mod client;
mod clock;
mod entry;
mod failure;
mod key;
mod links;
pub mod outcome;
mod pace;
mod raw;
mod records;
mod send;
mod settings;
mod wire;

pub use clicks::ClickedAnswer;
pub use client::Client;
pub use key::ApiKey;
pub use send::{SendAnswer, SendOptions, Whole};
pub use settings::{ClickedShape, Settings};
