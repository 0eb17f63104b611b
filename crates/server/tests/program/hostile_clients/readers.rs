//! Clients that do not read their responses.

use std::io::{Read, Write};

use tempfile::TempDir;

use super::raw::{connect, metric, wait_until};
use testkit::program::Program;

#[test]
fn a_client_that_does_not_read_is_disconnected() {
    let data = TempDir::new().unwrap();
    let server = Program::start_with(&[("CARILLON_HTTP_WRITE_SECONDS", "1")], data.path());
    let mut stream = connect(&server);
    // More than all buffers between server and client.
    let request = "GET /openapi.json HTTP/1.1\r\nHost: carillon\r\n\r\n".repeat(40);
    stream.write_all(request.as_bytes()).unwrap();
    wait_until("the stalled write is given up", || metric(&server, "carillon_stalled_writes_total") >= 1.0);
    let mut received = Vec::new();
    let ended = stream.read_to_end(&mut received);
    let expected_bytes = 40 * server.bytes("/openapi.json").len();
    assert!(
        ended.is_err() || received.len() < expected_bytes,
        "{} of {expected_bytes} bytes were received",
        received.len()
    );
}
