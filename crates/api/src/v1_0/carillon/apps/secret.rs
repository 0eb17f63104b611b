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
    /// The app. Only owners can replace the secret of one that has permissions: who knows the secret has them.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_secret", "/v1.0/carillon/apps/{appKey}/secret")
        .title("重置应用密钥", "Replace the secret of an app")
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
