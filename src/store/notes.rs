//! Notes on campaigns: what colleagues tell each other.
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::time;
use super::fault::{Fallible, Fault};
use super::{Result, Store};
use crate::sms::CampaignId;

/// A note on a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What.
    pub text: String,
}

impl Store {
    /// Adds a note.
    pub async fn add_note(&self, id: CampaignId, by: &str, at: Timestamp, text: &str) -> Result<()> {
        let (by, text) = (by.to_owned(), text.to_owned());
        self.write(move |tx| {
            let sql = "INSERT INTO note (campaign, at, by, text) SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM campaign WHERE id = ?1)";
            match tx.execute(sql, params![id.0, at.as_millisecond(), by, text])? {
                0 => Err(Fault::not_found(&id)),
                _ => Ok(()),
            }
        })
        .await
    }

    /// Notes, oldest first.
    pub async fn notes(&self, id: CampaignId) -> Result<Vec<Note>> {
        self.read(move |db| {
            let mut all = db.prepare_cached("SELECT at, by, text FROM note WHERE campaign = ?1 ORDER BY id")?;
            Ok(all.query_map([id.0], read)?.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}

/// The newest note, as a campaign's head carries it.
pub(super) fn newest(db: &Connection, id: CampaignId) -> Fallible<Option<(Timestamp, String, String)>> {
    let mut one = db.prepare_cached("SELECT at, by, text FROM note WHERE campaign = ?1 ORDER BY id DESC LIMIT 1")?;
    Ok(one.query_row([id.0], read).optional()?.map(|note| (note.at, note.by, note.text)))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note { at: time(row, 0)?, by: row.get(1)?, text: row.get(2)? })
}
