//! What can be wrong with a file of the operator's.
use super::Explain;
use crate::sms::visible;
use crate::words::Lang;

/// What can be wrong with a file of the operator's, read or written. Owned by `files/`.
///
/// `path` is what the operator wrote; `-` is the standard input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// There is no such file.
    #[error("{path}: no such file")]
    Missing {
        /// The file.
        path: String,
    },
    /// It is a folder.
    #[error("{path}: is a directory")]
    Directory {
        /// The folder.
        path: String,
    },
    /// It may not be read.
    #[error("{path}: permission denied")]
    NotPermitted {
        /// The file.
        path: String,
    },
    /// It holds nothing at all.
    #[error("{path}: empty")]
    Empty {
        /// The file.
        path: String,
    },
    /// It is not a text and not an XLSX workbook: a picture, a program, an archive, an old `.xls`.
    #[error("{path}: not a text or an XLSX workbook ({found})")]
    Binary {
        /// The file.
        path: String,
        /// What it looks like.
        found: &'static str,
    },
    /// It begins like an XLSX workbook and cannot be read as one.
    #[error("{path}: broken workbook: {why}")]
    Workbook {
        /// The file.
        path: String,
        /// The library's words.
        why: String,
    },
    /// The system could not read or write it.
    #[error("{path}: {why}")]
    Io {
        /// The file.
        path: String,
        /// The system's words.
        why: String,
    },
    /// No encoding has this name.
    #[error("no encoding is called {name:?}")]
    UnknownEncoding {
        /// The name that was given.
        name: String,
    },
    /// A column that was asked for is not there.
    #[error("{path}: no column {wanted:?}, there is {found}")]
    NoColumn {
        /// The file.
        path: String,
        /// The column that was asked for.
        wanted: String,
        /// The columns there are, joined by commas.
        found: String,
    },
    /// No column looks as if it held mobile numbers.
    #[error("{path}: no column of mobile numbers, there is {found}")]
    NoNumbers {
        /// The file.
        path: String,
        /// The columns there are, joined by commas.
        found: String,
    },
    /// Several columns hold mobile numbers, and no header says which is meant.
    #[error("{path}: several columns of mobile numbers: {found}")]
    ManyColumns {
        /// The file.
        path: String,
        /// Those columns, joined by commas.
        found: String,
    },
    /// A sheet of clicks in which no column of numbers was found.
    #[error("{path}: no column of numbers ({expected}), there is {found}")]
    NotClicks {
        /// The file.
        path: String,
        /// The header names that were looked for.
        expected: &'static str,
        /// The columns there are, joined by commas.
        found: String,
    },
    /// A list of numbers that says nothing of clicks: neither how many nor when.
    #[error("{path}: no column of clicks ({expected}), there is {found}")]
    NoClickColumn {
        /// The file.
        path: String,
        /// The header names that were looked for.
        expected: &'static str,
        /// The columns there are, joined by commas.
        found: String,
    },
    /// A sheet of clicks without a row that can be read: none at all, or none that makes sense.
    #[error("{path}: none of {rows} rows can be read")]
    NoClickRows {
        /// The file.
        path: String,
        /// Rows it has, header left out.
        rows: u64,
    },
    /// The target is there, and nobody said that it may be replaced.
    #[error("{path}: exists")]
    Exists {
        /// The target.
        path: String,
    },
    /// The operator stopped it; nothing was kept.
    #[error("stopped by the operator")]
    Cancelled,
}

impl Explain for FileProblem {
    fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::Directory { .. } | Self::NotPermitted { .. } | Self::Io { .. } => "file",
            Self::Empty { .. } | Self::NoClickRows { .. } => "file-empty",
            Self::Binary { .. } | Self::Workbook { .. } | Self::UnknownEncoding { .. } => "file-format",
            Self::NoColumn { .. }
            | Self::NoNumbers { .. }
            | Self::ManyColumns { .. }
            | Self::NotClicks { .. }
            | Self::NoClickColumn { .. } => "file-columns",
            Self::Exists { .. } => "file-exists",
            Self::Cancelled => "cancelled",
        }
    }

    fn what(&self, lang: Lang) -> String {
        match self {
            Self::Missing { path } => lang.files_missing(visible(path)),
            Self::Directory { path } => lang.files_directory(visible(path)),
            Self::NotPermitted { path } => lang.files_not_permitted(visible(path)),
            Self::Empty { path } => lang.files_empty(visible(path)),
            Self::Binary { path, found } => lang.files_binary(visible(path), found),
            Self::Workbook { path, why } => lang.files_workbook(visible(path), visible(why)),
            Self::Io { path, why } => lang.files_io(visible(path), visible(why)),
            Self::UnknownEncoding { name } => lang.files_unknown_encoding(visible(name)),
            Self::NoColumn { path, wanted, found } => {
                lang.files_no_column(visible(path), visible(wanted), visible(found))
            }
            Self::NoNumbers { path, found } => lang.files_no_numbers(visible(path), visible(found)),
            Self::ManyColumns { path, found } => lang.files_many_columns(visible(path), visible(found)),
            Self::NotClicks { path, expected, found } => lang.files_not_clicks(visible(path), expected, visible(found)),
            Self::NoClickColumn { path, expected, found } => {
                lang.files_no_click_column(visible(path), expected, visible(found))
            }
            Self::NoClickRows { path, rows: 0 } => lang.files_no_click_rows(visible(path)),
            Self::NoClickRows { path, rows } => lang.files_no_click_read(*rows, visible(path)),
            Self::Exists { path } => lang.files_exists(visible(path)),
            Self::Cancelled => lang.files_cancelled().to_owned(),
        }
    }

    fn now(&self, lang: Lang) -> String {
        match self {
            Self::Missing { .. } => lang.files_missing_now(),
            Self::Directory { .. } => lang.files_directory_now(),
            Self::NotPermitted { .. } => lang.files_not_permitted_now(),
            Self::Empty { .. } => lang.files_empty_now(),
            Self::Binary { .. } => lang.files_binary_now(),
            Self::Workbook { .. } => lang.files_workbook_now(),
            Self::Io { .. } => lang.files_io_now(),
            Self::UnknownEncoding { .. } => lang.files_unknown_encoding_now(),
            Self::NoColumn { .. } => lang.files_no_column_now(),
            Self::NoNumbers { .. } => lang.files_no_numbers_now(),
            Self::ManyColumns { .. } => lang.files_many_columns_now(),
            Self::NotClicks { .. } | Self::NoClickColumn { .. } | Self::NoClickRows { .. } => {
                lang.files_not_clicks_now()
            }
            Self::Exists { .. } => lang.files_exists_now(),
            Self::Cancelled => lang.files_cancelled_now(),
        }
        .to_owned()
    }

    /// A file that is not what we need is refused by our own checks (2); a system that cannot read or write fails (1).
    fn exit(&self) -> u8 {
        if matches!(self, Self::Io { .. } | Self::Cancelled) { 1 } else { 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_happened_and_what_to_do_and_hides_no_control_character() {
        let problem = FileProblem::Missing { path: "a\u{1b}[2J.csv".into() };
        for lang in [Lang::En, Lang::ZhCn] {
            let sentence = crate::problem::Problem::from(problem.clone()).sentence(lang);
            assert!(sentence.contains("a<1B>[2J.csv"), "{sentence}");
            assert!(!problem.now(lang).is_empty());
        }
        assert_eq!(problem.exit(), 2);
    }
}
