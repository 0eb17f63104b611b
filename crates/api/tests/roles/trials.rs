//! Operators who try operations with an app.

use axum::http::Method;
use carillon_domain::{
    app::{self, AppEdit},
    corp,
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    id::AppKey,
    operator::{AccountScope, OperatorRole},
    time::MINUTE_MS,
};
use carillon_store::Tx;
use carillon_wire::dispatcher::CALLS_PER_MINUTE;
use serde_json::{Value, json};
use testkit::server::{NOW, add_app};

use crate::{
    matrix::{app_matrix::AppMatrix, fixture::Fixture, request::Request},
    operator,
};

const TRY: &str = "/v1.0/carillon/calls/try";
const REACH: &str = "/v1.0/carillon/calls/reach";
const SEND: &str = "mass.send_legacy";

fn developer(server: &AppMatrix) -> String {
    operator::sign_in(server, "developer", [(OperatorRole::Developer, AccountScope::All)])
}

/// Tries a call. Returns status and response.
fn post(server: &AppMatrix, cookie: &str, path: &str, request: &Value) -> (u16, Value) {
    operator::call(server, cookie, "POST", path, Some(request))
}

/// Tries a call that must be made. Returns its response, and the body of that.
fn tried(server: &AppMatrix, cookie: &str, request: &Value) -> (Value, Value) {
    let (status, answer) = post(server, cookie, TRY, request);
    assert_eq!(status, 200, "{answer}");
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap_or_default();
    (answer, body)
}

/// The text with which a call is not made.
fn refusal(server: &AppMatrix, cookie: &str, path: &str, request: &Value) -> String {
    let (status, answer) = post(server, cookie, path, request);
    assert!(matches!(status, 400 | 403), "{status} {answer}");
    format!("{} {}", answer["code"].as_str().unwrap(), answer["message"].as_str().unwrap())
}

fn list(app: &str) -> Value {
    json!({ "operation": "serviceaccount.list", "appKey": app, "body": "{\"page_size\":10}" })
}

#[test]
fn an_owner_calls_with_the_token_of_an_app_and_never_gets_it() {
    let fixture = Fixture::open();
    let (server, owner) = (&fixture.server, fixture.server.owner());
    let (key, secret) = &server.credentials;
    let (answer, body) = tried(server, owner, &list(key));
    assert_eq!((&answer["status"], &body["errcode"]), (&json!(200), &json!(0)), "{answer}");
    assert_eq!(body["request_id"], answer["requestId"]);
    assert_eq!(answer["size"], json!(answer["body"].as_str().unwrap().len()));
    assert_eq!(answer["isShortened"], false);
    let headers = answer["headers"].as_array().unwrap();
    assert!(headers.iter().any(|header| header["name"] == "content-type"), "{headers:?}");
    let text = answer.to_string();
    assert!(!text.contains(server.token_of(AppType::Internal)) && !text.contains(secret.as_str()));

    // The journal has the call as one of the app, and the audit trail who made it.
    let call = json!({ "requestId": answer["requestId"] });
    let (_, found) = post(server, owner, "/v1.0/carillon/calls/get", &call);
    assert_eq!(found["call"]["callerType"], "app", "{found}");
    assert_eq!(
        (&found["call"]["callerId"], &found["call"]["operation"]),
        (&json!(key), &json!("serviceaccount.list"))
    );
    let (_, trail) = post(server, owner, "/v1.0/carillon/audits/query", &json!({ "subject": "trial" }));
    let entry = &trail["items"][0];
    assert_eq!(entry["subjectId"], json!(key), "{trail}");
    assert_eq!((&entry["actorType"], &entry["actorId"]), (&json!("member"), &json!("owner")));
    assert_eq!(entry["after"]["operation"], "serviceaccount.list");
    // A v1.0 operation gets the token in its header, and its fields in path, query and body.
    let comments = json!({
        "operation": "carillon.comment_list", "appKey": key,
        "path": [{ "name": "publisherId", "value": fixture.account }],
        "query": [
            { "name": "articleId", "value": fixture.published.to_string() },
            { "name": "pageNumber", "value": "1" },
            { "name": "pageSize", "value": "1" },
        ],
    });
    let (answer, body) = tried(server, owner, &comments);
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(body["data"].as_array().map(Vec::len), Some(1), "{body}");
}

#[test]
fn a_developer_uses_apps_without_permissions_alone() {
    let server = AppMatrix::start();
    let developer = developer(&server);
    let (answer, body) = tried(&server, &developer, &list(&server.bare_app));
    assert_eq!((&body["errcode"], &body["sub_code"]), (&json!(88), &json!("60011")), "{body}");
    let (_, found) =
        post(&server, &developer, "/v1.0/carillon/calls/get", &json!({ "requestId": answer["requestId"] }));
    assert_eq!(found["call"]["refusal"]["cause"], "PermissionDenied");
    assert_eq!(found["explain"][0]["aspect"], "wrong", "{found}");
    let refused = refusal(&server, &developer, TRY, &list(&server.credentials.0));
    assert!(refused.contains("OperatorRoleDenied") && refused.contains("owner"), "{refused}");
    // Nothing was called.
    let (_, calls) =
        post(&server, &developer, "/v1.0/carillon/calls/query", &json!({ "callerId": server.credentials.0 }));
    assert_eq!(calls["items"], json!([]), "{calls}");
}

#[test]
fn apps_of_others_and_disabled_ones_are_not_used() {
    let server = AppMatrix::start();
    let env = server.env.clone();
    let create = move |tx: &mut Tx<'_>| corp::create(tx, &env, "邻", corp::DEFAULT_TIME_ZONE, false);
    let signature = Signature::server(&server.env, "test");
    let other = server.store.write_registry_blocking(signature, create).unwrap().id;
    let theirs = add_app(&server.store, &server.env, &other, AppType::Internal, &[]).key;
    for key in [theirs.as_str(), "dingnobody"] {
        let refused = refusal(&server, server.owner(), TRY, &list(key));
        assert!(refused.contains("appKey is not an app of the organisation"), "{refused}");
    }
    let bare = AppKey::from(server.bare_app.as_str());
    server.write(move |tx, env, _| app::set(tx, env, &bare, AppEdit { name: None, disabled: Some(true) }));
    let refused = refusal(&server, server.owner(), TRY, &list(&server.bare_app));
    assert!(refused.contains("应用已停用"), "{refused}");
}

#[test]
fn nothing_is_smuggled_into_a_call() {
    let fixture = Fixture::open();
    let (server, owner) = (&fixture.server, fixture.server.owner());
    let key = &server.credentials.0;
    let with = |more: Value| {
        let mut request = list(key);
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let pair = |name: &str, value: &str| json!([{ "name": name, "value": value }]);
    for (more, expected) in [
        (json!({ "headers": pair("Host", "evil.example") }), "headers is not known here"),
        (json!({ "cookie": owner }), "cookie is not known here"),
        (json!({ "url": "https://evil.example/" }), "url is not known here"),
        (json!({ "query": pair("access_token", "x") }), "query[0].name is set by the server"),
        (json!({ "query": pair("Access_Token", "x") }), "query[0].name is set by the server"),
        (json!({ "path": pair("unionid", "x") }), "path[0].name is not a field in the path"),
        (json!({ "method": "DELETE" }), "method is not accepted by serviceaccount.list"),
        (json!({ "method": "CONNECT" }), "method must be one of"),
        (json!({ "method": "GET" }), "body cannot be there in a call by GET"),
        (json!({ "operation": "/topapi/serviceaccount/list" }), "operation is not an operation"),
        (json!({ "operation": "carillon.calls_try" }), "operation is not called with the token of an app"),
        (json!({ "operation": "credentials.gettoken" }), "operation is not called with the token of an app"),
        (json!({ "file": { "name": "a", "content": "" } }), "file is not taken by the operation"),
        (
            json!({ "query": [{ "name": "x".repeat(129), "value": "" }] }),
            "query[0].name must have at most 128",
        ),
        (
            json!({ "query": vec![json!({ "name": "x", "value": "长".repeat(9_999) }); 2] }),
            "query makes an address",
        ),
        (json!({ "body": "x".repeat(1_000_001) }), "body must have at most"),
    ] {
        let refused = refusal(server, owner, TRY, &with(more));
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    // The session of the operator is not that of the call: the app has no permission for it.
    let request = json!({ "operation": "carillon.organisation_get", "appKey": server.bare_app });
    let (answer, body) = tried(server, owner, &request);
    assert_eq!(answer["status"], 403, "{body}");

    // A value stays in its place, whatever it is.
    let comments = |publisher: &str| json!({ "operation": "carillon.comment_list", "appKey": key, "path": pair("publisherId", publisher) });
    for value in ["..", ".", "../../carillon/apps", "a/b", "a?b=c", "a#b", "%2e%2e", "\r\nhost: evil.example"]
    {
        let (answer, body) = tried(server, owner, &comments(value));
        assert_eq!(answer["status"], 400, "{value}: {body}");
        let call = json!({ "requestId": answer["requestId"] });
        let (_, found) = post(server, owner, "/v1.0/carillon/calls/get", &call);
        assert_eq!(found["call"]["operation"], "carillon.comment_list", "{value}");
    }
    let refused = refusal(server, owner, TRY, &comments(""));
    assert!(refused.contains("path has no value for publisherId"), "{refused}");
}

#[test]
fn requests_of_other_sites_and_of_apps_try_nothing() {
    let server = AppMatrix::start();
    let request =
        Request::to(Method::POST, TRY).with_body("application/json", list(&server.bare_app).to_string());
    for headers in [
        &[("origin", "https://page.example")][..],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "null")],
    ] {
        let answer = server.send(&Request { headers, ..request.clone() }.with_cookie(server.owner()));
        assert_eq!(answer.status, 400, "{:?}", answer.body);
        assert_eq!(answer.body["code"], "AuthenticationFailed.MissingParameter");
        assert!(!answer.is_open_to_any_origin);
    }
    let token_header = Some(server.token_of(AppType::Internal).to_owned());
    let answer = server.send(&Request { token_header, ..request.clone() }.with_cookie(server.owner()));
    assert_eq!(answer.status, 403, "with a token, a session does not count: {:?}", answer.body);
    assert_eq!(server.send(&request.with_cookie(server.owner())).status, 200);
}

#[test]
fn requests_and_responses_are_bounded() {
    let fixture = Fixture::open();
    let (server, owner) = (&fixture.server, fixture.server.owner());
    let key = &server.credentials.0;
    let large = "x".repeat(20 << 20);
    let request =
        Request::to(Method::POST, TRY).with_body("application/json", json!({ "body": large }).to_string());
    let answer = server.send(&request.with_cookie(owner));
    assert_eq!(answer.status, 400, "{:?}", answer.body);
    assert!(answer.body["message"].as_str().unwrap().contains("超过限制"), "{}", answer.body);

    let content = format!("<p>{}</p>", "长".repeat(200_000));
    let change = json!({ "article_id": fixture.draft, "title": "长", "content": content });
    fixture.ok("/topapi/material/article/update", &json!({ "unionid": fixture.account, "article": change }));
    let body = json!({ "unionid": fixture.account, "article_id": fixture.draft }).to_string();
    let (answer, _) =
        tried(server, owner, &json!({ "operation": "article.get", "appKey": key, "body": body }));
    assert_eq!(answer["isShortened"], true);
    assert!(answer["size"].as_u64() > Some(600_000), "{}", answer["size"]);
    let shortened = answer["body"].as_str().unwrap();
    assert!((512 << 10) - 3 <= shortened.len() && shortened.len() <= (512 << 10) + 3, "{}", shortened.len());
}

#[test]
fn the_calls_of_a_minute_are_limited_for_each_operator() {
    let server = AppMatrix::start();
    let (one, request) = (developer(&server), list(&server.bare_app));
    for _ in 0..CALLS_PER_MINUTE {
        assert_eq!(post(&server, &one, TRY, &request).0, 200);
    }
    assert!(refusal(&server, &one, TRY, &request).contains("tooManyTrials"));
    assert_eq!(post(&server, server.owner(), TRY, &request).0, 200, "another operator");
    server.clock.set(NOW + MINUTE_MS);
    assert_eq!(post(&server, &one, TRY, &request).0, 200);
}

#[test]
fn a_call_that_reaches_members_confirms_their_number() {
    let fixture = Fixture::open();
    let (server, key) = (&fixture.server, &fixture.server.credentials.0);
    let owner = operator::sign_in_once(server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let body = |more: &Value| {
        let mut body = json!({ "unionid": fixture.account, "msg_type": "text", "text_content": more.to_string(), "uuid": more.to_string(),
                               "is_to_all": false });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let reach = |body: &str| {
        let (status, answer) = post(server, &owner, REACH, &json!({ "operation": SEND, "body": body }));
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let send = |body: &str, confirm: Value| {
        let mut request = json!({ "operation": SEND, "appKey": key, "body": body });
        if !confirm.is_null() {
            request["confirm"] = confirm;
        }
        request
    };
    let some = body(&json!({ "dep_id_list": [fixture.dept], "userid_list": ["dan"] }));
    let answer = reach(&some);
    assert_eq!((&answer["members"], &answer["everybody"]), (&json!(4), &json!(false)), "{answer}");
    for confirm in [Value::Null, json!(0), json!(3), json!(5)] {
        let refused = refusal(server, &owner, TRY, &send(&some, confirm));
        assert!(
            refused.contains("confirm must be the number of members that the call reaches, 4"),
            "{refused}"
        );
    }
    let (answer, sent) = tried(server, &owner, &send(&some, json!(4)));
    assert_eq!(sent["errcode"], 0, "{answer}");

    // Narrowed, it goes to the operator alone.
    let only_me: Value = serde_json::from_str(reach(&some)["onlyMe"].as_str().unwrap()).unwrap();
    assert_eq!((&only_me["userid_list"], &only_me["is_to_all"]), (&json!(["boss"]), &json!(false)));
    assert_eq!((&only_me["dep_id_list"], &only_me["msg_type"]), (&Value::Null, &json!("text")));
    assert_eq!(reach(&only_me.to_string())["members"], 1);

    // To everybody only after the password was entered once more; in whichever form the body is.
    let all = body(&json!({ "is_to_all": true }));
    let answer = reach(&all);
    let everybody = answer["members"].clone();
    assert_eq!(answer["everybody"], true, "{answer}");
    let form = format!("unionid={}&msg_type=text&text_content=x&uuid=form&is_to_all=true", fixture.account);
    assert_eq!(reach(&form)["members"], everybody);
    for body in [&all, &form] {
        let refused = refusal(server, &owner, TRY, &send(body, everybody.clone()));
        assert!(refused.contains("ReauthenticationRequired"), "{refused}");
    }
    let owner = operator::sign_in(server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let (_, sent) = tried(server, &owner, &send(&all, everybody.clone()));
    assert_eq!(sent["errcode"], 0, "{sent}");

    // A recall reaches those who got it; one that would be refused reaches nobody.
    let recall = |task: &Value| json!({ "unionid": fixture.account, "task_id": task }).to_string();
    let reached =
        |body: String| post(server, &owner, REACH, &json!({ "operation": "mass.recall", "body": body })).1;
    assert_eq!(reached(recall(&sent["task_id"])), json!({ "members": everybody, "everybody": true }));
    assert_eq!(reached(recall(&json!("push0iE"))), json!({ "members": 0, "everybody": false }));
    assert_eq!(reached("{".to_owned()), json!({ "members": 0, "everybody": false }));
    let nobody = json!({ "operation": "serviceaccount.list" });
    assert_eq!(post(server, &owner, REACH, &nobody), (200, json!({ "members": 0, "everybody": false })));
}

#[test]
fn callbacks_and_uploads_are_tried_too() {
    let fixture = Fixture::open();
    let server = &fixture.server;
    let once = operator::sign_in_once(server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let register =
        json!({ "operation": "events.callback_register", "appKey": server.bare_app, "body": "{}" });
    // What reads its secrets too.
    let read = json!({ "operation": "events.callback_get", "appKey": server.bare_app });
    for request in [&register, &read] {
        let refused = refusal(server, &once, TRY, request);
        assert!(refused.contains("ReauthenticationRequired"), "{refused}");
    }
    let (_, body) = tried(server, server.owner(), &register);
    assert_ne!(body["errcode"], 0);

    let content = data_encoding::BASE64.encode(&testkit::file::png(9, 3));
    let upload = |name: &str, content: &str| {
        json!({
            "operation": "credentials.media_upload", "appKey": server.credentials.0,
            "query": [{ "name": "type", "value": "image" }], "file": { "name": name, "content": content },
        })
    };
    let (_, body) = tried(server, &once, &upload("图 1.png", &content));
    assert_eq!(body["errcode"], 0, "{body}");
    for (request, expected) in [
        (upload("a\"b.png", &content), "file.name has a quotation mark"),
        (upload("a\r\nb.png", &content), "file.name has a quotation mark or a control character"),
        (upload("a.png", "?"), "file.content is not base64"),
    ] {
        let refused = refusal(server, &once, TRY, &request);
        assert!(refused.contains(expected), "{refused}");
    }
    let mut both = upload("a.png", &content);
    both["body"] = json!("{}");
    assert!(refusal(server, &once, TRY, &both).contains("body cannot be there beside a file"));
}
