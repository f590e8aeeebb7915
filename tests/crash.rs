//! `kill -9` in the middle of 20,000 recipients, again and again: nobody is lost, nobody is written to twice.
//! `just crash` asks for a thousand kills through `YUNQUE_KILLS`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]
#[path = "support/crash.rs"]
mod crash;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared with tests/cli.rs, which uses all of it")]
mod world;

use crash::{Seen, Trial};

/// Kills of one campaign; more of them are more campaigns.
const KILLS: u32 = 25;

#[test]
fn a_campaign_that_is_killed_again_and_again_reaches_everybody_once() {
    let wanted = std::env::var("YUNQUE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut total = Seen::default();
    let mut round = 0_u32;
    while total.killed < wanted {
        round += 1;
        let kills = KILLS.min(wanted - total.killed);
        let batch_size = [50, 100, 37, 200][(round % 4) as usize];
        let trial =
            Trial { recipients: 20_000, kills, batch_size, seed: u64::from(round), faults: &[], settle: "200ms" };
        let seen = trial.run();
        assert!(seen.killed > 0, "no kill met a running process");
        total.killed += seen.killed;
        total.found += seen.found;
        total.absent += seen.absent;
        println!("round {round}: {seen:?}");
    }
    println!("{total:?}");
}

/// The same while answers are lost, and while the records lag. Each world mostly waits for its records: all at once.
#[test]
fn whoever_is_killed_while_answers_are_lost_reaches_everybody_once() {
    let worlds: [&'static [&'static str]; 4] = [
        &["--fault", "drop-after:0.15"],
        &["--fault", "http-500-after:0.15", "--fault", "drop-before:0.05"],
        &["--fault", "truncate:0.15", "--fault", "http-500-before:0.05"],
        &["--records-lag", "300ms", "--fault", "drop-after:0.1"],
    ];
    let kills =
        std::env::var("YUNQUE_KILLS").ok().and_then(|kills| kills.parse::<u32>().ok()).map_or(2, |all| all / 20);
    let seen = std::thread::scope(|scope| {
        let trials = worlds.map(|faults| {
            let settle = if faults[0] == "--records-lag" { "3s" } else { "1s" };
            let trial = Trial { recipients: 600, kills, batch_size: 20, seed: 7, faults, settle };
            scope.spawn(move || trial.run())
        });
        trials.map(|trial| trial.join().unwrap())
    });
    println!("{seen:?}");
    assert!(seen.iter().any(|seen| seen.killed > 0) && seen.iter().all(|seen| seen.found > 0), "{seen:?}");
}
