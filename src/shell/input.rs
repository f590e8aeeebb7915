//! What comes from the terminal: keys, pastes, and the fact that it is gone.
//!
//! ```text
//! reader    poll(stdin, POLLIN) ── readable ──▶ crossterm decodes ──▶ inbox
//!                               └─ hung up ───▶ inbox: HungUp, and the thread ends
//! watchdog  poll(stdin, nothing) ─ hung up ───▶ inbox: HungUp   (also while crossterm waits for the rest of a paste)
//! ```
//! crossterm is only asked when there is something to read: asked on a terminal that has vanished without a signal it
//! would spin on a whole core for ever (crossterm #793). Both threads sleep in the kernel without a time-out.
use std::io;
use std::time::Duration;

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::run::Inbound;

/// What is decoded within this time of a key goes to the same frame. (Asked with a time of zero, crossterm does not
/// look at what it has decoded already.)
const TOGETHER: Duration = Duration::from_micros(50);
/// Asked once more, after the keys are on their way: nothing that is decoded may wait for the next key.
const LATE: Duration = Duration::from_millis(2);

/// Starts both threads. `send` says whether anybody still listens.
///
/// # Errors
/// The system's, when it gives us no thread.
pub(super) fn start(send: impl Fn(Inbound) -> bool + Send + Clone + 'static) -> io::Result<()> {
    let tell = send.clone();
    std::thread::Builder::new().name("watchdog".into()).spawn(move || {
        wait(PollFlags::empty());
        tell(Inbound::HungUp);
    })?;
    std::thread::Builder::new().name("input".into()).spawn(move || read(&send))?;
    Ok(())
}

/// Waits until the terminal is readable (if `wanted` says so) or gone; says whether it is still there.
fn wait(wanted: PollFlags) -> bool {
    let stdin = io::stdin();
    loop {
        let mut fds = [PollFd::new(&stdin, wanted)];
        match poll(&mut fds, None) {
            Ok(_) => {
                let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
                return !fds[0].revents().intersects(gone);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Whether the terminal is gone, asked without waiting.
pub(super) fn has_hung_up() -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut fds, Some(&at_once)).is_err()
        || fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
}

fn read(send: &impl Fn(Inbound) -> bool) {
    while wait(PollFlags::IN) {
        loop {
            let Some(together) = decoded() else {
                send(Inbound::HungUp);
                return;
            };
            if !send(Inbound::Input(together)) {
                return;
            }
            if !event::poll(LATE).unwrap_or(false) {
                break;
            }
        }
    }
    send(Inbound::HungUp);
}

/// The next event and those that came with it; `None` when the terminal can't be read any more.
fn decoded() -> Option<Vec<Event>> {
    let mut together = vec![event::read().ok()?];
    while together.len() < 4096 && event::poll(TOGETHER).unwrap_or(false) {
        together.push(event::read().ok()?);
    }
    // Sizes come by SIGWINCH, which reaches us also while nothing is typed.
    together.retain(|event| !matches!(event, Event::Resize(..)));
    Some(together)
}
