//! The campaign room: the machine in a simulated world, and the engine against a scripted server.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail by panicking")]

#[path = "campaign/sim.rs"]
mod sim;
