//! `carillon.event_subscription_remove`: ends the subscription of an app. An operation of Carillon.

use carillon_domain::event::subscription;
use carillon_model::{
    error::{Result, Rule},
    id::AppKey,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::{LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app, by its key. What waits for its callback is given up.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
}

#[derive(Serialize, JsonSchema)]
struct Response {}

pub fn operation() -> Operation {
    Operation::v1("carillon.event_subscription_remove", "/v1.0/carillon/event/subscriptions/{app_key}")
        .delete()
        .title("删除应用的事件订阅", "Remove the event subscription of an app")
        .purpose(
            "删除一个应用的事件订阅，等待回调的事件会被放弃。应用已打开的 Stream 主题不受影响，仍会接收事件；应用没有订阅时调用失败。",
            "Removes the event subscription of an app; what waits for its callback is given up. Topics that its Stream clients opened stay, and keep receiving events. It fails for an app without a subscription.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .errors(&[Rule::CallbackMissing])
        .example(json!({ "app_key": "dingappkey0003" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let app = apps::named(tx, call, "app_key", Some(&request.app_key))?;
    subscription::delete(tx, &call.env, call.corp(), &app.key)?;
    Ok(Response {})
}
