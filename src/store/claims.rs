//! Who owns a campaign: an OS file lock, freed by death, never by time.
//!
//! `<data>/locks/c141.lock` is held as long as its owner lives; its content names operator, process and since when.
//! Everybody who takes or looks at a lock passes `gate.lock` first, for microseconds: so a look never makes a claim
//! fail, and nobody reads a half-written name.
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::place::{Place, set_mode, unavailable};
use super::{Result, Store};
use crate::sms::{CampaignId, Owner};

/// The lock itself; free when the last who needs it lets go: the claim, and what it has written but not yet on disk.
#[derive(Debug)]
pub(super) struct Holder {
    file: File,
}

impl Drop for Holder {
    fn drop(&mut self) {
        // Let go on purpose: no name stays behind. A process that dies leaves its name.
        drop(self.file.set_len(0));
        // Closing is not enough: a child that was forked a moment ago has the file open until it becomes its program.
        drop(self.file.unlock());
    }
}

/// The proof that this process owns a campaign: an OS file lock, freed by death. Only its holder may send or settle.
#[derive(Debug)]
pub struct Claim {
    pub(super) id: CampaignId,
    pub(super) holder: Arc<Holder>,
    owner: Owner,
}

impl Claim {
    /// The campaign.
    #[must_use]
    pub const fn id(&self) -> CampaignId {
        self.id
    }

    /// Who holds it, as colleagues read it.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.owner.clone()
    }
}

/// The one process that may consume something: reports, replies. Freed by death.
#[derive(Debug)]
pub struct ConsumerClaim {
    _holder: Holder,
}

impl Store {
    /// Takes the campaign's file lock, or says who holds it.
    ///
    /// # Errors
    /// When nothing can be written, or the lock file cannot be made.
    pub fn claim(&self, id: CampaignId, by: &str, at: Timestamp) -> Result<std::result::Result<Claim, Owner>> {
        self.may_write()?;
        let taken = take(self.place(), &id.to_string(), by, at)?;
        let owner = Owner { by: by.to_owned(), pid: std::process::id(), since: at, is_alive: true };
        Ok(taken.map(|holder| Claim { id, holder: Arc::new(holder), owner }))
    }

    /// Becomes the one process that consumes `what` (`pull_status`), or says who is.
    ///
    /// # Errors
    /// When nothing can be written, or the lock file cannot be made.
    pub fn claim_consumer(
        &self,
        what: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<std::result::Result<ConsumerClaim, Owner>> {
        self.may_write()?;
        Ok(take(self.place(), &consumer_name(what), by, at)?.map(|holder| ConsumerClaim { _holder: holder }))
    }

    /// Who consumes `what`, or did when their process died; `None` when nobody does. A look takes nothing.
    #[must_use]
    pub fn consumer(&self, what: &str) -> Option<Owner> {
        owner_of(self.place(), &consumer_name(what))
    }

    /// Who holds a campaign, or held it when their process died; `None` when nobody does.
    #[must_use]
    pub fn owner(&self, id: CampaignId) -> Option<Owner> {
        owner(self.place(), id)
    }
}

fn consumer_name(what: &str) -> String {
    let plain: String = what.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    format!("consumer-{plain}")
}

fn lock_path(place: &Place, name: &str) -> PathBuf {
    place.locks().join(format!("{name}.lock"))
}

fn open_lock(place: &Place, name: &str) -> Result<File> {
    let path = lock_path(place, name);
    let mode = place.file_mode();
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(mode).open(&path);
    let file = file.map_err(|e| unavailable(&path, &e))?;
    set_mode(&path, mode);
    Ok(file)
}

/// The gate before all locks, and before opening the database.
pub(super) fn gate(place: &Place) -> Result<File> {
    let file = open_lock(place, "gate")?;
    file.lock().map_err(|e| unavailable(&lock_path(place, "gate"), &e))?;
    Ok(file)
}

fn take(place: &Place, name: &str, by: &str, at: Timestamp) -> Result<std::result::Result<Holder, Owner>> {
    let _gate = gate(place)?;
    let mut file = open_lock(place, name)?;
    let path = lock_path(place, name);
    match file.try_lock() {
        Ok(()) => {
            let name = serde_json::json!({ "by": by, "pid": std::process::id(), "since": at.as_millisecond() });
            file.set_len(0)
                .and_then(|()| file.seek(SeekFrom::Start(0)))
                .and_then(|_| file.write_all(name.to_string().as_bytes()))
                .map_err(|e| unavailable(&path, &e))?;
            Ok(Ok(Holder { file }))
        }
        Err(TryLockError::WouldBlock) => {
            let named = read_name(&mut file, true);
            Ok(Err(named.unwrap_or(Owner { by: String::new(), pid: 0, since: at, is_alive: true })))
        }
        Err(TryLockError::Error(e)) => Err(unavailable(&path, &e)),
    }
}

/// Who holds the lock, or left a name in it.
pub(super) fn owner(place: &Place, id: CampaignId) -> Option<Owner> {
    owner_of(place, &id.to_string())
}

fn owner_of(place: &Place, name: &str) -> Option<Owner> {
    let mut file = File::open(lock_path(place, name)).ok()?;
    // On a read-only disk there is no gate, and nobody who could be disturbed.
    let gate = File::open(lock_path(place, "gate")).ok();
    if let Some(gate) = &gate {
        gate.lock().ok()?;
    }
    let is_alive = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    // As when a claim is let go.
    drop(file.unlock());
    read_name(&mut file, is_alive)
}

/// Whether a campaign had an owner once and has none now.
pub(super) fn is_orphan(place: &Place, id: CampaignId) -> bool {
    lock_path(place, &id.to_string()).exists() && owner(place, id).is_none_or(|owner| !owner.is_alive)
}

fn read_name(file: &mut File, is_alive: bool) -> Option<Owner> {
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).ok()?;
    let name: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(Owner {
        by: name.get("by")?.as_str()?.to_owned(),
        pid: name.get("pid")?.as_u64().and_then(|pid| u32::try_from(pid).ok())?,
        since: Timestamp::from_millisecond(name.get("since")?.as_i64()?).ok()?,
        is_alive,
    })
}
