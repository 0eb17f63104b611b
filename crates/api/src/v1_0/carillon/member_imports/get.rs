//! `carillon.member_import_get`: how far an import of members is. An operation of Carillon.

use carillon_domain::contact::import;
use carillon_model::{
    error::{Result, Rule},
    id::MemberImportId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ImportRow, ROLES};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The import.
    #[schemars(range(min = 1))]
    import_id: MemberImportId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_import_get", "/v1.0/carillon/member-imports/{importId}")
        .get()
        .title("查询成员导入的进度与结果", "Get the progress and the result of an import of members")
        .callers(LOCAL)
        .roles(ROLES)
        .errors(&[Rule::UnknownImport])
        .example(json!({ "importId": 9001 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<ImportRow> {
    Ok(ImportRow::of(import::get(tx, call.corp(), request.import_id)?))
}
