use carillon_domain::corp;
use carillon_model::{app::AppType, audit::Signature};
use serde_json::{Value, json};

use testkit::server::TestServer;

use crate::group::fixture::{CREATE, WORDS, group, ok, start, valid_request};

fn put(server: &TestServer, body: &Value) -> (u16, Value) {
    server.v1("PUT", WORDS, Some(body))
}

fn code(server: &TestServer, body: &Value) -> (u16, String, String) {
    let (status, answer) = put(server, body);
    let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    (status, text("code"), text("message"))
}

#[test]
fn a_ban_is_set_enforced_and_lifted() {
    let server = start();
    let id = group(&server, "群", "a", &["b"]);
    let post = |sender: &str| {
        let message = json!({ "openConversationId": id, "senderUserId": sender });
        server.call_v1("/v1.0/carillon/groups/messages/send", &message)
    };
    for (banned, status) in [(1, 403), (0, 200), (1, 403)] {
        let (ok, answer) = put(&server, &json!({ "openConverationId": id, "banWordsType": banned }));
        assert_eq!((ok, answer), (200, json!({ "code": "200", "cause": "ok" })));
        let (posted, answer) = post("b");
        assert_eq!(posted, status, "{answer}");
        assert_eq!(post("a").0, 200);
    }
    let (_, answer) = post("b");
    assert_eq!((&answer["code"], &answer["message"]), (&json!("group.words.banned"), &json!("群已禁言")));
    // The documented misspelling and the right spelling of the field both work.
    let (status, _) = put(&server, &json!({ "openConversationId": id, "banWordsType": "0" }));
    assert_eq!((status, post("b").0), (200, 200));
}

#[test]
fn each_documented_error() {
    let mut server = start();
    let id = group(&server, "群", "a", &[]);
    let expect = |server: &TestServer, body: Value, code_expected: &str, message: &str| {
        assert_eq!(code(server, &body), (400, code_expected.to_owned(), message.to_owned()), "{body}");
    };
    let cid = "openConverationId参数错误: openConverationId ";
    expect(&server, json!({ "banWordsType": 1 }), "illegal.parameter.cid", &format!("{cid}is missing"));
    expect(
        &server,
        json!({ "openConverationId": "chat1", "banWordsType": 1 }),
        "illegal.parameter.cid",
        &format!("{cid}must be the openConversationId of a group: it begins with cid"),
    );
    expect(
        &server,
        json!({ "openConverationId": format!("cid{}", "a".repeat(126)), "banWordsType": 1 }),
        "illegal.parameter.cid",
        &format!("{cid}must have at most 128 characters"),
    );
    let kind = "banWordsType参数错误: banWordsType ";
    expect(
        &server,
        json!({ "openConverationId": id }),
        "illegal.parameter.type",
        &format!("{kind}is missing"),
    );
    for (wrong, problem) in [(json!(2), "must be one of 0, 1"), (json!("ban"), "must be a whole number")] {
        let body = json!({ "openConverationId": id, "banWordsType": wrong });
        expect(&server, body, "illegal.parameter.type", &format!("{kind}{problem}"));
    }
    let known = json!({ "openConverationId": id, "banWordsType": 1 });
    let unknown = json!({ "openConverationId": format!("cid{}", "a".repeat(125)), "banWordsType": 1 });
    expect(&server, unknown, "not.inner.group", "当前群不是内部群");
    ok(&server, "/v1.0/carillon/groups/dissolve", &json!({ "openConversationId": id }));
    expect(&server, known, "not.inner.group", "当前群不是内部群");

    let foreign = group(&server, "群", "a", &[]);
    let env = server.env.clone();
    server.corp = server
        .store
        .write_registry_blocking(Signature::server(&server.env, "test"), move |tx| {
            corp::create(tx, &env, "另一个", corp::DEFAULT_TIME_ZONE, false)
        })
        .unwrap()
        .id;
    server.use_app(AppType::Isv, &["Custom.Group.Write"]);
    let body = json!({ "openConverationId": foreign, "banWordsType": 1 });
    expect(&server, body, "org.not.match", "群的归属组织与操作传入组织不匹配");
    // Another organisation cannot do it by Carillon's own operations either.
    server.use_app(AppType::Internal, &["Custom.Group.Write", "Custom.Group.Read"]);
    for path in ["update", "get", "dissolve", "members/add", "members/remove", "messages/send"] {
        let body = valid_request(path, &foreign);
        let (status, answer) = server.call_v1(&format!("/v1.0/carillon/groups/{path}"), &body);
        assert_eq!((status, &answer["code"]), (400, &json!("org.not.match")), "{path}");
    }
    assert_eq!(server.call_v1(CREATE, &json!({ "title": "群", "groupType": 3, "ownerUserId": "a" })).0, 400);
}
