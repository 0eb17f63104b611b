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
    /// The id of an operation, such as `article.publish`, or `none` for unknown paths; all when absent.
    #[schemars(length(max = 128))]
    operation: Option<String>,
    /// Only calls that were refused with this code, as callers got it; no limit when absent.
    #[schemars(length(max = 128))]
    code: Option<String>,
    /// Whether only refused calls are returned; absent: all calls.
    refused: Option<bool>,
    /// Only calls from this moment on, in ms since 1970; no limit when absent.
    start_time: Option<Timestamp>,
    /// Only calls before this moment, in ms since 1970; no limit when absent.
    end_time: Option<Timestamp>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(min = 1, max = 64))]
    next_token: Option<String>,
    /// The most calls on a page; absent: 20.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The calls that match all conditions, newest first.
    items: Vec<super::Call>,
    /// Whether there is a next page.
    has_more: bool,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// The number of calls of the last days that were not recorded, because there were too many in a second.
    unrecorded: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calls_query", "/v1.0/carillon/calls/query")
        .title("查询调用记录", "Query the journal of calls")
        .purpose(
            "查询本企业的接口调用：谁在什么时候调用了哪个接口、结果如何，从新到旧分页返回，不含请求和响应的内容。记录默认保存 24 小时，被拒绝的调用保存 7 天（配置 `journal`）。令牌无效的调用不属于任何企业，不在其中。",
            "Returns the calls of the organisation: who called which operation, when, and with which outcome; newest first, without bodies. By default calls are stored for 24 hours and refused ones for 7 days (`journal` in the configuration). Calls with an invalid token belong to no organisation and are not among them.",
        )
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
