//! `carillon.picture_list`: the picture library of an account, newest first. An operation of Carillon.

use carillon_domain::picture;
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, MediaId},
    time::Timestamp,
};
use carillon_store::{PicturePosition, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PictureRow, declare_reading};

/// Pictures on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Only pictures whose names contain this text; all if absent.
    #[schemars(length(max = 100))]
    name: Option<String>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(max = 200))]
    next_token: Option<String>,
    /// The number of pictures on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The pictures of this page, newest first.
    pictures: Vec<PictureRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// The number of pictures on all pages.
    total_count: i64,
}

pub fn operation() -> Operation {
    declare_reading("carillon.picture_list", "/v1.0/carillon/pictures")
        .get()
        .title("查询素材库图片", "List the pictures of an account")
        .purpose(
            "分页查询服务号素材库中的图片，从新到旧，可按名称筛选。只包含运营人员为该服务号上传的图片，\
             不包含应用用“上传媒体文件”上传的文件。",
            "Lists the picture library of a service account in pages, newest first. It has the pictures \
             that operators uploaded for the account, and not those that apps stored with \
             `credentials.media_upload`.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "name": "png", "maxResults": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let after = match request.next_token {
        None => PicturePosition::newest(),
        Some(token) => {
            let parts = token.split_once('.').and_then(|(time, id)| Some((time.parse().ok()?, id)));
            let (time, id) =
                parts.ok_or_else(|| Error::invalid("nextToken", "is not that of a previous page"))?;
            PicturePosition(Timestamp(time), MediaId::from(id))
        }
    };
    let name = request.name.unwrap_or_default();
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let page = picture::list(tx, call.corp(), &request.unionid, name.trim(), &after, size)?;
    Ok(Response {
        pictures: page.pictures.into_iter().map(PictureRow::of).collect(),
        next_token: page.next.map(|PicturePosition(time, id)| format!("{}.{id}", time.0)),
        total_count: page.total,
    })
}
