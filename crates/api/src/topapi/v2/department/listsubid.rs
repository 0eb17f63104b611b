//! `contacts.dept_list_sub_id`: the ids of the departments directly below one.

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
    /// The department above.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The children.
    result: Children,
}

/// The children of a department.
#[derive(Serialize, JsonSchema)]
struct Children {
    /// The departments directly below, by their order.
    dept_id_list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_list_sub_id", "/topapi/v2/department/listsubid")
        .title("获取子部门ID列表", "List child department ids")
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownDepartment])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", super::BAD_DEPARTMENT)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .example(json!({ "dept_id": 101 }))
        .reads()
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let dept_id_list = state.department(request.dept_id)?.children.clone();
    Ok(Response { result: Children { dept_id_list } })
}
