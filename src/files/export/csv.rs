//! CSV, UTF-8, with `\n` between rows.
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::atomic::Target;
use super::{Cell, ExportOptions, harmless};
use crate::problem::FileProblem;

/// A CSV file on its way.
pub struct CsvExport {
    target: Target,
    writer: csv::Writer<BufWriter<File>>,
    rows: u64,
}

impl CsvExport {
    /// Begins a file whose first row is `columns`.
    ///
    /// # Errors
    /// The target exists (unless it may be replaced), is a folder, or cannot be written.
    pub fn create(path: &Path, columns: &[&str], options: ExportOptions) -> Result<Self, FileProblem> {
        let target = Target::create(path, options.overwrite)?;
        let file = target.file.as_file().try_clone().map_err(|e| target.problem(&e))?;
        let mut file = BufWriter::with_capacity(256 * 1024, file);
        if options.bom {
            file.write_all(b"\xef\xbb\xbf").map_err(|e| target.problem(&e))?;
        }
        let mut writer = csv::WriterBuilder::new().flexible(true).buffer_capacity(64 * 1024).from_writer(file);
        writer.write_record(columns.iter().map(|name| harmless(name).into_owned())).map_err(|e| target.problem(&e))?;
        Ok(Self { target, writer, rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), FileProblem> {
        for cell in cells {
            let written = match cell {
                Cell::Empty => self.writer.write_field([]),
                Cell::Text(text) => self.writer.write_field(harmless(text).as_bytes()),
                Cell::Phone(mobile) => {
                    let mut digits = Digits::new();
                    let bare = mobile.is_mainland();
                    self.writer.write_field(if bare {
                        digits.of(mobile.digits() % 100_000_000_000, None)
                    } else {
                        digits.of(mobile.digits(), Some(b'+'))
                    })
                }
                Cell::Int(n) => {
                    let mut digits = Digits::new();
                    self.writer.write_field(digits.of(n.unsigned_abs(), (*n < 0).then_some(b'-')))
                }
                Cell::Time(unix) => match time(*unix) {
                    Some(text) => self.writer.write_field(text),
                    None => self.writer.write_field([]),
                },
            };
            written.map_err(|e| self.target.problem(&e))?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(|e| self.target.problem(&e))?;
        self.rows += 1;
        Ok(())
    }

    /// How many rows there are so far, header left out.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.rows
    }

    /// Puts the complete file in its place; says how many rows it has, header left out.
    ///
    /// # Errors
    /// It could not be written to the end, or the target appeared meanwhile.
    pub fn finish(self) -> Result<u64, FileProblem> {
        let Self { target, writer, rows } = self;
        let mut file = writer.into_inner().map_err(|e| target.problem(&e.error()))?;
        file.flush().map_err(|e| target.problem(&e))?;
        target.finish()?;
        Ok(rows)
    }
}

/// `2026-11-20 14:02:05` in China time, without the cost of a format string.
fn time(unix: i64) -> Option<[u8; 19]> {
    let at = Timestamp::from_millisecond(unix).ok().filter(|_| unix != i64::MIN)?;
    let at = Offset::constant(8).to_datetime(at);
    let mut text = *b"0000-00-00 00:00:00";
    let mut put = |at: usize, value: i8| {
        let value = value.unsigned_abs();
        text[at] = b'0' + value / 10 % 10;
        text[at + 1] = b'0' + value % 10;
    };
    put(0, i8::try_from(at.year() / 100).ok()?);
    put(2, i8::try_from(at.year() % 100).ok()?);
    put(5, at.month());
    put(8, at.day());
    put(11, at.hour());
    put(14, at.minute());
    put(17, at.second());
    Some(text)
}

/// A number in decimal, without allocating.
struct Digits([u8; 21]);

impl Digits {
    const fn new() -> Self {
        Self([0; 21])
    }

    fn of(&mut self, mut n: u64, sign: Option<u8>) -> &[u8] {
        let mut at = self.0.len();
        loop {
            at -= 1;
            self.0[at] = b'0' + u8::try_from(n % 10).unwrap_or(0);
            n /= 10;
            if n == 0 {
                break;
            }
        }
        if let Some(sign) = sign {
            at -= 1;
            self.0[at] = sign;
        }
        &self.0[at..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_times_are_written_as_format_would() {
        for n in [0_i64, 7, -7, 13_800_138_000, i64::MAX, i64::MIN] {
            let mut digits = Digits::new();
            let text = digits.of(n.unsigned_abs(), (n < 0).then_some(b'-'));
            assert_eq!(text, n.to_string().as_bytes());
        }
        assert_eq!(time(1_795_154_525_000).as_ref(), Some(b"2026-11-20 14:02:05"));
        assert_eq!(time(i64::MIN), None);
    }
}
