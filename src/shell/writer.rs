//! The thread that alone writes to the terminal, so that a terminal which nobody reads stalls nobody else.
use std::fs::File;
use std::io::Write as _;
use std::sync::mpsc;
use std::time::Duration;

/// The way to the terminal. Dropping it lets the thread end; a write that is stuck ends with the process.
#[derive(Debug)]
pub(super) struct Writer {
    frames: mpsc::Sender<(Vec<u8>, Option<mpsc::Sender<()>>)>,
}

impl Writer {
    /// Starts the thread. `written` is called after each frame, with whether it could be written.
    pub(super) fn start(mut tty: File, written: impl Fn(bool) + Send + 'static) -> std::io::Result<Self> {
        let (frames, waiting) = mpsc::channel::<(Vec<u8>, Option<mpsc::Sender<()>>)>();
        std::thread::Builder::new().name("writer".into()).spawn(move || {
            while let Ok((bytes, done)) = waiting.recv() {
                let is_written = tty.write_all(&bytes).is_ok();
                match done {
                    // Whoever waits may have given up.
                    Some(done) => drop(done.send(())),
                    None => written(is_written),
                }
                if !is_written {
                    return;
                }
            }
        })?;
        Ok(Self { frames })
    }

    /// Hands a frame over; never blocks.
    pub(super) fn write(&self, bytes: Vec<u8>) {
        // A writer that has ended has reported so.
        let _ = self.frames.send((bytes, None));
    }

    /// Hands bytes over and waits for them, but not for ever. Says whether they went out.
    pub(super) fn write_within(&self, bytes: Vec<u8>, limit: Duration) -> bool {
        let (done, ack) = mpsc::channel();
        self.frames.send((bytes, Some(done))).is_ok() && ack.recv_timeout(limit).is_ok()
    }
}
