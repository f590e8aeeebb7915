//! Everything that is printed goes through here, so that one rule holds everywhere: with `--json`, stdout is one document
//! and nothing else; messages and progress go to stderr.
//!
//! ```text
//! verb ──▶ Output ──piece──▶ printer thread ──▶ stdout, stderr
//!                              └ a terminal that nobody reads blocks this thread, never a send or a signal
//! ```
//! A reader that has gone away (`yunque … | head`) is no error: what is left is dropped in silence. A full disk is one.
mod paint;
mod table;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::time::Duration;

use serde::Serialize;

use super::documents::{ErrorDocument, Form};
use crate::config::{ColorChoice, Config, exposed_key};
use crate::problem::{Explain, Problem};
use crate::sms::{is_hidden, visible_lines};
use crate::words::Lang;

pub use paint::{Paint, Tone};
pub use table::{Align, Table};

/// What the printer thread is told.
enum Piece {
    /// To stdout, as it is.
    Out(Vec<u8>),
    /// To stderr, as it is.
    Err(Vec<u8>),
}

/// Where a verb prints, and how.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Output {
    /// The reader's language.
    pub lang: Lang,
    /// Whether stdout is one JSON document.
    pub is_json: bool,
    /// Whether messages that are not errors are left out.
    pub is_quiet: bool,
    /// No character beyond ASCII in what we draw.
    pub is_ascii: bool,
    /// Words in place of what moves.
    pub is_still: bool,
    /// How times and numbers are written.
    pub form: Form,
    /// Colour on stdout, or none.
    pub paint: Paint,
    printer: mpsc::Sender<Piece>,
    is_printed: mpsc::Receiver<Option<String>>,
}

/// How an [`Output`] is to print.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Manner {
    /// The reader's language.
    pub lang: Lang,
    /// `--json`.
    pub is_json: bool,
    /// `--quiet`.
    pub is_quiet: bool,
    /// `--ascii`.
    pub is_ascii: bool,
    /// `--reduce-motion`.
    pub is_still: bool,
    /// `--color`.
    pub color: ColorChoice,
    /// How times and numbers are written.
    pub form: Form,
}

impl Output {
    /// Starts the printer.
    #[must_use]
    pub fn new(manner: Manner) -> Self {
        let (printer, pieces) = mpsc::channel();
        let (done, is_printed) = mpsc::channel();
        std::thread::spawn(move || {
            let _ = done.send(print_all(&pieces));
        });
        let is_colored = match manner.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal(),
        };
        Self {
            lang: manner.lang,
            is_json: manner.is_json,
            is_quiet: manner.is_quiet,
            is_ascii: manner.is_ascii,
            is_still: manner.is_still,
            form: manner.form,
            paint: Paint::new(is_colored),
            printer,
            is_printed,
        }
    }

    /// Prints the result of a verb: the document with `--json`, else what `human` makes of it.
    pub fn result(&self, document: &impl Serialize, human: impl FnOnce() -> String) {
        if self.is_json {
            self.document(document);
        } else {
            self.text(&human());
        }
    }

    /// Prints a text for people on stdout; nothing with `--json`.
    pub fn text(&self, text: &str) {
        if !self.is_json {
            self.send(Piece::Out(ending_in_newline(text)));
        }
    }

    /// Says something on stderr; nothing with `--quiet`.
    pub fn say(&self, text: &str) {
        if !self.is_quiet {
            self.ask(text);
        }
    }

    /// Says something on stderr that cannot be left out: a question, a warning that decides.
    pub fn ask(&self, text: &str) {
        self.send(Piece::Err(ending_in_newline(&visible_lines(text))));
    }

    /// Shows a page on stderr as it is, colours too: what people are asked about. Pages neutralise what is data.
    pub fn show(&self, page: &str) {
        self.send(Piece::Err(ending_in_newline(page)));
    }

    /// Prints a question on stderr and leaves the cursor behind it.
    pub fn prompt(&self, text: &str) {
        self.send(Piece::Err(visible_lines(text).into_owned().into_bytes()));
    }

    /// Tells of the problem that ends a run: the document on stdout with `--json`, the sentence on stderr.
    pub fn problem(&self, problem: &Problem) {
        self.document(&ErrorDocument::new(problem, self.lang, self.form.is_masked));
        self.tell(problem);
    }

    /// Tells of a problem on stderr alone.
    pub fn tell(&self, problem: &Problem) {
        tracing::warn!(kind = problem.kind(), code = problem.code(), "{problem}");
        self.ask(&self.lang.cli_error(problem.sentence(self.lang)));
    }

    /// Prints a document with `--json`; nothing otherwise.
    pub fn document(&self, document: &impl Serialize) {
        if !self.is_json {
            return;
        }
        match serde_json::to_string(document) {
            Ok(json) => self.send(Piece::Out(ending_in_newline(&escaped(&json)))),
            Err(e) => tracing::error!(error = %e, "a document could not be written as JSON"),
        }
    }

    /// Says on stderr that the config file holds the key and others may read it, if so.
    pub fn warn_of_key(&self, config: &Config) {
        if let Some(problem) = exposed_key(config) {
            self.say(&[problem.what(self.lang), problem.now(self.lang)].join(self.lang.problem_between()));
        }
    }

    /// Waits until everything is printed; at most `limit`, when a signal asked us to go. Gives the reason why something
    /// that belonged on stdout is lost, in the system's words.
    #[must_use]
    pub fn close(self, limit: Option<Duration>) -> Option<String> {
        drop(self.printer);
        match limit {
            Some(limit) => self.is_printed.recv_timeout(limit).ok().flatten(),
            None => self.is_printed.recv().ok().flatten(),
        }
    }

    fn send(&self, piece: Piece) {
        let _ = self.printer.send(piece);
    }
}

/// JSON whose texts hold nothing that a terminal would obey or hide (`design.md`, invariant 10): such a character, which
/// can stand in a text alone, is written as a `\u` escape. Who reads the JSON reads the same texts.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn ending_in_newline(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    bytes
}

/// Prints until nobody is left to send; gives the first reason why something on stdout is lost. Errors of stderr are
/// dropped: there is nobody to tell.
fn print_all(pieces: &mpsc::Receiver<Piece>) -> Option<String> {
    let mut err = io::stderr();
    let mut why = None;
    for piece in pieces {
        match &piece {
            Piece::Out(bytes) => why = why.or(print(bytes)),
            Piece::Err(bytes) => drop(err.write_all(bytes).and_then(|()| err.flush())),
        }
    }
    why
}

/// Writes to stdout at once; gives the reason when it is lost. A reader that has gone away is none.
pub(super) fn print(bytes: &[u8]) -> Option<String> {
    let mut out = io::stdout();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.err().filter(|e| e.kind() != io::ErrorKind::BrokenPipe).map(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_nothing_that_a_terminal_obeys_and_says_the_same() {
        let text = "a\u{9b}2J\u{202e}b\u{200b}c\u{7f}\u{1b}\n\u{e0041}😀中\\";
        let json = serde_json::json!({ "msg": text }).to_string();
        let shown = escaped(&json);
        assert!(!shown.chars().any(is_hidden), "{shown:?}");
        assert!(shown.contains("\\u009b2J\\u202eb\\u200bc\\u007f"), "{shown}");
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(read["msg"], text);
        assert!(matches!(escaped("{\"msg\":\"中文\"}"), Cow::Borrowed(_)));
    }
}
