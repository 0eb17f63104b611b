//! Members and departments, as operators find and change them.

use carillon_domain::contact::import;
use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};
use testkit::server::TestServer;

use crate::operator::{self, call, upload};

const MEMBERS: &str = "/v1.0/carillon/members";
const IMPORTS: &str = "/v1.0/carillon/member-imports";
const DEPARTMENTS: &str = "/v1.0/carillon/departments";

struct Clerk {
    server: TestServer,
    cookie: String,
}

impl Clerk {
    fn new() -> Self {
        let server = operator::server();
        let cookie = operator::sign_in(&server, "clerk", [(OperatorRole::Members, AccountScope::All)]);
        Self { server, cookie }
    }

    fn call(&self, method: &str, path: &str, request: Value) -> (u16, Value) {
        let request = (method != "GET" && method != "DELETE").then_some(request);
        call(&self.server, &self.cookie, method, path, request.as_ref())
    }

    fn ok(&self, method: &str, path: &str, request: Value) -> Value {
        let (status, answer) = self.call(method, path, request);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    fn refused(&self, method: &str, path: &str, request: Value, code: &str) {
        let (status, answer) = self.call(method, path, request);
        assert!(status >= 400 && answer["code"] == code, "{method} {path} {status}: {answer}");
    }

    fn add(&self, userid: &str, name: &str) {
        let new = json!({ "userId": userid, "name": name, "departmentIds": [1] });
        assert_eq!(self.ok("POST", MEMBERS, new), json!({ "userId": userid }));
    }

    /// Does the work that the jobs of a server do.
    fn work(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (store, env, corp) = (&self.server.store, &self.server.env, &self.server.corp);
        let step = || runtime.block_on(import::take_step(store, env, corp)).unwrap();
        while step().is_some_and(|at| at <= env.now()) {}
    }
}

#[test]
fn members_are_added_found_changed_and_removed() {
    let clerk = Clerk::new();
    clerk.add("zhang", "张三");
    clerk.add("li", "李四");
    let mobile = json!({ "name": "王五", "mobile": "13800000001", "departmentIds": [1] });
    let made = clerk.ok("POST", MEMBERS, mobile.clone());
    assert!(made["userId"].as_str().unwrap().len() > 3, "{made}");
    clerk.refused("POST", MEMBERS, mobile, "mobile.taken");
    let taken = json!({ "userId": "li", "name": "x", "departmentIds": [1] });
    clerk.refused("POST", MEMBERS, taken, "userid.taken");
    for (request, field) in [
        (json!({ "userId": "x", "departmentIds": [1] }), "name"),
        (json!({ "userId": "x", "name": " ", "departmentIds": [1] }), "name"),
        (json!({ "userId": "x", "name": "x" }), "departmentIds"),
        (json!({ "name": "x", "departmentIds": [1] }), "mobile"),
    ] {
        let (status, answer) = clerk.call("POST", MEMBERS, request);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(field), "{answer}");
    }
    let unknown = json!({ "userId": "x", "name": "x", "departmentIds": [99] });
    clerk.refused("POST", MEMBERS, unknown, "department.not.found");
    let found = |query: &str| {
        let answer = clerk.ok("GET", &format!("{MEMBERS}?{query}"), Value::Null);
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|item| item["userId"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("search=zs"), ["zhang"]);
    assert_eq!(found("search=li&signIn=no_password"), ["li"]);
    assert_eq!(found("departmentId=99").len(), 0);
    let first = clerk.ok("GET", &format!("{MEMBERS}?maxResults=2"), Value::Null);
    let userids = |answer: &Value| {
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|item| item["userId"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = userids(&clerk.ok("GET", MEMBERS, Value::Null));
    assert_eq!((&first["totalCount"], all.len()), (&json!(4), 4), "{first}");
    let next = format!("{MEMBERS}?maxResults=2&nextToken={}", first["nextToken"]);
    let rest = clerk.ok("GET", &next, Value::Null);
    assert_eq!((userids(&rest), &rest["hasMore"]), (all[2..].to_vec(), &json!(false)), "{rest}");
    for damaged in ["0", "-1", "x", "4294967296"] {
        let (status, answer) = clerk.call("GET", &format!("{MEMBERS}?nextToken={damaged}"), Value::Null);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains("nextToken"), "{answer}");
    }

    let member = format!("{MEMBERS}/zhang");
    clerk.ok("PUT", &member, json!({ "title": "掌门", "remark": "一" }));
    let stored = clerk.ok("GET", &member, Value::Null);
    assert_eq!(
        (&stored["name"], &stored["title"], &stored["remark"], &stored["hasPassword"], &stored["roleIds"]),
        (&json!("张三"), &json!("掌门"), &json!("一"), &json!(false), &json!([])),
        "{stored}"
    );
    clerk.refused("PUT", &format!("{member}/roles"), json!({ "roleIds": [99] }), "role.not.found");
    clerk.ok("POST", &format!("{member}/unlock"), json!({}));
    clerk.ok("DELETE", &member, Value::Null);
    for (method, path) in
        [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/password-link"), ("POST", "/unlock")]
    {
        clerk.refused(method, &format!("{member}{path}"), json!({}), "invalid.userid");
    }
}

#[test]
fn operators_are_for_owners() {
    let clerk = Clerk::new();
    operator::set_roles(&clerk.server, "agent", [(OperatorRole::Agent, AccountScope::All)]);
    let owner = operator::sign_in(&clerk.server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    let link = format!("{MEMBERS}/agent/password-link");
    for (method, path) in [("POST", link.as_str()), ("DELETE", "/v1.0/carillon/members/agent")] {
        let (status, answer) = clerk.call(method, path, json!({}));
        assert_eq!(
            (status, &answer["accessdenieddetail"]["requiredRoles"]),
            (403, &json!(["owner"])),
            "{answer}"
        );
    }
    let (status, made) = call(&clerk.server, &owner, "POST", &link, Some(&json!({})));
    assert!(status == 200 && made["url"].as_str().unwrap().contains("/sign-in/link/"), "{made}");
    clerk.add("zhang", "张三");
    clerk.ok("POST", &format!("{MEMBERS}/zhang/password-link"), json!({}));
}

#[test]
fn a_list_is_uploaded_checked_and_applied() {
    let clerk = Clerk::new();
    let list = "userid,name,mobile,departments\nu1,一,13800000001,新部\nu2,二,1,新部\n";
    let (status, answer) = upload(&clerk.server, &clerk.cookie, IMPORTS, list.as_bytes());
    assert_eq!(status, 200, "{answer}");
    let one = format!("{IMPORTS}/{}", answer["importId"]);
    let (status, busy) = upload(&clerk.server, &clerk.cookie, IMPORTS, list.as_bytes());
    assert_eq!((status, &busy["code"]), (409, &json!("import.running")));
    assert_eq!(clerk.ok("GET", &one, Value::Null)["status"], "checking");
    clerk.refused("POST", &format!("{one}/apply"), json!({}), "import.status");
    clerk.work();
    let ready = clerk.ok("GET", &one, Value::Null);
    assert_eq!(
        (&ready["status"], &ready["addedCount"], &ready["refusedCount"], &ready["departments"]),
        (&json!("ready"), &json!(1), &json!(1), &json!(["新部"])),
        "{ready}"
    );
    let problems = clerk.ok("GET", &format!("{one}/lines"), Value::Null)["items"][0].clone();
    assert_eq!((&problems["line"], &problems["column"]), (&json!(3), &json!("mobile")), "{problems}");
    assert_eq!(problems["reasonZh"], "手机号为空或格式不正确");
    assert_eq!(problems["cells"], json!(["u2", "二", "1", "新部"]));
    clerk.ok("POST", &format!("{one}/apply"), json!({}));
    clerk.work();
    let done = clerk.ok("GET", &one, Value::Null);
    assert_eq!(
        (&done["status"], &done["addedCount"], &done["percent"]),
        (&json!("done"), &json!(1), &json!(100))
    );
    let added = clerk.ok("GET", &format!("{one}/lines?outcome=added"), Value::Null);
    assert_eq!(added["items"][0]["userId"], "u1", "{added}");
    clerk.refused("POST", &format!("{one}/cancel"), json!({}), "import.status");
    assert_eq!(clerk.ok("GET", IMPORTS, Value::Null)["imports"].as_array().unwrap().len(), 1);
    for action in ["", "/lines"] {
        clerk.refused("GET", &format!("{IMPORTS}/99{action}"), Value::Null, "import.not.found");
    }
    for (file, reason) in [(&b"name\nx\n"[..], "does not name userid"), (b"PK\x03\x04x", "as a workbook")] {
        let (status, answer) = upload(&clerk.server, &clerk.cookie, IMPORTS, file);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(reason), "{answer}");
    }
    let agent = operator::sign_in(&clerk.server, "agent", [(OperatorRole::Agent, AccountScope::All)]);
    assert_eq!(upload(&clerk.server, &agent, IMPORTS, list.as_bytes()).0, 403);
}

#[test]
fn departments_are_made_ordered_and_removed() {
    let clerk = Clerk::new();
    let add = |name: &str, parent: i64| {
        clerk.ok("POST", DEPARTMENTS, json!({ "name": name, "parentId": parent }))["departmentId"]
            .as_i64()
            .unwrap()
    };
    let top = add("顶", 1);
    let (a, b, c) = (add("甲", top), add("乙", top), add("丙", top));
    let names = |query: &str| {
        let answer = clerk.ok("GET", &format!("{DEPARTMENTS}?parentId={top}{query}"), Value::Null);
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(""), ["甲", "乙", "丙"]);
    clerk.ok("POST", &format!("{DEPARTMENTS}/{c}/place"), json!({ "parentId": top, "beforeId": a }));
    assert_eq!(
        (names(""), names("&maxResults=2&nextToken=2")),
        (vec!["丙".into(), "甲".into(), "乙".into()], vec!["乙".to_owned()])
    );
    clerk.ok("PUT", &format!("{DEPARTMENTS}/{b}"), json!({ "name": "丁" }));
    let one = |id: i64| format!("{DEPARTMENTS}/{id}");
    clerk.refused("PUT", &one(b), json!({ "name": "甲" }), "department.name.taken");
    clerk.refused("PUT", &one(b), json!({ "name": "a-b" }), "department.name.invalid");
    clerk.refused("PUT", &one(1), json!({ "name": "x" }), "root.department");
    clerk.refused("POST", &format!("{}/place", one(top)), json!({ "parentId": a }), "department.loop");
    clerk.refused("POST", &format!("{}/place", one(a)), json!({ "parentId": 99 }), "parent.not.found");
    clerk.refused("DELETE", &one(top), Value::Null, "department.has.children");
    clerk.refused("DELETE", &one(1), Value::Null, "root.department");
    clerk.refused("DELETE", &one(99), Value::Null, "department.not.found");
    clerk.add("zhang", "张三");
    let moved = json!({ "targetId": a, "userIds": ["zhang", "clerk"] });
    assert_eq!(clerk.ok("POST", &format!("{}/move-members", one(1)), moved)["movedCount"], 2);
    clerk.refused("DELETE", &one(a), Value::Null, "department.has.members");
    clerk.ok("DELETE", &one(b), Value::Null);
    assert_eq!(names(""), ["丙", "甲"]);
}
