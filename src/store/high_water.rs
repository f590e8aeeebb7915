//! The mark beside the database that tells a restored backup: the newest attempt, in a file that no backup of the
//! database alone brings back.
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The file, and the highest attempt this process has written to it.
#[derive(Debug)]
pub(super) struct HighWater {
    file: Option<File>,
    store_id: String,
    written: Mutex<i64>,
}

/// What the file says: the id of the database and its newest attempt.
pub(super) fn read(folder: &Path) -> Option<(String, i64)> {
    let mut text = String::new();
    File::open(folder.join("high-water")).ok()?.take(128).read_to_string(&mut text).ok()?;
    let (id, newest) = text.trim().split_once(' ')?;
    Some((id.to_owned(), newest.trim().parse().ok()?))
}

impl HighWater {
    /// Opens the file; without one (a strange disk) the mark is not kept.
    pub(super) fn open(folder: &Path, mode: u32, store_id: String, newest: i64) -> Self {
        let path = folder.join("high-water");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(mode).open(&path).ok();
        if file.is_some() {
            super::place::set_mode(&path, mode);
        }
        let mark = Self { file, store_id, written: Mutex::new(0) };
        mark.raise(newest);
        mark
    }

    /// Raises the mark; written in place and not synced: after a power loss it may be low, never high.
    pub(super) fn raise(&self, newest: i64) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if newest <= *written {
            return;
        }
        *written = newest;
        if let Some(file) = &self.file
            && let Err(error) = file.write_all_at(format!("{} {newest:020}\n", self.store_id).as_bytes(), 0)
        {
            tracing::warn!(%error, "the high-water mark is not kept");
        }
    }
}
