//! A file that is either not there or complete: temporary, synced, renamed.
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::files::source::of_io;
use crate::problem::FileProblem;

/// A file on its way.
pub(super) struct Target {
    path: PathBuf,
    overwrite: bool,
    /// Readable by its owner only, in the folder of the target; removed when dropped.
    pub(super) file: NamedTempFile,
}

impl Target {
    pub(super) fn create(path: &Path, overwrite: bool) -> Result<Self, FileProblem> {
        let name = path.display().to_string();
        if path.is_dir() {
            return Err(FileProblem::Directory { path: name });
        }
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(FileProblem::Exists { path: name });
        }
        let file = tempfile::Builder::new()
            .prefix(".yunque-")
            .tempfile_in(folder(path))
            .map_err(|e| of_io(&folder(path).display().to_string(), &e))?;
        Ok(Self { path: path.to_owned(), overwrite, file })
    }

    /// A problem with writing this target.
    pub(super) fn problem(&self, why: &dyn std::fmt::Display) -> FileProblem {
        FileProblem::Io { path: self.path.display().to_string(), why: why.to_string() }
    }

    /// The folder that it is written in.
    pub(super) fn folder(&self) -> &Path {
        folder(&self.path)
    }

    /// Puts the complete file in its place.
    pub(super) fn finish(self) -> Result<(), FileProblem> {
        let name = self.path.display().to_string();
        let io = |e: &io::Error| of_io(&name, e);
        self.file.as_file().sync_all().map_err(|e| io(&e))?;
        let persisted =
            if self.overwrite { self.file.persist(&self.path) } else { self.file.persist_noclobber(&self.path) };
        persisted.map_err(|e| io(&e.error))?;
        // The rename itself is durable when the folder is; not every file system can sync one.
        let _ = File::open(folder(&self.path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
