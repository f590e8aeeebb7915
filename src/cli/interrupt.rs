//! Signals: the first one asks everything to stop, nothing is killed in the middle of a call.
//!
//! ```text
//! SIGINT · SIGTERM · SIGHUP ─task─▶ token cancelled ─▶ engine: no new call, journal what is in flight ─▶ exit 130
//! ```
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Listens for the signals that ask us to go. Must be called on the runtime.
///
/// A second signal changes nothing: the engine's own grace bounds how long answers in flight are waited for.
#[must_use]
pub fn listen() -> CancellationToken {
    let token = CancellationToken::new();
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        match signal(kind) {
            Ok(mut signals) => {
                let token = token.clone();
                tokio::spawn(async move {
                    while signals.recv().await.is_some() {
                        tracing::info!(signal = kind.as_raw_value(), "asked to go");
                        token.cancel();
                    }
                });
            }
            Err(e) => tracing::warn!(error = %e, "a signal cannot be listened for"),
        }
    }
    token
}
