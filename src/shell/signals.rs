//! Signals, each as the fact that it means.
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::run::Inbound;
use crate::app::Event;

/// Which signal asked us to leave, for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGQUIT.
    Quit,
}

/// Listens from now on, on tasks of the runtime. `asked` is told which signal came first.
///
/// # Errors
/// The system's, when a signal can't be listened to.
pub(super) fn listen(
    inbox: &mpsc::UnboundedSender<Inbound>,
    asked: &tokio::sync::watch::Sender<Option<Asked>>,
) -> std::io::Result<()> {
    for (kind, which) in [
        (SignalKind::interrupt(), Asked::Interrupt),
        (SignalKind::terminate(), Asked::Terminate),
        (SignalKind::quit(), Asked::Quit),
    ] {
        let (mut signals, inbox, asked) = (signal(kind)?, inbox.clone(), asked.clone());
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                asked.send_if_modified(|first| first.is_none().then(|| *first = Some(which)).is_some());
                let _ = inbox.send(Inbound::Event(Event::Terminated));
            }
        });
    }
    forward(SignalKind::hangup(), inbox, || Inbound::HungUp)?;
    forward(SignalKind::window_change(), inbox, || Inbound::SizeChanged)
}

fn forward(
    kind: SignalKind,
    inbox: &mpsc::UnboundedSender<Inbound>,
    meaning: impl Fn() -> Inbound + Send + 'static,
) -> std::io::Result<()> {
    let (mut signals, inbox) = (signal(kind)?, inbox.clone());
    tokio::spawn(async move { while signals.recv().await.is_some() && inbox.send(meaning()).is_ok() {} });
    Ok(())
}
