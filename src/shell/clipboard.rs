//! Copying over SSH: OSC 52 asks the operator's own terminal to take a text; whether it does, nobody is told.
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crossterm::clipboard::CopyToClipboard;

use crate::app::Copied;

/// How a text gets to the terminal's clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clipboard {
    /// Inside tmux its own buffer is loaded, and tmux passes it on.
    pub is_in_tmux: bool,
    /// Where texts go that are too long.
    pub folder: PathBuf,
    /// The longest text that is attempted, in bytes.
    pub longest: usize,
}

impl Clipboard {
    /// Copies a text: says where it went, and gives the bytes that the terminal has to get for it. Never fails, but may
    /// wait for tmux: call it on a thread that may block.
    #[must_use]
    pub fn copy(&self, text: &str) -> (Copied, Vec<u8>) {
        if text.len() > self.longest {
            return (to_file(&self.folder, text), Vec::new());
        }
        if self.is_in_tmux && load_buffer(text) {
            return (Copied::ToTerminal, Vec::new());
        }
        let mut bytes = Vec::new();
        match crossterm::execute!(bytes, CopyToClipboard::to_clipboard_from(text)) {
            Ok(()) => (Copied::ToTerminal, bytes),
            Err(e) => (Copied::Nowhere(e.to_string()), Vec::new()),
        }
    }
}

/// `tmux load-buffer -w -`: into tmux's buffer, and on to the terminal outside.
fn load_buffer(text: &str) -> bool {
    let tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut tmux) = tmux else { return false };
    let is_written = tmux.stdin.take().is_some_and(|mut stdin| stdin.write_all(text.as_bytes()).is_ok());
    is_written && tmux.wait().is_ok_and(|status| status.success())
}

fn to_file(folder: &Path, text: &str) -> Copied {
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::Builder::new().prefix("copied-").suffix(".txt").tempfile_in(folder))
        .and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file))
        .and_then(|file| file.keep().map_err(|e| e.error));
    match written {
        Ok((_, path)) => Copied::ToFile(path),
        Err(e) => Copied::Nowhere(e.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_goes_to_the_terminal_by_osc_52() {
        let clipboard = Clipboard { is_in_tmux: false, folder: PathBuf::new(), longest: 6144 };
        let bytes = b"\x1b]52;c;ZHg1LmNuL2E=\x1b\\".to_vec();
        assert_eq!(clipboard.copy("dx5.cn/a"), (Copied::ToTerminal, bytes));
    }

    #[test]
    fn a_long_text_goes_to_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let clipboard = Clipboard { is_in_tmux: false, folder: folder.path().to_owned(), longest: 10 };
        let long = "1".repeat(11);
        let (Copied::ToFile(path), bytes) = clipboard.copy(&long) else { panic!("not to a file") };
        assert_eq!((std::fs::read_to_string(path).unwrap(), bytes), (long, Vec::new()));
    }
}
