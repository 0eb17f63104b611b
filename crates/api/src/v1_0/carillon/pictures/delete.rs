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
        .errors(&[Rule::PictureInUse])
        .example(json!({ "unionid": "svcUnionId0001", "mediaId": "@lApicture0002" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: PictureRequest) -> Result<EmptyResponse> {
    picture::delete(tx, call.corp(), &request.unionid, &request.media_id)?;
    Ok(EmptyResponse {})
}
