use serde_json::{Value, json};

use testkit::server::{NOW, TestServer};

use crate::group::fixture::{CREATE, group, ok, refused, start, valid_request};

fn get(server: &TestServer, id: &str) -> Value {
    ok(server, "/v1.0/carillon/groups/get", &json!({ "openConversationId": id }))
}

fn members(server: &TestServer, id: &str, after: &Value, size: i64) -> Value {
    let request = json!({ "openConversationId": id, "nextToken": after, "maxResults": size });
    ok(server, "/v1.0/carillon/groups/members/list", &request)
}

#[test]
fn the_life_of_a_group() {
    let server = start();
    let id = group(&server, "群", "a", &["b"]);
    let change = |path: &str, fields: Value| {
        let mut request = fields;
        request["openConversationId"] = json!(id);
        ok(&server, &format!("/v1.0/carillon/groups/{path}"), &request)
    };
    let all = json!({ "memberUserIds": "c,d", "memberDeptIds": ["1"] });
    assert_eq!(change("members/add", all), json!({ "groupMembersCount": 4 }));
    let page = members(&server, &id, &Value::Null, 3);
    let next = &page["nextToken"];
    assert_eq!(page, json!({ "totalCount": 4, "userIds": ["a", "b", "c"], "nextToken": next }));
    assert_eq!(members(&server, &id, next, 3), json!({ "totalCount": 4, "userIds": ["d"] }));
    let update = json!({ "title": "新", "ownerUserId": "b", "administratorUserIds": ["c"], "extensions": { "k": "v" } });
    assert_eq!(change("update", update), json!({}));
    assert_eq!(
        change("members/remove", json!({ "memberUserIds": ["d"] })),
        json!({ "groupMembersCount": 3 })
    );
    let found = get(&server, &id);
    let creator = server.ok("/topapi/v2/user/get", &json!({ "userid": "a" }))["result"]["unionid"].clone();
    let expected = json!({
        "openConversationId": id, "title": "新", "groupType": 3, "templateId": "", "templateName": "",
        "ownerUserId": "b", "administratorUserIds": ["c"], "creatorUnionId": creator, "groupMembersCount": 3,
        "syncToDingpan": 0, "usedQuota": 0, "wordsBanned": false, "createTime": NOW, "lastActiveTime": NOW,
        "extensions": { "k": "v" }
    });
    assert_eq!(found, expected);
    change("update", json!({ "clearAdministrators": true }));
    assert_eq!(get(&server, &id)["administratorUserIds"], json!([]));
    change("dissolve", json!({}));
    let dissolved = get(&server, &id);
    assert_eq!((&dissolved["dissolveTime"], &dissolved["groupMembersCount"]), (&json!(NOW), &json!(0)));
    for path in ["update", "dissolve", "members/add", "members/remove", "messages/send"] {
        let request = valid_request(path, &id);
        let path = format!("/v1.0/carillon/groups/{path}");
        assert_eq!(
            refused(&server, &path, &request),
            (400, "group.dissolved".to_owned(), "群已解散".to_owned())
        );
    }
}

#[test]
fn every_rule_of_groups_has_its_code() {
    let server = start();
    let id = group(&server, "群", "a", &["b"]);
    let all = json!({ "title": "全员", "groupType": 1, "ownerUserId": "a" });
    let all_id = ok(&server, CREATE, &all)["openConversationId"].clone();
    let groups = |path: &str| format!("/v1.0/carillon/groups/{path}");
    for (path, request, status, code, message) in [
        ("create", all, 400, "group.exists", "组织或部门已有群"),
        (
            "create",
            json!({ "title": "部门", "groupType": 2, "deptId": 1, "ownerUserId": "a", "memberUserIds": ["a"] }),
            400,
            "group.members.follow",
            "全员群和部门群的成员随组织变动",
        ),
        (
            "members/add",
            json!({ "openConversationId": all_id, "memberUserIds": ["a"] }),
            400,
            "group.members.follow",
            "全员群和部门群的成员随组织变动",
        ),
        ("get", json!({ "openConversationId": "cidNone" }), 404, "group.not.found", "群不存在"),
        (
            "update",
            json!({ "openConversationId": id, "ownerUserId": "c" }),
            400,
            "group.member.not.found",
            "不是群成员: c",
        ),
        (
            "messages/send",
            json!({ "openConversationId": id, "senderUserId": "c" }),
            400,
            "group.member.not.found",
            "不是群成员: c",
        ),
    ] {
        let expected = (status, code.to_owned(), message.to_owned());
        assert_eq!(refused(&server, &groups(path), &request), expected, "{request}");
    }
}

#[test]
fn limits_hold_at_the_boundary_and_name_the_field() {
    let server = start();
    let base = || json!({ "title": "群", "groupType": 3, "ownerUserId": "a" });
    let with = |field: &str, value: Value| {
        let mut request = base();
        request[field] = value;
        request
    };
    let texts = |count: usize| (0..count).map(|number| (format!("k{number}"), json!("v"))).collect::<Value>();
    for accepted in [
        with("title", json!("群".repeat(64))),
        with("extensions", texts(20)),
        with("extensions", json!({ "k": "值".repeat(256) })),
        with("memberUserIds", json!(vec!["b"; 1000])),
    ] {
        ok(&server, CREATE, &accepted);
    }
    for (request, reason) in [
        (with("title", json!("群".repeat(65))), "title must have at most 64 characters"),
        (with("extensions", texts(21)), "extensions must have at most 20 items"),
        (
            with("extensions", json!({ "k": "值".repeat(257) })),
            "extensions.k must have at most 256 characters",
        ),
        (with("memberUserIds", json!(vec!["b"; 1001])), "memberUserIds must have at most 1000 items"),
        (with("groupType", json!(5)), "groupType must be one of 1, 2, 3, 4"),
        (with("groupType", json!(2)), "deptId is needed for a group of type 2"),
        (with("groupType", json!(4)), "templateId is needed for a group of type 4"),
        (with("memberUserIds", json!(["x"])), "memberUserIds names no member: x"),
        (with("memberDeptIds", json!([7])), "memberDeptIds names no department: 7"),
        (with("syncToDingpan", json!(2)), "syncToDingpan must be one of 0, 1"),
    ] {
        let expected = (400, "param.illegal".to_owned(), format!("参数不合法: {reason}"));
        assert_eq!(refused(&server, CREATE, &request), expected);
    }
    let id = group(&server, "群", "a", &[]);
    let page = |size: i64| json!({ "openConversationId": id, "maxResults": size });
    let list = "/v1.0/carillon/groups/members/list";
    ok(&server, list, &page(1000));
    assert_eq!(refused(&server, list, &page(1001)).2, "参数不合法: maxResults must be at most 1000");
    for (token, reason) in [
        (json!(0), "nextToken must be at least 1"),
        (json!(4_294_967_296_i64), "nextToken must be at most 4294967295"),
        (json!("x"), "nextToken must be a whole number"),
    ] {
        let damaged = json!({ "openConversationId": id, "nextToken": token });
        assert_eq!(refused(&server, list, &damaged).2, format!("参数不合法: {reason}"));
    }
    let file = |size: i64| json!({ "openConversationId": id, "senderUserId": "a", "fileSize": size });
    let send = "/v1.0/carillon/groups/messages/send";
    ok(&server, send, &file(1 << 40));
    assert_eq!(
        refused(&server, send, &file((1 << 40) + 1)).2,
        "参数不合法: fileSize must be at most 1099511627776"
    );
    let nobody = json!({ "openConversationId": id });
    let reason = "参数不合法: memberUserIds or memberDeptIds must name somebody";
    assert_eq!(refused(&server, "/v1.0/carillon/groups/members/add", &nobody).2, reason);
}
