//! `contacts.user_list`: a department's direct members in detail.

use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::DeptId,
};
use carillon_store::{CorpState, Tx};
use carillon_wire::{Call, Code, MemberPage, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::user_view::UserView;
use crate::topapi::{
    Language,
    user::{OrderField, load_page, page_from_snapshot},
};

/// An unknown department. The other pages have 60003.
const NO_USER_FOUND: Code = Code::legacy(60019, "未能从部门中获取用户");

/// As the page documents it.
const BAD_PARAMETER: Code = Code::legacy(40035, "参数非法");

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department, by the `dept_id` that `contacts.dept_list_sub` returns; the root is 1.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
    /// Where the page begins: 0, then `next_cursor` of the previous response.
    #[schemars(range(min = 0, max = 100_000))]
    cursor: i64,
    /// Members on a page.
    #[schemars(range(min = 1, max = 100))]
    size: i64,
    /// The order of the members; `custom` when absent.
    order_field: Option<OrderField>,
    /// Include members with restricted access. Decided: without effect, since no access is restricted.
    #[serde(rename = "contain_access_limit")]
    _contain_access_limit: Option<bool>,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The members of this page, with the position of the next one.
    result: Page,
}

/// A page of members.
#[derive(Serialize, JsonSchema)]
struct Page {
    /// Whether there are more members.
    has_more: bool,
    /// Where the next page begins; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<i64>,
    /// The direct members of the department on this page.
    list: Vec<UserRow>,
}

/// A member of the department.
#[derive(Serialize, JsonSchema)]
struct UserRow {
    /// The fields of both operations.
    #[serde(flatten)]
    user: UserView,
    /// The member's order in the department: larger sorts first.
    dept_order: i64,
    /// Whether the member leads the department.
    leader: bool,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_list", "/topapi/v2/user/list")
        .title("获取部门用户详情", "List users of a department in detail")
        .purpose(
            "分页列出部门的直属成员及其详细信息，不含下级部门的成员。字段权限与“查询用户详情”相同；\
             角色和职位只在“查询用户详情”中返回。",
            "Lists the direct members of a department in pages and in detail, without those of departments below. \
             Apps see the same fields as in `contacts.user_get`, which also returns roles and positions.",
        )
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .error(Rule::UnknownDepartment, NO_USER_FOUND)
        .bad_input(codes::BAD_PARAMETER_400002)
        // The page has 40035 for invalid values of these four, and 400002 for the rest.
        .bad_field("dept_id", BAD_PARAMETER)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .bad_field("cursor", BAD_PARAMETER)
        .missing("cursor", codes::BAD_PARAMETER_400002)
        .bad_field("size", BAD_PARAMETER)
        .missing("size", codes::BAD_PARAMETER_400002)
        .bad_field("order_field", BAD_PARAMETER)
        .example(json!({
            "dept_id": 101,
            "cursor": 0,
            "size": 20,
            "order_field": "custom",
            "contain_access_limit": false,
            "language": "zh_CN",
        }))
        .read_members(page, handle)
}

fn page(state: &CorpState, request: &Request) -> Option<MemberPage> {
    page_from_snapshot(state, request.dept_id, request.order_field, request.cursor, request.size)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let dept = request.dept_id;
    let (members, next_cursor) =
        load_page(tx, call, dept, request.order_field, request.cursor, request.size)?;
    let mut list = Vec::with_capacity(members.len());
    for member in tx.members(call.corp(), &members)? {
        let Some(membership) = member.departments.iter().find(|one| one.dept_id == dept) else { continue };
        let (dept_order, leader) = (membership.order, membership.leader);
        list.push(UserRow { user: UserView::for_caller(call, member), dept_order, leader });
    }
    Ok(Response { result: Page { has_more: next_cursor.is_some(), next_cursor, list } })
}
