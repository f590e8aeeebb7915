//! The real binary in a real pseudo-terminal. Nothing sleeps: a test waits for what the screen shows, or for the end of
//! the process, on a condition variable.
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Nothing here takes that long; a test that waits for it has failed.
const LONGEST: Duration = Duration::from_secs(30);

/// What the terminal has received so far.
struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    /// The reader takes nothing more from the terminal, like a frozen SSH client.
    is_frozen: bool,
    /// The reader gives its end up.
    is_closing: bool,
    is_over: bool,
}

/// A program in a terminal.
pub struct Pty {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    keys: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Option<Box<dyn Child + Send + Sync>>,
    pub pid: i32,
}

impl Pty {
    /// Starts `program` with `args` in a terminal of that size, with a home of its own.
    pub fn start(program: &str, args: &[&str], home: &Path, (cols, rows): (u16, u16)) -> Self {
        Self::start_with(program, args, home, (cols, rows), &[])
    }

    /// As [`Pty::start`], with further environment.
    pub fn start_with(
        program: &str,
        args: &[&str],
        home: &Path,
        (cols, rows): (u16, u16),
        env: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        command.cwd(home);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let pid = i32::try_from(child.process_id().unwrap()).unwrap();
        let seen = Seen {
            screen: vt100::Parser::new(cells(rows), cells(cols), 0),
            bytes: Vec::new(),
            is_frozen: false,
            is_closing: false,
            is_over: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let reader = pair.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || read(reader, &shared));
        let keys = pair.master.take_writer().unwrap();
        Self { seen, keys: Some(keys), master: Some(pair.master), child: Some(child), pid }
    }

    /// Types; what cannot be typed into a terminal that has gone is lost, as in life.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        if let Some(writer) = &mut self.keys {
            let _ = writer.write_all(keys.as_bytes()).and_then(|()| writer.flush());
        }
        self
    }

    /// Pastes, as a terminal with bracketed paste does.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.keys(&format!("\x1b[200~{text}\x1b[201~"))
    }

    /// Waits until the screen's text satisfies `wanted`; shows the screen when it never does.
    #[track_caller]
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        self.wait_screen(what, |screen| wanted(&screen.contents()))
    }

    /// Waits until the screen is as `wanted`.
    #[track_caller]
    pub fn wait_screen(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        let (seen, changed) = &*self.seen;
        let guard = seen.lock().unwrap();
        let (guard, timeout) =
            changed.wait_timeout_while(guard, LONGEST, |seen| !wanted(seen.screen.screen()) && !seen.is_over).unwrap();
        let (text, is_wanted) = (guard.screen.screen().contents(), wanted(guard.screen.screen()));
        assert!(is_wanted, "waited for {what} (timed out: {}); the screen:\n{text}", timeout.timed_out());
        drop(guard);
        self
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Types the same again and again, a moment apart, until the screen's text satisfies `wanted`: what opens a door is not
    /// taken as long as it comes too fast to be meant.
    #[track_caller]
    pub fn keys_until(&mut self, keys: &str, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        for _ in 0..60 {
            self.keys(keys);
            if self.shows_within(Duration::from_millis(500), &wanted) {
                return self;
            }
        }
        panic!("typed {keys:?} in vain for {what}; the screen:\n{}", self.text());
    }

    /// Whether the screen's text satisfies `wanted` before `limit` is over.
    fn shows_within(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> bool {
        let (seen, changed) = &*self.seen;
        let guard = seen.lock().unwrap();
        let is_waiting = |seen: &mut Seen| !wanted(&seen.screen.screen().contents()) && !seen.is_over;
        let (guard, _) = changed.wait_timeout_while(guard, limit, is_waiting).unwrap();
        wanted(&guard.screen.screen().contents())
    }

    /// Waits until nothing was written to the terminal for `stretch`; says what the program's processor time was in it,
    /// in the kernel's hundredths of a second.
    #[track_caller]
    pub fn wait_idle(&mut self, stretch: Duration) -> u64 {
        let (seen, changed) = &*self.seen;
        let mut guard = seen.lock().unwrap();
        let mut rounds = 0;
        loop {
            let (length, before) = (guard.bytes.len(), ticks(self.pid));
            let (now, timeout) = changed.wait_timeout_while(guard, stretch, |seen| seen.bytes.len() == length).unwrap();
            if timeout.timed_out() {
                return ticks(self.pid) - before;
            }
            rounds += 1;
            assert!(rounds < 200, "it never stops writing; the screen:\n{}", now.screen.screen().contents());
            guard = now;
        }
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.seen.0.lock().unwrap().screen.screen().contents()
    }

    /// Every byte so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// Whether the terminal is as a fresh one: no alternate screen, cursor shown, no paste mode.
    pub fn is_restored(&self) -> bool {
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.screen.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    }

    /// A new size.
    pub fn resize(&mut self, cols: u16, rows: u16) -> &mut Self {
        if let Some(master) = &self.master {
            self.seen.0.lock().unwrap().screen.screen_mut().set_size(cells(rows), cells(cols));
            master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        }
        self
    }

    /// Sends a signal to the program.
    pub fn signal(&mut self, signal: rustix::process::Signal) -> &mut Self {
        rustix::process::kill_process(rustix::process::Pid::from_raw(self.pid).unwrap(), signal).unwrap();
        self
    }

    /// Waits until the program has stopped, as it does on Ctrl-Z.
    pub fn stopped(&mut self) -> &mut Self {
        let pid = rustix::process::Pid::from_raw(self.pid);
        let status = rustix::process::waitpid(pid, rustix::process::WaitOptions::UNTRACED).unwrap();
        assert!(status.is_some_and(|(_, status)| status.stopped()), "it ended: {status:?}");
        self
    }

    /// The terminal takes nothing more from the program, like an SSH client that hangs.
    pub fn freeze(&mut self) -> &mut Self {
        self.seen.0.lock().unwrap().is_frozen = true;
        self
    }

    /// The terminal vanishes: both ends of ours are closed. `nudge` makes the program write once, so that the reader
    /// wakes up and lets go.
    pub fn vanish(&mut self, nudge: &str) -> &mut Self {
        self.seen.0.lock().unwrap().is_closing = true;
        self.keys(nudge);
        let (seen, changed) = &*self.seen;
        let guard = seen.lock().unwrap();
        drop(changed.wait_timeout_while(guard, LONGEST, |seen| !seen.is_over).unwrap());
        self.keys = None;
        self.master = None;
        self
    }

    /// Waits for the program's end; its exit code, within `limit`.
    #[track_caller]
    pub fn ends_within(&mut self, limit: Duration) -> u32 {
        let mut child = self.child.take().unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || tell.send(child.wait().map(|status| status.exit_code())));
        match told.recv_timeout(limit) {
            Ok(code) => code.unwrap(),
            Err(e) => panic!("still running after {limit:?} ({e}); the screen:\n{}", self.text()),
        }
    }

    /// Waits until everything that the program wrote before its end has been read.
    pub fn drained(&mut self) -> &mut Self {
        let (seen, changed) = &*self.seen;
        let guard = seen.lock().unwrap();
        drop(changed.wait_timeout_while(guard, LONGEST, |seen| !seen.is_over).unwrap());
        self
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
        }
    }
}

/// The processor time of a process so far: user and system, fields 14 and 15 of its `stat`.
fn ticks(pid: i32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// No terminal of ours has no cells.
fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

fn read(mut reader: Box<dyn Read + Send>, shared: &(Mutex<Seen>, Condvar)) {
    let (seen, changed) = shared;
    let mut chunk = [0; 8192];
    loop {
        {
            let guard = seen.lock().unwrap();
            // A frozen terminal is never thawed: the test ends it.
            drop(changed.wait_while(guard, |seen| seen.is_frozen && !seen.is_closing).unwrap());
        }
        let count = reader.read(&mut chunk).unwrap_or(0);
        let mut guard = seen.lock().unwrap();
        guard.screen.process(&chunk[..count]);
        guard.bytes.extend_from_slice(&chunk[..count]);
        let is_over = count == 0 || guard.is_closing;
        if is_over {
            drop(reader);
            guard.is_over = true;
            changed.notify_all();
            return;
        }
        changed.notify_all();
    }
}
