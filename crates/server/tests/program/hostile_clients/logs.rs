//! Logs and metrics of the started program.

use std::{fs, net::TcpListener, process::Command};

use tempfile::TempDir;
use testkit::program::{Program, executable, without_settings};

use super::raw::{read_to_end, send};

#[test]
fn a_clean_stop_writes_all_log_lines() {
    let data = TempDir::new().unwrap();
    let log = data.path().join("log");
    let mut shell = without_settings(Command::new("sh"));
    shell
        .args(["-c", "exec \"$0\" serve \"$1\" \"$2\" \"$3\" info \"$5\" \"$6\" 2>\"$LOG\""])
        .arg(executable().get_program())
        .env("LOG", &log);
    let mut server = Program::spawn(&mut shell, data.path());
    let request = "GET /gettoken HTTP/1.1\r\nHost: carillon\r\n\r\n".repeat(2000);
    let last = "GET /gettoken HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n\r\n";
    let mut stream = send(&server, format!("{request}{last}").as_bytes());
    let answers = read_to_end(&mut stream);
    assert_eq!(answers.matches("40035").count(), 2001);
    assert_eq!(server.terminate(), Some(0));
    let lines = fs::read_to_string(&log).unwrap();
    assert_eq!(lines.lines().filter(|line| line.contains("credentials.gettoken")).count(), 2001);
}

#[test]
fn metrics_can_have_their_own_listener() {
    let data = TempDir::new().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Program::start_with(&[("CARILLON_METRICS_LISTEN", &free.to_string())], data.path());
    let get = |address: &str, path: &str| {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.build().into();
        agent.get(format!("{address}{path}")).call().unwrap().body_mut().read_to_string().unwrap()
    };
    let own_listener = format!("http://{free}");
    assert!(get(&own_listener, "/metrics").contains("carillon_"));
    assert!(get(&own_listener, "/readyz").contains("\"ready\":true"));
    assert_eq!(get(&own_listener, "/healthz"), "ok");
    assert_eq!(get(&server.url, "/healthz"), "ok");
    for path in ["/metrics", "/readyz"] {
        assert!(get(&server.url, path).contains("Invalid method"), "{path}");
    }
}
