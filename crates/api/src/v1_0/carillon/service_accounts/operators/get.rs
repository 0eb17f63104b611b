//! `carillon.account_operators_get`: the operators of a service account. An operation of Carillon.

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
    /// Userids of the members who operate the account: they are its editors, senders and agents.
    operator_user_id_list: Vec<UserId>,
    /// The revision of the list, for the next change of it.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_operators_get", PATH, &[OperatorRole::Owner])
        .title("查询服务号运营人员", "Get the operators of a service account")
        .purpose(
            "查询服务号的运营人员，以及修改时所需的修订号。只包含直接指定的运营人员，\
             不包含通过其他角色获得权限的人。",
            "Returns the members who operate a service account, with the revision that a change takes. \
             Those who have rights by roles alone are not in the list.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let revision = revision::operators(state, &request.unionid)?;
    let lists = state.account_audience(&request.unionid);
    Ok(Response { operator_user_id_list: lists.operators.userids().cloned().collect(), revision })
}
