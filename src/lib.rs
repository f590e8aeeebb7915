//! yunque 云雀: an operator's console in the terminal for Yunpian's V2 SMS and short-link API.
//!
//! One operator, one SSH session, one keyboard: **make a short link → send it → see who clicked.**
//!
//! ```text
//! floor 6  main.rs
//! floor 5  shell/  the imperative shell: run loop, worker, terminal, signals     cli/  the headless twins
//! floor 4  desk/   one async function for each thing an operator does; both of the above call it
//! floor 3  campaign/  drives the campaign machine; alone may send                sandbox/  a Yunpian on loopback
//! floor 2  app/  the console's functional core     campaign/machine/  a campaign as a pure state machine
//!          yunpian/  the API client   store/  the database   files/  import, export   config/
//! floor 1  sms/  the words of the field, pure      problem/  what can go wrong       words  every text, two languages
//! ```
//! A room imports only from floors below it; `tests/architecture.rs` holds it to that.

pub mod app;
pub mod campaign;
pub mod cli;
pub mod config;
pub mod desk;
pub mod files;
pub mod problem;
pub mod sandbox;
pub mod shell;
pub mod sms;
pub mod store;
pub mod words;
pub mod yunpian;
