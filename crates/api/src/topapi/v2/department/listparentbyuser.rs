//! `contacts.dept_list_parents_by_user`: the departments of a member, each with everything above it.

use carillon_domain::contact::user;
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

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member, by the `userid` that `contacts.user_list_id` returns.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The departments of the member and everything above them.
    result: Ancestors,
}

/// The ancestors of a member's departments.
#[derive(Serialize, JsonSchema)]
struct Ancestors {
    /// One list of departments for each department of the member.
    parent_list: Vec<Lineage>,
}

/// A department of the member, with everything above it.
#[derive(Serialize, JsonSchema)]
struct Lineage {
    /// The department itself first, the root last.
    parent_dept_id_list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_list_parents_by_user", "/topapi/v2/department/listparentbyuser")
        .title("获取指定用户的所有父部门列表", "List parents of a user's departments")
        .purpose(
            "返回成员所在的每个部门直到根部门的各级部门 ID，每个部门一条，可用来判断成员是否属于某个上级部门。",
            "Returns, for each department of a member, the ids from that department to the root. It shows whether a \
             member belongs to a department higher up.",
        )
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownUser])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("userid", codes::of(Rule::UnknownUser))
        .missing("userid", codes::BAD_PARAMETER_400002)
        .example(json!({ "userid": "user03" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = user::get(tx, call.corp(), &request.userid)?;
    let state = tx.state().corp(call.corp())?;
    let lineage = |dept| Lineage { parent_dept_id_list: state.lineage(dept) };
    let parent_list = member.departments.iter().map(|membership| lineage(membership.dept_id)).collect();
    Ok(Response { result: Ancestors { parent_list } })
}
