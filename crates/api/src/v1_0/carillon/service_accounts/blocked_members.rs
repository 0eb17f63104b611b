//! `carillon.account_blocked_members`: replaces the blocked members of a service account.

use carillon_domain::account::audience;
use carillon_model::{
    error::Result,
    id::{AccountId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare_member_list;
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Members who receive nothing from it; absent or empty: none.
    #[schemars(length(max = 1000))]
    black_user_id_list: Option<Vec<UserId>>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/blocked-members";
    let field = "black_user_id_list";
    declare_member_list("carillon.account_blocked_members", path, field, &[OperatorRole::Editor])
        .title("设置服务号黑名单", "Set the blocked members of a service account")
        .example(json!({ "unionid": "svcUnionId0001", "black_user_id_list": ["user04"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let users = request.black_user_id_list.unwrap_or_default();
    audience::set_blocked(tx, call.corp(), &request.unionid, &users)?;
    Ok(EmptyResponse {})
}
