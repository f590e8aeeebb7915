//! Floor 2: the local database. One writer thread; its interface speaks domain terms, no SQL leaks.
//!
//! ```text
//! caller ──job──▶ channel ──▶ writer thread: BEGIN · every job that waits · COMMIT (WAL, synchronous=FULL) ──reply──▶ callers
//!                             └ so concurrent intents share one fsync (group commit)
//! caller ─query─▶ reader threads with read-only connections: lists never wait behind an fsync
//! ```
//! The journal is append-only: immutable recipients, attempts (the intent, durable before the request is written)
//! and facts. A recipient's state is derived from them; nothing is ever set back to pending, a new fact is added.
//! It must never name the interface to a person, nor speak HTTP.
//!
//! | what | where |
//! |---|---|
//! | opening, the folder, migrations, a restored backup | `open` `place` `schema` `high_water` |
//! | the threads | `writer` `reader` |
//! | who owns a campaign, and who asks for it | `claims` `take_over` |
//! | campaigns | `create` `campaigns` `standing` `guards` |
//! | the journal | `fold` (the rule) `journal` (writing) `story` (reading) `check` (proof) |
//! | the rest, one file a noun | `links` `clicks` `mark` `deliveries` `suppression` `audit` (with `anchor`) `notes` `drafts` `kept` |
//!
//! `async` methods wait for a thread and never block the runtime; each fails with a [`StoreProblem`], whose variants say
//! what went wrong.
#![expect(clippy::missing_errors_doc, reason = "every method fails with StoreProblem alone, as said above")]
mod anchor;
mod audit;
mod campaigns;
mod check;
mod claims;
mod clicks;
mod codec;
mod create;
mod deliveries;
mod doubts;
mod drafts;
mod fault;
mod fold;
mod guards;
mod high_water;
mod journal;
mod kept;
mod links;
mod mark;
mod notes;
mod open;
mod place;
mod reader;
mod schema;
mod standing;
mod story;
mod suppression;
mod take_over;
mod team;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

pub use audit::{AuditCheck, AuditLine};
pub use check::{Invariant, JournalCheck};
pub use claims::{Claim, ConsumerClaim};
pub use deliveries::Unreported;
pub use drafts::Draft;
pub use guards::{Overlap, Sent};
pub use journal::{Attempt, AttemptId, Fact, Intent, Journal};
pub use notes::Note;
pub use place::Place;
pub use story::{FoundMessage, MessageTo, RecipientRow};
pub use suppression::Suppression;
pub use writer::Durable;

use crate::problem::StoreProblem;
use crate::sms::Money;
use fault::{Fallible, Fault};
use writer::{Job, Task, Tx};

pub use crate::sms::Wish;

/// A result of this room.
pub type Result<T> = std::result::Result<T, StoreProblem>;

/// What all threads and handles share.
#[derive(Debug)]
struct Shared {
    place: Place,
    path: PathBuf,
    /// Why nothing is written any more; set once, never taken back.
    blocked: OnceLock<StoreProblem>,
    commits: AtomicU64,
    caller: OnceLock<String>,
    attended: OnceLock<()>,
    price: OnceLock<Money>,
    /// What the change mark is read with (`mark`).
    watcher: Mutex<Option<Connection>>,
}

impl Shared {
    /// As the caller reads it; damage found anywhere stops all writing.
    fn told(&self, fault: Fault) -> StoreProblem {
        let problem = fault.told(&self.path);
        if matches!(problem, StoreProblem::Damaged { .. }) && self.blocked.set(problem.clone()).is_ok() {
            tracing::error!(%problem, "nothing is written any more");
        }
        problem
    }
}

/// The threads; they end when the last handle goes, with everything on disk that was asked for.
#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    queries: Option<mpsc::Sender<reader::Query>>,
    writer: Option<JoinHandle<()>>,
    readers: Vec<JoinHandle<()>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The writer's connection closes last: only then are the log and the shared memory beside the database cleared away.
        self.queries = None;
        // A thread that panicked has said so already.
        self.readers.drain(..).for_each(|reader| drop(reader.join()));
        drop(self.shared.watcher.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.jobs = None;
        self.writer.take().into_iter().for_each(|writer| drop(writer.join()));
    }
}

/// A handle on the database; cheap to clone, any thread.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// The version of the SQLite that is built in.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

impl Store {
    /// Opens (creates, migrates) the database. Blocking. `account` is a fingerprint of the API key (never the key): the
    /// database remembers the first and refuses another's. A network file system, a damaged file or a foreign account
    /// is refused with its own problem; a read-only or full disk opens read-only.
    pub fn open(place: &Place, account: Option<&str>) -> Result<Self> {
        open::open(place, account)
    }

    /// The reason why nothing can be written; `None` when writing is possible. Damage found later shows up here too.
    #[must_use]
    pub fn read_only(&self) -> Option<StoreProblem> {
        self.inner.shared.blocked.get().cloned()
    }

    /// The data directory.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.shared.place.folder
    }

    /// Commits so far by this handle and its clones: group commit needs fewer of them than jobs.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.inner.shared.commits.load(Ordering::Relaxed)
    }

    /// Who the audit says is calling: OS user and SSH client. The first word counts.
    pub fn set_caller(&self, caller: &str) {
        drop(self.inner.shared.caller.set(caller.to_owned()));
    }

    /// A person sits at this process, who can be asked (`take_over`).
    pub fn set_attended(&self) {
        self.inner.shared.attended.get_or_init(|| ());
    }

    /// Whether a person sits at this process.
    #[must_use]
    pub fn is_attended(&self) -> bool {
        self.inner.shared.attended.get().is_some()
    }

    /// What one segment costs as long as nothing billed tells: what is found accepted later is estimated by it. The first
    /// word counts; without one the estimate is zero.
    pub fn set_price(&self, price: Money) {
        self.inner.shared.price.get_or_init(|| price);
    }

    fn place(&self) -> &Place {
        &self.inner.shared.place
    }

    fn caller(&self) -> String {
        self.inner.shared.caller.get().cloned().unwrap_or_default()
    }

    fn price(&self) -> Money {
        self.inner.shared.price.get().copied().unwrap_or(Money::ZERO)
    }

    fn may_write(&self) -> Result<()> {
        self.read_only().map_or(Ok(()), Err)
    }

    /// Queues something to write.
    fn write<T: Send + 'static>(&self, work: impl FnOnce(&Tx<'_>) -> Fallible<T> + Send + 'static) -> Durable<T> {
        self.queue(work, false, None)
    }

    /// Queues something to write, with all that may be said of it.
    fn queue<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Fallible<T> + Send + 'static,
        is_large: bool,
        held: Option<Arc<claims::Holder>>,
    ) -> Durable<T> {
        if let Err(problem) = self.may_write() {
            return Durable::refused(problem);
        }
        let (reply, durable) = oneshot::channel();
        let task = Task { work: Some(work), done: None, reply, is_large, held };
        match &self.inner.jobs {
            // A thread that is gone drops the reply, and the caller reads of it.
            Some(jobs) => drop(jobs.send(Box::new(task))),
            None => drop(task),
        }
        Durable::new(durable)
    }

    /// Queues something to read; it sees one state of the database, and every write that was answered before.
    fn read<T: Send + 'static>(&self, look: impl FnOnce(&Connection) -> Fallible<T> + Send + 'static) -> Durable<T> {
        let (reply, answer) = oneshot::channel();
        let shared = Arc::clone(&self.inner.shared);
        let query: reader::Query = Box::new(move |db| {
            let seen = db.unchecked_transaction().map_err(Fault::from).and_then(|_one_state| look(db));
            drop(reply.send(seen.map_err(|fault| shared.told(fault))));
        });
        if let Some(queries) = &self.inner.queries {
            drop(queries.send(query));
        }
        Durable::new(answer)
    }
}
