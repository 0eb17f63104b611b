//! `carillon.department_list`: departments below one, with their sizes. An operation of Carillon.

use carillon_model::{
    error::{Error, Result, Rule},
    id::DeptId,
};
use carillon_store::{CorpState, DepartmentNode};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{READ, ROLES};
use crate::v1_0::carillon::{APPS_AND_LOCAL, members::fields::UNKNOWN_DEPARTMENT};

/// Departments on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The department above them, by its id; absent: the root.
    #[schemars(range(min = 1))]
    parent_id: Option<DeptId>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(range(min = 1))]
    next_token: Option<i64>,
    /// The most departments on a page; absent: 100.
    #[schemars(range(min = 1, max = 200))]
    max_results: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The departments directly below, in their order.
    items: Vec<DepartmentRow>,
    /// Whether there is a next page.
    has_more: bool,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<i64>,
}

/// A department.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DepartmentRow {
    /// The id of the department (`dept_id`).
    department_id: DeptId,
    /// The name of the department, unique among its siblings.
    name: String,
    /// The number of departments directly below.
    child_count: usize,
    /// The number of members of the department itself.
    direct_member_count: u64,
    /// The number of members, with those of all departments below; each member counts once.
    member_count: u64,
}

impl DepartmentRow {
    fn of(state: &CorpState, node: &DepartmentNode) -> Self {
        let department = &node.department;
        Self {
            department_id: department.id,
            name: department.profile.name.clone(),
            child_count: node.children.len(),
            direct_member_count: node.members.len(),
            member_count: state.members_below(department.id).len(),
        }
    }
}

pub fn operation() -> Operation {
    Operation::v1("carillon.department_list", "/v1.0/carillon/departments")
        .get()
        .title("查询下级部门", "List the departments below one")
        .purpose(
            "分页查询一个部门的直属下级部门及其人数，按部门顺序排列；更下层的部门要逐级查询。人数按当前的组织架构实时计算。",
            "Returns the departments directly below one, in their order and with their sizes as they are now. Deeper levels need a call for each department.",
        )
        .permission(READ)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownDepartment, UNKNOWN_DEPARTMENT)
        .example(json!({ "parentId": 101, "maxResults": 100 }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let parent = state.department(request.parent_id.unwrap_or(DeptId::ROOT))?;
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let offset = request.next_token.unwrap_or_default();
    let position = usize::try_from(offset).map_err(Error::internal)?;
    let count = usize::try_from(size).map_err(Error::internal)?;
    let children = parent.children.iter().skip(position).take(count);
    let items =
        children.filter_map(|id| state.departments.get(id)).map(|node| DepartmentRow::of(state, node));
    let has_more = position.saturating_add(count) < parent.children.len();
    let next_token = has_more.then(|| offset.saturating_add(size));
    Ok(Response { items: items.collect(), has_more, next_token })
}
