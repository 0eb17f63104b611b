//! `carillon.calls_query`: the journal of calls, newest first. An operation of Carillon.

use carillon_domain::call;
use carillon_model::{
    error::{Error, Result},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{CallFilter, CallPosition, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Calls on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The key of an app, or the userid of an operator; all callers when absent.
    #[schemars(length(max = 128))]
    caller_id: Option<String>,
    /// The id of an operation, such as `article.publish`; `none` for paths that no operation has.
    #[schemars(length(max = 128))]
    operation: Option<String>,
    /// The code of refused calls, as callers got it.
    #[schemars(length(max = 128))]
    code: Option<String>,
    /// Only refused calls.
    refused: Option<bool>,
    /// From this moment on, in ms.
    start_time: Option<Timestamp>,
    /// Before this moment, in ms.
    end_time: Option<Timestamp>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(min = 1, max = 64))]
    next_token: Option<String>,
    /// Calls on a page.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Calls, newest first.
    items: Vec<super::Call>,
    /// Whether there are older ones.
    has_more: bool,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// Calls of the last days that were not recorded, because there were too many in a second.
    unrecorded: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calls_query", "/v1.0/carillon/calls/query")
        .title("查询调用记录", "Query the journal of calls")
        .permission("Carillon.Call.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .shows_calls()
        .example(json!({
            "callerId": "dingappkey0001",
            "operation": "serviceaccount.get",
            "code": "800003",
            "refused": true,
            "startTime": 1_760_000_000_000_i64,
            "endTime": 1_760_086_400_000_i64,
            "maxResults": 20,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let position = request.next_token.map(|token| {
        let position = CallPosition::parse(&token);
        position.ok_or_else(|| Error::invalid("nextToken", "must be that of the previous page"))
    });
    let filter = CallFilter {
        caller_id: request.caller_id.unwrap_or_default(),
        operation: request.operation.unwrap_or_default(),
        code: request.code.unwrap_or_default(),
        refused_only: request.refused.unwrap_or_default(),
        from: request.start_time,
        to: request.end_time,
    };
    let before = position.transpose()?.unwrap_or(CallPosition::NEWEST);
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let journal = call::list(tx, &call.env, call.corp(), &filter, before, size)?;
    Ok(Response {
        items: journal.page.calls.into_iter().map(super::Call::of).collect(),
        has_more: journal.page.next.is_some(),
        next_token: journal.page.next.map(|next| next.to_string()),
        unrecorded: journal.unrecorded,
    })
}
