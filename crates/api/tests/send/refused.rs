use serde_json::{Value, json};

use crate::send::fixture::{Fixture, SEND};

#[test]
fn the_account_must_be_enabled() {
    let fixture = Fixture::open();
    let mut request = fixture.text(json!({ "is_to_all": true }));
    request["unionid"] = json!("nobody");
    fixture.refuses(SEND, &request, 800_003, &["unionid"]);
    for (missing, code) in
        [("unionid", 40_035), ("is_to_all", 40_035), ("msg_type", 800_020), ("uuid", 800_038)]
    {
        let mut request = fixture.text(json!({ "is_to_all": true }));
        for absent in [json!(null), json!("")] {
            request[missing] = absent;
            fixture.refuses(SEND, &request, code, &[missing]);
        }
        request.as_object_mut().unwrap().remove(missing);
        fixture.refuses(SEND, &request, code, &[missing]);
    }
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.unionid, "status": "disabled" }));
    fixture.refuses(SEND, &fixture.text(json!({ "is_to_all": true })), 800_003, &["unionid"]);
}

#[test]
fn the_receivers_must_exist() {
    let fixture = Fixture::open();
    let empty = json!({ "userid_list": "", "dep_id_list": [], "roleIds": null });
    for nobody in [json!({}), empty] {
        fixture.refuses(SEND, &fixture.text(nobody), 800_019, &["接收人列表为空"]);
    }
    for unknown in [
        json!("nobody"),
        json!("user1,nobody"),
        json!(["user1", "nobody"]),
        json!(["user1", "nobody", "USER1"]),
    ] {
        fixture.refuses(SEND, &fixture.text(json!({ "userid_list": unknown })), 800_022, &["nobody"]);
    }
    for (field, value, named) in [
        ("dep_id_list", json!([1, 4711]), "dep_id_list[1]"),
        ("dep_id_list", json!("1,x"), "dep_id_list[1]"),
        ("dep_id_list", json!([true]), "dep_id_list[0]"),
        ("roleIds", json!("4711"), "roleIds[0]"),
        ("roleIds", json!(["x"]), "roleIds[0]"),
    ] {
        fixture.refuses(SEND, &fixture.text(json!({ field: value })), 40_035, &[named]);
    }
}

#[test]
fn a_list_has_at_most_a_thousand_entries() {
    let fixture = Fixture::open();
    let repeat = |value: Value, count| Value::Array(vec![value; count]);
    let commas = |value: &str, count| json!(vec![value; count].join(","));
    let (department, role) = (fixture.department.0, fixture.role.0);
    for (field, value, code) in [
        ("userid_list", json!("user1"), 800_039),
        ("dep_id_list", json!(department), 800_040),
        ("roleIds", json!(role), 40_035),
    ] {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for (at, past) in [
            (repeat(value.clone(), 1_000), repeat(value.clone(), 1_001)),
            (commas(&text, 1_000), commas(&text, 1_001)),
        ] {
            fixture.sent(&fixture.text(json!({ field: at })));
            fixture.refuses(SEND, &fixture.text(json!({ field: past })), code, &[field]);
        }
    }
    let unknown_userids: Vec<_> = (0..1_001).map(|number| format!("nobody{number}")).collect();
    fixture.refuses(
        SEND,
        &fixture.text(json!({ "userid_list": unknown_userids[..1_000] })),
        800_022,
        &["nobody0"],
    );
    fixture.refuses(
        SEND,
        &fixture.text(json!({ "userid_list": unknown_userids })),
        800_039,
        &["userid_list"],
    );
}

#[test]
fn a_uuid_is_used_once() {
    let fixture = Fixture::open();
    let request = fixture.text(json!({ "userid_list": "user1" }));
    fixture.sent(&request);
    fixture.refuses(SEND, &request, 800_035, &["uuid"]);
    let mut other = fixture.text(json!({ "is_to_all": true }));
    other["uuid"] = request["uuid"].clone();
    fixture.refuses(SEND, &other, 800_035, &["uuid"]);
    other["unionid"] = json!(fixture.account("别的"));
    fixture.ok(SEND, &other);
}

#[test]
fn the_message_must_be_complete() {
    let fixture = Fixture::open();
    let unionid = &fixture.unionid;
    let (first, second) = (fixture.article(unionid, "甲"), fixture.article(unionid, "乙"));
    for article in [first, second] {
        fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": article }));
    }
    let other = fixture.account("别的");
    let foreign = fixture.article(&other, "丙");
    let card = |unionid: &str, ids: &[i64]| {
        let articles: Value = ids.iter().map(|id| json!({ "article_id": id })).collect();
        fixture.ok("/topapi/material/news/add", &json!({ "unionid": unionid, "articles": articles }))["media_id"].clone()
    };
    let (both, foreign) = (card(unionid, &[first, second]), card(&other, &[foreign]));
    let emptied = card(unionid, &[first]);
    fixture.ok("/topapi/material/article/delete", &json!({ "unionid": unionid, "article_id": first }));
    let file = fixture.upload("?type=file", &[], Some(("a.pdf", b"%PDF-1.7\n")))["media_id"].clone();
    assert!(file.is_string());

    let picture = fixture.picture();
    let body = |kind: &str, body: Value| json!({ "msg_type": kind, "msg_body": { kind: body } });
    let with = |field: &str, value: Value| {
        let mut card = json!({
            "title": "题", "markdown": "文", "btn_orientation": "0",
            "button_list": [{ "title": "开", "action_url": "https://example.com" }],
        });
        card[field] = value;
        body("action_card", card)
    };
    let single = |fields: Value| {
        let mut card = json!({ "title": "题", "markdown": "文" });
        card.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body("action_card", card)
    };
    let button = |button: Value| with("button_list", json!([{ "title": "开", "action_url": "u" }, button]));
    let link = |field: &str| {
        let mut link = json!({ "title": "题", "text": "文", "message_url": "https://example.com" });
        link.as_object_mut().unwrap().remove(field);
        body("link", link)
    };
    let cases = [
        // Only an old client knows this field.
        (
            json!({ "msg_type": "voice", "msg_body": { "voice": { "media_id": "@v", "duration": 5 } } }),
            "msg_type",
        ),
        (json!({ "msg_type": "file", "msg_body": { "file": { "media_id": "@f" } } }), "msg_type"),
        (json!({ "msg_type": "oa", "msg_body": { "oa": { "body": { "title": "t" } } } }), "msg_type"),
        (json!({ "msg_type": "Text", "text_content": "早" }), "msg_type"),
        (json!({ "msg_type": "text" }), "text_content"),
        (json!({ "msg_type": "text", "text_content": "" }), "text_content"),
        (json!({ "msg_type": "text", "text_content": " \n" }), "text_content"),
        (json!({ "msg_type": "image" }), "media_id"),
        (json!({ "msg_type": "image", "media_id": "@lAnothing" }), "@lAnothing"),
        (json!({ "msg_type": "image", "media_id": file }), file.as_str().unwrap()),
        (json!({ "msg_type": "image", "media_id": both }), both.as_str().unwrap()),
        (json!({ "msg_type": "news_card" }), "media_id"),
        (json!({ "msg_type": "news_card", "media_id": picture }), "media_id"),
        (json!({ "msg_type": "news_card", "media_id": foreign }), "media_id"),
        (json!({ "msg_type": "news_card", "media_id": emptied }), "media_id"),
        (json!({ "msg_type": "single_news_card" }), "media_id"),
        (json!({ "msg_type": "single_news_card", "media_id": emptied }), "media_id"),
        (json!({ "msg_type": "markdown" }), "msg_body.markdown"),
        (json!({ "msg_type": "markdown", "msg_body": "text" }), "msg_body"),
        (json!({ "msg_type": "markdown", "msg_body": [1] }), "msg_body"),
        (json!({ "msg_type": "markdown", "msg_body": {} }), "msg_body.markdown"),
        (body("markdown", json!({ "text": "文" })), "msg_body.markdown.title"),
        (body("markdown", json!({ "title": "题" })), "msg_body.markdown.text"),
        (json!({ "msg_type": "action_card" }), "msg_body.action_card"),
        (with("title", json!("")), "msg_body.action_card.title"),
        (with("markdown", json!(null)), "msg_body.action_card.markdown"),
        (with("btn_orientation", json!(null)), "msg_body.action_card.btn_orientation"),
        (with("btn_orientation", json!("2")), "msg_body.action_card.btn_orientation"),
        (with("button_list", json!(7)), "msg_body.action_card.button_list[0]"),
        (with("button_list", json!([])), "msg_body.action_card.single_title"),
        (single(json!({ "single_url": "https://example.com" })), "msg_body.action_card.single_title"),
        (single(json!({ "single_title": "开" })), "msg_body.action_card.single_url"),
        (single(json!({ "single_title": " ", "single_url": "u" })), "msg_body.action_card.single_title"),
        (button(json!({ "action_url": "u" })), "msg_body.action_card.button_list[1].title"),
        (button(json!({ "title": "开" })), "msg_body.action_card.button_list[1].action_url"),
        (json!({ "msg_type": "link" }), "msg_body.link"),
        (link("title"), "msg_body.link.title"),
        (link("text"), "msg_body.link.text"),
        (link("message_url"), "msg_body.link.message_url"),
    ];
    for (fields, named) in cases {
        let mut request = fixture.request(fields);
        request["is_to_all"] = json!(true);
        fixture.refuses(SEND, &request, 800_020, &["消息参数错误", named]);
    }
    let single_of_one = fixture.request(json!({
        "is_to_all": true, "msg_type": "single_news_card", "media_id": both,
    }));
    fixture.sent(&single_of_one);
}
