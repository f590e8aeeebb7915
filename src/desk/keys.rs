//! The chords of the config, checked against the console's keymap: here alone `config/` and `app/` meet over keys.
use crate::app::{KeyTrouble, Keymap};
use crate::config::{Binding, Config};
use crate::problem::ConfigProblem;
use crate::problem::config::{Fault, FaultKind};

/// Whether every chord under `[keys]` can be used.
///
/// # Errors
/// Each that names no action or no key, or clashes with another, with its place and a sentence in the config's language.
pub fn check_keys(config: &Config) -> Result<(), ConfigProblem> {
    let own: Vec<_> = config.keys.iter().map(|own| (own.action.clone(), own.chords.clone())).collect();
    let (_, troubles) = Keymap::new(&own);
    if troubles.is_empty() {
        return Ok(());
    }
    let mut faults: Vec<Fault> = troubles.iter().map(|trouble| fault(trouble, config)).collect();
    faults.sort_by_key(|fault| (fault.line, fault.column));
    Err(ConfigProblem::Invalid { path: config.path.clone().unwrap_or_default(), faults })
}

/// A trouble at the place of the line that brought it about: the last one that speaks of its action.
fn fault(trouble: &KeyTrouble, config: &Config) -> Fault {
    let culprit: Option<&Binding> = config.keys.iter().rfind(|own| trouble.is_about(&own.action));
    Fault {
        line: culprit.map_or(1, |own| own.line),
        column: culprit.map_or(1, |own| own.column),
        key: culprit.map_or_else(|| "keys".to_owned(), |own| format!("keys.{}", own.action)),
        kind: FaultKind::Chord(trouble.sentence(config.look.lang)),
    }
}
