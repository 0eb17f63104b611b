//! `serviceaccount.add`: adds a service account.

use carillon_domain::account::{self, NewAccount};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Name, unique in the organisation.
    #[schemars(length(min = 1, max = 30))]
    name: String,
    /// Avatar: the media_id of an uploaded picture.
    #[schemars(length(min = 1, max = 128))]
    avatar_media_id: MediaId,
    /// Short introduction, shown in the list of service accounts.
    #[schemars(length(max = 60))]
    brief: Option<String>,
    /// The purpose of the account, shown on its profile page.
    #[schemars(length(min = 1, max = 200))]
    desc: String,
    /// Picture on the profile page: the media_id of an uploaded picture.
    #[schemars(length(min = 1, max = 128))]
    preview_media_id: MediaId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The account's id.
    unionid: AccountId,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.add", "/topapi/serviceaccount/add")
        .title("新增服务号", "Add a service account")
        .permission("qyapi_service_account_manage")
        .errors(&[Rule::AccountNameTaken, Rule::TooManyAccounts])
        .example(json!({
            "name": "News desk",
            "avatar_media_id": "@lADOavatar01",
            "brief": "Short intro",
            "desc": "What this account sends",
            "preview_media_id": "@lADOpreview1",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let new = NewAccount {
        name: request.name,
        avatar_media_id: request.avatar_media_id,
        brief: request.brief.unwrap_or_default(),
        desc: request.desc,
        preview_media_id: request.preview_media_id,
    };
    Ok(Response { unionid: account::add(tx, &call.env, call.corp(), new)? })
}
