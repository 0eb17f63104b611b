//! A server with members, and groups that the operations create.

use serde_json::{Value, json};

use testkit::server::TestServer;

pub const CREATE: &str = "/v1.0/carillon/groups/create";
pub const INFOS: &str = "/v1.0/exclusive/securities/orgGroupInfos";
pub const WORDS: &str = "/v1.0/exclusive/enterpriseSecurities/banOrOpenGroupWords";

/// A server with members `a`, `b`, `c`, `d` called 甲, 乙, 丙, 丁.
pub fn start() -> TestServer {
    let server = TestServer::start();
    add_members(&server);
    server
}

pub fn add_members(server: &TestServer) {
    for (index, (userid, name)) in [("a", "甲"), ("b", "乙"), ("c", "丙"), ("d", "丁")].iter().enumerate()
    {
        let member = json!({ "userid": userid, "name": name, "mobile": format!("1380000000{index}"), "dept_id_list": "1" });
        server.ok("/topapi/v2/user/create", &member);
    }
}

/// The response to a call that must succeed.
pub fn ok(server: &TestServer, path: &str, body: &Value) -> Value {
    let (status, answer) = server.call_v1(path, body);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// Status, code and message of a call that must fail.
pub fn refused(server: &TestServer, path: &str, body: &Value) -> (u16, String, String) {
    let (status, answer) = server.call_v1(path, body);
    let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{path}: {answer}")).to_owned();
    (status, text("code"), text("message"))
}

/// Creates a group of type 3, and returns its id.
pub fn group(server: &TestServer, title: &str, owner: &str, members: &[&str]) -> String {
    let request = json!({ "title": title, "groupType": 3, "ownerUserId": owner, "memberUserIds": members });
    ok(server, CREATE, &request)["openConversationId"].as_str().unwrap().to_owned()
}

/// A valid request of an operation on a group.
pub fn valid_request(path: &str, id: &str) -> Value {
    match path {
        "members/add" | "members/remove" => json!({ "openConversationId": id, "memberUserIds": ["a"] }),
        "messages/send" => json!({ "openConversationId": id, "senderUserId": "a" }),
        _ => json!({ "openConversationId": id }),
    }
}
