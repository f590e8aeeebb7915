//! Drafts: nothing typed is lost. The store does not look into them: whoever wrote a body says which one it is.
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::codec::time;
use super::fault::Fallible;
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
    /// Saves a draft of `by` in place of the one whose body `is_it`, or as a new one. Gives its id.
    ///
    /// One job: of two saves that are under way at once there is one draft in the end, the later one, in whatever order
    /// they are written.
    pub async fn save_draft(
        &self,
        is_it: impl Fn(&str) -> bool + Send + 'static,
        body: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<i64> {
        let (body, by, at) = (body.to_owned(), by.to_owned(), at.as_millisecond());
        self.write(move |tx| {
            let mut kept = found(tx, &by, is_it)?.into_iter();
            let Some((id, saved_at)) = kept.next() else {
                let sql = "INSERT INTO draft (by, updated_at, body) VALUES (?1, ?2, ?3)";
                tx.execute(sql, params![by, at, body])?;
                return Ok(tx.last_insert_rowid());
            };
            if saved_at <= at {
                tx.execute("UPDATE draft SET updated_at = ?2, body = ?3 WHERE id = ?1", params![id, at, body])?;
            }
            // Earlier versions could leave twins.
            kept.try_for_each(|(twin, _)| tx.execute("DELETE FROM draft WHERE id = ?1", [twin]).map(|_| ()))?;
            Ok(id)
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

    /// Throws away the draft of `by` whose body `is_it`, if there is one.
    pub async fn delete_draft(&self, is_it: impl Fn(&str) -> bool + Send + 'static, by: &str) -> Result<()> {
        let by = by.to_owned();
        self.write(move |tx| {
            for (id, _) in found(tx, &by, is_it)? {
                tx.execute("DELETE FROM draft WHERE id = ?1", [id])?;
            }
            Ok(())
        })
        .await
    }
}

/// The drafts of somebody whose bodies are meant: id and when each was saved, last saved first.
fn found(db: &Connection, by: &str, is_it: impl Fn(&str) -> bool) -> Fallible<Vec<(i64, i64)>> {
    let sql = "SELECT id, updated_at, body FROM draft WHERE by = ?1 ORDER BY updated_at DESC, id DESC";
    let mut all = db.prepare_cached(sql)?;
    let mut rows = all.query([by])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if is_it(row.get_ref(2)?.as_str().unwrap_or_default()) {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(found)
}
