//! `contacts.dept_list_parents`: a department and everything above it.

use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::DeptId,
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The ancestors.
    result: Ancestors,
}

/// The ancestors of a department.
#[derive(Serialize, JsonSchema)]
struct Ancestors {
    /// The department itself first, the root last.
    parent_id_list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_list_parents", "/topapi/v2/department/listparentbydept")
        .title("获取指定部门的所有父部门列表", "List parents of a department")
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownDepartment])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", super::BAD_DEPARTMENT)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .example(json!({ "dept_id": 102 }))
        .reads()
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let department = state.department(request.dept_id)?;
    Ok(Response { result: Ancestors { parent_id_list: state.lineage(department.department.id) } })
}
