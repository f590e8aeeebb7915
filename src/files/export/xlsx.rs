//! XLSX, row by row: numbers as text, times as dates, a second sheet where the first is full.
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::atomic::Target;
use super::{Cell, ExportOptions, china_millis, harmless};
use crate::problem::FileProblem;

/// The rows of a sheet, header included.
const MOST_ROWS: u32 = 1_048_576;
/// The characters of a cell.
const MOST_CHARACTERS: usize = 32_767;

/// An XLSX file on its way.
pub struct XlsxExport {
    target: Target,
    book: Workbook,
    columns: Vec<String>,
    time: Format,
    /// The sheet that is being written, from 0.
    sheet: usize,
    /// Its next row.
    next: u32,
    rows: u64,
}

impl XlsxExport {
    /// Begins a workbook whose sheets begin with `columns`.
    ///
    /// # Errors
    /// The target exists (unless it may be replaced), is a folder, or cannot be written.
    pub fn create(path: &Path, columns: &[&str], options: ExportOptions) -> Result<Self, FileProblem> {
        let target = Target::create(path, options.overwrite)?;
        let mut book = Workbook::new();
        book.set_tempdir(target.folder()).map_err(|e| target.problem(&e))?;
        let mut export = Self {
            target,
            book,
            columns: columns.iter().map(|name| harmless(name).into_owned()).collect(),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            sheet: 0,
            next: 0,
            rows: 0,
        };
        export.begin_sheet().map_err(|e| export.target.problem(&e))?;
        Ok(export)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        for (column, name) in (0_u16..).zip(&self.columns) {
            sheet.write_string(0, column, name)?;
        }
        self.next = 1;
        Ok(())
    }

    /// Adds a row, on a further sheet if this one is full.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), FileProblem> {
        self.try_row(cells).map_err(|e| self.target.problem(&e))
    }

    fn try_row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        if self.next == MOST_ROWS {
            self.begin_sheet()?;
            self.sheet += 1;
        }
        let sheet = self.book.worksheet_from_index(self.sheet)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => continue,
                Cell::Text(text) => {
                    let text = harmless(text);
                    match text.char_indices().nth(MOST_CHARACTERS) {
                        Some((end, _)) => sheet.write_string(self.next, column, &text[..end])?,
                        None => sheet.write_string(self.next, column, text.into_owned())?,
                    }
                }
                Cell::Phone(mobile) => sheet.write_string(self.next, column, mobile.wire())?,
                // Excel keeps 15 digits; what has more would be changed, so it goes in as text.
                Cell::Int(n) => match i32::try_from(*n) {
                    Ok(n) => sheet.write_number(self.next, column, n)?,
                    Err(_) => sheet.write_string(self.next, column, n.to_string())?,
                },
                Cell::Time(unix) => match serial(*unix) {
                    Some(serial) => sheet.write_number_with_format(self.next, column, serial, &self.time)?,
                    None => continue,
                },
            };
        }
        self.next += 1;
        self.rows += 1;
        Ok(())
    }

    /// How many rows there are so far, header left out.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.rows
    }

    /// Puts the complete file in its place; says how many rows it has, headers left out.
    ///
    /// # Errors
    /// It could not be written to the end, or the target appeared meanwhile.
    pub fn finish(mut self) -> Result<u64, FileProblem> {
        let saved = self.book.save_to_writer(self.target.file.as_file_mut());
        saved.map_err(|e| self.target.problem(&e))?;
        self.target.finish()?;
        Ok(self.rows)
    }
}

/// Days since 1899-12-30 in China time, as Excel keeps times; whole seconds.
fn serial(unix: i64) -> Option<f64> {
    let seconds = u32::try_from(china_millis(unix) / 1000).ok().filter(|_| unix > 0)?;
    Some(f64::from(seconds) / 86_400.0 + 25_569.0)
}
