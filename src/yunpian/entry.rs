//! The shape of an answer to a send, decoded in one pass: a thousand entries cost no more than their own strings.
//!
//! Values are read leniently (a number may come as text), the frame strictly: a key that stands twice, or a list
//! where an object belongs, is never taken for a yes.
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::sms::{Mobile, Money};

/// A whole answer.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// What stands at the top.
    pub(super) whole: Entry,
    /// The entries by number; empty for none.
    pub(super) list: Vec<Entry>,
}

/// What is said of one number, or of the call.
#[derive(Debug, Default)]
pub(super) struct Entry {
    code: Option<i64>,
    msg: Option<String>,
    detail: Option<String>,
    /// Billed segments.
    pub(super) count: Option<i64>,
    pub(super) fee: Option<Money>,
    pub(super) mobile: Option<Phone>,
    pub(super) sid: Option<i64>,
    data: Data,
}

#[derive(Debug, Default)]
enum Data {
    #[default]
    None,
    One(Box<Entry>),
    Many(Vec<Entry>),
}

impl Body {
    /// Decodes a body.
    ///
    /// # Errors
    /// Why it is not the API's: empty, not JSON, cut, a key twice.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let body = body.trim_ascii();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if body.is_empty() {
            return Err("an empty body".to_owned());
        }
        // The decoder's own words may quote the body; its place is enough.
        let data: Data = serde_json::from_slice(body)
            .map_err(|e| format!("not an answer of the API (line {}, column {})", e.line(), e.column()))?;
        Ok(match data {
            Data::None => Self::default(),
            Data::Many(list) => Self { whole: Entry::default(), list },
            Data::One(mut whole) => match std::mem::take(&mut whole.data) {
                Data::None => Self { whole: *whole, list: Vec::new() },
                Data::Many(list) => Self { whole: *whole, list },
                Data::One(inner) => Self { whole: whole.around(*inner), list: Vec::new() },
            },
        })
    }
}

impl Entry {
    /// The vendor's code.
    pub(super) fn code(&self) -> Option<i32> {
        self.code.and_then(|code| i32::try_from(code).ok())
    }

    /// The vendor's words.
    pub(super) fn words(&self) -> String {
        let of = |words: &Option<String>| words.clone().filter(|text| !text.trim().is_empty());
        match (of(&self.msg), of(&self.detail)) {
            (Some(msg), Some(detail)) if msg != detail => format!("{msg} · {detail}"),
            (Some(words), _) | (None, Some(words)) => words,
            (None, None) => String::new(),
        }
    }

    /// `{"code":0,"data":{…}}`: the outer fields, completed by the inner ones; no code where the two disagree.
    fn around(mut self, inner: Self) -> Self {
        self.code = match (self.code, inner.code) {
            (Some(outer), Some(inner)) if outer != inner => None,
            (outer, inner) => outer.or(inner),
        };
        self.msg = self.msg.or(inner.msg);
        self.detail = self.detail.or(inner.detail);
        self.count = self.count.or(inner.count);
        self.fee = self.fee.or(inner.fee);
        self.mobile = self.mobile.or(inner.mobile);
        self.sid = self.sid.or(inner.sid);
        self
    }
}

/// A number as an answer writes it: bare, `+86…`, `0086…` or as a JSON number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phone {
    digits: u64,
    /// It began with `+` or `00`.
    is_international: bool,
}

impl Phone {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (mut digits, mut count, mut is_international) = (0_u64, 0_u32, false);
        for c in text.trim().chars() {
            match c {
                '0'..='9' => {
                    digits = digits.checked_mul(10)?.checked_add(u64::from(c) - u64::from('0'))?;
                    count += 1;
                    is_international |= count == 2 && digits == 0;
                }
                '+' if count == 0 => is_international = true,
                ' ' | '-' => {}
                _ => return None,
            }
        }
        (count > 0).then_some(Self { digits, is_international })
    }

    /// The E.164 digits it may stand for, the likelier first: eleven bare digits are the mainland's before they are
    /// a foreign number without its plus.
    pub(super) fn readings(self) -> [u64; 2] {
        let is_bare = !self.is_international && (13_000_000_000..20_000_000_000).contains(&self.digits);
        if is_bare { [8_600_000_000_000 + self.digits, self.digits] } else { [self.digits; 2] }
    }

    /// Whether `mobile` may be meant.
    pub(super) fn may_be(self, mobile: Mobile) -> bool {
        self.readings().contains(&mobile.digits())
    }

    /// For the log.
    pub(super) fn masked(self) -> String {
        format!("…{:04}", self.digits % 10_000)
    }
}

/// Either an object or a list of objects; anything else says nothing.
impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(DataVisitor)
    }
}

/// An element of a list: an object, or something that says nothing.
struct Element(Entry);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Data::deserialize(from)? {
            Data::One(entry) => *entry,
            Data::None | Data::Many(_) => Entry::default(),
        }))
    }
}

struct DataVisitor;

/// The scalars that a visitor takes and forgets.
macro_rules! forgets {
    ($value:expr; $($name:ident: $kind:ty),+) => {
        $(fn $name<E: Error>(self, _: $kind) -> Result<Self::Value, E> { Ok($value) })+
    };
}

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Data, E> {
        Ok(Data::None)
    }

    forgets!(Data::None; visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Data, A::Error> {
        let mut list = Vec::new();
        while let Some(Element(entry)) = seq.next_element()? {
            list.push(entry);
        }
        Ok(Data::Many(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        let mut entry = Entry::default();
        let mut seen = 0_u8;
        while let Some(Key(key)) = map.next_key()? {
            let Some(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let bit = 1 << key as u8;
            if seen & bit != 0 {
                return Err(A::Error::custom("a key stands twice"));
            }
            seen |= bit;
            match key {
                Field::Code => entry.code = map.next_value::<Scalar>()?.int(),
                Field::Msg => entry.msg = map.next_value::<Scalar>()?.text(),
                Field::Detail => entry.detail = map.next_value::<Scalar>()?.text(),
                Field::Count => entry.count = map.next_value::<Scalar>()?.int(),
                Field::Fee => entry.fee = map.next_value::<Scalar>()?.text().as_deref().and_then(Money::parse),
                Field::Mobile => entry.mobile = map.next_value::<Scalar>()?.phone(),
                Field::Sid => entry.sid = map.next_value::<Scalar>()?.int(),
                Field::Data => entry.data = map.next_value()?,
            }
        }
        Ok(Data::One(Box::new(entry)))
    }
}

#[derive(Clone, Copy)]
enum Field {
    Code,
    Msg,
    Detail,
    Count,
    Fee,
    Mobile,
    Sid,
    Data,
}

/// A key that we read, if it is one.
struct Key(Option<Field>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(Key(match key {
            "code" => Some(Field::Code),
            "msg" => Some(Field::Msg),
            "detail" => Some(Field::Detail),
            "count" => Some(Field::Count),
            "fee" => Some(Field::Fee),
            "mobile" => Some(Field::Mobile),
            "sid" => Some(Field::Sid),
            "data" => Some(Field::Data),
            _ => None,
        }))
    }
}

/// A number or a text; anything else says nothing.
enum Scalar {
    None,
    Int(i64),
    /// Kept for the shortest decimal that means it, which is what was written.
    Decimal(f64),
    Text(String),
}

impl Scalar {
    fn int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Text(text) => text.trim().parse().ok(),
            Self::None | Self::Decimal(_) => None,
        }
    }

    fn phone(&self) -> Option<Phone> {
        match self {
            Self::Int(int) => u64::try_from(*int).ok().map(|digits| Phone { digits, is_international: false }),
            Self::Text(text) => Phone::read(text),
            Self::None | Self::Decimal(_) => None,
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Int(int) => Some(int.to_string()),
            Self::Decimal(decimal) => Some(decimal.to_string()),
            Self::Text(text) => Some(text),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a text")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::None, Scalar::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Decimal(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::None)
    }

    forgets!(Scalar::None; visit_bool: bool);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::None)
    }
}
