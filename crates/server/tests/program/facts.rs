//! `carillon facts`, with and without a running server.

use std::{fs, path::Path};

use serde_json::{Value, json};

use testkit::program::{Program, app, carillon, carillon_json, organisation};

const GRANTS: &str = "qyapi_manage_addresslist,DataProduct.Statistics.Read";

/// Imports files. Returns the exit code and the report.
fn import(data: &Path, corp: &str, files: &[(&str, String)], extra_arguments: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["facts", "import", "--corp", corp, "--json"];
    let paths: Vec<String> =
        files.iter().map(|(name, _)| data.join(name).to_str().unwrap().to_owned()).collect();
    for (path, (_, content)) in paths.iter().zip(files) {
        fs::write(path, content).unwrap();
    }
    arguments.extend(paths.iter().map(String::as_str));
    arguments.extend(extra_arguments);
    let output = carillon(data, &arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
    (output.status.code().unwrap(), report)
}

fn login(id: &str, userid: &str) -> String {
    json!({ "id": id, "time": 1_760_000_000_000_i64, "userId": userid, "kind": "login", "client": "iOS", "appVersion": "8" })
        .to_string()
}

/// Returns the members who signed in on a day.
fn active(server: &Program, token: &str, day: &str) -> Value {
    let request = json!({ "request": { "data_id": day } });
    let answer = server.json(&format!("/topapi/kac/datav/dau/summary/get?access_token={token}"), &request);
    answer["result"]["daily_active_users"].clone()
}

fn add_member(server: &Program, token: &str, userid: &str, mobile: u64) {
    let member =
        json!({ "userid": userid, "name": userid, "mobile": mobile.to_string(), "dept_id_list": "1" });
    let answer = server.json(&format!("/topapi/v2/user/create?access_token={token}"), &member);
    assert_eq!(answer["errcode"], 0, "{answer}");
}

#[test]
fn files_are_imported_with_and_without_a_server() {
    let (folder, corp) = organisation();
    let data = folder.path();
    let app = app(data, &corp, "internal", GRANTS);
    let server = Program::start(data);
    let token = server.token(&app);
    add_member(&server, &token, "ann", 13_800_000_001);
    add_member(&server, &token, "bob", 13_800_000_002);

    let ndjson = format!("{}\n\n{}\n", login("1", "ann"), login("2", "bob"));
    let csv = "id,time,userId,kind,count\n3,1760000000000,ann,single_message,4\n4,1760000000000,bob,todo,1\n"
        .to_owned();
    let files = [("facts.ndjson", ndjson), ("facts.CSV", csv)];
    let (code, report) = import(data, &corp, &files, &["--dry-run"]);
    let read = |name: &str, encoding: &str| json!({ "file": data.join(name), "encoding": encoding });
    let files_read = json!([read("facts.ndjson", "UTF-8"), read("facts.CSV", "UTF-8")]);
    let expected = json!({ "dry_run": true, "files": files_read, "added": 0, "known": 0, "bad_lines": [] });
    assert_eq!((code, &report), (0, &expected));
    assert_eq!(active(&server, &token, "20251009"), 0);
    let (code, report) = import(data, &corp, &files, &[]);
    assert_eq!((code, &report["added"], &report["known"]), (0, &json!(4), &json!(0)));
    assert_eq!(active(&server, &token, "20251009"), 2);
    drop(server);

    let (code, report) = import(data, &corp, &files, &[]);
    assert_eq!((code, &report["added"], &report["known"]), (0, &json!(0), &json!(4)));

    // Chinese programs save CSV in GBK.
    let path = data.join("gbk.csv");
    let csv = "id,time,userId,kind,count\n编号一,1760000000000,ann,todo,1\n";
    fs::write(&path, encoding_rs::GBK.encode(csv).0).unwrap();
    let arguments = ["facts", "import", "--corp", &corp, path.to_str().unwrap()];
    let report = carillon_json(data, &arguments);
    assert_eq!((&report["added"], &report["files"]), (&json!(1), &json!([read("gbk.csv", "GBK")])));
    fs::write(&path, csv).unwrap();
    let report = carillon_json(data, &arguments);
    assert_eq!((&report["known"], &report["files"]), (&json!(1), &json!([read("gbk.csv", "UTF-8")])));
}

#[test]
fn one_bad_line_prevents_the_import() {
    let (folder, corp) = organisation();
    let data = folder.path();
    let app = app(data, &corp, "internal", GRANTS);
    let server = Program::start(data);
    let token = server.token(&app);
    add_member(&server, &token, "ann", 13_800_000_001);
    let files = [
        ("good.ndjson", login("1", "ann")),
        ("bad.ndjson", format!("{}\n{}\nno json\n", login("2", "ann"), login("3", "nobody"))),
        ("bad.csv", "id,time,userId,kind,count\n4,1760000000000,ann,walk,1\n".to_owned()),
    ];
    let (code, report) = import(data, &corp, &files, &[]);
    assert_eq!((code, &report["added"]), (1, &json!(0)));
    let location = |line: &Value| {
        let file = line["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (file, line["line"].as_i64().unwrap(), line["field"].as_str().unwrap().to_owned())
    };
    let bad: Vec<_> = report["bad_lines"].as_array().unwrap().iter().map(location).collect();
    assert_eq!(bad.len(), 3, "{report}");
    assert!(bad.contains(&("bad.ndjson".to_owned(), 2, "userId".to_owned())), "{report}");
    assert!(bad.contains(&("bad.ndjson".to_owned(), 3, String::new())), "{report}");
    assert!(bad.contains(&("bad.csv".to_owned(), 2, "kind".to_owned())), "{report}");
    assert_eq!(active(&server, &token, "20251009"), 0);
}

#[test]
fn generated_facts_depend_only_on_the_seed() {
    let (folder, corp) = organisation();
    let data = folder.path();
    let app = app(data, &corp, "internal", GRANTS);
    let server = Program::start(data);
    let token = server.token(&app);
    for number in 0..5 {
        add_member(&server, &token, &format!("m{number}"), 13_800_000_000 + number);
    }
    let days = ["--from", "20251009", "--to", "20251010"];
    let generate = |seed: &str| {
        let arguments = ["facts", "generate", "--corp", &corp, "--seed", seed, "--members", "5"];
        carillon_json(data, &[&arguments[..], &days].concat())
    };
    let first = generate("7");
    let added = first["added"].as_u64().unwrap();
    assert!(added > 20, "{first}");
    assert_eq!(active(&server, &token, "20251009"), 5);
    assert_eq!(generate("7"), json!({ "added": 0, "known": added }));
    assert!(generate("8")["added"].as_u64().unwrap() > 20);
    let wrong = ["facts", "generate", "--corp", &corp, "--from", "20251301", "--to", "20251010"];
    assert_eq!(carillon(data, &wrong).status.code(), Some(2));
}
