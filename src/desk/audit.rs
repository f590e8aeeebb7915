//! The audit: its chain verified, and what only the desk can see noted in it.
use std::path::PathBuf;

use super::{Desk, Result};
use crate::store::{AuditCheck, AuditLine};

impl Desk {
    /// Follows the audit's chain of hashes from the first line to the last. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn verify_audit(&self) -> Result<AuditCheck> {
        Ok(self.store().verify_audit().await?)
    }

    /// The file beside the database that remembers the audit's last line.
    #[must_use]
    pub fn audit_mark(&self) -> PathBuf {
        self.store().audit_mark()
    }

    /// The newest lines of the audit. Local.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn audit_lines(&self, newest: u32) -> Result<Vec<AuditLine>> {
        Ok(self.store().audit_lines(newest).await?)
    }

    /// Notes that numbers are shown in full from now on: on the screen (`screen`), in a document (`clicks c141`).
    ///
    /// # Errors
    /// The store refuses.
    pub async fn revealed(&self, about: &str, count: u64) -> Result<()> {
        self.note_down("reveal", about, count).await
    }

    /// Adds a line to the audit; where the database is open for reading only there is nothing to add it to, and what
    /// was asked for may go on: it changes nothing.
    pub(super) async fn note_down(&self, what: &'static str, about: &str, count: u64) -> Result<()> {
        if self.store().read_only().is_some() {
            return Ok(());
        }
        Ok(self.store().audit(self.by(), self.now(), what, about, count).await?)
    }
}
