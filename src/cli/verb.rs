//! The verbs, one small file each.
pub mod config;
pub mod sandbox;
