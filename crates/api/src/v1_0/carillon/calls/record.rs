//! `carillon.calls_record`: records the bodies of an app's calls for a while. An operation of Carillon.

use carillon_domain::call::record_bodies;
use carillon_model::{error::Result, id::AppKey, operator::OperatorRole, time::Timestamp};
use carillon_wire::{Call, Context, Input, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The key of the app (`appKey`), as `carillon.app_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    /// For how many minutes from now; 0 ends it. A restart of the server ends it too.
    #[schemars(range(min = 0, max = 60))]
    minutes: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Until when bodies are recorded, in ms since 1970; absent when it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_until: Option<Timestamp>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calls_record", "/v1.0/carillon/calls/record")
        .title("记录一个应用的请求和响应内容", "Record the bodies of an app's calls")
        .purpose(
            "排查问题时，在接下来的一段时间（最多 60 分钟）内记录一个应用的请求和响应内容；密钥会去除，长文本会截短。内容见“查询一次调用及其失败原因”，期间发生的事件的内容见“查询一个事件的推送记录”。开启和结束都会写入审计记录。",
            "Records the bodies of an app's calls for a while, at most 60 minutes, to find a problem; without secrets, and shortened. `carillon.calls_get` returns them, and `carillon.event_delivery_get` the contents of events that happen meanwhile. The audit trail notes it.",
        )
        .permission("Carillon.Call.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({ "appKey": "dingappkey0001", "minutes": 60 }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Response> {
    let Request { app_key, minutes } = input.fields;
    let (store, env, corp) = (context.store, call.env.clone(), call.corp().clone());
    let recorded_until = record_bodies(store, env, corp, call.signature(), app_key, minutes).await?;
    Ok(Response { recorded_until })
}
