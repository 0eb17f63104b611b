//! Urgent messages of operators.

use carillon_model::{
    operator::{AccountScope, OperatorRole},
    send_draft::{ApprovalPolicy, SendPolicy},
};
use carillon_store::Tx;
use serde_json::{Value, json};
use testkit::server::TestServer;

use crate::operator::{self, call};

const PATH: &str = "/v1.0/carillon/dings";

fn set_policy(server: &TestServer, account: &str, policy: SendPolicy) {
    let (corp, account) = (server.corp.clone(), account.into());
    let signature = carillon_model::audit::Signature::server(&server.env, "test");
    let set = move |tx: &mut Tx<'_>| carillon_domain::send::draft::set_policy(tx, &corp, &account, &policy);
    server.store.write_blocking(&server.corp, signature, set).unwrap();
}

#[test]
fn a_sender_sends_and_sees_who_confirmed() {
    let server = operator::server();
    let (news, other) = (server.account("新闻"), server.account("另一个"));
    operator::set_roles(&server, "ann", []);
    operator::set_roles(&server, "bob", []);
    let owner = operator::sign_in(&server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let sender = operator::sign_in(&server, "sender", [(OperatorRole::Sender, operator::only(&news))]);
    let stranger = operator::sign_in(&server, "stranger", [(OperatorRole::Sender, operator::only(&other))]);
    let request = |content: &str, channel: &str| json!({ "unionid": news, "channel": channel, "userIds": ["ann", "bob"], "content": content });
    let send =
        |cookie: &str, request: &Value| call(&server, cookie, "POST", &format!("{PATH}/send"), Some(request));
    let code = |answer: (u16, Value)| answer.1["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(send(&sender, &request("a", "app")).0, 400, "nothing is agreed");
    let settings = json!({ "agreement_signed": true, "app_unionid": news, "phone_unionid": other });
    let settings_path = format!("{PATH}/settings");
    let (status, set) = call(&server, &owner, "PUT", &settings_path, Some(&settings));
    assert_eq!(status, 200, "{set}");
    let (_, stored) = call(&server, &owner, "GET", &settings_path, None);
    let mut expected = settings.clone();
    expected["revision"] = set["revision"].clone();
    assert_eq!(stored, expected);
    // Two owners read the same settings. The second change says that the first one was made meanwhile.
    let change = |revision: &Value, phone: Option<&str>| {
        let request = json!({ "agreement_signed": true, "app_unionid": news, "phone_unionid": phone, "revision": revision });
        call(&server, &owner, "PUT", &settings_path, Some(&request))
    };
    let (status, first) = change(&stored["revision"], None);
    assert!(status == 200 && first["revision"] != stored["revision"], "{first}");
    let (status, refused) = change(&stored["revision"], Some(&other));
    assert_eq!((status, &refused["code"]), (409, &json!("settings.changed")), "{refused}");
    assert!(call(&server, &owner, "GET", &settings_path, None).1.get("phone_unionid").is_none());
    assert_eq!(change(&first["revision"], Some(&other)).0, 200);
    assert_eq!(change(&json!("x".repeat(33)), Some(&other)).0, 400, "longer than any revision");
    assert_eq!(change(&Value::Null, Some(&other)).0, 200, "without a revision it is replaced");
    assert_eq!(call(&server, &sender, "GET", &format!("{PATH}/settings"), None).0, 403);

    let (status, sent) = send(&sender, &request("快来", "app"));
    assert_eq!(status, 200, "{sent}");
    assert_ne!(send(&sender, &request("快来", "app")).0, 200, "the same text is a repeat");
    assert_ne!(send(&sender, &request("电话", "phone")).0, 200, "that is another account's channel");
    assert_eq!(send(&stranger, &request("b", "app")).0, 400, "like an unknown account");
    let list = |cookie: &str| call(&server, cookie, "GET", PATH, None).1["dings"].as_array().unwrap().clone();
    let rows = list(&sender);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let ding = &rows[0];
    assert_eq!((&ding["task_id"], &ding["taskId"]), (&Value::Null, &sent["taskId"]));
    assert_eq!(
        (&ding["content"], &ding["channel"], &ding["operatorUserId"]),
        (&json!("快来"), &json!("app"), &json!("sender"))
    );
    assert_eq!((&ding["receivers"], &ding["confirmed"]), (&json!(2), &json!(0)));
    assert!(list(&stranger).is_empty(), "nothing of another account");

    let receivers = |cookie: &str, more: &Value| {
        let mut request = json!({ "unionid": news, "task_id": sent["taskId"] });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(&server, cookie, "POST", "/v1.0/carillon/message/mass/receivers", Some(&request))
    };
    let named = json!([
        { "user_id": "ann", "name": "ann", "read": false },
        { "user_id": "bob", "name": "bob", "read": false },
    ]);
    assert_eq!(receivers(&sender, &json!({})), (200, json!({ "receivers": named })));
    assert_eq!(receivers(&sender, &json!({ "read": true })).1["receivers"], json!([]));
    assert_eq!(receivers(&stranger, &json!({})).0, 400, "like an unknown account");

    // Rules of the account for sends from the console hold.
    let confirm_above = Some(1);
    set_policy(&server, &news, SendPolicy { confirm_above, ..SendPolicy::default() });
    let answer = send(&sender, &request("c", "app"));
    assert!(answer.0 == 400 && answer.1["message"].as_str().unwrap().contains("confirm"), "{answer:?}");
    let mut confirmed = request("c", "app");
    confirmed["confirm"] = json!(2);
    assert_eq!(send(&sender, &confirmed).0, 200);
    set_policy(&server, &news, SendPolicy { approval: ApprovalPolicy::Console, ..SendPolicy::default() });
    assert_eq!(code(send(&sender, &request("d", "app"))), "approval.needed");
}
