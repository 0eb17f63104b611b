//! Service accounts.

use serde_json::{Value, json};

use testkit::program::{MANAGE, Program, app, new_account, organisation};

#[test]
fn accounts_survive_a_crash() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", &format!("qyapi_base,{MANAGE}"));
    let server = Program::start(data.path());
    let token = server.token(&main);
    let picture = server.picture(&token);
    let at = |action: &str| format!("/topapi/serviceaccount/{action}?access_token={token}");

    let mut first = new_account("新闻", &picture);
    first["brief"] = json!("简介");
    let added = server.json(&at("add"), &first);
    let unionid = added["unionid"].as_str().unwrap().to_owned();
    assert!(unionid.ends_with("iE"));
    assert_eq!(server.json(&at("add"), &first)["errcode"], 800_001);
    for (field, value, expected_text) in [
        ("name", "n".repeat(31), "name must have at most 30 characters"),
        ("brief", "b".repeat(61), "brief must have at most 60 characters"),
        ("desc", "d".repeat(201), "desc must have at most 200 characters"),
        ("desc", String::new(), "desc is missing"),
        ("avatar_media_id", "@lAnone".to_owned(), "avatar_media_id must be"),
    ] {
        let mut wrong = new_account("另一个", &picture);
        wrong[field] = json!(value);
        let answer = server.json(&at("add"), &wrong);
        assert_eq!(answer["errcode"], 40_035, "{answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains(expected_text), "{answer}");
    }
    let mut longest = new_account(&"名".repeat(30), &picture);
    longest["brief"] = json!("b".repeat(60));
    longest["desc"] = json!("d".repeat(200));
    assert_eq!(server.json(&at("add"), &longest)["errcode"], 0);

    // Every encoding of a request works.
    let form = server.post(
        &at("update"),
        "application/x-www-form-urlencoded",
        format!("unionid={unionid}&desc=%E6%96%B0").as_bytes(),
    );
    assert_eq!(form.1["errcode"], 0, "{}", form.1);

    drop(server);
    let server = Program::start(data.path());
    assert_eq!(server.token(&main), token, "the token survives the crash");
    let got = server.json(&at("get"), &json!({ "unionid": unionid }));
    assert_eq!(
        got["service_account"],
        json!({
            "status": "normal", "unionid": unionid, "name": "新闻", "brief": "简介", "desc": "新",
            "avatar_media_id": picture, "preview_media_id": picture, "chat_bot_id": unionid,
            "operator_user_id_list": [], "black_user_id_list": [],
            "allow_send_to_all": true, "allow_send_user_id_list": [], "allow_send_dept_id_list": [],
        })
    );
    assert_eq!(server.json(&at("get"), &json!({ "unionid": "noneiE" }))["errcode"], 800_003);

    assert_eq!(
        server.json(&at("update"), &json!({ "unionid": unionid, "status": "disabled" }))["errcode"],
        0
    );
    assert_eq!(
        server.json(&at("update"), &json!({ "unionid": unionid, "status": "normal" }))["errcode"],
        800_003
    );
    assert_eq!(server.json(&at("add"), &first)["errcode"], 0, "the name can be used again");
    for number in 0..38 {
        assert_eq!(server.json(&at("add"), &new_account(&format!("a{number}"), &picture))["errcode"], 0);
    }
    assert_eq!(server.json(&at("add"), &new_account("one more", &picture))["errcode"], 800_004);

    let page = |body: Value| server.json(&at("list"), &body);
    let second = page(json!({ "pageStart": "2", "page_size": "20" }));
    assert_eq!((&second["total_count"], &second["item_count"]), (&json!(41), &json!(20)));
    assert_eq!(page(json!({ "pageStart": 3, "pageSize": 20 }))["items"].as_array().unwrap().len(), 1);
    assert_eq!(page(json!({ "pageSize": 50 }))["errcode"], 0);
    assert_eq!(page(json!({ "pageSize": 51 }))["errcode"], 40_035);
    assert_eq!(page(json!({ "pageStart": 0 }))["errcode"], 40_035);
    let by_get: Value =
        serde_json::from_str(&server.get(&format!("{}&pageStart=1&pageSize=5", at("list")))).unwrap();
    assert_eq!(by_get["item_count"], 5);
}
