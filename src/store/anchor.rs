//! The audit's last line, written down beside the database as well: whoever empties the audit, and the mark that the
//! database itself keeps of it, is still missed here.
//!
//! Written after each commit that holds a line, so after a crash it may lag behind the audit; it never leads, unless lines
//! were taken away. A mark that the audit does not bear out is left alone, so that the loss is told until somebody has
//! looked and removes the file.
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::fault::Fallible;

/// Its name in the data directory.
pub(super) const NAME: &str = "audit-head";

/// A line of the audit as it was when it was the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) line: i64,
    pub(super) hash: String,
    pub(super) at: Timestamp,
}

/// What the file says, and of which database; `None` without one, and for one that is not readable. To be read before the
/// audit is: it may have grown by then, which does no harm.
pub(super) fn read(folder: &Path) -> Option<(String, Head)> {
    mark_of(&File::open(folder.join(NAME)).ok()?)
}

fn mark_of(file: &File) -> Option<(String, Head)> {
    let mut bytes = [0; 256];
    let length = file.read_at(&mut bytes, 0).ok()?;
    // Half a write is no mark.
    let (head, sum) = std::str::from_utf8(&bytes[..length]).ok()?.trim_end().rsplit_once(' ')?;
    if sum_of(head) != sum {
        return None;
    }
    let mut words = head.split(' ');
    let store_id = words.next()?.to_owned();
    let (line, at) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((store_id, Head { line, at: Timestamp::from_millisecond(at).ok()?, hash: words.next()?.to_owned() }))
}

fn sum_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).fold(String::with_capacity(16), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The last line that is committed.
fn head(db: &Connection) -> Fallible<Option<Head>> {
    let mut last = db.prepare_cached("SELECT id, hash, at FROM audit ORDER BY id DESC LIMIT 1")?;
    let read =
        |row: &rusqlite::Row<'_>| Ok(Head { line: row.get(0)?, hash: row.get(1)?, at: super::codec::time(row, 2)? });
    Ok(last.query_row([], read).optional()?)
}

/// Whether the audit still holds the line of the mark.
pub(super) fn is_borne_out(db: &Connection, mark: &Head) -> Fallible<bool> {
    let mut line = db.prepare_cached("SELECT hash FROM audit WHERE id = ?1")?;
    let hash: Option<String> = line.query_row([mark.line], |row| row.get(0)).optional()?;
    Ok(hash.as_ref() == Some(&mark.hash))
}

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct Anchor {
    file: Option<File>,
    store_id: String,
}

impl Anchor {
    /// Opens the file, or makes it; without one (a strange disk) no mark is kept. A new one is anchored at what is there.
    pub(super) fn open(folder: &Path, mode: u32, store_id: &str, db: &Connection) -> Self {
        let path = folder.join(NAME);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(mode).open(&path).ok();
        if file.is_some() {
            super::place::set_mode(&path, mode);
        }
        let anchor = Self { file, store_id: store_id.to_owned() };
        anchor.raise(db);
        anchor
    }

    /// Raises the mark to the last line that is committed. Not synced: after a power loss it may be low, never high.
    pub(super) fn raise(&self, db: &Connection) {
        let Some(file) = &self.file else { return };
        // Between processes; where the disk knows no locks, a mark that is a line low is all that can come of it.
        let is_locked = file.lock().is_ok();
        if let Err(why) = self.raise_file(db, file) {
            tracing::warn!(%why, "the audit's mark is not kept");
        }
        if is_locked {
            drop(file.unlock());
        }
    }

    fn raise_file(&self, db: &Connection, file: &File) -> Result<(), String> {
        let Some(last) = head(db).map_err(|fault| fault.why())? else { return Ok(()) };
        if let Some((_, mark)) = mark_of(file).filter(|(store_id, _)| *store_id == self.store_id) {
            if mark == last {
                return Ok(());
            }
            if !is_borne_out(db, &mark).map_err(|fault| fault.why())? {
                return Err(format!("line {} is not what it was", mark.line));
            }
        }
        let text = format!("{} {:020} {:020} {}", self.store_id, last.line, last.at.as_millisecond(), last.hash);
        let text = format!("{text} {}\n", sum_of(&text));
        file.write_all_at(text.as_bytes(), 0).map_err(|error| error.to_string())
    }
}
