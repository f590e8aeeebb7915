//! The store's change mark: one cheap look tells whether anybody has written since.
use std::sync::PoisonError;

use rusqlite::Connection;

use super::{Result, Store, schema};

impl Store {
    /// A number that is another one after every commit to this database, whoever made it: another process, or this one.
    /// Reads no table.
    pub async fn change_mark(&self) -> Result<i64> {
        let shared = std::sync::Arc::clone(&self.inner.shared);
        self.read(move |_| {
            // SQLite counts for each connection apart, so it is always the same one that is asked.
            let mut watcher = shared.watcher.lock().unwrap_or_else(PoisonError::into_inner);
            let db: &Connection = match &mut *watcher {
                Some(db) => db,
                none => none.insert(schema::reader(&shared.path, shared.blocked.get().is_some())?),
            };
            Ok(db.query_row("PRAGMA data_version", [], |row| row.get(0))?)
        })
        .await
    }
}
