//! `carillon.member_import_upload`: takes a list of members, which is checked in the background. An operation of Carillon.

use std::io::Read;

use carillon_domain::contact::import::{self, upload};
use carillon_model::{
    error::{Error, Result, Rule},
    id::MemberImportId,
};
use carillon_wire::{Call, Context, Operation, Raw, raw_body::RawBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ROLES;
use crate::v1_0::carillon::LOCAL;

/// The query.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The name of the file, for the list of imports.
    #[schemars(length(max = 120))]
    file_name: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The import. It is checked now, and changes nothing until it is applied.
    import_id: MemberImportId,
}

/// The body is CSV in UTF-8, UTF-16 or GBK, or an XLSX workbook: at most 20 MB and 100,000 lines.
pub fn operation() -> Operation {
    Operation::v1("carillon.member_import_upload", "/v1.0/carillon/member-imports")
        .title("上传成员列表", "Upload a list of members")
        .callers(LOCAL)
        .roles(ROLES)
        .errors(&[
            Rule::ImportRunning,
            Rule::BodyMissing,
            Rule::BodyTooLarge,
            Rule::BodyUnreadable,
            Rule::Overloaded,
        ])
        .body_limit(upload::MAX_FILE_BYTES)
        .example(json!({ "fileName": "members.csv" }))
        .raw("application/octet-stream", handle)
}

async fn handle(context: Context, call: Call, raw: Raw<Request>) -> Result<Response> {
    let unpacked = tokio::task::spawn_blocking(move || unpack(raw.body)).await.map_err(Error::internal)??;
    let list = upload::read_uploaded(&call.env, call.corp(), unpacked).await?;
    let file = (raw.fields.file_name.unwrap_or_default(), list);
    let import_id = import::submit(&context.store, &call.env, call.corp(), call.signature(), file).await?;
    Ok(Response { import_id })
}

fn unpack(body: RawBody) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    let limit = upload::MAX_FILE_BYTES as u64;
    body.reader(limit)?.read_to_end(&mut content).map_err(|error| RawBody::error(&error))?;
    if content.is_empty() { Err(Rule::BodyMissing.into()) } else { Ok(content) }
}
