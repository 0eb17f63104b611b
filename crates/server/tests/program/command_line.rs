//! The command line.

use serde_json::Value;

use crate::server::{Server, carillon, organisation};

#[test]
fn the_command_line_keeps_its_word() {
    let (data, _) = organisation();
    let server = Server::start(data.path());
    assert_eq!(server.get("/healthz"), "ok");
    assert_eq!(server.get("/readyz"), "ready");
    assert!(server.get("/metrics").contains("carillon_operation"));
    let document: Value = serde_json::from_str(&server.get("/openapi.json")).unwrap();
    assert_eq!(document["openapi"], "3.1.0");

    let while_it_runs = carillon(data.path(), &["corp", "list", "--json"]);
    assert_eq!(while_it_runs.status.code(), Some(0), "the running server answers for its data folder");
    let second = carillon(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1), "one server per data folder");
    assert!(String::from_utf8_lossy(&second.stderr).contains("another carillon uses the data folder"));
    assert_eq!(carillon(data.path(), &["nonsense"]).status.code(), Some(2));
}
