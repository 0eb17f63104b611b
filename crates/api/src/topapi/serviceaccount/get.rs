//! `serviceaccount.get`: one service account.

use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, DeptId, MediaId, UserId},
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Status;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The account.
    service_account: Detail,
}

/// A service account. The table of the page has who may operate it and whom it may reach, the example has not: they are
/// answered. What is documented has nothing to set them; operations of Carillon's own do.
#[derive(Serialize, JsonSchema)]
struct Detail {
    /// Whether it is in use.
    status: Status,
    /// Its id.
    unionid: AccountId,
    /// Name.
    name: String,
    /// Short introduction.
    brief: String,
    /// What the account is for.
    desc: String,
    /// Avatar.
    avatar_media_id: MediaId,
    /// Picture on the profile page.
    preview_media_id: MediaId,
    /// The robot that speaks for the account: the account itself (decided: nothing but the name of the field is known).
    chat_bot_id: AccountId,
    /// Members who operate it.
    operator_user_id_list: Vec<UserId>,
    /// Members whom it cannot reach.
    black_user_id_list: Vec<UserId>,
    /// Whether it may send to the whole organisation.
    allow_send_to_all: bool,
    /// Members whom it may send to, when not to all.
    allow_send_user_id_list: Vec<UserId>,
    /// Departments that it may send to, when not to all.
    allow_send_dept_id_list: Vec<DeptId>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.get", "/topapi/serviceaccount/get")
        .title("查询服务号详情", "Get one service account")
        .permission("qyapi_service_account_manage")
        .errors(&[Rule::UnknownAccount])
        .example(json!({ "unionid": "svcUnionId0001" }))
        .reads()
        .snapshot(answer)
}

fn answer(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let account = state.account(&request.unionid)?;
    let reach = state.account_audience(&account.id);
    let departments = reach.allowed_departments.iter().filter(|id| state.departments.contains_key(*id));
    let service_account = Detail {
        status: Status::of(account.disabled),
        unionid: account.id.clone(),
        name: account.name.clone(),
        brief: account.brief.clone(),
        desc: account.desc.clone(),
        avatar_media_id: account.avatar_media_id.clone(),
        preview_media_id: account.preview_media_id.clone(),
        chat_bot_id: account.id.clone(),
        operator_user_id_list: reach.operators.userids().cloned().collect(),
        black_user_id_list: reach.blocked.userids().cloned().collect(),
        allow_send_to_all: reach.allows_all,
        allow_send_user_id_list: reach.allowed_users.userids().cloned().collect(),
        allow_send_dept_id_list: departments.copied().collect(),
    };
    Ok(Response { service_account })
}
