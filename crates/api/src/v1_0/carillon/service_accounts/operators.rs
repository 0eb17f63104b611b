//! `carillon.account_operators`: replaces the operators of a service account.

use carillon_domain::account::audience;
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare_member_list;
use crate::v1_0::EmptyResponse;

/// What operators of an account do in the console, an app must be permitted to do: nobody gives more than they have.
const PERMISSIONS: [&str; 3] =
    ["qyapi_service_account_materials", "qyapi_service_account_menu", "qyapi_service_account_message"];

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Members who operate it; absent or empty: none.
    #[schemars(length(max = 1000))]
    operator_user_id_list: Option<Vec<UserId>>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/operators";
    // They are editors, senders and agents of the account in the console, and nobody but an owner gives roles.
    declare_member_list("carillon.account_operators", path, "operator_user_id_list", &[OperatorRole::Owner])
        .title("设置服务号运营人员", "Set the operators of a service account")
        .example(json!({ "unionid": "svcUnionId0001", "operator_user_id_list": ["user01", "user02"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    if matches!(call.caller, Caller::App(_)) {
        let missing: Vec<&str> = PERMISSIONS.into_iter().filter(|permission| !call.may(permission)).collect();
        if !missing.is_empty() {
            return Err(Error::because(Rule::PermissionDenied, missing.join(",")));
        }
    }
    let users = request.operator_user_id_list.unwrap_or_default();
    audience::set_operators(tx, call.corp(), &request.unionid, &users)?;
    Ok(EmptyResponse {})
}
