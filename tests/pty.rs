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
    std::fs::create_dir_all(home.path().join(".config/yunque")).unwrap();
    std::fs::write(home.path().join(".config/yunque/config.toml"), "[keys]\ncrash = [\"C\"]\n").unwrap();
    let mut pty = console(&home);
    pty.keys("C");
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
    pty.keys("13800138000").wait_for("13800138000").keys("\r").wait_for("› Text").wait_for("1 recipient");
    pty.keys("\x1b").wait("the end of typing", |screen| !screen.contains("end typing"));
    pty.keys("\r").wait_for("end typing").keys("\x1b[H").keys("【云雀】看看").wait_for("【云雀】看看");
    pty.keys("\x1b[F").keys(" 拒收请回复R").wait_for("拒收请回复R");
    pty.keys("\x1b").wait("the end of typing", |screen| !screen.contains("end typing"));
    pty.keys("s").wait_for("Nothing has been sent yet").wait_for("checks: text");
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
    let text = String::from_utf8_lossy(&bytes);
    assert!(!bytes.contains(&0x1b), "an escape code on a dumb terminal: {text:?}");
    assert!(text.contains("\"dumb\"") && text.contains("set TERM"), "{text}");
}

/// Where the terminal's own cursor stands, as a row and a column; `None` while it is hidden.
fn cursor(screen: &vt100::Screen) -> Option<(u16, u16)> {
    (!screen.hide_cursor()).then(|| screen.cursor_position())
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_brings_the_field_with_its_cursor() {
    let home = home();
    let mut pty = console(&home);
    pty.keys("2\r138").wait_screen("a number being typed", |screen| cursor(screen) == Some((3, 15)));
    pty.keys("\x1a").stopped();
    pty.wait_screen("the terminal as it was", |screen| !screen.alternate_screen());
    assert!(pty.is_restored());
    pty.signal(Signal::CONT);
    pty.wait_screen("the field again", |screen| screen.alternate_screen() && cursor(screen) == Some((3, 15)));
    pty.keys("0").wait_screen("what is typed next", |screen| cursor(screen) == Some((3, 16)));
}

#[test]
fn the_terminals_own_cursor_stands_behind_what_is_typed_wide_or_not() {
    let home = home();
    let mut pty = console(&home);
    pty.wait_screen("a list without a cursor", |screen| cursor(screen).is_none());
    pty.keys("2\r云雀a").wait_screen("two wide characters and a letter", |screen| cursor(screen) == Some((3, 17)));
    pty.keys("\x1b[D\x1b[D").wait_screen("before the second", |screen| cursor(screen) == Some((3, 14)));
    pty.keys("\x1b").wait_screen("no field, no cursor", |screen| cursor(screen).is_none());
}

#[test]
fn without_colour_no_colour_is_ever_written() {
    let home = home();
    let mut pty = Pty::start_with(YUNQUE, &["--sandbox"], home.path(), (80, 24), &[("NO_COLOR", "1")]);
    pty.wait_for("SANDBOX").wait_for("dx5.cn/").keys("2").wait_for("[2").keys("3").wait_for("[3").keys("?");
    pty.wait_for("Esc").keys("\x1b").wait_for("[3").keys("q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0);
    let bytes = pty.drained().bytes();
    let text = String::from_utf8_lossy(&bytes);
    let codes: Vec<&str> = text
        .split("\x1b[")
        .skip(1)
        .filter_map(|rest| {
            rest.split_once(|c: char| c.is_ascii_alphabetic()).filter(|(p, _)| rest[p.len()..].starts_with('m'))
        })
        .flat_map(|(parameters, _)| parameters.split(';'))
        .collect();
    assert!(codes.contains(&"1"), "there is still emphasis: {codes:?}");
    let is_colour = |code: &&str| matches!(code.parse::<u16>(), Ok(30..=49 | 90..=107));
    assert!(!codes.iter().any(is_colour), "{codes:?}");
}

/// What Base64 stands for.
fn decoded(base64: &str) -> String {
    let value =
        |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|d| *d == c);
    let (mut bits, mut count, mut bytes) = (0_usize, 0, Vec::new());
    for digit in base64.bytes().filter_map(value) {
        (bits, count) = (bits << 6 | digit, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
            bits &= (1 << count) - 1;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_copy_goes_to_the_terminal_as_osc_52() {
    let home = home();
    let mut pty = console(&home);
    pty.keys("y").wait_for("Sent to terminal");
    let text = String::from_utf8_lossy(&pty.bytes()).into_owned();
    let copied = text.split("\x1b]52;c;").nth(1).and_then(|rest| rest.split(['\x07', '\x1b']).next()).unwrap();
    let copied = decoded(copied);
    assert!(copied.contains("dx5.cn/"), "{copied}");
    assert!(!pty.text().contains("]52"), "the terminal has taken it");
}

#[test]
fn a_draft_survives_kill_9() {
    let home = home();
    // An account whose server nobody runs: what is typed is kept here, not there.
    let start = || {
        let env = [("YUNQUE_API_KEY", "0123456789abcdef0123456789abcdef"), ("YUNQUE_BASE_URL", "http://127.0.0.1:9")];
        Pty::start_with(YUNQUE, &["--base-url", "http://127.0.0.1:9"], home.path(), (80, 24), &env)
    };
    let mut pty = start();
    pty.wait_for("[1").keys("2\r").wait_screen("the field", |screen| cursor(screen) == Some((3, 12)));
    pty.keys("13800138000")
        .wait_for("1 recipient")
        .keys("\r")
        .wait_screen("the next field", |screen| cursor(screen).is_some_and(|(row, _)| row > 3));
    pty.keys("a text that shall survive").wait_for("draft saved");
    pty.signal(Signal::KILL);
    pty.ends_within(TWO_SECONDS);
    let mut pty = start();
    pty.wait_for("Draft from").keys("2D").wait_for("1 recipient").keys("\r").wait_for("a text that shall survive");
    pty.keys("q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0);
}

#[test]
fn a_list_pasted_without_brackets_or_twice_loses_nobody() {
    let home = home();
    let mut pty = console(&home);
    let numbers = |from: u32| (from..from + 1500).map(|i| format!("139{i:08}\r")).collect::<Vec<_>>().concat();
    pty.keys("2\r").wait_screen("the field", |screen| cursor(screen) == Some((3, 12)));
    pty.keys(&numbers(0)).wait_for("1,500 recipients");
    pty.keys(&numbers(5000)).wait_for("3,000 recipients");
    pty.paste(&numbers(10_000)).wait_for("4,500 recipients").paste("13800138000\n").wait_for("4,501 recipients");
    pty.paste("13800138001\n").wait_for("4,502 recipients");
}

#[test]
fn a_config_that_cannot_be_stops_the_sandbox_too() {
    let home = home();
    for (config, fault) in
        [("lang = \n", "c.toml:1"), ("wrong_key = 1\n", "wrong_key"), ("[keys]\nquit = [\"j\"]\n", "c.toml:2")]
    {
        std::fs::write(home.path().join("c.toml"), config).unwrap();
        for args in [&["--sandbox", "--config", "c.toml"][..], &["--config", "c.toml"]] {
            let mut pty = Pty::start(YUNQUE, args, home.path(), (80, 24));
            assert_eq!(pty.ends_within(Duration::from_secs(10)), 2, "{config}");
            let text = pty.drained().text();
            assert!(text.contains(fault), "{text}");
            assert!(!pty.bytes().windows(8).any(|bytes| bytes == b"\x1b[?1049h"), "no screen was drawn");
        }
    }
    std::fs::write(home.path().join("c.toml"), "[keys]\nquit = [\"Q\"]\nqr = []\n").unwrap();
    let mut pty = Pty::start(YUNQUE, &["--sandbox", "--config", "c.toml"], home.path(), (80, 24));
    pty.wait_for("SANDBOX").wait_for("dx5.cn/").keys("Q");
    assert_eq!(pty.ends_within(TWO_SECONDS), 0, "one's own keys hold there");
}
