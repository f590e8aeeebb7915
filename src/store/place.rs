//! The data directory: made, private (or the team's), on a local disk, writable.
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Result;
use crate::problem::{StoreProblem, WhyReadOnly};

/// Where the database lives and who may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The data directory.
    pub folder: PathBuf,
    /// A team's: 2770/0660; otherwise 0700/0600.
    pub is_shared: bool,
    /// Open for reading only: every writing method answers [`StoreProblem`]'s read-only variant.
    pub is_read_only: bool,
}

impl Place {
    /// The database file.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("yunque.db")
    }

    /// The folder of the locks.
    pub(super) fn locks(&self) -> PathBuf {
        self.folder.join("locks")
    }

    pub(super) const fn file_mode(&self) -> u32 {
        if self.is_shared { 0o660 } else { 0o600 }
    }

    const fn folder_mode(&self) -> u32 {
        if self.is_shared { 0o2770 } else { 0o700 }
    }

    /// Makes what is missing and says why nothing can be written, if so.
    pub(super) fn prepare(&self) -> Result<Option<WhyReadOnly>> {
        refuse_network(&self.folder)?;
        if self.is_read_only {
            return Ok(Some(WhyReadOnly::Asked));
        }
        let made = make_folder(&self.folder, self.folder_mode())
            .and_then(|()| make_folder(&self.locks(), self.folder_mode()))
            .and_then(|()| make_file(&self.database(), self.file_mode()));
        match made {
            Ok(()) => {}
            Err(e) if matches!(e.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                return Ok(Some(WhyReadOnly::NoPermission));
            }
            Err(e) if matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                return Ok(Some(WhyReadOnly::DiskFull));
            }
            Err(e) => return Err(unavailable(&self.folder, &e)),
        }
        Ok(is_full(&self.folder).then_some(WhyReadOnly::DiskFull))
    }
}

/// As a caller reads it.
pub(super) fn unavailable(path: &Path, error: &io::Error) -> StoreProblem {
    StoreProblem::Unavailable { path: path.display().to_string(), why: error.to_string() }
}

/// Sets the mode whatever the umask says; only an owner can, and a team-mate's file is right already.
pub(super) fn set_mode(path: &Path, mode: u32) {
    let is_ours =
        fs::metadata(path).is_ok_and(|m| m.uid() == rustix::process::geteuid().as_raw() && m.mode() & 0o7777 != mode);
    if is_ours && let Err(error) = fs::set_permissions(path, Permissions::from_mode(mode)) {
        tracing::warn!(path = %path.display(), %error, "the mode cannot be set");
    }
}

fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    fs::create_dir_all(path)?;
    set_mode(path, mode);
    Ok(())
}

fn make_file(path: &Path, mode: u32) -> io::Result<()> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(mode).open(path)?;
    for name in ["", "-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(name);
        set_mode(Path::new(&beside), mode);
    }
    Ok(())
}

/// Less than a mebibyte is left: SQLite could not even grow its log.
fn is_full(folder: &Path) -> bool {
    rustix::fs::statvfs(folder)
        .is_ok_and(|disk| disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < 1 << 20)
}

/// SQLite's locks and ours need a local disk.
fn refuse_network(folder: &Path) -> Result<()> {
    let Some(existing) = folder.ancestors().find(|part| part.exists()) else { return Ok(()) };
    let Ok(disk) = rustix::fs::statfs(existing) else { return Ok(()) };
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "a 32-bit magic number in a signed word"
    )]
    let magic = disk.f_type as u32;
    match network_kind(magic) {
        Some(kind) => Err(StoreProblem::NetworkFileSystem { path: folder.display().to_string(), kind }),
        None => Ok(()),
    }
}

/// The network file system behind a magic number of `statfs(2)`.
const fn network_kind(magic: u32) -> Option<&'static str> {
    match magic {
        0x6969 => Some("nfs"),
        0xff53_4d42 | 0x517b => Some("smb"),
        0xfe53_4d42 => Some("smb2"),
        0x0102_1997 => Some("9p"),
        0x00c3_6400 => Some("ceph"),
        0x5346_414f => Some("afs"),
        0x7375_7245 => Some("coda"),
        0x6573_5546 => Some("fuse"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_magic_and_local_ones_pass() {
        assert_eq!(network_kind(0x6969), Some("nfs"));
        assert_eq!(network_kind(0xfe53_4d42), Some("smb2"));
        assert_eq!(network_kind(0xef53), None, "ext4");
        assert_eq!(network_kind(0x794c_7630), None, "overlayfs");
        assert_eq!(network_kind(0x0102_1994), None, "tmpfs");
    }
}
