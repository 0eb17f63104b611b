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
        .purpose(
            "查询一次导入的状态、进度和各类结果的数量：开始导入之前是检查得出的预计数量，之后是实际数量。结果在导入结束后保存 30 天。",
            "Returns the status of an import, how far it is, and its counts: those of the check until it is applied, then those of the import. The report is stored for 30 days after the end.",
        )
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ImportRequest) -> Result<ImportRow> {
    Ok(ImportRow::of(import::get(tx, call.corp(), request.import_id)?))
}
