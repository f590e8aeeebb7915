//! On a terminal: the question before a send, and what a signal or a vanishing terminal does.
use std::time::Duration;

use rustix::process::Signal;

use crate::pty::Pty;
use crate::scripted::{self, Scripted};
use crate::world::{KEY, World, YUNQUE, numbers};

const ENDS: Duration = Duration::from_secs(20);

fn on_terminal(world: &World, args: &[&str]) -> Pty {
    let env = [("YUNQUE_API_KEY", KEY), ("YUNQUE_BASE_URL", world.sandbox.url.as_str())];
    Pty::start_with(YUNQUE, args, world.folder.path(), (100, 30), &env)
}

#[test]
fn sending_asks_for_the_count_and_sends_when_it_is_typed() {
    let world = World::new(&["--audience", "0"]);
    let args = ["send", "--to", "13800138000,13900139000", "--text", "【云雀】hi", "--kind", "notification"];
    let mut pty = on_terminal(&world, &args);
    pty.wait_for("type the number of recipients");
    assert_eq!(world.sandbox.writes(), 0);
    pty.keys("2\r").wait_for("finished");
    assert_eq!(pty.ends_within(ENDS), 0);
    assert_eq!(world.sandbox.accepted(), 2);
}

#[test]
fn anything_but_the_count_sends_nothing() {
    let world = World::new(&["--audience", "0"]);
    for typed in ["y\r", "\r", "1\r", "22\r"] {
        let args = ["send", "--to", "13800138000,13900139000", "--text", "【云雀】hi", "--kind", "notification"];
        let mut pty = on_terminal(&world, &args);
        pty.wait_for("type the number of recipients").keys(typed).wait_for("Nothing was sent");
        assert_eq!(pty.ends_within(ENDS), 2, "{typed:?}");
    }
    assert_eq!(world.sandbox.writes(), 0);
    assert_eq!(world.json(0, &["campaigns"])["campaigns"].as_array().unwrap().len(), 0);
}

#[test]
fn ctrl_c_at_the_question_sends_nothing() {
    let world = World::new(&["--audience", "0"]);
    let mut pty = on_terminal(&world, &["send", "--to", "13800138000", "--text", "【云雀】hi"]);
    pty.wait_for("type the number of recipients").signal(Signal::INT);
    assert_eq!(pty.ends_within(ENDS), 130);
    assert_eq!(world.sandbox.writes(), 0);
}

#[test]
fn a_terminal_that_nobody_reads_blocks_neither_the_send_nor_the_signal() {
    let world = World::new(&["--audience", "0", "--fault", "slow:30"]);
    let file = world.file("list.txt", numbers(0, 4_000));
    let args = crate::send_to_file(&file, &["--batch-size", "20"]);
    let mut pty = on_terminal(&world, &args);
    pty.freeze();
    world.sandbox.accepts(400);
    pty.signal(Signal::TERM);
    assert_eq!(pty.ends_within(ENDS), 130);
    let counts = world.json(0, &["campaigns", "show", "c1"])["campaign"]["counts"].clone();
    assert_eq!(counts["unknown"], 0, "{counts}");
    assert_eq!(counts["accepted"], world.sandbox.accepted(), "{counts}");
}

#[test]
fn a_terminal_that_vanishes_interrupts_the_send_in_good_order() {
    let world = World::new(&["--audience", "0", "--fault", "slow:30"]);
    let file = world.file("list.txt", numbers(0, 4_000));
    let args = crate::send_to_file(&file, &["--batch-size", "20"]);
    let mut pty = on_terminal(&world, &args);
    world.sandbox.accepts(400);
    pty.signal(Signal::HUP);
    assert_eq!(pty.ends_within(ENDS), 130);
    let campaign = world.json(0, &["campaigns", "show", "c1"])["campaign"].clone();
    assert_eq!(campaign["pause"]["reason"], "hung-up", "{campaign}");
    assert_eq!(campaign["counts"]["accepted"], world.sandbox.accepted(), "{campaign}");
}

#[test]
fn a_console_that_is_started_again_shows_what_was_looked_at() {
    let world = World::new(&["--audience", "0"]);
    for name in ["qqq one", "qqq two", "three"] {
        world.json(0, &["shorten", "https://a.example/x", "--name", name]);
    }
    let cursor = |screen: &str| screen.lines().find(|line| line.starts_with('›')).map(str::to_owned);
    let is_at = |screen: &str, name: &str| cursor(screen).is_some_and(|line| line.contains(name));
    let mut pty = on_terminal(&world, &[]);
    pty.wait("the newest is selected", |screen| is_at(screen, "three"));
    pty.keys("/qqq").wait_for("2 of 3").keys("\r").wait_for("n new").keys("j");
    pty.wait("one is selected", |screen| is_at(screen, "one")).keys("q");
    assert_eq!(pty.ends_within(ENDS), 0);
    let mut pty = on_terminal(&world, &[]);
    pty.wait("one is selected", |screen| is_at(screen, "one") && screen.contains("2 of 3"));
    pty.keys("3").wait_for("[3").signal(Signal::HUP);
    assert_eq!(pty.ends_within(ENDS), 129);
    let mut pty = on_terminal(&world, &[]);
    pty.wait_for("[3").keys("q");
    assert_eq!(pty.ends_within(ENDS), 0);
}

#[test]
fn a_server_on_this_machine_is_called_a_sandbox_only_if_it_says_so() {
    let world = World::new(&["--audience", "0"]);
    let mut pty = on_terminal(&world, &[]);
    pty.wait_for("SANDBOX").keys("q");
    assert_eq!(pty.ends_within(ENDS), 0);
    // A tunnel to the real API: everything here answers without the sandbox's header.
    let other = Scripted::start(scripted::http("200 OK", "application/json", "{}"));
    let env = [("YUNQUE_API_KEY", KEY), ("YUNQUE_BASE_URL", other.url.as_str())];
    let home = tempfile::tempdir().unwrap();
    let mut pty = Pty::start_with(YUNQUE, &[], home.path(), (100, 30), &env);
    pty.wait_for("no balance");
    assert!(pty.text().contains("LIVE") && !pty.text().contains("SANDBOX"), "{}", pty.text());
    let screen_never_said_so = !String::from_utf8_lossy(&pty.bytes()).contains("SANDBOX");
    assert!(screen_never_said_so, "not even before the first answer");
    pty.keys("q");
    assert_eq!(pty.ends_within(ENDS), 0);
}

#[test]
fn leaving_while_sending_leaves_a_line_about_what_is_paused() {
    let world = World::new(&["--audience", "0", "--fault", "slow:30"]);
    let file = world.file("list.txt", numbers(0, 4_000));
    let text = ["--text", "【云雀】hi", "--kind", "notification", "--batch-size", "20"];
    let mut args = vec!["send", "--recipients", &file, "--yes"];
    args.extend(text);
    let mut pty = on_terminal(&world, &args);
    world.sandbox.accepts(100);
    pty.signal(Signal::INT);
    assert_eq!(pty.ends_within(ENDS), 130);

    let mut pty = on_terminal(&world, &[]);
    pty.keys("3").wait_for("p resume").keys("p").wait_for("[no").keys("\x1b[C").wait_for("[send");
    let before = world.sandbox.accepted();
    pty.keys("\r");
    world.sandbox.accepts(before + 100);
    // Ctrl-Z: paused at a batch, said on the normal screen; `fg` brings the console back.
    pty.keys("\x1a").wait_for("fg brings the console back");
    assert!(pty.is_restored() && pty.text().contains("c1 is paused: "), "{}", pty.text());
    // The line is there a moment before it stands still: a signal to go on would be lost on one that still runs.
    pty.stopped().signal(Signal::CONT).wait_for("[3").wait_for("paused");

    pty.keys("p").wait_for("[no").keys("\x1b[C").wait_for("[send");
    let before = world.sandbox.accepted();
    pty.keys("\r");
    world.sandbox.accepts(before + 100);
    pty.keys("q").wait_for("pause and quit").keys("\x1b[B").wait_for("› pause and quit").keys("\r");
    assert_eq!(pty.ends_within(ENDS), 0);
    let text = pty.drained().text();
    assert!(text.contains("yunque campaigns resume c1"), "{text}");
    let counts = world.json(0, &["campaigns", "show", "c1"])["campaign"]["counts"].clone();
    let pending = counts["pending"].as_u64().unwrap();
    let shown: String = text.chars().filter(|c| *c != ',').collect();
    assert!(shown.contains(&format!("{pending} not sent")), "{counts}: {text}");
}

#[test]
fn the_first_run_joins_the_colleagues_whose_account_it_is() {
    let world = World::new(&["--audience", "0"]);
    let team = world.path("team");
    let config = |name: &str, key: &str| {
        let data = team.join(name);
        let text = format!("[profiles.main]\napi_key = \"{key}\"\ndata_dir = \"{}\"\nshared = true\n", data.display());
        let path = world.file(&format!("{name}.toml"), text);
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path
    };
    // Two accounts of colleagues, one of them ours, with a link in it.
    for (name, key) in [("other", "0123456789abcdef0123456789abcdef"), ("shop-cn", KEY)] {
        let path = config(name, key);
        let mut command = world.command(&["--config", &path, "shorten", "https://a.example/x", "--name", name]);
        command.env_remove("YUNQUE_API_KEY");
        crate::world::ran(command, b"").expect(0);
    }
    let home = tempfile::tempdir().unwrap();
    let place = team.display().to_string();
    let env = [("YUNQUE_TEAM_DIR", place.as_str()), ("YUNQUE_BASE_URL", world.sandbox.url.as_str())];
    let mut pty = Pty::start_with(YUNQUE, &[], home.path(), (80, 24), &env);
    pty.wait_for("Join colleagues here").wait_for("1 operator").keys("e").wait_for("Name").keys("\x15lin\r");
    pty.wait_for("You are lin in").keys("3").wait_for("never shown").keys(KEY).wait_for("****").keys("\r");
    pty.wait_for("delivery reports").keys("\r").wait_for("lin @ shop-cn").wait_for("shop-cn ");
    pty.wait("the colleagues' link", |screen| {
        screen.lines().any(|line| line.starts_with("› ") && line.contains("shop-cn"))
    });
    pty.keys("q");
    assert_eq!(pty.ends_within(ENDS), 0);
    let written = std::fs::read_to_string(home.path().join(".config/yunque/config.toml")).unwrap();
    for line in ["operator = \"lin\"", "[profiles.shop-cn]", "shared = true", world.sandbox.url.as_str()] {
        assert!(written.contains(line), "{line}: {written}");
    }
    // A key of neither account leaves nothing behind.
    let stranger = tempfile::tempdir().unwrap();
    let mut pty = Pty::start_with(YUNQUE, &[], stranger.path(), (80, 24), &env);
    pty.wait_for("Join colleagues here")
        .keys("3")
        .wait_for("API key")
        .keys(&"f".repeat(32))
        .wait_for("****")
        .keys("\r");
    pty.wait_for("delivery reports").keys("\r").wait_for("another").keys("\x1b");
    assert!(!stranger.path().join(".config/yunque").exists());
}

/// A campaign of two thousand that rests after its first, then goes on slowly in a console of its own.
fn console_that_sends(world: &World) -> Pty {
    let file = world.file("list.txt", numbers(0, 2_000));
    let args = ["send", "--recipients", &file, "--text", "【云雀】hi", "--kind", "notification", "--yes"];
    let pace = ["--canary", "1", "--rate", "2", "--batch-size", "1"];
    assert_eq!(world.json(1, &[&args[..], &pace[..]].concat())["campaign"]["state"], "paused");
    let mut pty = on_terminal(world, &[]);
    pty.wait_for("Links").keys("3").wait_for("c1").keys("p").wait_for("send to").keys("\x1b[C");
    pty.wait_for("[send to").keys("\r").wait_for("from this console");
    pty
}

#[test]
fn a_colleague_asks_the_console_that_sends_and_is_told_what_its_operator_says() {
    let world = World::new(&["--audience", "0"]);
    let mut pty = console_that_sends(&world);
    let silent = world.json(1, &["campaigns", "take-over", "c1", "--wait", "0s"]);
    assert_eq!(
        (silent["outcome"].as_str(), silent["campaign"]["state"].as_str()),
        (Some("no-answer"), Some("running"))
    );
    assert_eq!(silent["campaign"]["take_over"]["answer"], serde_json::Value::Null);
    // An overlay is drawn over nothing: the question stands in the message line, and `O` puts it.
    pty.wait_for("asks for c1").keys("O").wait_for("[later]").keys("\x1b[C").wait_for("[keep it]").keys("\r");
    pty.wait_for("You keep c1");
    assert_eq!(world.json(0, &["campaigns", "show", "c1"])["campaign"]["take_over"]["answer"], "keep");
    pty.wait("no question any more", |screen| !screen.contains("asks for"));
    let again = std::thread::scope(|scope| {
        let asking = scope.spawn(|| world.run(&["campaigns", "take-over", "c1", "--wait", "5m"]));
        pty.wait_for("asks for c1").keys("O").wait_for("[later]").keys("\x1b[C").wait_for("[keep it]");
        pty.keys("\x1b[C").wait_for("[hand it over]").keys("\r");
        asking.join().unwrap()
    });
    assert!(again.code == 0 && again.stdout.contains("Handed over by"), "{again:?}");
    assert_eq!(world.json(0, &["campaigns", "show", "c1"])["campaign"]["state"], "paused");
    let sent = world.sandbox.accepted();
    assert_eq!(world.json(0, &["campaigns", "cancel", "c1"])["campaign"]["counts"]["accepted"], sent);
}

#[test]
fn a_headless_process_hands_over_when_it_is_asked() {
    let world = World::new(&["--audience", "0"]);
    let file = world.file("list.txt", numbers(0, 2_000));
    let args = ["--json", "send", "--recipients", &file, "--text", "【云雀】hi", "--kind", "notification", "--yes"];
    let mut command = world.command(&[&args[..], &["--rate", "2", "--batch-size", "1"]].concat());
    let child = command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    world.sandbox.accepts(1);
    let asked = world.json(0, &["campaigns", "take-over", "c1", "--wait", "5m"]);
    assert_eq!((asked["outcome"].as_str(), asked["campaign"]["state"].as_str()), (Some("handed-over"), Some("paused")));
    let sender = child.wait_with_output().unwrap();
    let left: serde_json::Value = serde_json::from_slice(&sender.stdout).unwrap();
    assert_eq!(left["campaign"]["state"], "paused", "{left}");
}
