//! Floor 5: the imperative shell. It performs what the core asks for and tells it what happened; it holds no business
//! rule and decides nothing about a campaign.
//!
//! ```text
//!  input thread ─keys, pastes─┐                                            ┌─▶ frame ─▶ writer thread ─▶ tty
//!  watchdog     ─hang-up──────┤                                            │   (busy? then the next frame waits)
//!  signals      ─TERM, WINCH──┼─▶ inbox ─▶ run loop: App::update ─▶ Effects ┤
//!  worker       ─one reply────┤           drain all, draw once             ├─▶ worker.submit (never awaits)
//!  engine       ─progress─────┘                                            └─▶ clipboard, drafts, suspend, quit
//! ```
//! The loop never blocks: a terminal that nobody reads stalls the writer thread alone, so sends, signals and saving go
//! on. Nothing ticks: the loop sleeps until something arrives or [`crate::app::App::next_wake`] comes.
mod clipboard;
mod embedded;
mod history;
mod input;
mod look;
mod paint;
mod run;
mod service;
mod signals;
mod start;
mod team;
mod terminal;
mod worker;
mod writer;

pub use clipboard::Clipboard;
pub use run::{Clock, Ended, Finish, Inbound, Loop, Screen};
pub use start::{Console, console};
pub use terminal::Terminal;
pub use worker::{Leaving, Service, Worker};
