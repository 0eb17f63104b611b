//! `carillon.member_import_list`: imports of members. An operation of Carillon.

use carillon_domain::contact::import;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ImportRow, ROLES};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The imports, the newest first: at most 20.
    imports: Vec<ImportRow>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_import_list", "/v1.0/carillon/member-imports")
        .get()
        .title("查询成员导入列表", "List the imports of members")
        .purpose(
            "查询企业最近 20 次成员导入的状态和数量，从新到旧排列，不分页；尚未上传完整的列表不列出。",
            "Returns the last 20 imports of members with their status and counts, newest first and on one page. Lists that are still being uploaded are left out.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    Ok(Response { imports: import::list(tx, call.corp())?.into_iter().map(ImportRow::of).collect() })
}
