//! `carillon.member_import_apply`: imports the lines of a list that was checked, in the background. An operation of Carillon.

use carillon_domain::contact::import;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};

use super::{ImportRequest, declare_on_one};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_on_one("carillon.member_import_apply", "/v1.0/carillon/member-imports/{importId}/apply")
        .title("开始成员导入", "Apply an import of members")
        .errors(&[Rule::ImportStatusWrong])
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ImportRequest) -> Result<EmptyResponse> {
    import::apply(tx, &call.env, call.corp(), request.import_id, &call.signature().actor)?;
    Ok(EmptyResponse {})
}
