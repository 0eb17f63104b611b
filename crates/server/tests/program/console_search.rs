//! Lists of sends, articles, cards, drafts and pictures: pages by key forwards and back, searches by title and text, and files of exactly
//! what is shown.

use std::{thread, time::Duration};

use serde_json::json;
use testkit::{
    browser::{Browser, Part},
    file::PNG,
    program::ProgramFixture,
};

use crate::{
    console::operator,
    console_lists::{file, link},
};

/// The texts of a page that begin with a letter and two digits, in order, each once.
fn visible(page: &str, prefix: &str) -> Vec<String> {
    let main = page.split("<main").nth(1).unwrap_or(page);
    let mut found: Vec<String> = Vec::new();
    for rest in main.split(prefix).skip(1) {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.len() == 2 && !found.contains(&digits) {
            found.push(digits);
        }
    }
    found
}

fn numbers(newest: usize, oldest: usize) -> Vec<String> {
    (oldest..=newest).rev().map(|number| format!("{number:02}")).collect()
}

/// Goes through three pages of 45 entries, `newest` to 0, and back.
fn walk(browser: &Browser, list: &str, prefix: &str, per_page: usize) {
    let newest: usize = 44;
    let first = browser.page(list);
    assert_eq!(visible(&first, prefix), numbers(newest, newest + 1 - per_page), "{list}");
    assert!(link(&first, "prev").is_none() && link(&first, "first").is_none(), "{list}");
    let second = browser.page(&link(&first, "next").expect("a second page"));
    let end = (newest + 1).saturating_sub(2 * per_page);
    assert_eq!(visible(&second, prefix), numbers(newest - per_page, end), "{list}");
    let back = browser.page(&link(&second, "prev").expect("the first page"));
    assert_eq!(visible(&back, prefix), visible(&first, prefix), "{list}");
    assert!(link(&back, "prev").is_none(), "{list}");
    if end > 0 {
        let third = browser.page(&link(&second, "next").expect("a third page"));
        assert_eq!(visible(&third, prefix), numbers(end - 1, 0), "{list}");
        assert!(link(&third, "next").is_none(), "{list}");
        let back = browser.page(&link(&third, "prev").expect("the second page"));
        assert_eq!(visible(&back, prefix), visible(&second, prefix), "{list}");
    }
    // A damaged position is that of the first page, in both directions.
    for damaged in ["after=x", "after=1.", "before=..", "after=-1", "before=9999999999999999999.x", "page=2"]
    {
        let page = browser.page(&format!("{list}&{damaged}"));
        assert_eq!(visible(&page, prefix), visible(&first, prefix), "{list}&{damaged}");
    }
    // The file of any page is that of the list.
    let csv = file(browser, &first);
    assert_eq!(csv.lines().count(), newest + 2, "{csv}");
    assert_eq!(file(browser, &second), csv);
}

/// Adds an article, and returns its id.
fn article(fixture: &ProgramFixture, title: &str, content: &str) -> i64 {
    let article = json!({ "title": title, "content": content, "uuid": title });
    let request = json!({ "unionid": fixture.unionid, "article": article });
    fixture.ok("/topapi/material/article/add", &request)["article_id"].as_i64().unwrap()
}

fn publish(fixture: &ProgramFixture, article: i64) {
    let request = json!({ "unionid": fixture.unionid, "article_id": article });
    fixture.ok("/topapi/material/article/publish", &request);
}

#[test]
fn articles_and_cards_are_paged_by_key_and_found_by_title_and_text() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let editor = operator(&fixture, "editor", "editor");
    let ids: Vec<i64> =
        (0..45).map(|number| article(&fixture, &format!("文{number:02}"), "<p>正文</p>")).collect();
    for id in &ids {
        let card = json!({ "unionid": unionid, "articles": [{ "article_id": id }] });
        fixture.ok("/topapi/material/news/add", &card);
    }
    let (articles, cards) =
        (format!("/console/articles?account={unionid}"), format!("/console/cards?account={unionid}"));
    walk(&editor, &articles, "文", 20);
    walk(&editor, &cards, "文", 20);
    // What changes meanwhile moves no other article to another page.
    let first = editor.page(&articles);
    let next = link(&first, "next").expect("a second page");
    let delete = json!({ "unionid": unionid, "article_id": ids[30] });
    fixture.ok("/topapi/material/article/delete", &delete);
    assert_eq!(visible(&editor.page(&next), "文"), numbers(24, 5));

    let special = article(&fixture, "百分之百%_", "<p>我们的<b>春</b>游计划 &amp; Budget</p>");
    for words in
        ["百分之百", "%", "_", "春游", "我们的春游", "BUDGET", "ｂｕｄｇｅｔ", "春游 budget", "计划 &"]
    {
        let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let page = editor.page(&format!("{articles}&q={query}"));
        assert!(page.contains("百分之百") && visible(&page, "文").is_empty(), "{words}: {page}");
        let csv = file(&editor, &page);
        assert!(csv.lines().count() == 2 && csv.contains("百分之百"), "{words}: {csv}");
    }
    for words in ["strong", "amp", "春天", "budget 春天"] {
        let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let page = editor.page(&format!("{articles}&q={query}"));
        assert!(page.contains("没有符合条件的结果") && !page.contains("csv=1"), "{words}: {page}");
    }
    // With a filter, and on several pages.
    let none = editor.page(&format!("{articles}&state=published&q=%E6%98%A5%E6%B8%B8"));
    assert!(none.contains("没有符合条件的结果"), "{none}");
    publish(&fixture, special);
    let found = editor.page(&format!("{articles}&state=published&q=%E6%98%A5%E6%B8%B8"));
    assert!(found.contains("百分之百") && found.contains("value=\"春游\""), "{found}");
    let many = editor.page(&format!("{articles}&q=%E6%96%87"));
    assert_eq!(visible(&many, "文").len(), 20);
    let second = editor.page(&link(&many, "next").expect("a second page"));
    assert!(second.contains("value=\"文\"") && visible(&second, "文").len() == 20, "{second}");
    assert_eq!(visible(&editor.page(&link(&second, "prev").expect("the first")), "文"), visible(&many, "文"));
    assert_eq!(file(&editor, &many).lines().count(), 45);
    // Cards are found by their articles.
    let page = editor.page(&format!("{cards}&q=%E6%96%8707"));
    assert_eq!(visible(&page, "文"), ["07"], "{page}");
    assert_eq!(file(&editor, &page).lines().count(), 2);
    // An operator of another account finds nothing of this one.
    let other = fixture.account("另一个");
    let stranger = operator(&fixture, "stranger", &format!("editor:{other}"));
    assert_eq!(stranger.open(&format!("{articles}&q=x")).0, 404);
    let long = "%E9%95%BF".repeat(300);
    assert_eq!(editor.open(&format!("{articles}&q={long}")).0, 200, "the rest is cut off");
}

#[test]
fn sends_are_paged_by_key_and_found_by_title_and_text() {
    let fixture = ProgramFixture::with_config("[send]\ndaily_receivers_factor = 0\n");
    let unionid = fixture.unionid.clone();
    let sender = operator(&fixture, "sender", "sender");
    for number in 0..45 {
        fixture.send(&fixture.text(&format!("发{number:02}"), &json!({ "is_to_all": true })));
        // Sends of the same millisecond are in the order of their ids.
        thread::sleep(Duration::from_millis(2));
    }
    let list = format!("/console/sends?account={unionid}&status=sent");
    walk(&sender, &list, "发", 20);
    let markdown = json!({
        "unionid": unionid, "msg_type": "markdown", "uuid": "md", "is_to_all": true,
        "msg_body": { "markdown": { "title": "通知", "text": "周五下午*停电*" } },
    });
    fixture.ok_v1("/v1.0/exclusive/follow/message/send", &markdown);
    let id = article(&fixture, "食堂菜单", "<p>红烧<i>肉</i></p>");
    publish(&fixture, id);
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": id }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let news = json!({ "unionid": unionid, "msg_type": "news_card", "media_id": card, "is_to_all": true, "uuid": "news" });
    fixture.ok("/topapi/message/mass/send", &news);
    for (words, title) in [
        ("停电", "通知"),
        ("通知 周五", "通知"),
        ("食堂", "食堂菜单"),
        ("红烧肉", "食堂菜单"),
        ("发07", "发07"),
    ] {
        let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let page = sender.page(&format!("{list}&q={query}"));
        assert!(page.contains(title) && page.contains("本页 1 条"), "{words}: {page}");
        let csv = file(&sender, &page);
        assert!(csv.lines().count() == 2 && csv.contains(title), "{words}: {csv}");
    }
    // Names of fields and kinds are no text.
    for words in ["news_card", "content", "media", "停电 食堂"] {
        let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let page = sender.page(&format!("{list}&q={query}"));
        assert!(page.contains("没有符合条件的结果"), "{words}: {page}");
    }
    let waiting = sender.page(&format!("/console/sends?account={unionid}&status=waiting&q=%E5%8F%91"));
    assert!(waiting.contains("没有符合条件的结果"), "only sends of the chosen state: {waiting}");
}

#[test]
fn drafts_and_pictures_are_paged_by_key_and_drafts_are_found_by_text() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let sender = operator(&fixture, "sender", "sender");
    for number in 0..45 {
        let (status, path) = sender.submit("/console/drafts", &[("account", &unionid)]);
        assert_eq!(status, 303);
        let text = format!("稿{number:02}\n第二行");
        let form = [("version", "1"), ("kind", "text"), ("text", text.as_str())];
        assert_eq!(sender.submit(&format!("{path}/message"), &form).0, 303);
        let name = format!("图{number:02}.png");
        let part = Part::file("picture", &name, PNG);
        assert_eq!(sender.submit_parts(&format!("/console/pictures/{unionid}"), &[part], &[]).0, 303);
    }
    let list = format!("/console/drafts?account={unionid}");
    walk(&sender, &list, "稿", 20);
    walk(&sender, &format!("/console/pictures?account={unionid}"), "图", 24);
    let page = sender.page(&format!("{list}&q=%E7%A8%BF1"));
    assert_eq!(visible(&page, "稿"), numbers(19, 10), "{page}");
    assert_eq!(file(&sender, &page).lines().count(), 11);
    assert_eq!(visible(&sender.page(&format!("{list}&q=%E7%AC%AC%E4%BA%8C%E8%A1%8C")), "稿").len(), 20);
    assert!(sender.page(&format!("{list}&q=%E7%AC%AC%E4%B8%89%E8%A1%8C")).contains("没有符合条件的结果"));
}

#[test]
fn the_calendar_is_a_file_of_what_the_month_shows() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let other = fixture.account("另一个");
    let analyst = operator(&fixture, "analyst", "analyst");
    fixture.browser("reader", 1);
    fixture.send(&fixture.text("=1+1", &json!({ "is_to_all": true })));
    fixture.send(&fixture.text("+停电", &json!({ "is_to_all": true })));
    let page = analyst.page("/console/calendar");
    let csv = file(&analyst, &page);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains(",'=1+1,") && csv.contains(",'+停电,") && csv.contains(",已发送"), "{csv}");
    let month = analyst.page(&format!("/console/calendar?account={unionid}"));
    assert_eq!(file(&analyst, &month), csv);
    assert_eq!(analyst.page(&format!("/console/calendar?account={other}&csv=1")).lines().count(), 1);
    let empty = analyst.page("/console/calendar?month=2001-02");
    assert!(!empty.contains("csv=1"), "an empty month has no file: {empty}");
    assert_eq!(analyst.page("/console/calendar?month=2001-02&csv=1").lines().count(), 1);
    let (status, page) = analyst.open("/console/calendar?month=2001-13&csv=1");
    assert!(status == 400 && page.contains("月份无效"), "{page}");
    let of_other = operator(&fixture, "one", &format!("editor:{other}"));
    assert_eq!(of_other.open(&format!("/console/calendar?account={unionid}&csv=1")).0, 400);
    assert_eq!(of_other.page("/console/calendar?csv=1").lines().count(), 1, "only of one's own accounts");
}
