//! Rows of an XLSX workbook, cell by cell: of the sheet that it is told to begin at.
use std::fmt::Write as _;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use calamine::{DataRef, Reader, Xlsx};

use super::rows::RowBuf;
use super::source::{Body, Opened, of_io};
use crate::problem::FileProblem;

/// Cells beyond this column are not read.
const MOST_COLUMNS: usize = 1024;

/// The rows of a full sheet.
const MOST_ROWS: u32 = 1_048_576;

trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

pub(super) struct Workbook {
    name: String,
    xlsx: Xlsx<Box<dyn ReadSeek>>,
    /// The sheet that rows are read from.
    begins_at: usize,
}

impl Workbook {
    pub(super) fn open(mut opened: Opened) -> Result<Self, FileProblem> {
        let name = opened.name.clone();
        let io = |e: std::io::Error| of_io(&name, &e);
        // A pipe cannot seek: then all of it goes into memory.
        let can_seek = match &mut opened.body {
            Body::File(file) => file.seek(SeekFrom::Start(0)).is_ok(),
            Body::Stream(_) => false,
        };
        let bytes: Box<dyn ReadSeek> = match opened.body {
            Body::File(file) if can_seek => Box::new(BufReader::new(file)),
            mut body => {
                let mut all = opened.head;
                body.read_to_end(&mut all).map_err(io)?;
                Box::new(Cursor::new(all))
            }
        };
        match Xlsx::new(bytes) {
            Ok(xlsx) => Ok(Self { name, xlsx, begins_at: 0 }),
            Err(why) => Err(FileProblem::Workbook { path: name, why: why.to_string() }),
        }
    }

    /// How many sheets it has.
    pub(super) fn sheets(&self) -> usize {
        self.xlsx.sheet_names().len()
    }

    /// Reads from that sheet on, counted from 0.
    pub(super) fn begin_at(&mut self, sheet: usize) {
        self.begins_at = sheet;
    }

    /// Yields the rows of the sheet it begins at (of the next, where that has none); where that sheet is full to its last
    /// row, those of the next one too, its repeated header left out and its rows counted on.
    pub(super) fn each_row(&mut self, f: &mut dyn FnMut(&RowBuf) -> ControlFlow<()>) -> Result<(), FileProblem> {
        let broken = |path: &str, why: calamine::XlsxError| FileProblem::Workbook {
            path: path.to_owned(),
            why: why.to_string(),
        };
        let (mut before, mut header) = (0_u32, None::<String>);
        for sheet in self.xlsx.sheet_names().into_iter().skip(self.begins_at) {
            let mut cells = match self.xlsx.worksheet_cells_reader(&sheet) {
                Ok(cells) => cells,
                // A sheet that is one chart has no cells.
                Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
                Err(why) => return Err(broken(&self.name, why)),
            };
            let mut yield_row = |row: &RowBuf| {
                let is_first = row.number == before + 1;
                if is_first && header.as_ref() == Some(&row.text) {
                    return ControlFlow::Continue(());
                }
                header.get_or_insert_with(|| row.text.clone());
                f(row)
            };
            let mut row = RowBuf::default();
            while let Some(cell) = cells.next_cell().map_err(|e| broken(&self.name, e))? {
                let (number, column) = cell.get_position();
                let number = number.saturating_add(1).saturating_add(before);
                if number != row.number {
                    if row.number > 0 && yield_row(&row).is_break() {
                        return Ok(());
                    }
                    row.restart(number);
                }
                let column = column as usize;
                if column >= MOST_COLUMNS {
                    continue;
                }
                while row.fields.len() < column {
                    row.push("");
                }
                push_value(&mut row, cell.get_value());
            }
            let last = row.number;
            let is_full = last > 0 && last.is_multiple_of(MOST_ROWS);
            if last > 0 && (yield_row(&row).is_break() || !is_full) {
                return Ok(());
            }
            before = last;
        }
        Ok(())
    }
}

/// A cell as text. A number that is whole is written out: `1.38E+10` is `13800138000`.
fn push_value(row: &mut RowBuf, value: &DataRef<'_>) {
    let start = row.text.len();
    // Writing to a String cannot fail.
    let _ = match value {
        DataRef::Int(n) => write!(row.text, "{n}"),
        DataRef::Float(x) => write!(row.text, "{x}"),
        DataRef::Bool(b) => write!(row.text, "{b}"),
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => write!(row.text, "{s}"),
        DataRef::SharedString(s) => write!(row.text, "{s}"),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            write!(row.text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::Error(e) => write!(row.text, "{e}"),
        DataRef::Empty => Ok(()),
    };
    row.fields.push(start..row.text.len());
}
