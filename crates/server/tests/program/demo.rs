//! `carillon demo`.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::{
    browser::Browser,
    program::{Program, app, carillon, carillon_json, organisation},
};

fn start(data: &Path) -> Program {
    Program::start_command(&["demo", "--members", "30"], data)
}

/// Reads `demo.json`, which is written before the server prints that it is ready.
fn description(data: &Path) -> Value {
    serde_json::from_slice(&fs::read(data.join("demo.json")).unwrap()).unwrap()
}

#[test]
fn the_description_is_correct_and_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let server = start(data);
    let mut demo = description(data);
    assert_eq!(demo["base_url"], server.url);
    assert!(demo["corp_id"].as_str().unwrap().starts_with("ding"));

    // Three apps: the main one with all permissions, one without permissions, and a third-party app.
    let apps = demo["apps"].as_array().unwrap();
    let kinds: Vec<_> = apps.iter().map(|app| app["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["internal", "internal", "isv"]);
    assert_eq!(
        (&apps[0]["app_key"], &apps[0]["app_secret"]),
        (&demo["app"]["app_key"], &demo["app"]["app_secret"])
    );
    assert!(demo["app"]["agent_id"].is_i64());
    assert_eq!(apps[1]["grants"], json!([]));
    let tokens: Vec<_> = apps.iter().map(|app| server.token(app)).collect();
    let call =
        |token: &str, path: &str, body: Value| server.json(&format!("{path}?access_token={token}"), &body);
    let list = |token: &str| call(token, "/topapi/serviceaccount/list", json!({}));
    assert_eq!(
        (&list(&tokens[1])["sub_code"], &list(&tokens[2])["sub_code"]),
        (&json!("60011"), &json!("60011"))
    );

    let accounts = list(&tokens[0]);
    let names = |items: &Value, id: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut names: Vec<_> =
            items.as_array().unwrap().iter().map(|item| (text(&item[id]), text(&item["name"]))).collect();
        names.sort();
        names
    };
    assert_eq!(names(&demo["service_accounts"], "unionid"), names(&accounts["items"], "unionid"));
    assert_eq!(accounts["total_count"], 3);
    for department in demo["departments"].as_array().unwrap() {
        let got = call(&tokens[0], "/topapi/v2/department/get", json!({ "dept_id": department["dept_id"] }));
        assert_eq!(got["result"]["name"], department["name"]);
    }
    for role in demo["roles"].as_array().unwrap() {
        let got = call(&tokens[0], "/topapi/role/getrole", json!({ "roleId": role["role_id"] }));
        assert_eq!(got["role"]["name"], role["name"]);
    }
    let page = server.get("/sign-in");
    let members = demo["members"].as_array().unwrap();
    assert!(page.contains(members[0]["name"].as_str().unwrap()), "members can be picked");
    let sign_in = |url: &str, member: &Value| {
        Browser::sign_in(url, member["userid"].as_str().unwrap(), member["password"].as_str().unwrap())
    };
    let inbox = sign_in(&server.url, &members[0]).unwrap().list();
    assert!(inbox.iter().any(|row| row.unread > 0), "{inbox:?}");

    // An operator of each role, the administrator as the owner.
    let operators = demo["operators"].as_array().unwrap();
    assert_eq!(operators.len(), 9);
    assert_eq!(
        (&operators[0]["role"], &operators[0]["userid"]),
        (&json!("owner"), &demo["admin"]["username"])
    );
    for operator in operators {
        let (status, home) = sign_in(&server.url, operator).unwrap().open("/console");
        assert_eq!(status, 200, "{operator}: {home}");
        assert_eq!(home.contains("/console/operators"), operator["role"] == "owner", "{operator}");
        assert_eq!(
            home.contains("/console/audit"),
            ["owner", "auditor"].contains(&operator["role"].as_str().unwrap())
        );
    }

    // The console shows an organisation at work.
    let console = |role: &str, path: &str| {
        let operator = operators.iter().find(|operator| operator["role"] == role).unwrap();
        sign_in(&server.url, operator).unwrap().page(path)
    };
    assert!(console("approver", "/console").contains("全员大会改在二号楼"), "it waits for approval");
    let drafts = console("editor", "/console/drafts");
    assert!(drafts.contains("待审批") && drafts.contains("图书角的新书"), "{drafts}");
    let home = console("sender", "/console");
    assert!(home.contains("年度体检预约"), "it is scheduled: {home}");
    assert_eq!(console("agent", "/console").matches("<span class=\"badge\">2</span>").count(), 2);
    assert!(console("agent", "/console/comments").contains("可以在线提问吗"));

    // A service account greets a member who opens its conversation, and replies to keywords.
    let help_desk = &demo["service_accounts"][2]["unionid"];
    let help_desk = help_desk.as_str().unwrap();
    let member = sign_in(&server.url, &members[0]).unwrap();
    let new_messages = |before: &[String]| -> Vec<String> {
        let ids = member.conversation(help_desk).into_iter().filter(|id| !before.contains(id));
        ids.map(|id| member.message(help_desk, &id).unwrap()).collect()
    };
    let before = member.conversation(help_desk);
    assert!(new_messages(&[]).iter().any(|message| message.contains("Hello, this is the IT desk")));
    let written = member.write(help_desk, "My WiFi is slow");
    assert_eq!(written.len(), 2, "the question and its answer");
    let answers = new_messages(&before);
    assert!(answers.iter().any(|message| message.contains("Carillon-Office")), "{answers:?}");
    let before = member.conversation(help_desk);
    member.write(help_desk, "my password");
    let answers = new_messages(&before);
    assert!(answers.iter().any(|message| message.contains("<a href=\"/me/password\"")), "{answers:?}");
    assert!(member.page("/me/password").contains("name=\"current\""), "the link works");

    let inbox = sign_in(&server.url, &members[0]).unwrap().list();
    let admin = json!({ "userid": demo["admin"]["username"], "password": demo["admin"]["password"] });
    assert!(sign_in(&server.url, &admin).is_some());

    // Every operation that returns the main administrator returns this one.
    let listed = call(&tokens[0], "/topapi/user/listadmin", json!({}));
    assert_eq!(listed["result"], json!([{ "userid": admin["userid"], "sys_level": 1 }]));
    for member in members {
        let got = call(&tokens[0], "/topapi/v2/user/get", json!({ "userid": member["userid"] }));
        let is_admin = member["userid"] == admin["userid"];
        assert_eq!((&got["result"]["name"], &got["result"]["admin"]), (&member["name"], &json!(is_admin)));
    }
    let groups = demo["groups"].as_array().unwrap();
    assert!(groups.len() > 3, "{groups:?}");
    for group in groups {
        let url = format!("{}/v1.0/carillon/groups/get", server.url);
        let request = ureq::post(url).header("x-acs-dingtalk-access-token", &tokens[0]);
        let body = json!({ "openConversationId": group["open_conversation_id"] });
        let got: Value = request.send_json(body).unwrap().body_mut().read_json().unwrap();
        assert_eq!(got["title"], group["name"]);
    }
    // All permissions are granted.
    let all = carillon_json(data, &["app", "permissions"]);
    let grants = |app: &Value| app["grants"].as_array().unwrap().len();
    assert_eq!(
        (grants(&apps[0]), grants(&apps[2])),
        (all.as_array().unwrap().len(), all.as_array().unwrap().len())
    );

    drop(server);
    let server = start(data);
    let after_restart = description(data);
    assert_eq!(after_restart["base_url"], server.url);
    demo["base_url"] = after_restart["base_url"].clone();
    assert_eq!(after_restart, demo);
    assert_eq!(server.token(&demo["app"]), tokens[0]);
    assert_eq!(sign_in(&server.url, &demo["members"][0]).unwrap().list(), inbox);
}

#[test]
fn demo_members_can_be_picked_beside_another_organisation() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let server = start(data);
    let demo = description(data);
    let other = carillon_json(data, &["corp", "create", "--name", "another"]);
    let picked = demo["members"][0]["name"].as_str().unwrap();
    let page = server.get("/sign-in");
    assert!(page.contains(picked), "{page}");
    assert!(page.contains("name=\"corp\" value=\"demo\""), "picking names the organisation");
    // The other organisation shows no members to pick.
    let form = [("corp", other["corp_id"].as_str().unwrap()), ("userid", "x"), ("password", "y")];
    let refused = post_form(&format!("{}/sign-in", server.url), &form);
    assert!(!refused.contains(picked), "{refused}");
    let member = &demo["members"][0];
    let pick = [
        ("corp", demo["corp_id"].as_str().unwrap()),
        ("userid", member["userid"].as_str().unwrap()),
        ("password", member["password"].as_str().unwrap()),
    ];
    assert!(!post_form(&format!("{}/sign-in", server.url), &pick).contains("role=\"alert\""));
}

#[test]
fn one_click_on_the_page_of_an_operation_signs_in_to_try_it() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let demo = description(folder.path());
    let page = server.get("/reference/mass.send");
    let (_, form) = page.split_once("class=\"demonstration\"").expect("a form that signs in");
    let fields: Vec<(&str, &str)> = ["next", "corp", "userid", "password"]
        .into_iter()
        .map(|name| {
            let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
            (name, rest.split('"').next().unwrap())
        })
        .collect();
    assert!(fields.contains(&("userid", demo["admin"]["username"].as_str().unwrap())), "{fields:?}");
    assert!(fields.contains(&("next", "/reference/mass.send")), "{fields:?}");
    let (owner, status, _) = Browser::signed_out(&server.url).submit_with_cookies("/sign-in", &fields);
    assert_eq!(status, 303);
    let page = owner.page("/reference/mass.send");
    let app = demo["app"]["app_key"].as_str().unwrap();
    assert!(page.contains(&format!("<option value=\"{app}\" selected>")), "the app of the demonstration");
    let account = demo["service_accounts"][0]["unionid"].as_str().unwrap();
    assert!(page.contains(account), "the form has an account of the organisation");
    assert!(!page.contains(demo["app"]["app_secret"].as_str().unwrap()));
}

#[test]
fn only_a_demonstration_allows_callbacks_on_this_machine() {
    let register_errcode = |server: &Program, app: &Value, url: &str| {
        let callback = json!({
            "call_back_tag": ["user_add_org"], "token": "token123", "url": url,
            "aes_key": "abcdefghijabcdefghijabcdefghijabcdefghij123",
        });
        let path = format!("/call_back/register_call_back?access_token={}", server.token(app));
        server.json(&path, &callback)["errcode"].clone()
    };
    // Nothing listens there; only the attempt matters.
    let local_urls = ["http://127.0.0.1:1/", "http://[::1]:1/"];
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let demo = description(folder.path());
    for url in local_urls {
        assert_eq!(register_errcode(&server, &demo["app"], url), 71_012, "{url}");
    }
    for url in ["http://10.0.0.1/", "http://192.168.0.1/", "http://169.254.169.254/", "http://[fd00::1]/"] {
        assert_eq!(register_errcode(&server, &demo["app"], url), 71_013, "{url}");
    }
    let (data, corp) = organisation();
    let app = app(data.path(), &corp, "internal", "qyapi_get_member");
    let server = Program::start(data.path());
    for url in local_urls {
        assert_eq!(register_errcode(&server, &app, url), 71_013, "{url}");
    }
}

/// Posts a form. Returns the page after redirects.
fn post_form(url: &str, form: &[(&str, &str)]) -> String {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    agent.post(url).send_form(form.iter().copied()).unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn an_incomplete_demonstration_is_refused_and_not_changed() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    // A demonstration that was killed while it was created: an organisation without a description.
    drop(start(data));
    fs::remove_file(data.join("demo.json")).unwrap();
    let refused = |expected: &str| {
        let output = carillon(data, &["demo", "--listen", "127.0.0.1:0"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(error.contains(expected) && error.contains("--data"), "{error}");
    };
    refused("remove that folder and start again");

    fs::remove_dir_all(data).unwrap();
    fs::create_dir(data).unwrap();
    carillon_json(data, &["corp", "create", "--name", "别的组织"]);
    refused("use `carillon serve`");
}
