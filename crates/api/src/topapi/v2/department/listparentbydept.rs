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
    /// The department, by the `dept_id` that `contacts.dept_list_sub` returns; the root is 1.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The department and everything above it.
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
        .purpose(
            "返回一个部门直到根部门的各级上级部门 ID，首个是该部门自身。",
            "Returns the ids of a department and of all departments above it, from the department itself to the root.",
        )
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
