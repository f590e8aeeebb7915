//! Floor 2: import and export of the operator's files. Streaming, blocking (callers run it on a blocking thread).
//!
//! It never draws, never talks to the network, and never loads a whole text file. Whatever a file holds, reading it
//! ends in rows taken, rows left out with their number and reason, or one [`FileProblem`](crate::problem::FileProblem).
//!
//! ```text
//! Source ─open→ head (64 KiB) ─sniff→ format · encoding · delimiter · header · column of numbers = Inspection
//!                     └ rows ─each_row→ Recipients::offer · ClickRow      (CSV, TSV, plain text, XLSX; stdin too)
//! rows of Cells ─CsvExport | XlsxExport→ temporary file beside the target, fsync, rename
//! ```
mod clicks;
mod encoding;
mod export;
mod import;
mod inspect;
mod lines;
mod rows;
mod source;
mod text;
mod workbook;

pub use clicks::{ClickImport, import_clicks};
pub use export::{Cell, CsvExport, ExportOptions, XlsxExport};
pub use import::import;
pub use inspect::{Column, Format, Inspection, inspect};
pub use source::Source;
pub use text::read_text;

use crate::sms::Reading;

/// What the operator says about a source; what is `None` is found out by looking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The label of an encoding: `utf-8`, `gbk`, `utf-16le`, …
    pub encoding: Option<String>,
    /// What stands between the fields of a text; ASCII.
    pub delimiter: Option<char>,
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    /// The column of the numbers.
    pub mobile_column: Option<ColumnRef>,
    /// The columns whose values are kept, for variables. A name that the file lacks is a problem.
    pub keep_columns: Vec<String>,
}

impl From<Reading> for Options {
    fn from(reading: Reading) -> Self {
        Self {
            encoding: reading.encoding,
            delimiter: reading.delimiter,
            header: reading.header,
            mobile_column: reading.column.map(ColumnRef::Name),
            keep_columns: Vec::new(),
        }
    }
}

/// A column by its name or its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnRef {
    /// By its header, in any case.
    Name(String),
    /// By its position, from 0.
    Index(usize),
}
