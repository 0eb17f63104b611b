use axum::http::Method;
use serde_json::{Value, json};

use crate::{request::Request, world::World};

impl World {
    fn replies(&self, method: Method, body: &Value) -> (u16, Value) {
        let is_get = method == Method::GET;
        let all = carillon_api::operations();
        let id = if is_get { "carillon.auto_replies_get" } else { "carillon.auto_replies_set" };
        let operation = all.iter().find(|one| one.id == id).unwrap();
        let mut fields = body.as_object().unwrap().clone();
        fields.entry("unionid").or_insert_with(|| json!(self.account));
        let request = Request::of(operation, &fields).allowed(operation, &self.server);
        let answer = self.server.send(&request);
        (answer.status, answer.body)
    }

    fn set(&self, body: &Value) -> (u16, Value) {
        self.replies(Method::PUT, body)
    }

    fn get(&self) -> Value {
        let (status, answer) = self.replies(Method::GET, &json!({}));
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

#[test]
fn what_was_set_is_answered_and_replaced_as_a_whole() {
    let world = World::open();
    assert_eq!(world.get(), json!({ "rules": [] }));
    let replies = json!({
        "welcome": { "msgType": "text", "content": "欢迎" },
        "rules": [
            { "keywords": ["图", "地图"], "matching": "equals", "reply": { "msgType": "image", "mediaId": world.picture } },
            { "keywords": ["卡"], "matching": "contains", "reply": { "msgType": "news_card", "mediaId": world.card } },
        ],
    });
    assert_eq!(world.set(&replies), (200, json!({})));
    assert_eq!(world.get(), replies);
    let welcome = json!({ "welcome": { "msgType": "image", "mediaId": world.picture } });
    assert_eq!(world.set(&welcome).0, 200);
    assert_eq!(world.get(), json!({ "welcome": welcome["welcome"], "rules": [] }));
    assert_eq!(world.set(&json!({})).0, 200);
    assert_eq!(world.get(), json!({ "rules": [] }));
}

#[test]
fn each_limit_holds_at_it_and_one_past_it() {
    let world = World::open();
    let text = |content: String| json!({ "msgType": "text", "content": content });
    let rule = |keywords: Vec<String>, reply: Value| json!({ "keywords": keywords, "matching": "contains", "reply": reply });
    let ok = || rule(vec!["词".to_owned()], text("答".to_owned()));
    for (good, bad, field) in [
        (
            json!({ "welcome": text("长".repeat(5_000)) }),
            json!({ "welcome": text("长".repeat(5_001)) }),
            "welcome.content",
        ),
        (json!({ "rules": vec![ok(); 100] }), json!({ "rules": vec![ok(); 101] }), "rules"),
        (
            json!({ "rules": [rule(vec!["词".to_owned(); 20], text("答".to_owned()))] }),
            json!({ "rules": [rule(vec!["词".to_owned(); 21], text("答".to_owned()))] }),
            "rules[0].keywords",
        ),
        (
            json!({ "rules": [rule(vec!["词".repeat(60)], text("答".to_owned()))] }),
            json!({ "rules": [rule(vec!["词".repeat(61)], text("答".to_owned()))] }),
            "rules[0].keywords[0]",
        ),
    ] {
        assert_eq!(world.set(&good).0, 200, "{field}");
        let before = world.get();
        let (status, answer) = world.set(&bad);
        assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "{field}");
        assert!(answer["message"].as_str().unwrap().contains(&format!("{field} ")), "{field}: {answer}");
        assert_eq!(world.get(), before);
    }
}

#[test]
fn what_cannot_be_answered_with_is_refused_by_its_field() {
    let world = World::open();
    let with =
        |reply: Value| json!({ "rules": [{ "keywords": ["词"], "matching": "contains", "reply": reply }] });
    for (body, field) in [
        (with(json!({ "msgType": "text" })), "rules[0].reply.content"),
        (with(json!({ "msgType": "text", "content": " " })), "rules[0].reply.content"),
        (with(json!({ "msgType": "image" })), "rules[0].reply.mediaId"),
        (with(json!({ "msgType": "image", "mediaId": world.card })), "rules[0].reply.mediaId"),
        (with(json!({ "msgType": "news_card", "mediaId": world.picture })), "rules[0].reply.mediaId"),
        (with(json!({ "msgType": "markdown", "content": "文" })), "rules[0].reply.msgType"),
        (json!({ "welcome": { "content": "文" } }), "welcome.msgType"),
        (
            json!({ "rules": [{ "keywords": [" "], "matching": "contains", "reply": { "msgType": "text", "content": "答" } }] }),
            "rules[0].keywords",
        ),
        (
            json!({ "rules": [{ "keywords": ["词"], "matching": "begins", "reply": { "msgType": "text", "content": "答" } }] }),
            "rules[0].matching",
        ),
    ] {
        let (status, answer) = world.set(&body);
        assert_eq!(status, 400, "{body} {answer}");
        assert!(answer["message"].as_str().unwrap().contains(field), "{field}: {answer}");
    }
    assert_eq!(world.get(), json!({ "rules": [] }));
    for method in [Method::PUT, Method::GET] {
        let (status, answer) = world.replies(method.clone(), &json!({ "unionid": "nobody" }));
        assert_eq!((status, &answer["code"]), (400, &json!("invalid.unionid")), "{method} {answer}");
    }
    world.ok("/topapi/serviceaccount/update", &json!({ "unionid": world.account, "status": "disabled" }));
    assert_ne!(world.set(&json!({})).0, 200);
}
