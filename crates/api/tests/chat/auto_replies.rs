use axum::http::Method;
use serde_json::{Value, json};

use crate::matrix::fixture::Fixture;
use crate::matrix::request::Request;

impl Fixture {
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
        let mut replies = answer;
        replies.as_object_mut().unwrap().remove("revision").expect("a revision");
        replies
    }
}

#[test]
fn settings_are_returned_and_replaced_as_a_whole() {
    let fixture = Fixture::open();
    assert_eq!(fixture.get(), json!({ "rules": [] }));
    let replies = json!({
        "welcome": { "msgType": "text", "content": "欢迎" },
        "rules": [
            { "keywords": ["图", "地图"], "matching": "equals", "reply": { "msgType": "image", "mediaId": fixture.picture } },
            { "keywords": ["卡"], "matching": "contains", "reply": { "msgType": "news_card", "mediaId": fixture.card } },
        ],
    });
    assert_eq!(fixture.set(&replies).0, 200);
    assert_eq!(fixture.get(), replies);
    let welcome = json!({ "welcome": { "msgType": "image", "mediaId": fixture.picture } });
    assert_eq!(fixture.set(&welcome).0, 200);
    assert_eq!(fixture.get(), json!({ "welcome": welcome["welcome"], "rules": [] }));
    assert_eq!(fixture.set(&json!({})).0, 200);
    assert_eq!(fixture.get(), json!({ "rules": [] }));
}

#[test]
fn each_limit_holds_at_the_boundary() {
    let fixture = Fixture::open();
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
        assert_eq!(fixture.set(&good).0, 200, "{field}");
        let before = fixture.get();
        let (status, answer) = fixture.set(&bad);
        assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "{field}");
        assert!(answer["message"].as_str().unwrap().contains(&format!("{field} ")), "{field}: {answer}");
        assert_eq!(fixture.get(), before);
    }
}

#[test]
fn an_invalid_reply_is_refused_with_its_field() {
    let fixture = Fixture::open();
    let with =
        |reply: Value| json!({ "rules": [{ "keywords": ["词"], "matching": "contains", "reply": reply }] });
    for (body, field) in [
        (with(json!({ "msgType": "text" })), "rules[0].reply.content"),
        (with(json!({ "msgType": "text", "content": " " })), "rules[0].reply.content"),
        (with(json!({ "msgType": "image" })), "rules[0].reply.mediaId"),
        (with(json!({ "msgType": "image", "mediaId": fixture.card })), "rules[0].reply.mediaId"),
        (with(json!({ "msgType": "news_card", "mediaId": fixture.picture })), "rules[0].reply.mediaId"),
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
        let (status, answer) = fixture.set(&body);
        assert_eq!(status, 400, "{body} {answer}");
        assert!(answer["message"].as_str().unwrap().contains(field), "{field}: {answer}");
    }
    assert_eq!(fixture.get(), json!({ "rules": [] }));
    for method in [Method::PUT, Method::GET] {
        let (status, answer) = fixture.replies(method.clone(), &json!({ "unionid": "nobody" }));
        assert_eq!((status, &answer["code"]), (400, &json!("invalid.unionid")), "{method} {answer}");
    }
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.account, "status": "disabled" }));
    assert_ne!(fixture.set(&json!({})).0, 200);
}
