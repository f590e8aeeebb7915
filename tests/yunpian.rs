//! The API client against scripted answers on loopback: what goes out, byte for byte, and what awkward answers mean.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod common {
    use std::time::Duration;

    use yunque::yunpian::{ApiKey, Client, Settings};

    pub const KEY: &str = "0123456789abcdef0123456789abcdef";

    pub fn settings(url: &str) -> Settings {
        Settings { base_url: url.to_owned(), timeout: Duration::from_secs(20), ..Settings::default() }
    }

    pub fn client(url: &str) -> Client {
        Client::new(ApiKey::new(KEY), settings(url)).unwrap()
    }

    /// Nobody may find the key in what we print.
    pub fn assert_no_key(shown: &str) {
        assert!(!shown.contains(KEY), "the key is in: {shown}");
    }
}

#[path = "yunpian/connection.rs"]
mod connection;
#[path = "yunpian/outcome.rs"]
mod outcome;
#[path = "yunpian/reads.rs"]
mod reads;
#[path = "yunpian/sends.rs"]
mod sends;
#[path = "yunpian/server.rs"]
mod server;
