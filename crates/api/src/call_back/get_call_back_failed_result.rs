//! `events.callback_failed`: events that could not be delivered to an app. Each call returns an event at most once.

use std::collections::BTreeMap;

use carillon_domain::event::log;
use carillon_model::{
    error::{Error, Result},
    event::{EventData, RaisedEvent},
    id::{CorpId, DeptId, UserId},
    time::{self, Timestamp},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, event_payload};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::APP_TYPES;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether more failed events can be listed by another call.
    has_more: bool,
    /// Failed events, oldest first; at most 200.
    failed_list: Vec<Failed>,
}

/// A failed event.
#[derive(Serialize, JsonSchema)]
struct Failed {
    /// The name of the event, which is also the name of the field with its content.
    call_back_tag: &'static str,
    /// When the event happened, in ms since 1970.
    event_time: Timestamp,
    /// The event, under its name.
    #[serde(flatten)]
    content: BTreeMap<&'static str, Content>,
}

/// An event, in the form of its kind.
#[derive(Serialize, JsonSchema)]
struct Content {
    /// The `corpId` of the organisation of the event.
    corpid: CorpId,
    /// Userids of the members, in events of members and administrators; absent in others.
    #[serde(skip_serializing_if = "Option::is_none")]
    userid: Option<Vec<UserId>>,
    /// Ids of the departments, in events of departments; absent in others.
    #[serde(skip_serializing_if = "Option::is_none")]
    deptid: Option<Vec<DeptId>>,
    /// The fields of an event of roles or role groups; absent in others.
    #[serde(rename = "roleLabelChange", skip_serializing_if = "Option::is_none")]
    role_label_change: Option<Value>,
    /// The fields of any other event, as the callback would have received them without the envelope; absent in the events above.
    #[serde(rename = "callbackData", skip_serializing_if = "Option::is_none")]
    callback_data: Option<Value>,
}

pub fn operation() -> Operation {
    Operation::legacy("events.callback_failed", "/call_back/get_call_back_failed_result")
        .get()
        .title("获取推送失败的事件列表", "List failed pushes")
        .purpose(
            "获取推送失败、已不再自动重试的事件，以便应用补上遗漏的变更。每个事件只返回一次；应用已无权接收的事件不会返回。记录随推送日志一起清理，默认保留 7 天。",
            "Lists events whose delivery failed and is not retried any more, so that the app can catch up. Each event is returned once; events that the app may no longer receive are left out. They are removed with the delivery log, after seven days by default.",
        )
        .permission("qyapi_base")
        .app_types(APP_TYPES)
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let (failed, has_more) = log::failed(tx, &call.env, call.corp(), &call.app()?.key)?;
    let zone = time::zone(&tx.state().corp(call.corp())?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let failed_list =
        failed.iter().map(|event| failed_row(call.corp(), event, &zone)).collect::<Result<_>>()?;
    Ok(Response { has_more, failed_list })
}

fn failed_row(corp: &CorpId, event: &RaisedEvent, zone: &TimeZone) -> Result<Failed> {
    let call_back_tag = event.data.kind().as_str();
    let mut content = Content {
        corpid: corp.clone(),
        userid: None,
        deptid: None,
        role_label_change: None,
        callback_data: None,
    };
    let fields = || serde_json::to_value(event_payload::fields(event, zone)).map_err(Error::internal);
    match &event.data {
        EventData::MembersAdded(members)
        | EventData::MembersLeft(members)
        | EventData::AdminsAdded(members)
        | EventData::AdminsRemoved(members) => {
            content.userid = Some(members.clone());
        }
        EventData::MemberChanged { member, .. } | EventData::MemberActivated(member) => {
            content.userid = Some(vec![member.clone()]);
        }
        EventData::DepartmentsAdded(departments)
        | EventData::DepartmentsChanged(departments)
        | EventData::DepartmentsRemoved(departments) => content.deptid = Some(departments.clone()),
        EventData::RolesAdded(_)
        | EventData::RoleChanged { .. }
        | EventData::RolesRemoved(_)
        | EventData::RoleMembersChanged { .. } => content.role_label_change = Some(fields()?),
        EventData::AccountMessage(_)
        | EventData::AccountAction(_)
        | EventData::AppReleased { .. }
        | EventData::Test => {
            content.callback_data = Some(fields()?);
        }
    }
    let content = BTreeMap::from([(call_back_tag, content)]);
    Ok(Failed { call_back_tag, event_time: event.born_at, content })
}
