use carillon_domain::article::article_link;
use carillon_model::id::ArticleId;
use serde_json::json;

use testkit::server::TestServer;

const ADD: &str = "/topapi/serviceaccount/add";
const UPDATE: &str = "/topapi/serviceaccount/update";
const LIST: &str = "/topapi/serviceaccount/list";
const GET: &str = "/topapi/serviceaccount/get";
const MENU_UPDATE: &str = "/topapi/serviceaccount/menu/update";
const MENU_GET: &str = "/topapi/serviceaccount/menu/get";

#[test]
fn an_account_comes_back_with_every_field() {
    let server = TestServer::start();
    let mut new = server.new_account("新闻");
    new["brief"] = json!("短");
    let id = server.ok(ADD, &new)["unionid"].clone();
    let item = json!({
        "desc": "长",
        "preview_media_id": new["preview_media_id"],
        "brief": "短",
        "avatar_media_id": new["avatar_media_id"],
        "name": "新闻",
        "status": "normal",
        "unionid": id,
    });
    let list = server.ok(LIST, &json!({}));
    assert_eq!(list["items"], json!([item]));
    assert_eq!((&list["total_count"], &list["item_count"]), (&json!(1), &json!(1)));

    let response = server.ok(GET, &json!({ "unionid": id }));
    let mut detail = item;
    detail["chat_bot_id"] = id.clone();
    detail["allow_send_to_all"] = json!(true);
    for list in
        ["operator_user_id_list", "black_user_id_list", "allow_send_user_id_list", "allow_send_dept_id_list"]
    {
        detail[list] = json!([]);
    }
    assert_eq!(response["service_account"], detail);

    server.ok(UPDATE, &json!({ "unionid": id, "brief": "", "name": null, "status": "disabled" }));
    let response = server.ok(GET, &json!({ "unionid": id }));
    assert_eq!(
        (&response["service_account"]["brief"], &response["service_account"]["name"]),
        (&json!(""), &json!("新闻"))
    );
    assert_eq!(response["service_account"]["status"], "disabled");
    assert_eq!(server.ok(LIST, &json!({}))["items"][0]["status"], "disabled");
    assert_eq!(server.code(UPDATE, &json!({ "unionid": id, "status": "normal" })), 800_003);
}

#[test]
fn documented_limits_and_errors_hold() {
    let server = TestServer::start();
    for (field, most) in [("name", 30), ("brief", 60), ("desc", 200)] {
        let mut new = server.new_account(field);
        new[field] = json!("字".repeat(most + 1));
        assert_eq!(server.code(ADD, &new), 40_035, "{field}");
        new[field] = json!("字".repeat(most));
        server.ok(ADD, &new);
    }
    assert_eq!(server.code(ADD, &server.new_account("desc")), 800_001);
    for missing in ["name", "avatar_media_id", "desc", "preview_media_id"] {
        let mut new = server.new_account("新");
        new.as_object_mut().unwrap().remove(missing);
        let answer = server.call(ADD, &new);
        assert_eq!(answer["errcode"], 40_035);
        assert!(answer["errmsg"].as_str().unwrap().contains(missing), "{answer}");
    }
    assert_eq!(server.code(GET, &json!({ "unionid": "nobody" })), 800_003);
    for (start, size) in [(0, 20), (1, 0), (1, 51)] {
        assert_eq!(server.code(LIST, &json!({ "pageStart": start, "pageSize": size })), 40_035);
    }
    server.ok(LIST, &json!({ "page_start": "1", "page_size": "50" }));
    for number in 3..40 {
        server.ok(ADD, &server.new_account(&format!("账号{number}")));
    }
    assert_eq!(server.code(ADD, &server.new_account("太多")), 800_004);
    let page = server.ok(LIST, &json!({ "pageStart": 3, "pageSize": 15 }));
    assert_eq!((&page["total_count"], &page["item_count"]), (&json!(40), &json!(10)));
    assert_eq!(page["items"][9]["name"], "账号39");
}

#[test]
fn a_menu_comes_back_with_its_types_converted() {
    let server = TestServer::start();
    let id = server.account("一");
    let empty = server.ok(MENU_GET, &json!({ "unionid": id }));
    assert_eq!(empty["menu"], json!({ "button": [], "enable_input": true, "status": 0 }));
    let article = server.article(&id, "天气");
    let picture = server.picture();
    server.ok("/topapi/material/article/publish", &json!({ "unionid": id, "article_id": article }));
    let menu = json!({
        "enable_input": "false",
        "status": "1",
        "button": [
            { "name": "P", "type": "", "sub_button": { "name": "C", "type": "click", "key": "K" } },
            { "name": "V", "type": "view", "url": "https://example.com" },
            { "name": "M", "type": "media_id", "media_id": picture },
            { "name": "A", "type": "view_article", "media_id": article },
        ],
    });
    server.ok(MENU_UPDATE, &json!({ "unionid": id, "menu": menu.to_string() }));
    let expected = json!({
        "enable_input": false,
        "status": 1,
        "button": [
            { "name": "P", "sub_button": [{ "name": "C", "type": "click", "key": "K" }] },
            { "name": "V", "type": "view", "url": "https://example.com" },
            { "name": "M", "type": "click", "media_id": picture },
            {
                "name": "A",
                "type": "view",
                "url": article_link::url(&server.env, &server.base_url, &server.corp, ArticleId(article), true).unwrap(),
                "media_id": article.to_string(),
            },
        ],
    });
    assert_eq!(server.ok(MENU_GET, &json!({ "unionid": id }))["menu"], expected);
    for absent in [json!({ "unionid": id }), json!({ "unionid": id, "menu": null })] {
        server.ok(MENU_UPDATE, &absent);
        assert_eq!(
            server.ok(MENU_GET, &json!({ "unionid": id }))["menu"],
            expected,
            "no menu changes nothing"
        );
    }
}

#[test]
fn a_bad_menu_is_refused_with_its_field() {
    let server = TestServer::start();
    let id = server.account("一");
    let with = |button: serde_json::Value| json!({ "enable_input": true, "status": 0, "button": [button] });
    for (menu, field) in [
        (json!({ "status": 0 }), "menu.enable_input"),
        (json!({ "enable_input": true, "status": 2 }), "menu.status"),
        (with(json!({ "type": "click", "key": "K" })), "menu.button[0].name"),
        (with(json!({ "name": "x", "type": "tap" })), "menu.button[0].type"),
        (with(json!({ "name": "x" })), "menu.button[0].type"),
        (with(json!({ "name": "x", "sub_button": [{ "name": "y" }] })), "menu.button[0].sub_button[0].type"),
        (with(json!({ "name": "x", "type": "view" })), "menu.button[0].url"),
    ] {
        let answer = server.call(MENU_UPDATE, &json!({ "unionid": id, "menu": menu }));
        assert_eq!(answer["errcode"], 40_035, "{answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains(field), "{answer}");
    }
    assert_eq!(server.code(MENU_UPDATE, &json!({ "unionid": "nobody" })), 800_003);
    assert_eq!(server.code(MENU_GET, &json!({ "unionid": "nobody" })), 800_003);
}
