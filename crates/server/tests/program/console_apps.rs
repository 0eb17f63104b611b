//! Apps in the console: permissions, secrets and settings.

use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture, app, carillon_json},
};

use crate::console::operator;

const APPS: &str = "/console/apps";

/// The secret on a page that shows it once.
fn secret(page: &str) -> String {
    let (_, rest) = page.split_once("Client Secret</dt><dd><code>").unwrap_or_else(|| panic!("{page}"));
    rest.split('<').next().unwrap().to_owned()
}

fn token(fixture: &ProgramFixture, key: &str, secret: &str) -> Value {
    fixture.program().get_json(&format!("/gettoken?appkey={key}&appsecret={secret}"))
}

/// The codes that the page of an app lists as granted.
fn granted(page: &str) -> Vec<&str> {
    let fields = page.split("name=\"held\" value=\"").skip(1);
    fields.map(|rest| rest.split('"').next().unwrap()).collect()
}

fn create(browser: &Browser, name: &str, password: &str) -> (u16, String) {
    browser.submit(APPS, &[("name", name), ("type", "internal"), ("password", password)])
}

#[test]
fn a_new_app_has_its_secret_on_one_page_for_who_types_the_password() {
    let fixture = ProgramFixture::start();
    let developer = operator(&fixture, "developer", "developer");
    assert!(developer.page(APPS).contains("type=\"password\""));
    for (name, password, reason) in [
        ("报表", "", "请输入登录密码"),
        ("报表", "wrong", "密码不正确"),
        ("", PASSWORD, "名称为 1 到 100 个字"),
        (&"字".repeat(101), PASSWORD, "名称为 1 到 100 个字"),
    ] {
        let (status, page) = create(&developer, name, password);
        assert!(status == 422 && page.contains(reason), "{reason}: {page}");
        assert!(page.contains(&format!("value=\"{name}\"")), "what was typed stays");
    }
    // The right password above counts for some minutes.
    assert!(!developer.page(APPS).contains("type=\"password\""));
    let (status, page) = create(&developer, "报表", "");
    assert_eq!(status, 200, "{page}");
    let secret = secret(&page);
    let listed = fixture.command_json(&["app", "list"]);
    let created = listed.as_array().unwrap().iter().find(|app| app["name"] == "报表").unwrap();
    let key = created["app_key"].as_str().unwrap();
    assert_eq!((&created["grants"], &created["type"]), (&json!([]), &json!("internal")));
    assert_eq!(token(&fixture, key, &secret)["errcode"], 0);
    let path = format!("{APPS}/{key}");
    for page in [developer.page(&path), developer.page(APPS)] {
        assert!(page.contains("报表") && !page.contains(&secret), "{page}");
    }
    // Another session has to type it again.
    let other = fixture.sign_in("developer").unwrap();
    assert_eq!(create(&other, "另一个", "").0, 422);
    assert_eq!(other.submit(&format!("{path}/secret"), &[]).0, 422);
    assert_eq!(token(&fixture, key, &secret)["errcode"], 0, "it was not renewed");

    let (status, page) = other.submit(&format!("{path}/secret"), &[("password", PASSWORD)]);
    assert_eq!(status, 200, "{page}");
    let renewed = self::secret(&page);
    assert_eq!(token(&fixture, key, &secret)["errcode"], 40096);
    assert_eq!(token(&fixture, key, &renewed)["errcode"], 0);
    let trail = operator(&fixture, "auditor", "auditor").page("/console/audit");
    assert!(trail.contains("console.app.create") && trail.contains("console.app.secret"), "{trail}");
    assert!(!trail.contains(&secret) && !trail.contains(&renewed) && !trail.contains(PASSWORD), "{trail}");
}

#[test]
fn no_operator_gets_more_rights_by_an_app() {
    let fixture = ProgramFixture::start();
    let developer = operator(&fixture, "developer", "developer");
    let owner = operator(&fixture, "owner", "owner");
    let agent = operator(&fixture, "agent", "agent");
    let main = format!("{APPS}/{}", fixture.key());
    let page = developer.page(&main);
    assert!(page.contains("只有所有者能重置密钥") && !page.contains(&format!("{main}/secret")), "{page}");
    assert!(!page.contains("未授予的权限"), "a developer adds none: {page}");
    let form = [("password", PASSWORD)];
    assert_eq!(developer.submit(&format!("{main}/secret"), &form).0, 403);
    assert_eq!(token(&fixture, fixture.key(), fixture.secret())["errcode"], 0);
    for action in ["secret", "permissions", "name", "disable", "enable"] {
        assert_eq!(agent.submit(&format!("{main}/{action}"), &form).0, 403, "{action}");
    }
    assert_eq!(create(&agent, "报表", PASSWORD).0, 403);

    let bare =
        app(fixture.data.path(), &fixture.corp, "internal", "")["app_key"].as_str().unwrap().to_owned();
    let path = format!("{APPS}/{bare}");
    let set = |browser: &Browser, form: &[(&str, &str)]| browser.submit(&format!("{path}/permissions"), form);
    let (status, page) = set(&developer, &[("permission", "qyapi_get_member")]);
    assert!(status == 403 && page.contains("这需要所有者的角色"), "{page}");
    // Nor by a form that says that the app had it.
    let lie = [("held", "qyapi_get_member"), ("permission", "qyapi_get_member")];
    assert_eq!(set(&developer, &lie).0, 303);
    assert!(granted(&developer.page(&path)).is_empty());
    assert_eq!(set(&owner, &[("permission", "qyapi_bass")]).0, 422);
    let two = [("permission", "qyapi_base"), ("permission", "qyapi_get_member")];
    assert_eq!(set(&owner, &two).0, 303);
    let page = developer.page(&path);
    assert_eq!(granted(&page), ["qyapi_base", "qyapi_get_member"]);
    assert!(page.contains("/topapi/v2/user/get") && page.contains("user_add_org"), "what it opens: {page}");
    // The owner opened the page before somebody took one away: it stays away.
    let held = |permissions: &[(&'static str, &'static str)]| {
        let held = [("held", "qyapi_base"), ("held", "qyapi_get_member")];
        [held.as_slice(), permissions].concat()
    };
    assert_eq!(set(&developer, &held(&[("permission", "qyapi_get_member")])).0, 303);
    assert_eq!(granted(&developer.page(&path)), ["qyapi_get_member"]);
    assert_eq!(set(&owner, &held(&two)).0, 303);
    assert_eq!(granted(&developer.page(&path)), ["qyapi_get_member"]);
}

#[test]
fn a_disabled_app_stops_at_once_and_only_owners_enable_it() {
    let fixture = ProgramFixture::start();
    let developer = operator(&fixture, "developer", "developer");
    let owner = operator(&fixture, "owner", "owner");
    let created = app(fixture.data.path(), &fixture.corp, "internal", "qyapi_get_member");
    let (key, secret) = (created["app_key"].as_str().unwrap(), created["app_secret"].as_str().unwrap());
    let before = token(&fixture, key, secret)["access_token"].as_str().unwrap().to_owned();
    let path = format!("{APPS}/{key}");
    let rename = format!("{path}/name");
    let (status, page) = developer.submit(&rename, &[("name", "\u{7}")]);
    assert!(status == 422 && page.contains("名称为 1 到 100 个字"), "{page}");
    assert_eq!(developer.submit(&rename, &[("name", "考勤")]).0, 303);
    assert_eq!(developer.submit(&format!("{path}/disable"), &[]).0, 303);
    let page = developer.page(&path);
    assert!(
        page.contains("考勤") && page.contains("已停用") && !page.contains("启用应用</button>"),
        "{page}"
    );
    assert_eq!(token(&fixture, key, secret)["errmsg"], "不合法的appKey或appSecret: 应用已停用");
    let called = fixture
        .program()
        .json(&format!("/topapi/v2/user/get?access_token={before}"), &json!({ "userid": "developer" }));
    assert_eq!(called["sub_code"], "40014", "{called}");
    assert_eq!(developer.submit(&format!("{path}/enable"), &[]).0, 403);
    assert_eq!(owner.submit(&format!("{path}/enable"), &[]).0, 303);
    assert_eq!(token(&fixture, key, secret)["errcode"], 0);

    // The command line does the same.
    assert_eq!(fixture.command_json(&["app", "disable", key])["disabled"], json!(true));
    assert_eq!(token(&fixture, key, secret)["errcode"], 40096);
    assert_eq!(fixture.command_json(&["app", "enable", key])["disabled"], json!(false));
    assert_eq!(fixture.command_json(&["app", "rename", key, "--name", "报表"])["name"], json!("报表"));
    assert_eq!(developer.open(&format!("{APPS}/dingnothing")).0, 404);
}

#[test]
fn an_app_of_another_organisation_is_not_there() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let other = carillon_json(fixture.data.path(), &["corp", "create", "--name", "另一个组织"]);
    let other = other["corp_id"].as_str().unwrap().to_owned();
    let key = app(fixture.data.path(), &other, "internal", "")["app_key"].as_str().unwrap().to_owned();
    let path = format!("{APPS}/{key}");
    assert!(!owner.page(APPS).contains(&key));
    assert_eq!(owner.open(&path).0, 404);
    for action in ["secret", "permissions", "name", "disable", "enable"] {
        let form = [("password", PASSWORD), ("permission", "qyapi_base"), ("name", "x")];
        assert_eq!(owner.submit(&format!("{path}/{action}"), &form).0, 404, "{action}");
    }
}
