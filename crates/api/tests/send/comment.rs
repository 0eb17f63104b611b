//! Comments on articles, as the manager of an account sees them.

use carillon_domain::comment;
use carillon_model::id::{AccountId, ArticleId, MemberNo, TaskId};
use serde_json::{Value, json};

use crate::send::fixture::Fixture;

/// Sends a card with a published article to everybody.
fn sent(fixture: &Fixture, title: &str, fields: Value) -> (ArticleId, TaskId) {
    let unionid = &fixture.unionid;
    let article = fixture.article(unionid, title);
    fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": article }));
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": article }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let mut request =
        fixture.request(json!({ "is_to_all": true, "msg_type": "news_card", "media_id": card }));
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    (ArticleId(article), fixture.sent(&request))
}

fn write(
    fixture: &Fixture,
    member: u32,
    (article, task): &(ArticleId, TaskId),
    text: &'static str,
) -> String {
    let (article, task) = (*article, task.clone());
    let written = fixture.write_earlier(0, move |tx, env, corp| {
        let thread = comment::thread(tx, corp, MemberNo(member), article, &task)?.expect("open");
        comment::write(tx, env, corp, &thread, text)
    });
    written.unwrap().expect("taken").to_string()
}

fn path(fixture: &Fixture) -> String {
    format!("/v1.0/exclusive/publishers/{}/comments", fixture.unionid)
}

fn list(fixture: &Fixture, query: &str) -> Value {
    let (status, answer) = fixture.v1("GET", &format!("{}/list?{query}", path(fixture)), None);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn texts(fixture: &Fixture) -> Vec<String> {
    let all = list(fixture, "pageNumber=1&pageSize=100");
    all["data"].as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn comments_are_listed_newest_first_in_pages() {
    let fixture = Fixture::open();
    assert_eq!(list(&fixture, "pageNumber=1&pageSize=20"), json!({ "data": [], "totalCount": 0 }));
    let sent_article = sent(&fixture, "文", json!({ "allow_comment": true }));
    write(&fixture, 1, &sent_article, "一");
    let second = write(&fixture, 2, &sent_article, "二 <b>");
    assert_eq!(texts(&fixture), ["二 <b>", "一"]);
    let page = list(&fixture, "pageNumber=1&pageSize=1");
    let expected = json!({ "commentId": second, "commentTime": testkit::server::NOW, "commentUserName": "员2", "content": "二 <b>" });
    assert_eq!(page, json!({ "data": [expected], "totalCount": 2 }));
    assert_eq!(list(&fixture, "pageNumber=3&pageSize=1")["data"], json!([]));
    // Another account has none.
    let (_, other) = fixture.v1(
        "GET",
        &format!(
            "/v1.0/exclusive/publishers/{}/comments/list?pageNumber=1&pageSize=1",
            fixture.account("别的")
        ),
        None,
    );
    assert_eq!(other["totalCount"], 0);
    // The author's name at the time outlives the member.
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "user2" }));
    assert_eq!(list(&fixture, "pageNumber=1&pageSize=1")["data"][0]["commentUserName"], "员2");
    for (query, field) in [("pageSize=1", "pageNumber"), ("pageNumber=1", "pageSize")] {
        let (status, answer) = fixture.v1("GET", &format!("{}/list?{query}", path(&fixture)), None);
        assert_eq!((status, &answer["code"]), (400, &json!(format!("Missing{field}"))), "{query}");
    }
    for (query, named) in [
        ("pageNumber=0&pageSize=1", "pageNumber"),
        ("pageNumber=1&pageSize=0", "pageSize"),
        ("pageNumber=1&pageSize=101", "pageSize"),
        ("pageNumber=x&pageSize=1", "pageNumber"),
    ] {
        let (status, answer) = fixture.v1("GET", &format!("{}/list?{query}", path(&fixture)), None);
        assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "{query}");
        assert!(answer["message"].as_str().unwrap().contains(named), "{query} {answer}");
    }
    let (status, answer) =
        fixture.v1("GET", "/v1.0/exclusive/publishers/nobody/comments/list?pageNumber=1&pageSize=1", None);
    assert_eq!((status, &answer["code"]), (400, &json!("publisher.not.exist")));
}

#[test]
fn a_deleted_comment_is_gone() {
    let fixture = Fixture::open();
    let sent_article = sent(&fixture, "文", json!({ "allow_comment": true }));
    let (first, _) = (write(&fixture, 1, &sent_article, "一"), write(&fixture, 1, &sent_article, "二"));
    let delete = |fixture: &Fixture, unionid: &str, id: &str| {
        fixture.v1("DELETE", &format!("/v1.0/exclusive/publishers/{unionid}/comments/{id}"), None)
    };
    let other = fixture.account("别的");
    assert_eq!(delete(&fixture, &other, &first).1["code"], "param.illegal", "a comment of another account");
    assert_eq!(delete(&fixture, &fixture.unionid, &first), (200, json!(true)));
    assert_eq!(texts(&fixture), ["二"]);
    for id in [first.as_str(), "x", "0", "-1"] {
        let (status, answer) = delete(&fixture, &fixture.unionid, id);
        assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "{id}");
        assert!(answer["message"].as_str().unwrap().contains("commentId"), "{answer}");
    }
    assert_eq!(delete(&fixture, "nobody", "1").1["code"], "publisher.not.exist");
}

#[test]
fn an_operator_deletes_a_comment_by_carillons_own_operation() {
    let fixture = Fixture::open();
    let sent_article = sent(&fixture, "文", json!({ "allow_comment": true }));
    let [first, _] = ["一", "二"].map(|text| write(&fixture, 1, &sent_article, text));
    let other = fixture.account("别的");
    let delete = |unionid: &str, id: &str| {
        fixture.v1("DELETE", &format!("/v1.0/carillon/publishers/{unionid}/comments/{id}"), None)
    };
    assert_eq!(delete(&other, &first).1["code"], "param.illegal", "a comment of another account");
    assert_eq!(delete(&fixture.unionid, &first), (200, json!({})));
    assert_eq!(texts(&fixture), ["二"]);
    assert_eq!(delete(&fixture.unionid, &first).1["code"], "param.illegal");
    assert_eq!(delete("nobody", "1").1["code"], "publisher.not.exist");
}

#[test]
fn unselected_comments_are_visible_to_their_authors_alone() {
    let fixture = Fixture::open();
    let all = sent(&fixture, "文", json!({ "allow_comment": true }));
    let some = sent(&fixture, "选", json!({ "allow_comment": true, "comment_type": 1 }));
    let [_, chosen] = [&all, &some].map(|sent_article| write(&fixture, 1, sent_article, "一"));
    for sent_article in [&all, &some] {
        write(&fixture, 2, sent_article, "二");
    }
    let visible_texts = |(article, task): &(ArticleId, TaskId), member: u32| -> Vec<String> {
        let found = fixture.store.read_blocking(&fixture.corp, |tx| {
            let thread = comment::thread(tx, &fixture.corp, MemberNo(member), *article, task)?.expect("open");
            comment::visible(tx, &fixture.corp, &thread)
        });
        found.unwrap().into_iter().map(|comment| comment.content).collect()
    };
    assert_eq!(
        (visible_texts(&all, 1), visible_texts(&all, 3)),
        (vec!["二".to_owned(), "一".to_owned()], vec!["二".to_owned(), "一".to_owned()])
    );
    assert_eq!(
        (visible_texts(&some, 1), visible_texts(&some, 2), visible_texts(&some, 3).len()),
        (vec!["一".to_owned()], vec!["二".to_owned()], 0)
    );
    let select = |id: &str, selected: bool| {
        let path = format!("/v1.0/carillon/publishers/{}/comments/{id}/selected", fixture.unionid);
        fixture.v1("PUT", &path, Some(&json!({ "selected": selected })))
    };
    assert_eq!(select(&chosen, true), (200, json!({})));
    assert_eq!(
        (visible_texts(&some, 3), visible_texts(&some, 2)),
        (vec!["一".to_owned()], vec!["二".to_owned(), "一".to_owned()])
    );
    assert_eq!(select(&chosen, false).0, 200);
    assert_eq!(visible_texts(&some, 3).len(), 0);
    assert_eq!(select("4711", true).1["code"], "param.illegal");
}

#[test]
fn comments_need_a_received_send_that_allows_them() {
    let fixture = Fixture::open();
    let open = sent(&fixture, "文", json!({ "allow_comment": true }));
    let closed = sent(&fixture, "闭", json!({}));
    let preview = sent(
        &fixture,
        "预",
        json!({ "allow_comment": true, "is_preview": true, "is_to_all": false, "userid_list": "user1" }),
    );
    let named =
        sent(&fixture, "名", json!({ "allow_comment": true, "is_to_all": false, "userid_list": "user1" }));
    let is_open = |(article, task): &(ArticleId, TaskId), member: u32| {
        fixture
            .store
            .read_blocking(&fixture.corp, |tx| {
                comment::thread(tx, &fixture.corp, MemberNo(member), *article, task)
            })
            .unwrap()
            .is_some()
    };
    assert!(is_open(&open, 1) && is_open(&named, 1));
    assert!(!is_open(&closed, 1), "the send does not allow them");
    assert!(!is_open(&preview, 1), "a preview ends");
    assert!(!is_open(&named, 2), "not a receiver");
    assert!(!is_open(&(open.0, named.1.clone()), 1), "the article came with another send");
    let account = AccountId::from(fixture.unionid.as_str());
    fixture
        .write_earlier(0, move |tx, env, corp| {
            carillon_domain::send::recall(tx, env, corp, &account, &named.1)
        })
        .unwrap();
    assert!(!is_open(&(open.0, TaskId::from("x")), 1));
    let article = json!({ "unionid": fixture.unionid, "article_id": open.0 });
    fixture.ok("/topapi/material/article/delete", &article);
    assert!(!is_open(&open, 1), "the article is gone");
}

#[test]
fn comments_of_an_article_are_listed_with_their_selection() {
    let fixture = Fixture::open();
    let (one, other) = (
        sent(&fixture, "文", json!({ "allow_comment": true })),
        sent(&fixture, "别", json!({ "allow_comment": true })),
    );
    let (first, second) = (write(&fixture, 1, &one, "一"), write(&fixture, 2, &one, "二"));
    let third = write(&fixture, 1, &other, "三");
    let own = format!("/v1.0/carillon/publishers/{}/comments", fixture.unionid);
    let selected = json!({ "selected": true });
    assert_eq!(fixture.v1("PUT", &format!("{own}/{first}/selected"), Some(&selected)).0, 200);
    let list = |article: i64, query: &str| {
        let (status, answer) =
            fixture.v1("GET", &format!("{own}?articleId={article}&pageNumber=1&pageSize=20{query}"), None);
        assert_eq!(status, 200, "{query} {answer}");
        answer
    };
    let of = |id: &str, user: u32, content: &str, selected: bool, task: &TaskId| {
        json!({ "commentId": id, "commentTime": testkit::server::NOW, "commentUserName": format!("员{user}"),
                "userId": format!("user{user}"), "content": content, "selected": selected,
                "state": if selected { "done" } else { "new" }, "taskId": task })
    };
    let (chosen, plain) = (of(&first, 1, "一", true, &one.1), of(&second, 2, "二", false, &one.1));
    assert_eq!(list(one.0.0, ""), json!({ "data": [plain, chosen], "totalCount": 2 }));
    assert_eq!(list(one.0.0, "&selected=true"), json!({ "data": [chosen], "totalCount": 1 }));
    assert_eq!(list(one.0.0, "&selected=false"), json!({ "data": [plain], "totalCount": 1 }));
    assert_eq!(list(other.0.0, "")["data"], json!([of(&third, 1, "三", false, &other.1)]));
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "user2" }));
    let left = list(one.0.0, "&selected=false")["data"][0].clone();
    assert_eq!((&left["commentUserName"], left.get("userId")), (&json!("员2"), None));
    for (publisher, article, size, code, names) in [
        ("nobody", one.0.0, 20, "publisher.not.exist", ""),
        (fixture.account("别的").as_str(), one.0.0, 20, "param.illegal", "articleId"),
        (fixture.unionid.as_str(), 4711, 20, "param.illegal", "articleId"),
        (fixture.unionid.as_str(), one.0.0, 101, "param.illegal", "pageSize"),
    ] {
        let path = format!("/v1.0/carillon/publishers/{publisher}/comments");
        let (status, answer) =
            fixture.v1("GET", &format!("{path}?articleId={article}&pageNumber=1&pageSize={size}"), None);
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{publisher} {article}");
        assert!(answer["message"].as_str().unwrap().contains(names), "{answer}");
    }
}
