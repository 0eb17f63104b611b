//! The state of the server, and what a restored organisation holds back.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::json;
use testkit::server::NOW;

use crate::operator::{self, call};

#[test]
fn an_owner_sees_the_state_and_lets_go_what_is_held_back() {
    let server = operator::server();
    let owner = operator::sign_in(&server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let get = || call(&server, &owner, "GET", "/v1.0/carillon/system", None);
    let (status, answer) = get();
    assert_eq!(status, 200, "{answer}");
    assert_eq!((&answer["version"], answer.get("held")), (&json!("1.2.3"), None));
    assert!(answer["report"].as_str().unwrap().starts_with("carillon 1.2.3"), "{answer}");
    operator::hold_back(&server);
    let held = json!({ "restoreTime": NOW, "scheduledSends": 0, "events": 0 });
    assert_eq!(get().1["held"], held);
    let release = || call(&server, &owner, "POST", "/v1.0/carillon/system/release", Some(&json!({})));
    assert_eq!(release(), (200, json!({ "released": true })));
    assert_eq!(release(), (200, json!({ "released": false })));
    assert_eq!(get().1.get("held"), None);
}
