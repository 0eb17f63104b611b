//! Lists of the console: filters in the address, pages by the last entry, and files of exactly what is shown.

use serde_json::json;
use testkit::{
    browser::{Browser, Part},
    file::PNG,
    program::ProgramFixture,
};

use crate::console::operator;

/// The address that a link with a relation leads to.
pub fn link(page: &str, relation: &str) -> Option<String> {
    let link = page.split(&format!("rel=\"{relation}\" href=\"")).nth(1)?;
    Some(link.split('"').next()?.replace("&#38;", "&"))
}

/// The address of the file of a page.
pub fn file(browser: &Browser, page: &str) -> String {
    let address =
        page.split("csv=1\" download").next().and_then(|rest| rest.rsplit('"').next()).expect("a file");
    browser.page(&format!("{}csv=1", address.replace("&#38;", "&").replace("&amp;", "&")))
}

#[test]
fn operators_are_found_page_by_page_and_as_a_file() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    for number in 0..51 {
        let userid = format!("op{number:02}");
        fixture.member(&userid, 1);
        let role = if number == 7 { "auditor" } else { "agent" };
        let form = [("userid", userid.as_str()), ("role", role), ("account", "")];
        assert_eq!(owner.submit("/console/operators", &form).0, 303);
    }
    let first = owner.page("/console/operators");
    assert_eq!(first.matches("operators/link").count(), 50);
    let next = link(&first, "next").expect("a second page");
    // An operator who goes meanwhile moves nobody to another page.
    assert_eq!(owner.submit("/console/operators", &[("userid", "op49"), ("role", "")]).0, 303);
    let second = owner.page(&next);
    assert!(second.contains("<code>op50</code>") && second.contains("<code>owner</code>"), "{second}");
    assert!(!second.contains("<code>op48</code>") && link(&second, "next").is_none(), "{second}");
    assert_eq!(link(&second, "first").as_deref(), Some("/console/operators"));
    let back = owner.page(&link(&second, "prev").expect("the way back"));
    assert!(back.contains("<code>op00</code>") && link(&back, "prev").is_none(), "{back}");

    let found = owner.page("/console/operators?search=OP0&role=auditor");
    assert!(found.contains("<code>op07</code>") && !found.contains("<code>op08</code>"), "{found}");
    let csv = file(&owner, &found);
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("op07,op07,审计,"), "{csv}");
    assert_eq!(owner.page("/console/operators?csv=1").lines().count(), 52);
    assert!(owner.page("/console/operators?search=nobody").contains("没有符合条件的结果"));
}

#[test]
fn accounts_and_apps_are_found_and_files_have_no_formulas() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let gone = fixture.account("=1+1");
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": gone, "status": "disabled" }));
    let page = owner.page("/console/accounts?status=disabled");
    assert!(page.contains(&gone) && !page.contains(&fixture.unionid), "{page}");
    let csv = file(&owner, &page);
    assert!(csv.lines().count() == 2 && csv.contains(&format!("'=1+1,{gone},")), "{csv}");
    let page = owner.page("/console/accounts?status=in_use");
    assert!(!page.contains(&gone) && page.contains(&fixture.unionid), "{page}");
    assert!(owner.page("/console/accounts?search=nothing").contains("没有符合条件的结果"));
    // An editor of one account finds and downloads no other.
    let editor = operator(&fixture, "editor", &format!("editor:{gone}"));
    let csv = editor.page("/console/accounts?csv=1");
    assert!(csv.contains(&gone) && !csv.contains(&fixture.unionid), "{csv}");

    let page = owner.page(&format!("/console/apps?search={}", fixture.key()));
    assert!(page.contains(fixture.key()), "{page}");
    let csv = file(&owner, &page);
    assert!(csv.lines().count() == 2 && csv.contains(fixture.key()), "{csv}");
    assert!(owner.page("/console/apps?search=nothing").contains("没有符合条件的结果"));
    for broken in ["after=x", "after=1.x", "after=-1.-1"] {
        assert_eq!(owner.open(&format!("/console/apps?{broken}")).0, 200, "{broken}");
    }
}

#[test]
fn members_are_listed_page_by_page_both_ways() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    for number in 0..101 {
        fixture.member(&format!("m{number:03}"), 1);
    }
    let list = "/console/members?search=m&sign_in=never";
    let rows = |page: &str| page.matches("href=\"/console/members/m").count();
    let first = clerk.page(list);
    assert!(rows(&first) == 50 && first.contains("/m000\"") && link(&first, "prev").is_none(), "{first}");
    assert!(first.contains("101"), "the number of all of them: {first}");
    let next = link(&first, "next").expect("a second page");
    assert!(next.starts_with(&format!("{list}&after=")), "{next}");
    // A member who goes meanwhile moves nobody to another page.
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "m049" }));
    let second = clerk.page(&next);
    assert!(rows(&second) == 50 && second.contains("/m050\"") && second.contains("/m099\""), "{second}");
    let third = clerk.page(&link(&second, "next").expect("a third page"));
    assert!(rows(&third) == 1 && third.contains("/m100\"") && link(&third, "next").is_none(), "{third}");
    let back = clerk.page(&link(&third, "prev").expect("the way back"));
    assert!(rows(&back) == 50 && back.contains("/m050\"") && back.contains("/m099\""), "{back}");
    // The way back ends at a whole first page.
    let start = clerk.page(&link(&back, "prev").expect("the first page"));
    assert!(rows(&start) == 50 && start.contains("/m000\"") && link(&start, "prev").is_none(), "{start}");
    assert_eq!(link(&third, "first").as_deref(), Some(list));
    for damaged in ["after=x", "after=-1", "before=0", "before=4294967296", "page=2"] {
        let page = clerk.page(&format!("{list}&{damaged}"));
        assert!(page.contains("/m000\"") && link(&page, "prev").is_none(), "{damaged}: {page}");
    }
    // A page on which nobody is left stands for the first one.
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "m100" }));
    assert!(clerk.page(&link(&second, "next").unwrap()).contains("/m000\""));
    assert_eq!(file(&clerk, &third).lines().count(), 100, "the file has all pages");
}

#[test]
fn saved_answers_are_a_file_of_what_the_list_shows() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let other = fixture.account("另一个");
    let path = format!("/console/conversations/{unionid}/answers");
    assert!(!agent.page(&path).contains("csv=1"), "an empty list has no file");
    for (title, content) in [("=1+1", "第一行\r\n第二行"), ("营业时间", "9:00")] {
        assert_eq!(agent.submit(&path, &[("title", title), ("content", content)]).0, 303);
    }
    let page = agent.page(&path);
    let csv = file(&agent, &page);
    assert!(csv.contains("'=1+1,\"第一行\n第二行\",agent,"), "{csv}");
    assert!(csv.contains("营业时间,9:00,agent,"), "{csv}");
    let first = page.find("=1+1").unwrap() < page.find("营业时间").unwrap();
    assert_eq!(first, csv.find("=1+1").unwrap() < csv.find("营业时间").unwrap(), "in the same order");
    assert_eq!(agent.open(&format!("/console/conversations/{other}/answers?csv=1")).0, 404);
}

#[test]
fn members_of_a_department_are_listed_page_by_page_and_as_a_file() {
    let fixture = ProgramFixture::start();
    let new = json!({ "name": "大部", "parent_id": 1 });
    let department = fixture.ok("/topapi/v2/department/create", &new)["result"]["dept_id"].as_i64().unwrap();
    for number in 0..51 {
        fixture.member(&format!("m{number:02}"), department);
    }
    let clerk = operator(&fixture, "clerk", "members");
    let path = format!("/console/departments/{department}");
    let first = clerk.page(&path);
    assert_eq!(first.matches("name=\"user\"").count(), 50);
    let second = clerk.page(&link(&first, "next").expect("a second page"));
    assert!(second.contains("value=\"m50\"") && second.matches("name=\"user\"").count() == 1, "{second}");
    let back = clerk.page(&link(&second, "prev").expect("the way back"));
    assert!(back.contains("value=\"m00\"") && link(&back, "prev").is_none(), "{back}");
    let csv = file(&clerk, &first);
    assert_eq!(csv.lines().count(), 52, "{csv}");
    assert!(csv.contains("大部") && !csv.contains("clerk"), "{csv}");
    assert_eq!(clerk.open("/console/departments/999999?csv=1").0, 404);
}

#[test]
fn conversations_are_a_file_of_what_the_list_shows() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let other = fixture.account("另一个");
    let list = format!("/console/conversations?account={unionid}");
    assert!(!agent.page(&list).contains("csv=1"), "an empty list has no file");
    for number in 0..21 {
        let userid = format!("m{number:02}");
        fixture.browser(&userid, 1).write(&unionid, "=1+1");
    }
    let page = agent.page(&list);
    assert!(page.contains("rel=\"next\""), "{page}");
    let csv = file(&agent, &page);
    // Who waits longest comes first, and all pages are in the file.
    assert_eq!(csv.lines().count(), 22, "{csv}");
    assert!(csv.lines().nth(1).unwrap().starts_with("m00,m00,'=1+1,,"), "{csv}");
    // The file of a later page is that of the list.
    assert_eq!(file(&agent, &agent.page(&link(&page, "next").expect("a second page"))), csv);
    let thread = crate::console::link_of(&page, "m00");
    assert_eq!(agent.submit(&format!("{thread}/done"), &[]).0, 303);
    assert_eq!(file(&agent, &agent.page(&list)).lines().count(), 21);
    let all = file(&agent, &agent.page(&format!("{list}&show=all")));
    assert!(all.lines().count() == 22 && all.contains("m00,m00,"), "{all}");
    let to = [("to", "agent"), ("known", "")];
    assert_eq!(agent.submit(&format!("{thread}/assign"), &to).0, 303);
    let mine = file(&agent, &agent.page(&format!("{list}&show=all&who=mine")));
    assert!(mine.lines().count() == 2 && mine.contains(",agent\r\n"), "{mine}");
    let found = file(&agent, &agent.page(&format!("{list}&find=m1")));
    assert!(found.lines().count() == 11 && !found.contains("m00"), "{found}");
    assert_eq!(agent.open(&format!("/console/conversations?account={other}&csv=1")).0, 404);
}

#[test]
fn what_editors_have_is_a_file_of_what_the_lists_show() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let editor = operator(&fixture, "editor", &format!("editor:{unionid}"));
    let lists =
        ["articles", "cards", "pictures", "drafts"].map(|list| format!("/console/{list}?account={unionid}"));
    for list in &lists {
        assert!(!editor.page(list).contains("csv=1"), "an empty list has no file: {list}");
        assert_eq!(editor.page(&format!("{list}&csv=1")).lines().count(), 1);
    }
    let mut articles = Vec::new();
    for number in 0..21 {
        let article = json!({ "title": format!("=文{number:02}"), "content": "<p>正文</p>", "uuid": format!("{number}") });
        let article =
            fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
        articles.push(article["article_id"].as_i64().unwrap());
    }
    let first = json!({ "unionid": unionid, "article_id": articles[0] });
    fixture.ok("/topapi/material/article/publish", &first);
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": articles[0] }, { "article_id": articles[1] }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].as_str().unwrap().to_owned();
    let part = Part::file("picture", "春天.png", PNG);
    let upload = editor.submit_parts(&format!("/console/pictures/{unionid}"), &[part], &[]);
    assert_eq!(upload.0, 303, "{}", upload.2);
    assert_eq!(editor.submit("/console/drafts", &[("account", &unionid)]).0, 303);
    let [articles, cards, pictures, drafts] = lists.map(|list| file(&editor, &editor.page(&list)));
    assert!(articles.lines().count() == 22 && articles.contains("'=文20,"), "{articles}");
    assert_eq!(articles.matches("已发布").count(), 1, "{articles}");
    assert!(cards.lines().count() == 2 && cards.contains("'=文00,2,") && cards.contains(&card), "{cards}");
    assert!(pictures.lines().count() == 2 && pictures.contains("春天.png,"), "{pictures}");
    assert!(drafts.lines().count() == 2 && drafts.contains("editor"), "{drafts}");
    let published =
        file(&editor, &editor.page(&format!("/console/articles?account={unionid}&state=published")));
    assert!(published.lines().count() == 2 && published.contains("'=文00,"), "{published}");
    let found = editor.page(&format!("/console/pictures?account={unionid}&q=nothing&csv=1"));
    assert_eq!(found.lines().count(), 1);
    // Another account's lists are nobody's business.
    let other = fixture.account("另一个");
    for list in ["articles", "cards", "pictures", "drafts"] {
        assert_eq!(editor.open(&format!("/console/{list}?account={other}&csv=1")).0, 404, "{list}");
    }
}
