//! The real binary, headless, against the real sandbox as a child process: every verb, every exit code, every input that
//! must get a clear answer. No test sleeps, none leaves 127.0.0.1.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with tests/pty.rs, which uses all of it")]
mod pty;
#[path = "support/scripted.rs"]
mod scripted;
#[path = "support/world.rs"]
mod world;

#[path = "cli/answers.rs"]
mod answers;
#[path = "cli/exits.rs"]
mod exits;
#[path = "cli/happy.rs"]
mod happy;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/lists.rs"]
mod lists;
#[path = "cli/network.rs"]
mod network;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/places.rs"]
mod places;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/watch.rs"]
mod watch;

/// `send` to a file of numbers: a confirmed notification, with what else is to be said of it.
fn send_to_file<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let send = ["send", "--recipients", file, "--text", "【云雀】hi", "--kind", "notification", "--yes"];
    [&send, more].concat()
}
