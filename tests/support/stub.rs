//! A backend gone wrong: a socket that answers as it is told, and counts.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// A socket on loopback.
pub struct Stub {
    /// Where it is.
    pub url: String,
    served: Arc<AtomicUsize>,
}

impl Stub {
    /// Answers connection after connection with these, and the last one for ever.
    pub fn answering(answers: Vec<String>) -> Self {
        Self::serving(move |mut stream, turn| {
            read_request(&mut stream);
            let answer = answers.get(turn).or(answers.last()).unwrap();
            let _ = stream.write_all(answer.as_bytes());
        })
    }

    /// Takes connections and never answers.
    pub fn silent() -> Self {
        let held = std::sync::Mutex::new(Vec::new());
        Self::serving(move |stream, _| held.lock().unwrap().push(stream))
    }

    /// How many connections it has taken.
    pub fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }

    fn serving(serve: impl Fn(TcpStream, usize) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::new(AtomicUsize::new(0));
        let counter = served.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let turn = counter.fetch_add(1, Ordering::SeqCst);
                serve(stream, turn);
            }
        });
        Self { url, served }
    }
}

/// An answer with a status, more headers and a body.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// A JSON answer.
pub fn json(status: &str, body: &str) -> String {
    answer(status, "content-type: application/json\r\n", body)
}

/// Reads up to the end of the body, so that closing does not reset the connection.
fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&seen).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.and_then(|length| length.trim().parse().ok()).unwrap_or(0) {
                return;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(read) => seen.extend_from_slice(&chunk[..read]),
        }
    }
}
