//! What a call brings: a form, decoded by hand so that broken percent signs and foreign encodings get code 14.
use super::answer::Refusal;
use super::clock::from_wire;

/// The fields of a call, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Decodes `application/x-www-form-urlencoded`, from a body or a query string.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let value = pair.get(at + 1..).unwrap_or_default();
            Some((decode(&pair[..at])?, decode(value)?))
        });
        fields
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| Refusal::new(14, "the form is not UTF-8, percent-encoded"))
    }

    /// A field, if it is there; it may be empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A field that must be there and not be blank.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.get(name).filter(|value| !value.trim().is_empty());
        value.ok_or_else(|| Refusal::new(1, format!("参数 {name} 必须传入")))
    }

    /// A count from 1 to `most`; `default` when it is absent.
    pub(super) fn count(&self, name: &str, default: usize, most: usize) -> Result<usize, Refusal> {
        match self.get(name) {
            None | Some("") => Ok(default),
            Some(text) => match text.parse() {
                Ok(count) if (1..=most).contains(&count) => Ok(count),
                _ => Err(Refusal::new(2, format!("参数 {name} 格式不正确，应为 1 至 {most} 的整数"))),
            },
        }
    }

    /// A time, in unix milliseconds; `None` when it is absent.
    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.get(name) {
            None | Some("") => Ok(None),
            Some(text) => match from_wire(text) {
                Some(ms) => Ok(Some(ms)),
                None => Err(Refusal::new(2, format!("参数 {name} 格式不正确，应为 yyyy-MM-dd HH:mm:ss"))),
            },
        }
    }

    /// From `start_time` to the end of the second `end_time`, where absent from `start` to `end`.
    pub(super) fn window(&self, start: i64, end: i64) -> Result<(i64, i64), Refusal> {
        let from = self.time("start_time")?.unwrap_or(start);
        let to = self.time("end_time")?.map_or(end, |ms| ms + 999);
        if from > to { Err(Refusal::new(2, "start_time 晚于 end_time")) } else { Ok((from, to)) }
    }

    /// A switch as SDKs write it (`true`, `True`, `1`); off when it is absent.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name).unwrap_or_default().to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" | "" => Ok(false),
            _ => Err(Refusal::new(2, format!("参数 {name} 格式不正确，应为 true 或 false"))),
        }
    }
}

fn decode(bytes: &[u8]) -> Option<String> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, tail @ ..]) => {
                decoded.push(hex(*high)? * 16 + hex(*low)?);
                rest = tail;
            }
            (b'%', _) => return None,
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
    }
    String::from_utf8(decoded).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
