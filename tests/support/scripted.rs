//! A server that answers sends with bytes a test chose, and every other call with "not permitted".
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a send is answered with.
#[derive(Clone)]
pub enum Answer {
    /// These bytes, then the connection is closed.
    Bytes(Vec<u8>),
    /// Nothing, for as long as the caller likes to wait.
    Silence,
}

/// A running server; it lives as long as the test's process.
pub struct Scripted {
    pub url: String,
    /// The bodies of the sends, as they came.
    pub sends: Arc<Mutex<Vec<String>>>,
}

/// An HTTP answer with a body.
pub fn http(status: &str, kind: &str, body: &str) -> Answer {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    Answer::Bytes([head.as_bytes(), body.as_bytes()].concat())
}

/// The vendor's "not permitted".
pub fn not_permitted() -> Answer {
    let body = r#"{"http_status_code":400,"code":-2,"msg":"not permitted","detail":""}"#;
    http("400 Bad Request", "application/json", body)
}

impl Scripted {
    /// Starts one on a free port.
    pub fn start(answer: Answer) -> Self {
        Self::routed(answer, Vec::new())
    }

    /// The same, with other calls answered as the first of `routes` whose name their path ends in says.
    pub fn routed(answer: Answer, routes: Vec<(&'static str, Answer)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sends = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sends);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen, routes) = (answer.clone(), Arc::clone(&seen), routes.clone());
                std::thread::spawn(move || serve(stream, &answer, &routes, &seen));
            }
        });
        Self { url, sends }
    }
}

fn serve(stream: TcpStream, answer: &Answer, routes: &[(&str, Answer)], seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let is_send = line.contains("single_send") || line.contains("batch_send");
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap_or(0) < 3 {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    if !is_send {
        let path = line.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
        let route = routes.iter().find(|(name, _)| path.ends_with(name)).map(|(_, answer)| answer.clone());
        if let Answer::Bytes(bytes) = route.unwrap_or_else(not_permitted) {
            let _ = stream.write_all(&bytes);
        }
        return;
    }
    seen.lock().unwrap().push(String::from_utf8_lossy(&body).into_owned());
    match answer {
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(bytes);
        }
        // Until the other end closes.
        Answer::Silence => drop(reader.read(&mut [0])),
    }
}
