//! The one writer thread: everything that waits shares one commit.
//!
//! ```text
//! recv ─▶ first job ─ try_recv … until the queue is dry ─▶ BEGIN IMMEDIATE · a savepoint a job · COMMIT (fsync)
//!      ─▶ high-water mark, audit's mark ─▶ answers ─▶ now and then a checkpoint, which nobody waits for
//! ```
use std::cell::Cell;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::task::{Context, Poll};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::anchor::Anchor;
use super::fault::{Fallible, Fault};
use super::high_water::HighWater;
use super::{Result, Shared};
use crate::problem::StoreProblem;

/// Jobs that share a commit at most.
const MOST_JOBS: usize = 512;
/// Rows written since the last checkpoint that are worth the next one (some 4 MiB of log).
const CHECKPOINT_ROWS: u64 = 40_000;

/// Told when a write is durable: the job is queued already when a method returns this; awaiting it only tells how it
/// went, dropping it changes nothing.
#[must_use = "await it to know that it is durable, or drop it on purpose"]
#[derive(Debug)]
pub struct Durable<T>(oneshot::Receiver<Result<T>>);

impl<T> Durable<T> {
    pub(super) const fn new(reply: oneshot::Receiver<Result<T>>) -> Self {
        Self(reply)
    }

    /// One that has failed already.
    pub(super) fn refused(problem: StoreProblem) -> Self {
        let (sender, receiver) = oneshot::channel();
        drop(sender.send(Err(problem)));
        Self(receiver)
    }
}

impl<T> Future for Durable<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|reply| reply.unwrap_or_else(|_| Err(stopped())))
    }
}

/// The thread that should have answered is gone.
pub(super) fn stopped() -> StoreProblem {
    StoreProblem::Failed { why: "the database's thread has stopped".to_owned() }
}

/// What a job writes with.
pub(super) struct Tx<'a> {
    db: &'a Connection,
    newest_attempt: &'a Cell<i64>,
    rows: &'a Cell<u64>,
    has_audited: &'a Cell<bool>,
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.db
    }
}

impl Tx<'_> {
    /// Notes an attempt for the high-water mark.
    pub(super) fn attempted(&self, id: i64) {
        self.newest_attempt.set(self.newest_attempt.get().max(id));
    }

    /// Notes a line of the audit, for the mark beside the database.
    pub(super) fn audited(&self) {
        self.has_audited.set(true);
    }

    /// Notes how much was written.
    pub(super) fn wrote(&self, rows: usize) {
        self.rows.set(self.rows.get() + rows as u64);
    }
}

/// Something to write.
pub(super) trait Job: Send {
    /// Takes a commit of its own.
    fn is_large(&self) -> bool;
    /// Does it, inside a savepoint. Says whether it may stay.
    fn run(&mut self, tx: &Tx<'_>, shared: &Shared) -> bool;
    /// Answers, once the commit is done or has failed.
    fn answer(self: Box<Self>, failed: Option<&StoreProblem>);
}

/// A job made of a function.
pub(super) struct Task<T, F> {
    pub(super) work: Option<F>,
    pub(super) done: Option<Result<T>>,
    pub(super) reply: oneshot::Sender<Result<T>>,
    pub(super) is_large: bool,
    /// Kept until the answer: a campaign's lock is free only when all that its holder wrote is on disk.
    pub(super) held: Option<Arc<super::claims::Holder>>,
}

impl<T: Send, F: FnOnce(&Tx<'_>) -> Fallible<T> + Send> Job for Task<T, F> {
    fn is_large(&self) -> bool {
        self.is_large
    }

    fn run(&mut self, tx: &Tx<'_>, shared: &Shared) -> bool {
        let Some(work) = self.work.take() else { return false };
        let done = work(tx).map_err(|fault| shared.told(fault));
        let stays = done.is_ok();
        self.done = Some(done);
        stays
    }

    fn answer(self: Box<Self>, failed: Option<&StoreProblem>) {
        let done = match (failed, self.done) {
            (_, Some(Err(own))) => Err(own),
            (Some(problem), _) => Err(problem.clone()),
            (None, Some(done)) => done,
            (None, None) => Err(stopped()),
        };
        // Before the answer, so that whoever gets it may claim what was held.
        drop(self.held);
        // Nobody may be waiting any more; it is on disk all the same.
        drop(self.reply.send(done));
    }
}

/// The thread's own.
pub(super) struct Writer {
    pub(super) db: Connection,
    pub(super) jobs: Receiver<Box<dyn Job>>,
    pub(super) shared: Arc<Shared>,
    pub(super) high_water: HighWater,
    pub(super) anchor: Anchor,
}

impl Writer {
    /// Works until the last handle is gone.
    pub(super) fn run(self) {
        let mut left_over: Option<Box<dyn Job>> = None;
        let (newest_attempt, rows, has_audited) = (Cell::new(0), Cell::new(0), Cell::new(false));
        loop {
            let Some(first) = left_over.take().or_else(|| self.jobs.recv().ok()) else { break };
            let is_large = first.is_large();
            let mut batch = vec![first];
            while !is_large && batch.len() < MOST_JOBS {
                match self.jobs.try_recv() {
                    Ok(job) if job.is_large() => {
                        left_over = Some(job);
                        break;
                    }
                    Ok(job) => batch.push(job),
                    Err(_) => break,
                }
            }
            let tx = Tx { db: &self.db, newest_attempt: &newest_attempt, rows: &rows, has_audited: &has_audited };
            let on_disk = newest_attempt.get();
            let outcome = self.commit(&mut batch, &tx);
            if outcome.is_ok() {
                self.shared.commits.fetch_add(1, Ordering::Relaxed);
                self.high_water.raise(newest_attempt.get());
                if has_audited.take() {
                    self.anchor.raise(&self.db);
                }
            } else {
                // A mark above what is on disk would look like a restored backup.
                newest_attempt.set(on_disk);
            }
            for job in batch {
                job.answer(outcome.as_ref().err());
            }
            if is_large || rows.get() > CHECKPOINT_ROWS {
                rows.set(0);
                self.checkpoint(is_large);
            }
        }
    }

    fn commit(&self, batch: &mut [Box<dyn Job>], tx: &Tx<'_>) -> Result<()> {
        if let Some(problem) = self.shared.blocked.get() {
            return Err(problem.clone());
        }
        let done = self.transact(batch, tx);
        if !self.db.is_autocommit() {
            // Fails only if SQLite has rolled back by itself.
            drop(self.db.execute_batch("ROLLBACK"));
        }
        done.map_err(|fault| self.shared.told(fault))
    }

    fn transact(&self, batch: &mut [Box<dyn Job>], tx: &Tx<'_>) -> Fallible<()> {
        let command = |sql: &str| -> Fallible<()> { Ok(self.db.prepare_cached(sql)?.execute([]).map(|_| ())?) };
        command("BEGIN IMMEDIATE")?;
        tx.wrote(4);
        for job in batch {
            command("SAVEPOINT job")?;
            let before = tx.newest_attempt.get();
            if !job.run(tx, &self.shared) {
                if self.db.is_autocommit() {
                    // A full disk makes SQLite give up the whole transaction.
                    return Err(Fault::Told(StoreProblem::Failed { why: "the transaction was given up".to_owned() }));
                }
                tx.newest_attempt.set(before);
                command("ROLLBACK TO job")?;
            }
            command("RELEASE job")?;
        }
        command("COMMIT")
    }

    /// Moves the log into the file; a large job leaves a large log, which is cut.
    fn checkpoint(&self, is_large: bool) {
        let sql = if is_large {
            "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory"
        } else {
            "PRAGMA wal_checkpoint(PASSIVE)"
        };
        if let Err(error) = self.db.execute_batch(sql) {
            tracing::debug!(%error, "no checkpoint");
        }
    }
}
