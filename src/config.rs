//! Floor 2: from a TOML file, the environment and the command line to one resolved [`Config`].
//!
//! ```text
//! config.toml ──read──▶ File (what stands there, each with its place) ─┐
//! YUNQUE_*, NO_COLOR, LANG ──Environment::of_process──▶ data ──────────┼─resolve─▶ Config (nothing left open)
//! --profile --base-url --lang … ──▶ Overrides ─────────────────────────┘             └ settings: each value and its origin
//! ```
//! Reading and resolving are pure; one function reads the environment, one the file, one the key. It never guesses: a key
//! nobody knows, a value out of its range or a key file that others may read stops the program before the screen changes.
mod environment;
mod file;
mod key;
mod nearest;
mod profile;
mod resolve;
mod section;
mod settings;
mod write;

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::problem::ConfigProblem;
use crate::sms::{Gate, Mobile, Money};
use crate::words::Lang;

pub use environment::Environment;
pub use file::known_keys;
pub use profile::{Clicked, KeySource, Profile, Tint};
pub use resolve::{Overrides, resolve};
pub use settings::{Origin, Setting};
pub use write::{NewKey, NewProfile, add_profile};

/// A result of this room.
pub type Result<T> = std::result::Result<T, ConfigProblem>;

/// Everything the program needs to know, with nothing left open. Holds no key: see [`read_key`].
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file it was read from; `None` when there is none.
    pub path: Option<PathBuf>,
    /// The account to work with.
    pub profile: Profile,
    /// The names of all profiles, in the order of the file.
    pub profiles: Vec<String>,
    /// The name in notes and audit: the config's, else the one of the operating system.
    pub operator: String,
    /// The operator's own limits of a day.
    pub daily_limit: Limit,
    /// Pre-flight warns of people who had a message in this many days; 0 for never.
    pub recent_days: u32,
    /// The console's canary.
    pub canary: Canary,
    /// Above this the console wants the number of recipients typed.
    pub typed_count_above: Limit,
    /// The operator's own number, which test messages go to.
    pub test_number: Option<Mobile>,
    /// How long a confirmed send waits in the console, so that Esc can stop it.
    pub hold: Duration,
    /// How the screen looks and behaves.
    pub look: Look,
    /// Chords for actions, as they stand in the file; the console checks them.
    pub keys: Vec<Binding>,
    /// Where the database lives.
    pub data_dir: PathBuf,
    /// The data directory belongs to a team: 2770/0660 instead of 0700/0600.
    pub is_shared: bool,
    /// Where the log and the console's state live: `$XDG_STATE_HOME/yunque`.
    pub state_dir: PathBuf,
    /// The operator's home, for `~/` in paths.
    pub home: PathBuf,
    /// Every value and where it comes from, for `config show`; secrets redacted.
    pub settings: Vec<Setting>,
}

/// A limit on recipients and on money; `None` for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limit {
    /// Recipients.
    pub recipients: Option<u64>,
    /// Money.
    pub money: Option<Money>,
}

/// How many go first, and for lists of what size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canary {
    /// Recipients that go first; 0 for no canary.
    pub number: u32,
    /// Lists with more recipients than this have one.
    pub above: u32,
    /// What lets the others go by itself; `None` for by hand.
    pub gate: Option<Gate>,
}

/// `--color`, `color` in the file, `NO_COLOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// As the terminal can.
    #[default]
    Auto,
    /// Even where the output is no terminal.
    Always,
    /// No colour at all.
    Never,
}

impl ColorChoice {
    /// As flag and file write them.
    pub const WORDS: [&'static str; 3] = ["auto", "always", "never"];

    /// The choice behind a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Auto, Self::Always, Self::Never].into_iter().find(|choice| choice.word() == word)
    }

    /// The word of a choice.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => Self::WORDS[0],
            Self::Always => Self::WORDS[1],
            Self::Never => Self::WORDS[2],
        }
    }
}

/// How the screen looks and behaves.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the file")]
pub struct Look {
    /// The language.
    pub lang: Lang,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
    /// Numbers are masked on the screen and in documents.
    pub mask: bool,
    /// No character beyond ASCII in the chrome; by itself where the locale is not UTF-8.
    pub ascii: bool,
    /// Colour or none.
    pub color: ColorChoice,
    /// Cells of a character of ambiguous width, 1 or 2.
    pub ambiguous_width: u8,
    /// Words in place of what moves.
    pub reduce_motion: bool,
    /// Whether the terminal is asked for bracketed paste.
    pub bracketed_paste: bool,
    /// What is copied through the terminal at most, in bytes; more goes to a file.
    pub clipboard_limit: usize,
    /// How often the clicks are refreshed while they are shown.
    pub refresh: Duration,
}

/// The chords of one action, as the file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The action's name.
    pub action: String,
    /// Its chords, `ctrl-r`.
    pub chords: Vec<String>,
    /// Where it stands: line and column from 1.
    pub line: usize,
    /// See `line`.
    pub column: usize,
}

impl Config {
    /// Reads the file (`--config`, else `YUNQUE_CONFIG`, else `$XDG_CONFIG_HOME/yunque/config.toml`) and resolves it.
    /// Without a file, `YUNQUE_API_KEY` makes a profile `main`; with neither, the problem is
    /// [`ConfigProblem::NoAccount`], which the console answers with its first run.
    ///
    /// # Errors
    /// Everything that is wrong with the file, at once, each with its line, column and what to write instead.
    pub fn load(overrides: &Overrides, environment: &Environment) -> Result<Self> {
        let file = Self::read(overrides, environment)?;
        resolve(file.as_ref().map(|(path, text)| (path.as_path(), text.as_str())), overrides, environment)
    }

    /// The file and its text; `None` where there is none and none was named.
    fn read(overrides: &Overrides, environment: &Environment) -> Result<Option<(PathBuf, String)>> {
        let path = Self::path(overrides, environment);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !Self::is_path_asked_for(overrides, environment) => {
                Ok(None)
            }
            Err(e) => Err(ConfigProblem::Unreadable { path, why: e.to_string() }),
        }
    }

    /// The file that [`Config::load`] reads, whether it exists or not.
    #[must_use]
    pub fn path(overrides: &Overrides, environment: &Environment) -> PathBuf {
        overrides
            .config
            .as_ref()
            .or(environment.config.as_ref())
            .map_or_else(|| environment.config_dir.join("config.toml"), |path| environment.expand(path))
    }

    /// A file that was named must exist.
    fn is_path_asked_for(overrides: &Overrides, environment: &Environment) -> bool {
        overrides.config.is_some() || environment.config.is_some()
    }

    /// The config of the embedded sandbox: operator, look, keys and limits as the file has them, its own temporary data
    /// directory, the key the sandbox was told.
    ///
    /// # Errors
    /// Everything that is wrong with the file; an override that cannot be (a language nobody knows).
    pub fn sandbox(
        base_url: &str,
        data_dir: PathBuf,
        overrides: &Overrides,
        environment: &Environment,
    ) -> Result<Self> {
        let file = Self::read(overrides, environment)?;
        let file = file.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
        resolve::sandbox(base_url, data_dir, file, overrides, environment)
    }
}

/// The key of a profile, read from where the profile says: the environment, a file that nobody else may read, a command.
/// Blocking: call it before the runtime starts, or on a thread for blocking work.
///
/// # Errors
/// The file is missing, empty or too open; the command fails or takes too long; there is no key at all.
pub fn read_key(profile: &Profile) -> Result<SecretString> {
    key::read(&profile.key, &profile.name)
}

/// The problem that the config file holds the key and others than its owner may read it, if so: a warning, as the file
/// was read. Blocking.
#[must_use]
pub fn exposed_key(config: &Config) -> Option<ConfigProblem> {
    key::exposed(config)
}
