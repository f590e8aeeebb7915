//! Answers of unknown shape, kept for a look.
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes `raw` to a new file in `folder`, readable by its owner alone, named after the endpoint.
pub(super) fn save(folder: &Path, endpoint: &str, raw: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let name = endpoint.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    // tempfile makes its files 0600 and never opens an existing one.
    let mut file = tempfile::Builder::new().prefix(&format!("{name}-")).suffix(".json").tempfile_in(folder)?;
    file.write_all(raw.as_bytes())?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}
