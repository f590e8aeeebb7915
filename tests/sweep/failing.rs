//! The disk that fails: the shim of `tests/support/failing_io.c`, compiled once, loaded into the real binary.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::trial;
use crate::world::{Ran, World, ran};

/// `errno` of a device that fails, of a full disk, and of one that may only be read; the same numbers on every Linux that Rust runs on.
pub const EIO: i32 = 5;
pub const ENOSPC: i32 = 28;
pub const EROFS: i32 = 30;

/// What fails.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The first call that fails, from 1.
    pub nth: u32,
    /// `once`, `ever` or `torn`.
    pub mode: &'static str,
    /// The system's error.
    pub error: i32,
}

impl Fault {
    /// Runs the program on such a disk; says which call failed first, if any did.
    pub fn run(&self, world: &World, args: &[&str]) -> (Ran, Option<String>) {
        let met = world.path("met");
        drop(fs::remove_file(&met));
        let mut command = world.command(args);
        command.env("LD_PRELOAD", shim()).env("YUNQUE_IO_BELOW", real(&trial::data(world)));
        command.env("YUNQUE_IO_NTH", self.nth.to_string()).env("YUNQUE_IO_MODE", self.mode);
        command.env("YUNQUE_IO_ERROR", self.error.to_string()).env("YUNQUE_IO_MET", &met);
        let ran = ran(command, b"");
        (ran, fs::read_to_string(&met).ok())
    }
}

/// The path as the kernel knows it, which may not exist yet.
fn real(path: &Path) -> PathBuf {
    let existing = path.ancestors().find(|part| part.exists()).unwrap();
    path.strip_prefix(existing)
        .unwrap()
        .components()
        .fold(existing.canonicalize().unwrap(), |real, part| real.join(part))
}

fn shim() -> &'static Path {
    static SHIM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("failing_io.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/failing_io.c");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&path).arg(source).status().unwrap();
        assert!(built.success(), "the shim does not compile");
        (folder, path)
    });
    path
}
