//! Where a client publishes its keys: a server that answers as a test wants it to, and counts.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

pub(super) struct KeyHost {
    address: SocketAddr,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

struct Answer {
    bytes: Vec<u8>,
    delay: Duration,
}

impl KeyHost {
    /// Publishes keys.
    pub(super) fn with(keys: &Value) -> Self {
        Self::answering(response("200 OK", "", &keys.to_string()), Duration::ZERO)
    }

    /// Answers with these bytes, after a while.
    pub(super) fn answering(bytes: Vec<u8>, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Self {
            address: listener.local_addr().unwrap(),
            answer: Arc::new(Mutex::new(Answer { bytes, delay })),
            asked: Arc::default(),
        };
        let (answer, asked) = (Arc::clone(&host.answer), Arc::clone(&host.asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&asked));
                thread::spawn(move || serve(&stream.unwrap(), &answer, &asked));
            }
        });
        host
    }

    pub(super) fn publish(&self, keys: &Value) {
        self.answer.lock().unwrap().bytes = response("200 OK", "", &keys.to_string());
    }

    pub(super) fn url(&self) -> Url {
        format!("http://{}/jwks.json", self.address).parse().unwrap()
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

pub(super) fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

fn serve(mut stream: &TcpStream, answer: &Mutex<Answer>, asked: &AtomicUsize) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    if lines.next().is_none() {
        return;
    }
    asked.fetch_add(1, Ordering::SeqCst);
    lines.find(String::is_empty);
    let (bytes, delay) = {
        let answer = answer.lock().unwrap();
        (answer.bytes.clone(), answer.delay)
    };
    thread::sleep(delay);
    // The server may have gone.
    let _ = stream.write_all(&bytes);
}
