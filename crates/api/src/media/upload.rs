//! `credentials.media_upload`: uploads a picture, sound, film or document.

use carillon_domain::media::{self, NewMedia};
use carillon_model::{
    app::AppType,
    error::{Error, Result, Rule},
    id::MediaId,
    media::MediaType,
    time::Timestamp,
};
use carillon_store::{MediaOwner, Tx};
use carillon_wire::{Call, Context, Input, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// More than the largest file, so that most callers with a larger one get an error and do not lose the connection.
const BODY_LIMIT: usize = 32 << 20;

/// The fields beside the file part `media`: in the form, or in the query.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The kind of file, which decides the accepted formats and the size.
    #[serde(rename = "type")]
    media_type: MediaType,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The kind of file, as in the request.
    #[serde(rename = "type")]
    media_type: MediaType,
    /// The id of the file for messages, articles and accounts. It does not expire.
    media_id: MediaId,
    /// When the file was uploaded, in ms since 1970.
    created_at: Timestamp,
}

pub fn operation() -> Operation {
    Operation::legacy("credentials.media_upload", "/media/upload")
        .title("上传媒体文件", "Upload media")
        .purpose(
            "上传图片、语音、视频或文档，得到可重复使用的 media_id。格式按文件内容判断，文件名只用于区分几种旧版 Office 文档。同一文件上传两次得到两个 media_id，各占一份存储空间；超出应用或企业的存储配额时拒绝上传。",
            "Uploads a picture, sound, film or document and returns a `media_id` that can be used again and again. The format is that of the content; the name only tells old Office documents apart. The same file uploaded twice has two ids and counts twice for the quotas of the app and the organisation, above which uploads are refused.",
        )
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[
            Rule::MediaMissing,
            Rule::MediaEmpty,
            Rule::MediaTooLarge,
            Rule::MediaFormatInvalid,
            Rule::FileFormatInvalid,
            Rule::MultipartNeeded,
            Rule::PictureTooManyPixels,
            Rule::StorageFull,
        ])
        .error(Rule::BodyTooLarge, codes::of(Rule::MediaTooLarge))
        .bad_field("type", codes::of(Rule::MediaTypeInvalid))
        .body_limit(BODY_LIMIT)
        .takes_file()
        .example(json!({ "type": "image" }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Response> {
    let media_type = input.fields.media_type;
    let file = input.file.ok_or_else(|| Error::because(Rule::MediaMissing, "media is missing"))?;
    let file_name = file.file_name.unwrap_or_default();
    let format = media::inspect(media_type, &file_name, &file.data)?;
    let size = file.data.len();
    let owner = MediaOwner::App(call.app()?.key.clone());
    let (env, corp, of) = (call.env.clone(), call.corp().clone(), owner.clone());
    let check = {
        let corp = corp.clone();
        move |tx: &mut Tx<'_>| media::check_quota(tx, &env, &corp, &of, size)
    };
    context.store.read(&corp, check).await?;
    // The content before the row: a row never refers to content that is missing.
    let _upload = context.store.objects().begin_upload().await;
    let content = context.store.objects().put(file.data).await?;
    let new = NewMedia { media_type, format, file_name, size, content };
    let add = move |tx: &mut Tx<'_>, call: &Call| media::add(tx, &call.env, call.corp(), owner, new);
    let media = context.write(call, add).await?;
    Ok(Response { media_type, media_id: media.id, created_at: media.created_at })
}
