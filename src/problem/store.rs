//! What can go wrong with the local database.
use super::Explain;
use crate::words::Lang;

/// Why the database is open for reading only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhyReadOnly {
    /// `--read-only`, or a profile that says so.
    Asked,
    /// The folder or the file may not be written by this user, or lies on a medium that cannot be written.
    NoPermission,
    /// The disk is full.
    DiskFull,
}

/// What can go wrong with the local database. Owned by `store/`.
///
/// None of these means that something was sent: an intent that could not be made durable is a call that was not made.
/// An outcome that could not be written is the campaign's to explain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    /// Nothing can be written, so nothing may be sent.
    #[error("{path} is open for reading only: {why:?}")]
    ReadOnly {
        /// The data directory.
        path: String,
        /// Why.
        why: WhyReadOnly,
    },
    /// The file is not a sound database of ours.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The file.
        path: String,
        /// What does not fit.
        why: String,
    },
    /// The data directory lies on a network file system, whose locks cannot be relied on.
    #[error("{path} lies on a network file system ({kind})")]
    NetworkFileSystem {
        /// The data directory.
        path: String,
        /// `nfs`, `smb`, …
        kind: &'static str,
    },
    /// The database belongs to another API key's account.
    #[error("{path} belongs to another account")]
    OtherAccount {
        /// The data directory.
        path: String,
    },
    /// The database was written by a newer version.
    #[error("{path} has schema {found}, this program knows {known}")]
    Newer {
        /// The file.
        path: String,
        /// Its schema.
        found: u64,
        /// Ours.
        known: u64,
    },
    /// The journal is older than what was sent from it: a restored backup.
    #[error("{path} is older than what was sent from it")]
    RolledBack {
        /// The data directory.
        path: String,
    },
    /// The file or the folder cannot be opened or made.
    #[error("{path} cannot be opened: {why}")]
    Unavailable {
        /// The file or the folder.
        path: String,
        /// The system's words.
        why: String,
    },
    /// Another process is writing and does not come to an end.
    #[error("the database is busy")]
    Busy,
    /// A change that the journal's rules forbid: a mistake of the program, stopped before it was written.
    #[error("the journal refuses: {why}")]
    Journal {
        /// Which rule.
        why: String,
    },
    /// What should be changed is not there.
    #[error("{what} is not there")]
    NotFound {
        /// `c141`, a link's id.
        what: String,
    },
    /// A read or a write failed.
    #[error("the database failed: {why}")]
    Failed {
        /// The library's words.
        why: String,
    },
}

impl Explain for StoreProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::ReadOnly { .. } => "read-only",
            Self::Damaged { .. } => "damaged",
            Self::NetworkFileSystem { .. } => "network-file-system",
            Self::OtherAccount { .. } => "other-account",
            Self::Newer { .. } => "newer",
            Self::RolledBack { .. } => "rolled-back",
            Self::Unavailable { .. } => "unavailable",
            Self::Busy => "busy",
            Self::Journal { .. } => "journal",
            Self::NotFound { .. } => "not-found",
            Self::Failed { .. } => "store",
        }
    }

    fn what(&self, lang: Lang) -> String {
        match self {
            Self::ReadOnly { path, why: WhyReadOnly::Asked } => lang.store_read_only_asked(path),
            Self::ReadOnly { path, why: WhyReadOnly::NoPermission } => lang.store_read_only_permission(path),
            Self::ReadOnly { path, why: WhyReadOnly::DiskFull } => lang.store_read_only_full(path),
            Self::Damaged { path, why } => lang.store_damaged(path, why),
            Self::NetworkFileSystem { path, kind } => lang.store_network(path, kind),
            Self::OtherAccount { path } => lang.store_other_account(path),
            Self::Newer { path, .. } => lang.store_newer(path),
            Self::RolledBack { path } => lang.store_rolled_back(path),
            Self::Unavailable { path, why } => lang.store_unavailable(path, why),
            Self::Busy => lang.store_busy().to_owned(),
            Self::Journal { why } => lang.store_journal(why),
            Self::NotFound { what } => lang.store_not_found(what),
            Self::Failed { why } => lang.store_failed(why),
        }
    }

    fn now(&self, lang: Lang) -> String {
        match self {
            Self::ReadOnly { why: WhyReadOnly::Asked, .. } => lang.store_read_only_asked_now(),
            Self::ReadOnly { why: WhyReadOnly::NoPermission, .. } => lang.store_read_only_permission_now(),
            Self::ReadOnly { why: WhyReadOnly::DiskFull, .. } => lang.store_read_only_full_now(),
            Self::Damaged { .. } => lang.store_damaged_now(),
            Self::NetworkFileSystem { .. } => lang.store_network_now(),
            Self::OtherAccount { .. } => lang.store_other_account_now(),
            Self::Newer { .. } => lang.store_newer_now(),
            Self::RolledBack { .. } => lang.store_rolled_back_now(),
            Self::Unavailable { .. } => lang.store_unavailable_now(),
            Self::Busy => lang.store_busy_now(),
            Self::Journal { .. } => lang.store_journal_now(),
            Self::NotFound { .. } => lang.store_not_found_now(),
            Self::Failed { .. } => lang.store_failed_now(),
        }
        .to_owned()
    }

    fn exit(&self) -> u8 {
        match self {
            Self::ReadOnly { .. }
            | Self::NetworkFileSystem { .. }
            | Self::OtherAccount { .. }
            | Self::Newer { .. }
            | Self::RolledBack { .. }
            | Self::Unavailable { .. }
            | Self::NotFound { .. } => 2,
            Self::Damaged { .. } | Self::Busy | Self::Journal { .. } | Self::Failed { .. } => 1,
        }
    }
}
