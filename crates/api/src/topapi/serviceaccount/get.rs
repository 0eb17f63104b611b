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

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The account.
    service_account: Detail,
}

/// A service account. Operators and send scope are in the table of the page and not in its example; the response has them. No documented
/// operation sets them: operations of Carillon do.
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
    /// The purpose of the account.
    desc: String,
    /// Avatar.
    avatar_media_id: MediaId,
    /// Picture on the profile page.
    preview_media_id: MediaId,
    /// The robot of the account: the account itself (decided: only the name of the field is known).
    chat_bot_id: AccountId,
    /// Members who operate it.
    operator_user_id_list: Vec<UserId>,
    /// Members who receive nothing from it.
    black_user_id_list: Vec<UserId>,
    /// Whether it may send to the whole organisation.
    allow_send_to_all: bool,
    /// Members whom it may send to, when not to all.
    allow_send_user_id_list: Vec<UserId>,
    /// Departments that it may send to, when not to all.
    allow_send_dept_id_list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.get", "/topapi/serviceaccount/get")
        .title("查询服务号详情", "Get one service account")
        .permission("qyapi_service_account_manage")
        .errors(&[Rule::UnknownAccount])
        .example(json!({ "unionid": "svcUnionId0001" }))
        .reads()
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let account = state.account(&request.unionid)?;
    let audience = state.account_audience(&account.id);
    let departments = audience.allowed_departments.iter().filter(|id| state.departments.contains_key(*id));
    let service_account = Detail {
        status: Status::of(account.disabled),
        unionid: account.id.clone(),
        name: account.name.clone(),
        brief: account.brief.clone(),
        desc: account.desc.clone(),
        avatar_media_id: account.avatar_media_id.clone(),
        preview_media_id: account.preview_media_id.clone(),
        chat_bot_id: account.id.clone(),
        operator_user_id_list: audience.operators.userids().cloned().collect(),
        black_user_id_list: audience.blocked.userids().cloned().collect(),
        allow_send_to_all: audience.allows_all,
        allow_send_user_id_list: audience.allowed_users.userids().cloned().collect(),
        allow_send_dept_id_list: departments.copied().collect(),
    };
    Ok(Response { service_account })
}
