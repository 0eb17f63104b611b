//! `carillon.app_permissions`: replaces the permissions of an app. An operation of Carillon.

use std::collections::BTreeSet;

use carillon_domain::app;
use carillon_model::{
    error::{Error, Result, Rule},
    id::AppKey,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AppRow, named};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The app.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    /// The codes of all its permissions from now on; absent or empty: none. Only owners can add some: a developer takes away.
    #[schemars(length(max = 200))]
    permissions: Option<Vec<PermissionCode>>,
}

/// The code of a permission.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct PermissionCode(#[schemars(length(min = 1, max = 128))] String);

pub fn operation() -> Operation {
    Operation::v1("carillon.app_permissions", "/v1.0/carillon/apps/{appKey}/permissions")
        .put()
        .title("设置应用权限", "Set the permissions of an app")
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({ "appKey": "dingappkey0002", "permissions": ["qyapi_base", "qyapi_get_member"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<AppRow> {
    let app = named(tx, call, "appKey", Some(&request.app_key))?;
    let permissions = request.permissions.unwrap_or_default();
    let permissions: BTreeSet<String> = permissions.into_iter().map(|code| code.0).collect();
    // Nobody gives more than they have: owners have every right.
    let may_add = match &call.caller {
        Caller::Operator(operator) => operator.rights.is_owner(),
        _ => true,
    };
    if !may_add && !permissions.is_subset(&app.grants) {
        return Err(Error::because(Rule::RoleDenied, OperatorRole::Owner.as_str()));
    }
    Ok(AppRow::of(&app::set_permissions(tx, &call.env, &app.key, permissions)?))
}
