//! Service accounts in the console.

use testkit::{
    browser::{Browser, Part},
    file::{GIF, PNG},
    program::ProgramFixture,
};

use crate::console::operator;

fn settings<'p>(name: &'p str, desc: &'p str, pictures: &'p [(&'p str, &'p [u8])]) -> Vec<Part<'p>> {
    let mut parts = vec![Part::text("name", name), Part::text("brief", "一句话"), Part::text("desc", desc)];
    parts.extend(pictures.iter().map(|(field, content)| Part::file(field, "a.png", content)));
    parts
}

fn refused(browser: &Browser, path: &str, form: &[(&str, &str)], reason: &str) {
    let (status, page) = browser.submit(path, form);
    assert!(status == 422 && page.contains(reason), "{path} {status}: {page}");
}

/// Submits a form that takes something away, and confirms it once the page has said so.
fn confirmed(browser: &Browser, path: &str, form: &[(&str, &str)], losses: &str) -> (u16, String) {
    let (status, page) = browser.submit(path, form);
    assert!(status == 422 && page.contains(losses), "{path} {status}: {page}");
    let digest = between(&page, "name=\"confirmed\" value=\"");
    // What else would be lost is not confirmed.
    let other = [form, &[("confirmed", "0123")]].concat();
    assert_eq!(browser.submit(path, &other).0, 422);
    browser.submit(path, &[form, &[("confirmed", digest)]].concat())
}

/// The text from a beginning to the next quotation mark.
fn between<'p>(page: &'p str, beginning: &str) -> &'p str {
    page.split(beginning).nth(1).and_then(|rest| rest.split('"').next()).expect(beginning)
}

/// The revision that the form of a section is based on.
fn revision<'p>(page: &'p str, section: &str) -> &'p str {
    let form = page.split(&format!("/{section}\"")).nth(1).expect(section);
    between(form, "name=\"revision\" value=\"")
}

#[test]
fn an_account_is_added_and_changed() {
    let fixture = ProgramFixture::start();
    let ann = fixture.browser("ann", 1);
    let editor = operator(&fixture, "editor", "editor");
    let of_one = operator(&fixture, "one", &format!("editor:{}", fixture.unionid));
    let list = "/console/accounts";
    let pictures = [("avatar", PNG), ("cover", GIF)];
    // As much as fits, and one past it.
    let large = vec![b'x'; 20 << 20];
    let half = vec![b'x'; 10 << 20];
    for (parts, reason) in [
        (settings("", "说明", &pictures), "请填写名称"),
        (settings("新号", "", &pictures), "请填写名称"),
        (settings("新号", "说明", &pictures[..1]), "请填写名称"),
        (settings("字".repeat(31).as_str(), "说明", &pictures), "名称最多 30"),
        (settings("新号", "字".repeat(201).as_str(), &pictures), "名称最多 30"),
        (settings("新号", "说明", &[("avatar", b"<svg>"), ("cover", GIF)]), "图片格式不支持"),
        (settings("新号", "说明", &[("avatar", &half), ("cover", &half)]), "图片格式不支持"),
        (settings("新号", "说明", &[("avatar", &large), ("cover", &half)]), "或文件过大"),
    ] {
        let (status, _, page) = editor.submit_parts(list, &parts, &[]);
        assert!(status == 422 && page.contains(reason), "{reason}: {page}");
    }
    assert_eq!(of_one.submit_parts(list, &settings("新号", "说明", &pictures), &[]).0, 403);
    let (status, path, _) = editor.submit_parts(list, &settings("新号", "说明", &pictures), &[]);
    assert!(status == 303 && path.starts_with("/console/accounts/"), "{path}");
    let (status, _, page) = editor.submit_parts(list, &settings("新号", "说明", &pictures), &[]);
    assert!(status == 422 && page.contains("已有同名"), "{page}");
    let unionid = path.rsplit('/').next().unwrap();
    let profile = ann.page(&format!("/inbox/a/{unionid}?profile"));
    assert!(profile.contains("新号"), "{profile}");
    assert_eq!(of_one.open(&path).0, 404, "it is not the account of that editor");

    // Pictures that are not sent again stay.
    let change = format!("{path}/settings");
    let before = editor.page(&path);
    let picture = before.split("src=\"/media/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(editor.submit_parts(&change, &settings("新名", "新说明", &[]), &[]).0, 303);
    let after = editor.page(&path);
    assert!(
        after.contains("value=\"新名\"") && after.contains("新说明") && after.contains(picture),
        "{after}"
    );
    assert_eq!(editor.submit_parts(&change, &settings("新名", "新说明", &[("avatar", GIF)]), &[]).0, 303);
    assert!(!editor.page(&path).contains(picture));
    let (status, _, page) = editor.submit_parts(&change, &settings("新名", &"字".repeat(201), &[]), &[]);
    assert!(status == 422 && page.contains(&"字".repeat(201)), "what was typed stays");
    let listed = fixture.ok("/topapi/serviceaccount/get", &serde_json::json!({ "unionid": unionid }));
    assert_eq!(listed["service_account"]["name"], "新名", "{listed}");
}

#[test]
fn menu_and_replies_are_edited_and_tried() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    let editor = operator(&fixture, "editor", &format!("editor:{unionid}"));
    let path = format!("/console/accounts/{unionid}");
    let row = |order, level, label, kind, value| {
        [("order", order), ("level", level), ("label", label), ("kind", kind), ("value", value)]
    };
    let input = [("input", "1")];
    let menu = format!("{path}/menu");
    refused(&editor, &menu, &row("1", "1", "官网", "view", "https://example.com/"), "第一行必须是按钮");
    refused(&editor, &menu, &row("1", "0", "官网", "view", "javascript:alert(1)"), "menu.button[0].url");
    refused(&editor, &menu, &row("1", "0", "文章", "view_article", "99"), "menu.button[0].media_id");
    let long = "长".repeat(61);
    refused(&editor, &menu, &row("1", "0", &long, "click", "K"), "menu.button[0].name");
    let long = "长".repeat(4_097);
    refused(&editor, &menu, &row("1", "0", "官网", "view", &long), "menu.button[0].url");
    let many: Vec<_> = (0..11).flat_map(|_| row("1", "0", "按钮", "click", "K")).collect();
    refused(&editor, &menu, &many, "at most 10");
    let rows = [
        row("2", "1", "官网", "view", "https://example.com/"),
        row("1", "0", "更多", "", ""),
        row("3", "0", "点我", "click", "K"),
        row("4", "0", "", "view", ""),
    ];
    let form = [input.as_slice(), rows.as_flattened()].concat();
    assert_eq!(editor.submit(&menu, &form), (303, format!("{path}?done=saved#menu")));
    let inbox = ann.page(&format!("/inbox/a/{unionid}"));
    assert!(
        inbox.contains("更多") && inbox.contains("https://example.com/") && inbox.contains("点我"),
        "{inbox}"
    );
    let page = editor.page(&path);
    assert!(page.find("value=\"更多\"").unwrap() < page.find("value=\"官网\"").unwrap(), "{page}");
    let form = [("stopped", "1")].iter().chain(rows.as_flattened()).copied().collect::<Vec<_>>();
    let losses = "成员不再看到 2 个菜单项：更多 › 官网、点我";
    assert_eq!(confirmed(&editor, &menu, &form, losses).0, 303);
    let inbox = ann.page(&format!("/inbox/a/{unionid}"));
    assert!(
        !inbox.contains("更多") && inbox.contains("<textarea"),
        "without a menu members may write: {inbox}"
    );
    assert_eq!(editor.submit(&menu, &[input.as_slice(), rows.as_flattened()].concat()).0, 303);

    let replies = format!("{path}/replies");
    let rule = |keywords, matching, reply| {
        [("kept", ""), ("keywords", keywords), ("matching", matching), ("reply", reply)]
    };
    refused(&editor, &replies, &rule("wifi", "contains", " "), "填写关键词和回复");
    refused(&editor, &replies, &rule("", "contains", "密码"), "填写关键词和回复");
    let long = "字".repeat(5_001);
    refused(&editor, &replies, &rule("wifi", "contains", &long), "最多 5,000 个字");
    let rules = [rule("wifi，网络", "contains", "密码在前台 <b>"), rule("你好", "equals", "你好呀")];
    let form = [[("welcome", "欢迎关注")].as_slice(), rules.as_flattened()].concat();
    assert_eq!(editor.submit(&replies, &form).0, 303);
    for (text, expected) in
        [("我想要 WIFI", "密码在前台 &#60;b&#62;"), ("你好吗", "没有匹配的规则"), ("你好", "你好呀")]
    {
        let tried = editor.page(&format!("{path}?try={}", carillon_web::paths::encode(text)));
        let notice =
            tried.split("class=\"notice\"").nth(1).and_then(|rest| rest.split("</p>").next()).unwrap();
        assert!(notice.contains(expected), "{text}: {notice}");
    }
    assert_eq!(ann.write(&unionid, "网络").len(), 2, "the question and its reply");
    let bob = fixture.browser("bob", 1);
    assert!(bob.page(&format!("/inbox/a/{unionid}")).contains("欢迎关注"));
    let remove = [
        [("welcome", "")].as_slice(),
        &[("kept", "0"), ("keywords", "wifi"), ("matching", "contains"), ("reply", "x")],
        &[("remove", "0")],
    ]
    .concat();
    assert_eq!(editor.submit(&replies, &remove).0, 303);
    assert_eq!(ann.write(&unionid, "网络").len(), 1);
}

#[test]
fn lists_of_members_count_what_they_take_away() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = fixture.browser("ann", 1);
    fixture.member("bob", 1);
    let owner = operator(&fixture, "owner", "owner");
    let editor = operator(&fixture, "editor", "editor");
    let path = format!("/console/accounts/{unionid}");
    let scope = format!("{path}/scope");
    refused(&editor, &scope, &[("all", "0"), ("users", "ann nobody")], "没有这个成员：nobody");
    refused(&editor, &scope, &[("all", "0"), ("department", "999")], "所选部门不存在");
    let many: Vec<String> = (0..1_001).map(|number| format!("user{number}")).collect();
    for list in ["scope", "blocked"] {
        refused(
            &editor,
            &format!("{path}/{list}"),
            &[("all", "0"), ("users", &many.join(" "))],
            "最多 1,000",
        );
    }
    let small = [("all", "0"), ("users", "ann")];
    let (status, leads) = confirmed(&editor, &scope, &small, "3 位成员不再在可发送范围内");
    assert_eq!((status, leads.as_str()), (303, format!("{path}?done=saved#scope").as_str()));
    assert_eq!(editor.submit(&scope, &[("all", "1")]).0, 303, "nothing is lost");
    let blocked = format!("{path}/blocked");
    assert_eq!(confirmed(&editor, &blocked, &[("users", "bob")], "1 位成员被拉黑").0, 303);
    assert_eq!(editor.submit(&blocked, &[("users", "bob")]).0, 303, "he is blocked already");
    assert!(editor.page(&path).contains(">bob</textarea>"));

    // Roles are for owners to give: operators of an account have three of them.
    for action in ["operators", "disable"] {
        let form = [("users", "editor"), ("confirm", "x")];
        assert_eq!(editor.submit(&format!("{path}/{action}"), &form).0, 403, "{action}");
    }
    assert!(!editor.page(&path).contains("/disable"));
    assert_eq!(ann.open("/console").0, 403);
    assert_eq!(owner.submit(&format!("{path}/operators"), &[("users", "ann")]).0, 303);
    assert_eq!(ann.open("/console/drafts").0, 200);
    let operators = format!("{path}/operators");
    let losses = "1 位成员不再能编辑、发送和回复这个服务号：ann";
    assert_eq!(confirmed(&owner, &operators, &[("users", "")], losses).0, 303);
    assert_eq!(ann.open("/console").0, 403);
    assert_eq!(owner.submit(&operators, &[("users", "ann")]).0, 303);
    let name = fixture.ok("/topapi/serviceaccount/get", &serde_json::json!({ "unionid": unionid }));
    let name = name["service_account"]["name"].as_str().unwrap();
    refused(&owner, &format!("{path}/disable"), &[("confirm", "别的")], "名称不符");
    assert_eq!(owner.submit(&format!("{path}/disable"), &[("confirm", name)]).0, 303);
    assert_eq!(owner.open(&path).0, 404);
    assert!(owner.page("/console/accounts").contains("<span class=\"tag warn\">已停用</span>"));
    assert_eq!(ann.open("/console").0, 403, "the roles of its operators end with it");
}

#[test]
fn two_editors_do_not_overwrite_each_other() {
    let fixture = ProgramFixture::start();
    let path = format!("/console/accounts/{}", fixture.unionid);
    let (one, two) = (operator(&fixture, "one", "editor"), operator(&fixture, "two", "editor"));
    let page = one.page(&path);
    let row = |label, revision| {
        [
            ("revision", revision),
            ("input", "1"),
            ("order", "1"),
            ("level", "0"),
            ("label", label),
            ("kind", "click"),
            ("value", "K"),
        ]
    };
    let first = revision(&page, "menu");
    assert_eq!(two.submit(&format!("{path}/menu"), &row("天气", first)).0, 303);
    let (status, page) = one.submit(&format!("{path}/menu"), &row("班车", first));
    assert!(status == 422 && page.contains("有人在你打开页面之后修改了这部分内容"), "{page}");
    assert!(
        page.contains("value=\"班车\"") && !page.contains("value=\"天气\""),
        "what was typed stays: {page}"
    );
    assert!(two.page(&path).contains("value=\"天气\""), "and nothing was overwritten");
    // Who saves again replaces it, once the page has named what members lose.
    let second = revision(&page, "menu");
    let losses = "成员不再看到 1 个菜单项：天气";
    assert_eq!(confirmed(&one, &format!("{path}/menu"), &row("班车", second), losses).0, 303);

    let page = one.page(&path);
    for (section, form) in [
        ("replies", vec![("welcome", "欢迎")]),
        ("scope", vec![("all", "1"), ("users", "one")]),
        ("blocked", vec![("users", "")]),
    ] {
        let of = revision(&page, section);
        let action = format!("{path}/{section}");
        let stale = [form.as_slice(), &[("revision", "0123")]].concat();
        refused(&one, &action, &stale, "有人在你打开页面之后修改");
        assert_eq!(one.submit(&action, &[form.as_slice(), &[("revision", of)]].concat()).0, 303, "{section}");
    }
    let settings = |revision| {
        let mut parts = settings("新名", "新说明", &[]);
        parts.push(Part::text("revision", revision));
        one.submit_parts(&format!("{path}/settings"), &parts, &[])
    };
    let (status, _, page) = settings("0123");
    assert!(status == 422 && page.contains("有人在你打开页面之后修改") && page.contains("新说明"), "{page}");
    assert_eq!(settings(revision(&page, "settings")).0, 303);
}

#[test]
fn the_menu_is_previewed_as_members_see_it() {
    let fixture = ProgramFixture::start();
    let other = fixture.account("另一个");
    let path = format!("/console/accounts/{}", fixture.unionid);
    let editor = operator(&fixture, "editor", &format!("editor:{}", fixture.unionid));
    let row = |order, level, label, kind, value| {
        [("order", order), ("level", level), ("label", label), ("kind", kind), ("value", value)]
    };
    let rows = [
        row("1", "0", "更多 <b>", "", ""),
        row("2", "1", "官网", "view", "https://example.com/"),
        row("3", "1", "脚本", "view", "javascript:alert(1)"),
        row("4", "0", "文章", "view_article", "99"),
        row("5", "0", "点我", "click", "K"),
    ];
    let preview = format!("{path}/preview");
    let form = [[("input", "1")].as_slice(), rows.as_flattened()].concat();
    let (status, fragment) = editor.submit(&preview, &form);
    assert_eq!(status, 200);
    assert!(
        fragment.contains("更多 &#60;b&#62;") && fragment.contains("href=\"https://example.com/\""),
        "{fragment}"
    );
    assert!(fragment.contains("成员看不到") && fragment.contains("脚本, 文章"), "{fragment}");
    assert!(
        fragment.contains(&format!("formaction=\"{path}/tap\"")) && !fragment.contains("javascript"),
        "{fragment}"
    );
    assert!(fragment.contains("写消息"), "{fragment}");
    assert!(editor.submit(&preview, rows.as_flattened()).1.contains("成员不能输入文字"));
    let stopped = [[("stopped", "1")].as_slice(), rows.as_flattened()].concat();
    let (_, fragment) = editor.submit(&preview, &stopped);
    assert!(fragment.contains("菜单已停用") && !fragment.contains("点我"), "{fragment}");
    assert_eq!(editor.submit(&preview, &row("1", "1", "官网", "view", "x")).0, 422);
    let long = "长".repeat(61);
    assert_eq!(editor.submit(&preview, &row("1", "0", &long, "click", "K")).0, 422);
    assert!(!editor.page(&path).contains("点我"), "nothing was stored");
    assert_eq!(editor.submit(&format!("/console/accounts/{other}/preview"), &form).0, 404);
    // Without script the page shows what is stored, and its buttons lead back.
    let one = [[("input", "1")].as_slice(), &row("1", "0", "班车", "click", "K")].concat();
    assert_eq!(editor.submit(&format!("{path}/menu"), &one).0, 303);
    let page = editor.page(&path);
    assert!(page.contains("<span>班车</span>"), "{page}");
    assert_eq!(editor.submit(&format!("{path}/tap"), &[]), (303, path));
}
