//! `carillon.member_import_cancel`: calls an import of members off; what was imported stays. An operation of Carillon.

use carillon_domain::contact::import;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};

use super::{ImportRequest, declare_on_one};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_on_one("carillon.member_import_cancel", "/v1.0/carillon/member-imports/{importId}/cancel")
        .title("取消成员导入", "Call an import of members off")
        .purpose(
            "取消一次尚未结束的导入，上传的内容会被删除。已经导入的行会保留，其余的行不再导入。",
            "Calls an import off that has not ended; the uploaded list is removed. Lines that were imported stay, and the others are not imported.",
        )
        .errors(&[Rule::ImportStatusWrong])
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ImportRequest) -> Result<EmptyResponse> {
    import::cancel(tx, &call.env, call.corp(), request.import_id)?;
    Ok(EmptyResponse {})
}
