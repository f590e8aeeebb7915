//! Floor 5: the command line: a headless twin of everything the console does. It holds no rule of the business.
//!
//! ```text
//! argv ─args (clap)→ Cli ─session→ config, key, desk ─verb/*→ desk::…(…).await ─documents, output→ stdout, stderr
//!                     └ help, version, completions, man: nothing is opened            └ exit code (exit)
//! ```
//! One verb, one small file. What is printed goes through [`output`], what a script learns through [`exit`]. The runtime
//! is made here, and this is the only place of the room that reads the clock ([`now`]).
mod args;
mod confirm;
mod documents;
mod exit;
mod interrupt;
mod logging;
mod output;
mod progress;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use jiff::Timestamp;

use args::{Cli, Verb};
use exit::Exit;

/// The clock, read here and nowhere else in this room.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Runs the command line and says how the process ends.
#[must_use]
pub fn run(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let is_json = argv.iter().any(|arg| arg == "--json");
    match Cli::try_parse_from(argv) {
        Ok(cli) => perform(cli).into(),
        Err(error) => {
            // Help and version come this way too, with exit code 0. A reader that has gone away is no error.
            let _ = error.print();
            if is_json && error.use_stderr() {
                let text = error.render().to_string();
                let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
                let body = serde_json::json!({ "error": {
                    "kind": "usage", "code": null, "message": message, "sent": "no", "hint": "yunque --help",
                }});
                let _ = writeln!(std::io::stdout(), "{body}");
            }
            Exit::Usage.into()
        }
    }
}

fn perform(cli: Cli) -> Exit {
    match cli.verb {
        Some(Verb::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "yunque", &mut script);
            let _ = std::io::stdout().write_all(&script);
            Exit::Done
        }
        _ => Exit::Usage,
    }
}
