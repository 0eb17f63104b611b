//! Articles in the console: writing, two authors, history, publishing, pictures, and whose they are.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use serde_json::{Value, json};
use testkit::{
    browser::{Browser, Part},
    file::GIF,
    program::ProgramFixture,
};

/// An author with an article.
struct Author {
    browser: Browser,
    unionid: String,
    /// The path of the article.
    path: String,
}

fn operator(fixture: &ProgramFixture, userid: &str, role: &str) -> Browser {
    let browser = fixture.browser(userid, 1);
    fixture.command_json(&["operator", "add", userid, "--corp", &fixture.corp, "--role", role]);
    browser
}

impl Author {
    fn new(fixture: &ProgramFixture, userid: &str) -> Self {
        let browser = operator(fixture, userid, "editor");
        let unionid = fixture.unionid.clone();
        let (status, path) = browser.submit("/console/articles", &[("account", &unionid)]);
        assert_eq!(status, 303);
        Self { browser, unionid, path }
    }

    fn parts<'p>(revision: &'p str, title: &'p str, content: &'p str, action: &'p str) -> Vec<Part<'p>> {
        vec![
            Part::text("revision", revision),
            Part::text("title", title),
            Part::text("content", content),
            Part::text("digest", "摘要"),
            Part::text("cover", ""),
            Part::text("public", "0"),
            Part::text("allow_forward", "1"),
            Part::text("action", action),
        ]
    }

    /// Saves as the script of the page does.
    fn save(&self, revision: i64, title: &str, content: &str, action: &str) -> (u16, Value) {
        let revision = revision.to_string();
        let parts = Self::parts(&revision, title, content, action);
        let (status, _, body) = self.browser.submit_parts(&format!("{}?fragment", self.path), &parts, &[]);
        (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    /// Saves as a browser without script does. Returns the status, the page that it leads to, and the body.
    fn submit(&self, revision: i64, title: &str, content: &str, action: &str) -> (u16, String, String) {
        let revision = revision.to_string();
        self.browser.submit_parts(&self.path, &Self::parts(&revision, title, content, action), &[])
    }
}

#[test]
fn an_article_is_written_published_and_deleted() {
    let fixture = ProgramFixture::start();
    let reader = fixture.browser("reader", 1);
    let author = Author::new(&fixture, "ann");
    let page = author.browser.page(&author.path);
    for part in
        ["<article-editor", "<article-form", "name=\"revision\" value=\"0\"", "placeholder=\"请输入标题\""]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, english) = author.browser.open_with(&author.path, &[("accept-language", "en")]);
    assert!(english.contains("Send to my phone"), "{english}");

    let (status, saved) = author.save(0, "春游", "<p>周六<b onclick=x>出发</b></p>", "save");
    assert_eq!(
        (status, &saved["revision"], &saved["is_changed"]),
        (200, &json!(1), &json!(false)),
        "{saved}"
    );
    let preview = author.browser.page(&format!("{}/preview?scheme=dark", author.path));
    assert!(preview.contains("<p>周六<b>出发</b></p>") && preview.contains("?scheme=dark"), "{preview}");
    assert!(author.browser.page("/console/articles?state=draft").contains("春游"));
    assert!(!author.browser.page("/console/articles?state=published").contains("春游"));

    let (status, leads, _) = author.submit(1, "春游", "<p>周日</p>", "phone");
    assert_eq!((status, leads), (303, format!("{}?done=phone", author.path)));
    let inbox = author.browser.page(&format!("/inbox/a/{}", author.unionid));
    assert!(inbox.contains("春游") && inbox.contains("预览"), "{inbox}");
    assert!(!reader.page(&format!("/inbox/a/{}", author.unionid)).contains("春游"));

    for (title, content, reason) in [("", "<p>x</p>", "请填写标题"), ("题", " ", "请填写正文")] {
        let (status, _, page) = author.submit(2, title, content, "publish");
        assert!(status == 422 && page.contains(reason), "{status} {page}");
    }
    let (status, leads, _) = author.submit(2, "春游", "<p>周日</p>", "publish");
    assert_eq!((status, leads), (303, format!("{}?done=publish", author.path)));
    let page = author.browser.page(&format!("{}?done=publish", author.path));
    assert!(page.contains("已发布。") && page.contains("发布修改"), "{page}");
    let (_, saved) = author.save(2, "春游", "<p>改期</p>", "save");
    assert_eq!(saved["is_changed"], json!(true), "{saved}");
    assert!(author.browser.page("/console/articles").contains("有未发布的修改"));
    let of = json!({ "unionid": author.unionid, "article_id": author.path.rsplit('/').next() });
    let stored = fixture.ok("/topapi/material/article/get", &of);
    assert!(stored.to_string().contains("改期"), "{stored}");

    let (status, leads) = author.browser.submit(&format!("{}/delete", author.path), &[]);
    assert_eq!((status, leads), (303, format!("/console/articles?account={}", author.unionid)));
    assert_eq!(author.browser.open(&author.path).0, 404);
    let (status, refused) = author.save(3, "春游", "<p>太晚</p>", "save");
    assert_eq!((status, &refused["message"]), (410, &json!("文章已被删除。")));
    assert!(author.browser.page("/console/articles").contains("还没有文章"));

    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=ann");
    for action in ["add", "save", "preview", "publish", "delete"] {
        assert!(trail.contains(&format!("console.article.{action}")), "{action}: {trail}");
    }
}

#[test]
fn two_authors_lose_nothing() {
    let fixture = ProgramFixture::start();
    let ann = Author::new(&fixture, "ann");
    let bob = Author {
        browser: operator(&fixture, "bob", "editor"),
        unionid: ann.unionid.clone(),
        path: ann.path.clone(),
    };
    assert_eq!(ann.save(0, "题", "<p>安</p>", "save").0, 200);
    // Bob opened the page before.
    let (status, conflict) = bob.save(0, "题", "<p>波</p>", "save");
    assert_eq!((status, &conflict["revision"]), (409, &json!(1)), "{conflict}");
    assert!(conflict["message"].as_str().unwrap().contains("ann"), "{conflict}");
    let (status, _, page) = bob.submit(0, "题", "<p>波</p>", "publish");
    assert_eq!(status, 409, "nothing is published either");
    assert!(
        page.contains("使用对方的版本") && page.contains("&#60;p&#62;波") || page.contains("&lt;p&gt;波"),
        "{page}"
    );
    assert!(page.contains("name=\"revision\" value=\"1\""), "{page}");
    // He takes hers; his stays in the history.
    assert_eq!(bob.save(1, "题", "<p>波</p>", "aside").0, 200);
    let history = bob.browser.page(&format!("{}/history", bob.path));
    assert!(history.contains("版本 4") && history.contains("当前草稿"), "{history}");
    let version = bob.browser.page(&format!("{}/history/3", bob.path));
    assert!(version.contains("<p>波</p>") && version.contains("bob"), "{version}");
    // And brings it back.
    let (status, leads) = bob.browser.submit(&format!("{}/history/3/restore", bob.path), &[]);
    assert_eq!((status, leads), (303, format!("{}?done=restore", bob.path)));
    assert!(bob.browser.page(&format!("{}?done=restore", bob.path)).contains("已恢复为当前草稿"));
    assert_eq!(ann.save(1, "题", "<p>安安</p>", "save").0, 409);
    assert_eq!(ann.save(2, "题", "<p>安安</p>", "save").0, 200);
    assert_eq!(bob.browser.open(&format!("{}/history/99", bob.path)).0, 404);
    assert_eq!(bob.browser.submit(&format!("{}/history/99/restore", bob.path), &[]).0, 404);
}

#[test]
fn pictures_are_stored_and_copied_with_care() {
    let fixture = ProgramFixture::start();
    let author = Author::new(&fixture, "ann");
    let pictures = format!("/console/articles/{}/pictures", author.unionid);
    let upload = |name: &str, content: &[u8]| {
        let (status, _, body) =
            author.browser.submit_parts(&pictures, &[Part::file("picture", name, content)], &[]);
        (status, serde_json::from_str::<Value>(&body).unwrap_or(Value::String(body)))
    };
    let (status, stored) = upload("猫.gif", GIF);
    assert_eq!(status, 200, "{stored}");
    let id = stored["media_id"].as_str().unwrap();
    assert_eq!(
        Browser::signed_out(fixture.url()).bytes(&format!("/media/{id}")).1,
        GIF,
        "readers need no session"
    );
    assert_eq!(upload("x.gif", b"<script>").0, 422);
    assert_eq!(upload("x.gif", b"").0, 422);
    assert_eq!(upload("x.gif", &[0; (20 << 20) + 1]).0, 413);
    // As a cover, by a browser without script.
    let mut parts = Author::parts("0", "题", "<p>x</p>", "save");
    parts.push(Part::file("cover_file", "封面.gif", GIF));
    assert_eq!(author.browser.submit_parts(&author.path, &parts, &[]).0, 303);
    assert!(author.browser.page(&author.path).contains("class=\"cover-picture\""));

    // Another server: a picture, something else, an error, and addresses that nobody may use.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = server.local_addr().unwrap();
    thread::spawn(move || {
        for stream in server.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let (status, more, body): (_, _, &[u8]) = match head.split(' ').nth(1) {
                Some("/picture") => ("200 OK", "", GIF),
                Some("/moved") => ("302 Found", "Location: /picture\r\n", b""),
                Some("/loop") => ("302 Found", "Location: /loop\r\n", b""),
                Some("/file") => ("302 Found", "Location: file:///etc/passwd\r\n", b""),
                Some("/page") => ("200 OK", "", b"<html>"),
                _ => ("404 Not Found", "", b""),
            };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(body);
        }
    });
    let copy = |url: &str| author.browser.submit(&format!("{pictures}/copy"), &[("url", url)]);
    for url in ["file:///etc/passwd", "javascript:alert(1)", "//x/y", "", "http://a:b@example.com/"] {
        assert_eq!(copy(url).0, 422, "{url}");
    }
    for url in ["http://169.254.169.254/latest", "http://[::1]/", "http://10.0.0.1/a.png"] {
        let (status, refused) = copy(url);
        assert!(status == 422 && refused.contains("不允许访问"), "the guard: {url} {refused}");
    }
    let copy = |path: &str| {
        author.browser.submit(&format!("{pictures}/copy"), &[("url", &format!("http://{at}{path}"))]).0
    };
    for (path, status) in
        [("/picture", 200), ("/moved", 200), ("/loop", 422), ("/file", 422), ("/page", 422), ("/none", 422)]
    {
        assert_eq!(copy(path), status, "{path}");
    }
}

#[test]
fn an_editor_of_one_account_has_no_article_of_another() {
    let fixture = ProgramFixture::start();
    let other = fixture.account("另一个");
    let ann = Author::new(&fixture, "ann");
    assert_eq!(ann.save(0, "秘密", "<p>秘密</p>", "save").0, 200);
    let bob = Author {
        browser: operator(&fixture, "bob", &format!("editor:{other}")),
        unionid: other.clone(),
        path: ann.path.clone(),
    };
    let of_other = ann.path.replace(&ann.unionid, &other);
    for path in [ann.path.clone(), of_other.clone()] {
        for below in ["", "/preview", "/history", "/history/1", "/history/compare?from=1&to=2"] {
            assert_eq!(bob.browser.open(&format!("{path}{below}")).0, 404, "{path}{below}");
        }
        for below in ["/delete", "/history/1/restore"] {
            assert_eq!(bob.browser.submit(&format!("{path}{below}"), &[]).0, 404, "{path}{below}");
        }
        let at = Author { browser: bob.browser.clone(), unionid: other.clone(), path };
        assert_eq!(at.save(1, "题", "<p>x</p>", "publish").0, 404);
    }
    let unionid = &ann.unionid;
    assert_eq!(bob.browser.open(&format!("/console/articles?account={unionid}")).0, 404);
    assert_eq!(bob.browser.submit("/console/articles", &[("account", unionid)]).0, 404);
    let picture = [Part::file("picture", "x.gif", GIF)];
    assert_eq!(
        bob.browser.submit_parts(&format!("/console/articles/{unionid}/pictures"), &picture, &[]).0,
        404
    );
    assert_eq!(bob.browser.submit(&format!("/console/articles/{unionid}/pictures/copy"), &[]).0, 404);
    assert!(ann.browser.page(&ann.path).contains("秘密"));
    // Other roles, nobody, and other sites.
    let agent = operator(&fixture, "agent", "agent");
    assert_eq!(agent.open(&ann.path).0, 403);
    assert_eq!(agent.submit(&format!("{}/delete", ann.path), &[]).0, 403);
    assert_eq!(Browser::signed_out(fixture.url()).open(&ann.path).0, 303);
    let foreign = [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")];
    for path in
        [ann.path.clone(), format!("{}/delete", ann.path), format!("/console/articles/{unionid}/pictures")]
    {
        assert_eq!(ann.browser.request("POST", &path, &foreign), 403, "{path}");
    }
}

#[test]
fn two_versions_are_compared() {
    let fixture = ProgramFixture::start();
    let ann = Author::new(&fixture, "ann");
    let id: i64 = ann.path.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(ann.save(0, "题", "<p>周六上午</p><p>不变</p>", "save").0, 200);
    // Those of an app are another version.
    let article =
        json!({ "article_id": id, "title": "题", "content": "<p>周日上午</p><p>不变</p><p>&lt;b&gt;</p>" });
    let unionid = &ann.unionid;
    fixture.ok("/topapi/material/article/update", &json!({ "unionid": unionid, "article": article }));
    let history = ann.browser.page(&format!("{}/history", ann.path));
    let versions: Vec<i64> = history
        .split("<option value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse().ok())
        .collect();
    let (newest, before) = (versions[0], versions[1]);
    let compare = |from: i64, to: i64| format!("{}/history/compare?from={from}&to={to}", ann.path);
    let page = ann.browser.page(&compare(before, newest));
    for part in ["周<del>六</del><ins>日</ins>上午", "<ins>&#60;b&#62;</ins>", "新增 4 字，删除 1 字"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = ann.browser.page(&compare(newest, before));
    assert!(page.contains("周<del>日</del><ins>六</ins>上午"), "the other way round: {page}");
    assert!(ann.browser.page(&compare(newest, newest)).contains("相同"));
    for query in ["", "?from=1", "?from=x&to=1", "?from=1&to=99", "?from=0&to=1"] {
        assert_eq!(ann.browser.open(&format!("{}/history/compare{query}", ann.path)).0, 404, "{query}");
    }
    let path = format!(
        "/v1.0/carillon/articles/{id}/versions/{newest}/difference?unionid={}&since={before}",
        ann.unionid
    );
    let found: Value = serde_json::from_str(&ann.browser.page(&path)).unwrap();
    assert_eq!(
        (&found["inserted"], &found["removed"], &found["coverChanged"]),
        (&json!(4), &json!(1), &json!(false))
    );
    assert_eq!(found["blocks"][0]["pieces"][1], json!({ "change": "removed", "text": "六" }), "{found}");
}

#[test]
fn limits_are_named() {
    let fixture = ProgramFixture::start();
    let author = Author::new(&fixture, "ann");
    let long = |length| "字".repeat(length);
    assert_eq!(author.save(0, &long(256), &long(500_000), "save").0, 200, "at the limits");
    for (title, content, reason) in [(long(257), long(1), "标题最多"), (long(1), long(500_001), "正文过长")]
    {
        let (status, refused) = author.save(1, &title, &content, "save");
        assert!(status == 422 && refused["message"].as_str().unwrap().contains(reason), "{refused}");
    }
    // The page has what was saved last, and opens quickly enough to be tested with it.
    assert!(author.browser.page(&author.path).contains(&long(500_000)));
}
