//! `carillon.app_secret`: replaces the secret of an app. An operation of Carillon.

use carillon_domain::app;
use carillon_model::{error::Result, id::AppKey, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AppSecret, named, require_rights_of};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The key of the app. Only owners can replace the secret of one with permissions: who knows the secret has them.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_secret", "/v1.0/carillon/apps/{appKey}/secret")
        .title("重置应用密钥", "Replace the secret of an app")
        .purpose(
            "为应用生成新密钥并返回一次。旧密钥立即失效，用它取得的令牌、Stream 凭证、Stream 连接和回复地址（sessionWebhook）也一并失效；应用的权限和事件订阅保持不变。",
            "Makes a new secret for an app and returns it once. The previous secret ends at once, with its token, its Stream tickets and connections, and its reply URLs (`sessionWebhook`). Permissions and subscriptions stay.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .requires_reauthentication()
        .example(json!({ "appKey": "dingappkey0003" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<AppSecret> {
    let app = named(tx, call, "appKey", Some(&request.app_key))?;
    require_rights_of(call, &app)?;
    let secret = app::reset_secret(tx, &call.env, &app.key)?;
    Ok(AppSecret::of(&app, secret))
}
