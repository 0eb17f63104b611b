//! `carillon.event_delivery_retry_since`: retries all events that failed since a time. An operation of Carillon.

use carillon_domain::event::log;
use carillon_model::{app::AppType, error::Result, id::AppKey, operator::OperatorRole, time::Timestamp};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::kind_of;
use crate::v1_0::carillon::{APPS_AND_LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app, by its key. The calling app if absent; operators and local callers must name one.
    #[schemars(length(max = 128))]
    app_key: Option<AppKey>,
    /// Events that were given up at this time or later, in ms since 1970.
    start_time: Timestamp,
    /// Only events of this name; all when absent.
    event_type: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The number of retried events, at most 1,000. Tests, and events that the app may no longer receive, are left out.
    retried: usize,
    /// Whether there are more, which another call retries.
    has_more: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.event_delivery_retry_since", "/v1.0/carillon/event/delivery/retry-since")
        .title("重试某时刻之后失败的事件推送", "Retry the events that failed since a time")
        .purpose(
            "接收程序故障恢复后，重新投递某一时刻及之后失败的全部事件：先失败的先投递，每次最多 1,000 个，还有剩余时再次调用。测试事件和应用已无权接收的事件不包括在内。",
            "Delivers all events again that failed since a time, for example after the receiver was down: those first that failed first, at most 1,000 in a call. Tests, and events that the app may no longer receive, are left out.",
        )
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({
            "app_key": "dingappkey0001", "start_time": 1_760_000_000_000_i64, "event_type": "label_conf_add",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let app = apps::named(tx, call, "app_key", request.app_key.as_ref())?;
    let kind = kind_of(request.event_type)?;
    let retried = log::retry_since(tx, &call.env, call.corp(), &app.key, request.start_time, kind)?;
    Ok(Response { retried: retried.events, has_more: retried.more })
}
