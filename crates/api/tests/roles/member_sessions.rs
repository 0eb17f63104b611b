//! Sessions of members, as operators see and end them.

use carillon_domain::session::{self, Browser};
use carillon_model::{
    audit::Signature,
    fact::Client,
    id::UserId,
    operator::{AccountScope, OperatorRole},
};
use serde_json::json;
use testkit::server::{NOW, TestServer};

use crate::operator::{self, call};

fn begin(server: &TestServer, userid: &str, user_agent: &str) -> String {
    let (env, corp, userid) = (server.env.clone(), server.corp.clone(), UserId::from(userid));
    let browser = Browser { client: Client::Web, user_agent: user_agent.to_owned() };
    let signature = Signature::server(&server.env, "test");
    let begun = server.store.write_blocking(&server.corp, signature, move |tx| {
        let member = tx.member_no(&corp, &userid)?.expect("the member");
        session::begin(tx, &env, &corp, member, browser)
    });
    begun.unwrap()
}

fn is_alive(server: &TestServer, text: &str) -> bool {
    let (env, text) = (server.env.clone(), text.to_owned());
    server.store.read_registry_blocking(|tx| session::find(tx, &env, &text)).unwrap().is_some()
}

#[test]
fn sessions_are_listed_and_ended() {
    let server = operator::server();
    let cookie = operator::sign_in(&server, "hr", [(OperatorRole::Members, AccountScope::All)]);
    operator::set_roles(&server, "zhang", []);
    let (phone, desk) = (begin(&server, "zhang", "Phone"), begin(&server, "zhang", "Desk"));
    let path = "/v1.0/carillon/members/zhang/sessions";
    let (status, answer) = call(&server, &cookie, "GET", path, None);
    assert_eq!(status, 200, "{answer}");
    let rows = answer["sessions"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{answer}");
    let of_phone = rows.iter().find(|row| row["userAgent"] == "Phone").unwrap();
    assert_eq!(of_phone["createTime"], NOW);
    assert_eq!(of_phone["expireTime"], NOW + 14 * 86_400_000, "unless it is used");
    assert_eq!((&of_phone["useTime"], &of_phone["current"]), (&json!(NOW), &json!(false)));
    let id = of_phone["sessionId"].as_str().unwrap();
    assert!(!phone.contains(id), "the id gives no access");
    let end = |id: &str| call(&server, &cookie, "DELETE", &format!("{path}/{id}"), None);
    assert_eq!(end(id), (200, json!({})));
    assert!(!is_alive(&server, &phone) && is_alive(&server, &desk));
    let (status, answer) = end(id);
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("sessionId"), "{answer}");
    for path in ["/v1.0/carillon/members/nobody/sessions", "/v1.0/carillon/members/nobody/sessions/x"] {
        let method = if path.ends_with('x') { "DELETE" } else { "GET" };
        let (status, answer) = call(&server, &cookie, method, path, None);
        assert_eq!((status, &answer["code"]), (400, &json!("invalid.userid")), "{answer}");
    }
}

#[test]
fn sessions_of_operators_are_for_owners() {
    let server = operator::server();
    let cookie = operator::sign_in(&server, "hr", [(OperatorRole::Members, AccountScope::All)]);
    let owner = operator::sign_in(&server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    operator::set_roles(&server, "zhang", [(OperatorRole::Agent, AccountScope::All)]);
    let desk = begin(&server, "zhang", "Desk");
    let path = "/v1.0/carillon/members/zhang/sessions";
    let (_, seen) = call(&server, &owner, "GET", path, None);
    let id = seen["sessions"][0]["sessionId"].as_str().unwrap();
    let one = format!("{path}/{id}");
    for (method, path) in [("GET", path), ("DELETE", one.as_str())] {
        let (status, answer) = call(&server, &cookie, method, path, None);
        assert_eq!(
            (status, &answer["accessdenieddetail"]["requiredRoles"]),
            (403, &json!(["owner"])),
            "{answer}"
        );
    }
    assert!(is_alive(&server, &desk));
    assert_eq!(call(&server, &owner, "DELETE", &one, None).0, 200);
    assert!(!is_alive(&server, &desk));
}

#[test]
fn all_sessions_of_a_member_are_ended() {
    let server = operator::server();
    let cookie = operator::sign_in(&server, "hr", [(OperatorRole::Members, AccountScope::All)]);
    operator::set_roles(&server, "zhang", []);
    let (phone, desk) = (begin(&server, "zhang", "Phone"), begin(&server, "zhang", "Desk"));
    let path = "/v1.0/carillon/members/zhang/sessions";
    assert_eq!(call(&server, &cookie, "DELETE", path, None), (200, json!({ "ended": 2 })));
    assert!(!is_alive(&server, &phone) && !is_alive(&server, &desk));
    assert_eq!(call(&server, &cookie, "DELETE", path, None), (200, json!({ "ended": 0 })));
    operator::set_roles(&server, "zhang", [(OperatorRole::Owner, AccountScope::All)]);
    assert_eq!(call(&server, &cookie, "DELETE", path, None).0, 403, "those of operators are for owners");
}

#[test]
fn an_operator_ends_own_sessions() {
    let server = operator::server();
    let cookie = operator::sign_in(&server, "agent", [(OperatorRole::Agent, AccountScope::All)]);
    operator::set_roles(&server, "zhang", []);
    let (others, phone) = (begin(&server, "zhang", "Phone"), begin(&server, "agent", "Phone"));
    let desk = begin(&server, "agent", "Desk");
    let path = "/v1.0/carillon/sessions";
    let list = || call(&server, &cookie, "GET", path, None).1["sessions"].as_array().unwrap().clone();
    let rows = list();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(rows.iter().filter(|row| row["current"] == true).count(), 1);
    let of_phone =
        rows.iter().find(|row| row["userAgent"] == "Phone").unwrap()["sessionId"].as_str().unwrap();
    let end = |id: &str| call(&server, &cookie, "DELETE", &format!("{path}/{id}"), None);
    assert_eq!(end(of_phone), (200, json!({ "ended": true })));
    assert_eq!(end(of_phone), (200, json!({ "ended": false })));
    assert_eq!(
        end(&session::id(&session::hash(&others))),
        (200, json!({ "ended": false })),
        "of another member"
    );
    assert!(!is_alive(&server, &phone) && is_alive(&server, &others) && is_alive(&server, &desk));
    let end_others = || call(&server, &cookie, "POST", &format!("{path}/end-others"), Some(&json!({})));
    assert_eq!(end_others(), (200, json!({ "ended": 1 })));
    assert_eq!(end_others(), (200, json!({ "ended": 0 })));
    assert!(!is_alive(&server, &desk) && is_alive(&server, &others));
    assert_eq!(list().len(), 1, "the own session goes on");
}
