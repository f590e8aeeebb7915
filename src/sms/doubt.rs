//! Those of whom nobody knows: who, since when, and why.
use jiff::Timestamp;

use super::Mobile;

/// One recipient of whom nobody knows whether they got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Who.
    pub mobile: Mobile,
    /// When it became unknown.
    pub at: Option<Timestamp>,
    /// Why, in the journal's words, which are English: [`crate::words::doubt::words`] says them in the reader's language.
    pub why: String,
}

/// One reason for which recipients are unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtReason {
    /// Why, in the journal's words.
    pub why: String,
    /// Requests that ended like that.
    pub requests: u64,
    /// Recipients of them who are unknown.
    pub recipients: u64,
}

/// Why recipients of a campaign were refused or are unknown, each reason with its count, most first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reasons {
    /// The refused: the vendor's code, once each; the vendor's words, most common first; how many.
    pub refused: Vec<(i32, String, u64)>,
    /// The unknown.
    pub unknown: Vec<DoubtReason>,
}
