//! `carillon.account_blocked_members_get`: the blocked members of a service account. An operation of Carillon.

use carillon_domain::account::revision;
use carillon_model::{error::Result, id::UserId, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::PATH;
use crate::v1_0::carillon::service_accounts::{AccountRequest, declare_reading};

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Members who receive nothing from it.
    black_user_id_list: Vec<UserId>,
    /// The revision of the list.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_blocked_members_get", PATH, &[OperatorRole::Editor])
        .title("查询服务号黑名单", "Get the blocked members of a service account")
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let revision = revision::blocked(state, &request.unionid)?;
    let lists = state.account_audience(&request.unionid);
    Ok(Response { black_user_id_list: lists.blocked.userids().cloned().collect(), revision })
}
