//! Urgent messages in the console.

use testkit::program::ProgramFixture;

use crate::console::operator;

const PATH: &str = "/console/dings";

#[test]
fn an_owner_allows_and_a_sender_sends_urgent_messages() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let other = fixture.account("另一个");
    let (ann, _bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let owner = operator(&fixture, "owner", "owner");
    let sender = operator(&fixture, "sender", &format!("sender:{unionid}"));
    let stranger = operator(&fixture, "stranger", &format!("sender:{other}"));
    let analyst = operator(&fixture, "analyst", "analyst");
    let page = sender.page(PATH);
    assert!(page.contains("还不能发送 DING") && !page.contains("由哪个服务号发送"), "{page}");
    let settings = [("signed", "1"), ("app", unionid.as_str()), ("phone", "")];
    assert_eq!(sender.submit(&format!("{PATH}/settings"), &settings).0, 422, "only owners");
    assert_eq!(analyst.submit(&format!("{PATH}/settings"), &settings).0, 422, "only owners");
    assert_eq!(owner.submit(&format!("{PATH}/settings"), &settings), (303, format!("{PATH}?done=saved")));
    let unknown = [("signed", "1"), ("app", "nothing"), ("phone", "")];
    assert_eq!(owner.submit(&format!("{PATH}/settings"), &unknown).0, 422);

    for browser in [&stranger, &analyst] {
        assert!(browser.page(PATH).contains("你负责的服务号不能发送"));
    }
    let send = |users: &str, content: &str, channel: &str| {
        sender
            .submit(&format!("{PATH}/send"), &[("users", users), ("content", content), ("channel", channel)])
    };
    for (users, content, channel, reason) in [
        ("", "快来", "app", "请填写接收成员"),
        ("ann", " ", "app", "请填写内容"),
        ("ann", &"字".repeat(5_001), "app", "最多 5000"),
        ("nobody", "快来", "app", "nobody"),
        ("ann", "快来", "phone", "这种方式没有可用的服务号"),
    ] {
        let (status, page) = send(users, content, channel);
        assert!(status == 422 && page.contains(reason), "{users} {reason}: {page}");
    }
    let many: Vec<String> = (0..1_001).map(|number| number.to_string()).collect();
    let (status, page) = send(&many.join("\n"), "快来", "app");
    assert!(status == 422 && page.contains("最多 1000 位"), "{page}");
    assert_eq!(send("ann，bob", "请立即到 <b> 会议室", "app"), (303, format!("{PATH}?done=sent")));
    let (status, page) = send("ann", "请立即到 <b> 会议室", "app");
    assert!(status == 422 && page.contains("已收到相同内容"), "{page}");
    let refused = [("users", "ann"), ("content", "x"), ("channel", "app")];
    let (status, page) = stranger.submit(&format!("{PATH}/send"), &refused);
    assert!(status == 422 && page.contains("没有它的发送角色"), "{page}");

    assert!(ann.conversation(&unionid).len() == 1, "it is there, and read");
    for browser in [&sender, &analyst, &owner] {
        let page = browser.page(PATH);
        assert!(page.contains("请立即到 &lt;b&gt; 会议室") || page.contains("&#60;b&#62;"), "{page}");
        assert!(page.contains("接收 2 · 已确认 1"), "{page}");
    }
    assert!(!stranger.page(PATH).contains("会议室"), "nothing of another account");
    let csv = sender.page(&format!("{PATH}?csv=1"));
    assert!(csv.contains(",新闻,应用内,请立即到 <b> 会议室,sender,2,1\r\n"), "{csv}");
    assert!(!stranger.page(&format!("{PATH}?csv=1")).contains("会议室"));
    // Who confirmed it: names are for those who send.
    let list = sender.page(PATH);
    let path = list.split("href=\"/console/dings/").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("{PATH}/{path}");
    let page = sender.page(&path);
    let person = |userid: &str| {
        page.split(&format!("<code>{userid}</code>")).nth(1).unwrap().chars().take(60).collect::<String>()
    };
    assert!(person("ann").contains("已确认") && person("bob").contains("未确认"), "{page}");
    let page = analyst.page(&path);
    assert!(page.contains("会议室") && !page.contains("<code>ann</code>"), "{page}");
    assert_eq!((stranger.open(&path).0, sender.open(&format!("{path}x")).0), (404, 404));
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=sender");
    assert!(trail.contains("console.ding.send") && !trail.contains("会议室"), "{trail}");
}

#[test]
fn two_owners_see_that_they_changed_the_same_settings() {
    let fixture = ProgramFixture::start();
    let (news, other) = (fixture.unionid.clone(), fixture.account("另一个"));
    let (one, two) = (operator(&fixture, "one", "owner"), operator(&fixture, "two", "owner"));
    let settings = format!("{PATH}/settings");
    let revision = |page: &str| {
        page.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (seen_by_one, seen_by_two) = (revision(&one.page(PATH)), revision(&two.page(PATH)));
    assert_eq!(seen_by_one, seen_by_two);
    let form = |revision: &str, app: &str, phone: &str| {
        [("revision", revision), ("signed", "1"), ("app", app), ("phone", phone)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let submit = |owner: &testkit::browser::Browser, form: &[(String, String)]| {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        owner.submit(&settings, &form)
    };
    assert_eq!(submit(&one, &form(&seen_by_one, &news, "")).0, 303);
    let (status, page) = submit(&two, &form(&seen_by_two, &other, &other));
    assert_eq!(status, 409);
    // The page has both values of what differs, and what was typed in the form.
    assert!(page.contains("有人在你打开页面之后修改了这些设置"), "{page}");
    let rows = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    assert_eq!(rows.matches("<tr>").count(), 2, "the agreement is the same: {rows}");
    assert!(rows.contains("新闻") && rows.contains("另一个") && rows.contains("不使用"), "{rows}");
    let chosen = format!("<option value=\"{other}\" selected>");
    assert_eq!(page.matches(chosen.as_str()).count(), 2, "{page}");
    let stored = two.page(PATH);
    assert!(stored.contains(&format!("<option value=\"{news}\" selected>")), "nothing was saved: {stored}");
    // Saving again, with the page seen, replaces the other change.
    let seen = revision(&page);
    assert_eq!(submit(&two, &form(&seen, &other, &other)).0, 303);
    assert_eq!(submit(&one, &form(&seen, &other, &other)).0, 409, "the first owner has not seen that");
    let (_, page) = submit(&one, &form(&seen, &other, &other));
    assert!(page.contains("与现在的设置相同"), "{page}");
    // A refusal for another reason does not hide what somebody else changed.
    let seen = revision(&one.page(PATH));
    let (status, page) = submit(&one, &form(&seen, "nothing", ""));
    assert_eq!((status, revision(&page)), (422, seen.clone()));
    assert_eq!(submit(&two, &form(&seen, &news, &news)).0, 303);
    let (status, page) = submit(&one, &form(&seen, "nothing", ""));
    assert!(status == 409 && page.contains("nothing"), "{page}");
}
