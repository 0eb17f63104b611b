//! Passwords and administrators.

use testkit::{browser::Browser, program::carillon_json};

use super::*;

#[test]
fn a_password_from_the_list_signs_in() {
    let (data, corp) = organisation();
    let data = data.path();
    let server = Program::start(data);
    let lines = [
        "userid,name,mobile,departments,init_password",
        "u1,甲,13800000001,/,秘密-12345",
        "u2,乙,13800000002,/,",
    ];
    assert_eq!(import(data, &corp, &lines, &[]).0, 0);
    assert!(server.signs_in("u1", "秘密-12345"));
    assert!(!server.signs_in("u2", ""));
    // An empty cell keeps the password; another password replaces it.
    let without_password = ["userid,name,init_password", "u1,甲甲,"];
    assert_eq!(import(data, &corp, &without_password, &[]), (0, report(0, 1, 0, &[], json!([]))));
    assert!(server.signs_in("u1", "秘密-12345"));
    assert_eq!(import(data, &corp, &["userid,init_password", "u1,another-1"], &[]).0, 0);
    assert!(server.signs_in("u1", "another-1") && !server.signs_in("u1", "秘密-12345"));
    let (code, result) = import(data, &corp, &["userid,init_password", "u1,1", "u2,12345678"], &[]);
    let reasons = result["bad_lines"].as_array().unwrap().iter().map(|line| line["reason"].as_str().unwrap());
    assert_eq!(code, 1);
    assert!(
        reasons.clone().count() == 2 && reasons.clone().all(|reason| reason.starts_with("init_password ")),
        "{result}"
    );
    assert!(server.signs_in("u1", "another-1"), "a refused password changes nothing");
    // Signing in counts as activity.
    let api = Api::of(&server, data, &corp);
    let active = api.ok("/topapi/user/count", json!({ "only_active": true }));
    assert_eq!(active["result"]["count"], 1);
}

#[test]
fn a_password_is_reset_on_the_command_line() {
    let (data, corp) = organisation();
    let data = data.path();
    let lines = ["userid,name,mobile,departments,init_password", "u1,甲,13800000001,/,the-first-1"];
    assert_eq!(import(data, &corp, &lines, &[]).0, 0);
    let reset = |userid: &str| ["contacts", "reset-password", userid, "--corp", &corp].map(str::to_owned);
    let password = |arguments: [String; 5]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let answer = carillon_json(data, &arguments);
        assert_eq!(answer["userid"], "u1");
        answer["password"].as_str().unwrap().to_owned()
    };
    // Without and with a running server.
    let second = password(reset("u1"));
    let server = Program::start(data);
    assert!(!server.signs_in("u1", "the-first-1"));
    let form = [("userid", "u1"), ("password", second.as_str())];
    let (open, status, leads) = Browser::signed_out(&server.url).submit_with_cookies("/sign-in", &form);
    assert_eq!(status, 303);
    assert!(leads.starts_with("/me/password"), "the temporary password must be replaced first: {leads}");
    assert_eq!(open.open("/me/password").0, 200);
    let third = password(reset("u1"));
    assert!(third != second && third.len() == 14, "{third}");
    assert_ne!(open.open("/me/password").0, 200, "sessions end at once");
    assert!(!server.signs_in("u1", &second) && server.signs_in("u1", &third));
    let app = app(data, &corp, "internal", "Carillon.Audit.Read");
    let url = format!("{}/v1.0/carillon/audits/query", server.url);
    let request = ureq::post(url).header("x-acs-dingtalk-access-token", server.token(&app));
    let trail = request.send_json(json!({ "maxResults": 100 })).unwrap().body_mut().read_to_string().unwrap();
    assert!(trail.contains("contacts reset-password"), "{trail}");
    assert!(!trail.contains(&third) && !trail.contains("argon2"), "{trail}");
    let unknown_member = carillon(data, &["contacts", "reset-password", "nobody", "--corp", &corp]);
    assert_eq!(unknown_member.status.code(), Some(2), "{unknown_member:?}");
}

#[test]
fn administrators_are_appointed_on_the_command_line() {
    let (data, corp) = organisation();
    let data = data.path();
    let lines = ["userid,name,mobile,departments", "u1,甲,13800000001,/", "u2,乙,13800000002,/"];
    assert_eq!(import(data, &corp, &lines, &[]).0, 0);
    let admin = |arguments: &[&str]| {
        carillon_json(data, &[&["contacts", "admin"], arguments, &["--corp", &corp]].concat())
    };
    let item = |userid: &str, level: &str| json!({ "userid": userid, "level": level });
    assert_eq!(admin(&["grant", "u1"]), json!([item("u1", "sub")]));
    let server = Program::start(data);
    assert_eq!(admin(&["grant", "u2", "--level", "main"]), json!([item("u2", "main"), item("u1", "sub")]));
    assert_eq!(admin(&["grant", "u1", "--level", "main"]), json!([item("u1", "main"), item("u2", "sub")]));
    assert_eq!(admin(&["revoke", "u1"]), json!([item("u2", "sub")]));
    assert_eq!(admin(&["list"]), json!([item("u2", "sub")]));
    let api = Api::of(&server, data, &corp);
    let listed = api.ok("/topapi/user/listadmin", json!({}))["result"].clone();
    assert_eq!(listed, json!([{ "userid": "u2", "sys_level": 2 }]));
    for (arguments, expected_text) in [
        (["grant", "nobody", "--corp", &corp], "nobody is not a member of the organisation"),
        (["revoke", "nobody", "--corp", &corp], "nobody is not a member of the organisation"),
        (["grant", "u1", "--corp", "dingnone"], "--corp is not an organisation"),
    ] {
        let output = carillon(data, &[&["contacts", "admin"], &arguments[..]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && stderr.contains(expected_text), "{stderr}");
    }
}
