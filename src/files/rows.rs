//! One row of any source, and the table that yields rows whatever the source is.
use std::io::Read;
use std::ops::{ControlFlow, Range};

use super::encoding::{self, Found};
use super::inspect::{Format, Shape};
use super::lines::Lines;
use super::source::{Opened, Source, of_io};
use super::workbook::Workbook;
use super::{Options, inspect};
use crate::problem::FileProblem;

/// A row as it was read; reused from row to row.
#[derive(Debug, Default)]
pub(super) struct RowBuf {
    /// Its first line in the source, from 1, as an editor counts.
    pub(super) number: u32,
    /// Whether its fields could be told apart.
    pub(super) is_readable: bool,
    pub(super) text: String,
    pub(super) fields: Vec<Range<usize>>,
}

impl RowBuf {
    pub(super) fn restart(&mut self, number: u32) {
        self.number = number;
        self.is_readable = true;
        self.text.clear();
        self.fields.clear();
    }

    /// The field at `i`; a row that is too short has empty ones.
    pub(super) fn get(&self, i: usize) -> &str {
        self.fields.get(i).and_then(|range| self.text.get(range.clone())).unwrap_or("")
    }

    pub(super) fn push(&mut self, field: &str) {
        let start = self.text.len();
        self.text.push_str(field);
        self.fields.push(start..self.text.len());
    }

    pub(super) fn is_blank(&self) -> bool {
        self.is_readable && self.text.trim().is_empty()
    }

    pub(super) fn to_vec(&self) -> Vec<String> {
        (0..self.fields.len()).map(|i| self.get(i).to_owned()).collect()
    }
}

/// An open source whose shape is known.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) shape: Shape,
    /// The first rows, header included.
    pub(super) sample: Vec<Vec<String>>,
    input: Input,
}

enum Input {
    Text(Opened),
    Workbook(Box<Workbook>),
}

/// How many rows are looked at.
const SAMPLE: usize = 100;

impl Table {
    pub(super) fn open(source: Source, options: &Options) -> Result<Self, FileProblem> {
        let opened = source.open()?;
        let name = opened.name.clone();
        if opened.head.starts_with(b"PK\x03\x04") {
            let mut workbook = Workbook::open(opened)?;
            let (shape, sample) = pick_sheet(&mut workbook, options, &name)?;
            return Ok(Self { name, shape, sample, input: Input::Workbook(Box::new(workbook)) });
        }
        let found = match &options.encoding {
            Some(label) => Found { encoding: encoding::named(label)?, may_turn_chinese: false },
            None => encoding::sniff(&opened.head, opened.is_whole),
        };
        let head = decoded_head(&opened, found).map_err(|e| of_io(&name, &e))?;
        if let Some(found) = binary(&opened.head, &head) {
            return Err(FileProblem::Binary { path: name, found });
        }
        if head.trim().is_empty() && opened.is_whole {
            return Err(FileProblem::Empty { path: name });
        }
        let shape = inspect::of_text(&head, found, options, &name)?;
        let mut sample = Vec::new();
        let mut lines = Lines::new(Box::new(std::io::Cursor::new(head.into_bytes())), &shape);
        let mut row = RowBuf::default();
        while lines.next(&mut row).map_err(|e| of_io(&name, &e))? {
            if !row.is_blank() && take_sample(&mut sample, &row).is_break() {
                break;
            }
        }
        Ok(Self { name, shape, sample, input: Input::Text(opened) })
    }

    /// Yields every row that is not blank, the header left out, until `f` breaks.
    pub(super) fn each_row(self, f: &mut dyn FnMut(&RowBuf) -> ControlFlow<()>) -> Result<(), FileProblem> {
        let mut is_header = self.shape.has_header;
        let mut f = |row: &RowBuf| {
            if row.is_blank() {
                return ControlFlow::Continue(());
            }
            if std::mem::take(&mut is_header) { ControlFlow::Continue(()) } else { f(row) }
        };
        match self.input {
            Input::Workbook(mut workbook) => workbook.each_row(&mut f),
            Input::Text(opened) => {
                let io = |e: std::io::Error| of_io(&self.name, &e);
                let bytes = encoding::as_utf8(opened.bytes(), self.shape.encoding).map_err(io)?;
                let mut lines = Lines::new(bytes, &self.shape);
                let mut row = RowBuf::default();
                while lines.next(&mut row).map_err(io)? {
                    if f(&row).is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// The names of the columns, for a message.
    pub(super) fn column_names(&self) -> String {
        self.shape.columns.join(", ")
    }

    pub(super) fn is_text(&self) -> bool {
        self.shape.format == Format::Text
    }
}

fn take_sample(sample: &mut Vec<Vec<String>>, row: &RowBuf) -> ControlFlow<()> {
    if !row.is_blank() {
        sample.push(row.to_vec());
    }
    if sample.len() < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

/// The first sheet with a column of numbers; where none has one, the first that holds anything: notes may come before
/// the list.
fn pick_sheet(
    workbook: &mut Workbook,
    options: &Options,
    name: &str,
) -> Result<(Shape, Vec<Vec<String>>), FileProblem> {
    let mut first = None;
    for sheet in 0..workbook.sheets() {
        workbook.begin_at(sheet);
        let mut sample = Vec::new();
        workbook.each_row(&mut |row| take_sample(&mut sample, row))?;
        if sample.is_empty() {
            continue;
        }
        let shape = inspect::of_sheet(&sample, options, name)?;
        if shape.mobile_column.is_some() {
            return Ok((shape, sample));
        }
        first.get_or_insert((sheet, shape, sample));
    }
    let (sheet, shape, sample) = first.ok_or_else(|| FileProblem::Empty { path: name.to_owned() })?;
    workbook.begin_at(sheet);
    Ok((shape, sample))
}

/// The head as text, without the line that it may cut in two; of a line longer than the head, without the field that
/// it may cut in two.
fn decoded_head(opened: &Opened, found: Found) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    encoding::as_utf8(std::io::Cursor::new(opened.head.clone()), found.encoding)?.read_to_end(&mut bytes)?;
    let mut text = String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    if !opened.is_whole {
        let line = text.rfind(['\n', '\r']).map(|end| end + 1);
        let field = || text.rfind(|c: char| c.is_whitespace() || ",;|，；、".contains(c));
        if let Some(end) = line.or_else(field) {
            text.truncate(end);
        }
    }
    Ok(text)
}

/// What a file that is no text looks like, from its first bytes and what they decode to.
pub(super) fn binary(head: &[u8], decoded: &str) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"\xd0\xcf\x11\xe0", "an old .xls workbook"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x7fELF", "a program"),
        (b"Rar!", "a RAR archive"),
        (b"SQLite format 3\0", "a database"),
    ];
    if let Some((_, what)) = MAGIC.into_iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    // A stray control character spoils its row only; many of them are no text.
    let is_odd = |c: &char| *c < ' ' && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    let odd = decoded.chars().filter(is_odd).count();
    (odd >= 4 && odd * 50 > decoded.chars().count()).then_some("binary data")
}
