//! `carillon.app_set`: renames, disables or enables an app. An operation of Carillon.

use carillon_domain::app::{self, AppEdit};
use carillon_model::{error::Result, id::AppKey, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AppRow, named, require_rights_of};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The key of the app (`appKey`), as `carillon.app_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    /// The new name of the app; absent: as it is.
    #[schemars(length(min = 1, max = 100))]
    name: Option<String>,
    /// Whether the app is disabled; absent: as it is. Only owners can enable an app that has permissions.
    disabled: Option<bool>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_set", "/v1.0/carillon/apps/{appKey}")
        .put()
        .title("修改应用", "Change an app")
        .purpose(
            "修改应用的名称，或停用、重新启用应用；未传的字段保持不变。停用后令牌、Stream 连接和回复地址立即失效，待投递的事件被放弃；重新启用后密钥不变，应用需要重新获取令牌。",
            "Renames an app, or disables or enables it; absent fields stay as they are. Disabling ends its token, Stream connections and reply URLs at once, and gives up its waiting events. Once enabled again, it has the same secret and needs a new token.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({ "appKey": "dingappkey0002", "name": "报表", "disabled": true }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<AppRow> {
    let app = named(tx, call, "appKey", Some(&request.app_key))?;
    if app.disabled && request.disabled == Some(false) {
        require_rights_of(call, &app)?;
    }
    let edit = AppEdit { name: request.name, disabled: request.disabled };
    Ok(AppRow::of(&app::set(tx, &call.env, &app.key, edit)?))
}
