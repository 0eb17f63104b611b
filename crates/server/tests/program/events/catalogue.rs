//! Every publicly documented event: the operation that raises it, in both forms, or why Carillon has none.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::event::{EventKind, NEVER_RAISED};
use serde_json::{Value, json};

use testkit::{
    receiver::{AES_KEY, TOKEN},
    stream_client::{Answer, StreamClient},
};

use super::chat::ConversationFixture;

/// Whether Carillon has a documented event.
enum Coverage {
    /// Raised by these operations and commands, with these fields in addition to the envelope.
    Raised(&'static str, &'static [&'static str]),
    /// Carillon has nothing that the event is about.
    NoSuchOperation(&'static str),
}

use Coverage::{NoSuchOperation, Raised};

/// The events of the documentation's catalogue, of the page about registering callbacks, and of the pages about
/// apps.
const DOCUMENTED_EVENTS: &[(&str, Coverage)] = &[
    // Members, departments, roles, administrators.
    ("user_add_org", Raised("v2/user/create, contacts import", &["timeStamp", "userId"])),
    ("user_modify_org", Raised("v2/user/update, contacts import", &["timeStamp", "diffInfo", "userId"])),
    ("user_leave_org", Raised("v2/user/delete", &["timeStamp", "userId"])),
    ("user_active_org", Raised("signing in for the first time", &["timeStamp", "userId"])),
    ("org_admin_add", Raised("contacts admin grant", &["timeStamp", "userId"])),
    ("org_admin_remove", Raised("contacts admin revoke", &["timeStamp", "userId"])),
    ("org_dept_create", Raised("v2/department/create", &["deptId"])),
    ("org_dept_modify", Raised("v2/department/update", &["deptId"])),
    ("org_dept_remove", Raised("v2/department/delete", &["deptId"])),
    ("label_conf_add", Raised("role/add_role_group, role/add_role", &["scope", "labelIdList"])),
    (
        "label_conf_modify",
        Raised("role/update_role", &["postLabelList", "preLabelList", "scope", "labelIdList"]),
    ),
    ("label_conf_del", Raised("role/deleterole", &["scope", "labelIdList"])),
    (
        "label_user_change",
        Raised("role/addrolesforemps, role/removerolesforemps", &["userIdList", "action", "labelIdList"]),
    ),
    // Service accounts.
    (
        "isw_user_msg_received",
        Raised(
            "writing in the inbox",
            &[
                "toUser",
                "msgType",
                "fromUser",
                "createTime",
                "fromUserId",
                "sessionWebhook",
                "msgId",
                "tmpPicUrl",
                "senderNick",
                "sessionWebhookExpiredTime",
                "content",
            ],
        ),
    ),
    (
        "isw_user_event_received",
        Raised("choosing from the menu", &["toUser", "actionType", "fromUser", "createTime", "actionKey"]),
    ),
    // Apps.
    ("inner_app_release", Raised("app create", &["icon", "name", "operatorUnionId", "unifiedAppId", "desc"])),
    ("inner_app_status_change", NoSuchOperation("no app is switched off, switched on or deleted")),
    ("inner_app_version_publish", NoSuchOperation("there are no mini programs")),
    ("inner_app_version_rollback", NoSuchOperation("there are no mini programs")),
    ("org_micro_app_stop", NoSuchOperation("no third-party app is switched off")),
    ("org_micro_app_restore", NoSuchOperation("no third-party app is switched on")),
    ("org_micro_app_scope_update", NoSuchOperation("every member may see every app")),
    ("org_suite_change", NoSuchOperation("no app is confined to a part of the contacts")),
    // The organisation.
    (
        "org_change",
        NoSuchOperation(
            "an organisation keeps the name that it was created with, and its root department, too",
        ),
    ),
    ("org_remove", NoSuchOperation("no organisation is dissolved")),
    (
        "user_dept_change",
        NoSuchOperation(
            "only for third-party apps, with a whole member record; user_modify_org has the same content",
        ),
    ),
    // Not in Carillon.
    ("approve_open_group_expansion", NoSuchOperation("groups have no adjustable limit")),
    ("exclusive_data_transfer", NoSuchOperation("a leaver's data is not handed on")),
    ("exclusive_delete_trusted_device", NoSuchOperation("there are no trusted devices")),
    ("org_file_send_check", NoSuchOperation("files of chats are not inspected")),
    ("edu_user_insert", NoSuchOperation("there are no schools")),
    ("edu_user_update", NoSuchOperation("there are no schools")),
    ("edu_user_delete", NoSuchOperation("there are no schools")),
    ("edu_user_relation_insert", NoSuchOperation("there are no schools")),
    ("edu_user_relation_update", NoSuchOperation("there are no schools")),
    ("edu_user_relation_delete", NoSuchOperation("there are no schools")),
    ("edu_dept_insert", NoSuchOperation("there are no schools")),
    ("edu_dept_update", NoSuchOperation("there are no schools")),
    ("edu_dept_delete", NoSuchOperation("there are no schools")),
    ("bpms_task_change", NoSuchOperation("there are no approvals")),
    ("bpms_instance_change", NoSuchOperation("there are no approvals")),
    (
        "chat_add_member",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    (
        "chat_remove_member",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    (
        "chat_quit",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    (
        "chat_update_owner",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    (
        "chat_update_title",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    (
        "chat_disband",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    (
        "chat_disband_microapp",
        NoSuchOperation("internal groups are lists for statistics; the vendor's event is about chats"),
    ),
    ("check_in", NoSuchOperation("check-ins come from outside, as facts")),
    ("attendance_check_record", NoSuchOperation("attendance comes from outside, as facts")),
    ("attendance_schedule_change", NoSuchOperation("attendance comes from outside, as facts")),
    ("attendance_overtime_duration", NoSuchOperation("attendance comes from outside, as facts")),
    ("meetingroom_book", NoSuchOperation("there are no meeting rooms")),
    ("meetingroom_room_info", NoSuchOperation("there are no meeting rooms")),
];

/// The fields of every event in a callback.
const ENVELOPE: [&str; 6] = ["EventType", "EventTime", "CorpId", "corpId", "BizId", "eventId"];

#[test]
fn the_table_contains_every_event_kind() {
    let raised: BTreeSet<&str> = DOCUMENTED_EVENTS
        .iter()
        .filter(|(_, fate)| matches!(fate, Raised(..)))
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(raised, EventKind::ALL.iter().map(|kind| kind.as_str()).collect());
    let others: BTreeSet<&str> = DOCUMENTED_EVENTS
        .iter()
        .filter(|(_, fate)| matches!(fate, NoSuchOperation(_)))
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(others, NEVER_RAISED.iter().copied().collect());
    for (name, fate) in DOCUMENTED_EVENTS {
        let (Raised(why, _) | NoSuchOperation(why)) = fate;
        assert!(!why.is_empty(), "{name}");
    }
}

#[test]
fn each_event_is_raised_by_its_operations_in_both_forms() {
    let conversation = ConversationFixture::start(&[]);
    let fixture = &conversation.fixture;
    let all: Vec<&str> = DOCUMENTED_EVENTS.iter().map(|(name, _)| *name).collect();
    let registration =
        json!({ "call_back_tag": all, "token": TOKEN, "aes_key": AES_KEY, "url": conversation.receiver.url });
    assert_eq!(fixture.call("/call_back/update_call_back", &registration)["errcode"], 0);
    let grants = "qyapi_base,qyapi_get_member,qyapi_get_department_list,qyapi_get_department_member,\
        qyapi_service_account_message";
    let streamed = fixture.command_json(&[
        "app",
        "create",
        "--corp",
        &fixture.corp,
        "--name",
        "streamed",
        "--grant",
        grants,
    ]);
    let client = StreamClient::start(fixture.url(), &streamed, |_, _| Answer::Done);

    let caused = raise_all_events(&conversation);
    let called_back = conversation.receiver.wait_for(caused.len() + 1);
    assert_eq!(called_back[0]["unifiedAppId"], streamed["app_key"], "the app did not exist yet");
    let mut flat = BTreeMap::new();
    for event in called_back.iter().skip(1) {
        flat.entry(event["EventType"].as_str().unwrap()).or_insert_with(Vec::new).push(event);
    }
    let frames = client.wait_for(caused.len());
    let mut nested = BTreeMap::new();
    for frame in &frames {
        let name = frame["headers"]["eventType"].as_str().unwrap();
        nested.entry(name).or_insert_with(Vec::new).push(frame);
    }
    for (name, fate) in DOCUMENTED_EVENTS {
        let count = caused.iter().filter(|caused| *caused == name).count();
        let Raised(_, documented) = fate else {
            assert!(!flat.contains_key(name) && !nested.contains_key(name) && count == 0, "{name}");
            continue;
        };
        assert!(count > 0, "no operation here raises {name}");
        assert_eq!((flat[name].len(), nested[name].len()), (count, count), "{name}");
        for event in &flat[name] {
            let expected =
                ENVELOPE.iter().map(|field| (*field).to_owned()).chain(with_both_spellings(name, documented));
            assert_eq!(fields(event), expected.collect(), "{name}");
            assert_eq!((&event["CorpId"], &event["corpId"]), (&json!(fixture.corp), &json!(fixture.corp)));
        }
        for frame in &nested[name] {
            assert_eq!(frame["headers"]["eventCorpId"], fixture.corp);
            assert_eq!(frame["headers"]["eventUnifiedAppId"], streamed["app_key"]);
            let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
            let mut expected = with_both_spellings(name, documented);
            // Stream frames have it in the data, too.
            if !name.starts_with("isw_") {
                expected.insert("eventId".to_owned());
                assert_eq!(data["eventId"], frame["headers"]["eventId"]);
            }
            assert_eq!(fields(&data), expected, "{name}");
            // Both forms have the same values.
            let twin = flat[name].iter().find(|event| event["eventId"] == frame["headers"]["eventId"]);
            let twin = twin.unwrap_or_else(|| panic!("{name} has the same id in both forms"));
            // Each app has its own webhook.
            for field in
                with_both_spellings(name, documented).iter().filter(|field| *field != "sessionWebhook")
            {
                // Stream has a list here.
                let is_difference = field.eq_ignore_ascii_case("diffInfo");
                let value = if is_difference { &data[field][0] } else { &data[field] };
                assert_eq!(value, &twin[field], "{name} {field}");
                // Both spellings have the same value.
                if let Some(other) = twin.get(with_capital(field)) {
                    assert_eq!(other, &twin[field], "{name} {field}");
                }
            }
        }
    }
}

fn fields(message: &Value) -> BTreeSet<String> {
    message.as_object().unwrap().keys().cloned().collect()
}

fn with_capital(field: &str) -> String {
    field[..1].to_ascii_uppercase() + &field[1..]
}

/// Returns the fields of an event. Events of contacts have two spellings and more fields than documented.
fn with_both_spellings(name: &str, documented: &[&str]) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = documented.iter().map(|field| (*field).to_owned()).collect();
    if ["user_", "org_", "label_"].iter().any(|begin| name.starts_with(begin)) {
        all.insert("timeStamp".to_owned());
        if name.starts_with("user_") || name.starts_with("org_admin_") {
            all.insert("optStaffId".to_owned());
        }
        let capitals: Vec<String> = all.iter().map(|field| with_capital(field)).collect();
        all.extend(capitals);
    }
    all
}

/// Calls every operation that raises an event. Returns the names of the events in this order.
fn raise_all_events(conversation: &ConversationFixture) -> Vec<&'static str> {
    let fixture = &conversation.fixture;
    let mut caused = Vec::new();
    let mut call = |path: &str, body: Value, raises: &[&'static str]| {
        let answer = fixture.call(path, &body);
        assert_eq!(answer["errcode"], 0, "{path} {answer}");
        caused.extend(raises);
        answer
    };
    let department =
        call("/topapi/v2/department/create", json!({ "name": "部门", "parent_id": 1 }), &["org_dept_create"]);
    let department = &department["result"]["dept_id"];
    call(
        "/topapi/v2/department/update",
        json!({ "dept_id": department, "name": "新部门" }),
        &["org_dept_modify"],
    );
    call("/topapi/v2/department/delete", json!({ "dept_id": department }), &["org_dept_remove"]);
    let li = json!({
        "userid": "li", "name": "李", "dept_id_list": "1", "exclusive_account": true,
        "exclusive_account_type": "dingtalk", "login_id": "li", "init_password": "long enough 1",
    });
    call("/topapi/v2/user/create", li, &["user_add_org"]);
    call("/topapi/v2/user/update", json!({ "userid": "li", "name": "小李" }), &["user_modify_org"]);
    let group = call("/role/add_role_group", json!({ "name": "组" }), &["label_conf_add"]);
    let role = json!({ "groupId": group["groupId"], "roleName": "编辑" });
    let role = &call("/role/add_role", role, &["label_conf_add"])["roleId"].clone();
    call("/role/update_role", json!({ "roleId": role, "roleName": "主编" }), &["label_conf_modify"]);
    let held = json!({ "roleIds": role.to_string(), "userIds": "li" });
    call("/topapi/role/addrolesforemps", held.clone(), &["label_user_change"]);
    call("/topapi/role/removerolesforemps", held, &["label_user_change"]);
    call("/topapi/role/deleterole", json!({ "role_id": role }), &["label_conf_del"]);

    let command = |arguments: &[&str]| {
        let output = fixture.command(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    command(&["contacts", "admin", "grant", "li", "--corp", &fixture.corp]);
    command(&["contacts", "admin", "revoke", "li", "--corp", &fixture.corp]);
    command(&["app", "create", "--corp", &fixture.corp, "--name", "another"]);
    // An organisation does not release a third-party app.
    command(&["app", "create", "--corp", &fixture.corp, "--name", "third party", "--type", "isv"]);
    std::fs::write(
        fixture.data.path().join("members.csv"),
        "userid,name,mobile,departments\nwang,王,13800000009,部\nli,李,13800000010,部\n",
    )
    .unwrap();
    let list = fixture.data.path().join("members.csv");
    command(&["contacts", "import", "--corp", &fixture.corp, list.to_str().unwrap()]);
    call("/topapi/v2/user/delete", json!({ "userid": "li" }), &["user_leave_org"]);
    caused.extend(["org_admin_add", "org_admin_remove", "inner_app_release"]);
    // The import names a department that did not exist.
    caused.extend(["org_dept_create", "user_add_org", "user_modify_org"]);

    let member = conversation.member();
    member.write(&conversation.unionid, "你好");
    assert_eq!(member.choose(&conversation.unionid, "0").0, 200);
    caused.extend(["user_active_org", "isw_user_msg_received", "isw_user_event_received"]);
    caused
}
