//! The thread that alone writes to the terminal, so that a terminal which nobody reads stalls nobody else.
use std::fs::File;
use std::io::Write as _;
use std::sync::mpsc;
use std::time::Duration;

/// What is to be heard of a piece once it is out.
#[derive(Debug)]
enum Report {
    /// It is a frame: the next one may be drawn.
    Frame,
    /// It is not: only that it could not be written.
    Trouble,
    /// Somebody waits for whether it is out.
    To(mpsc::Sender<bool>),
}

/// The way to the terminal. Dropping it lets the thread end; a write that is stuck ends with the process.
#[derive(Debug)]
pub(super) struct Writer {
    pieces: mpsc::Sender<(Vec<u8>, Report)>,
}

impl Writer {
    /// Starts the thread. `written` is called after each frame, with whether it could be written, and after whatever else
    /// could not.
    pub(super) fn start(mut tty: File, written: impl Fn(bool) + Send + 'static) -> std::io::Result<Self> {
        let (pieces, waiting) = mpsc::channel();
        std::thread::Builder::new().name("writer".into()).spawn(move || {
            while let Ok::<(Vec<u8>, Report), _>((bytes, report)) = waiting.recv() {
                let is_written = tty.write_all(&bytes).is_ok();
                match report {
                    // Whoever waits may have given up.
                    Report::To(waiting) => drop(waiting.send(is_written)),
                    Report::Trouble if is_written => {}
                    Report::Frame | Report::Trouble => written(is_written),
                }
                if !is_written {
                    return;
                }
            }
        })?;
        Ok(Self { pieces })
    }

    /// Hands a frame over; never blocks.
    pub(super) fn frame(&self, bytes: Vec<u8>) {
        self.hand_over(bytes, Report::Frame);
    }

    /// Hands over what is no frame (a copy), so that nobody takes it for the frame that is waited for; never blocks.
    pub(super) fn write(&self, bytes: Vec<u8>) {
        self.hand_over(bytes, Report::Trouble);
    }

    fn hand_over(&self, bytes: Vec<u8>, report: Report) {
        // A writer that has ended has reported so.
        let _ = self.pieces.send((bytes, report));
    }

    /// Hands bytes over and waits for them, but not for ever. Says whether they went out.
    pub(super) fn write_within(&self, bytes: Vec<u8>, limit: Duration) -> bool {
        let (waiting, is_out) = mpsc::channel();
        self.pieces.send((bytes, Report::To(waiting))).is_ok() && is_out.recv_timeout(limit) == Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn only_a_frame_says_that_the_next_may_be_drawn() {
        let (told, heard) = mpsc::channel();
        let written = move |is_written| told.send(is_written).unwrap();
        let writer = Writer::start(tempfile::tempfile().unwrap(), written).unwrap();
        writer.write(b"a copy".to_vec());
        assert!(writer.write_within(b"waited for".to_vec(), LONG));
        assert_eq!(heard.try_recv(), Err(mpsc::TryRecvError::Empty));
        writer.frame(b"a frame".to_vec());
        assert_eq!(heard.recv_timeout(LONG), Ok(true));
    }

    #[test]
    fn what_could_not_be_written_is_never_said_to_be_out() {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        assert!(!Writer::start(full(), |_| {}).unwrap().write_within(b"words".to_vec(), LONG));
        let (told, heard) = mpsc::channel();
        let writer = Writer::start(full(), move |is_written| told.send(is_written).unwrap()).unwrap();
        writer.write(b"a copy".to_vec());
        assert_eq!(heard.recv_timeout(LONG), Ok(false));
    }
}
