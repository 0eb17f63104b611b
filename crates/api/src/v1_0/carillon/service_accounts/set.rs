//! `carillon.account_set`: replaces the settings of a service account. An operation of Carillon.

use carillon_domain::account::{
    revision,
    settings::{self, AccountPicture, AccountTexts},
};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId},
    operator::OperatorRole,
    service_account::{MAX_BRIEF_CHARS, MAX_DESC_CHARS, MAX_NAME_CHARS, MAX_REVISION_CHARS},
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{UNKNOWN_PICTURE, declare_replacing};
use crate::topapi::material::non_blank;
use crate::v1_0::carillon::Stored;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// Name of the account, unique among those of the organisation that are not disabled.
    #[schemars(length(min = 1, max = MAX_NAME_CHARS))]
    name: String,
    /// Short introduction, shown in lists; absent: none.
    #[schemars(length(max = MAX_BRIEF_CHARS))]
    brief: Option<String>,
    /// Introduction, shown on the profile page of the account.
    #[schemars(length(min = 1, max = MAX_DESC_CHARS))]
    desc: String,
    /// Media id of the avatar: an uploaded picture, for operators one of the account's library. Unchanged if absent.
    #[schemars(length(max = 128))]
    avatar_media_id: Option<MediaId>,
    /// Media id of the picture on the profile page: like `avatarMediaId`. Unchanged if absent.
    #[schemars(length(max = 128))]
    preview_media_id: Option<MediaId>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}";
    declare_replacing("carillon.account_set", path, &[OperatorRole::Editor])
        .title("修改服务号设置", "Set the settings of a service account")
        .purpose(
            "修改服务号的名称、简介、介绍和图片，成员随即看到。名称和介绍必填，简介不传即清空，\
             图片不传则不变。传入修订号可避免覆盖他人的修改。",
            "Replaces the name, introductions and pictures of a service account; members see them at \
             once. An absent `brief` is removed, absent pictures stay. With a revision, changes of \
             others are not overwritten.",
        )
        .errors(&[Rule::AccountNameTaken])
        .error(Rule::UnknownMedia, UNKNOWN_PICTURE)
        .example(json!({
            "unionid": "svcUnionId0001",
            "name": "News of the week",
            "brief": "Short intro",
            "desc": "What this account sends",
            "avatarMediaId": "@lApicture0001",
            "previewMediaId": "@lApicture0001",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Stored> {
    let texts =
        AccountTexts { name: request.name, brief: request.brief.unwrap_or_default(), desc: request.desc };
    // An operator of one account must not show the pictures of another.
    let picture = |id: Option<MediaId>| match (non_blank(id), &call.caller) {
        (None, _) => AccountPicture::Unchanged,
        (Some(id), Caller::Operator(_)) => AccountPicture::OfLibrary(id),
        (Some(id), _) => AccountPicture::Uploaded(id),
    };
    let pictures = [picture(request.avatar_media_id), picture(request.preview_media_id)];
    let (corp, id, based_on) = (call.corp(), &request.unionid, request.revision.as_deref());
    settings::set(tx, &call.env, corp, id, texts, pictures, based_on)?;
    Ok(Stored { revision: revision::settings(tx.state().corp(corp)?, id)? })
}
