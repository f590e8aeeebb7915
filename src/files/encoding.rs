//! Which encoding a text is in: its byte order mark first, then its zero bytes, then UTF-8 if it is valid, then a guess.
use std::io::{self, Read};

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::problem::FileProblem;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) encoding: &'static Encoding,
    /// A line that is not UTF-8 may still be GB18030: the head was plain ASCII and does not say.
    pub(super) may_turn_chinese: bool,
}

/// An encoding by the label an operator gave. GBK is always read as its superset GB18030.
pub(super) fn named(label: &str) -> Result<&'static Encoding, FileProblem> {
    let encoding =
        Encoding::for_label(label.as_bytes()).ok_or_else(|| FileProblem::UnknownEncoding { name: label.to_owned() })?;
    Ok(if encoding == GBK { GB18030 } else { encoding })
}

/// The encoding of a text that begins with `head`.
pub(super) fn sniff(head: &[u8], is_whole: bool) -> Found {
    let sure = |encoding| Found { encoding, may_turn_chinese: false };
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return sure(encoding);
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return sure(encoding);
    }
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end within a character.
        Err(error) => !is_whole && error.error_len().is_none(),
    };
    if is_utf8 {
        return Found { encoding: UTF_8, may_turn_chinese: head.is_ascii() };
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, is_whole);
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow);
    sure(if guess == GBK { GB18030 } else { guess })
}

/// Digits in UTF-16 have a zero byte each, always on the same side.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |side: usize| head.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if pairs >= 4 && odd * 10 >= pairs * 3 && even * 20 <= pairs {
        Some(UTF_16LE)
    } else if pairs >= 4 && even * 10 >= pairs * 3 && odd * 20 <= pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The bytes as UTF-8, without a byte order mark. UTF-8 itself passes through unchecked: its lines are checked one by
/// one, so that one broken line does not spoil the others.
pub(super) fn as_utf8(bytes: impl Read + 'static, encoding: &'static Encoding) -> io::Result<Box<dyn Read>> {
    let mut bytes: Box<dyn Read> = Box::new(bytes);
    if encoding != UTF_8 {
        let reader = encoding_rs_io::DecodeReaderBytesBuilder::new()
            .encoding(Some(encoding))
            .strip_bom(true)
            .build_with_buffer(bytes, vec![0; 64 * 1024])?;
        return Ok(Box::new(reader));
    }
    let mut start = Vec::new();
    bytes.by_ref().take(3).read_to_end(&mut start)?;
    if start == b"\xef\xbb\xbf" {
        start.clear();
    }
    Ok(Box::new(io::Cursor::new(start).chain(bytes)))
}
