//! `carillon.picture_upload`: adds a picture to the library of an account. An operation of Carillon.

use carillon_domain::picture;
use carillon_model::{
    error::{Error, Result, Rule},
    id::AccountId,
};
use carillon_wire::{Call, Code, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{PictureRow, declare_reading};
use crate::v1_0::{carillon::operator_of, exclusive::follow::message::UNKNOWN_ACCOUNT};

/// More than the largest picture, so that most callers with a larger one get an error and do not lose the connection.
const BODY_LIMIT: usize = (20 << 20) + (4 << 20);

// Decided: uploads to v1.0 are Carillon's own. The numbers and texts are those of `media.upload`.
const NOT_MULTIPART: Code = Code::both(43008, "参数需要multipart类型", "multipart.needed", 400);
const UNREADABLE: Code = Code::both(47001, "multipart 请求体无法解析", "Invalidbody", 400);
const NO_PICTURE: Code = Code::both(41005, "缺少多媒体文件数据", "picture.missing", 400);
const EMPTY: Code = Code::both(44001, "多媒体文件为空", "picture.empty", 400);
const TOO_LARGE: Code = Code::both(40006, "不合法的文件大小", "picture.too.large", 400);
const FORMAT_INVALID: Code = Code::both(40004, "不合法的媒体文件类型", "picture.format.invalid", 400);
const STORAGE_FULL: Code = Code::both(45001, "多媒体文件大小超过限制", "storage.full", 400);

/// The fields beside the file part `media`: in the form, or in the query.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account that owns the library, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

/// The picture is a JPG, PNG, GIF or BMP file of at most 20 MB.
pub fn operation() -> Operation {
    declare_reading("carillon.picture_upload", "/v1.0/carillon/pictures")
        .title("上传图片到素材库", "Upload a picture to the library")
        .purpose(
            "把一张图片存入服务号的素材库，之后可用于文章、卡片、菜单、自动回复和群发。请求体为 multipart/form-data，图片放在名为 media 的部分中。相同内容重复上传会得到各自独立的图片；占用的空间计入服务号和企业的存储配额。",
            "Adds a picture to the library of a service account, from where articles, cards, menus, automatic replies and sends use it. The body is multipart/form-data with the picture in the part `media`. The same content uploaded again becomes another picture; its bytes count in the storage quotas of the account and of the organisation.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::MultipartNeeded, NOT_MULTIPART)
        .error(Rule::BodyUnreadable, UNREADABLE)
        .error(Rule::BodyTooLarge, TOO_LARGE)
        .error(Rule::MediaMissing, NO_PICTURE)
        .error(Rule::MediaEmpty, EMPTY)
        .error(Rule::MediaTooLarge, TOO_LARGE)
        .error(Rule::MediaFormatInvalid, FORMAT_INVALID)
        .error(Rule::PictureTooManyPixels, TOO_LARGE)
        .error(Rule::StorageFull, STORAGE_FULL)
        .body_limit(BODY_LIMIT)
        .takes_file()
        .example(json!({ "unionid": "svcUnionId0001" }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<PictureRow> {
    let file = input.file.ok_or_else(|| Error::because(Rule::MediaMissing, "media is missing"))?;
    let file = (file.file_name.unwrap_or_default(), file.data);
    let account = input.fields.unionid;
    let (store, signature, by) = (&context.store, call.signature(), operator_of(&call));
    let stored = picture::upload(store, &call.env, call.corp(), signature, &account, file, by);
    Ok(PictureRow::of(stored.await?))
}
