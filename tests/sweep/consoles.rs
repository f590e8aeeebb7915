//! Two processes at once: one sends, the other says who does.
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::trial::{PEOPLE, everybody_once, ledger, send_args};
use crate::world::{World, numbers};

/// Trials of `cargo test`; `YUNQUE_CONSOLES` asks for more.
const TRIALS: u32 = 8;

fn start(world: &World) -> Child {
    let mut command = world.command(&["--json", "campaigns", "resume", "c1", "--yes"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn of_two_that_resume_at_the_same_time_exactly_one_sends() {
    let trials = std::env::var("YUNQUE_CONSOLES").ok().and_then(|n| n.parse().ok()).unwrap_or(TRIALS);
    let mut held = 0;
    for trial in 0..trials {
        // Slow enough that the second one meets the first.
        let world = World::new(&["--audience", "0", "--fault", "slow:60"]);
        let list = world.file("list.txt", numbers(trial * PEOPLE, PEOPLE));
        world.run(&send_args(&list, &["--canary", "5"])).expect(1);
        let before = world.sandbox.writes();
        let both = [start(&world), start(&world)];
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
