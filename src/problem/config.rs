//! What can be wrong with the configuration: always a place, a key and what to write instead.
use std::fmt;
use std::path::PathBuf;

use super::Explain;
use crate::words::Lang;

/// What can be wrong with the configuration. Owned by `config/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// The file cannot be read.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The file does not say what a config can say: every fault in it.
    #[error("{}", Faults(path, faults))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// At least one.
        faults: Vec<Fault>,
    },
    /// No file and no key in the environment: nobody has set up an account yet.
    #[error("no account is set up: neither {} nor YUNQUE_API_KEY exists", path.display())]
    NoAccount {
        /// Where a file would be read from.
        path: PathBuf,
    },
    /// The file is there, and sets up no account; neither does the environment.
    #[error("{} sets up no account, and YUNQUE_API_KEY is not set", path.display())]
    NoProfile {
        /// The file.
        path: PathBuf,
    },
    /// There is no profile of this name.
    #[error("no profile {name:?}; there are {known:?}")]
    NoSuchProfile {
        /// The name that was asked for.
        name: String,
        /// The most similar one.
        nearest: Option<String>,
        /// All there are; none when there is no config file and the key of the environment makes `main` alone.
        known: Vec<String>,
    },
    /// Several profiles, and nobody says which.
    #[error("several profiles ({}), and none is chosen", known.join(", "))]
    WhichProfile {
        /// All there are.
        known: Vec<String>,
    },
    /// A flag or a variable has a value that cannot be.
    #[error("{name}: {found:?} is not {expected}")]
    BadValue {
        /// The flag or variable.
        name: &'static str,
        /// What it holds.
        found: String,
        /// What it takes.
        expected: Expected,
    },
    /// The profile names no key, and the environment has none.
    #[error("profile {profile:?} has no API key")]
    NoKey {
        /// The profile.
        profile: String,
    },
    /// Others than its owner may read the key file.
    #[error("{}: mode {mode:04o}, may be read by others", path.display())]
    KeyFileOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file cannot be read.
    #[error("{}: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The command that prints the key failed.
    #[error("the key command {command:?} failed: {why}")]
    KeyCommand {
        /// The command.
        command: String,
        /// Its status, or the last line it wrote to stderr.
        why: String,
    },
    /// What was read is no key: empty, or with blanks inside.
    #[error("what {place} holds is no API key")]
    NotAKey {
        /// The file, the command or the variable.
        place: String,
    },
    /// What was read is one word, but not of the form of a key.
    #[error("what {place} holds is no API key: {length} characters")]
    MalformedKey {
        /// The file, the command or the variable.
        place: String,
        /// How many characters it has.
        length: usize,
    },
    /// The file could not be written.
    #[error("{}: not written: {why}", path.display())]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
}

/// One fault in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The key in full, `profiles.main.price`; empty where the file is no TOML.
    pub key: String,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong at a place of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// It is no TOML; the parser's words.
    Syntax(String),
    /// Nobody knows this key.
    Unknown {
        /// The most similar key that is known here.
        nearest: Option<String>,
    },
    /// The value is of another type, or out of its range.
    Wrong {
        /// What the key takes.
        expected: Expected,
        /// What stands there.
        found: String,
    },
    /// A chord under `[keys]` clashes, or names no key or no action: a sentence in the operator's language.
    Chord(String),
    /// This and another key exclude each other.
    Excludes {
        /// The other key.
        other: String,
    },
}

/// What a key, a flag or a variable takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A text that is not empty.
    Text,
    /// true or false.
    Boolean,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// An amount, `"0.05"`.
    Money,
    /// A time with its unit, `"15m"`.
    Duration,
    /// `"08:00-21:00"`.
    Hours,
    /// `http://…` or `https://…`.
    Url,
    /// `"/v2/…"`.
    Path,
    /// `["dx5.cn"]`.
    Hosts,
    /// A list of texts.
    Texts,
    /// A table, `[name]`.
    Table,
    /// A zone of the time-zone database, `"Asia/Shanghai"`.
    Zone,
    /// A mobile number.
    Mobile,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

impl Expected {
    /// What to write, for a person.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        match self {
            Self::Text => lang.config_expected_text().to_owned(),
            Self::Boolean => lang.config_expected_boolean().to_owned(),
            Self::Whole(from, to) => lang.config_expected_whole(from, to),
            Self::Money => lang.config_expected_money().to_owned(),
            Self::Duration => lang.config_expected_duration().to_owned(),
            Self::Hours => lang.config_expected_hours().to_owned(),
            Self::Url => lang.config_expected_url().to_owned(),
            Self::Path => lang.config_expected_path().to_owned(),
            Self::Hosts => lang.config_expected_hosts().to_owned(),
            Self::Texts => lang.config_expected_texts().to_owned(),
            Self::Table => lang.config_expected_table().to_owned(),
            Self::Zone => lang.config_expected_zone().to_owned(),
            Self::Mobile => lang.config_expected_mobile().to_owned(),
            Self::OneOf(words) => lang.config_expected_one_of(words.join(", ")),
        }
    }
}

/// For logs, in English.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl Fault {
    /// `config.toml:3:1  profil: unknown key. Did you mean profile?`
    #[must_use]
    pub fn sentence(&self, path: &std::path::Path, lang: Lang) -> String {
        let place = format!("{}:{}:{}", path.display(), self.line, self.column);
        let key = &self.key;
        match &self.kind {
            FaultKind::Syntax(words) => lang.config_fault_syntax(place, words),
            FaultKind::Unknown { nearest: Some(nearest) } => lang.config_fault_unknown_near(place, key, nearest),
            FaultKind::Unknown { nearest: None } => lang.config_fault_unknown(place, key),
            FaultKind::Wrong { expected, found } => lang.config_fault_wrong(place, key, found, expected.words(lang)),
            FaultKind::Chord(words) => lang.config_fault_chord(place, words),
            FaultKind::Excludes { other } => lang.config_fault_excludes(place, key, other),
        }
    }
}

/// All faults, one a line.
struct Faults<'a>(&'a std::path::Path, &'a [Fault]);

impl fmt::Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.1.iter().map(|fault| fault.sentence(self.0, Lang::En)).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Explain for ConfigProblem {
    fn kind(&self) -> &'static str {
        "config"
    }

    fn what(&self, lang: Lang) -> String {
        match self {
            Self::Unreadable { path, why } => lang.config_unreadable(path.display(), why),
            Self::Invalid { path, faults } => {
                let lines: Vec<String> = faults.iter().map(|fault| fault.sentence(path, lang)).collect();
                lines.join("\n")
            }
            Self::NoAccount { path } => lang.config_no_account(path.display()),
            Self::NoProfile { path } => lang.config_no_profile(path.display()),
            Self::NoSuchProfile { name, known, .. } if known.is_empty() => lang.config_no_profile_at_all(name),
            Self::NoSuchProfile { name, .. } => lang.config_no_such_profile(name),
            Self::WhichProfile { known } => lang.config_which_profile(known.join(", ")),
            Self::BadValue { name, found, expected } => lang.config_bad_value(name, found, expected.words(lang)),
            Self::NoKey { profile } => lang.config_no_key(profile),
            Self::KeyFileOpen { path, mode } => lang.config_key_file_open(path.display(), format!("{mode:04o}")),
            Self::KeyFile { path, why } => lang.config_key_file(path.display(), why),
            Self::KeyCommand { command, why } => lang.config_key_command(command, why),
            Self::NotAKey { place } => lang.config_not_a_key(place),
            Self::MalformedKey { place, length } => lang.config_malformed_key(place, *length as u64),
            Self::NotWritten { path, why } => lang.config_not_written(path.display(), why),
        }
    }

    fn now(&self, lang: Lang) -> String {
        match self {
            Self::Unreadable { .. } => lang.config_unreadable_now().to_owned(),
            Self::Invalid { .. } => lang.config_invalid_now().to_owned(),
            Self::NoAccount { .. } => lang.config_no_account_now().to_owned(),
            Self::NoProfile { .. } => lang.config_no_profile_now().to_owned(),
            Self::NoSuchProfile { nearest: Some(nearest), .. } => lang.config_no_such_profile_near(nearest),
            Self::NoSuchProfile { name, known, .. } if known.is_empty() => lang.config_no_profile_at_all_now(name),
            Self::NoSuchProfile { known, .. } => lang.config_no_such_profile_now(known.join(", ")),
            Self::WhichProfile { .. } => lang.config_which_profile_now().to_owned(),
            Self::BadValue { name, .. } => lang.config_bad_value_now(name),
            Self::NoKey { profile } => lang.config_no_key_now(profile),
            Self::KeyFileOpen { path, .. } => lang.config_key_file_open_now(path.display()),
            Self::KeyFile { .. } => lang.config_key_file_now().to_owned(),
            Self::KeyCommand { .. } => lang.config_key_command_now().to_owned(),
            Self::NotAKey { .. } | Self::MalformedKey { .. } => lang.config_not_a_key_now().to_owned(),
            Self::NotWritten { .. } => lang.config_not_written_now().to_owned(),
        }
    }

    fn exit(&self) -> u8 {
        2
    }
}
