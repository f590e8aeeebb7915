//! The terminal: taken over, drawn on, and given back as it was, whatever happens.
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::layout::Size;

use super::input;
use super::paint::Paint;
use super::run::{Inbound, Screen};
use super::writer::Writer;
use crate::app::{App, Now, Theme, view};
use crate::problem::InputProblem;

/// Alternate screen, bracketed paste, no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// Everything that we ever switch on, off again; the order is the reverse of taking over.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?25h\x1b[?2004l\x1b[?1049l";
/// A frame between these two appears at once on terminals that know synchronised output; others ignore them.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");
/// How long a terminal that nobody reads may hold us up when we leave.
const PATIENCE: Duration = Duration::from_millis(300);

/// Whether the terminal is ours now: read by the panic hook.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    canvas: ratatui::Terminal<Paint>,
    writer: Writer,
    theme: Theme,
    has_paste_mode: bool,
    /// A frame is being written; the next one waits until [`Inbound::Written`].
    is_busy: bool,
    /// The terminal has gone: nothing is written to it any more.
    is_gone: bool,
}

impl Terminal {
    /// Checks, without a byte written, that a screen can be drawn here.
    ///
    /// # Errors
    /// Why it can't.
    pub fn check(term: Option<&str>) -> Result<(), InputProblem> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(InputProblem::NoTerminal);
        }
        match term {
            None | Some("" | "dumb" | "unknown") => {
                Err(InputProblem::DumbTerminal { term: term.unwrap_or_default().to_owned() })
            }
            Some(_) => Ok(()),
        }
    }

    /// Takes the terminal over. `inbox` hears of every frame that was written, and of a terminal that can't be written.
    ///
    /// # Errors
    /// The system's words.
    pub fn take_over(
        theme: Theme,
        has_paste_mode: bool,
        inbox: impl Fn(Inbound) + Send + 'static,
    ) -> Result<Self, InputProblem> {
        let broken = |e: io::Error| InputProblem::BrokenTerminal { why: e.to_string() };
        let tty = rustix::io::dup(io::stdout()).map_err(|e| broken(e.into()))?;
        let written = move |is_written| inbox(if is_written { Inbound::Written } else { Inbound::HungUp });
        let writer = Writer::start(File::from(tty), written).map_err(broken)?;
        let canvas = ratatui::Terminal::new(Paint::new(size())).map_err(broken)?;
        let mut terminal = Self { canvas, writer, theme, has_paste_mode, is_busy: false, is_gone: false };
        restore_on_panic();
        terminal.enter().map_err(broken)?;
        Ok(terminal)
    }

    fn enter(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        IS_OURS.store(true, Ordering::SeqCst);
        let mut bytes = ENTER.to_vec();
        if !self.has_paste_mode {
            bytes.extend_from_slice(b"\x1b[?2004l");
        }
        self.canvas.backend_mut().begin();
        self.is_busy = true;
        self.writer.frame(bytes);
        Ok(())
    }

    /// Gives the terminal back, with these words on it.
    pub fn end(mut self, words: &[String]) {
        self.say(words);
    }

    /// Gives the terminal back and leaves words on it, unless nobody reads them.
    fn say(&mut self, words: &[String]) {
        self.leave();
        if !self.is_gone && !words.is_empty() {
            self.writer.write_within((words.join("\n") + "\n").into_bytes(), PATIENCE);
        }
    }

    /// Gives the terminal back; once is enough.
    fn leave(&mut self) {
        if !IS_OURS.swap(false, Ordering::SeqCst) {
            return;
        }
        if !self.is_gone {
            self.writer.write_within(LEAVE.to_vec(), PATIENCE);
        }
        // On a terminal that has gone this fails, and nobody is left to care.
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// The size of the terminal; 80×24 where the system doesn't know.
fn size() -> Size {
    crossterm::terminal::size().map_or(Size::new(80, 24), |(width, height)| Size::new(width, height))
}

impl Screen for Terminal {
    fn size(&mut self) -> crate::app::Size {
        let now = size();
        self.canvas.backend_mut().resize(now);
        crate::app::Size::new(now.width, now.height)
    }

    fn draw(&mut self, app: &App, now: Now) -> bool {
        if self.is_busy || self.is_gone {
            return false;
        }
        let theme = &self.theme;
        if self.canvas.draw(|frame| view::draw(app, now, theme, frame)).is_err() {
            return false;
        }
        let frame = self.canvas.backend_mut().take();
        if !frame.is_empty() {
            self.is_busy = true;
            self.writer.frame([FRAME.0, &frame, FRAME.1].concat());
        }
        true
    }

    fn written(&mut self) {
        self.is_busy = false;
    }

    fn repaint(&mut self) {
        // Clearing makes the next frame a whole one; its bytes go out with that frame.
        let _ = self.canvas.clear();
    }

    fn write(&mut self, bytes: Vec<u8>) {
        if !self.is_gone && !bytes.is_empty() {
            self.writer.write(bytes);
        }
    }

    fn suspend(&mut self, words: &[String]) {
        self.say(words);
        let stopped = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
        // Here we are again, by `fg`; or stopping was not allowed, and we go on as we were.
        let back = stopped.map_err(io::Error::from).and_then(|()| self.enter());
        if back.is_err() {
            tracing::warn!("the terminal could not be taken over again");
        }
        self.repaint();
    }

    fn gone(&mut self) {
        // A hang-up signal alone may come to a terminal that is still there: then it is given back as it was.
        self.is_gone = input::has_hung_up();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A panic on the thread that draws gives the terminal back before it says its words; one in a task is logged only:
/// the task's caller gets an answer that says so, and the screen goes on.
fn restore_on_panic() {
    let drawing = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() != drawing {
            tracing::error!("a task panicked: {info}");
            return;
        }
        if IS_OURS.swap(false, Ordering::SeqCst) {
            if let Ok(tty) = rustix::io::dup(io::stdout()) {
                let restored = Writer::start(File::from(tty), |_| {});
                let _ = restored.map(|writer| writer.write_within(LEAVE.to_vec(), PATIENCE));
            }
            let _ = crossterm::terminal::disable_raw_mode();
        }
        before(info);
    }));
}
