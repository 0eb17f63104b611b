//! `roles.group_get`: one group of roles.

use carillon_model::{
    app::AppType,
    error::{Error, Result, Rule},
    id::{RoleGroupId, RoleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role group, by the `groupId` that `roles.list` returns.
    group_id: RoleGroupId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The role group that was asked for.
    role_group: RoleGroupView,
}

/// A group of roles.
#[derive(Serialize, JsonSchema)]
struct RoleGroupView {
    /// The roles of the group, oldest first.
    roles: Vec<RoleRow>,
    /// The name of the role group.
    group_name: String,
}

/// A role.
#[derive(Serialize, JsonSchema)]
struct RoleRow {
    /// The id of the role, by which other operations name it.
    role_id: RoleId,
    /// The name of the role, unique in its group.
    role_name: String,
}

/// Decided: an unknown group is a bad parameter. The page has no other code.
pub fn operation() -> Operation {
    Operation::legacy("roles.group_get", "/topapi/role/getrolegroup")
        .title("获取角色组列表", "Get a role group")
        .purpose(
            "返回一个角色组的名称和其中的全部角色，不分页。接口名称虽为列表，每次只查一个角色组；\
             要查所有角色组请用“获取角色列表”。",
            "Returns the name of a role group and all its roles, without pages. `roles.list` returns all groups.",
        )
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .error(Rule::UnknownRoleGroup, codes::BAD_PARAMETER_400002)
        .bad_input(codes::BAD_PARAMETER_400002)
        .example(json!({ "group_id": 3001 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let group = tx.role_group(call.corp(), request.group_id)?;
    let group = group.ok_or_else(|| Error::because(Rule::UnknownRoleGroup, "group_id"))?;
    let roles = tx.roles(call.corp())?.into_iter().filter(|role| role.group_id == group.id);
    let roles = roles.map(|role| RoleRow { role_id: role.id, role_name: role.name }).collect();
    Ok(Response { role_group: RoleGroupView { roles, group_name: group.name } })
}
