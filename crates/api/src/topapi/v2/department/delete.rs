//! `contacts.dept_delete`: removes a department.

use carillon_domain::contact::department;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::DeptId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

/// Decided: a department with departments below it is refused, even if those have no members.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department, with neither members nor departments below.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_delete", "/topapi/v2/department/delete")
        .title("删除部门", "Delete a department")
        .purpose(
            "永久删除一个部门，并向订阅的应用推送事件。部门下还有成员或下级部门时拒绝删除，根部门不能删除。\
             角色的管理范围和其他部门的可见列表会一并去掉它。",
            "Deletes a department permanently and sends an event to subscribed apps. It is refused while the \
             department has members or departments below it, and for the root. The scopes of roles and the lists of \
             who may see other departments lose it as well.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[
            Rule::UnknownDepartment,
            Rule::RootDepartmentDelete,
            Rule::DepartmentHasChildren,
            Rule::DepartmentHasMembers,
        ])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", super::BAD_DEPARTMENT)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .raises(&[EventKind::DepartmentsRemoved])
        .example(json!({ "dept_id": 103 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    department::delete(tx, &call.env, call.corp(), request.dept_id)?;
    Ok(EmptyResponse {})
}
