//! Malformed and ambiguous requests.

use std::io::Write;

use tempfile::TempDir;

use super::raw::{connect, read_response, read_to_end, send};
use testkit::program::Program;

/// Sends bytes and returns the statuses of all responses on the connection.
fn statuses(server: &Program, bytes: &str) -> Vec<u16> {
    let mut stream = connect(server);
    stream.write_all(bytes.as_bytes()).unwrap();
    let answer = read_to_end(&mut stream);
    let lines = answer.split("HTTP/1.").skip(1);
    lines.map(|line| line[2..5].parse().unwrap()).collect()
}

#[test]
fn the_preface_of_another_version_is_refused() {
    let data = TempDir::new().unwrap();
    let server = Program::start(data.path());
    let mut stream = send(&server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    let answer = read_to_end(&mut stream);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer:?}");
}

/// Clients that prefer HTTP/2 offer it with their first request on plain http.
#[test]
fn an_offer_of_another_version_is_ignored() {
    let data = TempDir::new().unwrap();
    let server = Program::start(data.path());
    let offer = "Host: carillon\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
                 HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n";
    assert_eq!(statuses(&server, &format!("GET /healthz HTTP/1.1\r\n{offer}\r\n")), [200]);
    let mut stream = send(
        &server,
        format!("POST /v1.0/oauth2/accessToken HTTP/1.1\r\n{offer}Content-Length: 2\r\n\r\n{{}}").as_bytes(),
    );
    let answer = read_to_end(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("MissingappKey"), "{answer}");
}

#[test]
fn a_request_with_ambiguous_framing_is_refused() {
    let data = TempDir::new().unwrap();
    let server = Program::start(data.path());
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n\r\n";
    let post = |headers: &str, body: &str| {
        statuses(
            &server,
            &format!("POST /topapi/no/such HTTP/1.1\r\nHost: carillon\r\n{headers}\r\n{body}{smuggled}"),
        )
    };
    assert_eq!(post("Content-Length: 2\r\n", "{}"), [200, 200]);
    assert_eq!(post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"), [200, 200]);
    for (headers, body) in [
        ("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "2\r\n{}\r\n0\r\n\r\n"),
        ("content-length:2\r\nTRANSFER-ENCODING:chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
        ("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
        ("Content-Length: 2, 3\r\n", "{}"),
        ("Content-Length: +2\r\n", "{}"),
        ("Content-Length: -2\r\n", "{}"),
        ("Content-Length: 99999999999999999999999\r\n", "{}"),
        ("Content-Length : 2\r\n", "{}"),
        ("Transfer-Encoding: gzip\r\n", "{}"),
        ("Transfer-Encoding: chunked, gzip\r\n", "{}"),
        (" folded: 1\r\n", "{}"),
        ("x: a\r\n folded: 1\r\n", "{}"),
        ("no colon\r\n", "{}"),
        ("x: a\rb\r\n", "{}"),
        ("x: a\0b\r\n", "{}"),
        ("Host: another\r\n", "{}"),
    ] {
        assert_eq!(post(headers, body), [400], "{headers:?}");
    }
    // The body of a GET is not read, and cannot hide a second request.
    for body in ["a\nb", "a\r\n\r\nb", "{}"] {
        let unread = format!(
            "GET /topapi/no/such HTTP/1.1\r\nHost: carillon\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(statuses(&server, &format!("{unread}{smuggled}")), [200, 200], "{body:?}");
        let ambiguous = "POST /topapi/no/such HTTP/1.1\r\nHost: carillon\r\nContent-Length: 2\r\n\
                        Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        let mut stream = send(&server, unread.as_bytes());
        read_response(&mut stream);
        stream.write_all(format!("{ambiguous}{smuggled}").as_bytes()).unwrap();
        let answer = read_to_end(&mut stream);
        assert!(answer.contains("HTTP/1.1 400") && !answer.contains("HTTP/1.1 200"), "{body:?} {answer}");
    }
    assert_eq!(statuses(&server, "GET /healthz HTTP/1.1\r\n\r\n"), [400]);
    assert_eq!(statuses(&server, "GET /healthz HTTP/1.0\r\n\r\n"), [200]);
    assert_eq!(statuses(&server, "GET /healthz HTTP/1.1\nHost: carillon\n\n"), [400]);
}

#[test]
fn invalid_heads_are_refused() {
    let data = TempDir::new().unwrap();
    let server = Program::start(data.path());
    let get = |path: &str, headers: &str| {
        statuses(
            &server,
            &format!("GET {path} HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n{headers}\r\n"),
        )
    };
    let many = |count: usize| (0..count).map(|number| format!("x-{number}: 1\r\n")).collect::<String>();
    assert_eq!(get("/healthz", &many(98)), [200]);
    assert_eq!(get("/healthz", &many(99)), [431]);
    assert_eq!(get("/healthz", &format!("x: {}\r\n", "1".repeat(60_000))), [200]);
    assert_eq!(get("/healthz", &format!("x: {}\r\n", "1".repeat(70_000))), [431]);
    assert!(matches!(get(&format!("/{}", "a".repeat(70_000)), "")[..], [414 | 431]));
    for line in
        ["GET /healthz HTTP/9.9\r\n\r\n", "GET\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n"]
    {
        let answer = statuses(&server, line);
        assert!(answer.is_empty() || answer == [400], "{line:?} {answer:?}");
    }
}
