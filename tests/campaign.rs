//! The campaign room: the machine in a simulated world, and the engine against a scripted server.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail by panicking")]

#[path = "campaign/dispatch.rs"]
mod dispatch;
#[path = "campaign/elsewhere.rs"]
mod elsewhere;
#[path = "campaign/gates.rs"]
mod gates;
#[path = "campaign/house.rs"]
mod house;
#[path = "campaign/reports.rs"]
mod reports;
#[path = "campaign/server.rs"]
mod server;
#[path = "campaign/settling.rs"]
mod settling;
#[path = "campaign/sharing.rs"]
mod sharing;
#[path = "campaign/sim.rs"]
mod sim;
#[path = "campaign/speed.rs"]
mod speed;
#[path = "campaign/trust.rs"]
mod trust;
