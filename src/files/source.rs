//! Where rows come from: a path, the standard input, any reader; opened, with its first bytes looked at.
use std::fs::File;
use std::io::{self, Chain, Cursor, Read};
use std::path::PathBuf;

use crate::problem::FileProblem;

/// How much of a source is looked at to tell what it is.
const HEAD: u64 = 64 * 1024;

/// Where rows come from.
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// The standard input, or any other stream; it can be read once, so inspect it in the import.
    Reader(Box<dyn Read + Send>),
}

impl Source {
    /// What the command line means: `-` is the standard input, anything else a path.
    #[must_use]
    pub fn from_argument(argument: &str) -> Self {
        if argument == "-" { Self::Reader(Box::new(io::stdin())) } else { Self::Path(PathBuf::from(argument)) }
    }

    /// The name for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Reader(_) => "-".to_owned(),
        }
    }

    pub(super) fn open(self) -> Result<Opened, FileProblem> {
        let name = self.name();
        let problem = |error: &io::Error| of_io(&name, error);
        let mut body = match self {
            Self::Path(path) => {
                let file = File::open(path).map_err(|e| problem(&e))?;
                if file.metadata().map_err(|e| problem(&e))?.is_dir() {
                    return Err(FileProblem::Directory { path: name });
                }
                Body::File(file)
            }
            Self::Reader(reader) => Body::Stream(reader),
        };
        let mut head = Vec::new();
        body.by_ref().take(HEAD).read_to_end(&mut head).map_err(|e| problem(&e))?;
        if head.is_empty() {
            return Err(FileProblem::Empty { path: name });
        }
        let is_whole = (head.len() as u64) < HEAD;
        Ok(Opened { name, head, is_whole, body })
    }
}

/// The system's words as a problem of ours.
pub(super) fn of_io(name: &str, error: &io::Error) -> FileProblem {
    let path = name.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => FileProblem::Missing { path },
        io::ErrorKind::PermissionDenied => FileProblem::NotPermitted { path },
        io::ErrorKind::IsADirectory => FileProblem::Directory { path },
        io::ErrorKind::AlreadyExists => FileProblem::Exists { path },
        _ => FileProblem::Io { path, why: error.to_string() },
    }
}

/// What stands behind the head.
pub(super) enum Body {
    File(File),
    Stream(Box<dyn Read + Send>),
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Stream(stream) => stream.read(buffer),
        }
    }
}

/// An open source.
pub(super) struct Opened {
    /// For messages.
    pub(super) name: String,
    /// Its first bytes.
    pub(super) head: Vec<u8>,
    /// Whether the head is all of it.
    pub(super) is_whole: bool,
    /// The rest.
    pub(super) body: Body,
}

impl Opened {
    /// Everything from the first byte on.
    pub(super) fn bytes(self) -> Chain<Cursor<Vec<u8>>, Body> {
        Cursor::new(self.head).chain(self.body)
    }
}
