//! Files in and out: recipients and click sheets read, tables written; both on a thread of their own.
//! Every export is audited, since it takes numbers out of the house.
use std::path::{Path, PathBuf};

use super::{Desk, Result};
use crate::problem::InputProblem;
use crate::sms::{ClickRow, Recipients};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// Rows, the header left out.
    pub rows: u64,
}

impl Desk {
    /// Reads the numbers of a file, with the columns that the text needs.
    pub(super) async fn read_file(&self, file: &Path, column: Option<String>, keep: Vec<String>) -> Result<Recipients> {
        let _ = (file, column, keep);
        Err(InputProblem::Broken { why: "not built".into() }.into())
    }

    /// Reads the sheet of clicks that the vendor's web console gives; the second is how many rows could not be read.
    pub(super) async fn read_clicks(&self, file: &Path) -> Result<(Vec<ClickRow>, u64)> {
        let _ = file;
        Err(InputProblem::Broken { why: "not built".into() }.into())
    }

    /// Writes a table to a file that is not there yet: CSV, or XLSX by its ending. Audited.
    pub(super) async fn export(
        &self,
        file: &Path,
        header: &[&str],
        rows: Vec<Vec<String>>,
        about: &str,
    ) -> Result<Written> {
        let _ = (file, header, rows, about);
        Err(InputProblem::Broken { why: "not built".into() }.into())
    }
}
