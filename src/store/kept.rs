//! Small things kept by key: facts about the store and the account, and the console's view state.
use rusqlite::{OptionalExtension, params};

use super::writer::Durable;
use super::{Result, Store};

impl Store {
    /// A value of the store's own table of facts about itself and the account.
    pub async fn meta(&self, key: &str) -> Result<Option<String>> {
        self.kept("SELECT value FROM meta WHERE key = ?1", key).await
    }

    /// A value of the console's view state (filters, widths, selection).
    pub async fn view_state(&self, key: &str) -> Result<Option<String>> {
        self.kept("SELECT value FROM view_state WHERE key = ?1", key).await
    }

    /// Sets one.
    pub async fn set_view_state(&self, key: &str, value: &str) -> Result<()> {
        self.keep("INSERT INTO view_state VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2", key, value).await
    }

    fn kept(&self, sql: &'static str, key: &str) -> Durable<Option<String>> {
        let key = key.to_owned();
        self.read(move |db| Ok(db.query_row(sql, [key], |row| row.get(0)).optional()?))
    }

    fn keep(&self, sql: &'static str, key: &str, value: &str) -> Durable<()> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.write(move |tx| Ok(tx.execute(sql, params![key, value]).map(|_| ())?))
    }
}
