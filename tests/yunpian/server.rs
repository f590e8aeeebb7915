//! A tiny HTTP server that says exactly what it is told, byte by byte, and remembers what it was asked.
//! Threads and blocking sockets: it works under any runtime, paused clocks included.
#![allow(dead_code, reason = "shared by several test binaries, each of which uses a part")]
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What to do with the next request (or, for the first two, the next connection).
#[derive(Debug, Clone)]
pub enum Say {
    /// Close the connection before anything is read.
    Slam,
    /// Write these bytes without reading anything, then close.
    Blurt(Vec<u8>),
    /// Read the head of the request, then close.
    CutInBody,
    /// Read the request, then close without a word.
    CutAfterRequest,
    /// Read the request, then say nothing until the other side gives up.
    Silence,
    /// Read the request, write these bytes, keep the connection.
    Raw(Vec<u8>),
    /// Read the request, write these bytes, close the connection.
    RawThenClose(Vec<u8>),
}

impl Say {
    /// An answer with a JSON body.
    pub fn json(status: u16, body: &str) -> Self {
        Self::Raw(response(status, "Content-Type: application/json;charset=UTF-8\r\n", body.as_bytes()))
    }

    /// An answer with an HTML body.
    pub fn html(status: u16, body: &str) -> Self {
        Self::Raw(response(status, "Content-Type: text/html\r\n", body.as_bytes()))
    }

    /// An answer with further header lines, each ending in `\r\n`.
    pub fn with(status: u16, headers: &str, body: &[u8]) -> Self {
        Self::Raw(response(status, headers, body))
    }
}

fn response(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub target: String,
    pub head: String,
    pub body: String,
    /// Which connection brought it, from 1.
    pub connection: usize,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Say>>,
    asked: Mutex<Vec<Asked>>,
    connections: AtomicUsize,
}

pub struct Server {
    port: u16,
    shared: Arc<Shared>,
}

impl Server {
    /// Listens on loopback and follows the script; when it is over, every request is cut.
    pub fn start(script: impl IntoIterator<Item = Say>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { script: Mutex::new(script.into_iter().collect()), ..Shared::default() });
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_thread);
                let connection = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
                std::thread::spawn(move || serve(&shared, stream, connection));
            }
        });
        Self { port, shared }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// The connections so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

fn next(shared: &Shared, is_wanted: impl Fn(&Say) -> bool) -> Option<Say> {
    let mut script = shared.script.lock().unwrap();
    script.front().is_some_and(is_wanted).then(|| script.pop_front()).flatten()
}

fn serve(shared: &Shared, mut stream: TcpStream, connection: usize) {
    match next(shared, |say| matches!(say, Say::Slam | Say::Blurt(_))) {
        Some(Say::Blurt(bytes)) => {
            let _ = stream.write_all(&bytes);
            return;
        }
        Some(_) => return,
        None => {}
    }
    let mut bytes = Vec::new();
    loop {
        let Some(head_end) = read_until(&mut stream, &mut bytes, |b| b.windows(4).position(|w| w == b"\r\n\r\n"))
        else {
            return;
        };
        let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
        let say = next(shared, |_| true).unwrap_or(Say::CutAfterRequest);
        let length = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse().unwrap())
            })
            .unwrap_or(0_usize);
        let is_cut = matches!(say, Say::CutInBody);
        let end = head_end + 4 + length;
        if !is_cut && read_until(&mut stream, &mut bytes, |b| (b.len() >= end).then_some(end)).is_none() {
            return;
        }
        let rest = bytes.split_off(end.min(bytes.len()));
        let body = if is_cut { String::new() } else { String::from_utf8_lossy(&bytes[head_end + 4..]).into_owned() };
        let mut words = head.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        shared.asked.lock().unwrap().push(Asked {
            method: method.to_owned(),
            target: target.to_owned(),
            head: head.clone(),
            body,
            connection,
        });
        bytes = rest;
        match say {
            Say::Raw(bytes) => stream.write_all(&bytes).unwrap(),
            Say::RawThenClose(bytes) => {
                stream.write_all(&bytes).unwrap();
                return;
            }
            Say::Silence => {
                let _ = stream.read(&mut [0; 64]);
                return;
            }
            _ => return,
        }
    }
}

fn read_until(stream: &mut TcpStream, bytes: &mut Vec<u8>, is_there: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    loop {
        if let Some(at) = is_there(bytes) {
            return Some(at);
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
        }
    }
}
