//! Reading the API key: from the environment or the config, a file that nobody else may read, or a command.
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::profile::KeySource;
use super::{Config, Origin, Result, Setting};
use crate::problem::ConfigProblem;

/// A password manager may ask for a passphrase first; nobody types longer than this.
const PATIENCE: Duration = Duration::from_mins(1);

/// Reads the key. Blocking.
pub(super) fn read(source: &KeySource, profile: &str) -> Result<SecretString> {
    match source {
        KeySource::Given(key) => checked(key.expose_secret(), &source.place()),
        KeySource::File(path) => from_file(path),
        KeySource::Command(command) => from_command(command),
        KeySource::None => Err(ConfigProblem::NoKey { profile: profile.to_owned() }),
    }
}

/// The problem that the config itself holds the key and others than its owner may read it. Blocking.
pub(super) fn exposed(config: &Config) -> Option<ConfigProblem> {
    let name = format!("profiles.{}.api_key", config.profile.name);
    let is_in_file = |setting: &Setting| setting.key == name && matches!(setting.origin, Origin::File { .. });
    let path = config.path.as_ref().filter(|_| config.settings.iter().any(is_in_file))?;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then(|| ConfigProblem::KeyFileOpen { path: path.clone(), mode })
}

fn from_file(path: &Path) -> Result<SecretString> {
    let fault = |e: std::io::Error| ConfigProblem::KeyFile { path: path.to_owned(), why: e.to_string() };
    let mut file = std::fs::File::open(path).map_err(fault)?;
    let mode = file.metadata().map_err(fault)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(ConfigProblem::KeyFileOpen { path: path.to_owned(), mode });
    }
    let mut text = String::new();
    file.by_ref().take(4096).read_to_string(&mut text).map_err(fault)?;
    checked(text.lines().next().unwrap_or_default(), &path.display().to_string())
}

/// Runs `sh -c COMMAND` with the terminal's own stdin and stderr, so that it may ask for a passphrase.
fn from_command(command: &str) -> Result<SecretString> {
    let fault = |why: String| ConfigProblem::KeyCommand { command: command.to_owned(), why };
    let mut child =
        Command::new("sh").args(["-c", command]).stdout(Stdio::piped()).spawn().map_err(|e| fault(e.to_string()))?;
    let (answer, answered) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout.take(4096)).read_line(&mut line).map(|_| line);
            // Nobody listens any more once the patience is at its end.
            let _ = answer.send(read);
        });
    }
    let Ok(line) = answered.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(fault(format!("no answer within {} s", PATIENCE.as_secs())));
    };
    let line = line.map_err(|e| fault(e.to_string()))?;
    let status = child.wait().map_err(|e| fault(e.to_string()))?;
    if status.success() { checked(&line, command) } else { Err(fault(status.to_string())) }
}

/// A key is one word of printable ASCII.
fn checked(text: &str, place: &str) -> Result<SecretString> {
    let key = text.trim();
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ConfigProblem::NotAKey { place: place.to_owned() });
    }
    Ok(SecretString::from(key.to_owned()))
}
