//! Limits and timeouts of connections.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
};

use tempfile::TempDir;

use super::raw::{connect, metric, read_to_end, send, wait_until};
use testkit::program::{Program, executable, without_settings};

const HEAD: &str = "GET /healthz HTTP/1.1\r\nHost: carillon\r\n";

/// Asserts that the server closes the connection, whatever the client sends meanwhile.
fn assert_closed(mut stream: TcpStream) {
    let mut sending = stream.try_clone().unwrap();
    let trickle = std::thread::spawn(move || {
        while sending.write_all(b"x").is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    read_to_end(&mut stream);
    trickle.join().unwrap();
}

#[test]
fn a_connection_without_a_complete_request_is_closed() {
    let data = TempDir::new().unwrap();
    let server = Program::start_with(&[("CARILLON_HTTP_HEAD_SECONDS", "1")], data.path());
    // Silent; with the beginning of HTTP/2, of HTTP/1, and of a head.
    for beginning in ["", "PRI * HTT", "GE", HEAD] {
        let mut stream = send(&server, beginning.as_bytes());
        assert_eq!(read_to_end(&mut stream).len().min(1), 0, "{beginning}");
    }
    assert_closed(send(&server, format!("{HEAD}x-slow: ").as_bytes()));
    // Between two requests.
    let mut stream = send(&server, format!("{HEAD}\r\n").as_bytes());
    assert!(read_to_end(&mut stream).ends_with("ok"));
    let mut stream = send(&server, format!("{HEAD}\r\n{HEAD}").as_bytes());
    assert!(read_to_end(&mut stream).ends_with("ok"));
}

#[test]
fn idle_connections_are_closed_for_new_ones() {
    let data = TempDir::new().unwrap();
    // Few open files, as in many containers. No connection times out during the test.
    let mut command = without_settings(Command::new("sh"));
    command.args(["-c", "ulimit -n 256 && exec \"$0\" serve \"$@\""]).arg(executable().get_program());
    command.env("CARILLON_HTTP_HEAD_SECONDS", "600").env("CARILLON_HTTP_BODY_SECONDS", "600");
    let server = Program::spawn(&mut command, data.path());
    let upload = "POST /sign-in HTTP/1.1\r\nHost: carillon\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                  Content-Length: 60000\r\n\r\nuserid=";
    for beginning in ["", HEAD, upload] {
        let mut open = Vec::new();
        for number in 0..1500 {
            // The server may close it while the request is being written.
            let mut stream = connect(&server);
            let _ = stream.write_all(beginning.as_bytes());
            open.push(stream);
            if number % 50 == 0 {
                assert_eq!(server.get("/healthz"), "ok", "beside {number} of {beginning:?}");
            }
        }
        assert!(metric(&server, "carillon_evicted_connections_total") >= 1000.0);
        // The newest connections are still open.
        let last = open.last_mut().unwrap();
        last.set_nonblocking(true).unwrap();
        assert!(last.read(&mut [0]).is_err(), "the newest connection is closed");
    }
}

#[test]
fn an_address_has_a_limit_and_a_trusted_proxy_has_none() {
    let data = TempDir::new().unwrap();
    let limits = [
        ("CARILLON_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "5"),
        ("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"127.0.0.2\"]"),
    ];
    let server = Program::start_with(&limits, data.path());
    let mut open: Vec<TcpStream> = (0..8).map(|_| send(&server, HEAD.as_bytes())).collect();
    // The oldest connections were closed.
    for stream in &mut open[..3] {
        assert_eq!(read_to_end(stream), "");
    }
    for stream in &mut open[3..] {
        stream.write_all(b"\r\n").unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
    wait_until("they are no longer counted", || {
        open.clear();
        server.get("/healthz") == "ok"
    });
}
