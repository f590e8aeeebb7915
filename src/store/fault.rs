//! What can go wrong inside the room, before it is told as a [`StoreProblem`].
use std::io::{ErrorKind, Write};
use std::path::Path;

use rusqlite::ErrorCode;

use crate::problem::{StoreProblem, WhyReadOnly};

/// A failure of a job.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite's own.
    Sql(rusqlite::Error),
    /// What is stored does not fit together.
    Damage(String),
    /// Already as the caller will read it.
    Told(StoreProblem),
}

/// A result inside the room.
pub(super) type Fallible<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreProblem> for Fault {
    fn from(problem: StoreProblem) -> Self {
        Self::Told(problem)
    }
}

impl Fault {
    /// A change that the journal's rules forbid.
    pub(super) fn journal(why: impl Into<String>) -> Self {
        Self::Told(StoreProblem::Journal { why: why.into() })
    }

    /// What should be changed is not there.
    pub(super) fn not_found(what: &impl ToString) -> Self {
        Self::Told(StoreProblem::NotFound { what: what.to_string() })
    }

    /// What went wrong, in the log's words.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Sql(error) => error.to_string(),
            Self::Damage(why) => why.clone(),
            Self::Told(problem) => problem.to_string(),
        }
    }

    /// As the caller reads it. `path` is the database file.
    pub(super) fn told(self, path: &Path) -> StoreProblem {
        match self {
            Self::Told(problem) => problem,
            Self::Damage(why) => StoreProblem::Damaged { path: path.display().to_string(), why },
            Self::Sql(error) => told_sql(&error, path),
        }
    }
}

/// Whether the disk of the database takes no more bytes.
fn takes_no_more(database: &Path) -> bool {
    const SOME: [u8; 1 << 14] = [0; 1 << 14];
    let tried = |folder| tempfile::tempfile_in(folder).and_then(|mut file| file.write_all(&SOME));
    let problem = database.parent().and_then(|folder| tried(folder).err());
    problem.is_some_and(|e| matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
}

fn told_sql(error: &rusqlite::Error, path: &Path) -> StoreProblem {
    use rusqlite::Error as E;
    /// A file that ends in the middle of a page.
    const SHORT_READ: i32 = 522;
    let database = path;
    let (why, path) = (error.to_string(), path.display().to_string());
    match error {
        E::SqliteFailure(inner, _) if inner.extended_code == SHORT_READ => StoreProblem::Damaged { path, why },
        E::SqliteFailure(inner, _) => match inner.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreProblem::Damaged { path, why },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreProblem::Busy,
            ErrorCode::DiskFull => StoreProblem::ReadOnly { path, why: WhyReadOnly::DiskFull },
            // SQLite says of some calls only that they failed.
            ErrorCode::SystemIoFailure if takes_no_more(database) => {
                StoreProblem::ReadOnly { path, why: WhyReadOnly::DiskFull }
            }
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                StoreProblem::ReadOnly { path, why: WhyReadOnly::NoPermission }
            }
            ErrorCode::CannotOpen => StoreProblem::Unavailable { path, why },
            _ => StoreProblem::Failed { why },
        },
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::InvalidColumnType(..)
        | E::Utf8Error(..)
        | E::QueryReturnedNoRows => StoreProblem::Damaged { path, why },
        _ => StoreProblem::Failed { why },
    }
}
