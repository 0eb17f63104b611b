//! Internal groups in the console.

use serde_json::json;
use testkit::program::{ProgramFixture, app};

use crate::console::operator;

const PATH: &str = "/console/groups";

#[test]
fn groups_are_found_and_read() {
    let fixture = ProgramFixture::start();
    fixture.member("ann", 1);
    fixture.member("bob", 1);
    let hr = operator(&fixture, "hr", "members");
    assert!(hr.page(PATH).contains("还没有群"));
    let app = app(fixture.data.path(), &fixture.corp, "internal", "Custom.Group.Read,Custom.Group.Write");
    let token = fixture.program().token(&app);
    let post = |path: &str, body: &serde_json::Value| {
        let headers = [("x-acs-dingtalk-access-token", token.as_str())];
        let (status, answer) = fixture.call_v1(&format!("/v1.0/carillon/groups/{path}"), &headers, body);
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let group = json!({
        "title": "项目 <群>", "groupType": 3, "ownerUserId": "ann", "memberUserIds": ["bob"],
        "administratorUserIds": ["bob"], "extensions": { "项目": "春游" },
    });
    post("create", &group);
    let other = json!({ "title": "午饭", "groupType": 3, "ownerUserId": "bob" });
    let lunch = post("create", &other)["openConversationId"].clone();
    let list = hr.page(PATH);
    assert!(list.find("午饭").unwrap() < list.find("项目 &#60;群&#62;").unwrap(), "newest first: {list}");
    assert!(list.contains("2 人") && list.contains("普通群"), "{list}");
    let found = hr.page(&format!("{PATH}?title=项目"));
    assert!(found.contains("项目 &#60;群&#62;") && !found.contains("午饭"), "{found}");
    let href = found.split(&format!("href=\"{PATH}/")).nth(1).unwrap().split('"').next().unwrap();
    let page = hr.page(&format!("{PATH}/{href}"));
    for part in ["项目 &#60;群&#62;", "<code>ann</code>", "<code>bob</code>", "春游", "普通群"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    post("dissolve", &json!({ "openConversationId": lunch }));
    assert!(!hr.page(PATH).contains("午饭"));
    assert!(hr.page(&format!("{PATH}?dissolved=1")).contains("已解散"));
    let csv = hr.page(&format!("{PATH}?dissolved=1&csv=1"));
    assert!(csv.contains("项目 <群>,普通群,ann,ann,2,") && csv.contains("午饭,"), "{csv}");
    for missing in ["/nothing", "?after=nothing"] {
        assert_eq!(hr.open(&format!("{PATH}{missing}")).0, 404, "{missing}");
    }
}
