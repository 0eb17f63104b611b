//! A server on which every operation that changes something was called.

use carillon_domain::comment;
use carillon_model::{
    audit::Signature,
    id::ArticleId,
    operator::{AccountScope, OperatorRole},
};
use serde_json::{Value, json};
use testkit::server::{NOW, TestServer};

use crate::operator;

/// Calls every operation that changes something. Each succeeds.
pub fn change_everything(server: &TestServer) -> String {
    let unionid = server.account("新闻");
    let update = json!({ "unionid": unionid, "name": "消息", "brief": "b".repeat(60) });
    server.ok("/topapi/serviceaccount/update", &update);
    let button = json!({ "name": "看", "type": "view", "url": "https://example.com" });
    let menu = json!({ "button": [button], "enable_input": true, "status": 0 });
    server.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": unionid, "menu": menu }));

    let replies = format!("/v1.0/carillon/service-accounts/{unionid}/auto-replies");
    let rule = json!({ "keywords": ["词"], "matching": "contains", "reply": { "msgType": "text", "content": "secret reply" } });
    server.ok_v1("PUT", &replies, &json!({ "rules": [rule] }));
    let article = server.article(&unionid, "文");
    let this = json!({ "unionid": unionid, "article_id": article });
    let change = json!({ "article_id": article, "title": "章", "content": "<p>secret draft</p>" });
    server.ok("/topapi/material/article/update", &json!({ "unionid": unionid, "article": change }));
    server.ok("/topapi/material/article/publish", &this);
    let other = server.article(&unionid, "另");
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": article }] });
    let card = server.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let change = json!({ "unionid": unionid, "media_id": card, "articles": [{ "article_id": other }] });
    server.ok("/topapi/material/news/update", &change);
    server.ok("/topapi/material/news/delete", &json!({ "unionid": unionid, "media_id": card }));
    server.ok("/topapi/material/article/delete", &this);

    let callback = json!({ "call_back_tag": "user_add_org", "token": "token-of-callback", "aes_key": "k".repeat(43),
                           "url": "https://example.com/callback" });
    server.ok("/call_back/register_call_back", &callback);
    server.ok("/call_back/update_call_back", &callback);
    let department = json!({ "name": "部", "parent_id": 1 });
    let department = server.ok("/topapi/v2/department/create", &department)["result"]["dept_id"].clone();
    let change = json!({ "dept_id": department, "name": "处", "order": 1 });
    server.ok("/topapi/v2/department/update", &change);
    let member = json!({ "userid": "u1", "name": "员", "mobile": "13800000001", "dept_id_list": department.to_string(),
                         "init_password": "Secret-123456", "exclusive_account": true, "login_id": "u1" });
    server.ok("/topapi/v2/user/create", &member);
    server.ok("/topapi/v2/user/update", &json!({ "userid": "u1", "title": "长", "mobile": "13800000002" }));
    let group = server.ok("/role/add_role_group", &json!({ "name": "组" }))["groupId"].clone();
    let role = server.ok("/role/add_role", &json!({ "roleName": "职", "groupId": group }))["roleId"].clone();
    let assignment = json!({ "roleIds": role.to_string(), "userIds": "u1" });
    server.ok("/topapi/role/addrolesforemps", &assignment);
    let scope = json!({ "userid": "u1", "role_id": role, "dept_ids": department.to_string() });
    server.ok("/topapi/role/scope/update", &scope);
    server.ok("/role/update_role", &json!({ "roleId": role, "roleName": "责" }));
    server.ok("/topapi/role/removerolesforemps", &assignment);
    server.ok("/topapi/role/deleterole", &json!({ "role_id": role }));

    let send = json!({ "unionid": unionid, "is_to_all": true, "msg_type": "text", "text_content": "好", "uuid": "1" });
    let task = server.ok("/topapi/message/mass/send", &send)["task_id"].clone();
    server.ok("/topapi/message/mass/recall", &json!({ "unionid": unionid, "task_id": task }));
    server.ok("/topapi/v2/user/delete", &json!({ "userid": "u1" }));
    server.ok("/topapi/v2/department/delete", &json!({ "dept_id": department }));
    // Nothing delivers in this test: the event of the member waits, and is given up when the callback goes.
    server.ok("/call_back/delete_call_back", &json!({}));
    let (_, log) = server.call_v1("/v1.0/carillon/event/delivery/list", &json!({}));
    let retry = json!({ "event_ids": log["events"][0]["event_id"] });
    assert_eq!(server.call_v1("/v1.0/carillon/event/delivery/retry", &retry).0, 200, "{log}");
    // It is given up once more, and then all that failed are retried.
    server.ok("/call_back/register_call_back", &callback);
    server.ok("/call_back/delete_call_back", &json!({}));
    let since = json!({ "start_time": NOW });
    let retried = server.ok_v1("POST", "/v1.0/carillon/event/delivery/retry-since", &since);
    assert_eq!(retried, json!({ "retried": 1, "has_more": false }));
    unionid
}

/// The ids of two comments of the member `u2`.
fn comments(server: &TestServer, unionid: &str) -> [String; 2] {
    let article = server.article(unionid, "评");
    server.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": article }));
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": article }] });
    let card = server.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let send = json!({ "unionid": unionid, "is_to_all": true, "msg_type": "news_card", "media_id": card, "uuid": "card",
                       "allow_comment": true });
    let task = server.ok("/topapi/message/mass/send", &send)["task_id"].as_str().unwrap().into();
    let (env, corp) = (server.env.clone(), server.corp.clone());
    let signature = Signature::server(&env, "test");
    let written = server.store.write_blocking(&server.corp, signature, move |tx| {
        let member = tx.member_no(&corp, &"u2".into())?.expect("the member");
        let thread = comment::thread(tx, &corp, member, ArticleId(article), &task)?.expect("open");
        let mut write = || comment::write(tx, &env, &corp, &thread, "secret comment");
        Ok([write()?, write()?])
    });
    written.unwrap().map(|id| id.expect("taken").to_string())
}

/// Calls the operations that were added later, so that the entries of the first ones stay as they are.
fn change_with_newer_operations(server: &TestServer, unionid: &str) {
    let member = json!({ "userid": "u2", "name": "员", "mobile": "13800000003", "dept_id_list": "1" });
    server.ok("/topapi/v2/user/create", &member);
    let account = format!("/v1.0/carillon/service-accounts/{unionid}");
    server.ok_v1("PUT", &format!("{account}/operators"), &json!({ "operator_user_id_list": ["u2"] }));
    server.ok_v1(
        "PUT",
        &format!("{account}/scope"),
        &json!({ "allow_send_to_all": true, "allow_send_user_id_list": "u2" }),
    );
    let send = |uuid: &str| json!({ "unionid": unionid, "is_to_all": true, "msg_type": "text", "text_content": uuid, "uuid": uuid });
    server.ok_v1("POST", "/v1.0/exclusive/follow/message/send", &send("v1"));
    let mut later = send("later");
    later["send_time"] = json!(NOW + 1);
    let task = server.ok_v1("POST", "/v1.0/carillon/message/mass/schedule", &later)["task_id"].clone();
    let task = json!({ "unionid": unionid, "task_id": task });
    let mut moved = task.clone();
    moved["send_time"] = json!(NOW + 2);
    server.ok_v1("POST", "/v1.0/carillon/message/mass/move", &moved);
    server.ok_v1("POST", "/v1.0/carillon/message/mass/cancel", &task);
    let mut early = send("early");
    early["send_time"] = json!(NOW + 1);
    let task = server.ok_v1("POST", "/v1.0/carillon/message/mass/schedule", &early)["task_id"].clone();
    let task = json!({ "unionid": unionid, "task_id": task });
    server.ok_v1("POST", "/v1.0/carillon/message/mass/send-now", &task);
    let settings = json!({ "agreement_signed": true, "app_unionid": unionid, "phone_unionid": unionid });
    server.ok_v1("PUT", "/v1.0/carillon/dings/settings", &settings);
    let looks = json!({ "name": "测试", "short_name": "ceshi-2", "time_zone": "Asia/Shanghai" });
    server.ok_v1("PUT", "/v1.0/carillon/organisation", &looks);
    for kind in ["app", "phone"] {
        let ding = json!({ "userids": ["u2"], "content": "secret ding" });
        server.ok_v1("POST", &format!("/v1.0/exclusive/{kind}Dings/send"), &ding);
    }
    let [comment, other] = comments(server, unionid);
    let selected = format!("/v1.0/carillon/publishers/{unionid}/comments/{comment}/selected");
    server.ok_v1("PUT", &selected, &json!({ "selected": true }));
    let other = format!("/v1.0/carillon/publishers/{unionid}/comments/{other}");
    for (method, rest, request) in [
        ("POST", "done", json!({})),
        ("PUT", "hidden", json!({ "hidden": true })),
        ("PUT", "answer", json!({ "text": "secret comment" })),
    ] {
        assert_eq!(server.v1(method, &format!("{other}/{rest}"), Some(&request)).0, 200, "{rest}");
    }
    assert_eq!(server.v1("DELETE", &other, None), (200, json!({})));
    let comment = format!("/v1.0/exclusive/publishers/{unionid}/comments/{comment}");
    assert_eq!(server.v1("DELETE", &comment, None), (200, json!(true)));
    let fact = json!({ "id": "1", "time": NOW, "userId": "u2", "kind": "todo", "count": 1 });
    server.ok_v1("POST", "/v1.0/carillon/facts", &fact);
    server.ok_v1("PUT", &format!("{account}/blocked-members"), &json!({ "black_user_id_list": ["u2"] }));
    change_groups(server);
}

fn change_groups(server: &TestServer) {
    let v1 = |method: &str, path: &str, request: &Value| {
        let (status, answer) = server.v1(method, path, Some(request));
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    let post = |path: &str, request: &Value| v1("POST", &format!("/v1.0/carillon/groups/{path}"), request);
    let group = json!({ "title": "群", "groupType": 3, "ownerUserId": "u2" });
    let id = post("create", &group)["openConversationId"].clone();
    let second = json!({ "userid": "u3", "name": "二", "mobile": "13800000004", "dept_id_list": "1" });
    server.ok("/topapi/v2/user/create", &second);
    let members = json!({ "openConversationId": id, "memberUserIds": ["u3"] });
    post("members/add", &members);
    post("members/remove", &members);
    post("update", &json!({ "openConversationId": id, "title": "组" }));
    post("messages/send", &json!({ "openConversationId": id, "senderUserId": "u2" }));
    let ban_words = "/v1.0/exclusive/enterpriseSecurities/banOrOpenGroupWords";
    v1("PUT", ban_words, &json!({ "openConverationId": id, "banWordsType": 1 }));
    post("dissolve", &json!({ "openConversationId": id }));
}

/// Calls the operations on members and departments.
fn change_members(server: &TestServer, ok: &dyn Fn(&str, &str, Option<&Value>) -> Value) {
    let new = json!({ "userId": "u9", "name": "九", "mobile": "13800000099", "departmentIds": [1] });
    ok("POST", "/v1.0/carillon/members", Some(&new));
    let member = "/v1.0/carillon/members/u9";
    let group = server.ok("/role/add_role_group", &json!({ "name": "新组" }))["groupId"].clone();
    let role =
        server.ok("/role/add_role", &json!({ "roleName": "新职", "groupId": group }))["roleId"].clone();
    ok("PUT", member, Some(&json!({ "title": "secret title" })));
    ok("PUT", &format!("{member}/roles"), Some(&json!({ "roleIds": [role] })));
    ok("POST", &format!("{member}/password-link"), Some(&json!({})));
    ok("POST", &format!("{member}/unlock"), Some(&json!({})));
    let departments = "/v1.0/carillon/departments";
    let add = |name: &str| {
        let new = json!({ "name": name, "parentId": 1 });
        ok("POST", departments, Some(&new))["departmentId"].as_i64().unwrap()
    };
    let (one, two) = (add("新一"), add("新二"));
    ok("PUT", &format!("{departments}/{one}"), Some(&json!({ "name": "新三" })));
    ok("POST", &format!("{departments}/{two}/place"), Some(&json!({ "parentId": 1, "beforeId": one })));
    let moved = json!({ "targetId": one, "userIds": ["u9"] });
    ok("POST", &format!("{departments}/1/move-members"), Some(&moved));
    ok("DELETE", &format!("{departments}/{two}"), None);
    ok("DELETE", member, None);
    let imports = "/v1.0/carillon/member-imports";
    for action in ["apply", "cancel"] {
        // Nothing works in the background here, so the list has no line that has to be checked.
        let owner = operator::sign_in(server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
        let (status, uploaded) = operator::upload(server, &owner, imports, b"userid,name\nx\n");
        assert_eq!(status, 200, "{uploaded}");
        let id = uploaded["importId"].as_i64().unwrap();
        ok("POST", &format!("{imports}/{id}/{action}"), Some(&json!({})));
    }
}

/// Calls the operations that operators have in the console.
fn change_as_operators(server: &TestServer, unionid: &str) {
    let owner = operator::sign_in(server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let ok = |method: &str, path: &str, request: Option<&Value>| {
        let (status, answer) = operator::call(server, &owner, method, path, request);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    };
    ok("PUT", "/v1.0/carillon/operators/u3", Some(&json!({ "roles": [{ "role": "members" }] })));
    ok("POST", "/v1.0/carillon/operators/u3/password-link", Some(&json!({})));
    ok("DELETE", "/v1.0/carillon/operators/u3", None);
    let app = ok("GET", "/v1.0/carillon/apps", None)["apps"][0]["appKey"].as_str().unwrap().to_owned();
    let permissions = json!({ "permissions": testkit::server::PERMISSIONS[1..] });
    ok("PUT", &format!("/v1.0/carillon/apps/{app}/permissions"), Some(&permissions));
    let new = json!({ "name": "新应用", "permissions": ["qyapi_base"] });
    let created = ok("POST", "/v1.0/carillon/apps", Some(&new))["appKey"].as_str().unwrap().to_owned();
    ok(
        "PUT",
        &format!("/v1.0/carillon/apps/{created}"),
        Some(&json!({ "name": "旧应用", "disabled": true })),
    );
    ok("POST", &format!("/v1.0/carillon/apps/{created}/secret"), Some(&json!({})));
    let bare = ok("POST", "/v1.0/carillon/apps", Some(&json!({ "name": "回调" })))["appKey"].clone();
    let subscription = format!("/v1.0/carillon/event/subscriptions/{}", bare.as_str().unwrap());
    let callback = json!({ "events": ["user_*"], "url": "https://example.com/callback", "token": "secret-token-of-callback",
                           "aes_key": "s".repeat(43) });
    ok("PUT", &subscription, Some(&callback));
    let deliveries = "/v1.0/carillon/event/delivery";
    ok("POST", &format!("{deliveries}/test"), Some(&json!({ "app_key": bare })));
    ok("DELETE", &subscription, None);
    ok("POST", "/v1.0/carillon/calls/record", Some(&json!({ "appKey": app, "minutes": 60 })));
    let trial = json!({ "operation": "serviceaccount.list", "appKey": app, "body": "{\"secret\":\"secret of a trial\"}" });
    ok("POST", "/v1.0/carillon/calls/try", Some(&trial));
    change_articles(&ok, unionid);
    let picture = operator::add_picture(server, unionid, "a.png").replace('@', "%40");
    let picture = format!("/v1.0/carillon/pictures/{picture}");
    ok("PUT", &format!("{picture}/name"), Some(&json!({ "unionid": unionid, "name": "b.png" })));
    ok("DELETE", &format!("{picture}?unionid={unionid}"), None);
    let uploaded = operator::upload_picture(server, &owner, unionid, ("b.png", &testkit::file::png(9, 3)));
    assert_eq!(uploaded.0, 200, "{}", uploaded.1);
    change_send_drafts(server, &ok, unionid);
    change_members(server, &ok);
    let sessions = "/v1.0/carillon/members/u3/sessions";
    operator::sign_in(server, "u3", []);
    let session = ok("GET", sessions, None)["sessions"][0]["sessionId"].as_str().unwrap().to_owned();
    ok("DELETE", &format!("{sessions}/{session}"), None);
    operator::sign_in(server, "u3", []);
    assert_eq!(ok("DELETE", sessions, None), json!({ "ended": 1 }));
    let own = "/v1.0/carillon/sessions";
    let boss = || operator::sign_in(server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    boss();
    let rows = ok("GET", own, None)["sessions"].as_array().unwrap().clone();
    let other = rows.iter().find(|row| row["current"] == false).unwrap()["sessionId"].as_str().unwrap();
    assert_eq!(ok("DELETE", &format!("{own}/{other}"), None), json!({ "ended": true }));
    boss();
    ok("POST", &format!("{own}/end-others"), Some(&json!({})));
    let logo = "/v1.0/carillon/organisation/logo?file_name=logo.png";
    let (status, answer) = operator::upload(server, &owner, logo, &testkit::file::png(90, 30));
    assert_eq!(status, 200, "{answer}");
    let guide = ok("PUT", "/v1.0/carillon/guide", Some(&json!({ "dismissed": true })));
    assert_eq!(guide["dismissed"], true);
    operator::hold_back(server);
    assert_eq!(ok("POST", "/v1.0/carillon/system/release", Some(&json!({}))), json!({ "released": true }));
    let sign_on = "/v1.0/carillon/organisation/sign-on";
    let settings = json!({
        "issuer": "https://id.example.com", "client_id": "carillon", "client_secret": "secret-of-the-client", "label": "ID",
    });
    ok("PUT", sign_on, Some(&settings));
    operator::link(server, "u3", "https://id.example.com");
    assert_eq!(ok("DELETE", "/v1.0/carillon/members/u3/sign-on", None), json!({ "unlinked": true }));
    ok("DELETE", sign_on, None);
    let ding = json!({ "unionid": unionid, "channel": "app", "userIds": ["u3"], "content": "secret ding of an operator" });
    let settings = json!({ "agreement_signed": true, "app_unionid": unionid, "phone_unionid": unionid });
    server.ok_v1("PUT", "/v1.0/carillon/dings/settings", &settings);
    ok("POST", "/v1.0/carillon/dings/send", Some(&ding));
    operator::write_to(server, unionid, "u3", "secret question");
    let send = json!({ "is_to_all": false, "unionid": unionid, "userid_list": ["u3"], "msg_type": "text", "text_content": "好", "uuid": "own" });
    let task = server.ok("/topapi/message/mass/send", &send)["task_id"].clone();
    let recall = json!({ "unionid": unionid, "task_id": task });
    ok("POST", "/v1.0/carillon/message/mass/recall", Some(&recall));
    let conversation = format!("/v1.0/carillon/service-accounts/{unionid}/conversations/u3");
    ok("POST", &format!("{conversation}/done"), Some(&json!({})));
    ok("POST", &format!("{conversation}/replies"), Some(&json!({ "text": "secret answer" })));
    ok("PUT", &format!("{conversation}/blocked"), Some(&json!({ "blocked": true })));
    operator::set_roles(server, "u3", [(OperatorRole::Agent, AccountScope::All)]);
    ok("PUT", &format!("{conversation}/operator"), Some(&json!({ "operatorId": "u3" })));
    let answers = format!("/v1.0/carillon/service-accounts/{unionid}/saved-answers");
    let add = |title: &str| {
        let new = json!({ "title": title, "content": "secret answer" });
        ok("POST", &answers, Some(&new))["answerId"].as_i64().unwrap()
    };
    let (first, second) = (add("一"), add("二"));
    let changed = json!({ "title": "一", "content": "another secret answer" });
    ok("PUT", &format!("{answers}/{first}"), Some(&changed));
    ok("POST", &format!("{answers}/order"), Some(&json!({ "answerIds": [second, first] })));
    ok("DELETE", &format!("{answers}/{first}"), None);
    change_accounts(&ok, &operator::add_picture(server, unionid, "c.png"));
}

/// Calls the operations on accounts and their parts.
fn change_accounts(ok: &impl Fn(&str, &str, Option<&Value>) -> Value, picture: &str) {
    let accounts = "/v1.0/carillon/service-accounts";
    let new = json!({ "name": "图书馆", "desc": "书", "avatarMediaId": picture, "previewMediaId": picture });
    let unionid = ok("POST", accounts, Some(&new))["unionid"].as_str().unwrap().to_owned();
    let account = format!("{accounts}/{unionid}");
    ok("PUT", &account, Some(&json!({ "name": "新图书馆", "desc": "书" })));
    let menu = json!({ "buttons": [{ "name": "看", "action": "click", "key": "K" }], "input": true });
    ok("PUT", &format!("{account}/menu"), Some(&menu));
    ok("PUT", &format!("{account}/send-policy"), Some(&json!({ "approval": "console" })));
    ok("POST", &format!("{account}/disable"), Some(&json!({ "name": "新图书馆" })));
}

/// Calls the operations on cards, on drafts of sends and on what an account asks of its sends.
fn change_send_drafts(server: &TestServer, ok: &impl Fn(&str, &str, Option<&Value>) -> Value, unionid: &str) {
    let of = json!({ "unionid": unionid });
    let with = |mut fields: Value| {
        fields["unionid"] = json!(unionid);
        fields
    };
    let [one, two] = ["卡一", "卡二"].map(|title| server.article(unionid, title));
    let card = ok("POST", "/v1.0/carillon/cards", Some(&with(json!({ "article_ids": [one] }))));
    let path = format!("/v1.0/carillon/cards/{}", card["card_id"].as_str().unwrap());
    let change = json!({ "update_time": card["update_time"], "article_ids": [two, one] });
    ok("PUT", &path, Some(&with(change)));
    ok("DELETE", &format!("{path}?unionid={unionid}"), None);

    let policy = format!("/v1.0/carillon/service-accounts/{unionid}/send-policy");
    ok("PUT", &policy, Some(&json!({ "approval": "console" })));
    let drafts = "/v1.0/carillon/message/drafts";
    let draft = |text: &str| {
        let message = json!({ "kind": "text", "text": text });
        let new = with(json!({ "message": message, "userid_list": ["u3"] }));
        let added = ok("POST", drafts, Some(&new));
        (format!("{drafts}/{}", added["draft_id"]), added["version"].as_i64().unwrap())
    };
    let (path, version) = draft("secret send");
    let change = with(json!({ "version": version, "send_time": NOW + 60_000, "allow_comment": true }));
    let version = ok("PUT", &path, Some(&change))["version"].clone();
    let at = with(json!({ "version": version }));
    ok("POST", &format!("{path}/preview"), Some(&of));
    ok("POST", &format!("{path}/submit"), Some(&at));
    ok(
        "POST",
        &format!("{path}/reject"),
        Some(&with(json!({ "version": version, "note": "secret reason" }))),
    );
    ok("POST", &format!("{path}/submit"), Some(&at));
    ok("POST", &format!("{path}/approve"), Some(&at));
    let task = ok("POST", &format!("{path}/send"), Some(&at))["task_id"].clone();
    ok("POST", &format!("{drafts}/from-scheduled"), Some(&with(json!({ "task_id": task }))));
    let (path, _) = draft("secret draft of a send");
    ok("DELETE", &format!("{path}?unionid={unionid}"), None);
    ok("PUT", &policy, Some(&json!({ "approval": "none" })));
}

fn change_articles(ok: &impl Fn(&str, &str, Option<&Value>) -> Value, unionid: &str) {
    let articles = "/v1.0/carillon/articles";
    let new = json!({ "unionid": unionid, "uuid": "own", "title": "题" });
    let id = ok("POST", articles, Some(&new))["articleId"].as_i64().unwrap();
    let article = format!("{articles}/{id}");
    let draft = json!({ "unionid": unionid, "revision": 0, "title": "题", "content": "<p>secret draft</p>",
                        "allowForward": true, "viewScope": "organisation" });
    ok("PUT", &format!("{article}/draft"), Some(&draft));
    let of = json!({ "unionid": unionid });
    ok("POST", &format!("{article}/publish"), Some(&of));
    ok("POST", &format!("{article}/versions/1/restore"), Some(&of));
    ok("DELETE", &format!("{article}?unionid={unionid}"), None);
}

/// A server with operators on which every operation that changes something was called.
pub fn changed_server() -> TestServer {
    let server = operator::server();
    let unionid = change_everything(&server);
    change_with_newer_operations(&server, &unionid);
    change_as_operators(&server, &unionid);
    server
}
