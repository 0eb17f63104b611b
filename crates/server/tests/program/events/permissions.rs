//! Permissions for events on every channel: callbacks, Stream, the robot topic, the failed list, and webhooks.

use serde_json::{Value, json};
use testkit::{
    browser::Part,
    file::GIF,
    program::ProgramFixture,
    receiver::{AES_KEY, Receiver, TOKEN},
    stream_client::{Answer, StreamClient},
};

use super::chat::ConversationFixture;

const MESSAGES: &str = "qyapi_service_account_message";
const REGISTER: &str = "/call_back/register_call_back";
const UPDATE: &str = "/call_back/update_call_back";

/// Adds an app to the organisation.
fn add_app(fixture: &ProgramFixture, app_type: &str, grants: &str) -> Value {
    let mut arguments =
        vec!["app", "create", "--corp", &fixture.corp, "--name", "another", "--type", app_type];
    if !grants.is_empty() {
        arguments.extend(["--grant", grants]);
    }
    fixture.command_json(&arguments)
}

/// Calls an operation of the legacy host as an app.
fn call_as(fixture: &ProgramFixture, app: &Value, path: &str, body: &Value) -> Value {
    let token = fixture.program().token(app);
    fixture.program().json(&format!("{path}?access_token={token}"), body)
}

/// Returns the names of the events in the delivery log of an app, newest first.
fn logged(fixture: &ProgramFixture, app: &Value) -> Vec<String> {
    let url = format!("{}/v1.0/carillon/event/delivery/list", fixture.url());
    let request = ureq::post(url).header("x-acs-dingtalk-access-token", fixture.program().token(app));
    let mut response = request.send_json(json!({ "max_results": 100 })).unwrap();
    let log: Value = response.body_mut().read_json().unwrap();
    let events = log["events"].as_array().unwrap();
    events.iter().map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
}

fn both_topics() -> Value {
    json!([{ "type": "EVENT", "topic": "*" }, { "type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get" }])
}

/// Starts a Stream client on both topics that acknowledges everything.
fn listen(fixture: &ProgramFixture, app: &Value) -> StreamClient {
    StreamClient::start_for(fixture.url(), app, both_topics(), |_, _| Answer::Done)
}

fn registration(names: &[&str], url: &str) -> Value {
    json!({ "call_back_tag": names, "token": TOKEN, "aes_key": AES_KEY, "url": url })
}

fn data_of(frame: &Value) -> Value {
    serde_json::from_str(frame["data"].as_str().unwrap()).unwrap()
}

#[test]
fn an_app_without_the_permission_receives_nothing_on_any_channel() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    // Only the permissions that every app has: enough to read its own log.
    let other_app = add_app(fixture, "internal", "qyapi_base");
    let third_party = add_app(fixture, "isv", &format!("qyapi_base,{MESSAGES},qyapi_get_member"));
    let personal = add_app(fixture, "personal", &format!("qyapi_base,{MESSAGES}"));
    let permitted = add_app(fixture, "internal", MESSAGES);
    let apps = [&other_app, &third_party, &permitted];
    let [other_client, third_party_client, permitted_client] = apps.map(|app| listen(fixture, app));
    let open = json!({
        "clientId": personal["app_key"], "clientSecret": personal["app_secret"], "subscriptions": both_topics(),
    });
    assert_eq!(fixture.call_v1("/v1.0/gateway/connections/open", &[], &open).0, 401);

    let member = conversation.member();
    member.write(&conversation.unionid, "工资多少？");
    assert_eq!(member.choose(&conversation.unionid, "0").0, 200);
    let frames = permitted_client.wait_for(3);
    assert_eq!(frames.iter().filter(|frame| frame["type"] == "CALLBACK").count(), 1);

    // These are raised later, and each app may receive one of them.
    add_app(fixture, "internal", "");
    fixture.member("li", 1);
    assert_eq!(other_client.wait_for(1)[0]["headers"]["eventType"], "inner_app_release");
    assert_eq!(logged(fixture, &other_app), ["inner_app_release"]);
    let third_party_events = third_party_client.wait_for(2);
    let received: Vec<_> = third_party_events.iter().map(|frame| &frame["headers"]["eventType"]).collect();
    assert_eq!(received, ["user_active_org", "user_add_org"]);
    assert_eq!(logged(fixture, &third_party), ["user_add_org", "user_active_org"]);
    assert_eq!(permitted_client.wait_for(3).len(), 3);
    assert_eq!(
        conversation.receiver.wait_for(2).len(),
        2,
        "the app with an earlier callback is not affected"
    );
}

#[test]
fn a_callback_can_be_registered_only_for_permitted_events() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    let app = add_app(fixture, "internal", "qyapi_base");
    let receiver = Receiver::start(&fixture.corp);
    let both = registration(&["isw_user_msg_received", "user_add_org", "inner_app_release"], &receiver.url);
    let refused = call_as(fixture, &app, REGISTER, &both);
    assert_eq!((&refused["errcode"], &refused["sub_code"]), (&json!(88), &json!("60011")), "{refused}");
    let text = refused["sub_msg"].as_str().unwrap();
    assert!(text.contains(&format!("{{requiredScopes=[qyapi_get_member,{MESSAGES}]}}")), "{text}");
    assert_eq!(receiver.handshakes(), 0, "a refused callback is not checked");

    // Nothing raises the second one, so it needs no permission.
    let own = registration(&["inner_app_release", "check_in"], &receiver.url);
    assert_eq!(call_as(fixture, &app, REGISTER, &own)["errcode"], 0);
    let refused = call_as(fixture, &app, UPDATE, &both);
    assert_eq!(refused["sub_code"], "60011", "{refused}");
    let stored = call_as(fixture, &app, "/call_back/get_call_back", &json!({}));
    assert_eq!(stored["call_back_tag"], own["call_back_tag"]);

    let key = app["app_key"].as_str().unwrap();
    fixture.command_json(&["app", "grant", key, MESSAGES, "qyapi_get_member"]);
    assert_eq!(call_as(fixture, &app, UPDATE, &both)["errcode"], 0);
    conversation.member().write(&conversation.unionid, "喂");
    assert_eq!(receiver.wait_for(1)[0]["content"], "喂");
    // The type of app counts too: the page of this event does not mention third-party apps.
    let third_party = add_app(fixture, "isv", MESSAGES);
    let refused = call_as(fixture, &third_party, REGISTER, &both);
    assert_eq!(refused["sub_code"], "60011", "{refused}");
}

#[test]
fn the_command_line_lists_withheld_events() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    let app = add_app(fixture, "internal", "qyapi_get_member");
    let key = app["app_key"].as_str().unwrap();
    let receiver = Receiver::start(key);
    let set = ["subscription", "set", key, "--events", "isw_user_msg_received", "user_add_org", "--url"];
    let more = [&receiver.url, "--token", TOKEN, "--aes-key", AES_KEY];
    let set = fixture.command_json(&[set.as_slice(), &more].concat());
    let withheld =
        json!([{ "event": "isw_user_msg_received", "permissions": [MESSAGES], "app_types": ["internal"] }]);
    assert_eq!(set["withheld"], withheld);
    conversation.member().write(&conversation.unionid, "喂");
    conversation.receiver.wait_for(1);
    fixture.member("li", 1);
    assert_eq!(receiver.wait_for(1)[0]["EventType"], "user_add_org");
}

#[test]
fn waiting_events_are_not_delivered_after_the_permission_was_revoked() {
    let conversation = ConversationFixture::start(&[("CARILLON_DELIVERY_RETRY_MS", "[60000,60000]")]);
    let fixture = &conversation.fixture;
    let member = conversation.member();
    conversation.receiver.fail(true);
    member.write(&conversation.unionid, "一");
    conversation.receiver.wait_for(1);
    member.write(&conversation.unionid, "二");
    let waiting = fixture.delivery_log();
    assert!(waiting.iter().all(|event| event["state"] == "waiting"), "{waiting:?}");

    fixture.command_json(&["app", "revoke", fixture.key(), MESSAGES]);
    assert!(fixture.wait_until_delivered().iter().all(|event| event["state"] == "failed"));
    assert_eq!(fixture.get("/call_back/get_call_back_failed_result")["failed_list"], json!([]));
    let id = waiting[0]["event_id"].clone();
    let retry = json!({ "event_ids": [id] });
    let (status, refused) = fixture.call_v1("/v1.0/carillon/event/delivery/retry", &[], &retry);
    assert_eq!(
        (status, &refused["accessdenieddetail"]["requiredScopes"]),
        (403, &json!([MESSAGES])),
        "{refused}"
    );

    // An event that is raised meanwhile is never delivered to this app.
    conversation.receiver.fail(false);
    member.write(&conversation.unionid, "三");
    fixture.command_json(&["app", "grant", fixture.key(), MESSAGES]);
    member.write(&conversation.unionid, "四");
    let received = conversation.receiver.wait_for(2);
    assert_eq!(received[1]["content"], "四");
    assert_eq!(fixture.wait_until_delivered().len(), 3);
}

#[test]
fn an_open_connection_receives_nothing_after_the_permission_was_revoked() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    let app = add_app(fixture, "internal", &format!("qyapi_base,{MESSAGES}"));
    let control = add_app(fixture, "internal", MESSAGES);
    let (client, of_control) = (listen(fixture, &app), listen(fixture, &control));
    let member = conversation.member();
    member.write(&conversation.unionid, "一");
    assert_eq!(client.wait_for(2).len(), 2);
    let key = app["app_key"].as_str().unwrap();
    fixture.command_json(&["app", "revoke", key, MESSAGES]);
    member.write(&conversation.unionid, "二");
    assert_eq!(of_control.wait_for(4).len(), 4);
    add_app(fixture, "internal", "");
    assert_eq!(client.wait_for(3)[2]["headers"]["eventType"], "inner_app_release");
    fixture.command_json(&["app", "grant", key, MESSAGES]);
    member.write(&conversation.unionid, "三");
    let contents: Vec<_> =
        client.wait_for(5).iter().skip(3).map(|frame| data_of(frame).to_string().contains("三")).collect();
    assert_eq!(contents, [true, true]);
}

#[test]
fn a_webhook_ends_with_the_permission_and_with_the_secret() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    let app = add_app(fixture, "internal", MESSAGES);
    let client = listen(fixture, &app);
    let member = conversation.member();
    let path = format!("/inbox/a/{}/messages", conversation.unionid);
    assert_eq!(member.submit_parts(&path, &[Part::file("picture", "a.gif", GIF)], &[]).0, 303);
    let other_webhook = conversation.receiver.wait_for(1)[0]["sessionWebhook"].clone();
    let frames = client.wait_for(2);
    let event = frames.iter().find(|frame| frame["type"] == "EVENT").map(data_of).unwrap();
    let robot = frames.iter().find(|frame| frame["type"] == "CALLBACK").map(data_of).unwrap();
    let (webhook, picture) = (&event["sessionWebhook"], event["tmpPicUrl"].as_str().unwrap());
    assert_eq!(
        (webhook, picture),
        (&robot["sessionWebhook"], robot["content"]["downloadCode"].as_str().unwrap())
    );
    assert_ne!(*webhook, other_webhook, "each app has its own");
    let text = json!({ "msgtype": "text", "text": { "content": "收到" } });
    let errcode = |webhook: &Value| conversation.reply(webhook, &text)["errcode"].clone();
    assert_eq!((errcode(webhook), ureq::get(picture).call().is_ok()), (json!(0), true));

    let key = app["app_key"].as_str().unwrap();
    fixture.command_json(&["app", "revoke", key, MESSAGES]);
    assert_eq!((errcode(webhook), ureq::get(picture).call().is_ok()), (json!(300_001), false));
    assert_eq!(errcode(&other_webhook), 0, "that of another app still works");
    // An app cannot derive the webhook of another app.
    let foreign_webhook = webhook.as_str().unwrap().replace(key, fixture.key());
    assert_eq!(errcode(&json!(foreign_webhook)), 300_001);

    fixture.command_json(&["app", "reset-secret", fixture.key()]);
    assert_eq!(errcode(&other_webhook), 300_001);
}

#[test]
fn personal_fields_of_members_need_their_permission_in_events_too() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    let plain = add_app(fixture, "internal", "qyapi_get_member");
    let full = add_app(fixture, "internal", "qyapi_get_member,fieldEmail");
    let [of_plain, of_full] = [&plain, &full].map(|app| listen(fixture, app));
    let change =
        json!({ "userid": "zhang", "email": "zhang@example.com", "work_place": "杭州", "job_number": "7" });
    assert_eq!(fixture.call("/topapi/v2/user/update", &change)["errcode"], 0);
    let current = |client: &StreamClient| data_of(&client.wait_for(1)[0])["diffInfo"][0]["curr"].clone();
    assert_eq!(current(&of_full)["email"], "zhang@example.com");
    assert_eq!(current(&of_full)["workPlace"], "杭州");
    assert_eq!(current(&of_plain), json!({ "name": "zhang", "jobNumber": "7" }));
}
