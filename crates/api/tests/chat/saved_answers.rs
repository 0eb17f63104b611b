//! Answers that agents use again.

use carillon_model::operator::OperatorRole;
use serde_json::{Value, json};

use super::conversations::Fixture;
use crate::operator::{self, call, only};

struct Answers {
    fixture: Fixture,
}

impl Answers {
    fn send(&self, method: &str, rest: &str, request: Option<&Value>) -> (u16, Value) {
        let path = format!("/v1.0/carillon/service-accounts/{}/saved-answers{rest}", self.fixture.unionid);
        call(&self.fixture.server, &self.fixture.agent, method, &path, request)
    }

    fn add(&self, title: &str, content: &str) -> (u16, Value) {
        self.send("POST", "", Some(&json!({ "title": title, "content": content })))
    }

    fn id(&self, title: &str) -> i64 {
        let (status, answer) = self.add(title, "答");
        assert_eq!(status, 200, "{answer}");
        answer["answerId"].as_i64().unwrap()
    }

    fn titles(&self) -> Vec<String> {
        let (_, list) = self.send("GET", "", None);
        let answers = list["answers"].as_array().unwrap().iter();
        answers.map(|answer| answer["title"].as_str().unwrap().to_owned()).collect()
    }
}

fn open() -> Answers {
    Answers { fixture: Fixture::open() }
}

#[test]
fn answers_are_added_changed_ordered_and_removed() {
    let answers = open();
    let ids = ["一", "二", "三"].map(|title| answers.id(title));
    assert_eq!(answers.titles(), ["一", "二", "三"]);
    let changed = json!({ "title": " 二二 ", "content": "新的\r\n答案" });
    assert_eq!(answers.send("PUT", &format!("/{}", ids[1]), Some(&changed)).0, 200);
    let (_, list) = answers.send("GET", "", None);
    let second = &list["answers"][1];
    assert_eq!((&second["title"], &second["content"]), (&json!("二二"), &json!("新的\n答案")));
    assert_eq!(second["changedBy"], "agent");
    let order = json!({ "answerIds": [ids[2], ids[0], ids[1]] });
    assert_eq!(answers.send("POST", "/order", Some(&order)).0, 200);
    assert_eq!(answers.titles(), ["三", "一", "二二"]);
    assert_eq!(answers.send("DELETE", &format!("/{}", ids[0]), None).0, 200);
    assert_eq!(answers.titles(), ["三", "二二"]);
    answers.id("四");
    assert_eq!(answers.titles(), ["三", "二二", "四"], "new ones are the last");
    for order in [json!([]), json!([ids[2]]), json!([ids[2], ids[2], ids[1]]), json!([ids[2], ids[1], 9])] {
        let (status, answer) = answers.send("POST", "/order", Some(&json!({ "answerIds": order })));
        assert!(status == 400 && answer["message"].as_str().unwrap().contains("answerIds"), "{answer}");
    }
    // An app writes them too, and is nobody.
    let path = format!("/v1.0/carillon/service-accounts/{}/saved-answers", answers.fixture.unionid);
    answers.fixture.server.ok_v1("POST", &path, &json!({ "title": "五", "content": "答" }));
    let (_, list) = answers.send("GET", "", None);
    assert_eq!(list["answers"][3].get("changedBy"), None);
}

#[test]
fn limits_hold_at_them_and_not_one_past() {
    let answers = open();
    assert_eq!(answers.add(&"题".repeat(50), &"长".repeat(5_000)).0, 200);
    for (title, content, field) in [
        ("题".repeat(51), "答".to_owned(), "title"),
        ("题".to_owned(), "长".repeat(5_001), "content"),
        (" ".to_owned(), "答".to_owned(), "title"),
        ("一\n二".to_owned(), "答".to_owned(), "title"),
        ("题".to_owned(), " \n".to_owned(), "content"),
        ("题".to_owned(), "\u{1}".to_owned(), "content"),
    ] {
        let (status, answer) = answers.add(&title, &content);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(field), "{title}: {answer}");
    }
    let unknown = answers.send("POST", "", Some(&json!({ "title": "题", "content": "答", "more": 1 })));
    assert!(unknown.0 == 400 && unknown.1["message"].as_str().unwrap().contains("more"), "{}", unknown.1);
    for number in 1..100 {
        answers.id(&number.to_string());
    }
    let (status, answer) = answers.add("多", "答");
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("100"), "{answer}");
    assert_eq!(answers.titles().len(), 100);
    // Those of another account do not count, and cannot be reached by its operators.
    let server = &answers.fixture.server;
    let other = server.account("别的");
    let stranger = operator::sign_in(server, "stranger", [(OperatorRole::Agent, only(&other))]);
    let path =
        |unionid: &str, rest: &str| format!("/v1.0/carillon/service-accounts/{unionid}/saved-answers{rest}");
    let new = json!({ "title": "题", "content": "答" });
    let (status, added) = call(server, &stranger, "POST", &path(&other, ""), Some(&new));
    assert_eq!(status, 200, "{added}");
    let id = added["answerId"].as_i64().unwrap();
    assert_eq!(call(server, &stranger, "GET", &path(&answers.fixture.unionid, ""), None).0, 400);
    for (method, request) in [("PUT", Some(&new)), ("DELETE", None)] {
        let (status, answer) = answers.send(method, &format!("/{id}"), request);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains("answerId"), "{answer}");
    }
}
