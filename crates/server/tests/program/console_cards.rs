//! Cards and pictures in sends: their order, their limits, whose they are, and what members get.

use serde_json::{Value, json};
use testkit::{
    browser::{Browser, Part},
    file::GIF,
    program::{PASSWORD, ProgramFixture},
};

use crate::console::operator;

/// Adds a published article, and returns its id.
fn article(fixture: &ProgramFixture, unionid: &str, title: &str) -> String {
    let article = json!({ "title": title, "content": "<p>正文</p>", "uuid": title });
    let added =
        fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
    let id = added["article_id"].clone();
    fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
    id.to_string()
}

/// The form with articles.
fn form<'f>(articles: &'f [String], version: &'f str) -> Vec<(&'f str, &'f str)> {
    let mut form = vec![("kind", "articles"), ("version", version)];
    form.extend(articles.iter().map(|id| ("article", id.as_str())));
    form
}

fn field(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the field");
    rest.split('"').next().unwrap().to_owned()
}

/// The ids of the articles of a form, in their order.
fn chosen(page: &str) -> Vec<String> {
    let found = page.split("name=\"article\" value=\"").skip(1);
    found.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn add_draft(browser: &Browser, unionid: &str) -> String {
    let (status, path) = browser.submit("/console/drafts", &[("account", unionid)]);
    assert_eq!(status, 303, "{path}");
    path
}

fn cards_of(fixture: &ProgramFixture, unionid: &str) -> Vec<Value> {
    let list = fixture
        .ok("/topapi/material/news/list", &json!({ "unionid": unionid, "page_start": 1, "page_size": 20 }));
    list["items"].as_array().expect("cards").clone()
}

#[test]
fn a_card_is_made_ordered_sent_and_deleted() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let editor = operator(&fixture, "editor", &format!("editor:{unionid}"));
    let sender = operator(&fixture, "sender", &format!("sender:{unionid}"));
    let list = format!("/console/cards?account={unionid}");
    assert!(editor.page(&list).contains("还没有卡片") && editor.page(&list).contains("新建卡片"));
    assert!(!sender.page(&list).contains("新建卡片"));
    let ids: Vec<String> =
        (1..=9).map(|number| article(&fixture, &unionid, &format!("第{number}篇"))).collect();
    let new = format!("/console/cards/{unionid}/new");
    let page = editor.page(&new);
    assert!(page.contains("添加：第9篇") && page.contains("添加：第1篇"), "{page}");
    // Buttons work without script, and save nothing.
    let (status, page) = editor.submit(&new, &[&form(&ids[..3], "0")[..], &[("do", "up:")]].concat());
    assert_eq!(status, 303, "not a button: {page}");
    let saved = page;
    assert!(saved.starts_with(&format!("/console/cards/{unionid}/")), "{saved}");
    let card = saved.split('?').next().unwrap().to_owned();
    let version = field(&editor.page(&card), "version");
    for (button, expected) in [
        (format!("up:{}", ids[1]), vec![1, 0, 2]),
        (format!("down:{}", ids[1]), vec![0, 2, 1]),
        (format!("place:{}:0", ids[2]), vec![2, 0, 1]),
        (format!("remove:{}", ids[0]), vec![1, 2]),
        (format!("add:{}", ids[8]), vec![0, 1, 2, 8]),
    ] {
        let arranged = [&form(&ids[..3], &version)[..], &[("do", button.as_str())]].concat();
        let (status, page) = editor.submit(&card, &arranged);
        let expected: Vec<String> = expected.into_iter().map(|at: usize| ids[at].clone()).collect();
        assert_eq!((status, chosen(&page)), (200, expected), "{button}");
        assert!(page.contains("尚未保存") && field(&page, "version") == version, "{page}");
    }
    assert_eq!(chosen(&editor.page(&card)), ids[..3], "nothing was saved");
    let found = [&form(&ids[..1], &version)[..], &[("do", "find"), ("article_find", "第5")]].concat();
    let (_, page) = editor.submit(&card, &found);
    assert!(page.contains("添加：第5篇") && !page.contains("添加：第6篇"), "{page}");

    // Eight are a card, nine are none, and neither are one twice, none, or those of another account.
    let eight: Vec<String> = ids[..8].iter().rev().cloned().collect();
    assert_eq!(editor.submit(&card, &form(&eight, &version)).0, 303);
    let page = editor.page(&card);
    assert!(chosen(&page) == eight && page.contains("最多 8 篇") && !page.contains("添加："), "{page}");
    assert!(page.find("第8篇").unwrap() < page.find("第1篇").unwrap());
    let version = field(&page, "version");
    let other = fixture.account("另一个");
    let foreign = article(&fixture, &other, "别人的文章");
    let twice = vec![ids[0].clone(), ids[0].clone()];
    let with_foreign = vec![ids[0].clone(), foreign.clone()];
    for (articles, reason) in [
        (&ids, "最多选择 8 篇"),
        (&Vec::new(), "请至少选择一篇"),
        (&twice, "第 2 篇文章重复"),
        (&with_foreign, "第 2 篇文章不是这个服务号的文章"),
    ] {
        let (status, page) = editor.submit(&card, &form(articles, &version));
        assert!(status == 422 && page.contains(reason) && !page.contains("别人的文章"), "{reason}: {page}");
        assert!(editor.submit(&new, &form(articles, "0")).0 == 422);
    }
    let (_, page) = editor.submit(&card, &[&form(&with_foreign, &version)[..], &[("do", "find")]].concat());
    assert!(!page.contains("别人的文章"), "{page}");
    // Two editors.
    assert_eq!(editor.submit(&card, &form(&ids[..2], &version)).0, 303);
    let (status, page) = editor.submit(&card, &form(&ids[2..5], &version));
    assert!(status == 422 && page.contains("他人修改") && chosen(&page) == ids[2..5], "{page}");
    assert_eq!(editor.submit(&card, &form(&ids[2..5], &field(&page, "version"))).0, 303);

    // A sender sends it, and changes nothing of it.
    assert_eq!(sender.submit(&card, &form(&ids, "0")).0, 403);
    assert_eq!(sender.open(&new).0, 403);
    assert_eq!(sender.submit(&format!("{card}/delete"), &[]).0, 403);
    let page = sender.page(&card);
    assert!(page.contains("没有地方使用") && !page.contains("name=\"do\""), "{page}");
    let (status, draft) = sender.submit(&format!("{card}/send"), &[]);
    assert_eq!(status, 303, "{draft}");
    let page = sender.page(&draft);
    assert_eq!(chosen(&page), ids[2..5]);
    let (status, page) = editor.submit(&format!("{card}/delete"), &[]);
    assert!(status == 422 && page.contains("卡片仍在使用") && page.contains("群发草稿"), "{page}");
    let version = field(&sender.page(&draft), "version");
    assert_eq!(sender.submit(&format!("{draft}/receivers"), &[("version", &version), ("all", "1")]).0, 303);
    let version = field(&sender.page(&draft), "version");
    let (status, sent) =
        sender.submit(&format!("{draft}/send"), &[("version", &version), ("password", PASSWORD)]);
    assert_eq!(status, 303, "{sent}");
    let task = sent.rsplit('/').next().unwrap();
    let message = ann.message(&unionid, task).unwrap();
    assert!(message.contains("第3篇") && message.contains("第5篇"), "{message}");
    let page = editor.page(&card);
    assert!(page.contains("已发送的消息也会随之改变") && page.contains(&sent), "{page}");

    // A card that nothing shows is deleted, and its articles stay.
    let (_, unused) = editor.submit(&new, &form(&ids[..1], "0"));
    let unused = unused.split('?').next().unwrap();
    assert_eq!(editor.submit(&format!("{unused}/delete"), &[]), (303, format!("{list}&deleted=1")));
    assert!(editor.page(&format!("{list}&deleted=1")).contains("已删除卡片"));
    assert_eq!((editor.open(unused).0, editor.submit(unused, &form(&ids[..1], "0")).0), (404, 404));

    let stranger = operator(&fixture, "stranger", &format!("editor:{other}"));
    let analyst = operator(&fixture, "analyst", "analyst");
    let elsewhere = card.replace(&unionid, &other);
    for (path, action) in [(&card, ""), (&card, "/send"), (&card, "/delete"), (&elsewhere, "")] {
        let path = format!("{path}{action}");
        if action.is_empty() {
            assert_eq!(stranger.open(&path).0, 404, "{path}");
        }
        assert_eq!(stranger.submit(&path, &form(&ids[..1], "0")).0, 404, "{path}");
        assert_eq!(analyst.submit(&path, &form(&ids[..1], "0")).0, 403, "{path}");
    }
    assert_eq!(stranger.open(&list).0, 404);
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=editor");
    for action in ["add", "update", "delete"] {
        assert!(trail.contains(&format!("console.card.{action}")), "{action}: {trail}");
    }
}

#[test]
fn a_draft_has_a_card_of_its_own_until_it_is_sent() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    fixture.member("ann", 1);
    let editor = operator(&fixture, "editor", "editor");
    let sender = operator(&fixture, "sender", "sender");
    let ids: Vec<String> =
        (1..=9).map(|number| article(&fixture, &unionid, &format!("第{number}篇"))).collect();
    let draft = add_draft(&sender, &unionid);
    let save = |articles: &[String]| {
        let version = field(&sender.page(&draft), "version");
        sender.submit(&format!("{draft}/message"), &form(articles, &version))
    };
    assert_eq!(save(&ids[..8]).0, 303);
    let (status, page) = save(&ids);
    assert!(status == 422 && page.contains("最多选择 8 篇文章"), "{page}");
    // A button keeps what else the form has, and saves nothing.
    let version = field(&sender.page(&draft), "version");
    let up = format!("up:{}", ids[1]);
    let arranged = [&form(&ids[..2], &version)[..], &[("do", &up), ("allow_comment", "1")]].concat();
    let (status, page) = sender.submit(&format!("{draft}/message"), &arranged);
    assert_eq!((status, chosen(&page)), (200, vec![ids[1].clone(), ids[0].clone()]));
    assert!(
        page.contains("name=\"allow_comment\" value=\"1\" checked") && page.contains("尚未保存"),
        "{page}"
    );
    assert_eq!(chosen(&sender.page(&draft)).len(), 8);
    // The cards of earlier choices are gone, and that of the draft is in no list.
    for count in 1..=3 {
        assert_eq!(save(&ids[..count]).0, 303);
    }
    assert_eq!(cards_of(&fixture, &unionid).len(), 1);
    assert!(editor.page("/console/cards").contains("还没有卡片"));
    // An article that was deleted is named, and nothing is sent without it.
    let version = field(&sender.page(&draft), "version");
    assert_eq!(sender.submit(&format!("{draft}/receivers"), &[("version", &version), ("all", "1")]).0, 303);
    let gone = json!({ "unionid": unionid, "article_id": ids[1].parse::<i64>().unwrap() });
    fixture.ok("/topapi/material/article/delete", &gone);
    let page = sender.page(&draft);
    assert!(page.contains("第 2 篇文章已被删除") && !page.contains("id=\"send\""), "{page}");
    let version = field(&page, "version");
    let confirm = [("version", version.as_str()), ("password", PASSWORD)];
    let (status, page) = sender.submit(&format!("{draft}/send"), &confirm);
    assert!(status == 422 && page.contains("第 2 篇文章已被删除"), "{page}");
    let (status, page) = save(&ids[..3]);
    assert!(status == 422 && page.contains("第 2 篇文章已被删除"), "{page}");
    assert_eq!(save(&[ids[2].clone(), ids[0].clone()]).0, 303);
    let version = field(&sender.page(&draft), "version");
    let confirm = [("version", version.as_str()), ("password", PASSWORD)];
    assert_eq!(sender.submit(&format!("{draft}/send"), &confirm).0, 303);
    assert!(editor.page("/console/cards").contains("第3篇"), "what was sent is a card of the account");
    // A draft that is deleted takes its card along, and a card of the account stays.
    let draft = add_draft(&sender, &unionid);
    let version = field(&sender.page(&draft), "version");
    assert_eq!(sender.submit(&format!("{draft}/message"), &form(&ids[..1], &version)).0, 303);
    assert_eq!(cards_of(&fixture, &unionid).len(), 2);
    assert_eq!(sender.submit(&format!("{draft}/delete"), &[]).0, 303);
    assert_eq!(cards_of(&fixture, &unionid).len(), 1);
}

#[test]
fn a_picture_of_the_library_is_sent() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let sender = operator(&fixture, "sender", &format!("sender:{unionid}"));
    let draft = add_draft(&sender, &unionid);
    let picture = format!("{draft}?kind=picture");
    assert!(sender.page(&picture).contains("素材库还没有图片"));
    let parts = [Part::file("picture", "a.gif", GIF)];
    assert_eq!(sender.submit_parts(&format!("/console/pictures/{unionid}"), &parts, &[]).0, 303);
    let page = sender.page(&picture);
    let id = field(&page, "picture_choice");
    assert!(page.contains("<picture-picker") && id.starts_with("@lA"), "{page}");
    let other = fixture.account("另一个");
    let owner = operator(&fixture, "owner", "owner");
    assert_eq!(owner.submit_parts(&format!("/console/pictures/{other}"), &parts, &[]).0, 303);
    let foreign =
        field(&owner.page(&format!("{}?kind=picture", add_draft(&owner, &other))), "picture_choice");
    let save = |name: &str, id: &str| {
        let version = field(&sender.page(&draft), "version");
        let form = [("version", version.as_str()), ("kind", "picture"), (name, id)];
        sender.submit(&format!("{draft}/message"), &form)
    };
    for id in ["", "@lAnothing", foreign.as_str()] {
        let (status, page) = save("picture", id);
        assert!(status == 422 && page.contains("请从素材库选择一张图片"), "{id}: {page}");
    }
    assert_eq!(save("picture_choice", &id).0, 303);
    let page = sender.page(&draft);
    assert!(page.contains("class=\"photo\"") && page.contains("value=\"picture\""), "the preview: {page}");
    let name = id.replace('@', "%40");
    assert!(sender.page(&format!("/console/pictures/{unionid}/{name}")).contains("群发草稿"));
    let version = field(&page, "version");
    assert_eq!(sender.submit(&format!("{draft}/receivers"), &[("version", &version), ("all", "1")]).0, 303);
    let version = field(&sender.page(&draft), "version");
    let (status, sent) =
        sender.submit(&format!("{draft}/send"), &[("version", &version), ("password", PASSWORD)]);
    assert_eq!(status, 303, "{sent}");
    let message = ann.message(&unionid, sent.rsplit('/').next().unwrap()).unwrap();
    assert!(message.contains("class=\"photo\""), "{message}");
    // A picture has no title, and is named by what it is.
    let page = sender.page("/console/calendar");
    assert!(page.contains("图片") && !page.contains("无标题"), "{page}");
    let (_, english) = sender.open_with("/console/calendar", &[("accept-language", "en")]);
    assert!(english.contains("Picture") && !english.contains("Without a title"), "{english}");
}

#[test]
fn results_name_the_articles_of_a_send() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    fixture.member("ann", 1);
    let articles = ["甲文 <i>", "乙文"].map(|title| article(&fixture, &unionid, title));
    let on_card: Vec<Value> = articles.iter().map(|id| json!({ "article_id": id })).collect();
    let card = json!({ "unionid": unionid, "articles": on_card });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let task = fixture
        .send(&json!({ "unionid": unionid, "is_to_all": true, "msg_type": "news_card", "media_id": card,
                                     "uuid": "articles" }));
    let path = format!("/console/sends/{unionid}/{task}");
    let editor = operator(&fixture, "editor", &format!("editor:{unionid}"));
    let page = editor.page(&path);
    for (id, title) in articles.iter().zip(["甲文 &#60;i&#62;", "乙文"]) {
        let link = format!("<a href=\"/console/articles/{unionid}/{id}\" dir=\"auto\">{title}</a>");
        assert!(page.contains(&link), "{link}: {page}");
    }
    assert!(page.contains("0 位成员阅读，共 0 次"), "{page}");
    // An analyst has the numbers, and may not open the articles.
    let analyst = operator(&fixture, "analyst", "analyst");
    let page = analyst.page(&path);
    assert!(page.contains("乙文") && !page.contains("/console/articles/"), "{page}");
    let text = fixture.send(&fixture.text("通知", &json!({ "userid_list": "ann" })));
    assert!(!editor.page(&format!("/console/sends/{unionid}/{text}")).contains("id=\"articles\""));
}
