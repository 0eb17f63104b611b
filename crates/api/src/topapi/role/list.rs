//! `roles.list`: the groups of roles, each with its roles.

use carillon_model::{
    app::AppType,
    contact::{Role, RoleGroup},
    error::Result,
    id::{RoleGroupId, RoleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::paginate;

/// Decided: pages count groups.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Groups on a page; 20 when absent.
    #[schemars(range(min = 1, max = 200))]
    size: Option<i64>,
    /// Groups to skip before the page: 0, then `nextCursor` of the previous response; 0 if absent.
    #[schemars(range(min = 0))]
    offset: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The role groups of this page, with the position of the next one.
    result: Page,
}

/// A page of groups.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// Whether there are more groups.
    has_more: bool,
    /// Where the next page begins, for `offset`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<i64>,
    /// The groups, oldest first.
    list: Vec<RoleGroupRow>,
}

/// A group of roles.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RoleGroupRow {
    /// The name of the role group.
    name: String,
    /// The id of the role group, by which other operations name it.
    group_id: RoleGroupId,
    /// The roles of the group, oldest first.
    roles: Vec<RoleRow>,
}

/// A role.
#[derive(Serialize, JsonSchema)]
struct RoleRow {
    /// The name of the role, unique in its group.
    name: String,
    /// The id of the role, by which other operations name it.
    id: RoleId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.list", "/topapi/role/list")
        .title("获取角色列表", "List role groups and roles")
        .purpose(
            "分页列出企业的角色组，每组带有全部角色，含默认角色组。分页以角色组计，不以角色计；\
             拥有某角色的成员请用“获取指定角色的员工列表”查询。",
            "Lists the role groups of the organisation in pages, each with all its roles, the default group \
             included. Pages count groups, not roles; `roles.member_list` returns who has a role.",
        )
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_field("size", codes::BAD_SIZE)
        .bad_field("offset", codes::BAD_OFFSET)
        .example(json!({ "size": 20, "offset": 0 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let groups = tx.role_groups(call.corp())?;
    let roles = tx.roles(call.corp())?;
    let (groups, next_cursor) = paginate(groups.into_iter(), request.offset, request.size);
    let list = groups.into_iter().map(|group| group_row(group, &roles)).collect();
    Ok(Response { result: Page { has_more: next_cursor.is_some(), next_cursor, list } })
}

fn group_row(group: RoleGroup, roles: &[Role]) -> RoleGroupRow {
    let roles_of_group = roles.iter().filter(|role| role.group_id == group.id);
    let roles = roles_of_group.map(|role| RoleRow { name: role.name.clone(), id: role.id }).collect();
    RoleGroupRow { name: group.name, group_id: group.id, roles }
}
