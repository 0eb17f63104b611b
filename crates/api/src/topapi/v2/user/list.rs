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

use super::shown::Shown;
use crate::topapi::{
    Language,
    user::{OrderField, page_in_memory, page_of_members},
};

/// What the page names in place of 60003, which the sister pages have for an unknown department.
const NOBODY_FOUND: Code = Code::legacy(60019, "未能从部门中获取用户");

/// As the page has it.
const BAD_PARAMETER: Code = Code::legacy(40035, "参数非法");

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
    /// Where the page begins: 0, then `next_cursor` of the answer before.
    #[schemars(range(min = 0, max = 100_000))]
    cursor: i64,
    /// Members on a page.
    #[schemars(range(min = 1, max = 100))]
    size: i64,
    /// The order; `custom` when absent.
    order_field: Option<OrderField>,
    /// Include members with restricted access. Decided: nobody's access is restricted, so it has no effect.
    #[serde(rename = "contain_access_limit")]
    _contain_access_limit: Option<bool>,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The page.
    result: Page,
}

/// A page of members.
#[derive(Serialize, JsonSchema)]
struct Page {
    /// Whether members follow.
    has_more: bool,
    /// Where the next page begins; absent when nobody follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<i64>,
    /// The members.
    list: Vec<Listed>,
}

/// A member of the department.
#[derive(Serialize, JsonSchema)]
struct Listed {
    /// What one member's detail shows too.
    #[serde(flatten)]
    shown: Shown,
    /// The member's order in the department.
    dept_order: i64,
    /// The member leads the department.
    leader: bool,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("contacts.user_list", "/topapi/v2/user/list")
        .title("获取部门用户详情", "List users of a department in detail")
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .error(Rule::UnknownDepartment, NOBODY_FOUND)
        .bad_input(codes::BAD_PARAMETER_400002)
        // The page has 40035 for values of these four that are not as it says, 400002 for the rest.
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
        .read_members(page, answer)
}

fn page(state: &CorpState, request: &Request) -> Option<MemberPage> {
    page_in_memory(state, request.dept_id, request.order_field, request.cursor, request.size)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let dept = request.dept_id;
    let (members, next_cursor) =
        page_of_members(tx, call, dept, request.order_field, request.cursor, request.size)?;
    let mut list = Vec::with_capacity(members.len());
    for member in tx.members(call.corp(), &members)? {
        let Some(place) = member.departments.iter().find(|place| place.dept_id == dept) else { continue };
        let (dept_order, leader) = (place.order, place.leader);
        list.push(Listed { shown: Shown::to(call, member), dept_order, leader });
    }
    Ok(Response { result: Page { has_more: next_cursor.is_some(), next_cursor, list } })
}
