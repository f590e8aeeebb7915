//! A team's data directories on a shared host: found before anything is configured.
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::{Place, Result, Store};

/// A folder that its group may write, as [`Place`] makes it for a team.
const GROUP_WRITES: u32 = 0o020;

impl Store {
    /// The data directories that a team shares and this user may write: `folder` itself, or those directly below it
    /// (one for each account), in the order of their names. Blocking, and opens none of them.
    #[must_use]
    pub fn shared_folders(folder: &Path) -> Vec<PathBuf> {
        let below = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut below: Vec<PathBuf> = below.collect();
        below.sort();
        std::iter::once(folder.to_owned()).chain(below).filter(|folder| is_shared(folder)).collect()
    }

    /// How many people have made or sent something here.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn operators(&self) -> Result<u64> {
        let everybody =
            "SELECT count(*) FROM (SELECT by FROM audit UNION SELECT by FROM campaign UNION SELECT by FROM link)";
        self.read(|db| Ok(db.query_row(everybody, [], |row| row.get(0))?)).await.map(i64::unsigned_abs)
    }
}

fn is_shared(folder: &Path) -> bool {
    let place = Place { folder: folder.to_owned(), is_shared: true, is_read_only: true };
    let is_the_groups = fs::metadata(folder).is_ok_and(|about| about.is_dir() && about.mode() & GROUP_WRITES != 0);
    is_the_groups
        && access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
        && access(place.database(), Access::READ_OK | Access::WRITE_OK).is_ok()
}
