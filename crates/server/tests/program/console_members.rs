//! Members in the console.

use testkit::{browser::Browser, program::ProgramFixture};

use crate::console::operator;

const NEW: &str = "correct horse battery";

fn refused(browser: &Browser, path: &str, form: &[(&str, &str)], reason: &str) {
    let (status, page) = browser.submit(path, form);
    assert!(status == 422 && page.contains(reason), "{path} {status}: {page}");
}

fn link_in(page: &str) -> String {
    let link = page.split("/sign-in/link/").nth(1).and_then(|rest| rest.split('<').next()).expect("a link");
    format!("/sign-in/link/{link}")
}

#[test]
fn a_member_is_added_found_and_changed() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let list = "/console/members";
    let form = |userid, name, mobile, department| {
        [("userid", userid), ("name", name), ("mobile", mobile), ("department", department)]
    };
    let too_long = "z".repeat(65);
    for (form, reason) in [
        (form("zhang", "", "13800001111", "1"), "请填写姓名"),
        (form("zhang", "张三丰", "13800001111", ""), "至少选择一个部门"),
        (form("zhang", "张三丰", "13800001111", "99"), "至少选择一个部门"),
        (form("zhang", "张三丰", "not a number", "1"), "手机号格式"),
        (form("", "张三丰", "", "1"), "手机号或成员 ID"),
        (form("clerk", "张三丰", "13800001111", "1"), "成员 ID 已存在"),
        (form(&too_long, "张三丰", "13800001111", "1"), "内容过长"),
    ] {
        refused(&clerk, list, &form, reason);
    }
    assert_eq!(
        clerk.submit(list, &form("zhang", "张三丰", "13800001111", "1")),
        (303, format!("{list}/zhang"))
    );
    refused(&clerk, list, &form("other", "李四", "13800001111", "1"), "手机号已被");
    for (search, found) in [("张", true), ("zsf", true), ("zhangsan", true), ("zhang", true), ("李", false)]
    {
        let page = clerk.page(&format!("{list}?search={}", carillon_web::paths::encode(search)));
        assert_eq!(page.contains("href=\"/console/members/zhang\""), found, "{search}");
    }
    assert!(clerk.page(&format!("{list}?sign_in=never")).contains("/console/members/zhang"));
    assert!(
        !clerk.page(&format!("{list}?sign_in=never")).contains("/console/members/clerk"),
        "clerk has signed in"
    );
    assert!(clerk.page(&format!("{list}?department=99")).contains("没有符合条件"));

    let csv = clerk.page(&format!("{list}?search=zhang&csv=1"));
    assert!(csv.contains("zhang,张三丰,") && !csv.contains("clerk"), "{csv}");
    assert_eq!(clerk.submit(list, &form("sum", "=1+1", "13800003333", "1")).0, 303);
    assert!(clerk.page(&format!("{list}?csv=1")).contains("sum,'=1+1,"), "no formula");

    let page = format!("{list}/zhang");
    let profile = format!("{page}/profile");
    refused(&clerk, &profile, &[("name", "张三丰"), ("mobile", "13800001111")], "至少选择一个部门");
    refused(&clerk, &profile, &[("name", "张"), ("mobile", ""), ("department", "1")], "手机号格式");
    // Without a mobile number, the userid is the login.
    assert_eq!(clerk.submit(list, &form("lao", "老人", "", "1")).0, 303);
    let lao = fixture.ok("/topapi/v2/user/get", &serde_json::json!({ "userid": "lao" }));
    assert_eq!(
        (&lao["result"]["exclusive_account"], &lao["result"]["login_id"]),
        (&true.into(), &"lao".into())
    );
    let changed = [
        ("name", "张真人"),
        ("mobile", "13800002222"),
        ("email", "zhang@example.com"),
        ("title", "掌门"),
        ("job_number", "007"),
        ("telephone", "8001"),
        ("work_place", "武当"),
        ("remark", "一\r\n二"),
        ("hide_mobile", "1"),
        ("department", "1"),
    ];
    assert_eq!(clerk.submit(&profile, &changed), (303, format!("{page}?done=saved")));
    let stored = clerk.page(&page);
    for (field, value) in &changed[..7] {
        assert!(
            stored.contains(&format!("name=\"{field}\"")) && stored.contains(&format!("value=\"{value}\"")),
            "{field}"
        );
    }
    assert!(
        stored.contains(">一\n二</textarea>") && stored.contains("name=\"hide_mobile\" value=\"1\" checked")
    );
    let member = fixture.ok("/topapi/v2/user/get", &serde_json::json!({ "userid": "zhang" }));
    let member = &member["result"];
    for (field, value) in
        [("name", "张真人"), ("title", "掌门"), ("job_number", "007"), ("telephone", "8001")]
    {
        assert_eq!(member[field], value, "{field}: {member}");
    }
    assert_eq!(member["hide_mobile"], true);
    assert_eq!(clerk.open(&format!("{list}/nobody")).0, 404);
    assert_eq!(clerk.submit(&format!("{page}/delete"), &[]), (303, list.to_owned()));
    assert_eq!(clerk.open(&page).0, 404);
}

#[test]
fn a_lost_password_is_replaced_by_a_link() {
    let fixture = ProgramFixture::start();
    let ann = fixture.browser("ann", 1);
    let clerk = operator(&fixture, "clerk", "members");
    let page = "/console/members/ann";
    assert!(clerk.page(page).contains("<ul class=\"sessions\""), "a session is listed");
    let (status, made) = clerk.submit(&format!("{page}/link"), &[]);
    assert_eq!(status, 200);
    let link = link_in(&made);
    assert!(!clerk.page(page).contains("/sign-in/link/"), "it is shown once");
    assert_eq!(ann.open("/inbox").0, 200, "nothing has changed yet");
    let visitor = Browser::signed_out(fixture.url());
    let (signed_in, status, leads) = visitor.submit_with_cookies(&link, &[("new", NEW), ("again", NEW)]);
    assert_eq!((status, leads.as_str()), (303, "/inbox"), "a member without a role has no console");
    assert_eq!((signed_in.open("/inbox").0, ann.open("/inbox").0), (200, 303));
    assert_eq!(clerk.submit(&format!("{page}/end"), &[]), (303, format!("{page}?done=ended")));
    assert_eq!(signed_in.open("/inbox").0, 303);
    for _ in 0..11 {
        visitor.try_sign_in("ann", "wrong password");
    }
    assert_eq!(visitor.try_sign_in("ann", NEW), 429);
    assert_eq!(clerk.submit(&format!("{page}/unlock"), &[]), (303, format!("{page}?done=unlocked")));
    assert_eq!(visitor.try_sign_in("ann", NEW), 303);
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=clerk");
    for action in ["console.member.link", "console.member.end_sessions", "console.member.unlock"] {
        assert!(trail.contains(action), "{action}: {trail}");
    }
}

#[test]
fn a_link_ends_when_its_member_becomes_an_operator() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let owner = operator(&fixture, "owner", "owner");
    let visitor = Browser::signed_out(fixture.url());
    for userid in ["ann", "bob"] {
        fixture.member(userid, 1);
    }
    let link = |userid: &str| link_in(&clerk.submit(&format!("/console/members/{userid}/link"), &[]).1);
    let (of_ann, of_bob) = (link("ann"), link("bob"));
    assert_eq!((visitor.open(&of_ann).0, visitor.open(&of_bob).0), (200, 200));
    assert_eq!(owner.submit("/console/operators", &[("userid", "ann"), ("role", "owner")]).0, 303);
    let operators = format!("/console/accounts/{}/operators", fixture.unionid);
    assert_eq!(owner.submit(&operators, &[("users", "bob")]).0, 303);
    assert_eq!((visitor.open(&of_ann).0, visitor.open(&of_bob).0), (410, 410));
    // A link that is made afterwards works, also when the list is saved again.
    let made = link_in(&owner.submit("/console/members/bob/link", &[]).1);
    assert_eq!(owner.submit(&operators, &[("users", "bob")]).0, 303);
    assert_eq!(visitor.open(&made).0, 200);
}

#[test]
fn nobody_becomes_more_by_resetting_an_operator() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let owner = operator(&fixture, "owner", "owner");
    fixture.member("editor", 1);
    fixture.put(
        &format!("/v1.0/carillon/service-accounts/{}/operators", fixture.unionid),
        &serde_json::json!({ "operator_user_id_list": ["editor"] }),
    );
    for member in ["owner", "editor", "clerk"] {
        let page = format!("/console/members/{member}");
        assert!(clerk.page(&page).contains("只有所有者可以重置"), "{member}");
        for action in ["link", "end", "delete"] {
            refused(&clerk, &format!("{page}/{action}"), &[], "只有所有者可以重置");
        }
    }
    assert_eq!(owner.open("/console").0, 200, "no session has ended");
    assert_eq!(owner.submit("/console/members/editor/link", &[]).0, 200);
    let agent = operator(&fixture, "agent", "agent");
    for action in ["profile", "link", "end", "unlock", "delete"] {
        let path = format!("/console/members/clerk/{action}");
        assert_eq!(agent.submit(&path, &[("name", "x"), ("department", "1")]).0, 403, "{action}");
    }
}
