//! Operators, as owners manage them.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};
use testkit::server::{NOW, TestServer};

use crate::operator::{self, call};

const OPERATORS: &str = "/v1.0/carillon/operators";
const DAY_MS: i64 = 86_400_000;

fn owner(server: &TestServer) -> String {
    operator::sign_in(server, "owner", [(OperatorRole::Owner, AccountScope::All)])
}

fn member(server: &TestServer, userid: &str, number: u32) {
    let member = json!({ "userid": userid, "name": userid, "mobile": format!("1380000{number:04}"), "dept_id_list": "1" });
    server.ok("/topapi/v2/user/create", &member);
}

/// The row of an operator in the list.
fn listed(server: &TestServer, cookie: &str, userid: &str) -> Option<Value> {
    let (status, answer) = call(server, cookie, "GET", OPERATORS, None);
    assert_eq!(status, 200, "{answer}");
    answer["operators"].as_array().unwrap().iter().find(|row| row["userId"] == userid).cloned()
}

#[test]
fn roles_are_replaced_and_listed() {
    let server = operator::server();
    let cookie = owner(&server);
    let account = server.account("新闻");
    member(&server, "zhang", 1);
    let set = |userid: &str, request: &Value| {
        call(&server, &cookie, "PUT", &format!("{OPERATORS}/{userid}"), Some(request))
    };
    let roles = json!([{ "role": "editor", "unionids": [account] }, { "role": "analyst" }]);
    assert_eq!(set("zhang", &json!({ "roles": roles })).0, 200);
    let row = listed(&server, &cookie, "zhang").unwrap();
    assert_eq!(
        row,
        json!({ "userId": "zhang", "name": "zhang", "roles": roles, "operatedUnionids": [], "rolesByGroups": [] })
    );
    // Replaced, not added.
    assert_eq!(set("zhang", &json!({ "roles": [{ "role": "members" }] })).0, 200);
    assert_eq!(listed(&server, &cookie, "zhang").unwrap()["roles"], json!([{ "role": "members" }]));
    // A member who does not exist needs a name.
    let (status, answer) = set("new", &json!({ "roles": [{ "role": "agent" }] }));
    assert_eq!((status, &answer["code"]), (400, &json!("invalid.userid")), "{answer}");
    assert_eq!(set("new", &json!({ "roles": [{ "role": "agent" }], "name": " 新人 " })).0, 200);
    assert_eq!(listed(&server, &cookie, "new").unwrap()["name"], "新人");
    // Operators of an account are listed too.
    let path = format!("/v1.0/carillon/service-accounts/{account}/operators");
    member(&server, "li", 2);
    server.ok_v1("PUT", &path, &json!({ "operator_user_id_list": ["li"] }));
    let row = listed(&server, &cookie, "li").unwrap();
    assert_eq!((&row["roles"], &row["operatedUnionids"]), (&json!([]), &json!([account])));

    assert_eq!(call(&server, &cookie, "DELETE", &format!("{OPERATORS}/zhang"), None), (200, json!({})));
    assert_eq!(listed(&server, &cookie, "zhang"), None);
    let (status, answer) = call(&server, &cookie, "DELETE", &format!("{OPERATORS}/nobody"), None);
    assert_eq!((status, &answer["code"]), (400, &json!("invalid.userid")), "{answer}");
}

#[test]
fn roles_that_cannot_be_are_refused() {
    let server = operator::server();
    let cookie = owner(&server);
    let account = server.account("新闻");
    member(&server, "zhang", 1);
    let many: Vec<Value> = (0..201).map(|number| json!(format!("{number}iE"))).collect();
    for (userid, roles, reason) in [
        ("zhang", json!([]), "roles"),
        ("zhang", json!([{ "role": "root" }]), "roles[0].role"),
        ("zhang", json!([{ "role": "owner", "unionids": [account] }]), "cannot limit owner"),
        ("zhang", json!([{ "role": "members", "unionids": [account] }]), "cannot limit members"),
        ("zhang", json!([{ "role": "editor", "unionids": ["nosuchiE"] }]), "no service account"),
        ("zhang", json!([{ "role": "editor", "unionids": many }]), "unionids"),
        ("zhang", json!([{ "role": "editor", "permissions": [] }]), "permissions"),
        ("owner", json!([{ "role": "editor" }]), "no other owner"),
    ] {
        let path = format!("{OPERATORS}/{userid}");
        let (status, answer) = call(&server, &cookie, "PUT", &path, Some(&json!({ "roles": roles })));
        let message = answer["message"].as_str().unwrap();
        assert!(status == 400 && message.contains(reason), "{roles}: {answer}");
    }
    let (status, answer) = call(&server, &cookie, "DELETE", &format!("{OPERATORS}/owner"), None);
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("no other owner"), "{answer}");
    // With a second owner the first one can go.
    let second = json!({ "roles": [{ "role": "owner" }] });
    assert_eq!(call(&server, &cookie, "PUT", &format!("{OPERATORS}/zhang"), Some(&second)).0, 200);
    assert_eq!(call(&server, &cookie, "DELETE", &format!("{OPERATORS}/owner"), None).0, 200);
    assert_eq!(call(&server, &cookie, "GET", OPERATORS, None).0, 403, "no owner any more");
}

#[test]
fn a_link_is_for_operators_alone_and_replaces_the_one_before() {
    let server = operator::server();
    let cookie = owner(&server);
    member(&server, "zhang", 1);
    let link =
        || call(&server, &cookie, "POST", &format!("{OPERATORS}/zhang/password-link"), Some(&json!({})));
    let (status, answer) = link();
    assert_eq!((status, &answer["code"]), (400, &json!("invalid.userid")), "no operator: {answer}");
    operator::set_roles(&server, "zhang", [(OperatorRole::Agent, AccountScope::All)]);
    let (first, second) = (link().1, link().1);
    assert_ne!(first["url"], second["url"]);
    assert_eq!(second["expireTime"], NOW + 3 * DAY_MS);
    let is_known = |link: &Value| {
        let text = link["url"].as_str().unwrap().rsplit_once("/sign-in/link/").unwrap().1.to_owned();
        let env = server.env.clone();
        let found = server
            .store
            .read_registry_blocking(|tx| carillon_domain::operator::linked_member(tx, &env, &text));
        found.unwrap().is_some_and(|linked| linked.userid == "zhang".into())
    };
    assert!(!is_known(&first) && is_known(&second));
}

#[test]
fn apps_neither_remove_operators_nor_set_their_passwords() {
    let server = operator::server();
    let owner = owner(&server);
    let account = server.account("新闻");
    for (number, userid) in ["zhang", "li", "wang"].into_iter().enumerate() {
        member(&server, userid, u32::try_from(number).unwrap());
    }
    let (delete, update) = ("/topapi/v2/user/delete", "/topapi/v2/user/update");
    let new_password = |userid: &str| json!({ "userid": userid, "init_password": "long-enough-1" });
    let only = operator::only(&account);
    operator::set_roles(&server, "zhang", [(OperatorRole::Agent, only)]);
    let operators = format!("/v1.0/carillon/service-accounts/{account}/operators");
    server.ok_v1("PUT", &operators, &json!({ "operator_user_id_list": ["li"] }));
    for userid in ["owner", "zhang"] {
        let refused = server.call(delete, &json!({ "userid": userid }));
        assert_eq!(
            (&refused["errcode"], &refused["errmsg"]),
            (&json!(50_002), &json!("企业员工不在授权范围"))
        );
    }
    for userid in ["owner", "zhang", "li"] {
        assert_eq!(server.code(update, &new_password(userid)), 50_002, "{userid}");
        server.ok(update, &json!({ "userid": userid, "title": "编辑" }));
    }
    // Nothing of a refused request is kept.
    let renamed = json!({ "userid": "zhang", "name": "别名", "init_password": "long-enough-1" });
    assert_eq!(server.code(update, &renamed), 50_002);
    assert_eq!(server.ok("/topapi/v2/user/get", &json!({ "userid": "zhang" }))["result"]["name"], "zhang");
    // Members, and those whom only the list of an account names, which apps may change.
    server.ok(update, &new_password("wang"));
    server.ok(delete, &json!({ "userid": "wang" }));
    server.ok(delete, &json!({ "userid": "li" }));
    // An owner may, and so may an app once the role is gone.
    assert_eq!(call(&server, &owner, "DELETE", &format!("{OPERATORS}/zhang"), None).0, 200);
    server.ok(update, &new_password("zhang"));
    server.ok(delete, &json!({ "userid": "zhang" }));
    assert_eq!(server.code(delete, &json!({ "userid": "nobody" })), 60_121);
}

#[test]
fn apps_do_not_decide_whom_single_sign_on_takes_for_an_operator() {
    let server = operator::server();
    let owner = owner(&server);
    member(&server, "zhang", 1);
    member(&server, "wang", 2);
    let clerk = operator::sign_in(&server, "clerk", [(OperatorRole::Members, AccountScope::All)]);
    operator::set_roles(&server, "zhang", [(OperatorRole::Auditor, AccountScope::All)]);
    let issuer = "https://id.example.com";
    let settings = json!({
        "issuer": issuer, "client_id": "carillon", "client_secret": "secret-of-the-client", "label": "ID", "match_by": "email",
    });
    assert_eq!(call(&server, &owner, "PUT", "/v1.0/carillon/organisation/sign-on", Some(&settings)).0, 200);
    let update = "/topapi/v2/user/update";
    let email = |userid: &str| json!({ "userid": userid, "email": format!("{userid}@thief.example") });
    assert_eq!(server.code(update, &email("zhang")), 50_002);
    server.ok(update, &email("wang"));
    server.ok(update, &json!({ "userid": "zhang", "mobile": "13800009999" }));
    let set = |cookie: &str, email: &str| {
        call(&server, cookie, "PUT", "/v1.0/carillon/members/zhang", Some(&json!({ "email": email })))
    };
    let (status, refused) = set(&clerk, "zhang@thief.example");
    assert_eq!(
        (status, &refused["code"]),
        (403, &json!("Forbidden.AccessDenied.OperatorRoleDenied")),
        "{refused}"
    );
    assert_eq!(set(&owner, "zhang@example.com").0, 200);
    assert_eq!(set(&clerk, "zhang@example.com").0, 200, "it stays as it is");
    operator::link(&server, "zhang", issuer);
    server.ok(update, &json!({ "userid": "zhang", "email": "li@example.com" }));
}
