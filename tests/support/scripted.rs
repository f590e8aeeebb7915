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

impl Scripted {
    /// Starts one on a free port.
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sends = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sends);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen) = (answer.clone(), Arc::clone(&seen));
                std::thread::spawn(move || serve(stream, &answer, &seen));
            }
        });
        Self { url, sends }
    }
}

fn serve(stream: TcpStream, answer: &Answer, seen: &Mutex<Vec<String>>) {
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
        let Answer::Bytes(refusal) = http(
            "400 Bad Request",
            "application/json",
            r#"{"http_status_code":400,"code":-2,"msg":"not permitted","detail":""}"#,
        ) else {
            return;
        };
        let _ = stream.write_all(&refusal);
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
