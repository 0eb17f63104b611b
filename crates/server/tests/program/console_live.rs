//! Pages of the console that change while they are open: their events, their end, and the part that is swapped.

use serde_json::json;
use testkit::{browser::Browser, program::ProgramFixture};

use crate::{
    console::{link_of, operator},
    live::Page,
};

fn watch(browser: &Browser, query: &str) -> Result<Page, u16> {
    Page::open_at(browser, &format!("/console/live?{query}"))
}

fn is_changed(page: &mut Page) -> bool {
    page.next().is_some_and(|(name, _)| name == "changed")
}

#[test]
fn pages_are_notified_of_what_they_show() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let owner = operator(&fixture, "owner", "owner");
    ann.write(&unionid, "你好");
    let thread = link_of(&owner.page("/console/conversations"), "ann");
    let member = thread.rsplit('/').next().unwrap();
    let list = format!("page=conversations&account={unionid}");
    let of_thread = format!("page=thread&account={unionid}&member={member}");
    let mut pages = ["page=home", &list, &of_thread].map(|query| watch(&owner, query).unwrap());
    ann.write(&unionid, "在吗");
    assert!(pages.iter_mut().all(is_changed));
    assert_eq!(owner.submit(&format!("{thread}/assign"), &[("to", "owner"), ("known", "")]).0, 303);
    assert!(pages.iter_mut().all(is_changed));
    let mut calls = watch(&owner, "page=calls").unwrap();
    fixture.ok("/topapi/serviceaccount/list", &json!({}));
    assert!(is_changed(&mut calls));
    // The part of the page that is swapped has no frame.
    let part = owner.page(&format!("{thread}?fragment=1"));
    assert!(
        part.contains("在吗") && !part.contains("<html") && !part.contains("<nav id=\"sections\""),
        "{part}"
    );
    for path in [
        "/console?fragment=1",
        "/console/conversations?fragment=1",
        "/console/comments?fragment=1",
        "/console/calls?fragment=1",
    ] {
        let part = owner.page(path);
        assert!(part.contains("data-live") && !part.contains("<html"), "{path}: {part}");
    }
}

#[test]
fn an_operator_watches_own_accounts_alone() {
    let fixture = ProgramFixture::start();
    let (unionid, other) = (fixture.unionid.clone(), fixture.account("另一个"));
    let ann = fixture.browser("ann", 1);
    ann.write(&unionid, "你好");
    let stranger = operator(&fixture, "stranger", &format!("agent:{other}"));
    let editor = operator(&fixture, "editor", &format!("editor:{unionid}"));
    for query in [
        format!("page=conversations&account={unionid}"),
        format!("page=thread&account={unionid}&member=1"),
        format!("page=comments&account={unionid}"),
        "page=calls".to_owned(),
        "page=nonsense".to_owned(),
        String::new(),
    ] {
        assert_eq!(watch(&stranger, &query).err(), Some(404), "{query}");
    }
    assert_eq!(watch(&editor, &format!("page=conversations&account={unionid}")).err(), Some(404));
    let member = fixture.browser("member", 1);
    assert_eq!(watch(&member, "page=home").err(), Some(403));
    let outside = Browser::signed_out(fixture.url());
    assert!(watch(&outside, "page=home").is_err());
    // Another account has news: the next event is that of the own one.
    let mut home = watch(&stranger, "page=home").unwrap();
    ann.write(&unionid, "秘密");
    let task = fixture.send(&fixture.text("通知", &json!({ "is_to_all": true })));
    assert!(!task.is_empty());
    ann.write(&other, "在吗");
    assert!(is_changed(&mut home));
    assert!(!stranger.page("/console?fragment=1").contains("秘密"));
}

#[test]
fn pages_end_at_sign_out_and_with_the_role() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let second = fixture.sign_in("agent").unwrap();
    let query = format!("page=conversations&account={unionid}");
    let mut pages = [&agent, &second].map(|browser| watch(browser, &query).unwrap());
    let [of_first, of_second] = &mut pages;
    agent.sign_out();
    assert!(of_first.has_ended());
    assert!(watch(&agent, &query).is_err());
    // A role that is taken away.
    fixture.command_json(&["operator", "remove", "agent", "--corp", &fixture.corp]);
    assert!(of_second.has_ended());
    assert_eq!(watch(&second, &query).err(), Some(403));
    // The list of the account.
    let path = format!("/v1.0/carillon/service-accounts/{unionid}/operators");
    fixture.put(&path, &json!({ "operator_user_id_list": ["agent"] }));
    let mut page = watch(&second, &query).unwrap();
    fixture.put(&path, &json!({ "operator_user_id_list": [] }));
    assert!(page.has_ended());
    assert_eq!(watch(&second, &query).err(), Some(403));
    // The member.
    fixture.put(&path, &json!({ "operator_user_id_list": ["agent"] }));
    let mut page = watch(&second, &query).unwrap();
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "agent" }));
    assert!(page.has_ended());
}

#[test]
fn a_member_has_a_bounded_number_of_pages() {
    let fixture = ProgramFixture::with_config("[live]\npages_per_member = 2\n");
    let owner = operator(&fixture, "owner", "owner");
    let other = operator(&fixture, "other", "owner");
    let pages = [(); 2].map(|()| watch(&owner, "page=home").unwrap());
    assert_eq!(watch(&owner, "page=home").err(), Some(429));
    assert!(watch(&other, "page=home").is_ok());
    drop(pages);
}
