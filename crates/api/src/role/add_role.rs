//! `roles.create`: adds a role.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::{RoleGroupId, RoleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The name of the role, unique in its group.
    #[schemars(length(min = 1))]
    role_name: String,
    /// The id of the group that the role is added to, as `roles.list` returns it.
    group_id: RoleGroupId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the new role.
    role_id: RoleId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.create", "/role/add_role")
        .title("创建角色", "Create a role")
        .purpose(
            "在角色组中新建一个角色，新角色没有成员，请用“批量增加员工角色”分配。同一角色组内不能重名。成功后触发 `label_conf_add` 事件。",
            "Adds a role without members to a group of roles; `roles.add_members` gives it to members. A name that another role of the group has is refused. Raises the event `label_conf_add`.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::RoleIncomplete, Rule::UnknownRoleGroup, Rule::RoleNameTaken])
        .bad_field("roleName", codes::of(Rule::RoleIncomplete))
        .bad_field("groupId", codes::of(Rule::RoleIncomplete))
        .raises(&[EventKind::RolesAdded])
        .example(json!({ "roleName": "Editor", "groupId": 3001 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let role_id = role::add(tx, &call.env, call.corp(), request.group_id, &request.role_name)?;
    Ok(Response { role_id })
}
