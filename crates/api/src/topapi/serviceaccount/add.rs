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
    /// The name, unique among the accounts of the organisation that are not disabled.
    #[schemars(length(min = 1, max = 30))]
    name: String,
    /// Avatar: the `media_id` of a picture uploaded by `credentials.media_upload`.
    #[schemars(length(min = 1, max = 128))]
    avatar_media_id: MediaId,
    /// Short introduction, shown in the list of service accounts and on the profile page; empty if absent.
    #[schemars(length(max = 60))]
    brief: Option<String>,
    /// The purpose of the account, shown on its profile page.
    #[schemars(length(min = 1, max = 200))]
    desc: String,
    /// Picture on the profile page: the `media_id` of a picture uploaded by `credentials.media_upload`.
    #[schemars(length(min = 1, max = 128))]
    preview_media_id: MediaId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the new account, by which all other operations name it.
    unionid: AccountId,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.add", "/topapi/serviceaccount/add")
        .title("新增服务号", "Add a service account")
        .purpose(
            "为企业新增一个服务号，返回的 `unionid` 是服务号各接口的入参。名称在未停用的服务号中不能重复，\
             一个企业最多有 40 个未停用的服务号。新服务号立即出现在所有成员的收件箱中，没有菜单和运营人员，\
             可以向全企业发送。",
            "Adds a service account and returns its `unionid`, which the other operations of service accounts take. \
             An organisation can have 40 accounts that are not disabled, each with a name of its own. All members \
             find the new account in their inbox; it has no menu and no operators, and may send to the whole \
             organisation.",
        )
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
