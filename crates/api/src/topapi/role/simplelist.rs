//! `roles.member_list`: the members who have a role.

use std::sync::Arc;

use carillon_domain::contact::role;
use carillon_model::{
    app::AppType,
    contact::ManageScope,
    error::{Result, Rule},
    id::{DeptId, RoleId, UserId},
};
use carillon_store::{CorpState, Tx};
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::paginate;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role, by the `id` that `roles.list` returns.
    role_id: RoleId,
    /// Members on a page; 20 when absent.
    #[schemars(range(min = 1, max = 100))]
    size: Option<i64>,
    /// Members to skip before the page: 0, then `nextCursor` of the previous response; 0 if absent.
    #[schemars(range(min = 0))]
    offset: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The members of this page, with the position of the next one.
    result: Page,
}

/// A page of members.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// Whether there are more members.
    has_more: bool,
    /// Where the next page begins, for `offset`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<i64>,
    /// The members, in the order of entry.
    list: Vec<MemberRow>,
}

/// A member.
#[derive(Serialize, JsonSchema)]
struct MemberRow {
    /// The userid of the member.
    userid: UserId,
    /// The name of the member.
    name: String,
    /// The departments that the member manages through the role; absent if that is everybody.
    #[serde(rename = "manageScopes", skip_serializing_if = "Option::is_none")]
    manage_scopes: Option<Vec<ManagedDepartment>>,
}

/// A department that a member manages.
#[derive(Serialize, JsonSchema)]
struct ManagedDepartment {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The name of the department.
    name: String,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.member_list", "/topapi/role/simplelist")
        .title("获取指定角色的员工列表", "List people with a role")
        .purpose(
            "分页列出拥有某个角色的成员，按加入企业的先后排列。管理范围仅在不是所有人时返回，\
             见“设定角色成员管理范围”。",
            "Lists the members who have a role in pages, in the order in which they joined the organisation. The \
             scope that a member manages is returned when it is not everybody; `roles.scope_update` sets it.",
        )
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownRole])
        .bad_field("role_id", codes::of(Rule::UnknownRole))
        .bad_field("size", codes::BAD_SIZE)
        .bad_field("offset", codes::BAD_OFFSET)
        .example(json!({ "role_id": 2001, "size": 20, "offset": 0 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    role::get(tx, call.corp(), request.role_id)?;
    let state = Arc::clone(tx.state().corp(call.corp())?);
    let members = state.role_members.get(&request.role_id);
    let members = members.into_iter().flat_map(|members| members.iter());
    let (members, next_cursor) = paginate(members, request.offset, request.size);
    let mut list = Vec::with_capacity(members.len());
    for member in members {
        if let Some((userid, name)) = tx.member_name(call.corp(), member)? {
            let scope = tx.manage_scope(call.corp(), request.role_id, member)?;
            list.push(MemberRow { userid, name, manage_scopes: managed_departments(&state, scope) });
        }
    }
    Ok(Response { result: Page { has_more: next_cursor.is_some(), next_cursor, list } })
}

fn managed_departments(state: &CorpState, scope: ManageScope) -> Option<Vec<ManagedDepartment>> {
    let ManageScope::Departments(departments) = scope else { return None };
    let nodes = departments.iter().filter_map(|id| state.departments.get(id));
    let rows = nodes.map(|node| ManagedDepartment {
        dept_id: node.department.id,
        name: node.department.profile.name.clone(),
    });
    Some(rows.collect())
}
