//! Floor 3: drives a campaign: plan → journal → dispatch → settle → reconcile; deliveries and opt-outs.
//!
//! The only room that may name `single_send` and `batch_send`: a single SMS is a campaign of one. It never shows
//! anything and never waits for anybody who does; progress is a `watch`, latest wins.
//!
//! ```text
//! Engine::run ─claim─▶ lock · a dead owner's `sending` becomes unknown · is the journal rolled back?
//!    └▶ a task of its own:        Machine::step(input, now) ─▶ outputs
//!         Ask    ─ rate permit ──────────────────▶ Permitted
//!         Write  ─ intent, durable (WAL, FULL) ──▶ Durable
//!         Send   ─ single_send or batch_send ────▶ Answered ─▶ Record (facts, one job an answer)
//!         End    ─ facts written, state set, lock freed
//! ```
//! `docs/journal.md` lists every state and every point at which the process may die.
pub mod machine;

mod calls;
mod compare;
mod deliveries;
mod drive;
mod engine;
mod manage;
mod preflight;
mod reconcile;
mod roster;
mod run;
mod start;
mod take_over;

pub use engine::{Clock, Due, Engine, Reconciled, Settings, SystemClock};
pub use run::{Aside, Interruption, Occasion, Reins, Run, RunOptions};
