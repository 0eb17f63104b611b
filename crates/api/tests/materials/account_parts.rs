//! The parts of a service account, as operators read and replace them.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};

use crate::matrix::fixture::Fixture;
use crate::operator::{self, only};

/// An operator with one role for the account of a fixture, or for all.
struct Caller<'f> {
    fixture: &'f Fixture,
    cookie: String,
}

impl<'f> Caller<'f> {
    fn owner(fixture: &'f Fixture) -> Self {
        Self {
            fixture,
            cookie: operator::sign_in(&fixture.server, "boss", [(OperatorRole::Owner, AccountScope::All)]),
        }
    }

    fn editor(fixture: &'f Fixture) -> Self {
        let role = (OperatorRole::Editor, only(&fixture.account));
        Self { fixture, cookie: operator::sign_in(&fixture.server, "editor", [role]) }
    }

    fn call(&self, method: &str, part: &str, request: Option<&Value>) -> (u16, Value) {
        let part = if part.is_empty() { String::new() } else { format!("/{part}") };
        let path = format!("/v1.0/carillon/service-accounts/{}{part}", self.fixture.account);
        operator::call(&self.fixture.server, &self.cookie, method, &path, request)
    }

    fn get(&self, part: &str) -> Value {
        let (status, answer) = self.call("GET", part, None);
        assert_eq!(status, 200, "{part}: {answer}");
        answer
    }

    fn set(&self, part: &str, request: &Value) -> Value {
        let (status, answer) = self.call("PUT", part, Some(request));
        assert_eq!(status, 200, "{part} {request}: {answer}");
        answer
    }

    fn refused(&self, part: &str, request: &Value, (status, code): (u16, &str), reason: &str) {
        let (is, answer) = self.call("PUT", part, Some(request));
        assert_eq!((is, &answer["code"]), (status, &json!(code)), "{part} {request}: {answer}");
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(reason), "{part}: {message} and not {reason}");
    }
}

/// Every part, with two contents.
fn parts() -> [(&'static str, Value, Value); 7] {
    let button =
        |name: &str| json!({ "buttons": [{ "name": name, "action": "click", "key": "K" }], "input": true });
    let rules = |word: &str| {
        let reply = json!({ "msgType": "text", "content": "答" });
        json!({ "rules": [{ "keywords": [word], "matching": "contains", "reply": reply }] })
    };
    [
        ("", json!({ "name": "一", "desc": "长" }), json!({ "name": "二", "desc": "长" })),
        ("menu", button("一"), button("二")),
        ("auto-replies", rules("一"), rules("二")),
        (
            "scope",
            json!({ "allow_send_to_all": true, "allow_send_user_id_list": ["ann"] }),
            json!({ "allow_send_to_all": true }),
        ),
        ("blocked-members", json!({ "black_user_id_list": ["dan"] }), json!({})),
        ("operators", json!({ "operator_user_id_list": ["ann", "bob"] }), json!({})),
        ("send-policy", json!({ "approval": "all" }), json!({ "approval": "console", "fourEyes": true })),
    ]
}

#[test]
fn a_change_of_what_somebody_else_changed_is_refused() {
    let fixture = Fixture::open();
    let owner = Caller::owner(&fixture);
    for (part, one, two) in parts() {
        let based_on = |revision: &Value, request: &Value| {
            let mut request = request.clone();
            request["revision"] = revision.clone();
            request
        };
        let first = owner.get(part)["revision"].clone();
        let second = owner.set(part, &based_on(&first, &one))["revision"].clone();
        assert_ne!(first, second, "{part}");
        assert_eq!(owner.get(part)["revision"], second, "{part}");
        owner.refused(part, &based_on(&first, &two), (409, "settings.changed"), "已被他人修改");
        assert_eq!(owner.get(part)["revision"], second, "{part}: nothing changed");
        // The same content is the same revision, and without a revision a change replaces whatever is there.
        assert_eq!(owner.set(part, &based_on(&second, &one))["revision"], second, "{part}");
        let third = owner.set(part, &two)["revision"].clone();
        assert!(third != second, "{part}");
        assert_eq!(owner.set(part, &based_on(&third, &one))["revision"], second, "{part}");
    }
    // The vendor's operations count as well.
    let revision = owner.get("menu")["revision"].clone();
    let menu = json!({ "button": [], "enable_input": true, "status": 0 });
    fixture.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": fixture.account, "menu": menu }));
    let request = json!({ "revision": revision, "input": true });
    owner.refused("menu", &request, (409, "settings.changed"), "已被他人修改");
}

#[test]
fn parts_are_returned_as_they_were_set() {
    let fixture = Fixture::open();
    let owner = Caller::owner(&fixture);
    let menu = json!({
        "buttons": [
            { "name": "更多", "items": [
                { "name": "文章", "action": "view_article", "mediaId": fixture.published.to_string() },
                { "name": "卡片", "action": "media_id", "mediaId": fixture.card },
            ] },
            { "name": "官网", "action": "view", "url": "https://example.com/" },
        ],
        "input": false,
        "stopped": true,
    });
    owner.set("menu", &menu);
    let policy = json!({ "approval": "all", "fourEyes": true, "quietHours": { "fromMinute": 1439, "untilMinute": 0 },
                         "confirmAbove": 999_999_999 });
    owner.set("send-policy", &policy);
    owner.set("scope", &json!({ "allow_send_to_all": false, "allow_send_user_id_list": ["dan"], "allow_send_dept_id_list": [fixture.below] }));
    for (part, expected) in [
        ("menu", menu),
        ("send-policy", policy),
        (
            "scope",
            json!({ "allow_send_to_all": false, "allow_send_user_id_list": ["dan"],
                    "allow_send_dept_id_list": [fixture.below], "members": 2 }),
        ),
    ] {
        let mut is = owner.get(part);
        assert_eq!(is["revision"].as_str().unwrap().len(), 32);
        is.as_object_mut().unwrap().retain(|name, _| name != "revision");
        assert_eq!(is, expected, "{part}");
    }
    let account = owner.get("");
    assert_eq!((&account["name"], &account["disabled"]), (&json!("新闻"), &json!(false)), "{account}");
    owner.set("send-policy", &json!({ "approval": "none" }));
    let policy = owner.get("send-policy");
    assert_eq!((&policy["fourEyes"], policy.get("quietHours")), (&json!(false), None), "{policy}");
}

#[test]
fn a_preview_changes_nothing_and_names_what_would_be_lost() {
    let fixture = Fixture::open();
    let owner = Caller::owner(&fixture);
    let button = |name: &str| json!({ "name": name, "action": "click", "key": "K" });
    let menu = json!({ "buttons": [button("天气"), { "name": "更多", "items": [button("食堂"), button("班车")] }], "input": true });
    owner.set("menu", &menu);
    operator::set_roles(
        &fixture.server,
        "bob",
        [
            (OperatorRole::Editor, AccountScope::All),
            (OperatorRole::Sender, AccountScope::All),
            (OperatorRole::Agent, AccountScope::All),
        ],
    );
    owner.set("operators", &json!({ "operator_user_id_list": ["ann", "bob"] }));
    for (part, request, losses) in [
        (
            "menu",
            json!({ "buttons": [{ "name": "更多", "items": [button("食堂")] }], "input": false }),
            json!({ "scope": 0, "blocked": [], "operators": [], "entries": ["天气", "更多 › 班车"], "input": true }),
        ),
        (
            "menu",
            json!({ "buttons": menu["buttons"], "input": false, "stopped": true }),
            json!({ "scope": 0, "blocked": [], "operators": [], "entries": ["天气", "更多 › 食堂", "更多 › 班车"], "input": false }),
        ),
        (
            "scope",
            json!({ "allow_send_to_all": false, "allow_send_dept_id_list": [fixture.dept] }),
            // Of seven members three are in the department, and the owner is the eighth.
            json!({ "scope": owner.get("scope")["members"].as_u64().unwrap() - 3, "blocked": [], "operators": [], "entries": [], "input": false }),
        ),
        (
            "blocked-members",
            json!({ "black_user_id_list": ["dan", "cai"] }),
            json!({ "scope": 0, "blocked": ["dan", "cai"], "operators": [], "entries": [], "input": false }),
        ),
        (
            "operators",
            json!({}),
            // `bob` has all those roles by himself.
            json!({ "scope": 0, "blocked": [], "operators": ["ann"], "entries": [], "input": false }),
        ),
    ] {
        let before = owner.get(part);
        let mut preview = request.clone();
        preview["preview"] = json!(true);
        let answer = owner.set(part, &preview);
        assert_eq!(answer, json!({ "revision": before["revision"], "losses": losses }), "{part} {request}");
        assert_eq!(owner.get(part), before, "{part}");
        if part != "menu" {
            let changed = owner.set(part, &request);
            assert_eq!(changed["losses"], losses, "{part}: the change reports the same");
            assert_ne!(changed["revision"], before["revision"], "{part}");
        }
    }
}

#[test]
fn limits_hold_at_the_boundary() {
    let fixture = Fixture::open();
    let owner = Caller::owner(&fixture);
    let long = |length: usize| "长".repeat(length);
    let button = |field: &str, length: usize| {
        let mut button = json!({ "name": "名", "action": "click", "key": "K" });
        button[field] = json!(long(length));
        json!({ "buttons": [button], "input": true })
    };
    for (part, good, bad, field) in [
        ("", json!({ "name": long(30), "desc": "长" }), json!({ "name": long(31), "desc": "长" }), "name"),
        (
            "",
            json!({ "name": "名", "brief": long(60), "desc": "长" }),
            json!({ "name": "名", "brief": long(61), "desc": "长" }),
            "brief",
        ),
        ("", json!({ "name": "名", "desc": long(200) }), json!({ "name": "名", "desc": long(201) }), "desc"),
        ("menu", button("name", 60), button("name", 61), "buttons[0].name"),
        ("menu", button("key", 512), button("key", 513), "buttons[0].key"),
        ("menu", button("url", 4_096), button("url", 4_097), "buttons[0].url"),
        ("menu", button("mediaId", 128), button("mediaId", 129), "buttons[0].mediaId"),
        (
            "send-policy",
            json!({ "approval": "none", "confirmAbove": 999_999_999 }),
            json!({ "approval": "none", "confirmAbove": 1_000_000_000 }),
            "confirmAbove",
        ),
        (
            "send-policy",
            json!({ "approval": "none", "quietHours": { "fromMinute": 1_439, "untilMinute": 0 } }),
            json!({ "approval": "none", "quietHours": { "fromMinute": 1_440, "untilMinute": 0 } }),
            "quietHours.fromMinute",
        ),
    ] {
        owner.set(part, &good);
        let before = owner.get(part);
        owner.refused(part, &bad, (400, "param.illegal"), &format!("{field} "));
        assert_eq!(owner.get(part), before, "{field}");
    }
    for (part, bad, reason) in [
        ("", json!({ "name": " ", "desc": "长" }), "name"),
        (
            "send-policy",
            json!({ "approval": "none", "quietHours": { "fromMinute": 5 } }),
            "quietHours.untilMinute is missing",
        ),
        (
            "send-policy",
            json!({ "approval": "none", "quietHours": { "untilMinute": 5 } }),
            "quietHours.fromMinute is missing",
        ),
        (
            "send-policy",
            json!({ "approval": "none", "quietHours": { "fromMinute": 5, "untilMinute": 5 } }),
            "another minute",
        ),
        ("send-policy", json!({ "approval": "some" }), "approval"),
        (
            "menu",
            json!({ "buttons": [{ "name": "名", "action": "view", "url": "javascript:alert(1)" }], "input": true }),
            "not a script",
        ),
    ] {
        owner.refused(part, &bad, (400, "param.illegal"), reason);
    }
}

#[test]
fn the_field_to_try_replies_names_the_rule() {
    let fixture = Fixture::open();
    let editor = Caller::editor(&fixture);
    let rule =
        |word: &str, reply: Value| json!({ "keywords": [word], "matching": "contains", "reply": reply });
    let text = json!({ "msgType": "text", "content": "在三楼" });
    let image = json!({ "msgType": "image", "mediaId": fixture.picture });
    editor
        .set("auto-replies", &json!({ "rules": [rule("WiFi", text.clone()), rule("地图", image.clone())] }));
    for (tried, expected) in [
        ("有没有wifi", json!({ "rule": 0, "reply": text })),
        ("发个地图", json!({ "rule": 1, "reply": image })),
        ("你好", json!({})),
    ] {
        let (status, answer) = editor.call("POST", "auto-replies/try", Some(&json!({ "text": tried })));
        assert_eq!((status, answer), (200, expected), "{tried}");
    }
    for (length, status) in [(5_000, 200), (5_001, 400)] {
        let text = json!({ "text": "长".repeat(length) });
        assert_eq!(editor.call("POST", "auto-replies/try", Some(&text)).0, status);
    }
}

#[test]
fn an_operator_shows_no_pictures_of_other_accounts() {
    let fixture = Fixture::open();
    let editor = Caller::editor(&fixture);
    let foreign = operator::add_picture(&fixture.server, &fixture.spare_account, "a.png");
    let settings = |picture: &str| json!({ "name": "新闻", "desc": "长", "avatarMediaId": picture });
    editor.refused("", &settings(&foreign), (404, "picture.not.found"), "");
    editor.refused("", &settings(&fixture.picture.replace("@lA", "@lB")), (404, "picture.not.found"), "");
    editor.set("", &settings(&fixture.library_picture));
    assert_eq!(editor.get("")["avatarMediaId"], json!(fixture.library_picture));
    // The one that it has may be named again, wherever it comes from.
    let preview = editor.get("")["previewMediaId"].clone();
    editor.set("", &json!({ "name": "新闻", "desc": "长", "previewMediaId": preview }));
    let list = |cookie: &str| {
        let path = "/v1.0/carillon/service-accounts";
        let (status, answer) = operator::call(&fixture.server, cookie, "GET", path, None);
        assert_eq!(status, 200, "{answer}");
        answer["accounts"].as_array().unwrap().len()
    };
    assert_eq!((list(&editor.cookie), list(&Caller::owner(&fixture).cookie)), (1, 2));
}

#[test]
fn an_account_is_disabled_by_its_name() {
    let fixture = Fixture::open();
    let owner = Caller::owner(&fixture);
    let (status, answer) = owner.call("POST", "disable", Some(&json!({ "name": "别的" })));
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("name "), "{answer}");
    assert_eq!(owner.call("POST", "disable", Some(&json!({ "name": "新闻" }))).0, 200);
    assert_eq!(owner.get("")["disabled"], json!(true));
    for (part, one, _) in parts() {
        let (status, answer) = owner.call("PUT", part, Some(&one));
        assert_eq!((status, &answer["code"]), (400, &json!("invalid.unionid")), "{part}: {answer}");
    }
    let accounts = "/v1.0/carillon/service-accounts";
    for (query, count) in [("", 1), ("?withDisabled=true", 2)] {
        let (_, answer) =
            operator::call(&fixture.server, &owner.cookie, "GET", &format!("{accounts}{query}"), None);
        assert_eq!(answer["accounts"].as_array().unwrap().len(), count, "{answer}");
    }
}
