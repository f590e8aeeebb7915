//! What only a terminal shows: the real binary in a pseudo-terminal, with an embedded sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::match_wild_err_arm,
    reason = "a test that cannot go on stops"
)]
#[path = "support/pty.rs"]
mod pty;
#[path = "support/world.rs"]
#[allow(dead_code, reason = "the loop needs a sandbox of it alone")]
mod world;

use std::time::Duration;

use pty::Pty;
use rustix::process::Signal;
use world::{KEY, Sandbox};

const YUNQUE: &str = env!("CARGO_BIN_EXE_yunque");
/// The contract's bound for a vanished terminal.
const TWO_SECONDS: Duration = Duration::from_secs(2);

/// The console on an embedded sandbox, at 80×24, once it shows its history.
fn console(home: &tempfile::TempDir) -> Pty {
    let mut pty = Pty::start(YUNQUE, &["--sandbox"], home.path(), (80, 24));
    pty.wait_for("SANDBOX").wait_for("dx5.cn/");
    pty
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn q_leaves_and_gives_the_terminal_back() {
    let home = home();
    let mut pty = console(&home);
    pty.keys("q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0);
    assert!(pty.drained().is_restored());
}

#[test]
fn the_line_settings_are_the_same_before_and_after() {
    let home = home();
    let script = format!("stty -g >before; {YUNQUE} --sandbox; stty -g >after");
    let mut pty = Pty::start("sh", &["-c", &script], home.path(), (80, 24));
    pty.wait_for("SANDBOX").keys("q");
    pty.ends_within(TWO_SECONDS);
    let read = |name| std::fs::read_to_string(home.path().join(name)).unwrap();
    assert!(!read("before").is_empty());
    assert_eq!(read("before"), read("after"));
}

#[test]
fn every_signal_that_asks_to_leave_restores_the_terminal() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let home = home();
        let mut pty = console(&home);
        pty.signal(signal);
        assert_eq!(pty.ends_within(TWO_SECONDS), code, "{signal:?}");
        assert!(pty.drained().is_restored(), "{signal:?}");
    }
}

#[test]
fn a_hang_up_ends_the_program() {
    let home = home();
    let mut pty = console(&home);
    pty.signal(Signal::HUP);
    assert_eq!(pty.ends_within(TWO_SECONDS), 129);
    assert!(pty.drained().is_restored(), "the terminal was still there");
}

#[test]
fn a_terminal_that_vanishes_without_a_signal_ends_the_program() {
    let home = home();
    // The shell leads the session and ignores the hang-up, as a wrapper may: its child only ever sees end-of-file.
    let script = format!("trap '' HUP; (trap - HUP; exec {YUNQUE} --sandbox); echo $? >ended");
    let mut pty = Pty::start("sh", &["-c", &script], home.path(), (80, 24));
    pty.wait_for("SANDBOX").wait_for("dx5.cn/").vanish("?");
    pty.ends_within(TWO_SECONDS);
    assert_eq!(std::fs::read_to_string(home.path().join("ended")).unwrap().trim(), "129");
}

#[test]
fn a_terminal_that_nobody_reads_does_not_hold_up_a_signal() {
    let home = home();
    let mut pty = console(&home);
    pty.freeze();
    // Far more than any terminal buffers.
    for size in 0..40 {
        pty.resize(80 + size % 2, 24).keys("\x0c");
    }
    pty.signal(Signal::TERM);
    assert_eq!(pty.ends_within(TWO_SECONDS), 143);
}

#[test]
fn a_panic_restores_the_terminal_and_says_its_words_on_it() {
    let home = home();
    let mut pty = console(&home);
    pty.keys(":").wait_for(":").keys("crash").wait_for("crash").keys("\r");
    assert_eq!(pty.ends_within(TWO_SECONDS), 101);
    assert!(pty.drained().is_restored());
    assert!(pty.text().contains("panicked"), "{}", pty.text());
}

#[test]
fn a_resize_is_drawn_at_once_and_nothing_is_lost_below_the_smallest_size() {
    let home = home();
    let mut pty = console(&home);
    pty.resize(120, 40).wait("the wide screen", |screen| screen.lines().any(|line| line.chars().count() > 100));
    pty.resize(40, 10).wait_for("60x16");
    pty.resize(80, 24).wait_for("dx5.cn/").keys("q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0);
}

#[test]
fn ctrl_c_asks_once_more_before_it_leaves() {
    let home = home();
    let mut pty = console(&home);
    pty.keys("\x03").wait("a question", |screen| screen.contains("Ctrl-C"));
    pty.keys("\x03");
    pty.ends_within(TWO_SECONDS);
    assert!(pty.drained().is_restored());
}

#[test]
fn a_paste_into_a_list_runs_nothing() {
    let home = home();
    let mut pty = console(&home);
    pty.paste("q\nq\n:crash\n").wait_for("aste").keys("q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0);
}

#[test]
fn an_idle_console_writes_nothing_and_uses_no_processor() {
    let home = home();
    let mut pty = console(&home);
    for pane in ["4", "1"] {
        pty.keys(pane).wait_for(&format!("[{pane}"));
        // Longer than any tick would be; a minute's turn in it begins a new stretch.
        let used = pty.wait_idle(Duration::from_secs(4));
        assert!(used <= 20, "four idle seconds on pane {pane} took {used} hundredths of a second of processor time");
    }
    // A frame that changes nothing writes nothing either.
    let before = pty.bytes().len();
    pty.resize(80, 24).keys("\x1b[I\x1b[O");
    pty.wait_idle(Duration::from_secs(1));
    assert!(pty.bytes().len() - before < 64, "the same screen again wrote {} bytes", pty.bytes().len() - before);
    pty.keys("?").wait_for("Esc");
    let help = pty.bytes().len() - before;
    assert!(help < 8 * 1024, "opening the help wrote {help} bytes");
}

#[test]
fn the_whole_loop_is_played_in_a_terminal() {
    let home = home();
    let sandbox = Sandbox::start(&["--audience", "0", "--stats-lag", "0s"]);
    let config = home.path().join("config.toml");
    std::fs::write(&config, format!("hold = \"1s\"\n[profiles.main]\napi_key = \"{KEY}\"\n")).unwrap();
    std::fs::set_permissions(&config, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let args = ["--config", config.to_str().unwrap(), "--base-url", &sandbox.url];
    let mut pty = Pty::start(YUNQUE, &args, home.path(), (80, 24));

    pty.wait_for("No links yet").keys("n").wait_for("Address");
    pty.keys("https://shop.example/12").wait_for("shop.example/12").keys("\r").wait_for("Link made");
    pty.keys("s").wait_for("[2 Compose]").wait_for("› To");
    pty.keys("13800138000").wait_for("13800138000").keys("\r").wait_for("› Text");
    pty.keys("\x1b").wait("the end of typing", |screen| !screen.contains("end typing"));
    pty.keys("\r").wait_for("end typing").keys("\x1b[H").keys("【云雀】看看").wait_for("【云雀】看看");
    pty.keys("\x1b[F").keys(" 拒收请回复R").wait_for("拒收请回复R");
    pty.keys("\x1b").wait("the end of typing", |screen| !screen.contains("end typing"));
    pty.keys("s").wait_for("Nothing has been sent yet").wait_for("14 checks");
    assert_eq!(sandbox.accepted(), 0);
    pty.keys_until("\t", "the button", |screen| screen.contains("[send]"));
    pty.keys_until("\r", "the hold", |screen| !screen.contains("[send]"));
    pty.wait_for("[3 Campaigns]").wait_for("finished");
    assert_eq!(sandbox.accepted(), 1);
    assert_eq!(sandbox.post("/_sandbox/click", "mobile=13800138000&times=3"), 204);
    pty.keys("c").wait_for("[4 Clicks]").wait_for("138****8000").wait_for("3  clicks by number");
    pty.keys("q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0);
    assert!(pty.drained().is_restored());
}

#[test]
fn a_start_and_a_cursor_move_cost_few_bytes() {
    let home = home();
    let mut pty = console(&home);
    let start = pty.bytes().len();
    assert!(start <= 12 * 1024, "the start wrote {start} bytes");
    let line = |screen: &str| screen.lines().position(|line| line.starts_with('›') || line.contains("› "));
    let first = line(&pty.text());
    pty.keys("j").wait("the cursor moved", |screen| line(screen) != first);
    let moved = pty.bytes().len() - start;
    assert!(moved <= 1536, "a cursor move wrote {moved} bytes");
}

#[test]
fn a_screen_is_refused_where_none_can_be_drawn() {
    let home = home();
    let mut pty = Pty::start_with(YUNQUE, &["--sandbox"], home.path(), (80, 24), &[("TERM", "dumb")]);
    assert_eq!(pty.ends_within(TWO_SECONDS), 2);
    let bytes = pty.drained().bytes();
    assert!(!bytes.contains(&0x1b), "an escape code on a dumb terminal: {:?}", String::from_utf8_lossy(&bytes));
}
