//! `carillon.member_import_apply`: imports the lines of a list that was checked, in the background. An operation of Carillon.

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

use super::ROLES;
use crate::v1_0::{EmptyResponse, carillon::LOCAL};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The import.
    #[schemars(range(min = 1))]
    import_id: MemberImportId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_import_apply", "/v1.0/carillon/member-imports/{importId}/apply")
        .title("开始成员导入", "Apply an import of members")
        .callers(LOCAL)
        .roles(ROLES)
        .errors(&[Rule::UnknownImport, Rule::ImportStatusWrong])
        .example(json!({ "importId": 9001 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    import::apply(tx, &call.env, call.corp(), request.import_id, &call.signature().actor)?;
    Ok(EmptyResponse {})
}
