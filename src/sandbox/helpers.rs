//! What tests and demonstrations ask a sandbox besides the vendor's API: `/_sandbox/…`.
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::stream;
use serde::Serialize;

use super::answer::{JSON, Refusal, TEXT, plain};
use super::clicks::bare;
use super::clock::to_rfc3339;
use super::form::Form;
use super::http::Shared;
use super::send::number_of;
use super::world::{World, index};

/// Messages written at a time, so that a million never lie in memory as text.
const CHUNK: u32 = 4096;

#[derive(Serialize)]
struct Entry<'a> {
    sid: i64,
    mobile: String,
    text: String,
    uid: Option<&'a str>,
    mobile_stat: bool,
    at: &'a str,
}

/// `GET /_sandbox/ledger`: every message accepted, oldest first; with `?count` their number only.
pub(super) async fn ledger(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let end = index(shared.world().messages.len());
    if query.as_deref().is_some_and(|query| query.starts_with("count")) {
        return plain(StatusCode::OK, JSON, format!("{{\"count\":{end}}}"));
    }
    let chunks = stream::unfold(Some(0), move |from: Option<u32>| {
        let shared = Arc::clone(&shared);
        async move {
            let from = from?;
            let to = from.saturating_add(CHUNK).min(end);
            let mut text = if from == 0 { String::from("[") } else { String::new() };
            shared.world().write_ledger(from..to, &mut text);
            let next = if to < end {
                Some(to)
            } else {
                text.push(']');
                None
            };
            Some((Ok::<_, Infallible>(Bytes::from(text)), next))
        }
    });
    plain(StatusCode::OK, JSON, Body::from_stream(chunks))
}

/// `GET /_sandbox/requests`: how often each endpoint was called.
pub(super) async fn requests(State(shared): State<Arc<Shared>>) -> Response {
    plain(StatusCode::OK, JSON, serde_json::to_string(&shared.requests()).unwrap_or_default())
}

/// `POST /_sandbox/click`: form `mobile`, optional `code` and `times`; clicks as that number on its latest link.
pub(super) async fn click(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    done(Form::parse(&body).and_then(|form| shared.world().click(&form, shared.now())))
}

/// `POST /_sandbox/reply`: form `mobile`, `text`; answers the latest message to that number.
pub(super) async fn reply(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    done(Form::parse(&body).and_then(|form| shared.world().reply_by_hand(&form, shared.now())))
}

fn done(result: Result<(), Refusal>) -> Response {
    match result {
        Ok(()) => plain(StatusCode::NO_CONTENT, TEXT, ""),
        Err(refusal) => {
            let status = if refusal.code == -55 { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
            plain(status, TEXT, format!("{}\n", refusal.detail))
        }
    }
}

fn mobile(form: &Form) -> Result<u64, Refusal> {
    number_of(form.need("mobile")?.trim()).ok_or_else(|| Refusal::new(2, "that is not a mobile number"))
}

impl World {
    fn write_ledger(&self, messages: std::ops::Range<u32>, text: &mut String) {
        let (mut parcel, mut at) = (None, String::new());
        for message in messages {
            let own = self.messages[message as usize];
            if parcel != Some(own.parcel) {
                parcel = Some(own.parcel);
                at = to_rfc3339(self.parcel_of(message).at);
            }
            let parcel = self.parcel_of(message);
            let entry = Entry {
                sid: self.sid(message),
                mobile: bare(own.mobile),
                text: self.delivered_text(message),
                uid: parcel.uid.as_deref(),
                mobile_stat: parcel.mobile_stat,
                at: &at,
            };
            if message > 0 {
                text.push(',');
            }
            text.push_str(&serde_json::to_string(&entry).unwrap_or_default());
        }
    }

    fn click(&mut self, form: &Form, now: i64) -> Result<(), Refusal> {
        let mobile = mobile(form)?;
        let times = form.count("times", 1, 10_000)?;
        let found = match form.get("code").filter(|code| !code.is_empty()) {
            Some(code) => self.link_for(mobile, code),
            None => self.latest_link_of(mobile).and_then(|message| {
                Some((*self.text_of(message).links.first()?, self.parcel_of(message).mobile_stat.then_some(message)))
            }),
        };
        let Some((link, message)) = found else {
            return Err(Refusal::new(-55, format!("{} was sent no short link of ours", bare(mobile))));
        };
        for _ in 0..times {
            self.visit(link, message, now, mobile, mobile);
        }
        Ok(())
    }

    /// The link with this code, if it was sent to this number: its own code, or the code of the link in the text.
    fn link_for(&self, mobile: u64, code: &str) -> Option<(u32, Option<u32>)> {
        let (link, owner) = self.link_of_code(code)?;
        if let Some(message) = owner {
            return (self.messages[message as usize].mobile == mobile).then_some((link, owner));
        }
        let message = self.messages_to(mobile).find(|message| self.text_of(*message).links.contains(&link))?;
        Some((link, self.parcel_of(message).mobile_stat.then_some(message)))
    }

    fn reply_by_hand(&mut self, form: &Form, now: i64) -> Result<(), Refusal> {
        let (mobile, text) = (mobile(form)?, form.need("text")?.to_owned());
        let Some(message) = self.messages_to(mobile).next() else {
            return Err(Refusal::new(-55, format!("{} was sent no message", bare(mobile))));
        };
        self.hand_replies.push((message, now, text));
        Ok(())
    }
}
