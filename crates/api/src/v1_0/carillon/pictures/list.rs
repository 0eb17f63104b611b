//! `carillon.picture_list`: the picture library of an account, newest first. An operation of Carillon.

use carillon_domain::{page::page_of, picture};
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
};
use carillon_store::{PicturePosition, Seek, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PictureRow, declare_reading};

/// Pictures on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

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
    max_results: Option<usize>,
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
    let seek = match request.next_token {
        None => Seek::First,
        Some(token) => {
            let position = PicturePosition::parse(&token);
            Seek::After(
                position.ok_or_else(|| Error::invalid("nextToken", "is not that of a previous page"))?,
            )
        }
    };
    let name = request.name.unwrap_or_default();
    let (name, size) = (name.trim(), request.max_results.unwrap_or(DEFAULT_PAGE_SIZE));
    let (corp, account) = (call.corp(), &request.unionid);
    let (pictures, has_more) = page_of(picture::list(tx, corp, account, name, &seek, size + 1)?, size);
    let next = pictures.last().filter(|_| has_more).map(PicturePosition::of);
    Ok(Response {
        next_token: next.map(|next| next.to_string()),
        pictures: pictures.into_iter().map(PictureRow::of).collect(),
        total_count: tx.count_pictures(corp, account, name)?,
    })
}
