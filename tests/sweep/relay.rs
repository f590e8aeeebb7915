//! A line between the real program and the real sandbox that a test cuts, holds and garbles; and a vendor that dies and
//! comes back on the same port with its ledger, which is the sandbox's.
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Nothing here takes that long; a test that waits for it has failed.
const LONGEST: Duration = Duration::from_mins(1);

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It goes through, and its answer.
    Pass,
    /// It is passed on when the test says [`Relay::release`], whoever asked.
    Hold,
    /// The vendor dies before it has read it.
    DieBefore,
    /// The vendor accepts it and dies before it answers.
    DieAfter,
}

/// What happens to the n-th call that sends, from 0, and what to any other call, by its path.
type Script = Box<dyn Fn(Option<usize>, &str) -> Act + Send>;

#[derive(Default)]
struct Seen {
    sends: usize,
    held: usize,
    /// Held requests that were passed on and answered by the vendor.
    late: usize,
    is_dead: bool,
}

struct Shared {
    upstream: String,
    script: Mutex<Script>,
    seen: Mutex<Seen>,
    changed: Condvar,
    gate: Notify,
    death: Notify,
}

/// The line; its port closes when it is dropped.
pub struct Relay {
    runtime: Runtime,
    at: SocketAddr,
    shared: Arc<Shared>,
    serving: Mutex<Option<JoinHandle<TcpSocket>>>,
}

impl Relay {
    /// A line to the server at `upstream` (a base URL).
    pub fn to(upstream: &str, script: impl Fn(Option<usize>, &str) -> Act + Send + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Shared {
            upstream: upstream.trim_start_matches("http://").to_owned(),
            script: Mutex::new(Box::new(script)),
            seen: Mutex::default(),
            changed: Condvar::new(),
            gate: Notify::new(),
            death: Notify::new(),
        });
        let socket = runtime.block_on(async { bound("127.0.0.1:0".parse().unwrap()).await });
        let at = socket.local_addr().unwrap();
        let this = Self { runtime, at, shared, serving: Mutex::new(None) };
        this.serve(socket);
        this
    }

    /// What the program takes for the vendor's address.
    pub fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// Another script; calls are counted from 0 again.
    pub fn script(&self, script: impl Fn(Option<usize>, &str) -> Act + Send + 'static) {
        self.shared.seen.lock().unwrap().sends = 0;
        *self.shared.script.lock().unwrap() = Box::new(script);
    }

    /// Waits until so many requests are held.
    pub fn holds(&self, requests: usize) {
        self.wait("requests that are held", |seen| seen.held >= requests);
    }

    /// Lets those that are held through, and waits until the vendor has answered them.
    pub fn release(&self) {
        let held = self.shared.seen.lock().unwrap().held;
        self.shared.gate.notify_waiters();
        self.wait("the answers of what was held", |seen| seen.late >= held);
    }

    /// The vendor that died is there again, on the port that it had.
    pub fn come_back(&self) {
        self.wait("the death of the vendor", |seen| seen.is_dead);
        let served = self.serving.lock().unwrap().take().unwrap();
        let socket = self.runtime.block_on(served).unwrap();
        self.shared.seen.lock().unwrap().is_dead = false;
        self.serve(socket);
    }

    fn wait(&self, what: &str, wanted: impl Fn(&Seen) -> bool) {
        let guard = self.shared.seen.lock().unwrap();
        let (seen, end) = self.shared.changed.wait_timeout_while(guard, LONGEST, |seen| !wanted(seen)).unwrap();
        drop(seen);
        assert!(!end.timed_out(), "waited in vain for {what}");
    }

    fn serve(&self, socket: TcpSocket) {
        let _inside = self.runtime.enter();
        let listener = socket.listen(64).unwrap();
        let served = self.runtime.spawn(serve(listener, Arc::clone(&self.shared)));
        *self.serving.lock().unwrap() = Some(served);
    }
}

/// A port of ours on which nobody listens: whoever calls is refused, and nobody else can take it.
async fn bound(at: SocketAddr) -> TcpSocket {
    loop {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        match socket.bind(at) {
            Ok(()) => return socket,
            // A child that another test is about to start has a copy of the listener until it begins its program.
            Err(why) if why.kind() == std::io::ErrorKind::AddrInUse => tokio::task::yield_now().await,
            Err(why) => panic!("{why}"),
        }
    }
}

/// Until the vendor dies: then every connection is cut and the port refuses, but stays ours.
async fn serve(listener: TcpListener, shared: Arc<Shared>) -> TcpSocket {
    let at = listener.local_addr().unwrap();
    let mut talks = tokio::task::JoinSet::new();
    let death = shared.death.notified();
    tokio::pin!(death);
    death.as_mut().enable();
    loop {
        tokio::select! {
            () = &mut death => break,
            Ok((socket, _)) = listener.accept() => {
                let shared = Arc::clone(&shared);
                talks.spawn(async move { talk(socket, &shared).await });
            }
        }
    }
    drop(listener);
    let socket = bound(at).await;
    talks.shutdown().await;
    shared.tell(|seen| seen.is_dead = true);
    socket
}

impl Shared {
    fn tell(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap());
        self.changed.notify_all();
    }
}

/// One request and its answer; each has a connection of its own.
async fn talk(mut client: TcpStream, shared: &Shared) {
    let Some((path, request)) = read_request(&mut client).await else { return };
    let nth = (path.contains("single_send") || path.contains("batch_send")).then(|| {
        let mut seen = shared.seen.lock().unwrap();
        seen.sends += 1;
        seen.sends - 1
    });
    let act = (shared.script.lock().unwrap())(nth, &path);
    match act {
        Act::Pass => {}
        Act::Hold => {
            let released = shared.gate.notified();
            tokio::pin!(released);
            released.as_mut().enable();
            shared.tell(|seen| seen.held += 1);
            released.await;
        }
        Act::DieBefore => return shared.death.notify_waiters(),
        Act::DieAfter => {
            ask(&shared.upstream, &request).await;
            return shared.death.notify_waiters();
        }
    }
    let answer = ask(&shared.upstream, &request).await;
    if act == Act::Hold {
        shared.tell(|seen| seen.late += 1);
    }
    // Whoever asked may be dead.
    drop(client.write_all(&answer).await);
}

/// The vendor's whole answer.
async fn ask(upstream: &str, request: &[u8]) -> Vec<u8> {
    let mut vendor = TcpStream::connect(upstream).await.unwrap();
    vendor.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    vendor.read_to_end(&mut answer).await.unwrap();
    answer
}

/// A whole request, with the wish that the connection be closed after it.
async fn read_request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut heard = Vec::new();
    loop {
        if let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heard[..end]).into_owned();
            let is = |line: &str, name: &str| line.to_ascii_lowercase().starts_with(name);
            let length = head.lines().find(|line| is(line, "content-length:"));
            let length = length.map_or(0, |line| line[15..].trim().parse::<usize>().unwrap());
            if heard.len() >= end + 4 + length {
                let path = head.split(' ').nth(1)?.to_owned();
                let kept: Vec<&str> = head.lines().filter(|line| !is(line, "connection:")).collect();
                let mut request = format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n")).into_bytes();
                request.extend_from_slice(&heard[end + 4..end + 4 + length]);
                return Some((path, request));
            }
        }
        if client.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    }
}
