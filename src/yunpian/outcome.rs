//! What an answer to a send means, to the letter of `api/yunpian-v2.md`, "What an answer to a send means".
//!
//! ```text
//! is_connect()                                   → NotSent   (client.rs; nothing else is)
//! 200 or 400, JSON, a code of a refused class    → Refused   (in a batch: by number; there -50 … -57 too)
//! 200, JSON, code 0                              → Accepted  (in a batch: by number, each number once)
//! everything else                                → Unknown
//! ```
use std::collections::HashMap;

use super::SendAnswer;
use super::entry::{Body, Entry, Phone};
use super::send::Whole;
use crate::sms::{Class, Code, MessageSid, Mobile, Money, Outcome, Segments};

/// Which of the two calls was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `single_send`: the answer is one object.
    Single,
    /// `batch_send`: the answer has a list.
    Batch,
}

/// What the answer to a send of `asked` means: exactly one outcome for each number, in the order asked. Pure; knows
/// no server date.
#[must_use]
pub fn of(call: Call, status: u16, body: &[u8], asked: &[Mobile]) -> SendAnswer {
    if status != 200 && status != 400 {
        return ambiguous(asked, &format!("HTTP {status}"));
    }
    let body = match Body::read(body) {
        Ok(body) => body,
        Err(why) => return ambiguous(asked, &format!("HTTP {status}, {why}")),
    };
    if !body.list.is_empty() {
        return by_number(call, status, &body.list, asked);
    }
    let code = body.whole.code();
    if let Some(code) = code
        && Code(code).class().is_refusal()
    {
        return refused(asked, code, &body.whole.words());
    }
    match (call, asked) {
        (Call::Single, [mobile]) => {
            let is_of_another = body.whole.mobile.is_some_and(|phone| !phone.may_be(*mobile));
            if is_of_another {
                let stranger = SendAnswer { strangers: 1, ..ambiguous(asked, "the answer names another number") };
                tracing::warn!("an answer to a single send names a number that nobody asked for");
                return stranger;
            }
            match meaning(status, &body.whole, Call::Single) {
                Outcome::Unknown { why } => ambiguous(asked, &why),
                outcome => answer(vec![(*mobile, outcome)], None),
            }
        }
        _ => match code {
            Some(code) => ambiguous(asked, &format!("HTTP {status}, code {code}, no entry for any number")),
            None => ambiguous(asked, &format!("HTTP {status}, no entry for any number")),
        },
    }
}

/// The connection was never made.
pub(super) fn not_sent(asked: &[Mobile], why: &str) -> SendAnswer {
    let each = Outcome::NotSent { why: why.to_owned() };
    all(asked, &each, Whole::NotSent { why: why.to_owned() })
}

/// Nobody can say what became of the call.
pub(super) fn ambiguous(asked: &[Mobile], why: &str) -> SendAnswer {
    all(asked, &unknown(why), Whole::Ambiguous { why: why.to_owned() })
}

fn refused(asked: &[Mobile], code: i32, msg: &str) -> SendAnswer {
    let each = Outcome::Refused { code, msg: msg.to_owned() };
    all(asked, &each, Whole::Refused { code, msg: msg.to_owned() })
}

fn all(asked: &[Mobile], each: &Outcome, whole: Whole) -> SendAnswer {
    answer(asked.iter().map(|mobile| (*mobile, each.clone())).collect(), Some(whole))
}

const fn answer(outcomes: Vec<(Mobile, Outcome)>, whole: Option<Whole>) -> SendAnswer {
    SendAnswer { outcomes, whole, strangers: 0, server_date: None }
}

fn unknown(why: &str) -> Outcome {
    Outcome::Unknown { why: why.to_owned() }
}

/// Matches the entries with the numbers asked: the order of `data` is not promised.
fn by_number(call: Call, status: u16, entries: &[Entry], asked: &[Mobile]) -> SendAnswer {
    let mut place: HashMap<u64, usize> = HashMap::with_capacity(asked.len());
    for (i, mobile) in asked.iter().enumerate() {
        place.entry(mobile.digits()).or_insert(i);
    }
    let mut found: Vec<Option<Outcome>> = vec![None; asked.len()];
    let mut strangers = 0;
    for entry in entries {
        let i = entry.mobile.and_then(|phone| phone.readings().into_iter().find_map(|digits| place.get(&digits)));
        let Some(slot) = i.and_then(|i| found.get_mut(*i)) else {
            strangers += 1;
            let masked = entry.mobile.map_or_else(|| "unreadable".to_owned(), Phone::masked);
            tracing::warn!(number = masked, code = ?entry.code(), "an answer names a number that nobody asked for");
            continue;
        };
        let outcome =
            if slot.is_some() { unknown("the answer names the number twice") } else { meaning(status, entry, call) };
        *slot = Some(outcome);
    }
    let is_any_named = found.iter().any(Option::is_some);
    let whole = (!is_any_named).then(|| Whole::Ambiguous { why: "the answer names none of the numbers".to_owned() });
    let missing = || unknown("the answer does not name the number");
    let outcomes =
        asked.iter().zip(found).map(|(mobile, outcome)| (*mobile, outcome.unwrap_or_else(missing))).collect();
    SendAnswer { strangers, ..answer(outcomes, whole) }
}

/// What one entry says of its number.
fn meaning(status: u16, entry: &Entry, call: Call) -> Outcome {
    let Some(code) = entry.code() else {
        return unknown(&format!("HTTP {status}, no code"));
    };
    match Code(code).class() {
        Class::Accepted if status == 200 => Outcome::Accepted {
            sid: entry.sid.map(MessageSid),
            fee: entry.fee.filter(|fee| *fee >= Money::ZERO),
            segments: Segments(entry.count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0)),
        },
        Class::Internal if call == Call::Batch => Outcome::Refused { code, msg: entry.words() },
        class if class.is_refusal() => Outcome::Refused { code, msg: entry.words() },
        _ => unknown(&format!("HTTP {status}, code {code}: {}", entry.words())),
    }
}
