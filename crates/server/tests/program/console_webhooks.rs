//! Reply addresses in the console: a developer tries those of the own conversations.

use serde_json::{Value, json};
use testkit::program::{ProgramFixture, app};

use crate::console::operator;

const WEBHOOKS: &str = "/console/webhooks";

/// The reply address that a page shows.
fn address(page: &str) -> String {
    let (_, rest) = page.split_once("data-webhook=\"").unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The body that a page suggests.
fn body(page: &str) -> Value {
    let (_, rest) = page.split_once("<textarea id=\"body\"").unwrap_or_else(|| panic!("{page}"));
    let text = rest.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    serde_json::from_str(&text.replace("&#34;", "\"")).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_developer_tries_each_format_in_the_own_conversation_alone() {
    let fixture = ProgramFixture::start();
    let developer = operator(&fixture, "developer", "developer");
    let ann = fixture.browser("ann", 1);
    let unionid = fixture.unionid.clone();
    ann.write(&unionid, "别人的秘密");
    let page = developer.page(WEBHOOKS);
    assert!(page.contains("没有有效的回复地址") && !page.contains("别人的秘密"), "{page}");
    developer.write(&unionid, "我的问题");
    for format in ["text", "markdown", "link", "actionCard", "feedCard"] {
        let page =
            developer.page(&format!("{WEBHOOKS}?app={}&account={unionid}&format={format}", fixture.key()));
        assert!(page.contains("我的问题") && !page.contains("别人的秘密"), "{page}");
        let (address, body) = (address(&page), body(&page));
        assert!(
            address.starts_with(fixture.url()) && page.contains(&format!("curl &#39;{address}&#39;")),
            "{page}"
        );
        assert_eq!(body["msgtype"], format);
        let answer = fixture.program().json(address.strip_prefix(fixture.url()).unwrap(), &body);
        assert_eq!(answer["errcode"], 0, "{format}: {answer}");
    }
    // What the developer wrote, an automatic answer if there is one, and the five.
    assert!(developer.conversation(&unionid).len() >= 6);
    assert_eq!(ann.conversation(&unionid).len(), 1);

    // An app without the permission has none, and neither has a disabled one.
    let bare = app(fixture.data.path(), &fixture.corp, "internal", "qyapi_base")["app_key"].clone();
    assert_eq!(developer.open(&format!("{WEBHOOKS}?app={}", bare.as_str().unwrap())).0, 404);
    let page = developer.page(WEBHOOKS);
    fixture.command_json(&["app", "disable", fixture.key()]);
    let answer = fixture.program().json(
        address(&page).strip_prefix(fixture.url()).unwrap(),
        &json!({ "msgtype": "text", "text": { "content": "x" } }),
    );
    assert_ne!(answer["errcode"], 0, "{answer}");
    assert!(developer.page(WEBHOOKS).contains("没有可以接收成员消息的应用"));
}
