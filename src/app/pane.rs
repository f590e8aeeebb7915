//! The four panes: each with its state and what actions mean there, and beside it its view.
//!
//! A pane keeps its own selection, filter and fields; what several panes show lives in [`super::data::Data`].
//! A pane never draws, never sends: it asks ([`super::scene::Cx::ask`]) and hears the one reply.
pub mod campaigns;
pub mod clicks;
pub mod compose;
pub mod links;
