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
        .purpose(
            "查询各应用接收哪些事件、以什么方式接收，以及因缺少权限而收不到哪些事件。没有设置订阅、只打开了 Stream 连接的应用接收所有有权接收的事件，也会列出；签名 token 和加密密钥不返回。",
            "Returns which events the apps receive, how, and which ones they lack the permission for. An app that only opened Stream connections receives all events that it may, and is listed too. Signing tokens and encryption keys are not returned.",
        )
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
