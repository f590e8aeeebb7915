//! Two processes at once: one sends, the other says who does.
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::pty::Pty;
use crate::trial::{PEOPLE, bring_to_its_end, everybody_once, ledger, nobody_twice, send_args};
use crate::world::{KEY, World, YUNQUE, numbers};

/// Trials of `cargo test`; `YUNQUE_CONSOLES` asks for more.
const TRIALS: u32 = 8;

/// Trials with consoles in terminals and with a second wish; each costs seconds.
const FEW: u32 = 2;

fn wanted(usual: u32) -> u32 {
    std::env::var("YUNQUE_CONSOLES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// A campaign for forty of whom five were sent to, against a server slow enough that one process meets the other.
fn rests_after_five(trial: u32) -> World {
    let world = World::new(&["--audience", "0", "--fault", "slow:60"]);
    let list = world.file("list.txt", numbers(trial * PEOPLE, PEOPLE));
    world.run(&send_args(&list, &["--canary", "5"])).expect(1);
    world
}

fn start(world: &World, args: &[&str]) -> Child {
    let mut command = world.command(&[&["--json", "campaigns"], args].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn of_two_that_resume_at_the_same_time_exactly_one_sends() {
    let trials = wanted(TRIALS);
    let mut held = 0;
    for trial in 0..trials {
        let world = rests_after_five(trial);
        let before = world.sandbox.writes();
        let both = [(); 2].map(|()| start(&world, &["resume", "c1", "--yes"]));
        let ends = both.map(|child| {
            let pid = child.id();
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!said.contains("panicked"), "{said}");
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            (pid, output.status.code().unwrap(), document)
        });
        everybody_once(&world, &format!("trial {trial}"));
        assert_eq!(world.sandbox.writes() - before, 7, "each call was made once");
        let sent = ends.iter().find(|(_, code, _)| *code == 0).expect("one of them sends");
        assert_eq!(sent.2["campaign"]["state"], "finished", "{ends:?}");
        // One that came when all was over has nothing to do.
        for (_, code, document) in ends.iter().filter(|(_, code, _)| *code != 0) {
            held += 1;
            assert_eq!((*code, document["error"]["kind"].as_str()), (1, Some("held")), "{document}");
            let owner = format!("process {}", sent.0);
            assert!(document["error"]["message"].as_str().unwrap().contains(&owner), "{document}");
        }
        assert_eq!(ledger(&world).len(), PEOPLE as usize);
    }
    println!("{trials} trials; in {held} the second met the first");
    assert!(held * 2 > trials, "the two hardly ever met: {held} of {trials}");
}

/// A console in a terminal that is about to let the others go: the button is chosen.
fn about_to_send(world: &World) -> Pty {
    let env = [("YUNQUE_API_KEY", KEY), ("YUNQUE_BASE_URL", &world.sandbox.url), ("TZ", "UTC")];
    let mut console = Pty::start_with(YUNQUE, &[], world.folder.path(), (100, 30), &env);
    console.wait_for("Links").keys_until("3", "the list", |screen| screen.contains("paused"));
    console.keys_until("p", "the question", |screen| screen.contains("Send to the"));
    console.keys_until("\x1b[C", "the button", |screen| screen.contains("[send to 35]"));
    console
}

#[test]
fn of_two_consoles_in_terminals_exactly_one_sends() {
    let trials = wanted(FEW);
    for trial in 0..trials {
        let world = rests_after_five(trial);
        let before = world.sandbox.writes();
        // The second is a console as well, or a script.
        let mut consoles = vec![about_to_send(&world)];
        if trial % 2 == 0 {
            consoles.push(about_to_send(&world));
        }
        let gate = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            for console in &mut consoles {
                scope.spawn(|| {
                    gate.wait();
                    console.keys_until("\r", "the run", |screen| !screen.contains("[send to 35]"));
                    console.wait_for("finished");
                });
            }
            if trial % 2 != 0 {
                gate.wait();
                let ended = start(&world, &["resume", "c1", "--yes"]).wait_with_output().unwrap();
                assert!([0, 1].contains(&ended.status.code().unwrap()), "{ended:?}");
            }
        });
        everybody_once(&world, &format!("trial {trial}"));
        assert_eq!(world.sandbox.writes() - before, 7, "each call was made once");
    }
    println!("{trials} trials");
}

#[test]
fn a_pause_or_a_take_over_beside_a_resume_is_heard_or_comes_first() {
    let mut heard = 0;
    let trials = wanted(FEW) * 2;
    for trial in 0..trials {
        let world = rests_after_five(trial);
        let wish: &[&str] = if trial % 2 == 0 { &["pause", "c1"] } else { &["take-over", "c1"] };
        let what = format!("trial {trial}, {wish:?}");
        let both = [start(&world, &["resume", "c1", "--yes"]), start(&world, wish)];
        let [resumed, wished] = both.map(|child| {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!said.contains("panicked"), "{what}: {said}");
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            document
        });
        nobody_twice(&world, &what);
        let shown = world.json(0, &["campaigns", "show", "c1"]);
        let by_hand = |document: &Value| {
            ["operator", "colleague"].iter().any(|by| document["campaign"]["pause"]["reason"] == **by)
        };
        if by_hand(&wished) {
            heard += 1;
            // Whoever was told that it is paused finds it so.
            assert_eq!(shown["campaign"]["state"], "paused", "{what}: {resumed} {wished}");
            assert_eq!(resumed["campaign"]["state"], "paused", "{what}: {resumed} {wished}");
            assert!(ledger(&world).len() < PEOPLE as usize, "{what}");
        }
        bring_to_its_end(&world, &what);
    }
    println!("{trials} trials; {heard} were heard");
}
