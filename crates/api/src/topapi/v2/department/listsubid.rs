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
    /// The department above, by its id; the root is 1.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The departments directly below.
    result: Children,
}

/// The children of a department.
#[derive(Serialize, JsonSchema)]
struct Children {
    /// The ids of the departments directly below, by their order.
    dept_id_list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_list_sub_id", "/topapi/v2/department/listsubid")
        .title("获取子部门ID列表", "List child department ids")
        .purpose(
            "返回一个部门的直属下级部门 ID，不含更下级的部门。需要名称时请用“获取部门列表”。",
            "Returns the ids of the departments directly below one, not those further below. \
             `contacts.dept_list_sub` returns their names too.",
        )
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
