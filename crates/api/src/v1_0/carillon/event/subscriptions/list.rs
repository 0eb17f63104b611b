//! `carillon.event_subscription_list`: which events apps receive, and how. An operation of Carillon.

use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{SubscriptionRow, row};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The subscriptions, by the key of the app. Apps that receive nothing are left out.
    subscriptions: Vec<SubscriptionRow>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.event_subscription_list", "/v1.0/carillon/event/subscriptions")
        .get()
        .title("查询应用的事件订阅", "List the event subscriptions of apps")
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let state = tx.state().corp(call.corp())?;
    let mut apps: Vec<_> = tx.state().apps.values().filter(|app| app.corp == *call.corp()).collect();
    apps.sort_by_key(|app| app.key.clone());
    Ok(Response { subscriptions: apps.into_iter().filter_map(|app| row(state, app)).collect() })
}
