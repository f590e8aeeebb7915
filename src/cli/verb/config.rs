//! `yunque config`: where it is, whether it is in order, what it comes to.
use std::path::PathBuf;

use serde::Serialize;

use crate::cli::args::ConfigVerb;
use crate::cli::exit::Exit;
use crate::cli::output::{Align, Output, Table};
use crate::config::{Config, Environment, Overrides};
use crate::desk::{check_api_key, check_keys};
use crate::problem::Problem;

/// `config path`.
#[derive(Debug, Serialize)]
struct PathDocument {
    path: PathBuf,
    exists: bool,
}

/// `config check`.
#[derive(Debug, Serialize)]
struct InOrderDocument {
    ok: bool,
    path: Option<PathBuf>,
    profile: String,
}

/// `config show`.
#[derive(Debug, Serialize)]
struct ShowDocument {
    path: Option<PathBuf>,
    profile: String,
    settings: Vec<SettingDocument>,
}

#[derive(Debug, Serialize)]
struct SettingDocument {
    key: String,
    value: String,
    origin: String,
}

/// Does what was asked about the config; opens no database. `check` looks at the API key unless a command prints it.
///
/// # Errors
/// What is wrong with the config.
pub fn run(verb: ConfigVerb, overrides: &Overrides, environment: &Environment, out: &Output) -> Result<Exit, Problem> {
    if let ConfigVerb::Path = verb {
        let path = Config::path(overrides, environment);
        let exists = path.exists();
        let shown = path.display().to_string();
        out.result(&PathDocument { path, exists }, || shown);
        return Ok(Exit::Done);
    }
    let config = Config::load(overrides, environment)?;
    match verb {
        ConfigVerb::Path | ConfigVerb::Check => {
            check_keys(&config)?;
            check_api_key(&config)?;
            out.warn_of_key(&config);
            let document =
                InOrderDocument { ok: true, path: config.path.clone(), profile: config.profile.name.clone() };
            out.result(&document, || match &config.path {
                Some(path) => out.lang.cli_config_in_order(path.display(), &config.profile.name),
                None => out.lang.cli_config_without_file(&config.profile.name),
            });
        }
        ConfigVerb::Show => {
            let settings = config.settings.iter().map(|setting| SettingDocument {
                key: setting.key.clone(),
                value: setting.value.clone(),
                origin: setting.origin.to_string(),
            });
            let document = ShowDocument {
                path: config.path.clone(),
                profile: config.profile.name.clone(),
                settings: settings.collect(),
            };
            out.result(&document, || {
                let mut table = Table::new(&[("", Align::Left); 3]);
                for setting in &document.settings {
                    table.row([setting.key.clone(), setting.value.clone(), origin(&setting.origin, out).to_owned()]);
                }
                table.render(out.paint)
            });
        }
    }
    Ok(Exit::Done)
}

/// Where a value comes from: a place of the file, a variable or a flag says so by itself.
fn origin<'a>(code: &'a str, out: &Output) -> &'a str {
    if code == "default" { out.lang.cli_by_default() } else { code }
}
