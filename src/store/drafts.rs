//! Drafts: nothing typed is lost. The store does not look into them.
use jiff::Timestamp;
use rusqlite::params;

use super::codec::time;
use super::{Result, Store};

/// A draft: the store does not look into its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub by: String,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// JSON of the room that wrote it.
    pub body: String,
}

impl Store {
    /// Saves a draft: a new one when `id` is `None`. Gives its id.
    pub async fn save_draft(&self, id: Option<i64>, body: &str, by: &str, at: Timestamp) -> Result<i64> {
        let (body, by) = (body.to_owned(), by.to_owned());
        self.write(move |tx| {
            let sql = "INSERT INTO draft (id, by, updated_at, body) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT DO UPDATE SET by = ?2, updated_at = ?3, body = ?4";
            tx.execute(sql, params![id, by, at.as_millisecond(), body])?;
            Ok(id.unwrap_or_else(|| tx.last_insert_rowid()))
        })
        .await
    }

    /// Drafts, last saved first.
    pub async fn drafts(&self) -> Result<Vec<Draft>> {
        self.read(|db| {
            let mut all =
                db.prepare_cached("SELECT id, by, updated_at, body FROM draft ORDER BY updated_at DESC, id DESC")?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Draft { id: row.get(0)?, by: row.get(1)?, updated_at: time(row, 2)?, body: row.get(3)? })
            };
            Ok(all.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Throws a draft away.
    pub async fn delete_draft(&self, id: i64) -> Result<()> {
        self.write(move |tx| Ok(tx.execute("DELETE FROM draft WHERE id = ?1", [id]).map(|_| ())?)).await
    }
}
