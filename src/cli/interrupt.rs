//! Signals: the first one asks everything to stop, nothing is killed in the middle of a call.
//!
//! ```text
//! SIGINT · SIGTERM · SIGHUP ─task─▶ Stop ─▶ engine: no new call, journal what is in flight ─▶ exit 130
//! ```
use std::sync::{Arc, OnceLock};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::campaign::Interruption;

/// Whether we were asked to go, and how.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    token: CancellationToken,
    why: Arc<OnceLock<Interruption>>,
}

/// Whether whoever started us had hang-ups ignored. Where the system does not tell, they are not.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

impl Stop {
    /// Listens for the signals that ask us to go. Must be called on the runtime.
    ///
    /// A second signal changes nothing: the engine's own grace bounds how long answers in flight are waited for.
    #[must_use]
    pub fn listen() -> Self {
        let stop = Self::default();
        for (kind, why) in [
            (SignalKind::interrupt(), Interruption::Interrupted),
            (SignalKind::terminate(), Interruption::Interrupted),
            (SignalKind::hangup(), Interruption::HungUp),
        ] {
            // `nohup` asked for it before we began.
            if kind == SignalKind::hangup() && is_hangup_ignored() {
                continue;
            }
            match signal(kind) {
                Ok(mut signals) => {
                    let stop = stop.clone();
                    tokio::spawn(async move {
                        while signals.recv().await.is_some() {
                            tracing::info!(signal = kind.as_raw_value(), "asked to go");
                            let _ = stop.why.set(why);
                            stop.token.cancel();
                        }
                    });
                }
                Err(e) => tracing::warn!(error = %e, "a signal cannot be listened for"),
            }
        }
        stop
    }

    /// Waits until we are asked to go; says how.
    pub async fn asked(&self) -> Interruption {
        self.token.cancelled().await;
        self.why.get().copied().unwrap_or(Interruption::Interrupted)
    }

    /// Whether we were.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.token.is_cancelled()
    }
}
