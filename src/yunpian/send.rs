//! The two calls that send. Each is made once: whatever happens to it is an [`Outcome`] for every number asked.
use jiff::Timestamp;

use super::Client;
use super::outcome::Call;
use crate::sms::{Mobile, Outcome};

/// What a send may say besides its numbers and its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SendOptions {
    /// Every recipient gets a link of their own, so that clicks count by number.
    pub mobile_stat: bool,
    /// Our own id, at most 256 characters; one for a whole batch. `None` takes the settings' one, if any.
    pub uid: Option<String>,
}

/// What a call meant as a whole, when it did not answer number by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whole {
    /// The connection was never made.
    NotSent {
        /// The system's words.
        why: String,
    },
    /// The vendor refused the call.
    Refused {
        /// The vendor's code.
        code: i32,
        /// The vendor's words, as they came.
        msg: String,
    },
    /// Nobody can say what became of it.
    Ambiguous {
        /// What happened.
        why: String,
    },
}

/// What one send meant, number by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendAnswer {
    /// Exactly one for each number asked, in the order asked.
    pub outcomes: Vec<(Mobile, Outcome)>,
    /// What the call meant as a whole; `None` when it answered number by number.
    pub whole: Option<Whole>,
    /// Numbers in the answer that nobody asked for: logged, never counted.
    pub strangers: u32,
    /// The server's clock when it answered.
    pub server_date: Option<Timestamp>,
}

impl Client {
    /// Sends `text` to one number (`api/yunpian-v2.md` §2). Never tried again here. Take a [`Client::permit`] before
    /// the intent is made durable. Dropping the future while it runs leaves the outcome unknown.
    pub async fn single_send(&self, mobile: Mobile, text: &str, options: &SendOptions) -> SendAnswer {
        self.send(Call::Single, &[mobile], text, options).await
    }

    /// Sends `text` to up to 1,000 numbers, each standing in `mobiles` once (`api/yunpian-v2.md` §3). As
    /// [`Client::single_send`] otherwise.
    pub async fn batch_send(&self, mobiles: &[Mobile], text: &str, options: &SendOptions) -> SendAnswer {
        self.send(Call::Batch, mobiles, text, options).await
    }
}
