//! Operations on drafts of sends, cards and what an account asks of its sends: rights, versions, limits, and what is refused by name.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};
use testkit::server::{NOW, TestServer};

use crate::operator;

const DRAFTS: &str = "/v1.0/carillon/message/drafts";

/// An operator with a session.
struct Operator<'s> {
    server: &'s TestServer,
    cookie: String,
    unionid: String,
}

impl<'s> Operator<'s> {
    fn new(server: &'s TestServer, unionid: &str, userid: &str, role: OperatorRole) -> Self {
        let cookie = operator::sign_in(server, userid, [(role, AccountScope::All)]);
        Self { server, cookie, unionid: unionid.to_owned() }
    }

    /// Calls an operation on the account. Returns status and response.
    fn call(&self, method: &str, path: &str, mut fields: Value) -> (u16, Value) {
        if matches!(method, "GET" | "DELETE") {
            let query: Vec<String> = fields
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| format!("&{name}={}", value.to_string().trim_matches('"')))
                .collect();
            let path = format!("{path}?unionid={}{}", self.unionid, query.concat());
            return operator::call(self.server, &self.cookie, method, &path, None);
        }
        if !path.ends_with("/send-policy") {
            fields["unionid"] = json!(self.unionid);
        }
        operator::call(self.server, &self.cookie, method, path, Some(&fields))
    }

    fn ok(&self, method: &str, path: &str, fields: Value) -> Value {
        let (status, answer) = self.call(method, path, fields);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// Adds a draft. Returns its path and its version.
    fn add(&self, fields: Value) -> (String, i64) {
        let added = self.ok("POST", DRAFTS, fields);
        (format!("{DRAFTS}/{}", added["draft_id"]), added["version"].as_i64().unwrap())
    }

    fn refused(&self, method: &str, path: &str, fields: Value, status: u16, part: &str) {
        let (found, answer) = self.call(method, path, fields.clone());
        assert!(found == status && answer.to_string().contains(part), "{fields}: {found} {answer}");
    }
}

fn text(text: &str) -> Value {
    json!({ "kind": "text", "text": text })
}

fn server() -> (TestServer, String) {
    let server = operator::server();
    let unionid = server.account("新闻");
    for (number, userid) in ["ann", "bob"].iter().enumerate() {
        let mobile = format!("1380000000{number}");
        let member = json!({ "userid": userid, "name": userid, "mobile": mobile, "dept_id_list": "1" });
        server.ok("/topapi/v2/user/create", &member);
    }
    (server, unionid)
}

/// Adds a published article.
fn article(server: &TestServer, unionid: &str, title: &str) -> i64 {
    let id = server.article(unionid, title);
    server.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
    id
}

#[test]
fn a_draft_is_written_approved_and_sent_by_two_people() {
    let (server, unionid) = server();
    let owner = Operator::new(&server, &unionid, "owner", OperatorRole::Owner);
    let editor = Operator::new(&server, &unionid, "editor", OperatorRole::Editor);
    let sender = Operator::new(&server, &unionid, "sender", OperatorRole::Sender);
    let approver = Operator::new(&server, &unionid, "approver", OperatorRole::Approver);
    let policy = format!("/v1.0/carillon/service-accounts/{unionid}/send-policy");
    let rules = json!({ "approval": "all", "fourEyes": true, "confirmAbove": 1 });
    owner.ok("PUT", &policy, rules.clone());
    let stored = operator::call(&server, &owner.cookie, "GET", &policy, None).1;
    assert_eq!((&stored["approval"], &stored["confirmAbove"]), (&json!("all"), &json!(1)), "{stored}");
    assert_eq!(sender.call("PUT", &policy, rules).0, 403, "only owners");

    let (path, version) =
        editor.add(json!({ "message": text("放假"), "userid_list": ["ann", "bob"], "comment_type": 1 }));
    let at = json!({ "version": version });
    let draft = editor.ok("GET", &path, json!({}));
    assert_eq!(
        (&draft["message"]["text"], &draft["userid_list"], &draft["authors"], &draft["comment_type"]),
        (&json!("放假"), &json!(["ann", "bob"]), &json!(["editor"]), &json!(1)),
        "{draft}"
    );
    assert_eq!(editor.call("POST", &format!("{path}/send"), at.clone()).0, 403);
    sender.refused("POST", &format!("{path}/send"), at.clone(), 403, "approval.needed");
    approver.refused("POST", &format!("{path}/approve"), at.clone(), 409, "approval.missing");
    editor.ok("POST", &format!("{path}/submit"), at.clone());
    assert_eq!(editor.call("POST", &format!("{path}/approve"), at.clone()).0, 403);
    owner.refused(
        "POST",
        &format!("{path}/approve"),
        json!({ "version": version + 1 }),
        409,
        "draft.changed",
    );
    let reach = sender.ok("GET", &format!("{path}/reach"), json!({}));
    assert_eq!(
        (
            &reach["receivers"],
            &reach["needs_approval"],
            &reach["must_confirm_receivers"],
            reach.get("incomplete")
        ),
        (&json!(2), &json!(true), &json!(true), None),
        "{reach}"
    );
    for (note, status) in [("字".repeat(501), 400), ("字".repeat(500), 200)] {
        let fields = json!({ "version": version, "note": note });
        assert_eq!(approver.call("POST", &format!("{path}/reject"), fields).0, status);
    }
    let draft = editor.ok("GET", &path, json!({}));
    assert_eq!(
        (&draft["approval"]["status"], &draft["approval"]["user_id"]),
        (&json!("rejected"), &json!("approver"))
    );
    // The owner changes it, and becomes an author.
    let version =
        owner.ok("PUT", &path, json!({ "version": version, "message": text("放假一天") }))["version"].clone();
    assert_eq!(editor.ok("GET", &path, json!({})).get("approval"), None);
    editor.refused("PUT", &path, json!({ "version": 2, "message": text("晚了") }), 409, "draft.changed");
    let at = json!({ "version": version });
    sender.ok("POST", &format!("{path}/submit"), at.clone());
    owner.refused("POST", &format!("{path}/approve"), at.clone(), 403, "approval.own");
    approver.ok("POST", &format!("{path}/approve"), at.clone());
    let approval = editor.ok("GET", &path, json!({}))["approval"].clone();
    assert_eq!((&approval["status"], &approval["is_current"]), (&json!("approved"), &json!(true)));
    assert_eq!(approval["hash"].as_str().unwrap().len(), 64);
    // Two receivers, more than one: the number is named.
    sender.refused("POST", &format!("{path}/send"), at.clone(), 400, "confirm");
    let confirmed = json!({ "version": version, "receivers": 2 });
    let task = sender.ok("POST", &format!("{path}/send"), confirmed.clone())["task_id"].clone();
    let progress = server.ok_v1(
        "POST",
        "/v1.0/carillon/message/mass/progress",
        &json!({ "unionid": unionid, "task_id": task }),
    );
    assert_eq!(progress["receivers"], 2, "{progress}");
    sender.refused("POST", &format!("{path}/send"), confirmed, 404, "draft.not.found");
}

#[test]
fn each_field_that_is_refused_is_named() {
    let (server, unionid) = server();
    let editor = Operator::new(&server, &unionid, "editor", OperatorRole::Editor);
    let other = server.account("另一个");
    let ids: Vec<i64> = (1..=9).map(|number| article(&server, &unionid, &format!("第{number}篇"))).collect();
    let foreign = article(&server, &other, "别人的");
    let deleted = article(&server, &unionid, "删");
    let this = json!({ "unionid": unionid, "article_id": deleted });
    server.ok("/topapi/material/article/delete", &this);
    let picture = operator::add_picture(&server, &unionid, "a.png");
    let foreign_picture = operator::add_picture(&server, &other, "b.png");
    let link = |url: &str, text: &str| json!({ "kind": "link", "title": "题", "text": text, "url": url });
    for (message, field) in [
        (text(" "), "message.text"),
        (text(&"字".repeat(20_001)), "message.text"),
        (json!({ "kind": "markdown", "title": "字".repeat(257), "text": "文" }), "message.title"),
        (json!({ "kind": "markdown", "text": "文" }), "message.title"),
        (link("https://example.com/", &"字".repeat(501)), "message.text"),
        (link("javascript:alert(1)", "文"), "message.url"),
        (link(&format!("https://example.com/{}", "a".repeat(481)), "文"), "message.url"),
        (json!({ "kind": "picture" }), "message.media_id"),
        (json!({ "kind": "picture", "media_id": foreign_picture }), "message.media_id"),
        (json!({ "kind": "articles" }), "message.article_ids"),
        (json!({ "kind": "articles", "article_ids": ids }), "message.article_ids"),
        (json!({ "kind": "articles", "article_ids": [ids[0], foreign] }), "message.article_ids[1]"),
        (json!({ "kind": "articles", "article_ids": [ids[0], ids[1], deleted] }), "message.article_ids[2]"),
        (json!({ "kind": "articles", "article_ids": [ids[0], ids[0]] }), "message.article_ids[1]"),
        (json!({ "kind": "card", "card_id": "nothing" }), "message.card_id"),
        (json!({ "kind": "voice" }), "message.kind"),
        (json!({ "kind": "text", "text": "文", "colour": "red" }), "message.colour"),
    ] {
        editor.refused("POST", DRAFTS, json!({ "message": message }), 400, field);
    }
    for (fields, field) in [
        (json!({ "dep_id_list": [1, 99] }), "dep_id_list[1]"),
        (json!({ "roleIds": [99] }), "roleIds[0]"),
        (json!({ "send_time": NOW }), "send_time"),
        (json!({ "comment_type": 2 }), "comment_type"),
        (json!({ "unknown": 1 }), "unknown"),
    ] {
        editor.refused("POST", DRAFTS, fields, 400, field);
    }
    let users: Vec<String> = (0..1_001).map(|number| format!("u{number}")).collect();
    assert_eq!(editor.call("POST", DRAFTS, json!({ "userid_list": users })).0, 400);
    assert_eq!(editor.call("POST", DRAFTS, json!({ "userid_list": users[1..] })).0, 200);
    for message in [
        text(&"字".repeat(20_000)),
        link(&format!("https://example.com/{}", "a".repeat(480)), &"字".repeat(500)),
        json!({ "kind": "picture", "media_id": picture }),
        json!({ "kind": "articles", "article_ids": ids[..8] }),
    ] {
        let (path, _) = editor.add(json!({ "message": message, "send_time": NOW + 1 }));
        let draft = editor.ok("GET", &path, json!({}));
        assert_eq!(draft["send_time"], NOW + 1);
    }
    // Nothing of a refused change is stored.
    let count = editor.ok("GET", DRAFTS, json!({}))["total_count"].clone();
    assert_eq!(count, 5);
    let (path, version) =
        editor.add(json!({ "message": text("文"), "allow_comment": true, "is_to_all": true }));
    let change = json!({ "version": version, "message": text("新"), "dep_id_list": [99] });
    editor.refused("PUT", &path, change, 400, "dep_id_list[0]");
    let draft = editor.ok("GET", &path, json!({}));
    assert_eq!((&draft["message"]["text"], &draft["is_to_all"]), (&json!("文"), &json!(true)), "{draft}");
    // What is absent stays; a time of 0 is at once.
    let version =
        editor.ok("PUT", &path, json!({ "version": version, "send_time": NOW + 9 }))["version"].clone();
    let draft = editor.ok("GET", &path, json!({}));
    assert_eq!((&draft["allow_comment"], &draft["send_time"]), (&json!(true), &json!(NOW + 9)));
    editor.ok(
        "PUT",
        &path,
        json!({ "version": version, "send_time": 0, "is_to_all": false, "userid_list": ["ann"] }),
    );
    let draft = editor.ok("GET", &path, json!({}));
    assert_eq!((draft.get("send_time"), &draft["userid_list"]), (None, &json!(["ann"])), "{draft}");
}

#[test]
fn a_preview_needs_an_account_that_may_send_to_the_operator() {
    let (server, unionid) = server();
    let editor = Operator::new(&server, &unionid, "editor", OperatorRole::Editor);
    let (path, _) = editor.add(json!({ "message": text("放假") }));
    let preview = format!("{path}/preview");
    assert!(editor.ok("POST", &preview, json!({}))["task_id"].is_string());
    let account = format!("/v1.0/carillon/service-accounts/{unionid}");
    server.ok_v1("PUT", &format!("{account}/blocked-members"), &json!({ "black_user_id_list": ["editor"] }));
    editor.refused("POST", &preview, json!({}), 400, "receivers.list.empty");
    let scope = json!({ "allow_send_to_all": false, "allow_send_user_id_list": ["ann"] });
    server.ok_v1("PUT", &format!("{account}/scope"), &scope);
    editor.refused("POST", &preview, json!({}), 400, "invalid.userid.list");
}

#[test]
fn an_article_that_was_deleted_stops_the_send_by_name() {
    let (server, unionid) = server();
    let owner = Operator::new(&server, &unionid, "owner", OperatorRole::Owner);
    let ids = [article(&server, &unionid, "一"), article(&server, &unionid, "二")];
    let message = json!({ "kind": "articles", "article_ids": ids });
    let (path, version) = owner.add(json!({ "message": message, "userid_list": ["ann"] }));
    let draft = owner.ok("GET", &path, json!({}));
    assert_eq!(draft["message"]["article_ids"], json!(ids), "{draft}");
    server.ok("/topapi/material/article/delete", &json!({ "unionid": unionid, "article_id": ids[1] }));
    let at = json!({ "version": version });
    for action in ["submit", "send"] {
        owner.refused(
            "POST",
            &format!("{path}/{action}"),
            at.clone(),
            400,
            "message.article_ids[1] was deleted",
        );
    }
    let reach = owner.ok("GET", &format!("{path}/reach"), json!({}));
    assert_eq!(reach["incomplete"], "message.article_ids[1] was deleted");
    // The card of the draft goes with it.
    let card = draft["message"]["card_id"].as_str().unwrap();
    let listed = owner.ok("GET", "/v1.0/carillon/cards", json!({}));
    assert_eq!(listed["cards"], json!([]), "the card of a draft is in no list");
    owner.ok("DELETE", &path, json!({}));
    owner.refused("GET", &format!("/v1.0/carillon/cards/{card}"), json!({}), 404, "card.not.found");
}

#[test]
fn cards_have_versions_and_limits() {
    let (server, unionid) = server();
    let editor = Operator::new(&server, &unionid, "editor", OperatorRole::Editor);
    let sender = Operator::new(&server, &unionid, "sender", OperatorRole::Sender);
    let ids: Vec<i64> = (1..=9).map(|number| article(&server, &unionid, &format!("第{number}篇"))).collect();
    let cards = "/v1.0/carillon/cards";
    for articles in [&ids[..0], &ids[..9]] {
        editor.refused("POST", cards, json!({ "article_ids": articles }), 400, "article_ids");
    }
    editor.refused("POST", cards, json!({ "article_ids": [ids[0], 999] }), 400, "article_ids[1]");
    let card = editor.ok("POST", cards, json!({ "article_ids": ids[..8] }));
    let path = format!("{cards}/{}", card["card_id"].as_str().unwrap());
    assert_eq!(sender.ok("GET", &path, json!({}))["article_ids"], json!(ids[..8]));
    let change = |time: &Value| json!({ "update_time": time, "article_ids": [ids[8]] });
    assert_eq!(sender.call("PUT", &path, change(&card["update_time"])).0, 403);
    editor.refused("PUT", &path, change(&json!(1)), 409, "draft.changed");
    let changed = editor.ok("PUT", &path, change(&card["update_time"]));
    assert_eq!(changed["article_ids"], json!([ids[8]]));
    let (draft, _) = sender.add(json!({ "message": { "kind": "card", "card_id": card["card_id"] } }));
    editor.refused("DELETE", &path, json!({}), 409, "card.in.use");
    let uses = editor.ok("GET", &path, json!({}))["uses"].clone();
    assert_eq!(uses[0]["kind"], "send_draft", "{uses}");
    sender.ok("DELETE", &draft, json!({}));
    for _ in 0..3 {
        editor.ok("POST", cards, json!({ "article_ids": ids[..1] }));
    }
    let first = editor.ok("GET", cards, json!({ "max_results": 3 }));
    let second = editor.ok("GET", cards, json!({ "max_results": 3, "next_token": first["next_token"] }));
    assert_eq!((first["cards"].as_array().unwrap().len(), second["cards"].as_array().unwrap().len()), (3, 1));
    assert_eq!((&second["cards"][0]["card_id"], second.get("next_token")), (&card["card_id"], None));
    editor.refused("GET", cards, json!({ "next_token": "x" }), 400, "next_token");
    editor.ok("DELETE", &path, json!({}));
    editor.refused("DELETE", &path, json!({}), 404, "card.not.found");
}

#[test]
fn an_operator_of_another_account_and_apps_reach_no_draft() {
    let (server, unionid) = server();
    let other = server.account("另一个");
    let sender = Operator::new(&server, &unionid, "sender", OperatorRole::Sender);
    let (path, version) = sender.add(json!({ "message": text("机密"), "userid_list": ["ann"] }));
    let cookie = operator::sign_in(&server, "stranger", [(OperatorRole::Sender, operator::only(&other))]);
    let stranger = Operator { server: &server, cookie, unionid: unionid.clone() };
    let elsewhere = Operator { server: &server, cookie: stranger.cookie.clone(), unionid: other };
    let at = json!({ "version": version });
    for (method, action) in [
        ("GET", ""),
        ("GET", "/reach"),
        ("PUT", ""),
        ("POST", "/preview"),
        ("POST", "/submit"),
        ("POST", "/send"),
        ("DELETE", ""),
    ] {
        let fields =
            if matches!(action, "/submit" | "/send") || method == "PUT" { at.clone() } else { json!({}) };
        let path = format!("{path}{action}");
        stranger.refused(method, &path, fields.clone(), 400, "invalid.unionid");
        elsewhere.refused(method, &path, fields, 404, "draft.not.found");
    }
    stranger.refused("GET", DRAFTS, json!({}), 400, "invalid.unionid");
    assert_eq!(elsewhere.ok("GET", DRAFTS, json!({}))["total_count"], 0);
    let (status, answer) = server.v1("GET", &format!("{path}?unionid={unionid}"), None);
    assert_eq!(status, 403, "apps are no people: {answer}");
    // Pages of drafts follow each other.
    for number in 0..4 {
        sender.add(json!({ "message": text(&format!("第{number}")) }));
    }
    let first = sender.ok("GET", DRAFTS, json!({ "max_results": 3 }));
    let second = sender.ok("GET", DRAFTS, json!({ "max_results": 3, "next_token": first["next_token"] }));
    let texts = |page: &Value| -> Vec<String> {
        let drafts = page["drafts"].as_array().unwrap().iter();
        drafts.map(|draft| draft["message"]["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (texts(&first), texts(&second)),
        (
            vec!["第3".to_owned(), "第2".to_owned(), "第1".to_owned()],
            vec!["第0".to_owned(), "机密".to_owned()],
        )
    );
    sender.refused("GET", DRAFTS, json!({ "next_token": "1" }), 400, "next_token");
}
