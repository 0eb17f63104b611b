//! `carillon contacts`: importing members, administrators and passwords, with and without a running server.

mod administration;
mod formats;

use std::{fmt::Write, fs, path::Path};

use serde_json::{Value, json};

use testkit::program::{Program, app, carillon, organisation};

const GRANTS: &str = "qyapi_get_member,qyapi_get_department_member,qyapi_get_department_list,qyapi_manage_addresslist,\
                      qyapi_addresslist_search";

/// Imports a file with these lines. Returns the exit code and the report.
fn import(data: &Path, corp: &str, lines: &[&str], extra_arguments: &[&str]) -> (i32, Value) {
    let file = data.join("members.csv");
    fs::write(&file, lines.join("\n")).unwrap();
    run(data, corp, &file, extra_arguments)
}

fn run(data: &Path, corp: &str, file: &Path, extra_arguments: &[&str]) -> (i32, Value) {
    let arguments = ["contacts", "import", "--corp", corp, "--json", file.to_str().unwrap()];
    let output = carillon(data, &[&arguments[..], extra_arguments].concat());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
    (output.status.code().unwrap(), report)
}

fn report(created: u64, updated: u64, unchanged: u64, departments: &[&str], bad: Value) -> Value {
    json!({
        "dry_run": false, "read_as": "CSV, UTF-8", "created": created, "updated": updated, "unchanged": unchanged,
        "departments_created": departments, "bad_lines": bad,
    })
}

fn bad(line: u64, userid: &str, reason: &str) -> Value {
    json!({ "line": line, "userid": userid, "reason": reason })
}

struct Api<'a> {
    server: &'a Program,
    token: String,
}

impl<'a> Api<'a> {
    fn of(server: &'a Program, data: &Path, corp: &str) -> Self {
        Self { server, token: server.token(&app(data, corp, "internal", GRANTS)) }
    }

    fn ok(&self, path: &str, body: Value) -> Value {
        let answer = self.server.json(&format!("{path}?access_token={}", self.token), &body);
        assert_eq!(answer["errcode"], 0, "{path} {answer}");
        answer
    }

    fn member(&self, userid: &str) -> Value {
        self.ok("/topapi/v2/user/get", json!({ "userid": userid }))["result"].clone()
    }

    fn count(&self) -> i64 {
        self.ok("/topapi/user/count", json!({ "only_active": false }))["result"]["count"].as_i64().unwrap()
    }

    fn add_role(&self, name: &str) -> i64 {
        let group =
            self.ok("/role/add_role_group", json!({ "name": format!("{name}组") }))["groupId"].clone();
        self.ok("/role/add_role", json!({ "roleName": name, "groupId": group }))["roleId"].as_i64().unwrap()
    }
}

#[test]
fn importing_a_list_is_idempotent() {
    let (data, corp) = organisation();
    let data = data.path();
    let server = Program::start(data);
    let api = Api::of(&server, data, &corp);
    let (editor, author) = (api.add_role("编辑"), api.add_role("作者"));
    let first = [
        "\u{feff}userid,name,mobile,departments,leads,roles,manager_userid,job_number,title,email,org_email,telephone,\
         work_place,remark,hired_date,hide_mobile,senior_mode",
        "u1,张三,13800000001,研发部/平台组;市场部,研发部/平台组,编辑;作者组/作者,u2,7,工程师,a@example.com,b@example.com,010,\
         三楼,\"备注, 两行\n的\",2020-02-29,true,是",
        " u2 , 李四 ,+852-61234567,研发部,,,,,,,,,,,,,",
    ];
    let departments = ["市场部", "研发部", "研发部/平台组"];
    let expected = report(2, 0, 0, &departments, json!([]));
    assert_eq!(import(data, &corp, &first, &[]), (0, expected));
    assert_eq!(
        import(data, &corp, &first, &[]),
        (0, report(0, 0, 2, &[], json!([]))),
        "a second import changes nothing"
    );

    let member = api.member("u1");
    for (field, value) in [
        ("name", json!("张三")),
        ("job_number", json!("7")),
        ("title", json!("工程师")),
        ("org_email", json!("b@example.com")),
        ("telephone", json!("010")),
        ("hired_date", json!(1_582_905_600_000_i64)),
        ("hide_mobile", json!(true)),
        ("senior", json!(true)),
        ("manager_userid", json!("u2")),
        ("active", json!(false)),
    ] {
        assert_eq!(member[field], value, "{field}");
    }
    let leader_flags: Vec<bool> = member["leader_in_dept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["leader"].as_bool().unwrap())
        .collect();
    assert_eq!(leader_flags.iter().filter(|leader_flags| **leader_flags).count(), 1);
    assert_eq!(leader_flags.len(), 2);
    let roles: Vec<i64> =
        member["role_list"].as_array().unwrap().iter().map(|role| role["id"].as_i64().unwrap()).collect();
    assert_eq!(roles, [editor, author]);

    // Missing columns change nothing; empty cells clear optional fields.
    let dept = member["dept_id_list"][0].to_string();
    let change = [
        "userid,title,roles,departments,name,mobile,manager_userid".to_owned(),
        format!("u1,,编辑,{dept},,,"),
        "u3,新,,/研发部/平台组,王五,13800000003,u1".to_owned(),
    ];
    let change: Vec<&str> = change.iter().map(String::as_str).collect();
    assert_eq!(import(data, &corp, &change, &[]), (0, report(1, 1, 0, &[], json!([]))));
    let changed = api.member("u1");
    assert_eq!((&changed["name"], &changed["job_number"]), (&json!("张三"), &json!("7")));
    assert_eq!((changed.get("title"), changed.get("manager_userid")), (None, None));
    assert_eq!(changed["dept_id_list"], json!([dept.parse::<i64>().unwrap()]));
    assert_eq!(changed["role_list"].as_array().unwrap().len(), 1);
    assert_eq!(api.member("u3")["manager_userid"], "u1");
    assert_eq!(api.count(), 3);
    // The import survives a crash.
    drop(server);
    let server = Program::start(data);
    assert_eq!(Api::of(&server, data, &corp).member("u1"), changed);
}

#[test]
fn all_bad_lines_are_reported_and_change_nothing() {
    let (data, corp) = organisation();
    let data = data.path();
    let lines = [
        "userid,name,mobile,departments,manager_userid,roles,hired_date,leads",
        "u1,甲,13800000001,研发部,,,,",
        "u2,乙,13800000001,研发部,,,,",
        "u1,丙,13800000003,研发部,,,,",
        ",丁,13800000004,研发部,,,,",
        "u5,,13800000005,研发部,,,,",
        "u6,己,none,新部,,,,",
        "u7,庚,13800000007,,,,,",
        "u8,辛,13800000008,a-b,,,,",
        "u9,壬,13800000009,99,,,,",
        "u10,癸,13800000010,新部;/新部,,,,",
        "u11,子,13800000011,新部,,无,,",
        "u12,丑,13800000012,新部,,,29.2.2020,",
        "u13,寅,13800000013,研发部,nobody,,,",
        "u14,卯,13800000014,研发部,u2,,,",
        "u15,辰,13800000015,研发部,,,,新部",
        "u16,巳",
        "u17,午,13800000017,研发部,u1,,,研发部",
    ];
    let rejected = json!([
        bad(3, "u2", "mobile is already on line 2"),
        bad(4, "u1", "userid is already on line 2"),
        bad(5, "", "userid is missing"),
        bad(6, "u5", "name is missing"),
        bad(7, "u6", "the mobile number is missing or invalid"),
        bad(8, "u7", "departments must name one for a new member"),
        bad(
            9,
            "u8",
            "departments names a-b: the name of a department has at most 64 characters, no hyphen and no comma"
        ),
        bad(10, "u9", "departments names 99, which is no department"),
        bad(11, "u10", "departments names 新部 twice"),
        bad(12, "u11", "roles names 无, which is no role"),
        bad(13, "u12", "hired_date must be a day, yyyy-mm-dd"),
        bad(14, "u13", "the manager is not a member; the rest of the line was accepted"),
        bad(15, "u14", "the manager is not a member; the rest of the line was accepted"),
        bad(16, "u15", "leads names 新部, which the member is not in"),
        bad(17, "u16", "has 2 cells for 8 columns"),
    ]);
    // A dry run reports the same and changes nothing. No server is running.
    let (code, dry_run) = import(data, &corp, &lines, &["--dry-run"]);
    let mut expected = report(4, 0, 0, &["研发部"], rejected);
    expected["dry_run"] = json!(true);
    assert_eq!((code, &dry_run), (1, &expected));
    assert_eq!(import(data, &corp, &lines, &["--dry-run"]), (1, expected.clone()));
    expected["dry_run"] = json!(false);
    assert_eq!(import(data, &corp, &lines, &[]), (1, expected));

    let server = Program::start(data);
    let api = Api::of(&server, data, &corp);
    assert_eq!(api.count(), 4);
    let children = api.ok("/topapi/v2/department/listsub", json!({}))["result"].clone();
    assert_eq!(children.as_array().unwrap().len(), 1, "a bad line creates no department: {children}");
    assert_eq!(api.member("u17")["leader_in_dept"][0]["leader"], true);

    // The member with the same number is not in the file.
    let (code, result) = import(data, &corp, &["userid,mobile", "u17,13800000001", "u9,13800000009"], &[]);
    let expected =
        json!([bad(2, "u17", "another member has the mobile number"), bad(3, "u9", "name is missing"),]);
    assert_eq!((code, &result["bad_lines"]), (1, &expected));
}

#[test]
fn many_batches_are_sent_to_the_running_server() {
    let (data, corp) = organisation();
    let data = data.path();
    let server = Program::start(data);
    let api = Api::of(&server, data, &corp);
    let mut csv = "userid,name,mobile,departments,manager_userid,remark\n".to_owned();
    let remark = "长".repeat(200);
    for number in 0..2_500 {
        // The member on the last line manages all others.
        writeln!(csv, "u{number},成员{number},1380000{number:04},部/组{},u2499,{remark}", number % 7)
            .unwrap();
    }
    let file = data.join("many.csv");
    fs::write(&file, csv).unwrap();
    let (code, result) = run(data, &corp, &file, &[]);
    assert_eq!((code, &result["created"], &result["bad_lines"]), (0, &json!(2_500), &json!([])));
    assert_eq!(result["departments_created"].as_array().unwrap().len(), 8);
    assert_eq!(api.count(), 2_500);
    assert_eq!(api.member("u0")["manager_userid"], "u2499");
    let (code, result) = run(data, &corp, &file, &[]);
    assert_eq!((code, &result["unchanged"]), (0, &json!(2_500)));
}
