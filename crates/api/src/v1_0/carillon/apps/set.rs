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
    /// The app.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    /// The name; absent: as it is.
    #[schemars(length(min = 1, max = 100))]
    name: Option<String>,
    /// Whether it is disabled; absent: as it is. A disabled app loses its token and its Stream connections at once, and gets no event. Only
    /// owners can enable one that has permissions.
    disabled: Option<bool>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_set", "/v1.0/carillon/apps/{appKey}")
        .put()
        .title("修改应用", "Change an app")
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
