//! `credentials.media_upload`: uploads a file.

use carillon_domain::media::{self, NewMedia};
use carillon_model::{
    app::AppType,
    error::{Error, Result, Rule},
    id::MediaId,
    media::MediaType,
    time::Timestamp,
};
use carillon_wire::{Call, Context, Operation, Upload, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The largest file is 20 MB; the rest is for the wrapping.
const BODY_LIMIT: usize = (20 << 20) + (64 << 10);

/// The fields beside the file, in the body or the query.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// What the file is.
    r#type: MediaType,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// What the file is.
    r#type: MediaType,
    /// Its id; it can be used any number of times.
    media_id: MediaId,
    /// When it was uploaded, in ms.
    created_at: Timestamp,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("credentials.media_upload", "/media/upload")
        .title("上传媒体文件", "Upload media")
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::MediaMissing, Rule::MediaEmpty, Rule::MediaTooLarge, Rule::MediaFormatInvalid])
        .bad_field("type", codes::of(Rule::MediaTypeInvalid))
        .body_limit(BODY_LIMIT)
        .example(json!({ "type": "image", "media": "(file)" }))
        .upload(answer)
}

async fn answer(context: Context, call: Call, upload: Upload<Request>) -> Result<Response> {
    let media_type = upload.fields.r#type;
    let file = upload.file.ok_or(Error::Rule(Rule::MediaMissing))?;
    let file_name = file.file_name.unwrap_or_default();
    let format = media::inspect(media_type, &file_name, &file.data)?;
    let size = file.data.len();
    // The content first: a row never names a file that is not there.
    let content = context.store.objects().put(file.data).await?;
    let new = NewMedia { media_type, format, file_name, size, content };
    let stored = context.store.write(move |tx| media::add(tx, &call.env, call.corp(), new)).await?;
    Ok(Response { r#type: media_type, media_id: stored.id, created_at: stored.created_at })
}
