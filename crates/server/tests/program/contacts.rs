//! `carillon contacts`: importing members, administrators and passwords, with and without a running server.

use std::{fmt::Write, fs, path::Path};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};

use testkit::{
    browser::Browser,
    program::{Program, app, carillon, carillon_json, organisation},
};

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
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}"));
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
    let leads: Vec<bool> = member["leader_in_dept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["leader"].as_bool().unwrap())
        .collect();
    assert_eq!(leads.iter().filter(|leads| **leads).count(), 1);
    assert_eq!(leads.len(), 2);
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
    let told = json!([
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
    let (code, rehearsed) = import(data, &corp, &lines, &["--dry-run"]);
    let mut expected = report(4, 0, 0, &["研发部"], told);
    expected["dry_run"] = json!(true);
    assert_eq!((code, &rehearsed), (1, &expected));
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
    let (code, told) = import(data, &corp, &["userid,mobile", "u17,13800000001", "u9,13800000009"], &[]);
    let expected =
        json!([bad(2, "u17", "another member has the mobile number"), bad(3, "u9", "name is missing"),]);
    assert_eq!((code, &told["bad_lines"]), (1, &expected));
}

#[test]
fn a_file_of_another_format_is_refused_as_a_whole() {
    let (data, corp) = organisation();
    let data = data.path();
    let refused_with = |code: i32, content: &[u8], corp: &str, says: &str| {
        let file = data.join("members.csv");
        fs::write(&file, content).unwrap();
        let output = carillon(data, &["contacts", "import", "--corp", corp, file.to_str().unwrap()]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains(says), "{told}");
    };
    let refused = |content: &[u8], corp: &str, says: &str| refused_with(1, content, corp, says);
    refused(b"userid,nickname\nu1,x\n", &corp, "\"nickname\", which is no column");
    refused(b"name,mobile\nx,1\n", &corp, "does not name userid");
    refused(b"userid,name,name\nx,1,2\n", &corp, "names name twice");
    refused(b"", &corp, "does not name userid");
    refused(b"userid,nmae\nu1,x\n", &corp, "did you mean \"name\"?");
    refused_with(2, "userid,name\nu1,x\n".as_bytes(), "dingnone", "--corp is no organisation");
    let missing = carillon(data, &["contacts", "import", "--corp", &corp, "nowhere.csv"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no file nowhere.csv"));
    // A line with invalid UTF-8 is reported, and the following ones are imported.
    let mixed = b"userid,name,mobile,departments\nu1,\xe5\xbc\xa0\xe5\xbc,13800000001,/\nu2,\xe5\xbc\xa0,13800000002,/\n";
    let file = data.join("mixed.csv");
    fs::write(&file, mixed).unwrap();
    let told = json!([bad(2, "", "is not UTF-8: save the file as CSV in UTF-8")]);
    assert_eq!(run(data, &corp, &file, &[]), (1, report(1, 0, 0, &[], told)));
    let help = carillon(data, &["contacts", "import", "--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    for column in ["userid", "manager_userid", "init_password", "leads"] {
        assert!(help.contains(&format!("  {column} ")), "{column} in {help}");
    }
}

/// A list of two members.
const TWO_MEMBERS: &str =
    "userid,name,mobile,departments\nu1,张三,+86-13800000001,研发部\nu2,李四,13800000002,研发部/平台组\n";

fn in_gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

#[test]
fn the_encoding_of_a_list_is_detected() {
    let big5 = "userid,name\nu1,張三\n";
    let utf_16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(TWO_MEMBERS.replace(',', "\t").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (content, extra_arguments, read_as) in [
        (TWO_MEMBERS.as_bytes().to_vec(), &[][..], "CSV, UTF-8"),
        (format!("\u{feff}{TWO}").into_bytes(), &[], "CSV, UTF-8"),
        (in_gbk(TWO_MEMBERS), &[], "CSV, GBK"),
        (in_gbk(&TWO_MEMBERS.replace(',', "\t").replace('\n', "\r\n")), &[], "CSV, GBK"),
        (in_gbk(&TWO_MEMBERS.replace(',', ";")), &["--encoding", "gbk"], "CSV, GBK"),
        (utf_16, &[], "CSV, UTF-16LE"),
    ] {
        let (data, corp) = organisation();
        let data = data.path();
        let file = data.join("members.csv");
        fs::write(&file, content).unwrap();
        let mut expected = report(2, 0, 0, &["研发部", "研发部/平台组"], json!([]));
        expected["read_as"] = json!(read_as);
        let rehearsed = run(data, &corp, &file, &[extra_arguments, &["--dry-run"]].concat());
        assert_eq!(
            (rehearsed.0, &rehearsed.1["created"], &rehearsed.1["read_as"]),
            (0, &json!(2), &json!(read_as))
        );
        assert_eq!(run(data, &corp, &file, extra_arguments), (0, expected));
        let server = Program::start(data);
        let api = Api::of(&server, data, &corp);
        assert_eq!((&api.member("u1")["name"], &api.member("u2")["name"]), (&json!("张三"), &json!("李四")));
        if read_as == "CSV, GBK" {
            // Given by a flag.
            fs::write(&file, encoding_rs::BIG5.encode(big5).0).unwrap();
            let (code, told) = run(data, &corp, &file, &["--encoding", "big5"]);
            assert_eq!(
                (code, &told["read_as"], &told["updated"]),
                (0, &json!("CSV, Big5"), &json!(1)),
                "{told}"
            );
            assert_eq!(api.member("u1")["name"], "張三");
        }
    }
}

#[test]
fn bad_lines_in_gbk_are_reported_by_number() {
    let (data, corp) = organisation();
    let data = data.path();
    let file = data.join("members.csv");
    let lines = "userid,name,mobile,email\nu1,张三,+86-12345,\nu2,李四,13800000002,a b@x\nu3,王五,13800000003,\nu4,赵六,8613800000003,\n";
    fs::write(&file, in_gbk(lines)).unwrap();
    let (code, told) = run(data, &corp, &file, &[]);
    let expected = json!([
        bad(2, "u1", "the mobile number is missing or invalid"),
        bad(3, "u2", "email is not a mail address"),
        bad(4, "u3", "departments must name one for a new member"),
        bad(5, "u4", "mobile is already on line 4"),
    ]);
    assert_eq!((code, &told["bad_lines"]), (1, &expected));
    // An unknown encoding is not guessed.
    let neither = [in_gbk("userid,name\nu1,张三\n"), b"u2,\xff\xff\n".to_vec()].concat();
    fs::write(&file, neither).unwrap();
    let (code, told) = run(data, &corp, &file, &[]);
    assert_eq!(
        (code, &told["read_as"], told["bad_lines"].as_array().unwrap().len()),
        (1, &json!("CSV, UTF-8"), 2)
    );
    let forced =
        carillon(data, &["contacts", "import", "--corp", &corp, "--encoding", "gbk", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&forced.stderr).contains("bytes in it that are not GBK"));
    let unknown = carillon(data, &["contacts", "import", "--corp", &corp, "--encoding", "latin-99", "x"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("latin-99 is not an encoding"));
}

#[test]
fn a_workbook_is_read_like_a_list() {
    let (data, corp) = organisation();
    let data = data.path();
    let file = data.join("members.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("成员").unwrap();
    for (column, name) in (0..).zip([
        "userid",
        "name",
        "mobile",
        "departments",
        "job_number",
        "hired_date",
        "hide_mobile",
        "email",
    ]) {
        // The header row is not the first row.
        sheet.write(1, column, name).unwrap();
    }
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet.write(2, 0, " u1 ").unwrap();
    sheet.write(2, 1, "张三").unwrap();
    sheet.write(2, 2, 13_800_000_001_f64).unwrap();
    sheet.write(2, 3, "研发部").unwrap();
    sheet.write(2, 4, 7).unwrap();
    sheet.write_with_format(2, 5, ExcelDateTime::from_ymd(2020, 2, 29).unwrap(), &day).unwrap();
    sheet.write(2, 6, true).unwrap();
    sheet.write(2, 7, "a@example.com").unwrap();
    // Empty rows are skipped.
    sheet.write(4, 0, "u2").unwrap();
    sheet.write(4, 1, "李四").unwrap();
    sheet.write(4, 2, "+852-61234567").unwrap();
    sheet.write(4, 3, "研发部").unwrap();
    sheet.write(5, 0, "u3").unwrap();
    sheet.write(5, 1, "王五").unwrap();
    sheet.write(5, 2, 12_345).unwrap();
    sheet.write(6, 0, "u4").unwrap();
    sheet.write(6, 9, "more").unwrap();
    sheet.write_formula(7, 0, Formula::new("=NA()").set_result("#N/A")).unwrap();
    workbook.add_worksheet().write(0, 0, "not read").unwrap();
    workbook.save(&file).unwrap();

    let told = json!([
        bad(6, "u3", "the mobile number is missing or invalid"),
        bad(7, "u4", "has 10 cells for 8 columns"),
        bad(8, "", "has a cell that says #N/A"),
    ]);
    let mut expected = report(2, 0, 0, &["研发部"], told);
    expected["read_as"] = json!("XLSX, sheet 成员");
    let mut rehearsed = expected.clone();
    rehearsed["dry_run"] = json!(true);
    assert_eq!(run(data, &corp, &file, &["--dry-run"]), (1, rehearsed));
    let server = Program::start(data);
    assert_eq!(run(data, &corp, &file, &[]), (1, expected));
    let api = Api::of(&server, data, &corp);
    let member = api.member("u1");
    for (field, value) in [
        ("name", json!("张三")),
        ("job_number", json!("7")),
        ("hired_date", json!(1_582_905_600_000_i64)),
        ("hide_mobile", json!(true)),
    ] {
        assert_eq!(member[field], value, "{field}");
    }
    assert_eq!(api.count(), 2);
    let (code, told) = run(data, &corp, &file, &[]);
    assert_eq!((code, &told["unchanged"]), (1, &json!(2)));
}

/// Returns a zip file with these parts.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn invalid_and_too_large_workbooks_are_refused() {
    let (data, corp) = organisation();
    let data = data.path();
    let file = data.join("members.xlsx");
    let refused = |content: &[u8], says: &[&str]| {
        fs::write(&file, content).unwrap();
        let output = carillon(data, &["contacts", "import", "--corp", &corp, file.to_str().unwrap()]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        for says in says {
            assert!(told.contains(says), "{says}: {told}");
        }
    };
    let save = "save the list as an .xlsx workbook, or as CSV in UTF-8";
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1and so on", &["an old format, or has a password", save]);
    refused(b"PK\x03\x04and so on", &["cannot be read as a workbook", save]);
    refused(
        &zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]),
        &["cannot be read as a workbook", save],
    );

    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "userid").unwrap();
    let good = workbook.save_to_buffer().unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(good)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        parts.push((part.name().unwrap().to_string(), content));
    }
    // The workbook with a replaced part.
    let with = |replaced: &str, content: &[u8]| {
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|(name, old)| (name.as_str(), if name == replaced { content } else { old.as_slice() }))
            .collect();
        zipped(&parts)
    };
    let (strings, sheet) = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml");
    assert!(parts.iter().any(|(name, _)| name == strings) && parts.iter().any(|(name, _)| name == sheet));
    refused(
        &with(strings, b"<sst uniqueCount=\"99999999999\"><si><t>userid</t></si></sst>"),
        &["more texts than it can have"],
    );
    let spaces = format!("<sst uniqueCount{}=\"99999999999\"/>", " ".repeat(1_000));
    refused(&with(strings, spaces.as_bytes()), &["more texts than it can have"]);
    refused(&with(strings, &vec![b'a'; 2 << 20]), &["a cell of it is too long"]);
    refused(&with(strings, "<si/>".repeat(14 << 20).as_bytes()), &["a part of it is too large"]);
    let far = b"<worksheet><sheetData><row r=\"4294967295\"><c r=\"A4294967295\"><v>1</v></c></row></sheetData></worksheet>";
    refused(&with(sheet, far), &["sheet"]);
    refused(&with(sheet, b"<worksheet><sheetData><row"), &["sheet"]);
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
    let (code, told) = run(data, &corp, &file, &[]);
    assert_eq!((code, &told["created"], &told["bad_lines"]), (0, &json!(2_500), &json!([])));
    assert_eq!(told["departments_created"].as_array().unwrap().len(), 8);
    assert_eq!(api.count(), 2_500);
    assert_eq!(api.member("u0")["manager_userid"], "u2499");
    let (code, told) = run(data, &corp, &file, &[]);
    assert_eq!((code, &told["unchanged"]), (0, &json!(2_500)));
}

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
    let kept = ["userid,name,init_password", "u1,甲甲,"];
    assert_eq!(import(data, &corp, &kept, &[]), (0, report(0, 1, 0, &[], json!([]))));
    assert!(server.signs_in("u1", "秘密-12345"));
    assert_eq!(import(data, &corp, &["userid,init_password", "u1,another-1"], &[]).0, 0);
    assert!(server.signs_in("u1", "another-1") && !server.signs_in("u1", "秘密-12345"));
    let (code, told) = import(data, &corp, &["userid,init_password", "u1,1", "u2,12345678"], &[]);
    let reasons = told["bad_lines"].as_array().unwrap().iter().map(|line| line["reason"].as_str().unwrap());
    assert_eq!(code, 1);
    assert!(
        reasons.clone().count() == 2 && reasons.clone().all(|reason| reason.starts_with("init_password ")),
        "{told}"
    );
    assert!(server.signs_in("u1", "another-1"), "a password that is refused changes nothing");
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
    let (open, status, leads) = Browser::of_nobody(&server.url).submit_and_keep("/sign-in", &form);
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
    let nobody = carillon(data, &["contacts", "reset-password", "nobody", "--corp", &corp]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
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
    for (arguments, says) in [
        (["grant", "nobody", "--corp", &corp], "nobody is no member of the organisation"),
        (["revoke", "nobody", "--corp", &corp], "nobody is no member of the organisation"),
        (["grant", "u1", "--corp", "dingnone"], "--corp is no organisation"),
    ] {
        let output = carillon(data, &[&["contacts", "admin"], &arguments[..]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && told.contains(says), "{told}");
    }
}
