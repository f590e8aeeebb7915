//! The one credential.
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// An account's API key. Nothing but a form body ever holds its text; `Debug` shows the fingerprint.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Wraps a key; blanks around it (a file's last newline) are dropped. 32 characters are expected, not enforced.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(SecretString::from(text.trim()))
    }

    /// Whether the key looks like one: 32 letters and digits (`api/yunpian-v2.md`, ground rules).
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        let key = self.0.expose_secret();
        key.len() == 32 && key.bytes().all(|b| b.is_ascii_alphanumeric())
    }

    /// How many characters it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.expose_secret().chars().count()
    }

    /// The mark of the account that a database remembers: the first 16 hex digits of the key's SHA-256.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = Sha256::digest(self.0.expose_secret().as_bytes());
        let hex = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        hash.iter().take(8).flat_map(|byte| [hex(byte >> 4), hex(byte & 15)]).collect()
    }

    /// The key itself, for a form body.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}…)", self.fingerprint())
    }
}
