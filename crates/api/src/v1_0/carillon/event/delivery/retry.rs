//! `carillon.event_delivery_retry`: retries failed events. An operation of Carillon.

use carillon_domain::event::log;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::EventId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
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
        .errors(&[Rule::UnknownEvent, Rule::EventNotFailed])
        .example(json!({ "event_ids": ["evt0001"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    for id in &request.event_ids {
        log::retry(tx, &call.env, call.corp(), &call.app()?.key, id)?;
    }
    Ok(Response { retried: request.event_ids.len() })
}
