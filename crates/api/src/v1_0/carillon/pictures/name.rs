//! `carillon.picture_rename`: sets the name of a picture. An operation of Carillon.

use carillon_domain::picture;
use carillon_model::{
    error::Result,
    id::{AccountId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare_changing;
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The picture, by the `mediaId` that `carillon.picture_list` returns.
    #[schemars(length(min = 1, max = 128))]
    media_id: MediaId,
    /// The new name of the picture: one line of text.
    #[schemars(length(min = 1, max = 200))]
    name: String,
}

pub fn operation() -> Operation {
    declare_changing("carillon.picture_rename", "/v1.0/carillon/pictures/{mediaId}/name")
        .put()
        .title("重命名图片", "Rename a picture of the library")
        .purpose(
            "修改图片在素材库中的名称，便于查找。文件内容、媒体 ID 和地址不变。",
            "Sets the name by which a picture is found in the library. The file, its media id and its \
             address stay.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "mediaId": "@lApicture0001", "name": "library.png" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    picture::rename(tx, call.corp(), &request.unionid, &request.media_id, &request.name)?;
    Ok(EmptyResponse {})
}
