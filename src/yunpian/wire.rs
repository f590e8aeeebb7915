//! Tolerant readers of what answers hold: numbers come as numbers or as text, lists under one of several names.
use serde_json::{Map, Value};

use super::clock;
use super::entry::Phone;
use crate::sms::{Mobile, Money, click_count};
use jiff::Timestamp;

/// How deep a list may be wrapped: `{"data":{"result":{"list":[…]}}}`.
const DEPTH: u8 = 3;

/// A number or a text, as text; `None` for anything else.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, written as a number or as text.
pub(super) fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A count: as [`int`], or as `3.0`, `"3.0"`, `"1,234"`.
pub(super) fn count(value: &Value) -> Option<u64> {
    click_count(&text(value)?)
}

/// How many rows an answer says there are, beside its list: `{"total":250,"data":[…]}`.
pub(super) fn total<N: AsRef<str>>(answer: &Value, names: &[N]) -> Option<u64> {
    let own = |value: &Value| ["total", "total_count"].iter().find_map(|name| count(value.get(name)?));
    own(answer).or_else(|| names.iter().find_map(|name| own(answer.get(name.as_ref())?)))
}

/// An amount, written as a number or as text; read from its decimal text, never through float arithmetic.
pub(super) fn money(value: &Value) -> Option<Money> {
    Money::parse(&text(value)?)
}

/// A moment.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    clock::from_wire(&text(value)?)
}

/// A number to write to, bare, with `+` or `00`, or as a JSON number.
pub(super) fn mobile(value: &Value) -> Option<Mobile> {
    let text = text(value)?;
    Mobile::parse(&text).or_else(|_| Mobile::parse(&format!("+{}", text.trim()))).ok()
}

/// As [`mobile`], in an answer about `asked` numbers: what may stand for two is the one that was asked for. `None` when
/// both were, since nobody can say which is meant.
pub(super) fn mobile_among(value: &Value, asked: &[Mobile]) -> Option<Mobile> {
    let phone = text(value).and_then(|text| Phone::read(&text));
    let mut meant = asked.iter().copied().filter(|one| phone.is_some_and(|phone| phone.may_be(*one)));
    let Some(first) = meant.next() else { return mobile(value) };
    meant.all(|other| other == first).then_some(first)
}

/// A field as text; empty when it is absent.
pub(super) fn field(row: &Map<String, Value>, name: &str) -> String {
    row.get(name).and_then(text).unwrap_or_default()
}

/// The list of an answer: the answer itself, or what stands under the first of `names` that leads to one.
pub(super) fn list<'a, N: AsRef<str>>(answer: &'a Value, names: &[N]) -> Option<&'a [Value]> {
    fn within<'a, N: AsRef<str>>(value: &'a Value, names: &[N], depth: u8) -> Option<&'a [Value]> {
        match value {
            Value::Array(list) => Some(list),
            Value::Object(fields) if depth > 0 => {
                names.iter().find_map(|name| within(fields.get(name.as_ref())?, names, depth - 1))
            }
            _ => None,
        }
    }
    within(answer, names, DEPTH)
}

/// The object of an answer: what stands under the first of `names` that is an object, else the answer itself.
pub(super) fn object<'a>(answer: &'a Value, names: &[&str]) -> Option<&'a Map<String, Value>> {
    let fields = answer.as_object()?;
    let inner = names.iter().find_map(|name| fields.get(*name).filter(|value| value.is_object()));
    inner.map_or(Some(fields), |inner| object(inner, names))
}
