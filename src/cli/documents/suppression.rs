//! `suppression list`, and what exports say.
use serde::Serialize;

use super::Form;
use crate::desk::Written;
use crate::store::Suppression;

/// The suppression list, newest first.
#[derive(Debug, Serialize)]
pub struct SuppressionDocument {
    suppression: Vec<EntryDocument>,
}

#[derive(Debug, Serialize)]
struct EntryDocument {
    mobile: String,
    why: String,
    at: String,
    by: String,
}

impl SuppressionDocument {
    /// The document of a list.
    #[must_use]
    pub fn new(list: &[Suppression], form: &Form) -> Self {
        let entry = |entry: &Suppression| EntryDocument {
            mobile: form.mobile(entry.mobile),
            why: entry.why.clone(),
            at: form.time(entry.at),
            by: entry.by.clone(),
        };
        Self { suppression: list.iter().map(entry).collect() }
    }
}

/// A file that was written: its path, and its rows without the header.
#[derive(Debug, Serialize)]
pub struct WrittenDocument {
    path: String,
    rows: u64,
}

impl WrittenDocument {
    /// The document of a file.
    #[must_use]
    pub fn new(written: &Written) -> Self {
        Self { path: written.path.display().to_string(), rows: written.rows }
    }
}
