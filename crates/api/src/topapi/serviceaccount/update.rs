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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The new name, unique among the accounts that are not disabled; unchanged if absent.
    #[schemars(length(min = 1, max = 30))]
    name: Option<String>,
    /// The new avatar: the `media_id` of a picture uploaded by `credentials.media_upload`; unchanged if absent.
    #[schemars(length(min = 1, max = 128))]
    avatar_media_id: Option<MediaId>,
    /// The new short introduction; an empty text removes it, unchanged if absent.
    #[schemars(length(max = 60))]
    brief: Option<String>,
    /// The new purpose of the account, shown on its profile page; unchanged if absent.
    #[schemars(length(min = 1, max = 200))]
    desc: Option<String>,
    /// The new picture on the profile page, uploaded by `credentials.media_upload`; unchanged if absent.
    #[schemars(length(min = 1, max = 128))]
    preview_media_id: Option<MediaId>,
    /// `disabled` deletes the account permanently; unchanged if absent.
    status: Option<Status>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.update", "/topapi/serviceaccount/update")
        .title("更新服务号", "Update a service account")
        .purpose(
            "修改服务号的名称、图片和介绍，未传的字段不变，立即生效。`status` 传 `disabled` 会永久停用服务号：\
             不能再发送消息，成员不能再给它发消息，已收到的消息保留，名称可以重新使用。停用不可恢复，\
             之后只接受与现有值完全相同的请求。",
            "Changes the name, pictures and introductions of a service account at once; absent fields stay as they \
             are. The status `disabled` is permanent: the account sends nothing any more and members cannot write \
             to it, but they keep what they received, and its name is free again. After that, only a request that \
             changes nothing is accepted.",
        )
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
