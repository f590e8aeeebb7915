//! Opening: every check before the first job.
//!
//! ```text
//! local disk? ─▶ folder and file made, private ─▶ whole at a glance? ─▶ ours? schema known? ─▶ migrated
//!   ─▶ this account's? ─▶ not older than what was sent from it? ─▶ one writer, two readers
//! ```
use std::fs::File;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::Builder;

use rusqlite::{Connection, OptionalExtension};

use super::anchor::Anchor;
use super::fault::Fallible;
use super::high_water::{self, HighWater};
use super::place::{Place, unavailable};
use super::{Inner, Result, Shared, Store, claims, reader, schema, writer};
use crate::problem::{StoreProblem, WhyReadOnly};

const READERS: usize = 2;

/// Opens the database in `place`.
pub(super) fn open(place: &Place, account: Option<&str>) -> Result<Store> {
    let path = place.database();
    let why = place.prepare()?;
    let shared = Arc::new(Shared {
        place: place.clone(),
        path: path.clone(),
        blocked: OnceLock::new(),
        commits: AtomicU64::new(0),
        caller: OnceLock::new(),
        attended: OnceLock::new(),
        price: OnceLock::new(),
        watcher: Mutex::default(),
    });
    let told = |fault: super::fault::Fault| fault.told(&path);
    let known = high_water::read(&place.folder);
    // Behind the gate, where nobody else is just making it.
    let gate = if why.is_none() { Some(claims::gate(place)?) } else { None };
    schema::check_file(&path, known.as_ref().is_some_and(|(_, newest)| *newest > 0)).map_err(told)?;
    let mut scribe = None;
    let jobs = if let Some(why) = why {
        block(&shared, place, why);
        None
    } else {
        match open_writer(place, account, known).map_err(told) {
            Ok((db, high_water, anchor)) => {
                let (jobs, queue) = mpsc::channel();
                let writer = writer::Writer { db, jobs: queue, shared: Arc::clone(&shared), high_water, anchor };
                scribe = Some(spawn("store-writer", move || writer.run())?);
                Some(jobs)
            }
            Err(StoreProblem::ReadOnly { why, .. }) => {
                block(&shared, place, why);
                None
            }
            Err(problem) => return Err(problem),
        }
    };
    drop(gate);
    let (queries, queue) = mpsc::channel();
    let queue = Arc::new(Mutex::new(queue));
    let mut listeners = Vec::with_capacity(READERS);
    for _ in 0..READERS {
        let db = open_reader(place, account, jobs.is_some()).map_err(told)?;
        let queue = Arc::clone(&queue);
        listeners.push(spawn("store-reader", move || reader::run(&db, &queue))?);
    }
    Ok(Store { inner: Arc::new(Inner { shared, jobs, queries: Some(queries), writer: scribe, readers: listeners }) })
}

fn block(shared: &Shared, place: &Place, why: WhyReadOnly) {
    let path = place.folder.display().to_string();
    // Nobody can have set it before.
    drop(shared.blocked.set(StoreProblem::ReadOnly { path, why }));
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<std::thread::JoinHandle<()>> {
    Builder::new().name(name.to_owned()).spawn(work).map_err(|e| unavailable(std::path::Path::new(name), &e))
}

fn open_writer(
    place: &Place,
    account: Option<&str>,
    known: Option<(String, i64)>,
) -> Fallible<(Connection, HighWater, Anchor)> {
    let path = place.database();
    let mut db = schema::writer(&path)?;
    schema::migrate(&mut db, &path)?;
    let is_ours = is_this_account(&db, account)?;
    if !is_ours {
        return Err(StoreProblem::OtherAccount { path: place.folder.display().to_string() }.into());
    }
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    if let Some(account) = account {
        tx.execute("INSERT OR IGNORE INTO meta VALUES ('account', ?1)", [account])?;
    }
    tx.execute("INSERT OR IGNORE INTO meta VALUES ('store-id', lower(hex(randomblob(16))))", [])?;
    if let Some(file) = identity(&path) {
        notice_a_copy(&tx, &file)?;
    }
    let store_id: String = tx.query_row("SELECT value FROM meta WHERE key = 'store-id'", [], |row| row.get(0))?;
    let mut newest = newest_attempt(&tx)?;
    if let Some((_, mark)) = known.filter(|(id, mark)| *id == store_id && *mark > newest) {
        tracing::warn!(newest, mark, "the database is older than what was sent from it");
        tx.execute("UPDATE standing SET is_rolled_back = 1", [])?;
        // New attempts get ids that the lost ones never had.
        if tx.execute("UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'attempt'", [mark])? == 0 {
            tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('attempt', ?1)", [mark])?;
        }
        newest = mark;
    }
    tx.commit()?;
    let anchor = Anchor::open(&place.folder, place.file_mode(), &store_id, &db);
    Ok((db, HighWater::open(&place.folder, place.file_mode(), store_id, newest), anchor))
}

/// What tells this file from a copy of it: a copied or restored one is another file with the same in it.
fn identity(path: &std::path::Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path).ok()?;
    let made = file.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    Some(format!("{} {}", file.ino(), made.map_or(0, |made| made.as_nanos())))
}

/// Notes up to where the journal of a copy reaches: what the original has sent since is not in it.
fn notice_a_copy(tx: &Connection, file: &str) -> Fallible<()> {
    let known: Option<String> =
        tx.query_row("SELECT value FROM meta WHERE key = 'file'", [], |row| row.get(0)).optional()?;
    if known.as_deref() == Some(file) {
        return Ok(());
    }
    tx.execute("INSERT OR REPLACE INTO meta VALUES ('file', ?1)", [file])?;
    if known.is_some() {
        tracing::warn!("the database was copied, moved or restored");
        tx.execute(
            "INSERT OR REPLACE INTO meta SELECT 'copied-' || name, CAST(seq AS TEXT) FROM sqlite_sequence
             WHERE name IN ('attempt', 'campaign')",
            [],
        )?;
    }
    Ok(())
}

fn open_reader(place: &Place, account: Option<&str>, is_written: bool) -> Fallible<Connection> {
    let path = place.database();
    if !is_written && File::open(&path).and_then(|f| f.metadata()).map_or(true, |m| m.len() == 0) {
        return schema::nothing();
    }
    let db = schema::reader(&path, !is_written)?;
    if !is_written {
        if schema::check(&db, &path)? {
            return schema::nothing();
        }
        if !is_this_account(&db, account)? {
            return Err(StoreProblem::OtherAccount { path: place.folder.display().to_string() }.into());
        }
    }
    Ok(db)
}

fn is_this_account(db: &Connection, account: Option<&str>) -> Fallible<bool> {
    let mark: Option<String> =
        db.query_row("SELECT value FROM meta WHERE key = 'account'", [], |row| row.get(0)).optional()?;
    Ok(match (mark, account) {
        (Some(mark), Some(account)) => mark == account,
        _ => true,
    })
}

fn newest_attempt(db: &Connection) -> Fallible<i64> {
    Ok(db.query_row("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'attempt'), 0)", [], |row| {
        row.get(0)
    })?)
}
