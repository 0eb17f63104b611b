//! `serviceaccount.update`: changes a service account, or disables it permanently.

use carillon_domain::account::{self, AccountChange};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::Status;
use crate::topapi::EmptyResponse;

/// Absent fields stay as they are (decided: the page does not say).
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Name, unique in the organisation.
    #[schemars(length(min = 1, max = 30))]
    name: Option<String>,
    /// Avatar: the media_id of an uploaded picture.
    #[schemars(length(min = 1, max = 128))]
    avatar_media_id: Option<MediaId>,
    /// Short introduction, shown in the list of service accounts.
    #[schemars(length(max = 60))]
    brief: Option<String>,
    /// The purpose of the account, shown on its profile page.
    #[schemars(length(min = 1, max = 200))]
    desc: Option<String>,
    /// Picture on the profile page: the media_id of an uploaded picture.
    #[schemars(length(min = 1, max = 128))]
    preview_media_id: Option<MediaId>,
    /// `disabled` deletes the account permanently.
    status: Option<Status>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.update", "/topapi/serviceaccount/update")
        .title("更新服务号", "Update a service account")
        .permission("qyapi_service_account_manage")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::AccountNameTaken])
        .example(json!({
            "unionid": "svcUnionId0001",
            "name": "News of the week",
            "avatar_media_id": "@lADOavatar01",
            "brief": "Short intro",
            "desc": "What this account sends",
            "preview_media_id": "@lADOpreview1",
            "status": "normal",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let change = AccountChange {
        name: request.name,
        avatar_media_id: request.avatar_media_id,
        brief: request.brief,
        desc: request.desc,
        preview_media_id: request.preview_media_id,
        disabled: request.status.map(|status| status == Status::Disabled),
    };
    account::update(tx, call.corp(), &request.unionid, change)?;
    Ok(EmptyResponse {})
}
