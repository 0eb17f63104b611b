//! Members search their inbox.

use serde_json::json;

use testkit::{browser::Browser, program::ProgramFixture};

/// Returns the excerpts with their marks, and the link to the next page.
fn search(browser: &Browser, query: &str) -> (Vec<String>, Option<String>) {
    results(&browser.page(&format!("/inbox/search?{query}")))
}

fn results(page: &str) -> (Vec<String>, Option<String>) {
    let excerpts = page
        .split("class=\"excerpt\" dir=\"auto\">")
        .skip(1)
        .map(|rest| rest.split("</span>").next().unwrap().replace("<mark>", "[").replace("</mark>", "]"));
    let next = page.split("data-further><a href=\"").nth(1);
    (
        excerpts.collect(),
        next.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")),
    )
}

fn q(words: &str) -> String {
    format!("q={}", words.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>())
}

/// Sends a card with one article. Returns the task and the article's id.
fn send_article(fixture: &ProgramFixture, title: &str, content: &str) -> (String, i64) {
    let unionid = &fixture.unionid;
    let article = json!({ "title": title, "digest": "摘要", "content": content, "uuid": title });
    let added =
        fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
    let id = added["article_id"].as_i64().unwrap();
    fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": id }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let send = json!({ "unionid": unionid, "is_to_all": true, "msg_type": "news_card", "media_id": card, "uuid": title });
    (fixture.send(&send), id)
}

#[test]
fn messages_and_articles_are_found_in_one_conversation_and_in_all() {
    let fixture = ProgramFixture::start();
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    let (unionid, second) = (fixture.unionid.clone(), fixture.account("食堂服务号"));
    fixture.send(&fixture.text("明天食堂放假", &json!({ "is_to_all": true })));
    member.write(&second, "食堂几点开门？50%_的人 \\ \"想\" <知道>");
    send_article(&fixture, "周报", "<p>这周<b>食</b>堂来了新厨师</p><script>食堂代码</script>");
    let (found, next) = search(&member, &q("食堂"));
    assert_eq!(
        found,
        ["这周[食堂]来了新厨师", "[食堂]几点开门？50%_的人 \\ &#34;想&#34; &#60;知道&#62;", "明天[食堂]放假"]
    );
    assert_eq!(next, None);
    let page = member.page(&format!("/inbox/search?{}", q("食堂")));
    assert!(
        page.contains(&format!("<a class=\"row\" href=\"/inbox/a/{second}#latest\"")),
        "the account by its name"
    );
    assert_eq!(search(&member, &format!("{}&in={unionid}", q("食堂"))).0.len(), 2);
    assert_eq!(search(&member, &format!("{}&in={second}", q("食堂"))).0.len(), 1);
    assert_eq!(member.open(&format!("/inbox/search?{}&in=nobody", q("x"))).0, 404);
    // Titles and digests, several words, and special characters.
    for (words, hits) in [
        ("周报", 1),
        ("摘要", 1),
        ("厨师 新", 1),
        ("食堂 放假", 1),
        ("食堂 没有", 0),
        ("代码", 0),
        ("script", 0),
        ("%", 1),
        ("50%_", 1),
        ("_", 1),
        ("\\", 1),
        ("\"想\"", 1),
        ("'", 0),
        ("<知道>", 1),
        ("*", 0),
        ("５０％", 1),
    ] {
        assert_eq!(search(&member, &q(words)).0.len(), hits, "{words}");
    }
    assert_eq!(search(&other, &q("几点")).0.len(), 0, "messages of other members");
    assert!(member.page("/inbox/search").contains("输入一个或多个关键词"));
    assert!(member.page(&format!("/inbox/search?{}", q("没有的词"))).contains("没有找到“没有的词”"));
    // The link leads to the message, on the page that ends with it.
    let link = page.split("href=\"/inbox/a/").find(|rest| rest.contains("?before=")).unwrap();
    let path = format!("/inbox/a/{}", link.split('#').next().unwrap());
    let id = link.split("#m-").nth(1).unwrap().split('"').next().unwrap();
    assert!(member.page(&path).contains(&format!("id=\"m-{id}\"")));
    assert_eq!(member.row(&unionid).unwrap().unread, 0, "that page marks it as read");
    assert_eq!(other.row(&unionid).unwrap().unread, 2, "a search marks nothing as read");
}

#[test]
fn invisible_content_is_not_found() {
    let fixture = ProgramFixture::start();
    let team = fixture.department("组", 1);
    let (member, outsider) = (fixture.browser("member", team), fixture.browser("outsider", 1));
    let task = fixture.send(&fixture.text("暗号一", &json!({ "dep_id_list": team })));
    let large = fixture.send(&fixture.text("暗号二", &json!({ "is_to_all": true })));
    let (card, article) = send_article(&fixture, "暗号三", "<p>暗号四</p>");
    assert_eq!(search(&member, &q("暗号")).0.len(), 3);
    assert_eq!(search(&outsider, &q("暗号")).0.len(), 2);
    assert_eq!(search(&outsider, &q("暗号四")).0, ["[暗号四]"]);
    fixture.recall(&task);
    fixture.recall(&large);
    assert_eq!(search(&member, &q("暗号")).0.len(), 1);
    // Unpublished changes are not found, and neither is a deleted article.
    let update = json!({ "unionid": fixture.unionid, "article": { "article_id": article, "title": "暗号三", "content": "<p>暗号五</p>" } });
    fixture.ok("/topapi/material/article/update", &update);
    assert_eq!(search(&member, &q("暗号五")).0.len(), 0);
    fixture
        .ok("/topapi/material/article/delete", &json!({ "unionid": fixture.unionid, "article_id": article }));
    assert_eq!(search(&member, &q("暗号")).0.len(), 0);
    fixture.recall(&card);
    member.sign_out();
    assert_eq!(member.open(&format!("/inbox/search?{}", q("暗号"))).0, 303);
}

#[test]
fn one_search_scans_a_bounded_number_of_messages() {
    let fixture = ProgramFixture::with_config("[chat]\nmessages_per_minute = 0\n");
    let member = fixture.browser("member", 1);
    let unionid = &fixture.unionid;
    member.write(unionid, "针");
    for number in 0..45 {
        member.write(unionid, &format!("草 {number}"));
    }
    let (mut found, mut path) = (Vec::new(), Some(format!("/inbox/search?{}", q("草"))));
    let mut pages = Vec::new();
    while let Some(next) = path.take() {
        let (more, next) = results(&member.page(&next));
        pages.push(more.len());
        found.extend(more);
        path = next;
    }
    assert_eq!(pages, [20, 20, 5]);
    let expected: Vec<_> = (0..45).rev().map(|number| format!("[草] {number}")).collect();
    assert_eq!(found, expected, "newest first, each once");
    // A page without results continues where the scan stopped.
    for number in 0..1_000 {
        member.write(unionid, &format!("禾 {number}"));
    }
    let (found, next) = search(&member, &q("针"));
    assert!(found.is_empty());
    assert_eq!(results(&member.page(&next.expect("the scan is incomplete"))).0, ["[针]"]);
}

#[test]
fn a_thousand_concurrent_searches_do_not_delay_others() {
    let fixture = ProgramFixture::start();
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    fixture.send(&fixture.text("明天食堂放假", &json!({ "is_to_all": true })));
    let path = format!("/inbox/search?{}", q("食堂"));
    std::thread::scope(|threads| {
        for _ in 0..50 {
            threads.spawn(|| {
                for _ in 0..20 {
                    let (status, _) = member.open(&path);
                    assert!(status == 200 || status == 503, "{status}");
                }
            });
        }
        for _ in 0..20 {
            assert_eq!(search(&other, &q("食堂")).0, ["明天[食堂]放假"]);
        }
    });
    assert_eq!(search(&member, &q("食堂")).0, ["明天[食堂]放假"], "the search slot is free again");
}
