//! The promises of the campaign engine, in the manner of SQLite's tests: fail the n-th write, the n-th sync and the n-th
//! request, for n = 1, 2, 3 … until a run meets no fault, and look each time at what the vendor has really accepted.
//! `just sweep` takes every n and every kind of fault; `cargo test` takes the first ones and samples the rest.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

#[path = "campaign/house.rs"]
#[expect(dead_code, reason = "shared with tests/campaign.rs, which uses all of it")]
mod house;
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with tests/pty.rs, which uses all of it")]
mod pty;
#[path = "campaign/server.rs"]
mod server;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared with tests/cli.rs, which uses all of it")]
mod world;

#[path = "sweep/backup.rs"]
mod backup;
#[path = "sweep/clock.rs"]
mod clock;
#[path = "sweep/consoles.rs"]
mod consoles;
#[path = "sweep/damage.rs"]
mod damage;
#[path = "sweep/disk.rs"]
mod disk;
#[path = "sweep/failing.rs"]
mod failing;
#[path = "sweep/relay.rs"]
mod relay;
#[path = "sweep/requests.rs"]
mod requests;
#[path = "sweep/trial.rs"]
mod trial;
#[path = "sweep/vendor.rs"]
mod vendor;
