//! The sandbox inside the console: a Yunpian on loopback, a temporary data directory, and a small past in both.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tempfile::TempDir;

use super::history;
use crate::campaign::SystemClock;
use crate::config::{Config, Environment, Overrides};
use crate::desk::Desk;
use crate::problem::{InputProblem, Problem};
use crate::sandbox::{self, Sandbox};
use crate::yunpian::ApiKey;

/// Any free port of this machine.
const FREE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A running sandbox and the config that leads to it. Everything is gone when it is dropped.
#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) config: Config,
    sandbox: Sandbox,
    _folder: TempDir,
}

impl Embedded {
    /// Starts a sandbox, on a free port of the loopback unless `listen` names another place; flags and environment give language, look and operator.
    ///
    /// # Errors
    /// No port, or no temporary directory.
    pub(super) async fn start(
        settings: sandbox::Settings,
        listen: Option<SocketAddr>,
        overrides: &Overrides,
        environment: &Environment,
    ) -> Result<Self, Problem> {
        let broken = |e: std::io::Error| InputProblem::Broken { why: e.to_string() };
        let folder = tempfile::Builder::new().prefix("yunque-sandbox-").tempdir().map_err(broken)?;
        let sandbox = Sandbox::start(listen.unwrap_or(FREE), settings).await.map_err(broken)?;
        let mut config = Config::sandbox(&sandbox.base_url(), folder.path().join("data"), overrides, environment)?;
        config.profile.link_hosts.push(sandbox.addr().to_string());
        Ok(Self { config, sandbox, _folder: folder })
    }

    /// The desk at it. Its past is not there yet: see [`Embedded::remember`].
    ///
    /// # Errors
    /// The store's and the client's.
    pub(super) fn open(&self, environment: &Environment) -> Result<Desk, Problem> {
        let key = ApiKey::new(self.sandbox.key());
        Desk::open_with(self.config.clone(), Some(key), &environment.caller(), Arc::new(SystemClock))
    }

    /// Makes a past, in the sandbox and in the desk's database.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn remember(&self, desk: &Desk) -> Result<(), Problem> {
        let now = desk.now();
        history::remember(&self.sandbox.seed_history(now), desk.store(), now).await
    }
}
