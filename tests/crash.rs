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
        let seen = Trial { recipients: 20_000, kills, batch_size, seed: u64::from(round) }.run();
        assert!(seen.killed > 0, "no kill met a running process");
        total.killed += seen.killed;
        total.found += seen.found;
        total.absent += seen.absent;
        println!("round {round}: {seen:?}");
    }
    println!("{total:?}");
}
