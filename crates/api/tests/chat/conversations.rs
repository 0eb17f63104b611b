//! Conversations as agents see and answer them.

use carillon_model::operator::OperatorRole;
use serde_json::{Value, json};
use testkit::server::{NOW, TestServer};

use crate::operator::{self, call, only, write_to};

pub struct Fixture {
    pub server: TestServer,
    pub unionid: String,
    /// The cookie of an agent of the account.
    pub agent: String,
}

impl Fixture {
    pub fn open() -> Self {
        let server = operator::server();
        let unionid = server.account("新闻");
        for (number, userid) in ["ann", "bob", "cai"].into_iter().enumerate() {
            let member = json!({
                "userid": userid, "name": format!("员{userid}"), "mobile": format!("1380000000{number}"), "dept_id_list": "1",
            });
            server.ok("/topapi/v2/user/create", &member);
        }
        let agent = operator::sign_in(&server, "agent", [(OperatorRole::Agent, only(&unionid))]);
        Self { server, unionid, agent }
    }

    pub fn writes(&self, userid: &str, text: &str) {
        write_to(&self.server, &self.unionid, userid, text);
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/v1.0/carillon/service-accounts/{}/conversations{rest}", self.unionid)
    }

    pub fn get(&self, rest: &str) -> Value {
        let (status, answer) = call(&self.server, &self.agent, "GET", &self.path(rest), None);
        assert_eq!(status, 200, "{rest}: {answer}");
        answer
    }

    pub fn send(&self, method: &str, rest: &str, request: &Value) -> (u16, Value) {
        call(&self.server, &self.agent, method, &self.path(rest), Some(request))
    }

    /// The members of all pages of a list.
    pub fn listed(&self, show: &str, size: usize) -> Vec<String> {
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("?show={show}&maxResults={size}{token}"));
            let rows = page["conversations"].as_array().unwrap();
            assert!(rows.len() <= size);
            found.extend(rows.iter().map(|row| row["userId"].as_str().unwrap_or("-").to_owned()));
            match page["nextToken"].as_str() {
                Some(next) => token = format!("&nextToken={next}"),
                None => return found,
            }
        }
    }
}

#[test]
fn those_who_wait_longest_come_first() {
    let fixture = Fixture::open();
    for (userid, text) in [("ann", "一"), ("bob", "二"), ("cai", "三"), ("ann", "四")] {
        fixture.writes(userid, text);
    }
    for size in [1, 2, 3] {
        assert_eq!(fixture.listed("waiting", size), ["ann", "bob", "cai"], "{size}");
        assert_eq!(fixture.listed("all", size), ["ann", "cai", "bob"], "newest first: {size}");
    }
    let first = &fixture.get("")["conversations"][0];
    assert_eq!((&first["name"], &first["waitingSince"]), (&json!("员ann"), &json!(NOW)));
    let last = &first["lastMessage"];
    assert_eq!(
        (&last["author"], &last["msgType"], &last["text"]),
        (&json!("member"), &json!("text"), &json!("四"))
    );

    let (status, answer) = fixture.send("POST", "/bob/replies", &json!({ "text": " 好的 " }));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(fixture.send("POST", "/cai/done", &json!({})).0, 200);
    assert_eq!(fixture.listed("waiting", 20), ["ann"]);
    assert_eq!(fixture.listed("all", 20), ["bob", "ann", "cai"]);
    // A member who has left has no userid any more.
    fixture.server.ok("/topapi/v2/user/delete", &json!({ "userid": "ann" }));
    let left = &fixture.get("?show=all")["conversations"][1];
    assert_eq!((left.get("userId"), &left["name"]), (None, &json!("员ann")));
}

#[test]
fn a_conversation_is_read_in_pages() {
    let fixture = Fixture::open();
    for number in 0..3 {
        fixture.writes("ann", &format!("问{number}"));
    }
    let (_, reply) = fixture.send("POST", "/ann/replies", &json!({ "text": "答" }));
    let page = fixture.get("/ann/messages?maxResults=3");
    let of = |page: &Value| -> Vec<(String, String)> {
        let rows = page["messages"].as_array().unwrap().iter();
        rows.map(|row| (row["author"].as_str().unwrap().to_owned(), row["text"].as_str().unwrap().to_owned()))
            .collect()
    };
    let expected = [("operator", "答"), ("member", "问2"), ("member", "问1"), ("member", "问0")]
        .map(|(author, text)| (author.to_owned(), text.to_owned()));
    assert_eq!(of(&page), expected[..3]);
    assert_eq!(page["messages"][0]["messageId"], reply["messageId"]);
    assert_eq!((page.get("waitingSince"), &page["blocked"]), (None, &json!(false)));
    let next = page["nextToken"].as_i64().unwrap();
    let rest = fixture.get(&format!("/ann/messages?maxResults=3&nextToken={next}"));
    assert_eq!((of(&rest), rest.get("nextToken")), (expected[3..].to_vec(), None));
    assert_eq!(fixture.get("/ann/messages?maxResults=4").get("nextToken"), None);
    // Without a message there is nothing to read.
    assert_eq!(fixture.get("/bob/messages"), json!({ "messages": [], "blocked": false }));
}

#[test]
fn an_app_replies_as_one() {
    let fixture = Fixture::open();
    fixture.writes("ann", "问");
    fixture.server.ok_v1("POST", &fixture.path("/ann/replies"), &json!({ "text": "答" }));
    let newest = &fixture.get("/ann/messages")["messages"][0];
    assert_eq!((&newest["author"], &newest["text"]), (&json!("webhook"), &json!("答")));
    assert_eq!(fixture.listed("waiting", 20), Vec::<String>::new());
}

#[test]
fn what_cannot_be_replied_is_refused() {
    let fixture = Fixture::open();
    fixture.writes("ann", "问");
    let refused = |rest: &str, text: &str, code: &str, reason: &str| {
        let (status, answer) = fixture.send("POST", rest, &json!({ "text": text }));
        let message = answer["message"].as_str().unwrap();
        assert!((status, &answer["code"]) == (400, &json!(code)) && message.contains(reason), "{answer}");
    };
    refused("/nobody/replies", "答", "invalid.userid", "");
    refused("/bob/replies", "答", "param.illegal", "userId has no conversation");
    refused("/ann/replies", " ", "param.illegal", "消息内容不能为空");
    refused("/ann/replies", "\u{1}", "param.illegal", "消息内容不能为空");
    refused("/ann/replies", &"长".repeat(5_001), "param.illegal", "text");
    assert_eq!(fixture.send("POST", "/ann/replies", &json!({ "text": "长".repeat(5_000) })).0, 200);
    for blocked in [true, false] {
        assert_eq!(fixture.send("PUT", "/ann/blocked", &json!({ "blocked": blocked })).0, 200);
        assert_eq!(fixture.get("/ann/messages")["blocked"], blocked);
        if blocked {
            refused("/ann/replies", "答", "param.illegal", "黑名单");
        }
    }
    for (token, status) in [("", 200), ("&nextToken=1-1", 200), ("&nextToken=x", 400), ("&nextToken=1", 400)]
    {
        let path = fixture.path(&format!("?show=waiting{token}"));
        let (found, answer) = call(&fixture.server, &fixture.agent, "GET", &path, None);
        assert_eq!(found, status, "{token}: {answer}");
    }
    let disabled = json!({ "unionid": fixture.unionid, "status": "disabled" });
    fixture.server.ok("/topapi/serviceaccount/update", &disabled);
    refused("/ann/replies", "答", "invalid.unionid", "");
    fixture.get("/ann/messages");
}

#[test]
fn a_reply_is_a_text_a_picture_a_card_or_articles() {
    let fixture = Fixture::open();
    let server = &fixture.server;
    fixture.writes("ann", "问");
    let post = |request: Value| fixture.send("POST", "/ann/replies", &request);
    let newest = || fixture.get("/ann/messages?maxResults=1")["messages"][0].clone();
    let picture = operator::add_picture(server, &fixture.unionid, "a.png");
    assert_eq!(post(json!({ "mediaId": picture })).0, 200);
    assert_eq!((&newest()["msgType"], &newest()["mediaId"]), (&json!("image"), &json!(picture)));
    assert_eq!(fixture.listed("waiting", 20), Vec::<String>::new(), "a picture is a reply too");

    let article = |title: &str, unionid: &str| {
        let article = json!({ "title": title, "content": "<p>文</p>", "uuid": title });
        let added =
            server.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
        added["article_id"].as_i64().unwrap()
    };
    let publish = |id: i64| {
        server
            .ok("/topapi/material/article/publish", &json!({ "unionid": fixture.unionid, "article_id": id }))
    };
    let (first, second, draft) =
        (article("一", &fixture.unionid), article("二", &fixture.unionid), article("三", &fixture.unionid));
    publish(first);
    publish(second);
    assert_eq!(post(json!({ "articleIds": [first] })).0, 200);
    let card = newest()["mediaId"].clone();
    assert_eq!(newest()["msgType"], "news_card");
    assert_eq!(post(json!({ "articleIds": [first] })).0, 200);
    assert_eq!(newest()["mediaId"], card, "the same articles are on the same card");
    assert_eq!(post(json!({ "articleIds": [second, first] })).0, 200);
    assert_ne!(newest()["mediaId"], card);
    assert_eq!(post(json!({ "cardId": card })).0, 200);

    // Of another account nothing can be sent.
    let other = server.account("别的");
    let foreign_picture = operator::add_picture(server, &other, "b.png");
    let foreign = article("四", &other);
    server.ok("/topapi/material/article/publish", &json!({ "unionid": other, "article_id": foreign }));
    let foreign_card = json!({ "unionid": other, "articles": [{ "article_id": foreign }] });
    let foreign_card = server.ok("/topapi/material/news/add", &foreign_card)["media_id"].clone();
    for (request, field) in [
        (json!({ "mediaId": foreign_picture }), "mediaId"),
        (json!({ "mediaId": "@lAnothing" }), "mediaId"),
        (json!({ "cardId": foreign_card }), "cardId"),
        (json!({ "articleIds": [first, draft] }), "articleIds[1]"),
        (json!({ "articleIds": [foreign] }), "articleIds[0]"),
        (json!({ "articleIds": [first, first] }), "articleIds"),
        (json!({ "articleIds": [] }), "articleIds"),
        (json!({ "articleIds": vec![first; 9] }), "articleIds"),
        (json!({}), "text"),
        (json!({ "text": "答", "mediaId": picture }), "text"),
    ] {
        let (status, answer) = post(request.clone());
        let message = answer["message"].as_str().unwrap();
        assert!(status == 400 && message.contains(field), "{request}: {answer}");
    }
}
