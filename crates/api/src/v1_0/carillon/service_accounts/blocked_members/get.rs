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
    /// Userids of the members who receive nothing from the account and cannot write to it.
    black_user_id_list: Vec<UserId>,
    /// The revision of the list, for the next change of it.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_blocked_members_get", PATH, &[OperatorRole::Editor])
        .title("查询服务号黑名单", "Get the blocked members of a service account")
        .purpose(
            "查询被服务号拉黑的成员，以及修改时所需的修订号。黑名单中的成员收不到群发，也不能发消息，\
             已收到的内容保留。",
            "Returns the members whom a service account has blocked, with the revision that a change \
             takes. They get nothing new from it and cannot write to it, and keep what they have.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let revision = revision::blocked(state, &request.unionid)?;
    let lists = state.account_audience(&request.unionid);
    Ok(Response { black_user_id_list: lists.blocked.userids().cloned().collect(), revision })
}
