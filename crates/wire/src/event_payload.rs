//! The payloads of events: with the envelope in an HTTP callback, without it in a Stream frame. Field names are those of the vendor's
//! pages.
//!
//! Events of contacts have each field in two spellings, `userId` and `UserId`: the first is documented, the vendor pushes the second by
//! HTTP, and programs read it.

use carillon_model::{
    event::{AccountMessageContent, EventData, Label, MemberFacts, RaisedEvent, RoleChange},
    id::{AppKey, CorpId, DeptId, EventSeq, RoleGroupId, UserId},
    time::Timestamp,
};
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::journal::redact;

/// Roles of the organisation; the pages name no other scope.
const LABEL_SCOPE: &str = "1";

/// The member who made a change. Decided: empty, since apps and the command line make changes.
const OPERATOR: &str = "";

/// The payload of an HTTP callback, before encryption.
#[derive(Serialize)]
pub struct CallbackPayload<'a> {
    #[serde(rename = "EventType")]
    event_type: &'static str,
    #[serde(rename = "EventTime")]
    event_time: Timestamp,
    #[serde(rename = "CorpId")]
    corp: &'a CorpId,
    #[serde(rename = "corpId")]
    corp_again: &'a CorpId,
    #[serde(rename = "BizId")]
    biz_id: String,
    #[serde(rename = "eventId")]
    event_id: &'a str,
    #[serde(flatten)]
    body: Fields<'a>,
}

/// Returns the payload of an HTTP callback.
pub fn callback_payload<'a>(
    corp: &'a CorpId,
    seq: EventSeq,
    event: &'a RaisedEvent,
    zone: &TimeZone,
) -> CallbackPayload<'a> {
    CallbackPayload {
        event_type: event.data.kind().as_str(),
        event_time: event.born_at,
        corp,
        corp_again: corp,
        biz_id: seq.to_string(),
        event_id: event.id.as_str(),
        body: fields(event, zone),
    }
}

/// Returns an event as the delivery log shows it: the payload of a callback without secrets and personal data, and with shortened
/// texts.
pub fn redacted(corp: &CorpId, seq: EventSeq, event: &RaisedEvent, zone: &TimeZone) -> String {
    let payload = serde_json::to_value(callback_payload(corp, seq, event, zone));
    redact::text_of(payload.unwrap_or_default())
}

/// The data of a Stream frame.
#[derive(Serialize)]
pub struct StreamPayload<'a> {
    /// Present in events of apps (documented) and of contacts (observed).
    #[serde(rename = "eventId", skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(flatten)]
    body: Fields<'a>,
}

/// Returns the data of a Stream frame. The envelope is in the headers of the frame.
pub fn stream_payload<'a>(event: &'a RaisedEvent, zone: &TimeZone) -> StreamPayload<'a> {
    let is_of_account = matches!(event.data, EventData::AccountMessage(_) | EventData::AccountAction(_));
    let body = match body(event, zone) {
        Body::MemberChanged { time_stamp, diff_info: MemberChanges::One(change), user_id, opt_staff_id } => {
            let diff_info = MemberChanges::List([change]);
            Body::MemberChanged { time_stamp, diff_info, user_id, opt_staff_id }
        }
        other => other,
    };
    StreamPayload { event_id: (!is_of_account).then_some(event.id.as_str()), body: Fields(body) }
}

/// The fields of an event; those of contacts in both spellings.
pub struct Fields<'a>(Body<'a>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_of_contacts() {
            return self.0.serialize(serializer);
        }
        let fields = serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in fields.as_object().into_iter().flatten() {
            map.serialize_entry(name, value)?;
            map.serialize_entry(&capitalized(name), value)?;
        }
        map.end()
    }
}

/// Returns the second spelling of a name.
fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// The fields of an event without its envelope.
#[derive(Serialize)]
#[serde(untagged)]
#[allow(missing_docs)] // the names of fields are those of the vendor's pages
pub enum Body<'a> {
    #[serde(rename_all = "camelCase")]
    Members { time_stamp: String, user_id: &'a [UserId], opt_staff_id: &'static str },
    #[serde(rename_all = "camelCase")]
    MemberChanged {
        time_stamp: String,
        diff_info: MemberChanges<'a>,
        user_id: [&'a UserId; 1],
        opt_staff_id: &'static str,
    },
    #[serde(rename_all = "camelCase")]
    Departments { time_stamp: String, dept_id: &'a [DeptId] },
    #[serde(rename_all = "camelCase")]
    Labels { time_stamp: String, scope: &'static str, label_id_list: Vec<i64> },
    #[serde(rename_all = "camelCase")]
    LabelChanged {
        time_stamp: String,
        post_label_list: [String; 1],
        pre_label_list: [String; 1],
        scope: &'static str,
        label_id_list: [i64; 1],
    },
    #[serde(rename_all = "camelCase")]
    LabelMembers {
        time_stamp: String,
        user_id_list: &'a [UserId],
        action: &'static str,
        label_id_list: Vec<i64>,
    },
    #[serde(rename_all = "camelCase")]
    AccountMessage {
        to_user: &'a str,
        msg_type: &'static str,
        from_user: &'a str,
        create_time: Timestamp,
        from_user_id: &'a UserId,
        session_webhook: &'a str,
        msg_id: &'a str,
        tmp_pic_url: &'a str,
        sender_nick: &'a str,
        session_webhook_expired_time: Timestamp,
        content: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    AccountAction {
        to_user: &'a str,
        action_type: &'static str,
        from_user: &'a str,
        create_time: Timestamp,
        action_key: &'a str,
    },
    /// The envelope says all.
    Test {},
    /// Decided: apps are created on the command line without a member, and have neither icon nor description.
    #[serde(rename_all = "camelCase")]
    AppReleased {
        icon: &'static str,
        name: &'a str,
        operator_union_id: &'static str,
        unified_app_id: &'a AppKey,
        desc: &'static str,
    },
}

impl Body<'_> {
    fn is_of_contacts(&self) -> bool {
        match self {
            Self::Members { .. }
            | Self::MemberChanged { .. }
            | Self::Departments { .. }
            | Self::Labels { .. }
            | Self::LabelChanged { .. }
            | Self::LabelMembers { .. } => true,
            Self::AccountMessage { .. }
            | Self::AccountAction { .. }
            | Self::AppReleased { .. }
            | Self::Test {} => false,
        }
    }
}

/// The change of a member as callbacks and Stream have it: the page has an object, and a recorded frame of the vendor a list.
#[derive(Serialize)]
#[serde(untagged)]
pub enum MemberChanges<'a> {
    /// In a callback.
    One(MemberChange<'a>),
    /// On Stream.
    List([MemberChange<'a>; 1]),
}

/// A change of a member.
#[derive(Serialize)]
pub struct MemberChange<'a> {
    prev: MemberRecord<'a>,
    curr: MemberRecord<'a>,
    userid: &'a UserId,
}

/// The record of a member without empty fields, as in the documented example.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberRecord<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    job_number: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    work_place: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    remark: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    telephone: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    ext_fields: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    manager_userid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hired_date: Option<String>,
}

/// A role or group, which events have as the text of a JSON object. The page and a real push have these fields on one side of the
/// change each, not on the same; here both sides have them. Both have a `color`, too, which roles do not have here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LabelText<'a> {
    deleted: bool,
    hidden: bool,
    /// 0 for a group, 1 for a role.
    level: u8,
    scope: u8,
    name: &'a str,
    id: i64,
    /// The group of a role; -1 for a group.
    parent_id: i64,
    extra_info: NoFields,
}

/// An empty object.
#[derive(Serialize)]
struct NoFields {}

/// Returns the fields of an event, the same in both payloads. Dates are in the time zone of the organisation.
pub fn fields<'a>(event: &'a RaisedEvent, zone: &TimeZone) -> Fields<'a> {
    Fields(body(event, zone))
}

fn body<'a>(event: &'a RaisedEvent, zone: &TimeZone) -> Body<'a> {
    let time_stamp = || event.born_at.0.to_string();
    match &event.data {
        EventData::MembersAdded(members)
        | EventData::MembersLeft(members)
        | EventData::AdminsAdded(members)
        | EventData::AdminsRemoved(members) => {
            Body::Members { time_stamp: time_stamp(), user_id: members, opt_staff_id: OPERATOR }
        }
        EventData::MemberActivated(member) => Body::Members {
            time_stamp: time_stamp(),
            user_id: std::slice::from_ref(member),
            opt_staff_id: OPERATOR,
        },
        EventData::MemberChanged { member, before, after } => Body::MemberChanged {
            time_stamp: time_stamp(),
            diff_info: MemberChanges::One(MemberChange {
                prev: facts(before, zone),
                curr: facts(after, zone),
                userid: member,
            }),
            user_id: [member],
            opt_staff_id: OPERATOR,
        },
        EventData::DepartmentsAdded(departments)
        | EventData::DepartmentsChanged(departments)
        | EventData::DepartmentsRemoved(departments) => {
            Body::Departments { time_stamp: time_stamp(), dept_id: departments }
        }
        EventData::RolesAdded(labels) | EventData::RolesRemoved(labels) => Body::Labels {
            time_stamp: time_stamp(),
            scope: LABEL_SCOPE,
            label_id_list: labels.iter().map(|label| label.number()).collect(),
        },
        EventData::RoleChanged { label, name_before, name_after, group } => Body::LabelChanged {
            time_stamp: time_stamp(),
            post_label_list: [label_text(*label, name_after, *group)],
            pre_label_list: [label_text(*label, name_before, *group)],
            scope: LABEL_SCOPE,
            label_id_list: [label.number()],
        },
        EventData::RoleMembersChanged { change, roles, members } => Body::LabelMembers {
            time_stamp: time_stamp(),
            user_id_list: members,
            action: match change {
                RoleChange::Given => "add",
                RoleChange::Taken => "remove",
            },
            label_id_list: roles.iter().map(|role| role.0).collect(),
        },
        EventData::AccountMessage(message) => {
            let (msg_type, content, tmp_pic_url) = match &message.content {
                AccountMessageContent::Text(text) => ("text", text.as_str(), ""),
                AccountMessageContent::Picture(url) => ("image", "", url.as_str()),
            };
            Body::AccountMessage {
                to_user: message.account.as_str(),
                msg_type,
                from_user: &message.member_unionid,
                create_time: message.created_at,
                from_user_id: &message.member,
                session_webhook: &message.session_webhook,
                msg_id: &message.message_id,
                tmp_pic_url,
                sender_nick: &message.member_name,
                session_webhook_expired_time: message.session_webhook_expires_at,
                content,
            }
        }
        EventData::AccountAction(action) => Body::AccountAction {
            to_user: action.account.as_str(),
            action_type: "click",
            from_user: &action.member_unionid,
            create_time: action.created_at,
            action_key: &action.key,
        },
        EventData::Test => Body::Test {},
        EventData::AppReleased { app, name } => {
            Body::AppReleased { icon: "", name, operator_union_id: "", unified_app_id: app, desc: "" }
        }
    }
}

fn facts<'a>(facts: &'a MemberFacts, zone: &TimeZone) -> MemberRecord<'a> {
    MemberRecord {
        name: &facts.name,
        email: &facts.email,
        job_number: &facts.job_number,
        work_place: &facts.work_place,
        remark: &facts.remark,
        telephone: &facts.telephone,
        ext_fields: &facts.extension,
        manager_userid: &facts.manager_userid,
        hired_date: facts.hired_date.map(|date| date.day(zone).to_string()),
    }
}

fn label_text(label: Label, name: &str, group: Option<RoleGroupId>) -> String {
    let text = LabelText {
        deleted: false,
        hidden: false,
        level: u8::from(group.is_some()),
        scope: 1,
        name,
        id: label.number(),
        parent_id: group.map_or(-1, |group| group.0),
        extra_info: NoFields {},
    };
    serde_json::to_string(&text).unwrap_or_default()
}

/// The message of a member to an account, as robots receive it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BotMessage<'a> {
    conversation_id: String,
    /// Always one member and the account, never a group.
    conversation_type: &'static str,
    chatbot_corp_id: &'a CorpId,
    chatbot_user_id: &'a str,
    robot_code: &'a str,
    msg_id: &'a str,
    sender_nick: &'a str,
    sender_staff_id: &'a UserId,
    sender_id: &'a str,
    sender_corp_id: &'a CorpId,
    is_admin: bool,
    session_webhook: &'a str,
    session_webhook_expired_time: Timestamp,
    create_at: Timestamp,
    msgtype: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<BotText<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<BotPicture<'a>>,
}

#[derive(Serialize)]
struct BotText<'a> {
    content: &'a str,
}

/// Decided: the vendor has codes that clients exchange for an address. Here the code is the address.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BotPicture<'a> {
    download_code: &'a str,
    picture_download_code: &'a str,
}

/// Returns an event as robots receive it; `None` for events that are no messages.
pub fn bot_message<'a>(corp: &'a CorpId, event: &'a RaisedEvent) -> Option<BotMessage<'a>> {
    let EventData::AccountMessage(message) = &event.data else { return None };
    let (msgtype, text, content) = match &message.content {
        AccountMessageContent::Text(text) => ("text", Some(BotText { content: text }), None),
        AccountMessageContent::Picture(url) => {
            ("picture", None, Some(BotPicture { download_code: url, picture_download_code: url }))
        }
    };
    Some(BotMessage {
        conversation_id: event.data.conversation(),
        conversation_type: "1",
        chatbot_corp_id: corp,
        chatbot_user_id: message.account.as_str(),
        robot_code: message.account.as_str(),
        msg_id: &message.message_id,
        sender_nick: &message.member_name,
        sender_staff_id: &message.member,
        sender_id: &message.member_unionid,
        sender_corp_id: corp,
        is_admin: message.member_is_admin,
        session_webhook: &message.session_webhook,
        session_webhook_expired_time: message.session_webhook_expires_at,
        create_at: message.created_at,
        msgtype,
        text,
        content,
    })
}
