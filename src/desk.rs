//! Floor 4: the operator's desk: one async function for each thing an operator does.
//!
//! Both twins call it: the console's worker (`shell/`) and the command line (`cli/`). Here calls, store and engine come
//! together (a link is made *and* remembered; a stat is fetched *and* kept for the next look), so neither twin holds a rule.
//!
//! ```text
//! worker ┐                 ┌─ yunpian::Client   asks the API        (none: local reads still work)
//! cli    ┴─▶ Desk::verb ───┼─ store::Store      remembers, audits
//!                          └─ campaign::Engine  alone may send
//! ```
//! What it must never do: draw, print, read the environment, send by itself. Everything that changes something asks
//! [`Desk::writable`] first, so a read-only profile is refused in one place. Every verb ends, except a run, which is
//! handed back as [`campaign::Run`](crate::campaign::Run).
mod account;
mod arrange;
mod audit;
mod campaigns;
mod clicks;
mod compose;
mod doctor;
mod drafts;
mod exports;
mod keys;
mod links;
mod outlook;
mod page;
mod people;
mod today;
mod watch;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use secrecy::ExposeSecret;

use crate::campaign::{Clock, Engine, Settings as EngineSettings};
use crate::config::{Config, KeySource, read_key};
use crate::problem::{ConfigProblem, InputProblem, Problem};
use crate::sms::{CampaignId, Mobile};
use crate::store::{Place, Store};
use crate::yunpian::{ApiKey, ClickedShape, Client, Settings as ClientSettings};

pub use campaigns::{Beginning, Reconciliation, Retryable};
pub use clicks::{Clicks, Total, Wanted};
pub use compose::{Order, mobile};
pub use doctor::{Finding, FindingState, Terminal, doctor};
pub use exports::{Manner, Written};
pub use keys::check_keys;
pub use today::Today;
pub use watch::{Marks, Round};

/// A result of this room.
pub type Result<T> = std::result::Result<T, Problem>;

/// Where an operator works: one account, one database. Cheap to clone, any task.
#[derive(Debug, Clone)]
pub struct Desk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    store: Store,
    client: Option<Client>,
    engine: Option<Engine>,
    clock: Arc<dyn Clock>,
    /// The sorted numbers of the campaign that was looked at last.
    numbers: Mutex<Option<(CampaignId, Arc<[Mobile]>)>>,
    /// Everybody of the campaign whose clicks were looked at last, and where they stood.
    people: Mutex<Option<clicks::KeptPeople>>,
}

impl Desk {
    /// Opens the database, reads the key and makes the client. Blocking; no network. Without a key everything local
    /// still works, and what needs the API answers [`ConfigProblem::NoKey`].
    ///
    /// # Errors
    /// A key that cannot be read, a database that cannot be opened or belongs to another account.
    pub fn open(config: Config, caller: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let key = match config.profile.key {
            KeySource::None => None,
            _ => Some(key_of(&config)?),
        };
        Self::open_with(config, key, caller, clock)
    }

    /// As [`Desk::open`], with a key that is at hand: the embedded sandbox's, or the one just typed.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn open_with(config: Config, key: Option<ApiKey>, caller: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let place = Place {
            folder: config.data_dir.clone(),
            is_shared: config.is_shared,
            is_read_only: config.profile.is_read_only,
        };
        let store = Store::open(&place, key.as_ref().map(ApiKey::fingerprint).as_deref())?;
        store.set_caller(caller);
        let client = key.map(|key| Client::new(key, client_settings(&config))).transpose()?;
        let engine = client
            .clone()
            .map(|client| Engine::new(store.clone(), client, engine_settings(&config), Arc::clone(&clock)));
        Ok(Self(Arc::new(Inner {
            config,
            store,
            client,
            engine,
            clock,
            numbers: Mutex::default(),
            people: Mutex::default(),
        })))
    }

    /// What it was opened with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The operator's name, in notes and audit.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.0.config.operator
    }

    /// Now, by the desk's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Whether anything may be changed or sent.
    ///
    /// # Errors
    /// The profile is read-only, or the database cannot be written: the reason.
    pub fn writable(&self) -> Result<()> {
        if self.0.config.profile.is_read_only {
            return Err(InputProblem::ReadOnly { profile: self.0.config.profile.name.clone() }.into());
        }
        self.0.store.read_only().map_or(Ok(()), |why| Err(why.into()))
    }

    /// Whether the latest answer was a sandbox's; `None` before the first. Only where the profile says that it may be one.
    #[must_use]
    pub fn is_sandbox(&self) -> Option<bool> {
        let is_met = self.0.client.as_ref()?.is_sandbox()?;
        Some(is_met && self.0.config.profile.is_sandbox)
    }

    /// The database itself, for whoever fills it with a past (the embedded sandbox).
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    fn client(&self) -> Result<&Client> {
        self.0.client.as_ref().ok_or_else(|| self.no_key())
    }

    fn engine(&self) -> Result<&Engine> {
        self.0.engine.as_ref().ok_or_else(|| self.no_key())
    }

    fn no_key(&self) -> Problem {
        ConfigProblem::NoKey { profile: self.0.config.profile.name.clone() }.into()
    }
}

/// Runs what blocks (files, large sorts) on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| broken(&e))
}

/// A thread of ours that did not come to its end.
fn broken(why: &tokio::task::JoinError) -> Problem {
    InputProblem::Broken { why: why.to_string() }.into()
}

/// Looks at the API key of a config: readable, private, in the form of a key. A command is not run for that. Blocking.
///
/// # Errors
/// What is wrong with the key, or that there is none.
pub fn check_api_key(config: &Config) -> Result<()> {
    match config.profile.key {
        KeySource::Command(_) => Ok(()),
        _ => key_of(config).map(drop),
    }
}

/// The key of a config. One that cannot be a key goes no further: a database would remember it as its account.
fn key_of(config: &Config) -> Result<ApiKey> {
    let key = ApiKey::new(read_key(&config.profile)?.expose_secret());
    if key.is_plausible() {
        return Ok(key);
    }
    Err(ConfigProblem::MalformedKey { place: config.profile.key.place(), length: key.length() }.into())
}

fn client_settings(config: &Config) -> ClientSettings {
    let (profile, own) = (&config.profile, &config.profile.clicked);
    let mut clicked = ClickedShape {
        path: own.path.clone(),
        sid_name: own.sid.clone(),
        start_name: own.start_time.clone(),
        end_name: own.end_time.clone(),
        page_name: own.page_num.clone(),
        size_name: own.page_size.clone(),
        ..ClickedShape::default()
    };
    let one = |name: &Option<String>| name.iter().cloned().collect::<Vec<_>>();
    for (field, names) in [
        (&mut clicked.list_fields, one(&own.list)),
        (&mut clicked.mobile_fields, one(&own.mobile)),
        (&mut clicked.count_fields, one(&own.clicks)),
        (&mut clicked.time_fields, [one(&own.first_at), one(&own.last_at)].concat()),
    ] {
        if !names.is_empty() {
            *field = names;
        }
    }
    ClientSettings {
        base_url: profile.base_url.clone(),
        connect_timeout: profile.connect_timeout,
        timeout: profile.timeout,
        // The rate of a profile is in recipients; the engine keeps it. Calls are slowed by the vendor's -5 only.
        rate: None,
        uid: None,
        clicked,
        raw_folder: Some(config.state_dir.join("answers")),
    }
}

fn engine_settings(config: &Config) -> EngineSettings {
    let profile = &config.profile;
    EngineSettings {
        price: profile.price,
        quiet_hours: profile.quiet_hours,
        is_sandbox: profile.is_sandbox,
        pull_status: profile.pull_status,
        link_hosts: profile.link_hosts.clone(),
        has_uid: profile.uid,
        daily_recipients: config.daily_limit.recipients,
        daily_money: config.daily_limit.money,
        recent_days: config.recent_days,
        settle_after: profile.settle,
        ..EngineSettings::default()
    }
}
