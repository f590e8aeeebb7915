//! The log: `$XDG_STATE_HOME/yunque/yunque.log.DATE`, a file a day, a week of them, phone numbers masked.
//!
//! Types already mask themselves (`Mobile`'s `Debug`); the writer here masks once more whatever looks like a number, as
//! a server's words may hold one. A log that cannot be written is no reason to stop: then there is none.
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use tracing::Level;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::fmt::MakeWriter;

/// Files that are kept.
const DAYS: usize = 7;

/// Starts the log in `folder`, at warnings and what matters, more with each `-v`. May be called once; later calls do nothing.
pub fn start(folder: &Path, verbosity: u8) {
    if fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).is_err() {
        return;
    }
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("yunque.log")
        .max_log_files(DAYS)
        .build(folder);
    let Ok(appender) = appender else { return };
    make_private(folder);
    let level = match verbosity {
        0 => Level::INFO,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    // Only our own events: a library may log a request with its body.
    let ours = tracing_subscriber::EnvFilter::new(format!("off,yunque={}", level.as_str().to_ascii_lowercase()));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(ours)
        .with_ansi(false)
        .log_internal_errors(false)
        .with_writer(Masking(appender))
        .try_init();
}

/// The appender makes its file by the umask; what is logged is nobody else's business.
fn make_private(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|e| e.file_name().to_string_lossy().starts_with("yunque.log")) {
        let _ = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o600));
    }
}

/// A writer that masks phone numbers.
struct Masking<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Masking<W> {
    type Writer = MaskingWriter<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        MaskingWriter(self.0.make_writer())
    }
}

/// See [`Masking`]; one line is one write.
struct MaskingWriter<W>(W);

impl<W: Write> Write for MaskingWriter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&masked(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The line with the middle of each mainland number starred: a run of exactly 11 digits from 13 to 19, or of 13 with 86.
fn masked(line: &[u8]) -> Vec<u8> {
    let mut out = line.to_vec();
    let mut at = 0;
    while at < out.len() {
        let length = out[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let run = &out[at..at + length];
        let national = match length {
            11 => Some(0),
            13 if run.starts_with(b"86") => Some(2),
            _ => None,
        };
        if let Some(skip) = national.filter(|skip| run[*skip] == b'1' && run[skip + 1] >= b'3') {
            out[at + skip + 3..at + skip + 7].fill(b'*');
        }
        at += length.max(1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_phone_number_is_masked() {
        let mask = |line: &str| String::from_utf8(masked(line.as_bytes())).unwrap();
        assert_eq!(mask("to 13800138000, +8613800138000."), "to 138****8000, +86138****8000.");
        assert_eq!(mask("sid 3310228064 at 1763900000000"), "sid 3310228064 at 1763900000000");
        assert_eq!(mask("12800138000 138001380001"), "12800138000 138001380001");
        assert_eq!(mask("号码19900001111"), "号码199****1111");
    }
}
