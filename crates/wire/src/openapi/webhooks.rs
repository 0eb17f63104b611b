//! The events in the document: the payload of an HTTP callback, with an example from which the schema is derived.

use carillon_model::{
    event::{
        AccountAction, AccountMessage, AccountMessageContent, EventData, EventKind, Label, MemberFacts,
        RaisedEvent, RoleChange,
    },
    id::{AppKey, CorpId, DeptId, EventId, EventSeq, RoleGroupId, RoleId, UserId},
    time::Timestamp,
};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

mod fields;
mod texts;

use crate::event_payload;

const TIME: Timestamp = Timestamp(1_760_000_000_000);

/// Returns all events by name.
pub(super) fn webhooks() -> Value {
    let events = EventKind::ALL.into_iter().map(|kind| (kind.as_str().to_owned(), webhook(kind)));
    Value::Object(events.collect())
}

fn webhook(kind: EventKind) -> Value {
    let example = payload(example(kind));
    let access = kind.access();
    let mut webhook = json!({
        "operationId": format!("event.{}", kind.as_str()),
        "summary": kind.as_str(),
        "x-permissions": access.permissions,
        "x-app-types": access.app_types,
        "requestBody": { "required": true, "content": { "application/json": {
            "schema": schema(kind, &example),
            "example": example,
        } } },
        "responses": { "200": { "description": "The encrypted text success; anything else is tried again." } },
    });
    if let Some(text) = texts::of(kind) {
        webhook["summary"] = text.title_en.into();
        webhook["x-title-zh"] = text.title_zh.into();
        webhook["description"] = format!("{}\n\n{}", text.purpose_en, texts::DELIVERY_EN).into();
        webhook["x-description-zh"] = format!("{}\n\n{}", text.purpose_zh, texts::DELIVERY_ZH).into();
    }
    json!({ "post": webhook })
}

/// The plaintext of a callback.
fn payload(data: EventData) -> Value {
    let raised = RaisedEvent { id: EventId::from("4d1c5bd0de"), born_at: TIME, data };
    let corp = CorpId::from("dingcorp0001");
    let payload =
        serde_json::to_value(event_payload::callback_payload(&corp, EventSeq(7), &raised, &TimeZone::UTC));
    payload.unwrap_or_default()
}

fn example(kind: EventKind) -> EventData {
    let member = || UserId::from("user01");
    let facts = |name: &str| {
        Box::new(MemberFacts {
            name: name.to_owned(),
            email: "zhangsan@example.com".to_owned(),
            job_number: "42".to_owned(),
            work_place: "杭州".to_owned(),
            remark: "remark".to_owned(),
            telephone: "8001".to_owned(),
            extension: "{\"城市\":\"杭州\"}".to_owned(),
            manager_userid: "user02".to_owned(),
            hired_date: Some(TIME),
        })
    };
    let role = Label::Role(RoleId(1001));
    match kind {
        EventKind::MembersAdded => EventData::MembersAdded(vec![member()]),
        EventKind::MemberChanged => {
            EventData::MemberChanged { member: member(), before: facts("张三"), after: facts("张三丰") }
        }
        EventKind::MembersLeft => EventData::MembersLeft(vec![member()]),
        EventKind::MemberActivated => EventData::MemberActivated(member()),
        EventKind::AdminsAdded => EventData::AdminsAdded(vec![member()]),
        EventKind::AdminsRemoved => EventData::AdminsRemoved(vec![member()]),
        EventKind::DepartmentsAdded => EventData::DepartmentsAdded(vec![DeptId(101)]),
        EventKind::DepartmentsChanged => EventData::DepartmentsChanged(vec![DeptId(101)]),
        EventKind::DepartmentsRemoved => EventData::DepartmentsRemoved(vec![DeptId(101)]),
        EventKind::RolesAdded => EventData::RolesAdded(vec![role]),
        EventKind::RoleChanged => EventData::RoleChanged {
            label: role,
            name_before: "经理".to_owned(),
            name_after: "主管".to_owned(),
            group: Some(RoleGroupId(900)),
        },
        EventKind::RolesRemoved => EventData::RolesRemoved(vec![role]),
        EventKind::RoleMembersChanged => EventData::RoleMembersChanged {
            change: RoleChange::Given,
            roles: vec![RoleId(1001)],
            members: vec![member()],
        },
        EventKind::AccountMessage => EventData::AccountMessage(Box::new(AccountMessage {
            account: "accountiE".into(),
            member: member(),
            member_unionid: "memberiE".to_owned(),
            member_name: "张三".to_owned(),
            member_is_admin: false,
            message_id: "msg0001iE".to_owned(),
            content: AccountMessageContent::Text("你好".to_owned()),
            created_at: TIME,
            session_webhook: "https://carillon.example/robot/sendBySession?session=SESSION".to_owned(),
            session_webhook_expires_at: Timestamp(TIME.0 + 5_400_000),
        })),
        EventKind::AccountAction => EventData::AccountAction(Box::new(AccountAction {
            account: "accountiE".into(),
            member_unionid: "memberiE".to_owned(),
            key: "KEY_TODAY".to_owned(),
            created_at: TIME,
        })),
        EventKind::Test => EventData::Test,
        EventKind::AppReleased => {
            EventData::AppReleased { app: AppKey::from("dingappkey0001"), name: "考勤".to_owned() }
        }
    }
}

/// Derives a schema from an example, with the descriptions of the fields.
fn schema(kind: EventKind, value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut properties = Map::new();
            let mut required = Vec::new();
            for (name, value) in fields {
                let mut property = schema(kind, value);
                if let Some(field) = fields::describe(kind, name, fields) {
                    property["description"] = field.text.into();
                    if field.is_always_there {
                        required.push(name.as_str());
                    }
                }
                properties.insert(name.clone(), property);
            }
            json!({ "type": "object", "properties": properties, "required": required })
        }
        Value::Array(items) => match items.first() {
            Some(item) => json!({ "type": "array", "items": schema(kind, item) }),
            None => json!({ "type": "array" }),
        },
        Value::String(_) => json!({ "type": "string" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Null => json!({}),
    }
}
