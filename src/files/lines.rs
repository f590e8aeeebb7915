//! Rows of a text: lines, cut into fields; a quoted field may hold delimiters, doubled quotes and newlines.
//!
//! The `csv` crate reads a quote that is never closed to the end of the file, and all recipients behind it would be
//! gone as one field. Here such a quote spoils its own line only, which is left out with its number. Where the next
//! quote of the file closes it, lines with numbers of their own stand between: nobody can say whether they are rows or
//! a long note, so each of them is left out, with its number, and the operator looks.
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use super::inspect::{Format, Shape, reads_as_number};
use super::rows::RowBuf;

/// A record longer than this is no record.
const LONGEST_RECORD: usize = 1 << 20;
/// A line of plain text may hold many numbers.
const LONGEST_LINE: usize = 64 << 20;
/// A quoted field with more lines than this was never closed.
const MOST_LINES: usize = 100;

pub(super) struct Lines {
    reader: BufReader<Box<dyn Read>>,
    /// Lines read ahead in search of a closing quote, to be read again; those that a quote spoilt are marked.
    again: VecDeque<(Vec<u8>, bool)>,
    line: Vec<u8>,
    number: u32,
    terminator: u8,
    /// `None` for plain text: a line is one field.
    delimiter: Option<u8>,
    may_turn_chinese: bool,
}

impl Lines {
    pub(super) fn new(bytes: Box<dyn Read>, shape: &Shape) -> Self {
        Self {
            reader: BufReader::with_capacity(256 * 1024, bytes),
            again: VecDeque::new(),
            line: Vec::new(),
            number: 0,
            terminator: shape.terminator,
            delimiter: (shape.format != Format::Text).then_some(shape.delimiter),
            may_turn_chinese: shape.may_turn_chinese,
        }
    }

    /// Reads the next row; `false` at the end.
    pub(super) fn next(&mut self, row: &mut RowBuf) -> io::Result<bool> {
        let Some(is_whole) = self.next_line()? else { return Ok(false) };
        row.restart(self.number);
        let line = std::mem::take(&mut self.line);
        row.is_readable = self.decode(&line, &mut row.text) && is_whole;
        self.line = line;
        if !row.is_readable {
            return Ok(true);
        }
        match self.delimiter {
            None => row.fields.push(0..row.text.len()),
            Some(delimiter) if !row.text.contains('"') => cut(delimiter, row),
            Some(delimiter) => self.quoted(delimiter, row)?,
        }
        Ok(true)
    }

    /// The next line without its end; `Some(false)` when it is too long and was cut, `None` at the end.
    fn next_line(&mut self) -> io::Result<Option<bool>> {
        if let Some((line, is_spoilt)) = self.again.pop_front() {
            self.line = line;
            self.number = self.number.saturating_add(1);
            return Ok(Some(!is_spoilt));
        }
        self.line.clear();
        let longest = if self.delimiter.is_some() { LONGEST_RECORD } else { LONGEST_LINE };
        let read = self.reader.by_ref().take(longest as u64).read_until(self.terminator, &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        let is_whole = self.line.ends_with(&[self.terminator]) || read < longest || self.reader.fill_buf()?.is_empty();
        if is_whole {
            if self.line.ends_with(&[self.terminator]) {
                self.line.pop();
            }
            if self.line.ends_with(b"\r") {
                self.line.pop();
            }
        } else {
            self.line.truncate(1024);
            self.reader.skip_until(self.terminator)?;
        }
        Ok(Some(is_whole))
    }

    /// Appends `line` to `text`; `false` when its bytes are broken.
    fn decode(&self, line: &[u8], text: &mut String) -> bool {
        if let Ok(line) = std::str::from_utf8(line) {
            text.push_str(line);
            return true;
        }
        let chinese = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(line);
        if let Some(line) = chinese.filter(|_| self.may_turn_chinese) {
            text.push_str(&line);
            return true;
        }
        text.push_str(&String::from_utf8_lossy(line));
        false
    }

    /// A row with quotes: lines are added until the last quote is closed, or given back when it never is.
    fn quoted(&mut self, delimiter: u8, row: &mut RowBuf) -> io::Result<()> {
        let first = row.number;
        let mut record = std::mem::take(&mut row.text);
        let mut ahead: Vec<(Vec<u8>, bool)> = Vec::new();
        let mut is_spoilt = false;
        loop {
            row.restart(first);
            if cut_quoted(&record, delimiter, row) {
                is_spoilt = record.split('\n').skip(1).any(|line| holds_a_number(line, delimiter));
                if !is_spoilt {
                    return Ok(());
                }
                break;
            }
            if ahead.len() >= MOST_LINES || record.len() >= LONGEST_RECORD / 16 {
                break;
            }
            let Some(is_whole) = self.next_line()? else { break };
            let is_readable = self.add_line(&mut record, &mut ahead, is_whole);
            if !is_readable {
                break;
            }
        }
        // Never closed: only its own line is lost. Closed behind other people's numbers: each line is left out.
        for (line, is_whole) in ahead.into_iter().rev() {
            self.again.push_front((line, is_spoilt || !is_whole));
        }
        self.number = first;
        let own = record.find('\n').unwrap_or(record.len());
        row.restart(first);
        row.text.push_str(&record[..own]);
        row.is_readable = false;
        Ok(())
    }

    /// Adds the line at hand to a record; `false` when it was cut or its bytes are broken.
    fn add_line(&mut self, record: &mut String, ahead: &mut Vec<(Vec<u8>, bool)>, is_whole: bool) -> bool {
        let line = std::mem::take(&mut self.line);
        record.push('\n');
        let is_readable = self.decode(&line, record);
        ahead.push((line, is_whole));
        is_readable && is_whole
    }
}

/// Fields between delimiters, no quote among them.
fn cut(delimiter: u8, row: &mut RowBuf) {
    let mut start = 0;
    for (at, byte) in row.text.bytes().enumerate() {
        if byte == delimiter {
            row.fields.push(start..at);
            start = at + 1;
        }
    }
    row.fields.push(start..row.text.len());
}

/// Whether a line of a quoted field has a field that is a number: then it may be a row.
fn holds_a_number(line: &str, delimiter: u8) -> bool {
    line.split(char::from(delimiter)).any(|field| reads_as_number(field.trim_matches(['"', ' '])))
}

/// Fields of a record with quotes; `false` when one is not closed. What follows a closing quote belongs to the field.
fn cut_quoted(record: &str, delimiter: u8, row: &mut RowBuf) -> bool {
    let bytes = record.as_bytes();
    let find = |byte: u8, from: usize| bytes[from..].iter().position(|b| *b == byte).map(|at| from + at);
    let mut at = 0;
    loop {
        let start = row.text.len();
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(quote) = find(b'"', at) else { return false };
                row.text.push_str(&record[at..quote]);
                at = quote + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                row.text.push('"');
                at += 1;
            }
        }
        let end = find(delimiter, at).unwrap_or(bytes.len());
        row.text.push_str(&record[at..end]);
        row.fields.push(start..row.text.len());
        if end == bytes.len() {
            return true;
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Vec<(u32, bool, Vec<String>)> {
        let shape = Shape { format: Format::Csv, ..Shape::default() };
        let mut lines = Lines::new(Box::new(io::Cursor::new(text.to_vec())), &shape);
        let mut row = RowBuf::default();
        let mut all = Vec::new();
        while lines.next(&mut row).unwrap() {
            all.push((row.number, row.is_readable, row.to_vec()));
        }
        all
    }

    #[test]
    fn a_quote_that_is_never_closed_spoils_its_own_line_only() {
        let rows = read(b"a,b\n\"open,1\nc,d\n\ne,f");
        let seen: Vec<_> = rows.iter().map(|(n, ok, fields)| (*n, *ok, fields.len())).collect();
        assert_eq!(seen, [(1, true, 2), (2, false, 0), (3, true, 2), (4, true, 1), (5, true, 2)]);
    }

    #[test]
    fn rows_swallowed_by_two_open_quotes_are_left_out_one_by_one() {
        let rows = read(b"13800000000,\"open\n13800000001,z\n13800000002,\"ok\"\n13800000003,z");
        let seen: Vec<_> = rows.iter().map(|(n, ok, _)| (*n, *ok)).collect();
        assert_eq!(seen, [(1, false), (2, false), (3, false), (4, true)]);
    }

    #[test]
    fn rows_are_counted_as_an_editor_counts_lines() {
        let rows = read(b"a,\"x\r\ny\"\r\nb,\"say \"\"hi\"\"\"\r\n");
        assert_eq!(rows[0], (1, true, vec!["a".into(), "x\ny".into()]));
        assert_eq!(rows[1], (3, true, vec!["b".into(), "say \"hi\"".into()]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_the_csv_crate_writes_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a号\",\n ]{0,6}", 2..4), 1..20)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let read: Vec<_> = read(&writer.into_inner().unwrap()).into_iter().map(|(_, _, fields)| fields).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
