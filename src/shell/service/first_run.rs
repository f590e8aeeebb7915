//! The first run: a key is looked at and kept, a team is joined, or the embedded sandbox is moved into.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Answer, DeskService, Workplace};
use crate::app::{Newcomer, Response, Settings, TypedKey};
use crate::campaign::SystemClock;
use crate::config::{self, Config, Environment, NewKey, NewProfile};
use crate::desk::Desk;
use crate::problem::{InputProblem, Problem};
use crate::sandbox;
use crate::shell::embedded::Embedded;
use crate::shell::{look, team};
use crate::sms::Account;

/// The profile that the first run writes.
const FIRST_PROFILE: &str = "main";

impl DeskService {
    /// First run: the embedded sandbox from now on.
    pub(super) async fn use_sandbox(&self, newcomer: Newcomer) -> Answer {
        let environment = signed(&self.0.environment, newcomer);
        let settings = sandbox::Settings::default();
        let embedded = Embedded::start(settings, None, &self.0.overrides, &environment).await?;
        let desk = embedded.open(&environment)?;
        let workplace = Workplace::new(Some(desk), Some(embedded));
        let desk = workplace.ready().await?;
        self.move_to(workplace);
        Ok(self.connected(&desk, desk.account().await?))
    }

    /// First run: whose key this is.
    pub(super) async fn check_key(&self, key: &TypedKey) -> Answer {
        Ok(Response::Account(Desk::check_key(&self.trial(key)?).await?))
    }

    /// First run: the key is kept in a file of its own and named by a new profile; a team's database is opened before
    /// anything is written, so that one of another account leaves no trace.
    pub(super) async fn connect(
        &self,
        key: TypedKey,
        is_pulled_elsewhere: bool,
        joins: bool,
        newcomer: Newcomer,
    ) -> Answer {
        let (overrides, environment) = (&self.0.overrides, &self.0.environment);
        let caller = environment.caller();
        let team = if joins { Some(self.team_of(&key, &caller)?) } else { None };
        let account = Desk::check_key(&self.trial(&key)?).await?;
        let path = Config::path(overrides, environment);
        let new = NewProfile {
            name: team.as_deref().and_then(profile_name).unwrap_or_else(|| FIRST_PROFILE.to_owned()),
            key: NewKey::Typed(key.0.clone()),
            base_url: overrides.base_url.clone().or_else(|| environment.base_url.clone()),
            pull_status: !is_pulled_elsewhere,
            shared_data_dir: team,
            operator: newcomer.operator,
            lang: newcomer.lang,
        };
        config::add_profile(&path, &new)?;
        let config = Config::load(overrides, environment)?;
        let desk = Desk::open(config, &caller, Arc::new(SystemClock))?;
        self.move_to(Workplace::new(Some(desk.clone()), None));
        Ok(self.connected(&desk, account))
    }

    /// The config that a typed key would lead to.
    fn trial(&self, key: &TypedKey) -> Result<Config, Problem> {
        let environment = Environment { api_key: Some(key.0.clone()), ..self.0.environment.clone() };
        Ok(config::resolve(None, &self.0.overrides, &environment)?)
    }

    /// The data directory on this host that is this key's; where none is, the first one's refusal.
    fn team_of(&self, key: &TypedKey, caller: &str) -> Result<PathBuf, Problem> {
        let mut refusal = None;
        for folder in team::folders(&self.0.environment) {
            let config = Config { data_dir: folder.clone(), is_shared: true, ..self.trial(key)? };
            match Desk::open(config, caller, Arc::new(SystemClock)) {
                Ok(_) => return Ok(folder),
                Err(problem) => refusal = refusal.or(Some(problem)),
            }
        }
        // It was there when the first run began.
        Err(refusal.unwrap_or_else(|| InputProblem::Broken { why: "no data directory of a team".to_owned() }.into()))
    }

    fn connected(&self, desk: &Desk, account: Account) -> Response {
        let settings = look::settings(desk.config(), &self.0.overrides, self.workplace().standing());
        let is_sandbox = settings.is_trial || desk.is_sandbox().unwrap_or(false);
        Response::Connected { settings: Box::new(Settings { is_sandbox, is_unmet: false, ..settings }), account }
    }
}

/// The environment with the name that was typed in place of the system's.
fn signed(environment: &Environment, newcomer: Newcomer) -> Environment {
    let user = newcomer.operator.unwrap_or_else(|| environment.user.clone());
    Environment { user, ..environment.clone() }
}

/// A team names its folders after its accounts.
fn profile_name(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (is_name && name != "yunque").then(|| name.to_owned())
}
