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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Only pictures whose names contain this text.
    #[schemars(length(max = 100))]
    name: Option<String>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(max = 200))]
    next_token: Option<String>,
    /// Pictures on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The pictures of this page.
    pictures: Vec<PictureRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// Pictures on all pages.
    total_count: i64,
}

pub fn operation() -> Operation {
    declare_reading("carillon.picture_list", "/v1.0/carillon/pictures")
        .get()
        .title("查询素材库图片", "List the pictures of an account")
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
