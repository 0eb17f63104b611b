//! `carillon.app_create`: creates an app. An operation of Carillon.

use carillon_domain::app::{self, NewApp};
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    event::EventKind,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AppSecret, PermissionCode, codes_of, require_grantable};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The name of the app, which other apps may have too.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The type of the app, which cannot be changed later; `internal` if absent.
    app_type: Option<AppType>,
    /// The codes of its permissions; absent or empty: none. Only owners can give some.
    #[schemars(length(max = 200))]
    permissions: Option<Vec<PermissionCode>>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_create", "/v1.0/carillon/apps")
        .title("创建应用", "Create an app")
        .purpose(
            "创建一个应用，返回它的 appKey、密钥和 agentId，应用随即可以获取令牌。密钥只在这里返回一次；创建企业内部应用还会触发 `inner_app_release` 事件。一个企业最多有 1,000 个应用。",
            "Creates an app and returns its key, its secret and its `agentId`; the app can get a token at once. The secret is returned only here. An internal app also raises the event `inner_app_release`. An organisation has at most 1,000 apps.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .requires_reauthentication()
        .errors(&[Rule::TooManyApps])
        .raises(&[EventKind::AppReleased])
        .example(json!({ "name": "报表", "appType": "internal", "permissions": [] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<AppSecret> {
    let grants = codes_of(request.permissions);
    require_grantable(call, &[].into(), &grants)?;
    let app_type = request.app_type.unwrap_or(AppType::Internal);
    let new = NewApp { name: request.name, app_type, grants };
    let (app, secret) = app::create(tx, &call.env, call.corp(), new)?;
    Ok(AppSecret::of(&app, secret))
}
