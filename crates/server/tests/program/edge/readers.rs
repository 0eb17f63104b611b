//! Clients that do not take what they asked for.

use std::io::{Read, Write};

use tempfile::TempDir;

use super::raw::{connect, metric, until};
use testkit::program::Program;

#[test]
fn who_takes_nothing_of_a_response_is_cut_off() {
    let data = TempDir::new().unwrap();
    let server = Program::start_with(&[("CARILLON_HTTP_WRITE_SECONDS", "1")], data.path());
    let mut stream = connect(&server);
    // More than all buffers on the way take in.
    let request = "GET /openapi.json HTTP/1.1\r\nHost: carillon\r\n\r\n".repeat(40);
    stream.write_all(request.as_bytes()).unwrap();
    until("the stalled write is given up", || metric(&server, "carillon_stalled_writes_total") >= 1.0);
    let mut taken = Vec::new();
    let ended = stream.read_to_end(&mut taken);
    let whole = 40 * server.bytes("/openapi.json").len();
    assert!(ended.is_err() || taken.len() < whole, "{} of {whole} bytes came", taken.len());
}
