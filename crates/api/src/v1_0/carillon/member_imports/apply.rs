//! `carillon.member_import_apply`: imports the lines of a list that was checked, in the background. An operation of Carillon.

use carillon_domain::contact::import;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};

use super::{ImportRequest, declare_on_one};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_on_one("carillon.member_import_apply", "/v1.0/carillon/member-imports/{importId}/apply")
        .title("开始成员导入", "Apply an import of members")
        .purpose(
            "把检查完成（`ready`）的列表写入通讯录。导入在后台分批进行，服务器重启后会继续；有问题的行会跳过，不影响其他行。上传后 24 小时内没有开始的导入会自动取消。",
            "Imports the lines of a list that was checked (`ready`), in the background and in parts; a restart of the server does not end it. Lines that are refused change nothing and do not stop the others. A list that nobody applies within 24 hours is cancelled.",
        )
        .errors(&[Rule::ImportStatusWrong])
        .raises(&[EventKind::MembersAdded, EventKind::MemberChanged])
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ImportRequest) -> Result<EmptyResponse> {
    import::apply(tx, &call.env, call.corp(), request.import_id, &call.signature().actor)?;
    Ok(EmptyResponse {})
}
