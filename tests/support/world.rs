//! A world for one test: the real sandbox as a child process on a free port, a home of its own, and the real binary run
//! in it. Nothing here knows the library: what is tested is what is shipped.
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// The key of the account in these worlds.
pub const KEY: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";
/// The program.
pub const YUNQUE: &str = env!("CARGO_BIN_EXE_yunque");

/// Between two looks of [`until`].
const MOMENT: Duration = Duration::from_millis(10);
/// How often [`until`] looks: nothing here takes a minute.
const LOOKS: u32 = 6_000;

/// A running sandbox.
pub struct Sandbox {
    child: Child,
    /// Its base URL.
    pub url: String,
}

impl Sandbox {
    /// Starts one on a free port, and waits for the line that says which.
    pub fn start(args: &[&str]) -> Self {
        let mut child = Command::new(YUNQUE)
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, url }
    }

    /// Where links of this sandbox lead from.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The body of a GET.
    pub fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.0\r\n\r\n")).1
    }

    /// The status of a POST with a form.
    pub fn post(&self, path: &str, form: &str) -> u16 {
        let length = form.len();
        let head = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask(&format!("POST {path} HTTP/1.0\r\n{head}Content-Length: {length}\r\n\r\n{form}")).0
    }

    fn ask(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// How many messages it has accepted.
    pub fn accepted(&self) -> u64 {
        let count: Value = serde_json::from_str(&self.get("/_sandbox/ledger?count")).unwrap();
        count["count"].as_u64().unwrap()
    }

    /// Waits until it has accepted so many.
    #[track_caller]
    pub fn accepts(&self, at_least: u64) {
        until(&format!("{at_least} messages are accepted"), || self.accepted() >= at_least);
    }

    /// Every message it has accepted.
    pub fn ledger(&self) -> Vec<Value> {
        serde_json::from_str(&self.get("/_sandbox/ledger")).unwrap()
    }

    /// How often each endpoint was called.
    pub fn requests(&self) -> BTreeMap<String, u64> {
        serde_json::from_str(&self.get("/_sandbox/requests")).unwrap()
    }

    /// How many calls of any endpoint that sends or shortens there were.
    pub fn writes(&self) -> u64 {
        let is_write = |name: &str| ["single_send", "batch_send", "shorten"].iter().any(|one| name.contains(one));
        self.requests().iter().filter(|(name, _)| is_write(name)).map(|(_, count)| count).sum()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The one document on stdout.
    pub fn json(&self) -> Value {
        let mut documents = serde_json::Deserializer::from_str(&self.stdout).into_iter::<Value>();
        let first = documents.next().unwrap_or_else(|| panic!("no document: {self:?}"));
        let first = first.unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert!(documents.next().is_none(), "more than one document: {self:?}");
        first
    }

    /// The run, if it ended like that.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// A home, a data directory, an account.
pub struct World {
    pub folder: TempDir,
    pub sandbox: Sandbox,
}

impl World {
    /// A new one, with these flags of the sandbox.
    pub fn new(sandbox: &[&str]) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), sandbox: Sandbox::start(sandbox) }
    }

    /// A path in the home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the home.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program in this world, with nothing else in its environment.
    pub fn command(&self, args: &[&str]) -> Command {
        command_in(self.folder.path(), &self.sandbox.url, args)
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    /// Runs it to its end, with something on stdin.
    pub fn run_with(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
        ran(self.command(args), stdin.as_ref())
    }

    /// Runs it with `--json`, expects an exit code, and gives the document.
    #[track_caller]
    pub fn json(&self, code: i32, args: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(args);
        self.run(&all).expect(code).json()
    }
}

/// The program in a home, talking to `url`.
pub fn command_in(home: &Path, url: &str, args: &[&str]) -> Command {
    let mut command = Command::new(YUNQUE);
    command.args(args).env_clear().current_dir(home);
    command.env("HOME", home).env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
    command.env("TZ", "UTC").env("YUNQUE_API_KEY", KEY).env("YUNQUE_BASE_URL", url);
    command
}

/// Runs a command to its end.
pub fn ran(mut command: Command, stdin: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Looks again and again, a moment apart, until something is so. Counted in looks and not in seconds: on a busy machine
/// both take longer.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (lock, nobody_tells) = (Mutex::new(()), Condvar::new());
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        drop(nobody_tells.wait_timeout(lock.lock().unwrap(), MOMENT).unwrap());
    }
    panic!("waited in vain until {what}");
}

/// `count` mainland numbers, one a line, the `from`-th first.
pub fn numbers(from: u32, count: u32) -> String {
    (from..from + count).flat_map(|i| [format!("139{i:08}"), "\n".to_owned()]).collect()
}
