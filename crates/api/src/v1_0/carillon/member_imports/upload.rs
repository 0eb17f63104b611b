//! `carillon.member_import_upload`: takes a list of members, which is checked in the background. An operation of Carillon.

use std::io::Read;

use carillon_domain::contact::import::{self, upload};
use carillon_model::{
    error::{Error, Result, Rule},
    id::MemberImportId,
};
use carillon_wire::{Call, Context, Operation, Raw, RawContent, raw_body::RawBody};
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
    /// The id of the import, which changes nothing until it is applied.
    import_id: MemberImportId,
}

/// The body is CSV in UTF-8, UTF-16 or GBK, or an XLSX workbook: at most 20 MB and 100,000 lines.
pub fn operation() -> Operation {
    Operation::v1("carillon.member_import_upload", "/v1.0/carillon/member-imports")
        .title("上传成员列表", "Upload a list of members")
        .purpose(
            "上传一份成员列表，请求体为 CSV（UTF-8、UTF-16 或 GBK）或 XLSX 文件，最大 20 MB、100,000 行，第一行为列名，必须有 userid 列。上传后只在后台检查，调用“开始成员导入”才会写入：已有的 userid 会修改该成员，其他的会新增成员。上一次导入结束之前不能再上传。",
            "Takes a list of members: CSV in UTF-8, UTF-16 or GBK, or an XLSX workbook, of at most 20 MB and 100,000 lines, with the names of the columns in the first line. It is only checked, in the background; `carillon.member_import_apply` writes it: known userids are changed, others added. One import at a time.",
        )
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
        .raw(
            RawContent::file(
                "文件的内容：CSV 或 XLSX。CSV 每行一个成员，第一行为列名。",
                "The content of the file, CSV or XLSX. CSV has one member on each line, and the names of the columns in the first one.",
            )
            .example("userid,name\nuser06,Wang Wu\nuser07,Zhao Liu\n"),
            handle,
        )
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
