//! Drafts: unsent texts that are saved on the server, and cleared when they are sent.

use serde_json::json;

use testkit::{
    browser::{Browser, Part, tasks},
    program::ProgramFixture,
};

/// Saves a text as the page's script does. Returns the status.
fn save(browser: &Browser, unionid: &str, name: &str, text: &str, writer: &str, revision: u64) -> u16 {
    save_knowing(browser, unionid, name, text, writer, revision, &[])
}

/// Saves a text that replaces the `known` ones.
fn save_knowing(
    browser: &Browser,
    unionid: &str,
    name: &str,
    text: &str,
    writer: &str,
    revision: u64,
    known: &[&str],
) -> u16 {
    let revision = revision.to_string();
    let mut form = vec![
        Part::text("name", name),
        Part::text("text", text),
        Part::text("writer", writer),
        Part::text("revision", &revision),
    ];
    form.extend(known.iter().map(|text| Part::text("known", text)));
    browser.submit_parts(&format!("/inbox/a/{unionid}/draft"), &form, &[]).0
}

/// Returns the text in the field of a conversation.
fn field(browser: &Browser, unionid: &str) -> String {
    let page = browser.page(&format!("/inbox/a/{unionid}"));
    let (_, rest) = page.split_once("<textarea name=\"text\" rows").expect("a field");
    let (_, rest) = rest.split_once(">\n").unwrap();
    rest.split_once("</textarea>").unwrap().0.to_owned()
}

/// Sends a text as the page's script does. Returns the status and the messages.
fn send(browser: &Browser, unionid: &str, parts: &[(&str, &str)]) -> (u16, String) {
    let parts: Vec<_> = parts.iter().map(|(name, value)| Part::text(name, value)).collect();
    let path = format!("/inbox/a/{unionid}/messages?fragment=messages");
    let (status, _, messages) = browser.submit_parts(&path, &parts, &[]);
    (status, messages)
}

#[test]
fn a_private_draft_survives_signing_out_and_a_restart() {
    let mut fixture = ProgramFixture::start();
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    let (unionid, second) = (fixture.unionid.clone(), fixture.account("第二个"));
    assert_eq!(field(&member, &unionid), "");
    assert_eq!(save(&member, &unionid, "", "写到一半 <b>\n第二行", "page", 1), 204);
    assert_eq!(field(&member, &unionid), "写到一半 &#60;b&#62;\n第二行");
    assert_eq!((field(&other, &unionid), field(&member, &second)), (String::new(), String::new()));
    member.sign_out();
    assert_eq!(save(&member, &unionid, "", "谁？", "page", 2), 303, "no draft is saved");
    fixture.crash();
    let member = fixture.sign_in("member").unwrap();
    assert_eq!(field(&member, &unionid), "写到一半 &#60;b&#62;\n第二行");
    assert_eq!(save(&member, &unionid, "", "", "page", 3), 204);
    assert_eq!(field(&member, &unionid), "");
    assert_eq!(save(&member, "nobody", "", "喂", "page", 4), 404);
}

#[test]
fn a_late_save_changes_nothing() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = &fixture.unionid;
    assert_eq!(save(&member, unionid, "", "二", "page", 2), 204);
    assert_eq!(save(&member, unionid, "", "一", "page", 1), 204);
    assert_eq!(field(&member, unionid), "二");
    assert_eq!(save_knowing(&member, unionid, "", "别的页面", "other", 1, &["二"]), 204);
    assert_eq!(field(&member, unionid), "别的页面", "each page has its own revision");

    // A message clears the earlier saves of its page, including those in flight.
    let (status, _) = send(&member, unionid, &[("text", "别的页面"), ("writer", "other"), ("revision", "3")]);
    assert_eq!((status, field(&member, unionid).as_str()), (200, ""));
    assert_eq!(save(&member, unionid, "", "别的页", "other", 2), 204);
    assert_eq!(field(&member, unionid), "");
    // Later text stays, and so does the text of another page.
    assert_eq!(save(&member, unionid, "", "接着写", "other", 5), 204);
    let (status, _) = send(&member, unionid, &[("text", "先发"), ("writer", "other"), ("revision", "4")]);
    assert_eq!((status, field(&member, unionid).as_str()), (200, "接着写"));
    let (status, _) = send(&member, unionid, &[("text", "第三页"), ("writer", "third"), ("revision", "9")]);
    assert_eq!((status, field(&member, unionid).as_str()), (200, "接着写"));
    // A page that was loaded with the draft continues it.
    let (status, _) = send(
        &member,
        unionid,
        &[("text", "接着写完"), ("writer", "next"), ("revision", "1"), ("known", "接着写")],
    );
    assert_eq!((status, field(&member, unionid).as_str()), (200, ""));
    assert_eq!(save(&member, unionid, "", "接着写", "fifth", 1), 204);
    // Without scripts the text itself identifies the draft.
    let (status, _) = send(&member, unionid, &[("text", " 接着写\r\n")]);
    assert_eq!((status, field(&member, unionid).as_str()), (200, ""));
}

#[test]
fn texts_of_two_pages_are_both_kept() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = &fixture.unionid;
    let save = |text: &str, writer: &str, revision: u64, known: &[&str]| {
        assert_eq!(save_knowing(&member, unionid, "", text, writer, revision, known), 204, "{text}");
        field(&member, unionid)
    };
    // Both pages were loaded with an empty field.
    assert_eq!(save("甲", "one", 1, &[]), "甲");
    assert_eq!(save("乙", "two", 1, &[]), "甲\n乙");
    assert_eq!(save("甲一", "one", 2, &["甲"]), "乙\n甲一", "the text of a page is there once");
    assert_eq!(save("甲", "one", 1, &[]), "乙\n甲一", "a late save changes nothing");
    assert_eq!(save("乙", "two", 1, &[]), "乙\n甲一");
    assert_eq!(save("", "one", 3, &["甲一"]), "乙");
    assert_eq!(save("甲二", "one", 4, &[]), "乙\n甲二");
    // A page that was loaded with both texts continues them.
    assert_eq!(save("乙，甲二。", "three", 1, &["乙\n甲二"]), "乙，甲二。");
    assert_eq!(save("丁", "four", 1, &["无"]), "乙，甲二。\n丁");
    // What is sent disappears, and nothing else.
    let parts =
        |text: &'static str, writer: &'static str| [("text", text), ("writer", writer), ("revision", "9")];
    let (status, _) = send(&member, unionid, &parts("乙，甲二。", "three"));
    assert_eq!((status, field(&member, unionid).as_str()), (200, "丁"));
    assert_eq!(save("戊", "five", 1, &[]), "丁\n戊");
    let (status, _) = send(
        &member,
        unionid,
        &[("text", "丁，戊"), ("writer", "six"), ("revision", "1"), ("known", "丁\n戊")],
    );
    assert_eq!((status, field(&member, unionid).as_str()), (200, ""));
    // Names of messages cannot be those of pages.
    assert_eq!(self::save(&member, unionid, "field one", "x", "one", 9), 400);
}

#[test]
fn a_message_that_could_not_be_sent_is_sent_once() {
    let mut fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = fixture.unionid.clone();
    assert_eq!(save(&member, &unionid, "key1", "没有发出去", "page", 1), 204);
    fixture.crash();
    let member = fixture.sign_in("member").unwrap().moved_to(fixture.url());
    let page = member.page(&format!("/inbox/a/{unionid}"));
    assert!(page.contains("data-unsent=\"key1\"") && page.contains("未发送"), "{page}");
    assert_eq!(field(&member, &unionid), "");
    let message = [("submission", "key1"), ("text", "没有发出去")];
    let (_, first) = send(&member, &unionid, &message);
    assert!(!member.page(&format!("/inbox/a/{unionid}")).contains("data-unsent"));
    // The response was lost: the same message and the same save arrive again, also after a restart.
    fixture.crash();
    let member = fixture.sign_in("member").unwrap();
    let (status, repeated) = send(&member, &unionid, &message);
    assert_eq!((status, tasks(&repeated)), (200, tasks(&first)));
    assert_eq!(save(&member, &unionid, "key1", "没有发出去", "page", 2), 204);
    assert!(!member.page(&format!("/inbox/a/{unionid}")).contains("data-unsent"));
    assert_eq!(member.conversation(&unionid).len(), 1);
}

#[test]
fn drafts_are_bounded() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = &fixture.unionid;
    let (longest, too_long) = ("长".repeat(10_000), "长".repeat(10_001));
    assert_eq!(save(&member, unionid, "", &longest, "page", 1), 204);
    assert_eq!(save(&member, unionid, "", &too_long, "page", 2), 422);
    assert_eq!(field(&member, unionid).chars().count(), 10_000);
    assert_eq!(save(&member, unionid, &"n".repeat(65), "x", "page", 1), 400);
    assert_eq!(save(&member, unionid, "", &"x".repeat(70_000), "page", 3), 413);
    for number in 1..200 {
        assert_eq!(save(&member, unionid, &format!("n{number}"), "x", "page", 1), 204, "{number}");
    }
    assert_eq!(save(&member, unionid, "n200", "x", "page", 1), 507);
    assert_eq!(save(&member, unionid, "n1", "y", "page", 2), 204, "an existing one may change");
    // Cleared drafts free space.
    assert_eq!(save(&member, unionid, "", "", "page", 4), 204);
    assert_eq!(save(&member, unionid, "n200", "x", "page", 1), 204);
    assert_eq!(
        save(&fixture.browser("other", 1), unionid, "", "x", "page", 1),
        204,
        "each member has a limit"
    );
}

#[test]
fn drafts_are_deleted_with_their_member() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    assert_eq!(save(&member, &fixture.unionid, "", "秘密", "page", 1), 204);
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "member" }));
    fixture.member_with_password("member", 1);
    let repeated = fixture.sign_in("member").unwrap();
    assert_eq!(field(&repeated, &fixture.unionid), "");
}
