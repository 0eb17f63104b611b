//! `roles.scope_update`: sets the departments that a member manages through a role.

use carillon_domain::contact::role;
use carillon_model::{
    contact::ManageScope,
    error::{Result, Rule},
    id::{DeptId, RoleId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

/// As the page documents them.
const BAD_USER: Code = Code::legacy(40003, "无效的userId");
const NO_MEMBER: Code = Code::legacy(46004, "员工不在组织当中");
const BAD_ROLE: Code = Code::legacy(60301, "无效的role_id");

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member, who has the role, by userid.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
    /// The role, by the `id` that `roles.list` returns.
    role_id: RoleId,
    /// The departments that the member manages, with everything below; everybody when absent. Decided: the page says 50; the
    /// client's own check, 200, is looser.
    #[schemars(length(max = 50))]
    dept_ids: Option<Vec<DeptId>>,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.scope_update", "/topapi/role/scope/update")
        .title("设定角色成员管理范围", "Set the departments a role member manages")
        .purpose(
            "设置一名成员凭某个角色管理的部门，整体替换原有范围；不传部门则管理所有人。成员须已拥有该角色。\
             范围只保存，并在“获取指定角色的员工列表”中返回，供调用方自行使用，不影响成员在 Carillon 中的权限。",
            "Sets the departments that a member manages through a role, in place of the previous ones; without \
             departments, that is everybody. The member must have the role. The scope is stored and returned by \
             `roles.member_list` for callers to use; it does not change what the member may do in Carillon.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UnknownDepartment, Rule::RoleNotHeld])
        .error(Rule::UnknownUser, NO_MEMBER)
        .error(Rule::UnknownRole, BAD_ROLE)
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("userid", BAD_USER)
        .bad_field("role_id", BAD_ROLE)
        .missing("role_id", Code::legacy(34018, "role_id不能为空"))
        .example(json!({ "userid": "user01", "role_id": 2001, "dept_ids": [101, 102] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let scope = request.dept_ids.map_or(ManageScope::Everyone, ManageScope::Departments);
    role::set_scope(tx, call.corp(), &request.userid, request.role_id, &scope)?;
    Ok(EmptyResponse {})
}
