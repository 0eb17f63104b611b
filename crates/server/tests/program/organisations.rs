//! Several organisations on one server: their addresses and appearance. A browser is signed in to one of them at a time.

use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::{
    browser::Browser,
    file::PNG,
    program::{PASSWORD, Program, ProgramFixture, app, carillon, carillon_json},
};

/// Adds an organisation with a member who has the same password as all members.
fn add_second_corp(fixture: &ProgramFixture, name: &str, short_name: &str, userid: &str) -> String {
    let data = fixture.data.path();
    let created = carillon_json(data, &["corp", "create", "--name", name, "--short-name", short_name]);
    assert_eq!(created["short_name"], short_name);
    let corp = created["corp_id"].as_str().unwrap().to_owned();
    let token = fixture.program().token(&app(data, &corp, "internal", "qyapi_base,qyapi_manage_addresslist"));
    let member = json!({
        "userid": userid, "name": userid, "exclusive_account": true, "exclusive_account_type": "dingtalk",
        "login_id": userid, "dept_id_list": [1], "init_password": PASSWORD,
    });
    let made = fixture.program().json(&format!("/topapi/v2/user/create?access_token={token}"), &member);
    assert_eq!(made["errcode"], 0, "{made}");
    corp
}

fn set(fixture: &ProgramFixture, arguments: &[&str]) -> Value {
    carillon_json(fixture.data.path(), &[&["corp", "set"], arguments].concat())
}

fn refused(fixture: &ProgramFixture, arguments: &[&str]) -> String {
    let output = carillon(fixture.data.path(), arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn sign_in_at(browser: &Browser, path: &str, userid: &str, next: &str) -> (Browser, u16, String) {
    browser.submit_with_cookies(path, &[("userid", userid), ("password", PASSWORD), ("next", next)])
}

#[test]
fn a_server_without_an_organisation_explains_how_to_create_one() {
    let data = TempDir::new().unwrap();
    let program = Program::start(data.path());
    let anonymous = Browser::signed_out(&program.url);
    let page = anonymous.page("/sign-in");
    assert!(page.contains("carillon corp create") && !page.contains("name=\"organisation\""), "{page}");
    carillon_json(data.path(), &["corp", "create", "--name", "第一个"]);
    assert!(anonymous.page("/sign-in").contains("name=\"password\""));
}

#[test]
fn each_organisation_has_its_own_sign_in_address() {
    let fixture = ProgramFixture::start();
    // A single organisation needs no name.
    let anonymous = Browser::signed_out(fixture.url());
    assert!(anonymous.page("/sign-in").contains("测试组织"));
    fixture.member_with_password("ann", 1);
    add_second_corp(&fixture, "Second <Works>", "second", "bob");

    let sign_in_page = anonymous.page("/sign-in?next=/inbox/a/x");
    assert!(
        sign_in_page.contains("name=\"organisation\"") && !sign_in_page.contains("name=\"password\""),
        "{sign_in_page}"
    );
    for hidden in ["测试组织", "Second", "ceshizuzhi", fixture.corp.as_str()] {
        assert!(!sign_in_page.contains(hidden), "{hidden} is not disclosed");
    }
    assert_eq!(
        anonymous.follow("/sign-in?organisation=+SECOND+&next=/inbox/a/x"),
        (303, "/o/second/?next=%2Finbox%2Fa%2Fx".to_owned())
    );
    let (status, page) = anonymous.follow("/sign-in?organisation=third");
    assert!(status == 404 && page.contains("role=\"alert\"") && page.contains("value=\"third\""), "{page}");
    assert_eq!(anonymous.follow("/sign-in?organisation=").0, 400);

    assert_eq!(anonymous.follow("/o/second"), (308, "/o/second/".to_owned()));
    let (status, page) = anonymous.follow("/o/second/?next=/inbox/a/x");
    assert!(status == 200 && page.contains("<title>登录 · Second &#60;Works&#62;</title>"), "{page}");
    assert!(page.contains("action=\"/o/second/\"") && page.contains("value=\"/inbox/a/x\""), "{page}");
    assert!(!page.contains("name=\"corp\""), "{page}");

    // Members can sign in only at their organisation's address.
    assert_eq!(sign_in_at(&anonymous, "/o/second/", "ann", "/inbox").1, 401);
    assert_eq!(sign_in_at(&anonymous, "/o/ceshizuzhi/", "bob", "/inbox").1, 401);
    let (bob, status, leads) = sign_in_at(&anonymous, "/o/second/", "bob", "/inbox/a/x?before=1");
    assert_eq!((status, leads.as_str()), (303, "/inbox/a/x?before=1"));
    assert!(bob.page("/inbox").contains("<title>消息 · Second &#60;Works&#62;</title>"));
    // The old form with a field for the organisation works too, also with its id.
    for named in ["ceshizuzhi", &fixture.corp] {
        let form = [("corp", named), ("userid", "ann"), ("password", PASSWORD)];
        assert_eq!(anonymous.submit("/sign-in", &form), (303, "/inbox".to_owned()));
    }
    let form = [("userid", "ann"), ("password", PASSWORD)];
    assert_eq!(anonymous.submit("/sign-in", &form).0, 400, "the organisation is ambiguous");

    // A browser that was signed in before need not name it again.
    let (bob, status, leads) = bob.submit_with_cookies("/sign-out", &[]);
    assert_eq!((status, leads.as_str()), (303, "/sign-in"));
    assert_eq!(bob.follow("/sign-in?next=/inbox/a/y"), (303, "/o/second/?next=%2Finbox%2Fa%2Fy".to_owned()));
    assert!(bob.page("/sign-in?other").contains("name=\"organisation\""));
    assert_eq!(bob.submit("/sign-in", &[("userid", "bob"), ("password", PASSWORD)]).0, 303);
}

#[test]
fn a_link_with_an_organisations_name_leads_its_members_to_the_page() {
    let fixture = ProgramFixture::start();
    add_second_corp(&fixture, "第二", "second", "bob");
    let anonymous = Browser::signed_out(fixture.url());
    let (status, page) = anonymous.follow("/o/second/inbox/a/a%2Fb?before=1");
    assert!(status == 200 && page.contains("value=\"/inbox/a/a%2Fb?before=1\""), "{page}");
    let bob = sign_in_at(&anonymous, "/o/second/", "bob", "/inbox").0;
    for (path, leads) in [
        ("/o/second/inbox/a/a%2Fb?before=1", "/inbox/a/a%2Fb?before=1"),
        ("/o/second/", "/inbox"),
        ("/o/second/?next=/article/x/1", "/article/x/1"),
        ("/o/second/?next=//evil.example", "/inbox"),
        ("/o/second/?next=https://evil.example", "/inbox"),
        ("/o/second//evil.example", "/inbox"),
        ("/o/second//evil.example/%2e%2e", "/inbox"),
        ("/o/second/\\evil.example", "/inbox"),
    ] {
        assert_eq!(bob.follow(path), (303, leads.to_owned()), "{path}");
    }
    for path in ["/o/third/", "/o/third/inbox", "/o/%00/", "/o/%E9%92%9F/", "/o/second%2F../"] {
        let (status, page) = bob.follow(path);
        assert!(status == 404 && page.contains("找不到这个组织"), "{path} {status} {page}");
    }
    assert_eq!(bob.follow("/o/third"), (308, "/o/third/".to_owned()));
    assert_eq!(sign_in_at(&bob, "/o/third/", "bob", "/inbox").1, 404);
}

#[test]
fn a_former_short_name_redirects_to_the_new_one() {
    let fixture = ProgramFixture::start();
    add_second_corp(&fixture, "第二", "second", "bob");
    let changed = set(&fixture, &["second", "--short-name", "works"]);
    assert_eq!(changed["former_short_names"], json!(["second"]));
    let anonymous = Browser::signed_out(fixture.url());
    assert_eq!(anonymous.follow("/o/second/inbox?a=b"), (308, "/o/works/inbox?a=b".to_owned()));
    assert_eq!(anonymous.follow("/o/second"), (308, "/o/works/".to_owned()));
    assert_eq!(anonymous.follow("/o/WORKS/"), (308, "/o/works/".to_owned()));
    // A form that was open during the change works.
    assert_eq!(sign_in_at(&anonymous, "/o/second/", "bob", "/inbox").1, 303);
    // No other organisation can take it, and it can be taken back. Browsers must not cache the redirect.
    let create_with_taken_name = ["corp", "create", "--name", "x", "--short-name", "second"];
    assert!(
        refused(&fixture, &create_with_taken_name)
            .contains("short_name is, or was, that of another organisation")
    );
    let back = set(&fixture, &["works", "--short-name", "second"]);
    assert_eq!((&back["short_name"], &back["former_short_names"]), (&json!("second"), &json!(["works"])));
    assert_eq!(anonymous.follow("/o/works/"), (308, "/o/second/".to_owned()));
    assert_eq!(anonymous.follow("/o/second/").0, 200);

    // It survives a crash.
    let mut fixture = fixture;
    fixture.crash();
    assert_eq!(Browser::signed_out(fixture.url()).follow("/o/works/"), (308, "/o/second/".to_owned()));
}

#[test]
fn a_browser_is_signed_in_to_one_organisation_at_a_time() {
    let fixture = ProgramFixture::start();
    add_second_corp(&fixture, "第二", "second", "bob");
    let ann = fixture.browser_at("/o/ceshizuzhi/", "ann", 1);
    let (status, page) = ann.follow("/o/second/inbox/a/x");
    assert_eq!(status, 200);
    for part in [
        "要登录“第二”吗？",
        "退出“测试组织”并继续",
        "留在“测试组织”",
        "<title>要登录“第二”吗？ · 测试组织</title>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let next = "/o/second/?next=%2Finbox%2Fa%2Fx";
    assert!(page.contains(&format!("name=\"next\" value=\"{next}\"")), "{page}");
    assert_eq!(ann.open("/inbox").0, 200, "the session has not changed");
    // Only the page's own form can do it.
    let cross_site_headers = [("sec-fetch-site", "cross-site"), ("content-length", "0")];
    assert_eq!(ann.request("POST", "/sign-out", &cross_site_headers), 403);
    assert_eq!(ann.open("/inbox").0, 200);

    let (switched, status, leads) = ann.submit_with_cookies("/sign-out", &[("next", next)]);
    assert_eq!((status, leads.as_str()), (303, next));
    assert_eq!(ann.open("/inbox").0, 303, "the session has ended");
    assert!(switched.page(next).contains("name=\"password\""));
    let (bob, status, leads) = sign_in_at(&switched, "/o/second/", "bob", "/inbox/a/x");
    assert_eq!((status, leads.as_str()), (303, "/inbox/a/x"));
    // The form of another organisation also ends the session.
    let (ann, status, _) = sign_in_at(&bob, "/o/ceshizuzhi/", "ann", "/inbox");
    assert_eq!((status, bob.open("/inbox").0, ann.open("/inbox").0), (303, 303, 200));
    // It cannot redirect to another site.
    assert_eq!(ann.submit("/sign-out", &[("next", "//evil.example")]), (303, "/inbox".to_owned()));
}

#[test]
fn a_host_name_leads_to_its_organisation() {
    let fixture = ProgramFixture::start();
    add_second_corp(&fixture, "第二", "second", "bob");
    let changed = set(&fixture, &["second", "--host", "inbox.second.example", "--host", "b.example"]);
    assert_eq!(changed["hosts"], json!(["inbox.second.example", "b.example"]));
    let anonymous = Browser::signed_out(fixture.url());
    for host in ["inbox.second.example", "Inbox.Second.example:8080", "b.example."] {
        let (status, page) = anonymous.open_with("/sign-in?next=/inbox/a/x", &[("host", host)]);
        assert!(
            status == 200 && page.contains("第二") && page.contains("name=\"password\""),
            "{host} {page}"
        );
        assert!(page.contains("action=\"/sign-in\"") && !page.contains("/sign-in?other"), "{page}");
    }
    let at_second = [("host", "inbox.second.example")];
    assert_eq!(
        anonymous.open_with("/o/ceshizuzhi/", &at_second).0,
        404,
        "no other organisation is reachable"
    );
    assert_eq!(anonymous.open_with("/o/second/", &at_second).0, 200);
    assert!(
        anonymous.page("/sign-in").contains("name=\"organisation\""),
        "other host names ask for the organisation"
    );
    // A session of another organisation does not count there.
    let ann = fixture.browser_at("/o/ceshizuzhi/", "ann", 1);
    let bob = sign_in_at(&anonymous, "/o/second/", "bob", "/inbox").0;
    assert_eq!(ann.open_with("/inbox", &at_second).0, 303);
    assert_eq!(bob.open_with("/inbox", &at_second).0, 200);
    assert_eq!(ann.open("/inbox").0, 200);

    for (host, why) in [
        ("inbox.second.example", "is that of another organisation"),
        ("192.0.2.1", "not an IP address"),
        ("https://a.example", "must be a host name alone"),
        ("localhost", "must not be localhost"),
    ] {
        let error = refused(&fixture, &["corp", "set", "ceshizuzhi", "--host", host]);
        assert!(error.contains("hosts[0]") && error.contains(why), "{error}");
    }
    let nine: Vec<String> = (0..9).map(|number| format!("{number}.example")).collect();
    let with = |hosts: &[String]| -> Vec<String> {
        let flags = hosts.iter().flat_map(|host| ["--host".to_owned(), host.clone()]);
        ["corp", "set", "second"].map(str::to_owned).into_iter().chain(flags).collect()
    };
    let eight = with(&nine[..8]);
    carillon_json(fixture.data.path(), &eight.iter().map(String::as_str).collect::<Vec<_>>());
    let nine = with(&nine);
    assert!(refused(&fixture, &nine.iter().map(String::as_str).collect::<Vec<_>>()).contains("at most 8"));
    assert!(set(&fixture, &["second", "--no-host"]).get("hosts").is_none());
    assert!(anonymous.open_with("/sign-in", &at_second).1.contains("name=\"organisation\""));
}

#[test]
fn an_organisation_has_its_own_logo_and_colour() {
    let fixture = ProgramFixture::start();
    let ann = fixture.browser("ann", 1);
    let logo = fixture.data.path().join("logo.png");
    std::fs::write(&logo, png(120, 40)).unwrap();
    let arguments =
        ["ceshizuzhi", "--name", "新名字", "--color", "#FFDD00", "--logo", logo.to_str().unwrap()];
    let changed = set(&fixture, &arguments);
    assert_eq!((&changed["name"], &changed["accent_color"]), (&json!("新名字"), &json!("#ffdd00")));
    let media = changed["logo_media_id"].as_str().unwrap();
    for page in [ann.page("/inbox"), ann.page("/me"), ann.page("/me/password"), ann.page("/sign-in")] {
        assert!(page.contains(" · 新名字</title>"), "{page}");
        let style = page.split("<link rel=\"stylesheet\" href=\"").nth(2).unwrap().split('"').next().unwrap();
        assert!(style.starts_with("/assets/accent.ffdd00."), "{style}");
        assert!(ann.page(style).contains("--accent: #"));
        assert!(!page.contains("style="), "the policy allows no styles in pages");
    }
    let page = ann.page("/inbox");
    assert!(page.contains(&format!(
        "src=\"/media/{}\" alt=\"\" width=\"120\" height=\"40\"",
        media.replace('@', "%40")
    )));
    let anonymous = Browser::signed_out(fixture.url());
    assert_eq!(anonymous.bytes(&format!("/media/{}", media.replace('@', "%40"))), (200, png(120, 40)));
    // The root department has the name of the organisation.
    fixture.command_json(&["app", "grant", fixture.key(), "qyapi_get_department_list"]);
    let root = fixture.ok("/topapi/v2/department/get", &json!({ "dept_id": 1 }));
    assert_eq!(root["result"]["name"], "新名字");
    let bare = set(&fixture, &["ceshizuzhi", "--no-color", "--no-logo"]);
    assert!(bare.get("accent_color").is_none() && bare.get("logo_media_id").is_none());
    assert!(!ann.page("/inbox").contains("/assets/accent."));
}

#[test]
fn invalid_properties_of_an_organisation_are_refused() {
    let fixture = ProgramFixture::start();
    add_second_corp(&fixture, "第二", "second", "bob");
    let long = "字".repeat(101);
    for (arguments, why) in [
        (&["create", "--name", ""][..], "must not be empty"),
        (&["create", "--name", " \u{3000}"], "must not be empty"),
        (&["create", "--name", &long], "at most 100 characters"),
        (&["create", "--name", "a\nb"], "line breaks"),
        (&["create", "--name", "a", "--short-name", ""], "2 to 32 characters"),
        (&["create", "--name", "a", "--short-name", "Second"], "lower-case letters"),
        (&["create", "--name", "a", "--short-name=-a"], "begin and end"),
        (&["create", "--name", "a", "--short-name", "admin"], "is a reserved word"),
        (&["create", "--name", "a", "--short-name", "second"], "that of another organisation"),
        (&["create", "--name", "a", "--time-zone", "Asia"], "no such time zone"),
        (&["set", "third", "--name", "a"], "is not an organisation of this data folder"),
        (&["set", "secnd", "--name", "a"], "did you mean \"second\"?"),
        (&["set", "second", "--short-name", "ceshizuzhi"], "that of another organisation"),
        (&["set", "second", "--color", "red"], "--color must be a colour"),
        (&["set", "second", "--time-zone", "Nowhere/Else"], "no such time zone"),
        (&["set", "second", "--logo", "/nonexistent"], "/nonexistent"),
    ] {
        let error = refused(&fixture, &[&["corp"], arguments].concat());
        assert!(error.contains(why), "{arguments:?} {error}");
    }
    let file = fixture.data.path().join("picture");
    let largest = |size: usize| {
        let mut content = png(64, 64);
        content.resize(size, 0);
        content
    };
    for (content, why) in [
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "must be a PNG or JPEG picture"),
        (b"GIF89a\x40\0\x40\0".to_vec(), "must be a PNG or JPEG picture"),
        (PNG[..12].to_vec(), "must be a PNG or JPEG picture"),
        (png(15, 64), "16 to 2048 pixels"),
        (png(64, 2049), "16 to 2048 pixels"),
        (png(321, 64), "5 times as wide"),
        (png(64, 129), "twice as high"),
        (largest((512 << 10) + 1), "more than 512 kB"),
    ] {
        std::fs::write(&file, content).unwrap();
        let error = refused(&fixture, &["corp", "set", "second", "--logo", file.to_str().unwrap()]);
        assert!(error.contains(why), "{error}");
    }
    for content in [largest(512 << 10), png(320, 64), png(64, 128), png(2048, 2048)] {
        std::fs::write(&file, content).unwrap();
        set(&fixture, &["second", "--logo", file.to_str().unwrap()]);
    }
    let listed = carillon_json(fixture.data.path(), &["corp", "list"]);
    assert_eq!(
        (&listed[0]["short_name"], &listed[1]["short_name"]),
        (&json!("ceshizuzhi"), &json!("second"))
    );
    assert_eq!(listed[1]["path"], "/o/second/");
    // Derived short names do not collide.
    for expected in ["ceshizuzhi-2", "ceshizuzhi-3"] {
        let made = carillon_json(fixture.data.path(), &["corp", "create", "--name", "测试组织"]);
        assert_eq!(made["short_name"], expected);
    }
}

#[test]
fn an_article_of_another_organisation_shows_where_to_sign_in() {
    let fixture = ProgramFixture::start();
    add_second_corp(&fixture, "第二", "second", "bob");
    let article = json!({ "title": "内部", "content": "<p>内部消息</p>", "uuid": "u" });
    let request = json!({ "unionid": fixture.unionid, "article": article });
    let id = fixture.ok("/topapi/material/article/add", &request)["article_id"].clone();
    let publish = json!({ "unionid": fixture.unionid, "article_id": id });
    let url = fixture.ok("/topapi/material/article/publish", &publish)["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(fixture.url()).unwrap();
    let anonymous = Browser::signed_out(fixture.url());
    let sign_in_path = format!("/o/ceshizuzhi/?next={}", path.replace('/', "%2F"));
    let (status, page) = anonymous.follow(path);
    assert!(
        status == 401 && page.contains(&format!("href=\"{sign_in_path}\"")) && page.contains("测试组织"),
        "{page}"
    );
    let bob = sign_in_at(&anonymous, "/o/second/", "bob", "/inbox").0;
    let (status, page) = bob.follow(path);
    assert!(status == 403 && page.contains(&format!("href=\"{sign_in_path}\"")), "{page}");
    assert!(page.contains("这是另一个组织的内容") && !page.contains("内部消息"), "{page}");
    assert!(bob.page(&sign_in_path).contains("退出“第二”并继续"));
    let ann = fixture.browser_at("/o/ceshizuzhi/", "ann", 1);
    let page = ann.page(path);
    assert!(page.contains("内部消息") && page.contains("<title>内部 · 测试组织</title>"), "{page}");
}

/// A picture with large dimensions and little content: it must not be decoded.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = PNG.to_vec();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png
}
