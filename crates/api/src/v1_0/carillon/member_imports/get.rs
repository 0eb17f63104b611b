//! `carillon.member_import_get`: how far an import of members is. An operation of Carillon.

use carillon_domain::contact::import;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};

use super::{ImportRequest, ImportRow, declare_on_one};

pub fn operation() -> Operation {
    declare_on_one("carillon.member_import_get", "/v1.0/carillon/member-imports/{importId}")
        .get()
        .title("查询成员导入的进度与结果", "Get the progress and the result of an import of members")
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ImportRequest) -> Result<ImportRow> {
    Ok(ImportRow::of(import::get(tx, call.corp(), request.import_id)?))
}
