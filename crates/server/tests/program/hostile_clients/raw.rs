//! Raw connections, and metrics of the server process.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use testkit::program::Program;

/// The longest wait for the server.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Returns the address of a server.
pub fn address(server: &Program) -> &str {
    server.url.split_once("://").unwrap().1
}

pub fn connect(server: &Program) -> TcpStream {
    let stream = TcpStream::connect(address(server)).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    stream.set_write_timeout(Some(TIMEOUT)).unwrap();
    stream
}

/// Connects and sends a request, or its beginning.
pub fn send(server: &Program, bytes: &[u8]) -> TcpStream {
    let mut stream = connect(server);
    stream.write_all(bytes).unwrap();
    stream
}

/// Reads until the server closes the connection.
pub fn read_to_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Ok(_) => {}
        // A reset, because the server had unread bytes when it closed the connection.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the connection stays open: {error}"),
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Reads one response: the head, and the body by its Content-Length.
pub fn read_response(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut buffer).unwrap() {
            0 => return text,
            bytes => all.extend_from_slice(&buffer[..bytes]),
        }
    }
}

/// Returns the resident memory of the server in bytes.
pub fn resident(server: &Program) -> usize {
    usize::try_from(server.resident()).unwrap()
}

/// Returns the value of a metric.
pub fn metric(server: &Program, name: &str) -> f64 {
    let metrics = server.get("/metrics");
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().unwrap())
}

/// Waits for a condition.
pub fn wait_until(description: &str, mut done: impl FnMut() -> bool) {
    let started = std::time::Instant::now();
    while !done() {
        assert!(started.elapsed() < TIMEOUT, "never happened: {description}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
