//! The reference of the API, for everybody: pages, Markdown, search, other formats, export.

use std::fs;

use serde_json::Value;
use testkit::program::{ProgramFixture, carillon};
use ureq::http::Response;

fn get(fixture: &ProgramFixture, path: &str, headers: &[(&str, &str)]) -> Response<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(format!("{}{path}", fixture.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.call().unwrap();
    let text = response.body_mut().with_config().limit(16 << 20).read_to_string().unwrap();
    response.map(|_| text)
}

fn page(fixture: &ProgramFixture, path: &str, language: &str) -> String {
    let response = get(fixture, path, &[("accept", "text/html"), ("accept-language", language)]);
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8", "{path}");
    assert!(response.headers().contains_key("content-security-policy"), "{path}");
    response.into_body()
}

fn operations(document: &Value) -> Vec<(&str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().values().map(move |operation| (path.as_str(), operation))
    });
    operations.collect()
}

#[test]
fn each_operation_and_event_has_a_page_in_both_languages_without_a_session() {
    let fixture = ProgramFixture::start();
    let document: Value = serde_json::from_str(&fixture.program().get("/openapi.json")).unwrap();
    let operations = operations(&document);
    assert!(operations.len() > 280, "{}", operations.len());
    let home = page(&fixture, "/reference", "zh");
    for (path, operation) in &operations {
        let id = operation["operationId"].as_str().unwrap();
        assert!(home.contains(&format!("href=\"/reference/{id}\"")), "{id} is in the tree");
        for (language, title) in [("zh", "x-title-zh"), ("en", "summary")] {
            let page = page(&fixture, &format!("/reference/{id}"), language);
            let title = operation[title].as_str().unwrap().replace('\'', "&#39;");
            assert!(page.contains(&format!("<h1>{title}</h1>")), "{id}: {title}");
            assert!(page.contains(path) && page.contains("curl "), "{id}");
            let words = page.split_once("<main").unwrap().1;
            assert!(!words.contains("{{") && !words.contains("{%"), "{id} is rendered");
        }
    }
    for (name, event) in document["webhooks"].as_object().unwrap() {
        for (language, title) in [("zh", "x-title-zh"), ("en", "summary")] {
            let page = page(&fixture, &format!("/reference/events/{name}"), language);
            assert!(page.contains(&format!("<h1>{}</h1>", event["post"][title].as_str().unwrap())), "{name}");
        }
    }
    for path in ["/reference/events", "/reference/errors", "/reference/permissions"] {
        assert_ne!(page(&fixture, path, "zh"), page(&fixture, path, "en"));
    }
}

#[test]
fn a_page_has_what_the_server_enforces() {
    let fixture = ProgramFixture::start();
    let page = page(&fixture, "/reference/serviceaccount.list", "zh");
    for text in [
        "查询服务号列表",
        "List service accounts",
        "服务端API › 专属钉钉 › 互动服务窗 › 服务号管理",
        "oapi.dingtalk.com",
        "qyapi_service_account_manage",
        "1 到 50",
        "page_size",
        "disabled",
        "不合法的参数",
        "https://open.dingtalk.com/document/",
        "不可以",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for language in ["Shell", "Swift", "Objective-C", "OCaml", "R</span>"] {
        assert!(page.contains(language), "{language} is named without script");
    }
    // An operation that the platform has and this server lacks says so; others are unknown.
    assert!(self::page(&fixture, "/reference/other.trusted_device_add", "zh").contains("本服务器目前没有"));
    for path in
        ["/reference/nothing", "/reference/events/nothing", "/reference/guides/nothing", "/reference/a/b/c"]
    {
        assert_eq!(get(&fixture, path, &[("accept", "text/html")]).status(), 404, "{path}");
    }
}

#[test]
fn programs_get_markdown() {
    let fixture = ProgramFixture::start();
    let by_name = get(&fixture, "/reference/mass.send.md", &[("accept-language", "en")]);
    let by_type =
        get(&fixture, "/reference/mass.send", &[("accept-language", "en"), ("accept", "text/markdown")]);
    assert_eq!(by_name.body(), by_type.body());
    assert_eq!(by_name.headers()["content-type"], "text/markdown; charset=utf-8");
    for text in [
        "# Send a message to many",
        "`POST /v1.0/exclusive/follow/message/send`",
        "- `unionid` (string; required",
    ] {
        assert!(by_name.body().contains(text), "{text}: {}", by_name.body());
    }
    // Browsers accept everything, but name HTML.
    let browser = get(&fixture, "/reference/mass.send", &[("accept", "text/html,text/markdown,*/*;q=0.8")]);
    assert_eq!(browser.headers()["content-type"], "text/html; charset=utf-8");
    let llms = get(&fixture, "/llms.txt", &[("accept-language", "zh")]).into_body();
    assert!(llms.contains(&format!("{}/reference/mass.send.md", fixture.url())), "{llms}");
    assert!(llms.contains("/reference/guides/callback.md"));
    for guide in ["token", "callback", "permissions"] {
        let text = get(&fixture, &format!("/reference/guides/{guide}.md"), &[]).into_body();
        assert!(text.starts_with("# ") && !text.contains("{{base_url}}"), "{guide}: {text}");
        assert!(page(&fixture, &format!("/reference/guides/{guide}"), "zh").contains("<h1>"));
    }
}

#[test]
fn what_is_searched_for_is_found_and_nothing_typed_breaks_the_page() {
    let fixture = ProgramFixture::start();
    let search = |typed: &str| page(&fixture, &format!("/reference/search?q={typed}"), "zh");
    assert!(search("chaxunfuwuhao").contains("href=\"/reference/serviceaccount.list\""));
    assert!(search("800004").contains("href=\"/reference/serviceaccount.add\""));
    assert!(search("%3Cscript%3E").contains("没有找到"));
    assert!(!search("%3Cscript%3E").contains("<script>"));
    assert!(search(&"a".repeat(5_000)).contains("没有找到"));
    assert!(search("").contains("没有找到"));
}

#[test]
fn the_document_comes_in_both_versions_and_as_a_collection() {
    let fixture = ProgramFixture::start();
    let json = |path: &str| -> Value {
        let response = get(&fixture, path, &[]);
        assert_eq!(
            (response.status(), &response.headers()["content-type"]),
            (200.try_into().unwrap(), &"application/json".parse().unwrap())
        );
        serde_json::from_str(response.body()).unwrap()
    };
    let document = json("/openapi.json?dialect=3.1");
    let converted = json("/openapi.json?dialect=3.0");
    assert_eq!((&document["openapi"], &converted["openapi"]), (&"3.1.0".into(), &"3.0.3".into()));
    assert_eq!(operations(&document).len(), operations(&converted).len());
    assert_eq!(get(&fixture, "/openapi.json?dialect=2", &[]).status(), 400);
    let collection = json("/reference/postman.json");
    let items =
        collection["item"].as_array().unwrap().iter().flat_map(|folder| folder["item"].as_array().unwrap());
    assert_eq!(items.count(), operations(&document).len());
}

#[test]
fn the_reference_is_taken_along_as_files() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("reference");
    let export = |base: &str| {
        carillon(folder.path(), &["reference", "export", target.to_str().unwrap(), "--base-url", base])
    };
    let done = export("https://carillon.example");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let read =
        |name: &str| fs::read_to_string(target.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (language, title) in [("zh", "查询服务号列表"), ("en", "List service accounts")] {
        let page = read(&format!("{language}/reference.html"));
        assert!(page.contains(title) && page.contains("id=\"serviceaccount.list\""));
        for outside in ["<script", "src=\"/", "href=\"/assets", "href=\"/reference", "<link"] {
            assert!(!page.contains(outside), "{language}: {outside}");
        }
        assert!(
            read(&format!("{language}/serviceaccount.list.md")).contains("https://carillon.example/topapi/")
        );
        assert!(read(&format!("{language}/guides/token.md")).contains("https://carillon.example"));
    }
    let document: Value = serde_json::from_str(&read("openapi-3.0.json")).unwrap();
    assert_eq!(document["openapi"], "3.0.3");
    // Nothing that is there already is written over.
    assert_eq!(export("https://other.example").status.code(), Some(1));
    assert!(read("zh/guides/token.md").contains("https://carillon.example"));
}
