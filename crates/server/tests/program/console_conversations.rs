//! Conversations in the console: who is to answer, saved answers, replies by picture and article.

use serde_json::json;
use testkit::{
    browser::{Browser, Part},
    file::{GIF, PNG},
    program::ProgramFixture,
};

use crate::console::{link_of, operator};

/// The value of the first field of a name on a page.
fn field<'p>(page: &'p str, name: &str) -> &'p str {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect(name);
    rest.split('"').next().unwrap()
}

fn article(fixture: &ProgramFixture, unionid: &str, title: &str, is_published: bool) -> i64 {
    let article = json!({ "title": title, "content": "<p>正文</p>", "uuid": title });
    let request = json!({ "unionid": unionid, "article": article });
    let id = fixture.ok("/topapi/material/article/add", &request)["article_id"].as_i64().unwrap();
    if is_published {
        fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
    }
    id
}

fn reply_with(agent: &Browser, thread: &str, parts: &[Part<'_>]) -> (u16, String) {
    let (status, _, page) = agent.submit_parts(&format!("{thread}/picture"), parts, &[]);
    (status, page)
}

#[test]
fn a_conversation_is_taken_handed_over_and_handed_back() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let first = operator(&fixture, "first", &format!("agent:{unionid}"));
    let second = operator(&fixture, "second", &format!("agent:{unionid}"));
    let other = fixture.account("另一个");
    let stranger = operator(&fixture, "stranger", &format!("agent:{other}"));
    ann.write(&unionid, "打印机坏了");
    bob.write(&unionid, "我也是");

    let list = |browser: &Browser, who: &str| {
        browser.page(&format!("/console/conversations?account={unionid}&who={who}"))
    };
    let of_ann = link_of(&list(&first, ""), "ann");
    let page = first.page(&of_ann);
    assert!(
        page.contains("无人负责") && page.contains("我来处理") && page.contains("second (second)"),
        "{page}"
    );
    assert!(!page.contains("stranger") && !page.contains("交还"), "{page}");
    let assign = |browser: &Browser, to: &str, known: &str| {
        browser.submit(&format!("{of_ann}/assign"), &[("to", to), ("known", known)])
    };
    assert_eq!(field(&page, "to"), "first");
    assert_eq!(assign(&first, "first", field(&page, "known")).0, 303);
    assert!(list(&first, "mine").contains("ann") && !list(&first, "mine").contains("bob"));
    assert!(list(&second, "nobody").contains("bob") && !list(&second, "nobody").contains(">ann<"));
    assert!(list(&second, "mine").contains("没有分配给你的会话"));
    let page = second.page(&of_ann);
    assert!(page.contains("由 first 负责"), "{page}");
    // Who looks at an old page does not take it away by accident.
    let (status, page) = assign(&second, "second", "");
    assert!(status == 422 && page.contains("负责人刚刚变了"), "{page}");
    assert_eq!(assign(&second, "second", "first").0, 303);
    assert!(second.page(&of_ann).contains("由你负责"));
    for to in ["stranger", "ann", "nobody"] {
        let (status, page) = assign(&first, to, "second");
        assert!(status == 422 && page.contains("不能回复"), "{to}: {page}");
    }
    assert_eq!(assign(&stranger, "stranger", "second").0, 404);
    assert_eq!(stranger.open(&format!("/console/conversations?account={unionid}&who=mine")).0, 404);
    assert_eq!(assign(&first, "", "second").0, 303);
    assert!(first.page(&of_ann).contains("无人负责"));

    // Found by name, whoever has it and whether it waits.
    assert_eq!(first.submit(&format!("{of_ann}/done"), &[]).0, 303);
    let found = first.page(&format!("/console/conversations?account={unionid}&find=an"));
    assert!(found.contains(&of_ann) && !found.contains(">bob<"), "{found}");
    assert!(
        first.page(&format!("/console/conversations?account={unionid}&find=zz")).contains("没有找到会话")
    );
    // Members who never wrote to the account are not found.
    assert!(
        first.page(&format!("/console/conversations?account={unionid}&find=second")).contains("没有找到会话")
    );
    // The role is taken away: the conversation is nobody's.
    assert_eq!(assign(&first, "second", "").0, 303);
    fixture.command_json(&["operator", "remove", "second", "--corp", &fixture.corp]);
    assert!(first.page(&of_ann).contains("无人负责"));
}

#[test]
fn saved_answers_are_managed_and_inserted() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let other = fixture.account("另一个");
    let stranger = operator(&fixture, "stranger", &format!("agent:{other}"));
    ann.write(&unionid, "几点开门");
    let path = format!("/console/conversations/{unionid}/answers");
    assert!(agent.page(&path).contains("还没有常用回复"));
    let add = |title: &str, content: &str| agent.submit(&path, &[("title", title), ("content", content)]);
    assert_eq!(add("营业时间", "九点到六点 <b>"), (303, format!("{path}?done=1")));
    assert_eq!(add("地址", "一楼").0, 303);
    let page = agent.page(&format!("{path}?done=1"));
    assert!(
        page.contains("已保存。") && page.contains("九点到六点 &#60;b&#62;") && page.contains("2 / 100"),
        "{page}"
    );
    // What was typed stays.
    for (title, content, problem) in [
        ("".to_owned(), "x".to_owned(), "请填写标题"),
        ("题".repeat(51), "x".to_owned(), "标题最多 50"),
        ("题".to_owned(), " ".to_owned(), "请填写内容"),
        ("题".to_owned(), "长".repeat(5_001), "最多 5000"),
    ] {
        let (status, page) = add(&title, &content);
        assert!(status == 422 && page.contains(problem) && page.contains(&content), "{problem}: {page}");
    }
    let actions: Vec<String> = page
        .split(&format!("action=\"{path}/"))
        .skip(1)
        .map(|rest| format!("{path}/{}", rest.split('"').next().unwrap()))
        .collect();
    let (first, second) = (&actions[0], actions.last().unwrap());
    assert_eq!(agent.submit(second, &[("action", "up")]).0, 303);
    let page = agent.page(&path);
    assert!(page.find("地址").unwrap() < page.find("营业时间").unwrap(), "{page}");
    let changed = [("action", "save"), ("title", "开门"), ("content", "九点")];
    assert_eq!(agent.submit(first, &changed).0, 303);
    let (status, page) = agent.submit(first, &[("action", "save"), ("title", ""), ("content", "九点半")]);
    assert!(status == 422 && page.contains("请填写标题") && page.contains("九点半"), "{page}");

    // Without a script its link inserts it.
    let thread = link_of(&agent.page("/console/conversations"), "ann");
    let page = agent.page(&thread);
    let id = first.rsplit('/').next().unwrap();
    assert!(page.contains(&format!("{thread}?answer={id}#text")) && page.contains("九点"), "{page}");
    assert!(agent.page(&format!("{thread}?answer={id}")).contains(">九点</textarea>"));
    assert!(agent.page(&format!("{thread}?answer=999")).contains("></textarea>"));
    // Others do neither.
    assert_eq!(stranger.open(&path).0, 404);
    assert_eq!(stranger.submit(&path, &[("title", "x"), ("content", "x")]).0, 404);
    assert_eq!(stranger.submit(first, &[("action", "remove")]).0, 404);
    let their_own = format!("/console/conversations/{other}/answers/{id}");
    assert_eq!(stranger.submit(&their_own, &[("action", "remove")]).0, 303, "there is none");
    assert_eq!(agent.submit(first, &[("action", "nonsense")]).0, 404);
    for _ in 0..2 {
        assert_eq!(agent.submit(first, &[("action", "remove")]).0, 303, "also when it is gone");
    }
    assert!(!agent.page(&path).contains("开门") && agent.page(&path).contains("地址"));
    let sender = operator(&fixture, "sender", "sender");
    assert_eq!(sender.open(&path).0, 403);
    let outside = Browser::signed_out(fixture.url());
    assert_eq!(outside.follow(first), (303, path.clone()));
    // The trail has who did it, and no text.
    fixture.command_json(&["app", "grant", fixture.key(), "Carillon.Audit.Read"]);
    let trail = fixture.ok_v1("/v1.0/carillon/audits/query", &json!({ "subject": "saved_answer" }));
    assert_eq!(trail["items"][0]["actorId"], "agent");
    assert!(trail.to_string().contains("开门") && !trail.to_string().contains("九点"), "{trail}");
}

#[test]
fn a_reply_is_a_picture_an_article_or_a_card() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let editor = operator(&fixture, "editor", &format!("editor:{unionid}"));
    ann.write(&unionid, "怎么走");
    let thread = link_of(&agent.page("/console/conversations"), "ann");
    let newest = || {
        let messages = ann.conversation(&unionid);
        ann.message(&unionid, messages.last().unwrap()).unwrap()
    };
    assert!(agent.page(&thread).contains("没有已发布的文章"));

    // An upload, which the member sees.
    assert_eq!(reply_with(&agent, &thread, &[Part::file("picture", "地图.png", PNG)]).0, 303);
    let page = newest();
    let picture = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    assert_eq!(ann.bytes(picture).0, 200);
    // One of the library, which agents may choose from and not manage.
    let parts = [Part::file("picture", "库.gif", GIF)];
    assert_eq!(editor.submit_parts(&format!("/console/pictures/{unionid}"), &parts, &[]).0, 303);
    let choices = agent.page(&format!("/console/conversations/{unionid}/pictures"));
    assert!(choices.contains("库.gif"), "{choices}");
    assert_eq!(agent.open(&format!("/console/pictures?account={unionid}")).0, 403);
    assert_eq!(editor.open(&format!("/console/conversations/{unionid}/pictures")).0, 403);
    let id = choices.split("data-picture=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(reply_with(&agent, &thread, &[Part::text("media", id)]).0, 303);
    assert!(newest().contains("<img"));
    for (parts, problem) in [
        (vec![Part::text("media", "@lAnothing")], "可能已被删除"),
        (vec![], "请选择图片"),
        (vec![Part::file("picture", "", b"")], "请选择图片"),
        (vec![Part::file("picture", "x.png", b"no picture")], "只能"),
    ] {
        let (status, page) = reply_with(&agent, &thread, &parts);
        assert!(status == 422 && page.contains(problem), "{problem}: {page}");
    }
    let other = fixture.account("另一个");
    let stranger = operator(&fixture, "stranger", &format!("agent:{other}"));
    assert_eq!(stranger.open(&format!("/console/conversations/{unionid}/pictures")).0, 404);
    assert_eq!(reply_with(&stranger, &thread, &[Part::file("picture", "a.png", PNG)]).0, 404);

    // Articles and cards of the account.
    let (first, second) =
        (article(&fixture, &unionid, "路线", true), article(&fixture, &unionid, "停车", true));
    article(&fixture, &unionid, "没写完", false);
    let foreign = article(&fixture, &other, "别的文章", true);
    let articles = json!([{ "article_id": first }, { "article_id": second }]);
    let card = fixture.ok("/topapi/material/news/add", &json!({ "unionid": unionid, "articles": articles }));
    let page = agent.page(&thread);
    assert!(page.contains(">路线</option>") && page.contains(">路线、停车</option>"), "{page}");
    assert!(!page.contains("没写完") && !page.contains("别的文章"), "{page}");
    let found = agent.page(&format!("{thread}?find=%E5%81%9C"));
    assert!(found.contains(">停车</option>") && !found.contains(">路线</option>"), "{found}");
    assert!(agent.page(&format!("{thread}?find=zzz")).contains("没有标题包含"));
    let send = |material: &str| agent.submit(&format!("{thread}/reply"), &[("material", material)]);
    assert_eq!(send(&format!("article {first}")).0, 303);
    assert!(newest().contains("路线"));
    assert_eq!(send(&format!("card {}", card["media_id"].as_str().unwrap())).0, 303);
    assert!(newest().contains("停车"));
    // The member can open what was sent.
    let page = newest();
    let link = page.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(ann.open(&link.replace("&amp;", "&").replace("&#38;", "&")).0, 200);
    for material in ["", "article", "article x", "article 0", &format!("article {foreign}"), "card nothing"] {
        let (status, page) = send(material);
        assert!(status == 422 && page.contains("请选择一篇文章"), "{material}: {page}");
    }
}
