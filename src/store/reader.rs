//! The reader threads: connections of their own, so that a list never waits behind an fsync.
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

/// Something to read; answers by itself.
pub(super) type Query = Box<dyn FnOnce(&Connection) + Send>;

/// Answers queries until the last handle is gone. Each sees one state of the database from beginning to end.
pub(super) fn run(db: &Connection, queries: &Arc<Mutex<Receiver<Query>>>) {
    loop {
        let query = queries.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(query) = query else { break };
        query(db);
    }
}
