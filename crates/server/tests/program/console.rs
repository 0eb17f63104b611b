//! The console: who may open it, and what operators do there.

use serde_json::{Value, json};
use testkit::{
    browser::{Browser, Part},
    program::{PASSWORD, ProgramFixture},
};

const NEW: &str = "correct horse battery";

/// Sections and the roles that may open them, as CONSOLE describes the roles. Owners may open all.
const SECTIONS: &[(&str, &[&str])] = &[
    ("/console", &["editor", "sender", "approver", "agent", "analyst", "members", "developer", "auditor"]),
    ("/console/start", &[]),
    ("/console/articles", &["editor"]),
    ("/console/pictures", &["editor", "sender"]),
    ("/console/cards", &["editor", "sender"]),
    ("/console/drafts", &["editor", "sender", "approver"]),
    ("/console/sends", &["editor", "sender", "approver", "analyst"]),
    ("/console/calendar", &["editor", "sender", "approver", "analyst"]),
    ("/console/dings", &["sender", "analyst"]),
    ("/console/conversations", &["agent"]),
    ("/console/comments", &["agent", "editor"]),
    ("/console/accounts", &["editor"]),
    ("/console/members", &["members"]),
    ("/console/apps", &["developer"]),
    ("/console/statistics", &["analyst"]),
    ("/console/report", &["analyst"]),
    ("/console/events", &["developer"]),
    ("/console/webhooks", &["developer"]),
    ("/console/departments", &["members"]),
    ("/console/groups", &["members"]),
    ("/console/calls", &["developer"]),
    ("/console/operators", &[]),
    ("/console/organisation", &[]),
    ("/console/sign-on", &[]),
    ("/console/system", &[]),
    ("/console/audit", &["auditor"]),
];
const ROLES: [&str; 9] =
    ["owner", "editor", "sender", "approver", "agent", "analyst", "members", "developer", "auditor"];

fn add(fixture: &ProgramFixture, userid: &str, roles: &[&str]) -> Value {
    let mut arguments = vec!["operator", "add", userid, "--corp", &fixture.corp];
    for role in roles {
        arguments.extend(["--role", *role]);
    }
    fixture.command_json(&arguments)
}

/// Adds a member with a role, and returns the browser of the member.
pub fn operator(fixture: &ProgramFixture, userid: &str, role: &str) -> Browser {
    let browser = fixture.browser(userid, 1);
    add(fixture, userid, &[role]);
    browser
}

fn refused(fixture: &ProgramFixture, arguments: &[&str]) -> String {
    let output = fixture.command(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_first_owner_comes_by_a_link_that_works_once() {
    let mut fixture = ProgramFixture::start();
    let corp = fixture.corp.clone();
    let error = refused(&fixture, &["operator", "add", "boss", "--corp", &corp, "--role", "owner"]);
    assert!(error.contains("boss is not a member") && error.contains("--name"), "{error}");
    let added = fixture
        .command_json(&["operator", "add", "boss", "--corp", &corp, "--role", "owner", "--name", "老板"]);
    assert_eq!((&added["userid"], &added["roles"]), (&json!("boss"), &json!("owner")));
    let link = added["link"].as_str().unwrap().to_owned();
    assert_eq!(added["url"], json!(format!("{}{link}", fixture.url())));
    assert!(added["link_expires_at"].as_str().unwrap().ends_with(" UTC"), "{added}");

    let browser = Browser::signed_out(fixture.url());
    let page = browser.page(&link);
    assert!(page.contains("老板") && page.contains("name=\"new\""), "{page}");
    for (new, again, status) in [(NEW, "another one", 422), ("short", "short", 422), ("boss", "boss", 422)] {
        assert_eq!(browser.submit(&link, &[("new", new), ("again", again)]).0, status, "{new}");
    }
    let form = [("new", NEW), ("again", NEW)];
    let (boss, status, leads) = browser.submit_with_cookies(&link, &form);
    assert_eq!((status, leads.as_str()), (303, "/console"));
    assert!(boss.page("/console").contains("运营人员"));
    // Used up, also for whoever has opened the form before.
    assert_eq!(browser.open(&link).0, 410);
    assert_eq!(browser.submit(&link, &form).0, 410);
    assert_eq!(browser.open("/sign-in/link/nothing").0, 410);

    fixture.crash();
    let boss = boss.moved_to(fixture.url());
    assert_eq!(boss.open("/console").0, 200);
    assert!(Browser::sign_in(fixture.url(), "boss", NEW).is_some());

    // Another link ends the one before, and a password by link ends all sessions.
    let first = fixture.command_json(&["operator", "link", "boss", "--corp", &corp])["link"].clone();
    let second = fixture.command_json(&["operator", "link", "boss", "--corp", &corp])["link"].clone();
    let browser = Browser::signed_out(fixture.url());
    assert_eq!(browser.open(first.as_str().unwrap()).0, 410);
    let other = [("new", "other horse battery"), ("again", "other horse battery")];
    assert_eq!(browser.submit(second.as_str().unwrap(), &other).0, 303);
    assert_eq!(boss.open("/console").0, 303, "to the sign-in page");
}

#[test]
fn each_section_is_open_to_its_roles_alone() {
    let fixture = ProgramFixture::start();
    let outside = Browser::signed_out(fixture.url());
    let nobody = fixture.browser("nobody", 1);
    let operators = ROLES.map(|role| (role, operator(&fixture, role, role)));
    for (role, browser) in &operators {
        let role = *role;
        let home = browser.page("/console");
        for (path, roles) in SECTIONS.iter().copied() {
            let is_open = role == "owner" || roles.contains(&role);
            let (status, page) = browser.open(path);
            assert_eq!(status, if is_open { 200 } else { 403 }, "{role} {path}");
            assert_eq!(home.contains(&format!("<li><a href=\"{path}\"")), is_open, "{role} {path}");
            assert!(is_open || page.contains("没有权限"), "{role} {path}: {page}");
        }
    }
    // What fewer roles open than their section does is declared once, for the pages and for docs/PERMISSIONS.md.
    let declared = carillon_web::console_pages();
    let sections = declared.iter().filter(|page| page.titles.is_some());
    assert_eq!(sections.count(), SECTIONS.len(), "every section is listed here");
    for page in declared.iter().filter(|page| page.titles.is_none()) {
        let path =
            page.path.replace("{unionid}", &fixture.unionid).replace("{task}", "1").replace("{id}", "1");
        for (role, browser) in &operators {
            let is_open = *role == "owner" || page.roles.iter().any(|one| one.as_str() == *role);
            let status = browser.submit(&path, &[]).0;
            assert_eq!(status == 403, !is_open, "{role} {path}: {status}");
            if page.method.is_none() {
                assert_eq!(browser.open(&path).0 == 403, !is_open, "{role} {path}");
            }
        }
    }
    for (path, _) in SECTIONS.iter().copied() {
        let (status, leads) = outside.follow(path);
        assert_eq!((status, leads), (303, format!("/sign-in?next={}", path.replace('/', "%2F"))));
        let (status, page) = nobody.open(path);
        assert!(status == 403 && page.contains("owner"), "the owner is named: {page}");
    }
    // Who has to sign in again in the middle of an action comes back to its page.
    for (path, page) in [
        ("/console/operators/link", "/console/operators"),
        ("/console/sends/a/b/recall", "/console/sends/a/b"),
        ("/console/conversations/a/1/reply", "/console/conversations/a/1"),
    ] {
        assert_eq!(outside.submit(path, &[]).0, 303, "{path}");
        assert_eq!(outside.follow(path), (303, page.to_owned()));
    }
    // What is not open cannot be done either.
    let editor = fixture.sign_in("editor").unwrap();
    let form = [("userid", "editor"), ("role", "owner"), ("account", "")];
    assert_eq!(editor.submit("/console/operators", &form).0, 403);
    assert_eq!(editor.submit("/console/operators/link", &[("userid", "owner")]).0, 403);
    let trail = fixture.command_json(&["operator", "list", "--corp", &fixture.corp]);
    let of_editor = trail.as_array().unwrap().iter().find(|operator| operator["userid"] == "editor");
    assert_eq!(of_editor.unwrap()["roles"], "editor");
}

#[test]
fn an_operator_of_one_account_sees_nothing_of_another() {
    let fixture = ProgramFixture::start();
    let other = fixture.account("另一个");
    let reader = fixture.browser("reader", 1);
    let task = fixture.send(&fixture.text("秘密计划", &json!({ "is_to_all": true })));
    let sender = operator(&fixture, "sender", &format!("sender:{other}"));
    let list = sender.page("/console/sends");
    assert!(list.contains("另一个") && !list.contains("秘密计划"), "{list}");
    let unionid = &fixture.unionid;
    for path in [
        format!("/console/sends?account={unionid}"),
        format!("/console/sends/{unionid}/{task}"),
        format!("/console/sends/{other}/{task}"),
    ] {
        assert_eq!(sender.open(&path).0, 404, "{path}");
    }
    assert!(!sender.page("/console").contains("秘密计划"));
    assert_eq!(sender.submit(&format!("/console/sends/{unionid}/{task}/recall"), &[]).0, 403);
    assert!(reader.message(unionid, &task).is_some(), "it was not recalled");
    // The vendor's operators of an account are editors, senders and agents of it.
    let path = format!("/v1.0/carillon/service-accounts/{unionid}/operators");
    fixture.put(&path, &json!({ "operator_user_id_list": ["sender"] }));
    assert!(sender.page(&format!("/console/sends?account={unionid}")).contains("秘密计划"));
}

#[test]
fn a_send_is_followed_and_recalled() {
    let fixture = ProgramFixture::start();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let unionid = &fixture.unionid;
    let task = fixture.send(&fixture.text("放假通知", &json!({ "userid_list": "ann,bob" })));
    ann.conversation(unionid);
    let sender = operator(&fixture, "sender", "sender");
    let analyst = operator(&fixture, "analyst", "analyst");

    let path = format!("/console/sends/{unionid}/{task}");
    for browser in [&sender, &analyst] {
        for listed in ["/console", "/console/sends"] {
            let page = browser.page(listed);
            assert!(page.contains("放假通知") && page.contains("接收 2 · 已读 1 · 50%"), "{page}");
            assert!(page.contains(&path), "{page}");
        }
    }
    // Names are for those who send; numbers for analysts too.
    let results = sender.page(&path);
    assert!(results.contains("未读成员") && results.contains("<code>bob</code>"), "{results}");
    assert!(!results.contains("<code>ann</code>"), "{results}");
    assert!(!analyst.page(&path).contains("bob"));
    assert!(!analyst.page(&path).contains("确认撤回"));
    assert!(results.contains("2 位接收成员将不再看到"), "{results}");
    assert_eq!(analyst.submit(&format!("{path}/recall"), &[]).0, 403);

    let csv = sender.page(&format!("/console/sends?account={unionid}&csv=1"));
    assert!(csv.contains(&format!(",放假通知,已发送,2,1,{task}\r\n")), "{csv}");
    assert!(sender.page(&format!("{path}?csv=1")).ends_with("bob,bob\r\n"));
    assert_eq!(analyst.open(&format!("{path}?csv=1")).0, 404, "names are for those who send");

    assert!(bob.message(unionid, &task).is_some());
    let (status, leads) = sender.submit(&format!("{path}/recall"), &[]);
    assert_eq!((status, leads), (303, format!("{path}?done=recall")));
    assert!(bob.message(unionid, &task).is_none());
    let results = sender.page(&format!("{path}?done=recall"));
    assert!(results.contains("已撤回。") && !results.contains("确认撤回"), "{results}");
    let (status, page) = sender.submit(&format!("{path}/recall"), &[]);
    assert!(status == 409 && page.contains("已经撤回"), "{page}");
    assert!(sender.page("/console/sends?status=recalled").contains("放假通知"));
    assert!(!sender.page("/console/sends").contains("放假通知"));

    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=sender");
    assert!(trail.contains("console.recall") && trail.contains("成员 <code>sender</code>"), "{trail}");
    assert!(!trail.contains("operator add"), "the filter holds: {trail}");
    let csv = auditor.page("/console/audit?actor=sender&csv=1");
    assert!(
        csv.contains(",成员 sender,撤回群发,console.recall,群发,send,") && !csv.contains("operator add"),
        "{csv}"
    );
    let (_, english) = auditor.open_with("/console/audit", &[("accept-language", "en")]);
    assert!(english.contains("<h1>Audit trail</h1>"), "{english}");
    crate::console_audit::names_things_by_title(&auditor, &trail, &english, &task);
}

#[test]
fn roles_are_granted_and_revoked_in_the_console() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let ann = fixture.browser("ann", 1);
    let set = |browser: &Browser, userid: &str, role: &str, account: &str| {
        browser.submit("/console/operators", &[("userid", userid), ("role", role), ("account", account)])
    };
    assert_eq!(set(&owner, "ann", "editor", &fixture.unionid), (303, "/console/operators".to_owned()));
    assert_eq!(set(&owner, "ann", "auditor", "").0, 303);
    let page = owner.page("/console/operators");
    assert!(page.contains("编辑（") && page.contains("审计"), "{page}");
    assert_eq!(ann.open("/console/audit").0, 200);
    for (userid, role, account, reason) in [
        ("nobody", "editor", "", "没有这个成员"),
        ("ann", "king", "", "请选择角色"),
        ("ann", "developer", fixture.unionid.as_str(), "不能限定"),
        ("ann", "editor", "nothing", "不能限定"),
        ("owner", "", "", "最后一位所有者"),
    ] {
        let (status, page) = set(&owner, userid, role, account);
        assert!(status == 400 && page.contains(reason), "{userid} {role}: {page}");
    }
    assert_eq!(owner.open("/console/operators").0, 200, "still an owner");
    // A link of an operator, shown once.
    let (status, page) = owner.submit("/console/operators/link", &[("userid", "ann")]);
    let link = page.split("/sign-in/link/").nth(1).and_then(|rest| rest.split('<').next());
    assert_eq!(status, 200);
    let link = format!("/sign-in/link/{}", link.expect("a link"));
    assert_eq!(Browser::signed_out(fixture.url()).open(&link).0, 200);
    assert_eq!(owner.submit("/console/operators/link", &[("userid", "nobody")]).0, 400);
    // Roles that are taken away end at once, and so does the link of a member who leaves.
    assert_eq!(set(&owner, "ann", "", "").0, 303);
    assert_eq!(ann.open("/console").0, 403);
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "ann" }));
    assert_eq!(Browser::signed_out(fixture.url()).open(&link).0, 410);
    // Another site can do none of it.
    let foreign = [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(owner.request("POST", "/console/operators", &foreign), 403);
    assert!(Browser::sign_in(fixture.url(), "owner", PASSWORD).is_some());
}

#[test]
fn the_command_line_names_what_is_wrong() {
    let fixture = ProgramFixture::start();
    fixture.member("ann", 1);
    let corp = fixture.corp.as_str();
    for (arguments, reason) in [
        (vec!["operator", "add", "ann", "--corp", corp, "--role", "onwer"], "did you mean \"owner\""),
        (vec!["operator", "add", "ann", "--corp", corp, "--role", "owner:x"], "cannot limit owner"),
        (
            vec!["operator", "add", "ann", "--corp", corp, "--role", "editor:x"],
            "x, which is no service account",
        ),
        (vec!["operator", "link", "bob", "--corp", corp], "no such member"),
        (vec!["operator", "remove", "bob", "--corp", corp], "no such member"),
    ] {
        let error = refused(&fixture, &arguments);
        assert!(error.to_lowercase().contains(reason), "{arguments:?}: {error}");
    }
    add(&fixture, "ann", &["owner"]);
    let error = refused(&fixture, &["operator", "remove", "ann", "--corp", corp]);
    assert!(error.contains("no other owner"), "{error}");
}

#[test]
fn a_member_who_waits_gets_a_reply() {
    let mut fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let other = fixture.account("另一个");
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let agent = operator(&fixture, "agent", &format!("agent:{unionid}"));
    let stranger = operator(&fixture, "stranger", &format!("agent:{other}"));
    assert!(agent.page("/console/conversations").contains("没有成员在等待回复"));
    ann.write(&unionid, "打印机坏了 <b>");
    bob.write(&unionid, "我也是");
    ann.write(&unionid, "在吗");

    // The longest waiting first, counted on the home page.
    let list = agent.page("/console/conversations");
    let (of_ann, of_bob) = (list.find("ann").unwrap(), list.find("bob").unwrap());
    assert!(of_ann < of_bob && list.contains("在吗") && list.matches("起等待").count() == 2, "{list}");
    assert!(agent.page("/console").contains("<span class=\"badge\">2</span>"));
    let thread = link_of(&list, "ann");
    let page = agent.page(&thread);
    assert!(page.contains("打印机坏了 &lt;b&gt;") && page.contains("<code>ann</code>"), "{page}");
    // Nobody else reads or answers it.
    for path in [thread.as_str(), &format!("/console/conversations?account={unionid}")] {
        assert_eq!(stranger.open(path).0, 404, "{path}");
    }
    for action in ["reply", "done", "block"] {
        assert_eq!(stranger.submit(&format!("{thread}/{action}"), &[("text", "x")]).0, 404, "{action}");
    }
    let sender = operator(&fixture, "sender", "sender");
    assert_eq!(sender.open(&thread).0, 403);
    assert_eq!(sender.submit(&format!("{thread}/reply"), &[("text", "x")]).0, 403);

    // Limits, at them and one past.
    let reply = |text: &str| agent.submit(&format!("{thread}/reply"), &[("text", text)]);
    let (status, page) = reply("  \n");
    assert!(status == 422 && page.contains("请输入回复内容"), "{page}");
    let (status, page) = reply(&"字".repeat(5_001));
    assert!(
        status == 422 && page.contains("最多 5000") && page.contains(&"字".repeat(5_001)),
        "what was written stays"
    );
    assert_eq!(reply(&"字".repeat(5_000)), (303, format!("{thread}#latest")));
    assert_eq!(reply("已经修好了").0, 303);
    let messages = ann.conversation(&unionid);
    assert!(ann.message(&unionid, messages.last().unwrap()).unwrap().contains("已经修好了"));
    let list = agent.page("/console/conversations");
    assert!(!list.contains(">ann<") && list.contains(">bob<"), "{list}");
    assert!(agent.page("/console/conversations?show=all").contains("已经修好了"));
    // Done without a reply; a new message waits again, also after a crash.
    let of_bob = link_of(&list, "bob");
    assert_eq!(agent.submit(&format!("{of_bob}/done"), &[]).0, 303);
    assert!(agent.page("/console/conversations").contains("没有成员在等待回复"));
    bob.write(&unionid, "还是不行");
    fixture.crash();
    let agent = agent.moved_to(fixture.url());
    assert!(agent.page("/console/conversations").contains("还是不行"));
    // Pictures of the conversation are for the member and for agents of the account.
    let ann = ann.moved_to(fixture.url());
    let parts = [Part::file("picture", "a.png", testkit::file::PNG), Part::text("submission", "s1")];
    assert_eq!(ann.submit_parts(&format!("/inbox/a/{unionid}/messages"), &parts, &[]).0, 303);
    let page = agent.page(&thread);
    let picture =
        page.split("src=\"/media/").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    let picture = format!("/media/{picture}");
    assert_eq!(agent.bytes(&picture).0, 200);
    assert_eq!(stranger.moved_to(fixture.url()).bytes(&picture).0, 404);
    // The trail has who replied, and not what.
    fixture.command_json(&["app", "grant", fixture.key(), "Carillon.Audit.Read"]);
    let trail = fixture.ok_v1("/v1.0/carillon/audits/query", &json!({ "subject": "conversation" }));
    assert_eq!(trail["items"][0]["actorId"], "agent");
    assert!(!trail.to_string().contains("修好"));
}

pub fn link_of(list: &str, name: &str) -> String {
    let before = &list[..list.find(&format!(">{name}<")).expect(name)];
    let start = before.rfind("href=\"").unwrap() + "href=\"".len();
    before[start..].split(['#', '"']).next().unwrap().to_owned()
}

#[test]
fn a_blocked_member_gets_no_reply() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    ann.write(&unionid, "你好");
    let agent = operator(&fixture, "agent", "agent");
    let thread = link_of(&agent.page("/console/conversations"), "ann");
    assert_eq!(agent.submit(&format!("{thread}/block"), &[("blocked", "1")]).0, 303);
    let page = agent.page(&thread);
    assert!(page.contains("已拉黑") && !page.contains("name=\"text\""), "{page}");
    let (status, page) = agent.submit(&format!("{thread}/reply"), &[("text", "x")]);
    assert!(status == 422 && page.contains("请先移出黑名单"), "{page}");
    assert_eq!(agent.submit(&format!("{thread}/block"), &[]).0, 303);
    assert_eq!(agent.submit(&format!("{thread}/reply"), &[("text", "好的")]).0, 303);
    // A member who has left is still named, and cannot be answered.
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "ann" }));
    let page = agent.page(&thread);
    assert!(page.contains("<h1 dir=\"auto\">ann</h1>") && page.contains("已离职"), "{page}");
    assert_eq!(agent.submit(&format!("{thread}/reply"), &[("text", "x")]).0, 422);
    assert_eq!(agent.open(&format!("/console/conversations/{unionid}/4000000000")).0, 404);
    assert_eq!(agent.open(&format!("/console/conversations/{unionid}/none")).0, 400);
}

#[test]
fn a_keyword_is_answered_by_itself() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let text = |content: &str| json!({ "msgType": "text", "content": content });
    let replies = json!({ "welcome": text("欢迎"), "rules": [
        { "keywords": ["wifi"], "matching": "contains", "reply": text("密码是…") } ] });
    fixture.put(&format!("/v1.0/carillon/service-accounts/{unionid}/auto-replies"), &replies);
    let ann = fixture.browser("ann", 1);
    let agent = operator(&fixture, "agent", "agent");
    let waits = || agent.page("/console/conversations").contains("起等待");
    ann.page(&format!("/inbox/a/{unionid}"));
    assert!(!waits(), "a greeting makes nobody wait");
    ann.write(&unionid, "你好");
    assert!(waits());
    ann.write(&unionid, "wifi 密码");
    assert!(!waits());
}

#[test]
fn a_disabled_account_leaves_the_lists() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    ann.write(&unionid, "你好");
    let task = fixture.send(&fixture.text("通知", &json!({ "is_to_all": true })));
    let owner = operator(&fixture, "owner", "owner");
    let thread = link_of(&owner.page("/console/conversations"), "ann");
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": unionid, "status": "disabled" }));
    assert!(!owner.page("/console").contains("通知"));
    assert!(owner.page("/console/sends").contains("先创建一个服务号"));
    for path in [
        format!("/console/sends?account={unionid}"),
        format!("/console/sends/{unionid}/{task}"),
        format!("/console/sends/{unionid}/none"),
        "/console/sends/none/none".to_owned(),
    ] {
        assert_eq!(owner.open(&path).0, 404, "{path}");
    }
    // What was written can still be read, and not answered.
    let page = owner.page(&thread);
    assert!(page.contains("你好") && !page.contains("name=\"text\""), "{page}");
    for action in ["reply", "block"] {
        let (status, page) = owner.submit(&format!("{thread}/{action}"), &[("text", "x"), ("blocked", "1")]);
        assert!(status == 422 && page.contains("服务号已停用"), "{action}: {page}");
    }
}
