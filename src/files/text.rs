//! A whole text: the message of `yunque send --text-file`.
use std::io::Read;

use super::source::{Source, of_io};
use super::{encoding, rows};
use crate::problem::FileProblem;

/// Far more than any message; a file that is larger is not one.
const LONGEST: u64 = 1024 * 1024;

/// Reads a text in whatever encoding it is, without a byte order mark. Only the first mebibyte is read.
///
/// # Errors
/// The source cannot be read, is empty, or is no text.
pub fn read_text(source: Source) -> Result<String, FileProblem> {
    let opened = source.open()?;
    let name = opened.name.clone();
    let head = opened.head.clone();
    let found = encoding::sniff(&head, opened.is_whole);
    let mut bytes = Vec::new();
    let read =
        encoding::as_utf8(opened.bytes(), found.encoding).and_then(|text| text.take(LONGEST).read_to_end(&mut bytes));
    read.map_err(|e| of_io(&name, &e))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match rows::binary(&head, &text) {
        Some(found) => Err(FileProblem::Binary { path: name, found }),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> Result<String, FileProblem> {
        read_text(Source::Reader(Box::new(bytes)))
    }

    #[test]
    fn a_text_is_read_in_its_own_encoding() {
        assert_eq!(read("【云雀】你好".as_bytes()).unwrap(), "【云雀】你好");
        assert_eq!(read(b"\xef\xbb\xbfhello").unwrap(), "hello");
        let (chinese, ..) = encoding_rs::GB18030.encode("【云雀】您好，您的订单已经发货，请注意查收");
        let chinese: &'static [u8] = Vec::leak(chinese.into_owned());
        assert_eq!(read(chinese).unwrap(), "【云雀】您好，您的订单已经发货，请注意查收");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(read(b"").unwrap_err(), FileProblem::Empty { .. }));
        assert!(matches!(read(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0").unwrap_err(), FileProblem::Binary { .. }));
    }
}
