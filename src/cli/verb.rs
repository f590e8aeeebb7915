//! The verbs, one small file each or each group.
pub mod account;
pub mod campaigns;
pub mod clicks;
pub mod config;
pub mod doctor;
pub mod links;
pub mod sandbox;
pub mod send;
pub mod suppression;
pub mod today;
pub mod watch;
