//! `carillon.event_delivery_test`: sends a test to an app. An operation of Carillon.

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
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the test event; a test that still waits is sent again at once instead of another.
    event_id: EventId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.event_delivery_test", "/v1.0/carillon/event/delivery/test")
        .title("发送测试事件", "Send a test event")
        .purpose(
            "向应用发送一个 `check_url` 测试事件，用来检查回调或 Stream 连接；它按普通事件的方式投递，结果见推送记录。应用既没有订阅也没有打开 Stream 连接，或者已停用时，调用失败。",
            "Sends the test event `check_url` to an app by its callback or its Stream connections, in the way of every event; the delivery log has the outcome. It fails if the app has neither, or is disabled.",
        )
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .errors(&[Rule::CallbackMissing, Rule::AppDisabled])
        .example(json!({ "app_key": "dingappkey0001" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let app = apps::named(tx, call, "app_key", request.app_key.as_ref())?;
    Ok(Response { event_id: log::send_test(tx, &call.env, call.corp(), &app.key)? })
}
