//! Answers of unknown shape, kept for a look: the last few of each endpoint. They hold phone numbers in full.
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many answers of one endpoint are kept.
const KEPT: usize = 5;

/// Writes `raw` to a new file in `folder`, readable by its owner alone, named after the endpoint; older ones beyond
/// [`KEPT`] are removed. An answer that is kept already is not kept again.
pub(super) fn save(folder: &Path, endpoint: &str, raw: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let name = endpoint.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let kept = kept(folder, &name)?;
    if let Some(same) = kept.iter().find(|path| std::fs::read(path).is_ok_and(|text| text == raw.as_bytes())) {
        return Ok(same.clone());
    }
    // tempfile makes its files 0600 and never opens an existing one.
    let mut file = tempfile::Builder::new().prefix(&format!("{name}-")).suffix(".json").tempfile_in(folder)?;
    file.write_all(raw.as_bytes())?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    for old in kept.iter().skip(KEPT - 1) {
        if let Err(error) = std::fs::remove_file(old) {
            tracing::warn!(%error, path = %old.display(), "an old answer could not be removed");
        }
    }
    Ok(path)
}

/// The answers of one endpoint in `folder`, the newest first.
fn kept(folder: &Path, name: &str) -> io::Result<Vec<PathBuf>> {
    let is_its = |file: &OsStr| {
        let rest = file.to_str().and_then(|file| file.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".json"));
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if is_its(&entry.file_name()) {
            let written = entry.metadata().and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            found.push((written, entry.path()));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_answers_of_each_endpoint_are_kept_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path(), "/v2/short_url/stat.json");
        let first = save(path, other, "{}").unwrap();
        for n in 0..20 {
            let saved = save(path, "/v2/short_url/clicked", &format!("[{n}]")).unwrap();
            assert_eq!(save(path, "/v2/short_url/clicked", &format!("[{n}]")).unwrap(), saved);
            assert_eq!(std::fs::read_to_string(&saved).unwrap(), format!("[{n}]"));
        }
        assert_eq!(std::fs::read_dir(path).unwrap().count(), KEPT + 1);
        assert!(first.exists(), "another endpoint's answers are its own");
    }
}
