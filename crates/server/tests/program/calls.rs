//! The journal of calls: what is recorded, why calls were refused, and its limits.

use serde_json::{Value, json};
use testkit::program::{ProgramFixture, app, carillon_json};

const QUERY: &str = "/v1.0/carillon/calls/query";
const GET: &str = "/v1.0/carillon/calls/get";
const AUDITS: &str = "/v1.0/carillon/audits/query";

/// The calls that a request finds, newest first.
fn calls(fixture: &ProgramFixture, request: &Value) -> Vec<Value> {
    page(fixture, request)["items"].as_array().unwrap().clone()
}

fn page(fixture: &ProgramFixture, request: &Value) -> Value {
    let named = format!("x-carillon-corp: {}\r\n", fixture.corp);
    let (status, answer) = fixture.local(QUERY, &named, request);
    assert_eq!(status, 200, "{answer}");
    answer
}

/// A call with its explanation.
fn explained(fixture: &ProgramFixture, request_id: &Value) -> Value {
    let named = format!("x-carillon-corp: {}\r\n", fixture.corp);
    let (status, answer) = fixture.local(GET, &named, &json!({ "requestId": request_id }));
    assert_eq!(status, 200, "{answer}");
    answer
}

/// The sentences of an explanation about what holds now.
fn now(explained: &Value) -> String {
    let reasons = explained["explain"].as_array().unwrap().iter();
    let now = reasons.filter(|reason| reason["aspect"] == "now");
    now.map(|reason| reason["textEn"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_call_is_recorded_and_a_refused_one_is_explained() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    fixture.ok("/topapi/serviceaccount/list", &json!({}));
    let newest = calls(&fixture, &json!({ "maxResults": 1 })).remove(0);
    assert_eq!(newest["operation"], "serviceaccount.list");
    assert_eq!((&newest["callerType"], &newest["callerId"]), (&json!("app"), &json!(fixture.key())));
    assert_eq!((&newest["status"], &newest["address"]), (&json!(200), &json!("loopback")));
    assert!(newest["tookUs"].as_i64().unwrap() > 0 && newest.get("refusal").is_none(), "{newest}");
    let found = explained(&fixture, &newest["requestId"]);
    assert_eq!((&found["call"], &found["explain"]), (&newest, &json!([])));
    // The token that the fixture fetched.
    let tokens = calls(&fixture, &json!({ "operation": "credentials.gettoken", "callerId": fixture.key() }));
    assert_eq!(tokens.len(), 1, "{tokens:?}");
    // The journal itself is read by a local caller.
    let local = calls(&fixture, &json!({ "operation": "carillon.calls_query" }));
    assert_eq!((&local[0]["callerType"], &local[0]["callerId"]), (&json!("local"), &json!("")));

    let disabled = fixture.account("停用");
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": disabled, "status": "disabled" }));
    let send = |change: Value| {
        let mut send = fixture.text("一", &json!({ "is_to_all": true }));
        send.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        send
    };
    let news = json!({ "msg_type": "news_card", "media_id": "@lAnothing", "text_content": null });
    let article = json!({ "unionid": unionid, "article_id": 77 });
    for (path, body, cause, code, words) in [
        (
            "/topapi/serviceaccount/get",
            json!({ "unionid": "nothingiE" }),
            "UnknownAccount",
            "800003",
            "no service account",
        ),
        (
            "/topapi/message/mass/send",
            send(json!({ "unionid": disabled })),
            "AccountDisabled",
            "800003",
            "停用, which is disabled",
        ),
        ("/topapi/message/mass/send", send(news), "", "", "neither a file nor a card"),
        (
            "/topapi/message/mass/send",
            send(json!({ "is_to_all": false, "userid_list": "ann,bob" })),
            "",
            "",
            "2 of them no members: ann, bob",
        ),
        (
            "/topapi/material/article/get",
            article,
            "UnknownArticle",
            "40035",
            "no article of the organisation",
        ),
        ("/topapi/serviceaccount/add", json!({ "name": "x".repeat(200) }), "field", "40035", "The field:"),
        (
            "/topapi/v2/department/update",
            json!({ "dept_id": 99, "name": "x" }),
            "UnknownDepartment",
            "60003",
            "no department",
        ),
        (
            "/topapi/v2/user/get",
            json!({ "userid": "nobody" }),
            "UnknownUser",
            "60121",
            "no member of the organisation",
        ),
        (
            "/topapi/serviceaccount/lst",
            json!({}),
            "UnknownOperation",
            "22",
            "Perhaps /topapi/serviceaccount/list",
        ),
    ] {
        let answer = fixture.call(path, &body);
        assert_ne!(answer["errcode"], 0, "{path} {body}");
        let found = explained(&fixture, &answer["request_id"]);
        let refusal = &found["call"]["refusal"];
        if !cause.is_empty() {
            assert_eq!((&refusal["cause"], &refusal["code"]), (&json!(cause), &json!(code)), "{found}");
        }
        assert!(now(&found).contains(words), "{path}: {found}");
        let aspects: Vec<&str> = found["explain"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["aspect"].as_str().unwrap())
            .collect();
        assert!(aspects.starts_with(&["wrong"]) && aspects.ends_with(&["next"]), "{aspects:?}");
    }
    // The vendor's page, and the operation in the document.
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "xiE" }));
    let found = explained(&fixture, &refused["request_id"]);
    assert_eq!(found["pageNumber"], "0813");
    assert!(found["pageUrl"].as_str().unwrap().starts_with("https://open.dingtalk.com/"), "{found}");
    assert!(found["documentUrl"].as_str().unwrap().contains("/openapi.json#/paths/~1topapi~1"), "{found}");
    assert_eq!(found["ids"], json!({ "unionid": "xiE" }));

    // Methods, bodies, and fields of v1.0.
    let wrong = fixture.get("/topapi/serviceaccount/add");
    let found = explained(&fixture, &wrong["request_id"]);
    assert_eq!(found["call"]["refusal"]["cause"], "WrongMethod");
    assert!(
        now(&found).contains("GET /topapi/serviceaccount/add") && now(&found).contains("POST"),
        "{found}"
    );
    let path = format!("/topapi/serviceaccount/list?access_token={}", fixture.token);
    let broken = fixture.program().post(&path, "application/json", b"{").1;
    let found = explained(&fixture, &broken["request_id"]);
    assert_eq!(found["call"]["refusal"]["cause"], "BodyUnreadable", "{found}");
    let (_, unknown) = fixture.call_v1("/v1.0/no/such", &[], &json!({}));
    let found = explained(&fixture, &unknown["requestid"]);
    assert_eq!(found["call"]["refusal"]["code"], "InvalidAction.NotFound", "{found}");
    assert_eq!(found["call"]["operation"], "none");

    // Only refused calls, and a code.
    let refused = calls(&fixture, &json!({ "refused": true, "maxResults": 100 }));
    assert!(refused.len() >= 13 && refused.iter().all(|call| call.get("refusal").is_some()));
    let of_code = calls(&fixture, &json!({ "code": "60003" }));
    assert_eq!((of_code.len(), &of_code[0]["operation"]), (1, &json!("contacts.dept_update")));
    // Pages have each call once.
    let (mut ids, mut token) = (Vec::new(), None);
    loop {
        let request = match &token {
            None => json!({ "maxResults": 7, "callerId": fixture.key() }),
            Some(token) => json!({ "maxResults": 7, "callerId": fixture.key(), "nextToken": token }),
        };
        let found = page(&fixture, &request);
        let items = found["items"].as_array().unwrap();
        ids.extend(items.iter().map(|call| call["requestId"].as_str().unwrap().to_owned()));
        assert_eq!(found["hasMore"].as_bool().unwrap(), found.get("nextToken").is_some());
        match found.get("nextToken") {
            Some(next) => token = Some(next.clone()),
            None => break,
        }
    }
    let all = calls(&fixture, &json!({ "maxResults": 100, "callerId": fixture.key() }));
    let all: Vec<&str> = all.iter().map(|call| call["requestId"].as_str().unwrap()).collect();
    assert_eq!(ids, all);
    let (status, answer) = fixture.local(QUERY, "", &json!({ "nextToken": "x" }));
    assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")));
}

#[test]
fn a_missing_permission_is_named_with_the_time_of_its_grant() {
    let fixture = ProgramFixture::start();
    let (_, refused) = fixture.call_v1(AUDITS, &[], &json!({}));
    let found = explained(&fixture, &refused["requestid"]);
    let refusal = &found["call"]["refusal"];
    assert_eq!(
        (&refusal["cause"], &refusal["detail"]),
        (&json!("PermissionDenied"), &json!("Carillon.Audit.Read"))
    );
    assert!(
        now(&found).contains("still lacks the permission Carillon.Audit.Read (audit trail, read)"),
        "{found}"
    );
    fixture.command_json(&["app", "grant", fixture.key(), "Carillon.Audit.Read"]);
    let found = explained(&fixture, &refused["requestid"]);
    assert!(now(&found).contains("Carillon.Audit.Read (audit trail, read) was granted at 20"), "{found}");
    // An app of another type.
    let isv = app(fixture.data.path(), &fixture.corp, "isv", "qyapi_service_account_manage");
    let token = fixture.program().token(&isv);
    let path = format!("/topapi/serviceaccount/list?access_token={token}");
    let refused = fixture.program().json(&path, &json!({}));
    let found = explained(&fixture, &refused["request_id"]);
    assert!(now(&found).contains("The app is of type isv"), "{found}");
    assert_eq!(found["call"]["refusal"]["code"], "60011");

    // Apps read the journal with a permission.
    assert_eq!(fixture.call_v1(QUERY, &[], &json!({})).0, 403);
    fixture.command_json(&["app", "grant", fixture.key(), "Carillon.Call.Read"]);
    let found = fixture.ok_v1(QUERY, &json!({ "operation": "carillon.calls_query" }));
    assert_eq!(found["items"][0]["refusal"]["cause"], "PermissionDenied");
}

#[test]
fn calls_of_unknown_callers_are_in_no_journal() {
    let fixture = ProgramFixture::start();
    let before = page(&fixture, &json!({ "refused": true }));
    assert_eq!(before["items"], json!([]), "{before}");
    let path = "/topapi/serviceaccount/list?access_token=nothing";
    let refused = fixture.program().json(path, &json!({ "unionid": "secret" }));
    assert_eq!(refused["sub_code"], "40014");
    let wrong = fixture.program().get_json(&format!("/gettoken?appkey={}&appsecret=wrong", fixture.key()));
    assert_eq!(wrong["errcode"], 40096);
    fixture.program().get_json("/topapi/serviceaccount/none");
    assert_eq!(page(&fixture, &json!({ "refused": true }))["items"], json!([]));
    let unknown = fixture.command_json(&["calls", "unknown"]);
    let unknown = unknown.as_array().unwrap();
    assert!(
        unknown.contains(&json!({ "operation": "serviceaccount.list", "cause": "TokenInvalid", "calls": 1 }))
    );
    let of_secret = unknown.iter().find(|call| call["request_id"] == wrong["request_id"]);
    assert_eq!(
        of_secret.map_or(&json!(null), |call| &call["cause"]),
        &json!("WrongAppCredentials"),
        "{unknown:?}"
    );
    assert!(!format!("{unknown:?}").contains("secret"));
}

#[test]
fn another_organisation_sees_nothing() {
    let fixture = ProgramFixture::start();
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "nothingiE" }));
    let other = carillon_json(fixture.data.path(), &["corp", "create", "--name", "第二个"]);
    let other = other["corp_id"].as_str().unwrap();
    let named = format!("x-carillon-corp: {other}\r\n");
    let (_, found) = fixture.local(QUERY, &named, &json!({}));
    assert_eq!(found["items"], json!([]), "{found}");
    let (status, found) = fixture.local(GET, &named, &json!({ "requestId": refused["request_id"] }));
    assert_eq!(status, 400, "{found}");
    let output =
        fixture.command(&["calls", "show", refused["request_id"].as_str().unwrap(), "--corp", other]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no call with this id"));
}

#[test]
fn a_crash_loses_at_most_the_last_second() {
    let mut fixture = ProgramFixture::start();
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "nothingiE" }));
    // Nothing reads the journal through the server: its job writes it.
    let database = rusqlite::Connection::open(fixture.data.path().join("carillon.db")).unwrap();
    let count =
        || database.query_row("SELECT count(*) FROM refused_call", [], |row| row.get::<_, i64>(0)).unwrap();
    while count() == 0 {
        std::thread::yield_now();
    }
    fixture.crash();
    let found = explained(&fixture, &refused["request_id"]);
    assert_eq!(found["call"]["refusal"]["cause"], "UnknownAccount");
    // A server that is stopped writes what is left.
    let last = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "lastiE" }));
    assert_eq!(fixture.terminate(), Some(0));
    fixture.restart();
    assert_eq!(explained(&fixture, &last["request_id"])["ids"]["unionid"], "lastiE");
}

#[test]
fn a_flood_stays_within_the_limits_and_is_counted() {
    let config = "[journal]\nrows = 30\nrefused_rows = 20\nper_second = 25\n";
    let fixture = ProgramFixture::with_config(config);
    for number in 0..150 {
        fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": format!("{number}iE") }));
        fixture.ok("/topapi/serviceaccount/list", &json!({}));
    }
    let found = page(&fixture, &json!({ "maxResults": 100, "callerId": fixture.key() }));
    let calls = found["items"].as_array().unwrap();
    let refused = calls.iter().filter(|call| call.get("refusal").is_some()).count();
    assert!(calls.len() <= 50 && refused <= 20, "{} calls, {refused} refused", calls.len());
    assert!(found["unrecorded"].as_i64().unwrap() > 0, "{}", found["unrecorded"]);
    let listed = fixture.command_json(&["calls", "list", "--corp", &fixture.corp]);
    assert!(listed.as_array().unwrap().iter().any(|line| line["unrecorded"].as_i64() > Some(0)), "{listed}");

    // Switched off, nothing is recorded.
    let fixture = ProgramFixture::with_config("[journal]\nrows = 0\nrefused_rows = 0\n");
    fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "xiE" }));
    assert_eq!(page(&fixture, &json!({}))["items"], json!([]));
    assert_eq!(page(&fixture, &json!({}))["unrecorded"], 0);
}

#[test]
fn limits_are_named() {
    let config = "[throttle]\napp_per_second = 1\n[send]\ndaily_to_user = 1\n";
    let fixture = ProgramFixture::with_config(config);
    // The fixture may have used up this second.
    let throttled = (0..20).find_map(|_| {
        let answer = fixture.call("/topapi/serviceaccount/list", &json!({}));
        (answer["sub_code"] == "90018").then_some(answer)
    });
    let found = explained(&fixture, &throttled.expect("a throttled call")["request_id"]);
    assert_eq!(found["call"]["refusal"]["cause"], "AppThrottled");
    assert!(now(&found).contains("The limit was 1 calls a second."), "{found}");
}

#[test]
fn a_developer_reads_the_journal_in_the_console() {
    let fixture = ProgramFixture::start();
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "nothingiE" }));
    let id = refused["request_id"].as_str().unwrap();
    let developer = fixture.browser("developer", 1);
    fixture.command_json(&["operator", "add", "developer", "--corp", &fixture.corp, "--role", "developer"]);
    let list = developer.page("/console/calls");
    assert!(list.contains("serviceaccount.get") && list.contains("800003"), "{list}");
    assert!(list.contains("serviceaccount.add") && list.contains("保留 24 小时"), "{list}");
    let of_refused = developer.page("/console/calls?refused=1");
    assert!(of_refused.contains(&format!("/console/calls/{id}")), "{of_refused}");
    assert_eq!(of_refused.matches("<li id=\"call-").count(), 1, "{of_refused}");
    let none = developer.page("/console/calls?caller=nobody&operation=article.add");
    assert!(none.contains("没有符合条件的调用") && none.contains("calls unknown"), "{none}");
    let call = developer.page(&format!("/console/calls/{id}"));
    for part in [
        "出了什么问题",
        "组织里没有这个 unionid 的服务号",
        "unionid nothingiE：组织里没有这个服务号",
        "下一步",
        "第 0813 篇",
    ] {
        assert!(call.contains(part), "{part}: {call}");
    }
    let (_, english) = developer.open_with(&format!("/console/calls/{id}"), &[("accept-language", "en")]);
    assert!(english.contains("What to do next") && english.contains("no. 0813"), "{english}");
    assert_eq!(developer.open("/console/calls/nothing").0, 404);

    // Pages by key: each call once.
    for _ in 0..60 {
        fixture.ok("/topapi/serviceaccount/list", &json!({}));
    }
    let first = developer.page("/console/calls?operation=serviceaccount.list");
    let older =
        first.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("older");
    let second = developer.page(&older.replace("&#38;", "&").replace("&amp;", "&"));
    let count = |page: &str| page.matches("<li id=\"call-").count();
    assert_eq!((count(&first), count(&second)), (50, 10));
}

#[test]
fn bodies_of_one_app_are_recorded_for_an_hour_without_secrets() {
    let mut fixture = ProgramFixture::start();
    let other = app(fixture.data.path(), &fixture.corp, "internal", "qyapi_service_account_manage");
    let other_token = fixture.program().token(&other);
    let member = |userid: &str, mobile: &str| {
        let member = json!({ "userid": userid, "name": "安", "mobile": mobile, "dept_id_list": "1", "init_password": "钟声 carillon" });
        fixture.ok("/topapi/v2/user/create", &member)["request_id"].clone()
    };
    let before = member("ann", "13800000001");
    let started = fixture.command_json(&["calls", "record", fixture.key()]);
    assert!(started["bodies_recorded_until"].as_str().unwrap().ends_with(" UTC"), "{started}");
    let during = member("bob", "13800000002");
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "nothingiE" }));
    let path = format!("/topapi/serviceaccount/list?access_token={other_token}");
    let of_other = fixture.program().json(&path, &json!({}));
    for id in [&before, &of_other["request_id"]] {
        assert!(explained(&fixture, id).get("request").is_none(), "{id}");
    }
    let found = explained(&fixture, &during);
    let (request, response) = (found["request"].as_str().unwrap(), found["response"].as_str().unwrap());
    assert!(request.contains("\"userid\":\"bob\"") && response.contains("\"errcode\":0"), "{found}");
    for secret in ["13800000002", "carillon", fixture.token.as_str()] {
        assert!(!request.contains(secret) && !response.contains(secret), "{secret}: {found}");
    }
    let found = explained(&fixture, &refused["request_id"]);
    assert!(found["request"].as_str().unwrap().contains("nothingiE"), "{found}");
    assert!(found["response"].as_str().unwrap().contains("800003"), "{found}");

    let developer = fixture.browser("developer", 1);
    fixture.command_json(&["operator", "add", "developer", "--corp", &fixture.corp, "--role", "developer"]);
    // The trail tells of it, and other organisations cannot record it.
    let named = format!("x-carillon-corp: {}\r\n", fixture.corp);
    let (_, trail) = fixture.local(AUDITS, &named, &json!({ "subject": "app", "action": "calls record" }));
    assert!(trail["items"][0]["after"]["bodies_recorded_until"].is_string(), "{trail}");
    let second = carillon_json(fixture.data.path(), &["corp", "create", "--name", "第二个"]);
    let foreign = format!("x-carillon-corp: {}\r\n", second["corp_id"].as_str().unwrap());
    let request = json!({ "appKey": fixture.key(), "minutes": 60 });
    let (status, answer) = fixture.local("/v1.0/carillon/calls/record", &foreign, &request);
    assert_eq!(status, 400, "{answer}");
    for (minutes, status) in [(60, 200), (61, 400), (-1, 400), (0, 200)] {
        let request = json!({ "appKey": fixture.key(), "minutes": minutes });
        let (found, answer) = fixture.local("/v1.0/carillon/calls/record", &named, &request);
        assert_eq!(found, status, "{minutes}: {answer}");
    }
    let after = member("cai", "13800000003");
    assert!(explained(&fixture, &after).get("request").is_none(), "it has ended");

    // A developer does the same in the console; a restart ends it.
    let form = [("app", fixture.key())];
    assert_eq!(developer.submit("/console/calls/record", &form), (303, "/console/calls".to_owned()));
    assert!(developer.page("/console/calls").contains("记录到"));
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "anotheriE" }));
    let id = refused["request_id"].as_str().unwrap();
    let call = developer.page(&format!("/console/calls/{id}"));
    assert!(call.contains("请求和响应内容") && call.contains("anotheriE"), "{call}");
    assert_eq!(developer.submit("/console/calls/record", &[("app", "nobody")]).0, 404);
    let stop = [("app", fixture.key()), ("stop", "1")];
    assert_eq!(developer.submit("/console/calls/record", &stop).0, 303);
    assert!(!developer.page("/console/calls").contains("记录到"));
    fixture.command_json(&["calls", "record", fixture.key()]);
    fixture.crash();
    let later = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "lateriE" }));
    assert!(explained(&fixture, &later["request_id"]).get("request").is_none());
}

#[test]
fn the_journal_is_a_file_and_leads_to_the_reference() {
    let fixture = ProgramFixture::start();
    let developer = crate::console::operator(&fixture, "developer", "developer");
    fixture.ok("/topapi/serviceaccount/list", &json!({}));
    fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "nothingiE" }));
    let list = format!("/console/calls?caller={}", fixture.key());
    let page = developer.page(&list);
    assert!(page.contains("csv=1"), "{page}");
    let (status, all) = developer.open(&format!("{list}&csv=1"));
    let (_, refused) = developer.open(&format!("{list}&refused=1&csv=1"));
    assert!(status == 200 && all.starts_with('\u{feff}'), "{all}");
    assert!(all.contains("serviceaccount.list") && all.contains("800003"), "{all}");
    assert_eq!(refused.lines().count(), 2, "{refused}");
    assert!(!all.contains(fixture.secret()), "{all}");
    let (_, rows) = page.split_once("<ul class=\"sends calls\"").unwrap();
    let call = rows.split("<a href=\"").skip(1).find(|row| row.contains("serviceaccount.list")).unwrap();
    let page = developer.page(call.split('"').next().unwrap());
    assert!(page.contains("/reference/serviceaccount.list\""), "{page}");
    assert!(
        page.contains("open.dingtalk.com/document")
            && page.contains(&format!("/console/apps/{}", fixture.key())),
        "{page}"
    );
}
