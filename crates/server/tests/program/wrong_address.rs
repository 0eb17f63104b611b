//! Unknown addresses on the whole server: programs get the error of the host, browsers a page.

use std::process::Command;

use crate::console::operator;
use serde_json::Value;
use testkit::program::{Program, ProgramFixture, executable};
use ureq::http::{Method, Request, Response};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

fn request(url: &str, method: &Method, path: &str, accept: Option<&str>) -> Response<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .build()
        .into();
    let mut request = Request::builder().method(method).uri(format!("{url}{path}"));
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    let mut response = agent.run(request.body(()).unwrap()).unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    response.map(|_| text)
}

/// Unknown addresses below those of pages, files and operations.
const UNKNOWN_PATHS: [&str; 12] = [
    "/nothing",
    "/topapi/no/such",
    "/topapi/serviceaccount/list/",
    "/media/downloadFiles",
    "/media/get",
    "/media/x",
    "/assets/x",
    "/assets/",
    "/lang/x",
    "/inbox/",
    "/healthz/",
    "/cgi-bin/gettoken",
];

#[test]
fn a_program_at_a_wrong_address_gets_the_error_of_the_host() {
    let fixture = ProgramFixture::start();
    for path in UNKNOWN_PATHS {
        for accept in [None, Some("*/*"), Some("application/json"), Some("application/json, text/plain, */*")]
        {
            for method in [Method::GET, Method::POST] {
                let response = request(fixture.url(), &method, path, accept);
                assert_eq!(response.status(), 200, "{method} {path}");
                let kind = response.headers()["content-type"].to_str().unwrap();
                assert!(kind.starts_with("application/json"), "{method} {path}: {kind}");
                let body: Value = serde_json::from_str(response.body()).unwrap();
                assert_eq!(body["errcode"], 22, "{method} {path}: {body}");
            }
        }
    }
    // Pages and files that support only GET.
    for path in [
        "/inbox",
        "/assets/x",
        "/lang/zh",
        "/media/@lAnobody",
        "/healthz",
        "/openapi.json",
        "/article/c/a",
        "/connect",
    ] {
        let response = request(fixture.url(), &Method::POST, path, None);
        let body: Value = serde_json::from_str(response.body()).unwrap();
        assert_eq!((response.status().as_u16(), body["errcode"].as_i64()), (200, Some(22)), "{path}");
    }
    for path in ["/v1.0/no/such", "/v2.0/x"] {
        let response = request(fixture.url(), &Method::POST, path, Some("application/json"));
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }
}

#[test]
fn a_browser_at_a_wrong_address_gets_the_page_for_it() {
    let fixture = ProgramFixture::start();
    for path in UNKNOWN_PATHS.into_iter().chain(["/v1.0/no/such", "/v2.0/x", "/appscope/apply"]) {
        for method in [Method::GET, Method::POST] {
            if path == "/appscope/apply" && method == Method::POST {
                continue;
            }
            let response = request(fixture.url(), &method, path, Some(BROWSER));
            assert_eq!(response.status(), 404, "{method} {path}");
            assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8", "{method} {path}");
            assert!(response.headers().contains_key("content-security-policy"), "{path}");
            assert!(!response.headers().contains_key("access-control-allow-origin"), "{path}");
            let page = response.body();
            assert!(page.contains("找不到这个页面") && !page.contains("ApiName"), "{path}: {page}");
        }
    }
    // An old link to a file. An `img` does not accept pages.
    for path in ["/media/@lAnobody", "/media/$nobody", "/talk/pictures/nobody"] {
        let page = request(fixture.url(), &Method::GET, path, Some(BROWSER));
        assert_eq!(page.status(), 404, "{path}");
        assert!(page.body().contains("找不到这个页面"), "{path}: {}", page.body());
        for accept in [None, Some("*/*"), Some("image/avif,image/webp,*/*;q=0.8")] {
            let empty = request(fixture.url(), &Method::GET, path, accept);
            assert_eq!((empty.status().as_u16(), empty.body().as_str()), (404, ""), "{path} {accept:?}");
        }
    }
    let english = request(fixture.url(), &Method::GET, "/lang/en?next=/nothing", Some(BROWSER));
    assert_eq!(english.status(), 303, "existing addresses still work");
}

#[test]
fn a_wrong_address_of_the_console_leads_back_to_its_home() {
    let fixture = ProgramFixture::start();
    let auditor = operator(&fixture, "auditor", "auditor");
    let nobody = fixture.browser("nobody", 1);
    let outside = testkit::browser::Browser::signed_out(fixture.url());
    let accept = |language: &'static str| [("accept", BROWSER), ("accept-language", language)];
    for path in ["/console/nothing", "/console/", "/console/audit/nothing", "/console/sends/a/b/c/d"] {
        for (browser, has_sections) in [(&auditor, true), (&nobody, false), (&outside, false)] {
            let (status, page) = browser.open_with(path, &accept("zh-CN"));
            assert_eq!(status, 404, "{path}");
            assert!(page.contains("找不到这个页面") && page.contains("回到管理后台首页"), "{path}: {page}");
            assert!(page.contains("class=\"desk") && page.contains("href=\"/console\""), "{path}: {page}");
            assert_eq!(page.contains("id=\"sections\""), has_sections, "{path}: {page}");
            assert_eq!(page.contains("href=\"/console/audit\""), has_sections, "{path}: {page}");
            assert!(
                !page.contains("aria-current") && !page.contains("href=\"/console/apps\""),
                "{path}: {page}"
            );
            let (status, page) = browser.open_with(path, &accept("en"));
            assert!(status == 404 && page.contains("Back to the console"), "{path}: {page}");
        }
        let response = request(fixture.url(), &Method::POST, path, Some(BROWSER));
        assert!(response.status() == 404 && response.body().contains("回到管理后台首页"), "{path}");
        let program = request(fixture.url(), &Method::GET, path, Some("application/json"));
        assert_eq!((program.status().as_u16(), program.body().contains("ApiName")), (200, true), "{path}");
    }
    // What a section does not have leads back to the console too, and tells where the reader is.
    let (status, page) = auditor.open_with("/console/nothings", &accept("zh-CN"));
    assert!(status == 404 && page.contains("回到管理后台首页"), "{page}");
    let hr = operator(&fixture, "hr", "members");
    let (status, page) = hr.open("/console/groups/nothing");
    assert!(status == 404 && page.contains("回到管理后台首页"), "{page}");
    assert!(page.contains("<a href=\"/console/groups\" aria-current=\"page\">"), "{page}");
    let (status, page) = outside.open_with("/consoles", &accept("zh-CN"));
    assert!(status == 404 && !page.contains("管理后台"), "{page}");
}

#[test]
fn pages_and_files_carry_no_permission_for_other_origins() {
    let fixture = ProgramFixture::start();
    for path in ["/sign-in", "/inbox", "/openapi.json", "/healthz", "/media/@lAnobody"] {
        for method in [Method::GET, Method::OPTIONS] {
            let response = request(fixture.url(), &method, path, Some(BROWSER));
            assert!(!response.headers().contains_key("access-control-allow-origin"), "{method} {path}");
        }
    }
}

#[test]
fn the_page_about_a_permission_shows_only_the_command() {
    let fixture = ProgramFixture::start();
    let page_for = |content: &str| {
        let path = format!("/appscope/apply?content={content}");
        request(fixture.url(), &Method::GET, &path, Some(BROWSER))
    };
    let page = page_for("dingkey%23qyapi_get_member%2CContact.User.Read");
    assert_eq!(page.status(), 200);
    let command = "carillon app grant dingkey qyapi_get_member Contact.User.Read";
    assert!(page.body().contains(command), "{}", page.body());
    for hostile in [
        "dingkey",
        "%23a",
        "dingkey%23",
        "k%23a%3B+reboot",
        "k%23-x",
        "k%23%3Cb%3E",
        "%24(id)%23a",
        &"k".repeat(2000),
    ] {
        assert_eq!(page_for(hostile).status(), 404, "{hostile}");
    }
}

#[test]
fn refusals_are_logged_with_their_text() {
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "exec \"$0\" serve \"$1\" \"$2\" \"$3\" info \"$5\" \"$6\" 2>\"$LOG\""])
        .arg(executable().get_program())
        .env("LOG", &log);
    let mut server = Program::spawn(&mut shell, data.path());
    let url = server.url.clone();
    request(&url, &Method::GET, "/topapi/no/such?access_token=secret", None);
    request(&url, &Method::POST, "/v2.0/no/such", None);
    request(&url, &Method::GET, "/nothing%0Ahere", Some(BROWSER));
    request(&url, &Method::GET, "/gettoken?appkey=a&appsecret=secret", None);
    request(&url, &Method::POST, "/topapi/serviceaccount/list?access_token=secret", None);
    assert_eq!(server.terminate(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    let line = |what: &str| {
        let mut lines = log.lines().filter(|line| line.contains("request") && line.contains(what));
        let line = lines.next().unwrap_or_else(|| panic!("no line with {what} in {log}"));
        assert!(lines.next().is_none(), "{what} twice: {log}");
        line.to_owned()
    };
    assert!(line("/topapi/no/such").contains("dingtalk.oapi.no.such"));
    assert!(line("/v2.0/no/such").contains("Specified api is not found"));
    assert!(line("/nothing%0Ahere").contains("404"));
    assert!(line("credentials.gettoken").contains("不合法的appKey或appSecret"));
    assert!(line("serviceaccount.list").contains("不合法的access_token"));
    assert!(!log.contains("secret"), "no credentials: {log}");
}
