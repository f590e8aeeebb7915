//! Writing back what the first run asked for: one profile, comments and order of the file kept.
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use toml_edit::{DocumentMut, Item, Table, value};

use super::Result;
use crate::problem::ConfigProblem;
use crate::words::Lang;

/// Where the new profile's key shall come from.
#[derive(Debug, Clone)]
pub enum NewKey {
    /// Typed just now: kept in a file of mode 0600 beside the config, never in the shared data directory.
    Typed(SecretString),
    /// A file that is there already.
    File(PathBuf),
    /// A command that prints it.
    Command(String),
}

/// What the first run asks for.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// Its name: letters, digits, `-` and `_`.
    pub name: String,
    /// Its key.
    pub key: NewKey,
    /// Another host than the vendor's default.
    pub base_url: Option<String>,
    /// Nobody else pulls delivery reports with this key.
    pub pull_status: bool,
    /// A team's data directory to join.
    pub shared_data_dir: Option<PathBuf>,
    /// Who signs notes and the audit, when it is not the system's name.
    pub operator: Option<String>,
    /// The language, when it is not the environment's.
    pub lang: Option<Lang>,
}

/// Adds a profile to the config file (which may not exist yet) and makes it the default where none is named.
/// Blocking. The file is replaced as a whole, so a crash leaves the old one or the new one.
///
/// # Errors
/// The file holds no TOML, or cannot be written.
pub fn add_profile(path: &Path, new: &NewProfile) -> Result<()> {
    let fault = |why: String| ConfigProblem::NotWritten { path: path.to_owned(), why };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(ConfigProblem::Unreadable { path: path.to_owned(), why: e.to_string() }),
    };
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| fault(e.message().to_owned()))?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    make_folder(folder).map_err(|e| fault(e.to_string()))?;

    let mut profile = Table::new();
    match &new.key {
        NewKey::Typed(key) => {
            let file = folder.join("keys").join(&new.name);
            make_folder(&folder.join("keys")).map_err(|e| fault(e.to_string()))?;
            replace(&file, key.expose_secret())?;
            profile["api_key_file"] = value(file.display().to_string());
        }
        NewKey::File(file) => profile["api_key_file"] = value(file.display().to_string()),
        NewKey::Command(command) => profile["api_key_command"] = value(command),
    }
    if let Some(url) = &new.base_url {
        profile["base_url"] = value(url);
    }
    if new.pull_status {
        profile["pull_status"] = value(true);
    }
    if let Some(shared) = &new.shared_data_dir {
        profile["data_dir"] = value(shared.display().to_string());
        profile["shared"] = value(true);
    }
    if let Some(operator) = &new.operator {
        document["operator"] = value(operator);
    }
    if let Some(lang) = new.lang {
        document["lang"] = value(lang.tag());
    }
    if document.get("profile").is_none() {
        document["profile"] = value(&new.name);
    }
    let profiles = document.entry("profiles").or_insert_with(|| {
        let mut profiles = Table::new();
        profiles.set_implicit(true);
        Item::Table(profiles)
    });
    let Some(profiles) = profiles.as_table_like_mut() else {
        return Err(fault("`profiles` is not a table".to_owned()));
    };
    profiles.insert(&new.name, Item::Table(profile));
    replace(path, &document.to_string())
}

/// Makes a folder that only its owner may enter, and its parents.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Replaces a file as a whole; only its owner may read it, whatever the umask.
fn replace(path: &Path, text: &str) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or_else(|| Path::new(".")))?;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|e| ConfigProblem::NotWritten { path: path.to_owned(), why: e.to_string() })
}
