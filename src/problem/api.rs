//! What can go wrong between us and the API.
use super::{Explain, Sent};
use crate::words::Lang;

/// A call that did not bring what was asked for. Owned by `yunpian/`; no variant ever holds the key or a URL with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiProblem {
    /// The connection was never made: DNS, refused, TLS.
    #[error("no connection: {why}")]
    Connect {
        /// The system's words.
        why: String,
    },
    /// No answer in time, or the connection was cut.
    #[error("no answer: {why}")]
    NoAnswer {
        /// The system's words.
        why: String,
    },
    /// An answer that is not the API's: a redirect, HTML, an empty or cut body.
    #[error("HTTP {status}, not an answer of the API: {body}")]
    Foreign {
        /// The HTTP status.
        status: u16,
        /// The beginning of the body, control characters made visible.
        body: String,
    },
    /// The vendor said no.
    #[error("refused, code {code}: {msg} ({detail})")]
    Refused {
        /// The vendor's code.
        code: i32,
        /// The vendor's words.
        msg: String,
        /// The vendor's further words.
        detail: String,
    },
    /// An answer of the API in a shape nobody has published; it is kept for a look.
    #[error("unexpected shape, wanted {expected}")]
    Shape {
        /// What was looked for.
        expected: &'static str,
        /// The answer as it came.
        raw: String,
    },
    /// The client itself could not be made (a broken base URL or proxy setting).
    #[error("the client cannot be made: {why}")]
    Setup {
        /// The library's words.
        why: String,
    },
}

impl Explain for ApiProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::NoAnswer { .. } => "no-answer",
            Self::Foreign { .. } => "http",
            Self::Refused { .. } => "api",
            Self::Shape { .. } => "shape",
            Self::Setup { .. } => "setup",
        }
    }

    fn code(&self) -> Option<i32> {
        if let Self::Refused { code, .. } = self { Some(*code) } else { None }
    }

    fn sent(&self) -> Sent {
        Sent::No
    }

    fn what(&self, lang: Lang) -> String {
        let _ = lang;
        self.to_string()
    }

    fn now(&self, lang: Lang) -> String {
        let _ = lang;
        String::new()
    }

    fn exit(&self) -> u8 {
        if matches!(self, Self::Refused { .. }) { 3 } else { 1 }
    }
}
