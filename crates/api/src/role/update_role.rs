//! `roles.update`: gives a role another name.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::RoleId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

/// As the page documents it.
const MISSING: Code = Code::legacy(660000, "参数为空");
/// Decided: the page has no code for roles of the default group.
const DEFAULT_GROUP: Code = Code::legacy(33011, "无效的roleId: 默认角色组的角色不能修改");

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The id of the role, as `roles.list` returns it; not one of the default group.
    role_id: RoleId,
    /// The new name, unique in the group of the role.
    #[schemars(length(min = 1))]
    role_name: String,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.update", "/role/update_role")
        .title("更新角色名称", "Rename a role")
        .purpose(
            "修改角色的名称，角色的成员和管理范围不变。默认角色组中的角色不能修改。成功后触发 `label_conf_modify` 事件，其中有修改前后的名称。",
            "Gives a role another name; its members and their scopes stay. Roles of the default group cannot be renamed. Raises the event `label_conf_modify` with the name before and after.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UnknownRole, Rule::RoleNameTaken])
        .error(Rule::SystemRole, DEFAULT_GROUP)
        .bad_field("roleId", codes::of(Rule::UnknownRole))
        .missing("roleId", MISSING)
        .missing("roleName", MISSING)
        .raises(&[EventKind::RoleChanged])
        .example(json!({ "roleId": 2001, "roleName": "Chief editor" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    role::rename(tx, &call.env, call.corp(), request.role_id, &request.role_name)?;
    Ok(EmptyResponse {})
}
