//! `carillon.department_set`: renames a department. An operation of Carillon.

use carillon_domain::contact::department;
use carillon_model::{
    error::{Error, Result, Rule},
    event::EventKind,
    id::DeptId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ROLES, WRITE, declare_errors};
use crate::v1_0::{EmptyResponse, carillon::APPS_AND_LOCAL};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The department, not the root: that one has the name of the organisation.
    #[schemars(range(min = 1))]
    department_id: DeptId,
    /// The new name, without hyphens and commas, unique among its siblings.
    #[schemars(length(min = 1, max = 64))]
    name: String,
}

pub fn operation() -> Operation {
    declare_errors(Operation::v1("carillon.department_set", "/v1.0/carillon/departments/{departmentId}"))
        .put()
        .title("修改部门", "Rename a department")
        .purpose(
            "修改部门的名称，其他属性保持不变，并触发 `org_dept_modify` 事件。根部门的名称随企业名称，不能在这里修改；移动部门请用“移动部门”。",
            "Renames a department, leaves its other properties as they are, and raises the event `org_dept_modify`. The root is renamed with the organisation instead; `carillon.department_place` moves departments.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::RootDepartmentUpdate, Code::both(60018, "根部门不能被更新", "root.department", 400))
        .raises(&[EventKind::DepartmentsChanged])
        .example(json!({ "departmentId": 101, "name": "销售部" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let name = request.name;
    if name.trim().is_empty() {
        return Err(Error::invalid("name", "must not be blank"));
    }
    let edit = |department: &mut carillon_model::contact::Department| department.profile.name = name;
    department::update(tx, &call.env, call.corp(), request.department_id, edit, None)?;
    Ok(EmptyResponse {})
}
