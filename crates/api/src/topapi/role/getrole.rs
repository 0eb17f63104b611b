//! `roles.get`: one role.

use carillon_domain::contact::role;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{RoleGroupId, RoleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role, by the `id` that `roles.list` returns.
    #[serde(rename = "roleId")]
    role_id: RoleId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The role that was asked for.
    role: RoleView,
}

/// A role.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RoleView {
    /// The name of the role, unique in its group.
    name: String,
    /// The role group that the role belongs to, by its id.
    group_id: RoleGroupId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.get", "/topapi/role/getrole")
        .title("获取角色详情", "Get a role")
        .purpose(
            "返回一个角色的名称和所属角色组。拥有该角色的成员请用“获取指定角色的员工列表”查询。",
            "Returns the name of a role and the group that it belongs to. `roles.member_list` returns who has it.",
        )
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownRole])
        .bad_field("roleId", codes::of(Rule::UnknownRole))
        .example(json!({ "roleId": 2001 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let role = role::get(tx, call.corp(), request.role_id)?;
    Ok(Response { role: RoleView { name: role.name, group_id: role.group_id } })
}
