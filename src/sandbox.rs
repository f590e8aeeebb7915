//! Floor 3: a Yunpian on loopback, stand-alone (`yunque sandbox`) and embedded (`yunque --sandbox`).
//!
//! It speaks the contract of `api/yunpian-v2.md` from the vendor's side, with wire types of its own: the client in
//! `yunpian/` and this room share none, so that neither hides the other's mistake. It must never import that client.
//!
//! ```text
//! connection ─wire→ http: count · slow · method · form ─fault→ endpoint ─┬─ send     ─▶ World: parcels, messages, codes
//!  (can be cut)                │                                         ├─ stats    ─▶ World: visits + Audience
//!                              └ GET /{code}: 302, a visit               ├─ reads    ─▶ World: records, reports, replies
//!                                GET /_sandbox/…: ledger, requests       └─ links    ─▶ World: a new code
//! ```
//! Nothing in here has a timer: what the audience has done by now (delivered, clicked, replied) is a pure function of
//! the seed, the message and the time (`audience`), computed when somebody asks.
mod account;
mod answer;
mod audience;
mod clicks;
mod clock;
mod codes;
mod fault;
mod form;
mod helpers;
mod history;
mod http;
mod past;
mod reports;
mod send;
mod settings;
mod wire;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::ToSocketAddrs;
use tokio_util::sync::CancellationToken;

use fault::Faults;
pub use fault::{Fault, NotAFault};
pub use history::{History, HistoryCampaign, HistoryLink, HistoryMessage};
use http::Shared;
pub use settings::{Clock, Settings};
use world::World;

/// The key of the embedded sandbox where [`Settings::key`] names none.
pub const DEFAULT_KEY: &str = "sandbox0sandbox0sandbox0sandbox0";

/// A running sandbox. Dropping it stops it: the port is closed and every connection cut.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    key: String,
    shared: Arc<Shared>,
    stop: CancellationToken,
}

impl Sandbox {
    /// Listens on `listen` (port 0 for any free one) and serves until the value is dropped. Needs a tokio runtime.
    ///
    /// # Errors
    /// What the system says when the address cannot be bound.
    pub async fn start(listen: impl ToSocketAddrs, settings: Settings) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let key = settings.key.clone().unwrap_or_else(|| DEFAULT_KEY.to_owned());
        let listener = wire::Loopback::bind(listen, stop.clone()).await?;
        let addr = listener.address();
        let own_hosts = [addr.to_string(), format!("localhost:{}", addr.port())];
        let world = World::new(&settings, own_hosts, settings.clock.now());
        let shared = Arc::new(Shared::new(world, Faults::new(settings.seed, settings.faults), settings.clock));
        let service = http::router(Arc::clone(&shared)).into_make_service_with_connect_info::<wire::Line>();
        let until = stop.clone().cancelled_owned();
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(until).await });
        Ok(Self { addr, key, shared, stop })
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What a client takes as its base URL: `http://127.0.0.1:8787`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// A key that it takes: the only one where the settings name one. The seeded history belongs to it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// From now on these faults, and no others.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.shared.faults().replace(faults);
    }

    /// Fills the server with a small believable past that ends at `now`, and tells what it was, so that the local
    /// database can be given the same. To be called once, before anything is sent.
    #[must_use]
    pub fn seed_history(&self, now: Timestamp) -> History {
        let mut world = self.shared.world();
        let account = world.account(&self.key);
        account.map_or_else(History::default, |account| world.play_past(account, now))
    }

    /// Stops it; the same as dropping it.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
