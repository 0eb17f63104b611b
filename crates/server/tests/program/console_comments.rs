//! Comments in the console: one queue over all accounts of an operator.

use serde_json::{Value, json};
use testkit::{browser::Browser, program::ProgramFixture};

use crate::console::operator;

/// An article of an account that was sent with comments. Returns the path of its page, with the send.
fn sent(fixture: &ProgramFixture, unionid: &str, title: &str, reader: &Browser) -> (String, String) {
    let article = json!({ "title": title, "content": "<p>正文</p>", "uuid": title });
    let request = json!({ "unionid": unionid, "article": article });
    let article = fixture.ok("/topapi/material/article/add", &request)["article_id"].clone();
    fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": article }));
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": article }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let task = fixture.send(&json!({ "unionid": unionid, "is_to_all": true, "msg_type": "news_card",
                                     "media_id": card, "uuid": title, "allow_comment": true }));
    let page = reader.message(unionid, &task).unwrap();
    let path =
        page.split("href=\"").nth(1).and_then(|rest| rest.split(['?', '"']).next()).unwrap().to_owned();
    (path, task)
}

fn write(reader: &Browser, (path, task): &(String, String), text: &str) {
    assert_eq!(reader.submit(&format!("{path}/comments"), &[("send", task), ("content", text)]).0, 303);
}

fn read(reader: &Browser, (path, task): &(String, String)) -> String {
    reader.page(&format!("{path}?send={task}"))
}

/// The path of the page of a comment in a list.
fn page_of(list: &str, text: &str) -> String {
    let before = &list[..list.find(text).unwrap_or_else(|| panic!("{text} in {list}"))];
    let start = before.rfind("class=\"row\" href=\"").unwrap() + "class=\"row\" href=\"".len();
    before[start..].split('"').next().unwrap().to_owned()
}

#[test]
fn comments_are_selected_answered_hidden_and_deleted() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let (new, all) = ("/console/comments", "/console/comments?state=all");
    assert!(agent.page(new).contains("没有未处理的留言") && agent.page(all).contains("还没有留言"));
    let article = sent(&fixture, &unionid, "一篇文章", &ann);
    for text in ["好文章", "<i>不好</i>"] {
        write(&ann, &article, text);
    }
    let queue = agent.page(new);
    assert!(queue.find("&#60;i&#62;不好").unwrap() < queue.find("好文章").unwrap(), "newest first: {queue}");
    assert!(queue.contains("一篇文章") && queue.contains("未处理 2"), "{queue}");
    let one = page_of(&queue, "好文章");
    let act = |action: &str| agent.submit(&one, &[("action", action)]);
    assert_eq!(act("nonsense").0, 404);
    assert_eq!(act("select"), (303, format!("{new}#comment-{}", one.rsplit('/').next().unwrap())));
    assert!(
        !agent.page(new).contains("好文章") && agent.page("/console/comments?state=done").contains("好文章")
    );
    assert_eq!(agent.page(all).matches("取消精选").count(), 1);
    assert_eq!(act("unselect").0, 303);
    assert!(!agent.page(all).contains("取消精选"));
    // An answer is below the comment for all who see it.
    let answer =
        |text: &str| agent.submit(&one, &[("action", "answer"), ("text", text), ("page", "comment")]);
    assert_eq!(answer("谢谢 <b>"), (303, one.clone()));
    for reader in [&ann, &bob] {
        assert!(read(reader, &article).contains("谢谢 &lt;b&gt;"));
    }
    assert!(agent.page(&one).contains("谢谢 &#60;b&#62;"));
    let most = 500;
    assert_eq!(answer(&"答".repeat(most)).0, 303);
    let (status, page) = answer(&"答".repeat(most + 1));
    assert!(status == 422 && page.contains("最多 500") && page.contains(&"答".repeat(most + 1)), "{page}");
    assert_eq!(answer(" ").0, 303);
    assert!(!read(&bob, &article).contains("答答"));
    // Only the author sees a hidden one.
    assert_eq!(act("hide").0, 303);
    assert!(agent.page("/console/comments?state=hidden").contains("好文章"));
    assert!(read(&ann, &article).contains("好文章") && !read(&bob, &article).contains("好文章"));
    assert_eq!(act("unhide").0, 303);
    assert!(read(&bob, &article).contains("好文章"));
    let other = page_of(&agent.page(new), "不好");
    assert_eq!(agent.submit(&other, &[("action", "done")]).0, 303);
    assert!(agent.page(new).contains("没有未处理的留言"));
    for _ in 0..2 {
        assert_eq!(act("delete").0, 303, "also when it is gone");
    }
    assert_eq!(agent.open(&one).0, 404);
    assert!(!agent.page(all).contains("好文章") && !read(&ann, &article).contains("好文章"));
    // The trail has who did it, and no text.
    fixture.command_json(&["app", "grant", fixture.key(), "Carillon.Audit.Read"]);
    let trail = fixture.ok_v1("/v1.0/carillon/audits/query", &json!({ "subject": "comment" }));
    assert!(trail.to_string().contains("console.comment.answer") && trail["items"][0]["actorId"] == "agent");
    assert!(!trail.to_string().contains("谢谢") && !trail.to_string().contains("不好"), "{trail}");
}

#[test]
fn an_operator_sees_the_comments_of_own_accounts_alone() {
    let fixture = ProgramFixture::start();
    let (first, second) = (fixture.unionid.clone(), fixture.account("第二个"));
    let third = fixture.account("第三个");
    let ann = fixture.browser("ann", 1);
    let articles = [(&first, "甲文"), (&second, "乙文"), (&third, "丙文")]
        .map(|(unionid, title)| sent(&fixture, unionid, title, &ann));
    for (article, text) in articles.iter().zip(["甲评", "乙评", "丙评"]) {
        write(&ann, article, text);
    }
    let mixed = operator(&fixture, "mixed", &format!("agent:{first}"));
    fixture.command_json(&[
        "operator",
        "add",
        "mixed",
        "--corp",
        &fixture.corp,
        "--role",
        &format!("editor:{second}"),
    ]);
    let list = mixed.page("/console/comments");
    assert!(list.contains("甲评") && list.contains("乙评") && !list.contains("丙评"), "{list}");
    assert!(list.contains("第二个") && !list.contains("第三个"), "{list}");
    let of_second = mixed.page(&format!("/console/comments?account={second}"));
    assert!(!of_second.contains("甲评") && of_second.contains("乙评"), "{of_second}");
    assert_eq!(mixed.open(&format!("/console/comments?account={third}")).0, 404);
    assert_eq!(mixed.open(&format!("/console/comments?account={third}&csv=1")).0, 404);
    let owner = operator(&fixture, "owner", "owner");
    let of_third = page_of(&owner.page("/console/comments"), "丙评");
    for action in ["select", "answer", "hide", "done", "delete"] {
        assert_eq!(mixed.submit(&of_third, &[("action", action), ("text", "x")]).0, 404, "{action}");
    }
    assert_eq!(mixed.open(&of_third).0, 404);
    // Nor by the id of a comment below another account.
    let id = of_third.rsplit('/').next().unwrap();
    let disguised = format!("/console/comments/{first}/{id}");
    assert_eq!(mixed.open(&disguised).0, 404);
    assert_eq!(mixed.submit(&disguised, &[("action", "delete")]).0, 303);
    assert!(owner.page("/console/comments").contains("丙评"), "it was not deleted");
    assert!(!mixed.page("/console/comments?csv=1").contains("丙评"));
    let sender = operator(&fixture, "sender", "sender");
    assert_eq!(sender.open("/console/comments").0, 403);
    assert_eq!(sender.submit(&of_third, &[("action", "delete")]).0, 403);
}

#[test]
fn the_queue_has_pages_and_a_file_of_the_same_filter() {
    let fixture = ProgramFixture::with_config("[comment]\nper_minute = 0\n");
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let agent = operator(&fixture, "agent", "agent");
    let article = sent(&fixture, &unionid, "一篇文章", &ann);
    for number in 1..=21 {
        write(&ann, &article, &format!("第{number}条"));
    }
    write(&ann, &article, "=1+1");
    let mut seen: Vec<String> = Vec::new();
    let mut path = "/console/comments".to_owned();
    let mut pages = 0;
    loop {
        let page = agent.page(&path);
        pages += 1;
        let rows = page.split("class=\"row\"").skip(1);
        seen.extend(rows.map(|row| {
            row.split("class=\"content\" dir=\"auto\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
        }));
        let next = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        match next {
            Some(next) => path = next.replace("&#38;", "&").replace("&amp;", "&"),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (22, 2), "{seen:?}");
    assert_eq!((seen[0].as_str(), seen[1].as_str(), seen[21].as_str()), ("=1+1", "第21条", "第1条"));
    let file = agent.page("/console/comments?csv=1");
    assert_eq!(file.lines().count(), 23, "{file}");
    assert!(file.contains(",'=1+1,未处理,,"), "{file}");
    // A search has the text or the author, in pages too, and in the file.
    let found = agent.page("/console/comments?q=%E7%AC%AC2");
    assert!(found.contains("第2条") && found.contains("第21条") && !found.contains("第19条"), "{found}");
    let by_author = agent.page("/console/comments?q=ANN");
    assert!(by_author.contains("rel=\"next\" href=\"/console/comments?q=ANN&"), "{by_author}");
    assert!(agent.page("/console/comments?q=zzz").contains("没有找到留言"));
    assert_eq!(agent.page("/console/comments?q=%E7%AC%AC2&csv=1").lines().count(), 4);
    let first = page_of(&agent.page("/console/comments?before=2"), "第1条");
    assert_eq!(
        agent.submit(&first, &[("action", "hide"), ("before", "3"), ("state", "new")]).1,
        format!("/console/comments?before=3#comment-{}", first.rsplit('/').next().unwrap())
    );
    let hidden = agent.page("/console/comments?state=hidden&csv=1");
    assert!(hidden.lines().count() == 2 && hidden.contains("第1条"), "{hidden}");
    assert_eq!(agent.page("/console/comments?csv=1").lines().count(), 22);
}

#[test]
fn operations_do_what_the_page_does() {
    let fixture = ProgramFixture::start();
    let (unionid, other) = (fixture.unionid.clone(), fixture.account("另一个"));
    let ann = fixture.browser("ann", 1);
    let articles =
        [(&unionid, "甲文"), (&other, "乙文")].map(|(unionid, title)| sent(&fixture, unionid, title, &ann));
    write(&ann, &articles[0], "一");
    write(&ann, &articles[1], "二");
    write(&ann, &articles[0], "三");
    let query = |rest: &str| fixture.ok_v1_by("GET", &format!("/v1.0/carillon/comments{rest}"), &json!({}));
    let texts = |page: &Value| -> Vec<String> {
        let comments = page["comments"].as_array().unwrap().iter();
        comments.map(|comment| comment["content"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&query("")), ["三", "二", "一"]);
    let page = query("?maxResults=2");
    assert_eq!(texts(&page), ["三", "二"]);
    let next = page["nextToken"].as_str().unwrap();
    let rest = query(&format!("?maxResults=2&nextToken={next}"));
    assert_eq!((texts(&rest), rest.get("nextToken")), (vec!["一".to_owned()], None));
    assert_eq!(texts(&query(&format!("?publisherId={other}"))), ["二"]);
    let id = query("?maxResults=1")["comments"][0]["commentId"].as_str().unwrap().to_owned();
    let of = format!("/v1.0/carillon/publishers/{unionid}/comments/{id}");
    fixture.put(&format!("{of}/answer"), &json!({ "text": "谢谢" }));
    let comment = query("?state=done")["comments"][0].clone();
    assert_eq!((&comment["answer"], &comment["state"]), (&json!("谢谢"), &json!("done")));
    assert!(comment["answerTime"].is_i64() && comment["publisherId"] == unionid, "{comment}");
    fixture.put(&format!("{of}/hidden"), &json!({ "hidden": true }));
    assert_eq!(texts(&query("?state=hidden")), ["三"]);
    fixture.put(&format!("{of}/hidden"), &json!({ "hidden": false }));
    fixture.put(&format!("{of}/answer"), &json!({ "text": "" }));
    let comment = query("?state=done")["comments"][0].clone();
    assert_eq!(comment.get("answer"), None);
    // The vendor's list has all of them.
    let id = query("?state=new")["comments"][0]["commentId"].as_str().unwrap().to_owned();
    let refused =
        fixture.refused_v1(&format!("/v1.0/carillon/publishers/{unionid}/comments/{id}/done"), &json!({}));
    assert!(refused.to_string().contains("ommentId") || refused.to_string().contains("comment"), "{refused}");
}
