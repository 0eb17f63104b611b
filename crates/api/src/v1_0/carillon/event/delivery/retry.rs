//! `carillon.event_delivery_retry`: retries failed events. An operation of Carillon.

use carillon_domain::event::log;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{AppKey, EventId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::{APPS_AND_LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app, by its key. The calling app if absent; operators and local callers must name one.
    #[schemars(length(max = 128))]
    app_key: Option<AppKey>,
    /// The ids of failed events; all of them are retried, or none.
    #[schemars(length(min = 1, max = 100))]
    event_ids: Vec<EventId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The number of retried events.
    retried: usize,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.event_delivery_retry", "/v1.0/carillon/event/delivery/retry")
        .title("重试失败的事件推送", "Retry failed events")
        .purpose(
            "重新投递指定的失败事件，最多 100 个；它们会排在同一顺序中较新的事件之前。只要有一个事件不存在、没有失败，或应用已无权接收，就全部不重试。",
            "Delivers failed events again, at most 100, each before all newer events of its order. If one of them is unknown, has not failed, or may no longer be received by the app, none is retried.",
        )
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .errors(&[Rule::UnknownEvent, Rule::EventNotFailed])
        .example(json!({ "app_key": "dingappkey0001", "event_ids": ["evt0001"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let app = apps::named(tx, call, "app_key", request.app_key.as_ref())?;
    for id in &request.event_ids {
        log::retry(tx, &call.env, call.corp(), &app.key, id)?;
    }
    Ok(Response { retried: request.event_ids.len() })
}
