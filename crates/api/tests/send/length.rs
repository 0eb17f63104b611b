use serde_json::{Value, json};

use crate::send::fixture::{Fixture, SEND};

fn card(field: &str, value: String) -> Value {
    let mut card = json!({
        "title": "题", "markdown": "文", "single_title": "开", "single_url": "https://example.com",
    });
    card[field] = json!(value);
    json!({ "msg_type": "action_card", "msg_body": { "action_card": card } })
}

fn button(field: &str, value: String) -> Value {
    let mut button = json!({ "title": "开", "action_url": "https://example.com" });
    button[field] = json!(value);
    let card = json!({ "title": "题", "markdown": "文", "btn_orientation": "1", "button_list": [button] });
    json!({ "msg_type": "action_card", "msg_body": { "action_card": card } })
}

fn part(kind: &str, base: Value, field: &str, value: String) -> Value {
    let mut body = base;
    body[field] = json!(value);
    json!({ "msg_type": kind, "msg_body": { kind: body } })
}

#[test]
fn lengths_hold_at_the_boundary() {
    let fixture = Fixture::open();
    let markdown =
        |field: &str, value| part("markdown", json!({ "title": "题", "text": "文" }), field, value);
    let link = |field: &str, value| {
        part("link", json!({ "title": "题", "text": "文", "message_url": "u" }), field, value)
    };
    type Make<'a> = Box<dyn Fn(String) -> Value + 'a>;
    let cases: Vec<(&str, usize, Make<'_>)> = vec![
        ("text_content", 65_535, Box::new(|text| json!({ "msg_type": "text", "text_content": text }))),
        ("msg_body.action_card.title", 64, Box::new(|text| card("title", text))),
        ("msg_body.action_card.markdown", 65_535, Box::new(|text| card("markdown", text))),
        ("msg_body.action_card.single_title", 20, Box::new(|text| card("single_title", text))),
        ("msg_body.action_card.single_url", 500, Box::new(|text| card("single_url", text))),
        ("msg_body.action_card.button_list[0].title", 20, Box::new(|text| button("title", text))),
        ("msg_body.action_card.button_list[0].action_url", 500, Box::new(|text| button("action_url", text))),
        ("msg_body.markdown.title", 256, Box::new(|text| markdown("title", text))),
        ("msg_body.markdown.text", 65_535, Box::new(|text| markdown("text", text))),
        ("msg_body.link.title", 256, Box::new(|text| link("title", text))),
        ("msg_body.link.text", 4_096, Box::new(|text| link("text", text))),
        ("msg_body.link.message_url", 500, Box::new(|text| link("message_url", text))),
        ("msg_body.link.pic_url", 500, Box::new(|text| link("pic_url", text))),
    ];
    for (field, most, make) in cases {
        let request = |count| {
            let mut request = fixture.request(make("字".repeat(count)));
            request["userid_list"] = json!("user1");
            request
        };
        fixture.sent(&request(most));
        fixture.sent_as_form(&request(most));
        fixture.refuses(SEND, &request(most + 1), 800_020, &[field, &most.to_string()]);
    }
}

#[test]
fn ids_and_lists_have_limits_too() {
    let fixture = Fixture::open();
    for (field, most, code) in [("unionid", 128, 800_003), ("uuid", 128, 0), ("media_id", 256, 0)] {
        let mut request = fixture.text(json!({ "userid_list": "user1" }));
        request[field] = json!("x".repeat(most));
        assert_eq!(fixture.code(SEND, &request), code, "{field}");
        request["uuid"] = json!(fixture.uuid());
        request[field] = json!("x".repeat(most + 1));
        let code = if field == "media_id" { 800_020 } else { 40_035 };
        fixture.refuses(SEND, &request, code, &[field, &most.to_string()]);
    }
    let buttons = |count| {
        let button = json!({ "title": "开", "action_url": "https://example.com" });
        let mut request = fixture.request(card("title", "题".to_owned()));
        request["userid_list"] = json!("user1");
        request["msg_body"]["action_card"]["btn_orientation"] = json!("0");
        request["msg_body"]["action_card"]["button_list"] = Value::Array(vec![button; count]);
        request
    };
    fixture.sent(&buttons(20));
    fixture.refuses(SEND, &buttons(21), 800_020, &["msg_body.action_card.button_list", "20"]);
}
