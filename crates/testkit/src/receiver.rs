//! A receiver of callbacks: an HTTP server on a thread, which answers as documented, fails, or hangs.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use carillon_delivery::{Envelope, open_envelope, seal_envelope};
use carillon_model::{env::Env, settings::Settings};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

pub const TOKEN: &str = "token123";
pub const AES_KEY: &str = "abcdefghijabcdefghijabcdefghijabcdefghij123";

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    owner: String,
    /// Messages, without handshakes. Those are counted.
    received: Mutex<(Vec<Value>, usize)>,
    changed: Condvar,
    hangs: AtomicBool,
    fails: AtomicBool,
    lower_names: AtomicBool,
}

impl Receiver {
    pub fn start(owner: &str) -> Self {
        Self::start_with(owner, "http", Some)
    }

    /// Starts with TLS. The sender must trust the certificate.
    pub fn start_tls(owner: &str, tls: ServerConfig) -> Self {
        let tls = Arc::new(tls);
        Self::start_with(owner, "https", move |stream| {
            Some(StreamOwned::new(ServerConnection::new(Arc::clone(&tls)).ok()?, stream))
        })
    }

    fn start_with<S: Read + Write>(
        owner: &str,
        scheme: &str,
        accept: impl Fn(TcpStream) -> Option<S> + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}/callback", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            owner: owner.to_owned(),
            received: Mutex::default(),
            changed: Condvar::new(),
            hangs: AtomicBool::new(false),
            fails: AtomicBool::new(false),
            lower_names: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, accept) = (Arc::clone(&of_thread), accept.clone());
                std::thread::spawn(move || accept(stream).map(|stream| serve(&shared, stream)));
            }
        });
        Self { url, shared }
    }

    /// From now on, accepts messages without answering.
    pub fn hang(&self, hangs: bool) {
        self.shared.hangs.store(hangs, Ordering::SeqCst);
    }

    /// From now on, answers with an error.
    pub fn fail(&self, fails: bool) {
        self.shared.fails.store(fails, Ordering::SeqCst);
    }

    /// From now on, answers with field names in lower case.
    pub fn lower_names(&self, lower: bool) {
        self.shared.lower_names.store(lower, Ordering::SeqCst);
    }

    /// Waits until at least `count` messages have come, and returns all.
    pub fn wait_for(&self, count: usize) -> Vec<Value> {
        let received = self.shared.received.lock().unwrap();
        let (received, waited) = self
            .shared
            .changed
            .wait_timeout_while(received, Duration::from_secs(60), |(messages, _)| messages.len() < count)
            .unwrap();
        assert!(!waited.timed_out(), "only {} of {count} messages came", received.0.len());
        received.0.clone()
    }

    pub fn handshakes(&self) -> usize {
        self.shared.received.lock().unwrap().1
    }
}

fn serve(shared: &Shared, stream: impl Read + Write) {
    let mut reader = BufReader::new(stream);
    while let Some((target, body)) = request(&mut reader) {
        let parameter = |name: &str| {
            let query = target.split_once('?').unwrap().1;
            let prefix = format!("{name}=");
            query.split('&').find_map(|pair| pair.strip_prefix(&prefix)).unwrap().to_owned()
        };
        let body: Value = serde_json::from_slice(&body).unwrap();
        let envelope = Envelope {
            signature: parameter("msg_signature"),
            timestamp: parameter("timestamp"),
            nonce: parameter("nonce"),
            encrypt: body["encrypt"].as_str().unwrap().to_owned(),
        };
        let message = open_envelope(&envelope, TOKEN, AES_KEY, &shared.owner).unwrap();
        let message: Value = serde_json::from_str(&message).unwrap();
        {
            let mut received = shared.received.lock().unwrap();
            if message["EventType"] == "check_url" { received.1 += 1 } else { received.0.push(message) }
        }
        shared.changed.notify_all();
        if shared.hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_secs(120));
        }
        let env = Env::system(Settings::default(), [0; 32]);
        let answer = seal_envelope(&env, TOKEN, AES_KEY, &shared.owner, "success").unwrap();
        let time_stamp = if shared.lower_names.load(Ordering::SeqCst) { "timestamp" } else { "timeStamp" };
        let answer = json!({
            "msg_signature": answer.signature, time_stamp: answer.timestamp, "nonce": answer.nonce, "encrypt": answer.encrypt,
        })
        .to_string();
        let status = if shared.fails.load(Ordering::SeqCst) { "500 No" } else { "200 OK" };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", answer.len());
        let stream = reader.get_mut();
        if stream.write_all((head + &answer).as_bytes()).and_then(|()| stream.flush()).is_err() {
            return;
        }
    }
}

/// The target and body of the next request, or `None` at the end of the connection.
fn request(reader: &mut BufReader<impl Read>) -> Option<(String, Vec<u8>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let target = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((target, body))
}
