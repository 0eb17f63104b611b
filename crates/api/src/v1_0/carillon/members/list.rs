//! `carillon.member_list`: finds members. An operation of Carillon.

use carillon_domain::contact::manage::{self, MAX_SEARCH, MemberFilter, SignInState};
use carillon_model::{
    error::Result,
    id::{DeptId, MemberNo, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::READ;
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Members on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// A part of the name, in its own letters, in pinyin or its initials; or a userid. Absent: all members.
    #[schemars(length(max = 64))]
    search: Option<String>,
    /// Only members of this department and of those below, by its id; absent: all.
    #[schemars(range(min = 1))]
    department_id: Option<DeptId>,
    /// Only members who have `never` signed in, or who have `no_password`; absent: all.
    #[schemars(extend("enum" = ["never", "no_password"]))]
    sign_in: Option<String>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    next_token: Option<u32>,
    /// The most members on a page; absent: 20.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The members, in the order in which they were added.
    items: Vec<MemberItem>,
    /// The number of members on all pages.
    total_count: u64,
    /// Whether there is a next page.
    has_more: bool,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<u32>,
}

/// A member.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MemberItem {
    /// The userid of the member in the organisation.
    user_id: UserId,
    /// The name of the member.
    name: String,
    /// The job title; may be empty.
    title: String,
    /// The ids of the departments of the member.
    department_ids: Vec<DeptId>,
    /// Whether the member has ever signed in.
    active: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_list", "/v1.0/carillon/members")
        .get()
        .title("查询成员列表", "Find members")
        .purpose(
            "按姓名、拼音或 userid 查找成员，也可按部门和登录情况筛选，各条件同时满足；不传条件则列出全部成员。按添加的先后分页返回，只含基本信息，详细资料用“查询成员”获取。",
            "Finds members by name, pinyin or userid, by department, and by how far they are with signing in; all conditions must hold, and without any, all members are returned. `carillon.member_get` has the whole profile.",
        )
        .permission(READ)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .example(json!({ "search": "zs", "departmentId": 101, "signIn": "never", "maxResults": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let filter = MemberFilter {
        search: request.search.unwrap_or_default().chars().take(MAX_SEARCH).collect(),
        department: request.department_id,
        sign_in: request.sign_in.as_deref().and_then(SignInState::parse),
    };
    let found = manage::find(tx, call.corp(), &filter)?;
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let mut numbers: Vec<MemberNo> = match request.next_token {
        Some(after) => found.after(after).take(size + 1).collect(),
        None => found.iter().take(size + 1).collect(),
    };
    let has_more = numbers.len() > size;
    numbers.truncate(size);
    let items = tx.members(call.corp(), &numbers)?.into_iter().map(|member| MemberItem {
        department_ids: member.departments.iter().map(|membership| membership.dept_id).collect(),
        user_id: member.userid,
        name: member.profile.name,
        title: member.profile.title,
        active: member.active,
    });
    Ok(Response {
        items: items.collect(),
        total_count: found.len(),
        has_more,
        next_token: numbers.last().filter(|_| has_more).map(|last| last.0),
    })
}
