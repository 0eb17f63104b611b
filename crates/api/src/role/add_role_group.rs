//! `roles.group_create`: adds a group of roles.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::RoleGroupId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The name of the group, unique in the organisation (decided: the page does not say).
    #[schemars(length(min = 1))]
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the new group, for `roles.create`.
    group_id: RoleGroupId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.group_create", "/role/add_role_group")
        .title("创建角色组", "Create a role group")
        .purpose(
            "新建一个空的角色组，随后可用“创建角色”在其中添加角色。名称不能与已有的角色组相同。成功后触发 `label_conf_add` 事件。",
            "Adds an empty group of roles, to which `roles.create` adds roles. A name that another group has is refused. Raises the event `label_conf_add`.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::RoleNameTaken])
        .raises(&[EventKind::RolesAdded])
        .example(json!({ "name": "Teams" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    Ok(Response { group_id: role::add_group(tx, &call.env, call.corp(), &request.name)? })
}
