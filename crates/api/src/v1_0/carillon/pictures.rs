//! `/v1.0/carillon/pictures`: the picture library of an account. Its files are those of `media.upload` in every other way.

pub mod delete;
pub mod get;
pub mod list;
pub mod name;
pub mod upload;

use carillon_model::{
    error::Rule,
    id::{AccountId, MediaId, UserId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Picture;
use carillon_wire::{Code, Operation, operation::Builder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;
use crate::v1_0::{carillon::APPS_AND_LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(delete::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(name::operation),
    Entry::Operation(upload::operation),
];

/// No picture in the library of the account has the id.
const UNKNOWN_PICTURE: Code = Code::both(40007, "不合法的媒体文件id", "picture.not.found", 404);

/// A picture of an account.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PictureRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The picture, by the `mediaId` that `carillon.picture_list` returns.
    #[schemars(length(min = 1, max = 128))]
    media_id: MediaId,
}

/// A picture.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PictureRow {
    /// The media id of the picture.
    media_id: MediaId,
    /// The name of the picture in the library; at first that of the uploaded file.
    name: String,
    /// The MIME type of the file, such as `image/png`.
    mime: String,
    /// The size of the file in bytes.
    size: i64,
    /// The width of the picture in pixels; 0 if it is unknown.
    width: i64,
    /// The height of the picture in pixels; 0 if it is unknown.
    height: i64,
    /// When the picture was uploaded, in ms since 1970.
    create_time: Timestamp,
    /// Userid of the operator who uploaded the picture; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
}

impl PictureRow {
    fn of(picture: Picture) -> Self {
        Self {
            media_id: picture.id,
            name: picture.name,
            mime: picture.mime,
            size: picture.size,
            width: picture.width,
            height: picture.height,
            create_time: picture.created_at,
            user_id: picture.uploaded_by,
        }
    }
}

fn declare(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    Operation::v1(id, path)
        .permission("qyapi_service_account_materials")
        .callers(APPS_AND_LOCAL)
        .roles(roles)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}

/// Those who write what is sent choose pictures.
fn declare_reading(id: &'static str, path: &'static str) -> Builder {
    declare(id, path, &[OperatorRole::Editor, OperatorRole::Sender])
}

/// Declares a change of one picture.
fn declare_changing(id: &'static str, path: &'static str) -> Builder {
    declare(id, path, &[OperatorRole::Editor]).error(Rule::UnknownMedia, UNKNOWN_PICTURE)
}
