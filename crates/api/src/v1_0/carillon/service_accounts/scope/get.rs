//! `carillon.account_scope_get`: the scope that a service account may send to. An operation of Carillon.

use carillon_domain::account::{audience, revision};
use carillon_model::{
    error::Result,
    id::{DeptId, UserId},
    operator::OperatorRole,
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::PATH;
use crate::v1_0::carillon::service_accounts::{AccountRequest, declare_reading};

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether it may send to everybody in the organisation. If true, the two lists are stored but do not apply.
    allow_send_to_all: bool,
    /// Userids of the members whom it may send to, besides those of the departments.
    allow_send_user_id_list: Vec<UserId>,
    /// Ids of the departments that it may send to, each with all departments below it.
    allow_send_dept_id_list: Vec<DeptId>,
    /// The number of members in the scope now, with those of the departments.
    members: u64,
    /// The revision of the scope, for the next change of it.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_scope_get", PATH, &[OperatorRole::Editor])
        .title("查询服务号发送范围", "Get the scope of a service account")
        .purpose(
            "查询服务号可以向哪些成员和部门发送，当前共多少人，以及修改时所需的修订号。",
            "Returns to whom a service account may send, how many members that are now, and the revision \
             that a change takes.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let revision = revision::scope(state, &request.unionid)?;
    let lists = state.account_audience(&request.unionid);
    let departments = lists.allowed_departments.iter().filter(|id| state.departments.contains_key(*id));
    Ok(Response {
        allow_send_to_all: lists.allows_all,
        allow_send_user_id_list: lists.allowed_users.userids().cloned().collect(),
        allow_send_dept_id_list: departments.copied().collect(),
        members: audience::scope(state, &request.unionid).len(),
        revision,
    })
}
