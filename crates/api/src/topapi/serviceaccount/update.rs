//! `serviceaccount.update`: changes a service account, or disables it for good.

use carillon_domain::account::{self, AccountChange};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Status;

/// The request. What is absent stays as it is (decided: the page does not say).
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1))]
    unionid: AccountId,
    /// A new name.
    #[schemars(length(min = 1, max = 30))]
    name: Option<String>,
    /// Another avatar, an uploaded picture.
    avatar_media_id: Option<MediaId>,
    /// Another short introduction.
    #[schemars(length(max = 60))]
    brief: Option<String>,
    /// Another introduction on the profile page.
    #[schemars(length(min = 1, max = 200))]
    desc: Option<String>,
    /// Another picture on the profile page, an uploaded one.
    preview_media_id: Option<MediaId>,
    /// `disabled` ends the account for good.
    status: Option<Status>,
}

/// The answer has nothing but the result.
#[derive(Serialize, JsonSchema)]
struct Response {}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.update", "/topapi/serviceaccount/update")
        .title("更新服务号", "Update a service account")
        .permission(super::MANAGE)
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::AccountNameTaken])
        .example(json!({ "unionid": "svcUnionId0001", "name": "News desk", "status": "normal" }))
        .write(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let change = AccountChange {
        name: request.name,
        avatar_media_id: request.avatar_media_id,
        brief: request.brief,
        desc: request.desc,
        preview_media_id: request.preview_media_id,
        disabled: request.status.map(|status| matches!(status, Status::Disabled)),
    };
    account::update(tx, call.corp(), &request.unionid, change)?;
    Ok(Response {})
}
