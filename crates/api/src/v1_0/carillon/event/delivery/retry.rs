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
    /// The app. The calling app if absent; operators and local callers name one.
    #[schemars(length(max = 128))]
    app_key: Option<AppKey>,
    /// The events; all of them are retried, or none.
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
