//! `contacts.user_list_simple`: the userids and names of a department's direct members.

use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{DeptId, UserId},
};
use carillon_store::{CorpState, Tx};
use carillon_wire::{Call, Code, MemberPage, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{OrderField, load_page, page_from_snapshot};
use crate::topapi::{Language, v2::department::BAD_DEPARTMENT};

const BAD_ORDER: Code = Code::legacy(40070, "不合法的排序参数");

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
    list: Vec<MemberRow>,
}

/// A member.
#[derive(Serialize, JsonSchema)]
struct MemberRow {
    /// The userid of the member.
    userid: UserId,
    /// The name of the member.
    name: String,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_list_simple", "/topapi/user/listsimple")
        .title("获取部门用户基础信息", "List users of a department, id and name")
        .purpose(
            "分页列出部门的直属成员，只含 userid 和姓名，不含下级部门的成员。可选择排列顺序，\
             默认为部门自定义的顺序；需要其他资料时请用“获取部门用户详情”。",
            "Lists the direct members of a department in pages, with userid and name, without those of departments \
             below. The order can be chosen and is the department's own otherwise; `contacts.user_list` returns \
             more fields.",
        )
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownDepartment])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", BAD_DEPARTMENT)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .bad_field("size", codes::BAD_SIZE)
        .bad_field("cursor", codes::BAD_OFFSET)
        .bad_field("order_field", BAD_ORDER)
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
    let (members, next_cursor) =
        load_page(tx, call, request.dept_id, request.order_field, request.cursor, request.size)?;
    let members = tx.members(call.corp(), &members)?.into_iter();
    let list = members.map(|member| MemberRow { userid: member.userid, name: member.profile.name }).collect();
    Ok(Response { result: Page { has_more: next_cursor.is_some(), next_cursor, list } })
}
