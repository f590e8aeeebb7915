//! The account behind the key: who it is, what is left, what it may write with.
use super::{Desk, Result, client_settings, key_of};
use crate::config::Config;
use crate::sms::{Account, SignatureEntry, TemplateEntry};
use crate::yunpian::Client;

impl Desk {
    /// Whether the key of a config is an account's: asks the API, opens no database.
    ///
    /// # Errors
    /// The key cannot be read, or the vendor does not know it.
    pub async fn check_key(config: &Config) -> Result<Account> {
        Ok(Client::new(key_of(config)?, client_settings(config))?.user_get().await?)
    }

    /// Name and balance. Asks the API.
    ///
    /// # Errors
    /// No key; the API.
    pub async fn account(&self) -> Result<Account> {
        Ok(self.client()?.user_get().await?)
    }

    /// Templates and signatures of the account. Asks the API; an account that may not list one of them has none of it.
    ///
    /// # Errors
    /// No key; the API cannot be reached at all.
    pub async fn phrases(&self) -> Result<(Vec<TemplateEntry>, Vec<SignatureEntry>)> {
        let client = self.client()?;
        let (templates, signatures) = tokio::join!(client.tpl_get(), client.sign_get());
        match (templates, signatures) {
            (Err(problem), Err(_)) => Err(problem.into()),
            (templates, signatures) => Ok((templates.unwrap_or_default(), signatures.unwrap_or_default())),
        }
    }
}
