//! `carillon.picture_delete`: deletes a picture that nothing shows. An operation of Carillon.

use carillon_domain::picture;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{PictureRequest, declare_changing};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_changing("carillon.picture_delete", "/v1.0/carillon/pictures/{mediaId}")
        .delete()
        .title("删除图片", "Delete a picture of the library")
        .purpose(
            "从素材库删除没有被使用的图片，不可恢复：地址立即失效，并释放存储空间。\
             仍在使用的图片不能删除；恢复用过它的文章历史版本时会缺图。",
            "Deletes a picture that nothing shows, for good: its address stops working, and its bytes no \
             longer count. A picture in use is refused. An earlier version of an article that shows it \
             lacks it when restored.",
        )
        .errors(&[Rule::PictureInUse])
        .example(json!({ "unionid": "svcUnionId0001", "mediaId": "@lApicture0002" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: PictureRequest) -> Result<EmptyResponse> {
    picture::delete(tx, call.corp(), &request.unionid, &request.media_id)?;
    Ok(EmptyResponse {})
}
