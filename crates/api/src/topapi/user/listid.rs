//! `contacts.user_list_id`: the userids of a department's direct members.

use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::v2::department::BAD_DEPARTMENT;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department, by the `dept_id` that `contacts.dept_list_sub` returns; the root is 1.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The direct members of the department.
    result: Members,
}

/// Members.
#[derive(Serialize, JsonSchema)]
struct Members {
    /// Their userids, in the department's own order.
    userid_list: Vec<UserId>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_list_id", "/topapi/user/listid")
        .title("获取部门用户userid列表", "List user ids of a department")
        .purpose(
            "一次返回部门全部直属成员的 userid，不分页，不含下级部门的成员。需要姓名时请用“获取部门用户基础信息”。",
            "Returns the userids of all direct members of a department at once, without those of departments below. \
             `contacts.user_list_simple` returns names too.",
        )
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownDepartment])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", BAD_DEPARTMENT)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .example(json!({ "dept_id": 101 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    tx.state().corp(call.corp())?.department(request.dept_id)?;
    let userid_list = tx.userids_of(call.corp(), request.dept_id)?;
    Ok(Response { result: Members { userid_list } })
}
