//! `carillon.app_list`: the apps of the organisation with their permissions. An operation of Carillon.

use std::cmp::Reverse;

use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::{App, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::AppRow;
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// All apps of the organisation, newest first.
    apps: Vec<AppRow>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.app_list", "/v1.0/carillon/apps")
        .get()
        .title("查询应用列表", "List the apps")
        .purpose(
            "返回企业的全部应用（包括已停用的）及其权限，不分页，按创建时间从新到旧排列。密钥不返回；应用自己不能调用这个接口。",
            "Returns all apps of the organisation, also disabled ones, with their permissions: newest first and on one page. Secrets are not returned. Apps cannot call it.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let mut apps: Vec<&App> =
        tx.state().apps.values().map(AsRef::as_ref).filter(|app| app.corp == *call.corp()).collect();
    apps.sort_by_key(|app| Reverse((app.created_at, app.agent_id)));
    Ok(Response { apps: apps.into_iter().map(AppRow::of).collect() })
}
