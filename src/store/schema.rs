//! Connections and their settings; migrations from `assets/migrations/`.
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::fault::{Fallible, Fault};
use crate::problem::StoreProblem;

const STEPS: &[M<'_>] = &[
    M::up(include_str!("../../assets/migrations/01-first.sql")),
    M::up(include_str!("../../assets/migrations/02-taken-out.sql")),
    M::up(include_str!("../../assets/migrations/03-gates.sql")),
    M::up(include_str!("../../assets/migrations/04-take-over.sql")),
];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// "Yunq", in the header of each database of ours.
const APPLICATION_ID: i32 = 0x5975_6e71;
/// Up to here the whole file is checked at each start; a larger one would take too long.
const CHECKED_WHOLE: u64 = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// The writing connection: every commit is on disk when it returns.
pub(super) fn writer(path: &Path) -> Fallible<Connection> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    settle(&db)?;
    db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    // Checkpoints are the writer's own business, after the answers.
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 16777216;
         PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY",
    )?;
    Ok(db)
}

/// A reading connection. Where not even SQLite's log and shared memory can be made (a read-only disk, a folder of somebody
/// else), the file is taken as one that nobody changes. Not while a log holds what the file lacks: an old answer would
/// pass for the newest.
pub(super) fn reader(path: &Path, may_be_alone: bool) -> Fallible<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|db| probe(&db).map(|()| db));
    let db = match opened {
        Ok(db) => db,
        Err(error) if may_be_alone && cannot_be_made(&error) && !beside(path, "-wal") => {
            let plain = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let uri = format!("file:{plain}?immutable=1");
            let db = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?;
            probe(&db)?;
            db
        }
        Err(error) => return Err(error.into()),
    };
    settle(&db)?;
    db.execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY")?;
    Ok(db)
}

/// SQLite says either, by whether the folder can be looked into.
fn cannot_be_made(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
    matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly))
}

/// Whether there is something in the file of that suffix beside the database.
fn beside(path: &Path, suffix: &str) -> bool {
    let mut beside = path.as_os_str().to_owned();
    beside.push(suffix);
    std::fs::metadata(beside).is_ok_and(|m| m.len() > 0)
}

fn probe(db: &Connection) -> rusqlite::Result<()> {
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map(|_| ())
}

/// An empty database in memory: there is nothing to read and no way to write.
pub(super) fn nothing() -> Fallible<Connection> {
    let mut db = Connection::open_in_memory()?;
    settle(&db)?;
    migrate(&mut db, Path::new(""))?;
    Ok(db)
}

fn settle(db: &Connection) -> Fallible<()> {
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(128);
    db.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")?;
    Ok(())
}

/// Refuses what is not ours, and brings an older schema up to date.
pub(super) fn migrate(db: &mut Connection, path: &Path) -> Fallible<()> {
    let is_new = check(db, path)?;
    if is_new {
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    MIGRATIONS.to_latest(db).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Fault::Sql(err),
        other => Fault::Damage(other.to_string()),
    })
}

/// Whether this is a database of ours with a schema that we know; says whether it is empty.
pub(super) fn check(db: &Connection, path: &Path) -> Fallible<bool> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (id, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let is_new = id == 0 && version == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0;
    let (found, known) = (u64::try_from(version).unwrap_or(0), STEPS.len() as u64);
    if !is_new && id != i64::from(APPLICATION_ID) {
        return Err(Fault::Damage("not a database of yunque".to_owned()));
    }
    if found > known {
        return Err(StoreProblem::Newer { path: path.display().to_string(), found, known }.into());
    }
    let size = number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?);
    if u64::try_from(size).is_ok_and(|size| size <= CHECKED_WHOLE) {
        let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(Fault::Damage(verdict));
        }
    }
    Ok(is_new)
}

/// What can be told from the file alone: its beginning, and whether it is as long as it says. `is_known` when something
/// was sent from it, so that it cannot be empty.
pub(super) fn check_file(path: &Path, is_known: bool) -> Fallible<()> {
    use std::io::Read;
    let mut head = Vec::with_capacity(100);
    let Ok(file) = std::fs::File::open(path) else { return Ok(()) };
    let length = file.metadata().map_or(0, |m| m.len());
    // With either of them beside it, SQLite makes the file whole again.
    let has_log = beside(path, "-wal") || beside(path, "-journal");
    if length == 0 {
        // A journal beside an empty file is a first start that was cut off: SQLite takes it back, and begins anew.
        let is_lost = is_known || beside(path, "-wal");
        return if is_lost { Err(Fault::Damage("the file is empty".to_owned())) } else { Ok(()) };
    }
    if file.take(100).read_to_end(&mut head).is_err() || head.len() < 100 || !head.starts_with(b"SQLite format 3\0") {
        return Err(Fault::Damage("not a database".to_owned()));
    }
    let word = |at: usize| u64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let page = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        page => page,
    };
    let is_counted = word(24) == word(92);
    if is_counted && !has_log && length < word(28) * page {
        return Err(Fault::Damage("the file is cut short".to_owned()));
    }
    Ok(())
}
