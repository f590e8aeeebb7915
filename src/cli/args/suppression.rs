//! `yunque suppression`: who must not be written to.
use std::path::PathBuf;

use clap::Subcommand;

/// About the suppression list.
#[derive(Debug, Subcommand)]
pub enum SuppressionVerb {
    /// All of it, newest first
    List,
    /// Put numbers on it: no campaign from here writes to them any more
    Add {
        /// The numbers
        #[arg(required = true)]
        numbers: Vec<String>,
    },
    /// Take numbers off it, where they asked to be written to again; audited
    Remove {
        /// The numbers
        #[arg(required = true)]
        numbers: Vec<String>,
    },
    /// Put the numbers of a file on it (CSV, TSV, text, XLSX; - for stdin)
    Import {
        /// The file
        file: PathBuf,
    },
    /// Write it to a file: CSV, or XLSX by the ending
    Export {
        /// The file
        file: PathBuf,
        /// Replace the file if it is there
        #[arg(short, long)]
        force: bool,
    },
}
