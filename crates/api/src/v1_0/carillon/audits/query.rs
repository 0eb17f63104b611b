//! `carillon.audits_query`: the audit trail, newest first. An operation of Carillon.

use std::collections::BTreeMap;

use carillon_model::{
    error::{Error, Result},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{AuditFilter, AuditRow, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Entries on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The kind of object that changed, such as `service_account`, `article`, `member` or `send`; all when absent.
    #[schemars(length(max = 32))]
    subject: Option<String>,
    /// The id of the object as operations return it, such as a `unionid`; all objects when absent.
    #[schemars(length(max = 128))]
    subject_id: Option<String>,
    /// Who made the change: the key of an app, or the userid of a member; everybody when absent.
    #[schemars(length(max = 128))]
    actor_id: Option<String>,
    /// The id of the operation, such as `article.publish`, or the command, such as `app grant`; all when absent.
    #[schemars(length(max = 128))]
    action: Option<String>,
    /// Only entries from this moment on, in ms since 1970; no limit when absent.
    start_time: Option<Timestamp>,
    /// Only entries before this moment, in ms since 1970; no limit when absent.
    end_time: Option<Timestamp>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(range(min = 1))]
    next_token: Option<i64>,
    /// The most entries on a page; absent: 20.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The entries that match all conditions, newest first.
    items: Vec<Entry>,
    /// Whether there is a next page.
    has_more: bool,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<i64>,
}

/// A change.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// When the change was made, in ms since 1970.
    time: Timestamp,
    /// The kind of actor: `app`, `member`, `command_line` or `server`.
    actor_type: &'static str,
    /// The key of the app, or the userid of the member; empty for other actors.
    actor_id: String,
    /// The id of the operation, such as `article.publish`, or the command, such as `app grant`.
    action: String,
    /// The kind of the changed object, such as `service_account` or `member`.
    subject: String,
    /// The id of the changed object, as operations return it.
    subject_id: String,
    /// The changed fields before; absent for a created object. Long values are cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<BTreeMap<String, String>>,
    /// The same fields after the change; absent for a removed object. Long values are cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<BTreeMap<String, String>>,
    /// The id of the request, as in its response and log line; empty for changes without a request.
    request_id: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.audits_query", "/v1.0/carillon/audits/query")
        .title("查询审计记录", "Query the audit trail")
        .purpose(
            "查询企业数据的修改记录：谁在什么时候、通过哪个接口或命令修改了什么，以及字段修改前后的值。各条件同时满足，从新到旧分页返回。记录默认永久保存，可用配置 `retention.audit_days` 设定天数。",
            "Returns who changed what and when, by which operation or command, with the fields before and after. All conditions must hold; the newest entries come first. Entries are stored for ever unless the configuration limits them by `retention.audit_days`.",
        )
        .permission("Carillon.Audit.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Auditor])
        .example(json!({
            "subject": "service_account",
            "subjectId": "svcUnionId0001",
            "actorId": "dingappkey0001",
            "action": "serviceaccount.update",
            "startTime": 1_760_000_000_000_i64,
            "endTime": 1_760_086_400_000_i64,
            "maxResults": 20,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let filter = AuditFilter {
        subject: request.subject.unwrap_or_default(),
        subject_id: request.subject_id.unwrap_or_default(),
        actor_id: request.actor_id.unwrap_or_default(),
        actions: request.action.filter(|action| !action.is_empty()).into_iter().collect(),
        from: request.start_time,
        to: request.end_time,
    };
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    // One more than requested shows whether there is a next page.
    let mut rows = tx.audits(call.corp(), &filter, request.next_token.unwrap_or(i64::MAX), size + 1)?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|found| found > size);
    if has_more {
        rows.pop();
    }
    let next_token = rows.last().filter(|_| has_more).map(|row| row.seq);
    Ok(Response { items: rows.into_iter().map(entry).collect::<Result<_>>()?, has_more, next_token })
}

fn entry(row: AuditRow) -> Result<Entry> {
    let fields = |text: Option<String>| {
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(Error::internal)
    };
    let (actor_type, actor_id) = row.signature.actor.kind_and_id();
    Ok(Entry {
        time: row.signature.at,
        actor_type,
        actor_id: actor_id.to_owned(),
        before: fields(row.before)?,
        after: fields(row.after)?,
        action: row.signature.action,
        subject: row.subject,
        subject_id: row.subject_id,
        request_id: row.signature.request_id,
    })
}
