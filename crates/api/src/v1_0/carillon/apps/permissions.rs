//! `carillon.app_permissions`: replaces the permissions of an app. An operation of Carillon.

use carillon_domain::app;
use carillon_model::{error::Result, id::AppKey, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AppRow, PermissionCode, codes_of, named, require_grantable};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The key of the app (`appKey`), as `carillon.app_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    /// The codes of all its permissions from now on; absent or empty: none. Only owners can add some: a developer takes away.
    #[schemars(length(max = 200))]
    permissions: Option<Vec<PermissionCode>>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_permissions", "/v1.0/carillon/apps/{appKey}/permissions")
        .put()
        .title("设置应用权限", "Set the permissions of an app")
        .purpose(
            "用传入的列表整体替换应用的权限，立即生效，应用现有的令牌继续可用。收回权限后，需要该权限的待投递事件会被放弃。开发者角色只能收回权限，新增权限需要所有者操作。",
            "Replaces all permissions of an app, with effect at once; its token stays. Waiting events that need a revoked permission are given up. Developers can only take permissions away, and owners can add some.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({ "appKey": "dingappkey0002", "permissions": ["qyapi_base", "qyapi_get_member"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<AppRow> {
    let app = named(tx, call, "appKey", Some(&request.app_key))?;
    let permissions = codes_of(request.permissions);
    require_grantable(call, &app.grants, &permissions)?;
    Ok(AppRow::of(&app::set_permissions(tx, &call.env, &app.key, permissions)?))
}
