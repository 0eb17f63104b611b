//! Who is to answer a conversation.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};

use super::conversations::Fixture;
use crate::operator::{self, call, only};

/// Gives a conversation to an operator. `known` is who has it as far as the caller knows.
fn assign(fixture: &Fixture, userid: &str, to: &str, known: Option<&str>) -> (u16, Value) {
    let mut request = json!({ "operatorId": to });
    if let Some(known) = known {
        request["currentOperatorId"] = json!(known);
    }
    fixture.send("PUT", &format!("/{userid}/operator"), &request)
}

fn listed(fixture: &Fixture, filter: &str) -> Vec<String> {
    let page = fixture.get(&format!("?{filter}"));
    let rows = page["conversations"].as_array().unwrap().iter();
    rows.map(|row| row["userId"].as_str().unwrap().to_owned()).collect()
}

fn assignee(fixture: &Fixture, userid: &str) -> Option<String> {
    let found = fixture.get(&format!("/{userid}/messages?maxResults=1"));
    found.get("operatorId").map(|id| id.as_str().unwrap().to_owned())
}

fn open() -> Fixture {
    let fixture = Fixture::open();
    for userid in ["ann", "bob", "cai"] {
        fixture.writes(userid, "问");
    }
    let of_account = only(&fixture.unionid);
    operator::set_roles(&fixture.server, "second", [(OperatorRole::Agent, of_account)]);
    fixture
}

#[test]
fn a_conversation_is_assigned_taken_and_handed_back() {
    let fixture = open();
    assert!(fixture.get("")["conversations"][0].get("operatorId").is_none());
    assert_eq!(assign(&fixture, "ann", "agent", Some("")).0, 200);
    assert_eq!(assign(&fixture, "bob", "second", None).0, 200);
    assert_eq!(assignee(&fixture, "ann").as_deref(), Some("agent"));
    for show in ["waiting", "all"] {
        assert_eq!(listed(&fixture, &format!("show={show}&operatorId=agent")), ["ann"], "{show}");
        assert_eq!(listed(&fixture, &format!("show={show}&operatorId=second")), ["bob"], "{show}");
        assert_eq!(listed(&fixture, &format!("show={show}&unassigned=true")), ["cai"], "{show}");
        assert_eq!(listed(&fixture, &format!("show={show}")).len(), 3, "{show}");
    }
    assert_eq!(fixture.get("?operatorId=second")["conversations"][0]["operatorId"], "second");
    // Somebody else was faster.
    let (status, answer) = assign(&fixture, "ann", "second", Some(""));
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("currentOperatorId"), "{answer}");
    assert_eq!(assign(&fixture, "ann", "second", Some("agent")).0, 200);
    assert_eq!(assign(&fixture, "ann", "", Some("second")).0, 200);
    assert_eq!(assignee(&fixture, "ann"), None);
    // A new message changes nothing about it, and a reply neither.
    fixture.writes("bob", "还在吗");
    assert_eq!(fixture.send("POST", "/bob/replies", &json!({ "text": "在" })).0, 200);
    assert_eq!(assignee(&fixture, "bob").as_deref(), Some("second"));
}

#[test]
fn only_operators_who_may_answer_get_one() {
    let fixture = open();
    let other = fixture.server.account("别的");
    operator::set_roles(&fixture.server, "elsewhere", [(OperatorRole::Agent, only(&other))]);
    operator::set_roles(&fixture.server, "editor", [(OperatorRole::Editor, AccountScope::All)]);
    operator::set_roles(&fixture.server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    for userid in ["elsewhere", "editor", "ann", "nobody"] {
        let (status, answer) = assign(&fixture, "ann", userid, None);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains("operatorId"), "{answer}");
    }
    let operators = json!({ "operator_user_id_list": ["cai"] });
    let path = format!("/v1.0/carillon/service-accounts/{}/operators", fixture.unionid);
    fixture.server.ok_v1("PUT", &path, &operators);
    for userid in ["owner", "cai", "agent"] {
        assert_eq!(assign(&fixture, "ann", userid, None).0, 200, "{userid}");
    }
    let path = format!("/v1.0/carillon/service-accounts/{}/agents", fixture.unionid);
    let (_, agents) = call(&fixture.server, &fixture.agent, "GET", &path, None);
    let ids = agents["agents"].as_array().unwrap().iter().map(|agent| agent["userId"].as_str().unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["agent", "cai", "owner", "second"]);
    assert_eq!(agents["agents"][1], json!({ "userId": "cai", "name": "员cai" }));
    // Conversations that do not exist have no operator either.
    operator::set_roles(&fixture.server, "dan", []);
    assert_eq!(assign(&fixture, "dan", "agent", None).0, 400);
    // Operators of other accounts see and change nothing.
    let stranger = operator::sign_in(&fixture.server, "elsewhere", [(OperatorRole::Agent, only(&other))]);
    let path = fixture.path("/ann/operator");
    let refused = call(&fixture.server, &stranger, "PUT", &path, Some(&json!({ "operatorId": "" })));
    assert_eq!((refused.0, &refused.1["code"]), (400, &json!("invalid.unionid")));
}

#[test]
fn who_loses_the_role_or_leaves_has_no_conversation_any_more() {
    let fixture = open();
    let server = &fixture.server;
    let give = |to: &str| {
        assert_eq!(assign(&fixture, "ann", to, None).0, 200);
        assert_eq!(assignee(&fixture, "ann").as_deref(), Some(to));
    };
    // The role is taken away, or is for another account.
    let other = server.account("别的");
    for roles in
        [vec![], vec![(OperatorRole::Agent, only(&other))], vec![(OperatorRole::Editor, AccountScope::All)]]
    {
        operator::set_roles(server, "second", [(OperatorRole::Agent, AccountScope::All)]);
        give("second");
        operator::set_roles(server, "second", roles);
        assert_eq!(assignee(&fixture, "ann"), None);
        assert_eq!(listed(&fixture, "unassigned=true").len(), 3);
    }
    // A role that stays enough.
    operator::set_roles(server, "second", [(OperatorRole::Agent, AccountScope::All)]);
    give("second");
    operator::set_roles(server, "second", [(OperatorRole::Owner, AccountScope::All)]);
    assert_eq!(assignee(&fixture, "ann").as_deref(), Some("second"));
    // Out of the list of the account.
    let path = format!("/v1.0/carillon/service-accounts/{}/operators", fixture.unionid);
    server.ok_v1("PUT", &path, &json!({ "operator_user_id_list": ["cai", "bob"] }));
    give("cai");
    server.ok_v1("PUT", &path, &json!({ "operator_user_id_list": ["bob"] }));
    assert_eq!(assignee(&fixture, "ann"), None);
    // Gone altogether.
    give("bob");
    server.ok("/topapi/v2/user/delete", &json!({ "userid": "bob" }));
    assert_eq!(assignee(&fixture, "ann"), None);
    // The trail has it, with who did it.
    let (_, trail) =
        server.call_v1("/v1.0/carillon/audits/query", &json!({ "subject": "conversation", "maxResults": 1 }));
    let newest = &trail["items"][0];
    assert_eq!(newest["subjectId"], format!("{}/*", fixture.unionid));
    assert_eq!(newest["before"]["operator"], "bob");
    assert_eq!((&newest["after"]["operator"], &newest["after"]["count"]), (&json!(""), &json!("1")));
}
