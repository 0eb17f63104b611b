//! Internal groups in the console.

use carillon_web::paths::encode;
use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{ProgramFixture, app},
};

use crate::console::operator;

const PATH: &str = "/console/groups";

/// Calls an operation on groups as an app does.
fn caller(fixture: &ProgramFixture) -> impl Fn(&str, &Value) -> Value + '_ {
    let app = app(fixture.data.path(), &fixture.corp, "internal", "Custom.Group.Read,Custom.Group.Write");
    let token = fixture.program().token(&app);
    move |path, body| {
        let headers = [("x-acs-dingtalk-access-token", token.as_str())];
        let (status, answer) = fixture.call_v1(&format!("/v1.0/carillon/groups/{path}"), &headers, body);
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

/// The address that a link with a relation leads to.
fn link(page: &str, relation: &str) -> Option<String> {
    let link = page.split(&format!("rel=\"{relation}\" href=\"")).nth(1)?;
    Some(link.split('"').next()?.replace("&#38;", "&"))
}

#[test]
fn groups_are_found_and_read() {
    let fixture = ProgramFixture::start();
    fixture.member("ann", 1);
    fixture.member("bob", 1);
    let hr = operator(&fixture, "hr", "members");
    assert!(hr.page(PATH).contains("还没有群"));
    let post = caller(&fixture);
    let group = json!({
        "title": "项目 <群>", "groupType": 3, "ownerUserId": "ann", "memberUserIds": ["bob"],
        "administratorUserIds": ["bob"], "extensions": { "项目": "春游" },
    });
    post("create", &group);
    let other = json!({ "title": "午饭", "groupType": 3, "ownerUserId": "bob" });
    let lunch = post("create", &other)["openConversationId"].clone();
    post("create", &json!({ "title": "全员", "groupType": 1, "ownerUserId": "bob" }));
    let list = hr.page(PATH);
    assert!(list.find("午饭").unwrap() < list.find("项目 &#60;群&#62;").unwrap(), "newest first: {list}");
    assert!(list.contains("2 人") && list.contains("普通群"), "{list}");
    let names = |query: &str| {
        let page = hr.page(&format!("{PATH}?{query}"));
        ["项目 &#60;群&#62;", "午饭", ">全员<"].map(|name| page.contains(name))
    };
    assert_eq!(names("title=项目"), [true, false, false]);
    assert_eq!(names("kind=1"), [false, false, true]);
    assert_eq!(names("kind=3&owner=bob"), [false, true, false]);
    assert_eq!(names("owner=nobody"), [false, false, false]);
    assert_eq!(names("kind=9"), [true, true, true], "no such kind");
    assert!(hr.page(&format!("{PATH}?kind=4")).contains("没有符合条件的结果"));
    let found = hr.page(&format!("{PATH}?title=项目"));
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
    let csv = hr.page(&format!("{PATH}?kind=1&csv=1"));
    assert!(csv.lines().count() == 2 && csv.contains("全员,全员群,bob,bob,3,"), "{csv}");
    assert_eq!(hr.open(&format!("{PATH}/nothing")).0, 404);
    assert_eq!(hr.open(&format!("{PATH}/nothing?csv=1")).0, 404);
}

#[test]
fn groups_and_their_members_are_listed_page_by_page_both_ways() {
    let fixture = ProgramFixture::start();
    let hr = operator(&fixture, "hr", "members");
    let post = caller(&fixture);
    for number in 0..52 {
        fixture.member(&format!("m{number:02}"), 1);
    }
    let mut last = Value::Null;
    for number in 0..51 {
        let group = json!({ "title": format!("群{number:02}"), "groupType": 3, "ownerUserId": "m00" });
        last = post("create", &group)["openConversationId"].clone();
    }
    let first = hr.page(&format!("{PATH}?kind=3"));
    assert!(
        first.contains(">群50<") && !first.contains(">群00<") && link(&first, "prev").is_none(),
        "{first}"
    );
    let second = hr.page(&link(&first, "next").unwrap());
    assert!(second.contains(">群00<") && !second.contains(">群01<"), "{second}");
    let back = hr.page(&link(&second, "prev").unwrap());
    assert!(back.contains(">群50<") && back.contains(">群01<") && link(&back, "prev").is_none(), "{back}");
    assert_eq!(link(&second, "first").as_deref(), Some("/console/groups?kind=3"));
    for damaged in ["after=x", "before=nothing", "after=99999999999999999999"] {
        let page = hr.page(&format!("{PATH}?{damaged}"));
        assert!(page.contains(">群50<") && link(&page, "first").is_none(), "{damaged}: {page}");
    }

    // A group with the members m00 to m51, of whom the first page has 50.
    let all: Vec<String> = (0..52).map(|number| format!("m{number:02}")).collect();
    post("members/add", &json!({ "openConversationId": last, "memberUserIds": all }));
    let path = format!("{PATH}/{}", encode(last.as_str().unwrap()));
    let boxes = |page: &str| page.matches("type=\"checkbox\" name=\"user\"").count();
    let first = hr.page(&path);
    assert_eq!(boxes(&first), 50);
    let next = link(&first, "next").unwrap();
    // Who leaves meanwhile moves nobody to another page.
    post("members/remove", &json!({ "openConversationId": last, "memberUserIds": ["m49"] }));
    let second = hr.page(&next);
    assert!(
        boxes(&second) == 2 && second.contains("value=\"m50\"") && !second.contains("value=\"m48\""),
        "{second}"
    );
    let back = hr.page(&link(&second, "prev").unwrap());
    assert!(back.contains("value=\"m00\"") && back.contains("value=\"m48\""), "{back}");
    assert_eq!(boxes(&back), 50, "the first page is whole");
    for damaged in ["after=x", "after=-1", "before=0", "after=4294967296"] {
        let page = hr.page(&format!("{path}?{damaged}"));
        assert!(boxes(&page) == 50 && link(&page, "prev").is_none(), "{damaged}: {page}");
    }
    let found = hr.page(&format!("{path}?member=m5"));
    assert!(boxes(&found) == 2 && found.contains("value=\"m51\""), "{found}");
    assert_eq!(hr.page(&format!("{path}?csv=1")).lines().count(), 52);
    assert_eq!(hr.page(&format!("{path}?member=m5&csv=1")).lines().count(), 3);
}

/// Checks that a form is refused with a reason.
fn refused(browser: &Browser, path: &str, form: &[(&str, &str)], reason: &str) {
    let (status, page) = browser.submit(path, form);
    assert!(status == 422 && page.contains(reason), "{path} {form:?} {status}: {page}");
}

#[test]
fn a_group_is_made_changed_and_dissolved() {
    let fixture = ProgramFixture::start();
    let department = fixture.ok("/topapi/v2/department/create", &json!({ "name": "部", "parent_id": 1 }));
    let department = department["result"]["dept_id"].to_string();
    for userid in ["ann", "bob", "cat", "dan"] {
        fixture.member(userid, 1);
    }
    fixture.member("eve", department.parse().unwrap());
    let hr = operator(&fixture, "hr", "members");
    let long = "字".repeat(65);
    let new = |title: &str, kind: &str, department: &str, owner: &str| {
        [("title", title), ("kind", kind), ("department", department), ("owner", owner)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let make = |form: &[(String, String)]| {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        hr.submit(PATH, &form)
    };
    for (form, reason) in [
        (new(" ", "3", "", "ann"), "1 到 64 个字"),
        (new(&long, "3", "", "ann"), "1 到 64 个字"),
        (new("群", "3", "", "nobody"), "没有这些成员：nobody"),
        (new("群", "4", "", "ann"), "请选择群的类型"),
        (new("群", "x", "", "ann"), "请选择群的类型"),
        (new("群", "2", "", "eve"), "请为部门群选择部门"),
        (new("群", "2", &department, "ann"), "群主须是该部门"),
    ] {
        let (status, page) = make(&form);
        assert!(status == 422 && page.contains(reason), "{form:?} {status}: {page}");
    }
    let (status, leads) = make(&new(&"字".repeat(64), "3", &department, "ann"));
    assert_eq!(status, 303, "{leads}");
    let path = leads.split('?').next().unwrap().to_owned();
    assert!(hr.page(&leads).contains("群已创建。"));
    assert_eq!(make(&new("全员", "1", "", "ann")).0, 303);
    let (status, page) = make(&new("再来", "1", "", "ann"));
    assert!(status == 422 && page.contains("已经有这样的群"), "{page}");
    let (_, leads) = make(&new("部门群", "2", &department, "eve"));
    let of_department = leads.split('?').next().unwrap().to_owned();

    // Name and settings.
    let settings = format!("{path}/settings");
    refused(&hr, &settings, &[("title", &long)], "1 到 64 个字");
    let form = [("title", " 新的 <名字> "), ("words_banned", "1"), ("synced_to_drive", "1")];
    assert_eq!(hr.submit(&settings, &form), (303, format!("{path}?done=saved")));
    let page = hr.page(&path);
    assert!(
        page.contains("value=\"新的 &#60;名字&#62;\"") && page.matches("<dd>是</dd>").count() == 2,
        "{page}"
    );
    assert_eq!(hr.submit(&settings, &[("title", "群")]).0, 303);
    assert_eq!(hr.page(&path).matches("<dd>否</dd>").count(), 2, "a box that is not ticked");

    // Members: found ones are ticked, others typed, and departments stand for who is in them.
    let add = format!("{path}/add");
    refused(&hr, &add, &[], "至少选择一位成员或一个部门");
    refused(&hr, &add, &[("users", "bob nobody，ghost")], "没有这些成员：nobody, ghost");
    assert!(
        hr.submit(&add, &[("users", "bob nobody")]).1.contains(">bob\nnobody</textarea>"),
        "they stay typed"
    );
    refused(&hr, &add, &[("department", "99")], "部门不存在");
    let many: Vec<String> = (0..1_001).map(|number| format!("x{number}")).collect();
    refused(&hr, &add, &[("users", &many.join(" "))], "一次最多 1,000 位");
    let found = hr.page(&format!("{path}?add=b"));
    assert!(found.contains("value=\"bob\"") && !found.contains("value=\"cat\""), "{found}");
    assert!(!hr.page(&format!("{path}?add=ann")).contains("name=\"user\" value=\"ann\"><span>"), "is in it");
    let form = [("user", "bob"), ("users", "ann cat"), ("department", department.as_str())];
    assert_eq!(hr.submit(&add, &form), (303, format!("{path}?done=added&count=3")));
    assert!(hr.page(&format!("{path}?done=added&count=3")).contains("已添加 3 位成员。"));
    refused(&hr, &format!("{of_department}/add"), &[("users", "ann")], "随组织架构自动变化");
    let page = hr.page(&of_department);
    assert!(
        !page.contains("/add\"") && !page.contains("value=\"remove\"") && page.contains("value=\"owner\""),
        "{page}"
    );

    // Owner and administrators.
    let members = format!("{path}/members");
    refused(&hr, &members, &[("action", "owner")], "只选择一位成员");
    refused(&hr, &members, &[("action", "owner"), ("user", "bob"), ("user", "cat")], "只选择一位成员");
    refused(&hr, &members, &[("action", "owner"), ("user", "dan")], "不在群里");
    refused(&hr, &members, &[("action", "administrators")], "请先选择成员");
    refused(&hr, &members, &[("action", "administrators"), ("user", "dan")], "不在群里");
    assert_eq!(hr.submit(&members, &[("action", "nothing"), ("user", "bob")]).0, 404);
    let two = [("action", "administrators"), ("user", "bob"), ("user", "cat")];
    assert_eq!(hr.submit(&members, &two), (303, format!("{path}?done=administrators")));
    assert_eq!(hr.page(&path).matches("<span class=\"tag\">管理员</span>").count(), 2);
    assert_eq!(hr.submit(&members, &[("action", "ordinary"), ("user", "cat")]).0, 303);
    assert_eq!(hr.page(&path).matches("<span class=\"tag\">管理员</span>").count(), 1);
    assert_eq!(
        hr.submit(&members, &[("action", "owner"), ("user", "cat")]),
        (303, format!("{path}?done=owner"))
    );

    // Who is removed is named first, and who the owner will be.
    refused(&hr, &members, &[("action", "remove")], "请先选择成员");
    let form = [("action", "remove"), ("user", "cat"), ("user", "eve"), ("user", "dan")];
    let (status, page) = hr.submit(&members, &form);
    assert_eq!(status, 200);
    for part in ["2 位成员将离开，群里还有 2 人：cat（cat）、eve（eve）", "群主将变为bob（bob）"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(hr.page(&path).contains("4 人"), "nobody has left yet");
    let form = [("action", "remove"), ("user", "cat"), ("user", "eve"), ("confirmed", "1")];
    assert_eq!(hr.submit(&members, &form), (303, format!("{path}?done=removed&count=2")));
    let page = hr.page(&path);
    assert!(page.contains("2 人") && !page.contains("value=\"cat\""), "{page}");
    let (_, english) = hr.open_with(&path, &[("accept-language", "en")]);
    assert!(
        english.contains("Remove from the group") && english.contains("All members leave it: 2."),
        "{english}"
    );

    // Dissolving needs the name, and the number of members that the page stated.
    let dissolve = format!("{path}/dissolve");
    refused(&hr, &dissolve, &[("confirm", "别的"), ("members", "2")], "没有解散");
    refused(&hr, &dissolve, &[("confirm", "群"), ("members", "3")], "再次确认");
    refused(&hr, &dissolve, &[("confirm", "群")], "再次确认");
    let form = [("confirm", "群"), ("members", "2")];
    assert_eq!(hr.submit(&dissolve, &form), (303, format!("{path}?done=dissolved")));
    let page = hr.page(&format!("{path}?done=dissolved"));
    assert!(page.contains("群已解散。") && !page.contains("<button class=\"primary\""), "{page}");
    for (action, form) in [
        ("dissolve", form.to_vec()),
        ("settings", vec![("title", "又")]),
        ("add", vec![("users", "dan")]),
        ("members", vec![("action", "owner"), ("user", "bob")]),
        ("members", vec![("action", "remove"), ("user", "bob")]),
    ] {
        refused(&hr, &format!("{path}/{action}"), &form, "群已经解散");
    }
    assert_eq!(hr.submit(&format!("{PATH}/nothing/dissolve"), &form).0, 404);
    assert_eq!(hr.follow(&dissolve), (303, path.clone()), "after signing in again");

    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=hr");
    for action in ["add", "rename", "members_add", "members_remove", "owner", "administrators", "dissolve"] {
        assert!(trail.contains(&format!("console.group.{action}<")), "{action}: {trail}");
    }
    for role in ["editor", "auditor", "developer"] {
        let other = operator(&fixture, &format!("other{role}"), role);
        assert_eq!(other.open(PATH).0, 403, "{role}");
        for action in ["settings", "add", "members", "dissolve"] {
            assert_eq!(other.submit(&format!("{path}/{action}"), &[]).0, 403, "{role} {action}");
        }
    }
}
