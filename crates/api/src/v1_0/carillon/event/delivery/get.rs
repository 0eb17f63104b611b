//! `carillon.event_delivery_get`: an event with its attempts. An operation of Carillon.

use carillon_domain::event::log;
use carillon_model::{
    app::AppType,
    error::{Error, Result, Rule},
    id::{AppKey, EventId},
    operator::OperatorRole,
    time,
};
use carillon_wire::{Call, Context, Input, Operation, event_payload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::EventRow;
use crate::v1_0::carillon::{APPS_AND_LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app, by its key. The calling app if absent; operators and local callers must name one.
    #[schemars(length(max = 128))]
    app_key: Option<AppKey>,
    /// The id of the event, as `carillon.event_delivery_list` or the event itself has it.
    #[schemars(length(min = 1, max = 64))]
    event_id: EventId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The event, once for each topic of the app.
    events: Vec<EventRow>,
    /// What was sent, as JSON without secrets and personal data; only for an event that happened while the bodies of the app's
    /// calls were recorded, and as long as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

pub fn operation() -> Operation {
    let mut operation = Operation::v1("carillon.event_delivery_get", "/v1.0/carillon/event/delivery/get")
        .title("查询一个事件的推送记录", "Get the deliveries of an event")
        .purpose(
            "查询一个事件对一个应用的投递情况，含每次投递的时间和结果；应用在多个主题下接收时，每个主题各返回一条。只有在该应用开启内容记录期间发生的事件才返回推送内容。",
            "Returns the deliveries of one event to an app, with every attempt: once for each topic on which the app receives it. The content is there only for events that happened while `carillon.calls_record` records the app's bodies.",
        )
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .errors(&[Rule::UnknownEvent])
        .example(json!({ "app_key": "dingappkey0001", "event_id": "evt0001" }))
        .steps(handle);
    // It takes steps because it reads what is in memory too.
    operation.changes = false;
    operation
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Response> {
    let request = input.fields;
    let calls = context.store.clone();
    let corp = call.corp().clone();
    let read = move |tx: &mut carillon_store::Tx<'_>| {
        let app = apps::named(tx, &call, "app_key", request.app_key.as_ref())?;
        let entries = log::entries_of(tx, call.corp(), &app.key, &request.event_id)?;
        let since = calls.calls().bodies_recorded_since(&app.key, call.env.now());
        let mut content = None;
        if let Some(entry) = entries.first() {
            let event = &entry.event;
            let zone = time::zone(&tx.state().corp(call.corp())?.corp.time_zone)
                .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
            let recorded = log::recorded_content(tx, &call.env, call.corp(), &app.key, event, since)?;
            content =
                recorded.map(|recorded| event_payload::redacted(call.corp(), event.seq, &recorded, &zone));
        }
        Ok(Response { events: entries.into_iter().map(EventRow::of).collect(), content })
    };
    context.store.read(&corp, read).await
}
