//! Events in the console: subscriptions, the delivery log, tests and retries.

use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
    receiver::{AES_KEY, Receiver, TOKEN},
};

use crate::console::operator;

const EVENTS: &str = "/console/events";

/// Fields of the form of a subscription.
fn form<'f>(patterns: &'f str, receiving: &'f str, url: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("patterns", patterns),
        ("receiving", receiving),
        ("url", url),
        ("token", TOKEN),
        ("aes_key", AES_KEY),
        ("password", PASSWORD),
    ]
}

fn refused(browser: &Browser, path: &str, form: &[(&str, &str)], status: u16, reason: &str) {
    let (found, page) = browser.submit(path, form);
    assert!(found == status && page.contains(reason), "{path} {found}, {reason}: {page}");
}

/// The paths of the events that a list shows.
fn events(page: &str, key: &str) -> Vec<String> {
    let prefix = format!("<li><a href=\"{EVENTS}/{key}/");
    let rows = page.split(&prefix).skip(1);
    rows.map(|row| format!("{EVENTS}/{key}/{}", row.split('"').next().unwrap())).collect()
}

#[test]
fn a_subscription_is_set_tested_and_removed() {
    let fixture = ProgramFixture::start();
    let key = fixture.key().to_owned();
    let receiver = Receiver::start(&key);
    let owner = operator(&fixture, "owner", "owner");
    let (path, list) = (format!("{EVENTS}/{key}"), format!("{EVENTS}?app={key}"));
    assert!(owner.page(&list).contains("这个应用没有订阅事件"));
    refused(&owner, &format!("{path}/test"), &[], 422, "应用没有订阅");
    let page = owner.page(&path);
    let suggested = page.split("name=\"aes_key\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let suggested = suggested.split('"').next().unwrap();
    assert!(suggested.len() == 43 && suggested.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{page}");
    assert!(!owner.page(&path).contains(suggested), "new ones each time");

    let url = receiver.url.as_str();
    let with = |name: &'static str, value: &'static str| {
        let mut fields = form("user_*", "callback", url);
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value));
        fields
    };
    for (form, reason) in [
        (with("password", ""), "请输入登录密码"),
        (with("password", "wrong"), "密码不正确"),
        (with("patterns", ""), "请填写 1 到 100 个"),
        (with("patterns", "user_nothing"), "请填写 1 到 100 个"),
        (with("token", "short"), "token 为 6 到 63"),
        (with("aes_key", "k"), "token 为 6 到 63"),
        (with("url", "no address"), "token 为 6 到 63"),
        (with("url", "http://10.0.0.1/"), "内网"),
        (with("url", "http://127.0.0.1:1/"), "无法连接"),
        (with("receiving", "same"), "应用没有回调"),
    ] {
        refused(&owner, &path, &form, 422, reason);
    }
    assert_eq!(receiver.handshakes(), 0);
    let (status, leads) = owner.submit(&path, &form("user_*\r\norg_dept_create", "callback", url));
    assert_eq!((status, leads), (303, format!("{list}&done=saved")));
    assert_eq!(receiver.handshakes(), 1);
    let page = owner.page(&list);
    assert!(page.contains(url) && page.contains("org_dept_create"), "{page}");
    for page in [page, owner.page(&path)] {
        assert!(!page.contains(TOKEN) && !page.contains(AES_KEY), "shown once: {page}");
    }

    let (status, event) = owner.submit(&format!("{path}/test"), &[]);
    assert!(status == 303 && event.ends_with("?done=tested"), "{event}");
    fixture.wait_until_delivered();
    assert_eq!(receiver.handshakes(), 2);
    let page = owner.page(event.split('?').next().unwrap());
    assert!(page.contains("check_url") && page.contains("已投递") && page.contains("<td>200</td>"), "{page}");
    // The names change, the address stays.
    let (status, _) = owner.submit(&path, &form("label_*", "same", ""));
    assert_eq!((status, receiver.handshakes()), (303, 2));
    assert!(owner.page(&list).contains("label_*"));
    assert_eq!(owner.submit(&path, &form("*", "stream", "")).0, 303);
    assert!(owner.page(&list).contains("通过 Stream 连接"));
    assert_eq!(owner.submit(&format!("{path}/remove"), &[]), (303, format!("{list}&done=removed")));
    assert!(owner.page(&list).contains("这个应用没有订阅事件"));
    let trail = owner.page("/console/audit");
    for action in ["console.subscription.set", "console.subscription.remove", "console.event.test"] {
        assert!(trail.contains(action), "{action}: {trail}");
    }
    assert!(!trail.contains(TOKEN) && !trail.contains(AES_KEY), "{trail}");
}

#[test]
fn failed_events_are_found_and_sent_again() {
    let fixture = ProgramFixture::with_config("[delivery]\nallow = [\"127.0.0.0/8\"]\nretry_ms = []\n");
    let key = fixture.key().to_owned();
    let receiver = Receiver::start(&key);
    let developer = operator(&fixture, "developer", "developer");
    let owner = operator(&fixture, "owner", "owner");
    let (path, list) = (format!("{EVENTS}/{key}"), format!("{EVENTS}?app={key}"));
    // It would read what members write.
    refused(&developer, &path, &form("user_*", "callback", &receiver.url), 403, "这需要所有者的角色");
    assert_eq!(receiver.handshakes(), 0);
    assert!(!developer.page(&path).contains("name=\"aes_key\""));
    assert_eq!(owner.submit(&path, &form("user_add_org", "callback", &receiver.url)).0, 303);
    receiver.fail(true);
    fixture.member("first", 1);
    fixture.member("second", 1);
    receiver.wait_for(2);
    fixture.wait_until_delivered();
    let failed =
        format!("{list}&kind=user_add_org&state=failed&since=2020-01-01T00:00&until=2100-01-01T00:00");
    let page = developer.page(&failed);
    let found = events(&page, &key);
    assert_eq!(found.len(), 2, "{page}");
    assert!(page.contains("500") && page.contains("投递 1 次"), "{page}");
    for other in ["&state=delivered", "&state=failed&until=2020-01-01T00:00", "&kind=user_leave_org"] {
        assert!(developer.page(&format!("{list}{other}")).contains("没有符合条件的事件"), "{other}");
    }
    assert_eq!(developer.open(&format!("{list}&since=tomorrow")).0, 422);
    let (status, file) = developer.open(&format!("{failed}&csv=1"));
    assert!(
        status == 200 && file.lines().count() == 3 && file.contains("user_add_org,*,失败,1,500"),
        "{file}"
    );

    let page = developer.page(&found[0]);
    assert!(
        page.contains("<td>500</td>") && page.contains("重新投递") && page.contains("默认不显示"),
        "{page}"
    );
    // Only what happens while bodies are recorded is shown.
    assert_eq!(developer.submit("/console/calls/record", &[("app", &key)]).0, 303);
    assert!(developer.page(&found[0]).contains("默认不显示"));
    receiver.fail(false);
    fixture.member("third", 1);
    receiver.wait_for(3);
    fixture.wait_until_delivered();
    let newest = events(&developer.page(&list), &key).remove(0);
    let page = developer.page(&newest);
    assert!(
        page.contains("user_add_org") && page.contains("third") && !page.contains("默认不显示"),
        "{page}"
    );
    refused(&developer, &format!("{newest}/retry"), &[], 422, "只能重新投递失败的事件");

    assert_eq!(developer.submit(&format!("{}/retry", found[0]), &[]).0, 303);
    receiver.wait_for(4);
    fixture.wait_until_delivered();
    let since = "2020-01-01T00:00";
    let page = developer.page(&format!("{list}&retry={since}"));
    assert!(page.contains("将重新投递 1 个事件"), "{page}");
    let (status, leads) = developer.submit(&format!("{path}/retry"), &[("since", since)]);
    assert_eq!((status, leads.as_str()), (303, format!("{list}&done=retried&count=1").as_str()));
    assert!(developer.page(&leads).contains("已重新排队 1 个事件"));
    receiver.wait_for(5);
    fixture.wait_until_delivered();
    assert!(developer.page(&format!("{list}&retry={since}")).contains("这段时间没有失败的事件"));
    refused(&developer, &format!("{path}/retry"), &[("since", "")], 422, "时间格式不正确");
}

#[test]
fn others_see_no_events() {
    let fixture = ProgramFixture::start();
    let (agent, developer) =
        (operator(&fixture, "agent", "agent"), operator(&fixture, "developer", "developer"));
    let path = format!("{EVENTS}/{}", fixture.key());
    for action in ["", "/test", "/retry", "/remove", "/event/retry"] {
        let action = format!("{path}{action}");
        assert_eq!(agent.submit(&action, &form("*", "stream", "")).0, 403, "{action}");
    }
    assert_eq!(agent.open(&path).0, 403);
    for path in
        [format!("{EVENTS}/dingnothing"), format!("{path}/nothing"), format!("{EVENTS}?app=dingnothing")]
    {
        assert_eq!(developer.open(&path).0, 404, "{path}");
    }
    for action in ["", "/test", "/retry", "/remove", "/event/retry"] {
        let action = format!("{EVENTS}/dingnothing{action}");
        assert_eq!(developer.submit(&action, &form("*", "stream", "")).0, 404, "{action}");
    }
}
