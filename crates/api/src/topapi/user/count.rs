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
    /// The count of the members.
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
        .purpose(
            "返回企业的成员人数，可只统计登录过的成员。不区分部门，每名成员只计一次，不论在几个部门；\
             部门的人数见“获取部门详情”。",
            "Returns how many members the organisation has, or how many of them have ever signed in. Each member \
             counts once, in however many departments; `contacts.dept_get` returns the number of a department.",
        )
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
