//! `carillon.organisation_logo`: stores a picture and makes it the organisation's logo. An operation of Carillon.

use std::io::Read;

use carillon_domain::{account::revision, corp};
use carillon_model::{
    error::{Result, Rule},
    operator::OperatorRole,
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::Corp;
use carillon_wire::{Call, Context, Operation, Raw, RawContent, raw_body::RawBody};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::Organisation;
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// The query.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The name of the file, stored with the picture; may be absent.
    #[schemars(length(max = 120))]
    file_name: Option<String>,
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
}

/// The body is a PNG or JPEG picture of at most 512 kB, 16 to 2048 pixels wide and high.
pub fn operation() -> Operation {
    Operation::v1("carillon.organisation_logo", "/v1.0/carillon/organisation/logo")
        .title("上传组织标志", "Upload the organisation's logo")
        .purpose(
            "上传一张 PNG 或 JPEG 图片并立即设为企业标志，企业的其他信息不变。请求体就是图片内容，最大 512 kB，宽和高为 16 至 2048 像素，宽不超过高的 5 倍，高不超过宽的 2 倍。",
            "Stores a PNG or JPEG picture and makes it the logo of the organisation at once; nothing else changes. The body is the picture: at most 512 kB, 16 to 2048 pixels wide and high, at most 5 times as wide as high and twice as high as wide.",
        )
        .permission("Carillon.Organisation.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Owner])
        .errors(&[
            Rule::StorageFull,
            Rule::BodyMissing,
            Rule::BodyTooLarge,
            Rule::BodyUnreadable,
            Rule::Overloaded,
            Rule::SettingsChanged,
        ])
        .body_limit(corp::MAX_LOGO_BYTES)
        .example(json!({ "file_name": "logo.png" }))
        .raw(
            RawContent::file(
                "图片文件的内容，PNG 或 JPEG。",
                "The bytes of the picture, PNG or JPEG.",
            ),
            handle,
        )
}

async fn handle(context: Context, call: Call, raw: Raw<Request>) -> Result<Organisation> {
    let mut content = Vec::new();
    let limit = corp::MAX_LOGO_BYTES as u64;
    raw.body.reader(limit)?.read_to_end(&mut content).map_err(|error| RawBody::error(&error))?;
    if content.is_empty() {
        return Err(Rule::BodyMissing.into());
    }
    let file = (raw.fields.file_name.unwrap_or_default(), content);
    let based_on = raw.fields.revision;
    let require = move |corp: &Corp| revision::require(&corp::revision(corp)?, based_on.as_deref());
    let signature = call.signature();
    let corp = corp::set_logo(&context.store, &call.env, call.corp(), signature, file, require).await?;
    Organisation::of(&corp)
}
