use carillon_domain::contact::{admin, user};
use carillon_model::{app::AppType, audit::Signature, contact::AdminLevel, id::UserId};
use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::{PERMISSIONS, TestServer};

fn rename(server: &TestServer, names: &[&str]) {
    for (number, name) in (1..).zip(names) {
        add_member(server, number, json!({ "name": name }));
    }
}

/// The userids of a page, and the total.
fn search(server: &TestServer, fields: Value) -> (Value, i64) {
    let request = with(json!({ "offset": 0, "size": 100 }), fields);
    let (status, answer) = server.call_v1(USER_SEARCH, &request);
    assert_eq!(status, 200, "{answer}");
    (answer["list"].clone(), answer["totalCount"].as_i64().unwrap())
}

#[test]
fn members_are_found_by_name_and_pinyin() {
    let server = TestServer::start();
    rename(&server, &["张三", "张三丰", "章三", "李Lei", "Zhang San", "吕布", "100%_\\"]);
    let found = |word: &str| search(&server, json!({ "queryWord": word })).0;
    for (word, expected) in [
        ("张三", json!(["u1", "u2"])),
        ("三", json!(["u1", "u2", "u3"])),
        ("丰", json!(["u2"])),
        ("zhangsan", json!(["u1", "u2", "u3", "u5"])),
        ("ZHANG SAN", json!(["u1", "u2", "u3", "u5"])),
        ("zsf", json!(["u2"])),
        ("lei", json!(["u4"])),
        ("lvbu", json!(["u6"])),
        ("%", json!(["u7"])),
        ("_", json!(["u7"])),
        ("\\", json!(["u7"])),
        ("王", json!([])),
    ] {
        assert_eq!(found(word), expected, "{word}");
    }
    let exact = |word: &str| search(&server, json!({ "queryWord": word, "fullMatchField": 1 }));
    assert_eq!(exact("张三"), (json!(["u1"]), 1));
    assert_eq!(exact("zhangsan"), (json!([]), 0));
    // After a rename only the new letters find the member.
    server.ok(UPDATE, &json!({ "userid": "u1", "name": "王五" }));
    assert_eq!((found("wangwu"), found("张三")), (json!(["u1"]), json!(["u2"])));
}

#[test]
fn searches_have_pages() {
    let server = TestServer::start();
    rename(&server, &["张一", "张二", "张三", "李四"]);
    for (name, parent) in [("张家", 1), ("章家", 1), ("李家", 1)] {
        add_department(&server, name, parent);
    }
    let page = |path: &str, offset: i64, size: i64| {
        let (status, answer) =
            server.call_v1(path, &json!({ "queryWord": "zhang", "offset": offset, "size": size }));
        assert_eq!(status, 200, "{answer}");
        answer
    };
    for (offset, size, more, list) in [
        (0, 2, true, json!(["u1", "u2"])),
        (1, 2, false, json!(["u3"])),
        (0, 3, false, json!(["u1", "u2", "u3"])),
        (2, 1, false, json!(["u3"])),
        (9, 1, false, json!([])),
        (i64::MAX, 1000, false, json!([])),
    ] {
        let expected = json!({ "hasMore": more, "totalCount": 3, "list": list });
        assert_eq!(page(USER_SEARCH, offset, size), expected, "{offset} {size}");
    }
    for (offset, more, list) in [(0, true, json!([2])), (1, false, json!([3])), (2, false, json!([]))] {
        let expected = json!({ "hasMore": more, "totalCount": 2, "list": list });
        assert_eq!(page(DEPT_SEARCH, offset, 1), expected, "{offset}");
    }
    let good = json!({ "queryWord": "z", "offset": 0, "size": 1 });
    for path in [USER_SEARCH, DEPT_SEARCH] {
        for (field, wrong) in [
            ("queryWord", json!(null)),
            ("queryWord", json!(" ")),
            ("offset", json!(null)),
            ("offset", json!(-1)),
            ("size", json!(null)),
            ("size", json!(0)),
            ("size", json!(1001)),
            ("fullMatchField", json!(0)),
        ] {
            if path == DEPT_SEARCH && field == "fullMatchField" {
                continue;
            }
            let is_missing = wrong.is_null() || wrong == " ";
            let code = if is_missing { format!("Missing{field}") } else { "parameter.error".to_owned() };
            let request = with(good.clone(), json!({ field: wrong }));
            refused_v1(&server, path, &request, 400, &code, field);
        }
    }
}

#[test]
fn members_are_sorted_by_pinyin() {
    let mut server = TestServer::start();
    rename(&server, &["王五", "阿里", "Bob", "张三", "阿里"]);
    server.use_app(AppType::Isv, &PERMISSIONS);
    let sorted = |path: &str, fields: Value| {
        let request = with(json!({ "userIdList": ["u4", "nobody", "u1", "u5", "u3", "u2"] }), fields);
        let (status, answer) = server.call_v1(path, &request);
        assert_eq!(status, 200, "{answer}");
        answer["userIdList"].clone()
    };
    let ascending = json!(["u5", "u2", "u3", "u1", "u4"]);
    for path in [USER_SORT, "/contact/users/sort"] {
        assert_eq!(sorted(path, json!({})), ascending);
        assert_eq!(sorted(path, json!({ "sortType": 0 })), ascending);
        assert_eq!(sorted(path, json!({ "sortType": "1" })), json!(["u4", "u1", "u3", "u5", "u2"]));
    }
    let ids = |count: usize| json!({ "userIdList": vec!["u1"; count] });
    assert_eq!(server.call_v1(USER_SORT, &ids(100)).0, 200);
    refused_v1(&server, USER_SORT, &ids(101), 500, "listsize.too.long", "userIdList");
    refused_v1(&server, USER_SORT, &json!({}), 400, "MissinguserIdList", "userIdList");
    let wrong = with(ids(1), json!({ "sortType": 2 }));
    refused_v1(&server, USER_SORT, &wrong, 400, "param.illegal", "sortType");
}

#[test]
fn a_member_is_found_by_mobile_number() {
    let server = TestServer::start();
    add_member(&server, 1, json!({ "mobile": "+852-61234567" }));
    let owned = json!({ "mobile": "", "exclusive_account": true, "exclusive_mobile": "13900000000" });
    add_member(&server, 2, owned.clone());
    add_member(&server, 3, owned);
    add_member(&server, 4, json!({ "mobile": "13900000000" }));
    let found = |request: Value| server.ok(BY_MOBILE, &request)["result"].clone();
    assert_eq!(
        found(json!({ "mobile": "+852-61234567" })),
        json!({ "userid": "u1", "exclusive_account_userid_list": [] })
    );
    let both = json!({ "mobile": 13_900_000_000_i64, "support_exclusive_account_search": true });
    let accounts = json!(["u2", "u3"]);
    assert_eq!(found(both.clone()), json!({ "userid": "u4", "exclusive_account_userid_list": accounts }));
    server.ok(DELETE, &json!({ "userid": "u4" }));
    assert_eq!(found(both.clone()), json!({ "exclusive_account_userid_list": accounts }));
    refused(&server, BY_MOBILE, &json!({ "mobile": "13900000000" }), 60_121, "");
    server.ok(UPDATE, &json!({ "userid": "u2", "exclusive_mobile": "13900000001" }));
    assert_eq!(found(both), json!({ "exclusive_account_userid_list": ["u3"] }));
    for (request, code) in [
        (json!({}), 400_002),
        (json!({ "mobile": " " }), 400_002),
        (json!({ "mobile": "1".repeat(16) }), 400_002),
        (json!({ "mobile": "one" }), 40_104),
        (json!({ "mobile": "1".repeat(15) }), 40_104),
        (json!({ "mobile": "+86-13900000009" }), 60_121),
        (json!({ "mobile": "13900000002", "support_exclusive_account_search": true }), 60_121),
    ] {
        assert_eq!(server.code(BY_MOBILE, &request), code, "{request}");
    }
}

#[test]
fn a_member_is_found_by_unionid() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    let unionid = member_detail(&server, "u1")["unionid"].clone();
    let found = server.ok(BY_UNIONID, &json!({ "unionid": unionid }));
    assert_eq!(found["result"], json!({ "contact_type": 0, "userid": "u1" }));
    server.ok(DELETE, &json!({ "userid": "u1" }));
    for (request, code) in [
        (json!({ "unionid": unionid }), 60_121),
        (json!({ "unionid": "u".repeat(100) }), 60_121),
        (json!({ "unionid": "u".repeat(101) }), 400_002),
        (json!({ "unionid": "" }), 400_002),
        (json!({}), 400_002),
    ] {
        assert_eq!(server.code(BY_UNIONID, &request), code, "{request}");
    }
}

#[test]
fn administrators_are_listed_main_first() {
    let server = TestServer::start();
    for number in 1..=4 {
        add_member(&server, number, json!({}));
    }
    let corp = server.corp.clone();
    let grant = |number: u32, level: Option<AdminLevel>| {
        let (env, corp, userid) = (server.env.clone(), corp.clone(), UserId::from(format!("u{number}")));
        let work = move |tx: &mut carillon_store::Tx<'_>| match level {
            Some(level) => admin::grant(tx, &env, &corp, &userid, level),
            None => admin::revoke(tx, &env, &corp, &userid),
        };
        server.store.write_blocking(&server.corp, Signature::server(&server.env, "test"), work)
    };
    let listed = || server.ok(ADMINS, &json!({}))["result"].clone();
    let item = |number: u32, level: u8| json!({ "userid": format!("u{number}"), "sys_level": level });
    assert_eq!(listed(), json!([]));
    grant(1, Some(AdminLevel::Sub)).unwrap();
    grant(3, Some(AdminLevel::Main)).unwrap();
    assert_eq!(listed(), json!([item(3, 1), item(1, 2)]));
    grant(2, Some(AdminLevel::Main)).unwrap();
    assert_eq!(listed(), json!([item(2, 1), item(1, 2), item(3, 2)]), "there is one main administrator");
    assert_eq!(
        (&member_detail(&server, "u3")["admin"], &member_detail(&server, "u4")["admin"]),
        (&json!(true), &json!(false))
    );
    server.ok(UPDATE, &json!({ "userid": "u3", "title": "长" }));
    grant(1, None).unwrap();
    server.ok(DELETE, &json!({ "userid": "u2" }));
    assert_eq!(listed(), json!([item(3, 2)]));
    assert!(grant(9, Some(AdminLevel::Sub)).is_err() && grant(9, None).is_err());
    let corp = server.corp.clone();
    let admin = move |tx: &mut carillon_store::Tx<'_>| Ok(user::get(tx, &corp, &UserId::from("u3"))?.admin);
    assert_eq!(server.store.read_blocking(&server.corp, admin).unwrap(), Some(AdminLevel::Sub));
}
