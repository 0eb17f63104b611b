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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The account with its settings.
    service_account: Detail,
}

/// A service account. Operators and send scope are in the table of the page and not in its example; the response has them. No documented
/// operation sets them: operations of Carillon do.
#[derive(Serialize, JsonSchema)]
struct Detail {
    /// Whether the account is in use.
    status: Status,
    /// The id of the account, by which all other operations name it.
    unionid: AccountId,
    /// The name that members see.
    name: String,
    /// Short introduction, shown in the list of service accounts and on the profile page; may be empty.
    brief: String,
    /// The purpose of the account, shown on its profile page.
    desc: String,
    /// Avatar: the `media_id` of a picture.
    avatar_media_id: MediaId,
    /// Picture on the profile page, by its `media_id`.
    preview_media_id: MediaId,
    /// The robot of the account: the account itself (decided: only the name of the field is known).
    chat_bot_id: AccountId,
    /// Members who operate the account, by userid.
    operator_user_id_list: Vec<UserId>,
    /// Members on the block list, by userid: they receive nothing from the account and cannot write to it.
    black_user_id_list: Vec<UserId>,
    /// Whether the account may send to the whole organisation; if so, the two lists below do not count.
    allow_send_to_all: bool,
    /// Members whom it may send to when not to all, by userid.
    allow_send_user_id_list: Vec<UserId>,
    /// Departments that it may send to when not to all, each with everything below it.
    allow_send_dept_id_list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.get", "/topapi/serviceaccount/get")
        .title("查询服务号详情", "Get one service account")
        .purpose(
            "查询一个服务号的资料和发送设置：运营人员、黑名单和可发送范围。这些设置不能用 `/topapi` 的接口修改，\
             要用“设置服务号运营人员”等 Carillon 自有接口。已停用的服务号也能查到。",
            "Returns the profile of a service account and its settings for sends: operators, blocked members and \
             the scope that it may send to. No operation under `/topapi` sets these; those of Carillon's own do, \
             such as `carillon.account_scope`. A disabled account is returned too.",
        )
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
