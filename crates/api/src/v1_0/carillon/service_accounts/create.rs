//! `carillon.account_create`: adds a service account. An operation of Carillon.

use carillon_domain::account::{self, NewAccount, settings::AccountTexts};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId},
    operator::OperatorRole,
    service_account::{MAX_BRIEF_CHARS, MAX_DESC_CHARS, MAX_NAME_CHARS},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::MANAGE;
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Name of the account, unique among those of the organisation that are not disabled.
    #[schemars(length(min = 1, max = MAX_NAME_CHARS))]
    name: String,
    /// Short introduction, shown in lists; absent: none.
    #[schemars(length(max = MAX_BRIEF_CHARS))]
    brief: Option<String>,
    /// Introduction, shown on the profile page of the account.
    #[schemars(length(min = 1, max = MAX_DESC_CHARS))]
    desc: String,
    /// Media id of the avatar: a picture that `credentials.media_upload` stored.
    #[schemars(length(min = 1, max = 128))]
    avatar_media_id: MediaId,
    /// Media id of the picture on the profile page: one that `credentials.media_upload` stored.
    #[schemars(length(min = 1, max = 128))]
    preview_media_id: MediaId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the new service account, which all operations on it take.
    unionid: AccountId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.account_create", "/v1.0/carillon/service-accounts")
        .title("新建服务号", "Create a service account")
        .purpose(
            "新建一个服务号，供成员在收件箱中看到并接收其消息。新服务号默认可向全员发送，没有运营人员，\
             也没有菜单和自动回复，需另行设置。",
            "Adds a service account that members see and get messages from. A new account may send to \
             everybody, and has no operators, menu or automatic replies until they are set.",
        )
        .permission(MANAGE)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor])
        .errors(&[Rule::AccountNameTaken, Rule::TooManyAccounts])
        .example(json!({
            "name": "School library",
            "brief": "Books and hours",
            "desc": "New books, opening hours and events",
            "avatarMediaId": "@lADOavatar01",
            "previewMediaId": "@lADOpreview1",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let texts =
        AccountTexts { name: request.name, brief: request.brief.unwrap_or_default(), desc: request.desc };
    texts.check()?;
    let new = NewAccount {
        name: texts.name,
        avatar_media_id: request.avatar_media_id,
        brief: texts.brief,
        desc: texts.desc,
        preview_media_id: request.preview_media_id,
    };
    Ok(Response { unionid: account::add(tx, &call.env, call.corp(), new)? })
}
