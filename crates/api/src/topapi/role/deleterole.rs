//! `roles.delete`: removes a role.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::RoleId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role, by the `id` that `roles.list` returns: not of the default group, and without members.
    role_id: RoleId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.delete", "/topapi/role/deleterole")
        .title("删除角色", "Delete a role")
        .purpose(
            "永久删除一个角色，所属的角色组保留，并向订阅的应用推送事件。仍有成员拥有该角色时拒绝删除，\
             须先用“批量删除员工角色”取消；默认角色组的角色不能删除。",
            "Deletes a role permanently and keeps its group; subscribed apps get an event. It is refused while a \
             member has the role, which `roles.remove_members` takes away, and for roles of the default group.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UnknownRole, Rule::SystemRole, Rule::RoleHeld])
        .bad_field("role_id", codes::of(Rule::UnknownRole))
        .raises(&[EventKind::RolesRemoved])
        .example(json!({ "role_id": 2003 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    role::delete(tx, &call.env, call.corp(), request.role_id)?;
    Ok(EmptyResponse {})
}
