//! `contacts.user_count`: the number of members.

use carillon_model::{app::AppType, error::Result};
use carillon_store::CorpState;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents it.
const MISSING: Code = Code::legacy(400002, "参数为空");

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Count only members who have signed in at least once.
    only_active: bool,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The count.
    result: Count,
}

/// The count.
#[derive(Serialize, JsonSchema)]
struct Count {
    /// The number of members.
    count: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_count", "/topapi/user/count")
        .title("获取员工人数", "Count users")
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .missing("only_active", MISSING)
        .example(json!({ "only_active": false }))
        .reads()
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let members = if request.only_active { &state.activated } else { &state.everyone };
    Ok(Response { result: Count { count: members.len() } })
}
