//! `carillon.audits_query`: who changed what, newest first. An operation of Carillon's own.

use std::collections::BTreeMap;

use carillon_model::{
    error::{Error, Result},
    time::Timestamp,
};
use carillon_store::{AuditFilter, AuditRow, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::v1_0::carillon::APPS_AND_LOCAL;
use serde_json::json;

/// Entries on a page, when none are asked for.
const USUAL_PAGE: i64 = 20;

/// The request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The kind of thing that changed, such as `service_account`, `article`, `member` or `send`; all when absent.
    #[schemars(length(max = 32))]
    subject: Option<String>,
    /// Which one: an id as it is on the wire.
    #[schemars(length(max = 128))]
    subject_id: Option<String>,
    /// Which app (its key) or member (the userid) changed it.
    #[schemars(length(max = 128))]
    actor_id: Option<String>,
    /// The operation's id, such as `article.publish`, or the command, such as `app grant`.
    #[schemars(length(max = 128))]
    action: Option<String>,
    /// From this moment on, in ms.
    start_time: Option<Timestamp>,
    /// Before this moment, in ms.
    end_time: Option<Timestamp>,
    /// Where the page before ended; absent for the first page.
    #[schemars(range(min = 1))]
    next_token: Option<i64>,
    /// Entries on a page.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<i64>,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Entries, newest first.
    items: Vec<Entry>,
    /// Whether there are older ones.
    has_more: bool,
    /// What to ask for the next page with; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<i64>,
}

/// One thing that changed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// When, in ms.
    time: Timestamp,
    /// The kind of actor: app, member, command_line or server.
    actor_type: &'static str,
    /// The app's key or the userid; empty for the others.
    actor_id: String,
    /// The operation's id or the command.
    action: String,
    /// The kind of thing.
    subject: String,
    /// Which one.
    subject_id: String,
    /// The fields that differ, as they were; absent for what was created. Long values are cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<BTreeMap<String, String>>,
    /// The same fields, as they are; absent for what was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<BTreeMap<String, String>>,
    /// The id in the answer of the request and in its log line; empty when there was no request.
    request_id: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("carillon.audits_query", "/v1.0/carillon/audits/query")
        .title("查询审计记录", "Query the audit trail")
        .permission("Carillon.Audit.Read")
        .callers(APPS_AND_LOCAL)
        .example(json!({ "subject": "service_account", "maxResults": 20 }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let filter = AuditFilter {
        subject: request.subject.unwrap_or_default(),
        subject_id: request.subject_id.unwrap_or_default(),
        actor_id: request.actor_id.unwrap_or_default(),
        action: request.action.unwrap_or_default(),
        from: request.start_time,
        to: request.end_time,
    };
    let size = request.max_results.unwrap_or(USUAL_PAGE);
    // One more than the page holds tells whether there is another.
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
