//! What a source looks like before it is read: format, encoding, delimiter, header, and the column of the numbers.
use encoding_rs::{Encoding, UTF_8};

use super::encoding::Found;
use super::import::number_in;
use super::lines::Lines;
use super::rows::{RowBuf, Table};
use super::{Options, Source};
use crate::problem::FileProblem;
use crate::sms::{Mobile, NotAMobile};

/// How a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Fields between delimiters (CSV, TSV, …).
    #[default]
    Csv,
    /// Plain text: nothing but numbers, one or many a line.
    Text,
    /// An XLSX workbook: its first sheet with a column of numbers, and the next one where that is full.
    Xlsx,
}

/// A column, for a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header; its position, from 1, where there is none.
    pub name: String,
    /// Its first value that is not blank.
    pub sample: String,
}

/// What [`inspect`] found. Texts are as they stand in the file: make them visible before showing them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// How it is written.
    pub format: Format,
    /// The name of its encoding: `UTF-8`, `gb18030`, `UTF-16LE`, …
    pub encoding: &'static str,
    /// What stands between its fields; `None` for plain text and workbooks.
    pub delimiter: Option<char>,
    /// Whether its first row names the columns.
    pub has_header: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The column that seems to hold the numbers.
    pub mobile_column: Option<usize>,
    /// Up to ten rows, the header left out.
    pub first_rows: Vec<Vec<String>>,
}

/// Looks at the first rows of a source.
///
/// # Errors
/// The source cannot be opened, is empty, or is neither a text nor a workbook.
pub fn inspect(source: Source, options: &Options) -> Result<Inspection, FileProblem> {
    let table = Table::open(source, options)?;
    let shape = table.shape;
    let first_rows: Vec<_> = table.sample.into_iter().skip(usize::from(shape.has_header)).collect();
    let sample = |i: usize| first_rows.iter().filter_map(|row| row.get(i)).find(|cell| !cell.trim().is_empty());
    let columns = shape.columns.iter().enumerate();
    Ok(Inspection {
        format: shape.format,
        encoding: shape.encoding.name(),
        delimiter: (shape.format == Format::Csv).then_some(char::from(shape.delimiter)),
        has_header: shape.has_header,
        columns: columns
            .map(|(i, name)| Column { name: name.clone(), sample: sample(i).cloned().unwrap_or_default() })
            .collect(),
        mobile_column: shape.mobile_column,
        first_rows: first_rows.into_iter().take(10).collect(),
    })
}

/// How a source is to be read.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) format: Format,
    pub(super) encoding: &'static Encoding,
    pub(super) may_turn_chinese: bool,
    pub(super) delimiter: u8,
    pub(super) terminator: u8,
    pub(super) has_header: bool,
    pub(super) columns: Vec<String>,
    pub(super) mobile_column: Option<usize>,
    /// Columns of numbers that nothing tells apart: no header, and nobody said which.
    pub(super) rivals: Vec<usize>,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            format: Format::Csv,
            encoding: UTF_8,
            may_turn_chinese: false,
            delimiter: b',',
            terminator: b'\n',
            has_header: false,
            columns: Vec::new(),
            mobile_column: None,
            rivals: Vec::new(),
        }
    }
}

/// The shape of a sheet whose first rows are `sample`.
pub(super) fn of_sheet(sample: &[Vec<String>], options: &Options, name: &str) -> Result<Shape, FileProblem> {
    let mut shape = Shape { format: Format::Xlsx, ..Shape::default() };
    name_columns(&mut shape, sample, options);
    if shape.columns.is_empty() { Err(FileProblem::Empty { path: name.to_owned() }) } else { Ok(shape) }
}

/// The shape of a text that begins with `head`.
pub(super) fn of_text(head: &str, found: Found, options: &Options, name: &str) -> Result<Shape, FileProblem> {
    let mut shape = Shape { encoding: found.encoding, may_turn_chinese: found.may_turn_chinese, ..Shape::default() };
    if !head.contains('\n') && head.contains('\r') {
        shape.terminator = b'\r';
    }
    shape.delimiter = match options.delimiter.map(u8::try_from) {
        Some(Ok(byte)) if byte.is_ascii() => byte,
        _ => likely_delimiter(head, &shape),
    };
    let sample = rows_of(head, &shape);
    name_columns(&mut shape, &sample, options);
    let is_open = options.delimiter.is_none() && options.mobile_column.is_none() && options.keep_columns.is_empty();
    if is_open && !shape.has_header && shape.rivals.is_empty() && is_plain(&sample) {
        shape.format = Format::Text;
        shape.columns = vec!["1".to_owned()];
        shape.mobile_column = Some(0);
    }
    if shape.columns.is_empty() { Err(FileProblem::Empty { path: name.to_owned() }) } else { Ok(shape) }
}

fn rows_of(head: &str, shape: &Shape) -> Vec<Vec<String>> {
    let mut lines = Lines::new(Box::new(std::io::Cursor::new(head.as_bytes().to_vec())), shape);
    let (mut row, mut rows) = (RowBuf::default(), Vec::new());
    while rows.len() < 100 && lines.next(&mut row).unwrap_or(false) {
        if row.is_readable && !row.is_blank() {
            rows.push(row.to_vec());
        }
    }
    rows
}

/// The delimiter that cuts most rows into the same number of fields, more than one.
fn likely_delimiter(head: &str, shape: &Shape) -> u8 {
    let mut best = (0, b',');
    for delimiter in [b',', b'\t', b';', b'|'] {
        let rows = rows_of(head, &Shape { delimiter, ..shape.clone() });
        let width = rows.first().map_or(0, Vec::len);
        let alike = rows.iter().filter(|row| row.len() == width && width > 1).count();
        if alike > best.0 {
            best = (alike, delimiter);
        }
    }
    best.1
}

/// Nothing but numbers, or one column: read as plain text.
fn is_plain(sample: &[Vec<String>]) -> bool {
    let is_number = |cell: &String| cell.trim().is_empty() || reads_as_number(cell);
    sample.iter().all(|row| row.len() <= 1) || sample.iter().all(|row| row.iter().all(is_number))
}

pub(super) fn reads_as_number(cell: &str) -> bool {
    matches!(Mobile::parse(number_in(cell)), Ok(_) | Err(NotAMobile::Landline))
}

fn name_columns(shape: &mut Shape, sample: &[Vec<String>], options: &Options) {
    let first: &[String] = sample.first().map_or(&[], Vec::as_slice);
    let width = sample.iter().map(Vec::len).max().unwrap_or(0);
    shape.has_header = options.header.unwrap_or_else(|| is_header(first, sample));
    shape.columns = (0..width)
        .map(|i| match first.get(i).map(|name| name.trim()) {
            Some(name) if shape.has_header && !name.is_empty() => name.to_owned(),
            _ => (i + 1).to_string(),
        })
        .collect();
    let rows = sample.get(usize::from(shape.has_header)..).unwrap_or(&[]);
    let by_name = shape.has_header.then(|| named_like(&shape.columns, &MOBILE_NAMES)).flatten();
    let by_content = by_content(rows);
    // `手机型号` is a name like `手机`, but an iPhone is no number: what the rows hold has the last word.
    let is_believable = |i: &usize| rows.iter().any(|row| row.get(*i).is_some_and(|cell| reads_as_number(cell)));
    let is_called_so = |i: &usize| MOBILE_NAMES.contains(&shape.columns[*i].trim().to_lowercase().as_str());
    let is_meant = |i: &usize| is_believable(i) || (by_content.is_none() && is_called_so(i));
    shape.mobile_column = by_name.filter(is_meant).or(by_content);
    if !shape.has_header && options.mobile_column.is_none() {
        shape.rivals = rivals(rows);
    }
}

/// Columns of a table, all rows equally wide, that hold mobile numbers and little else; none where there are not several.
/// A second phone of each customer looks like this, and so does a list with as many numbers on every line.
fn rivals(rows: &[Vec<String>]) -> Vec<usize> {
    let width = rows.first().map_or(0, Vec::len);
    if rows.len() < 2 || rows.iter().any(|row| row.len() != width) {
        return Vec::new();
    }
    let holds_numbers = |i: &usize| {
        let cells = || rows.iter().map(|row| row[*i].trim()).filter(|cell| !cell.is_empty());
        let numbers = cells().filter(|cell| Mobile::parse(number_in(cell)).is_ok()).count();
        numbers > 0 && numbers * 2 >= cells().count()
    };
    let found: Vec<usize> = (0..width).filter(holds_numbers).collect();
    if found.len() > 1 { found } else { Vec::new() }
}

/// A first row is a header when it names a column that we know, or holds no digit string where later rows hold numbers.
fn is_header(first: &[String], sample: &[Vec<String>]) -> bool {
    let has_long_digits = |cell: &String| cell.chars().filter(|c| c.is_numeric()).count() >= 5;
    if first.iter().any(has_long_digits) {
        return false;
    }
    let names: Vec<String> = first.iter().map(|cell| cell.trim().to_owned()).collect();
    let rows = sample.get(1..).unwrap_or(&[]);
    named_like(&names, &MOBILE_NAMES).is_some()
        || by_content(rows).is_some_and(|i| first.get(i).is_some_and(|c| !c.trim().is_empty()))
}

/// Headers of a column of numbers, as people and the vendor write them.
pub(super) const MOBILE_NAMES: [&str; 16] = [
    "mobile",
    "手机号",
    "手机号码",
    "手机",
    "mobile number",
    "mobile_number",
    "phone",
    "phone number",
    "phone_number",
    "phonenumber",
    "号码",
    "电话",
    "电话号码",
    "联系电话",
    "tel",
    "msisdn",
];

/// The column whose header is one of `names`, the earlier names first; else the first that contains one.
pub(super) fn named_like(columns: &[String], names: &[&str]) -> Option<usize> {
    let columns: Vec<String> = columns.iter().map(|c| c.trim().to_lowercase()).collect();
    let exact = names.iter().find_map(|name| columns.iter().position(|column| column == name));
    exact.or_else(|| {
        names.iter().find_map(|name| columns.iter().position(|column| name.len() > 3 && column.contains(name)))
    })
}

/// The position of the column called `name`, in any case.
pub(super) fn position_of(columns: &[String], name: &str) -> Option<usize> {
    let name = name.trim();
    let exact = columns.iter().position(|column| column == name);
    exact.or_else(|| columns.iter().position(|column| column.to_lowercase() == name.to_lowercase()))
}

/// The column with the most numbers, if at least half of its rows are numbers.
fn by_content(rows: &[Vec<String>]) -> Option<usize> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let count = |i: usize| rows.iter().filter(|row| row.get(i).is_some_and(|cell| reads_as_number(cell))).count();
    let best = (0..width).map(|i| (count(i), i)).max_by_key(|(count, i)| (*count, std::cmp::Reverse(*i)))?;
    (best.0 > 0 && best.0 * 2 >= rows.len()).then_some(best.1)
}
