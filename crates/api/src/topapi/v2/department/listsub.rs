//! `contacts.dept_list_sub`: the departments directly below one.

use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::DeptId,
};
use carillon_store::{CorpState, DepartmentNode};
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::Language;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department above, by its id; the root, 1, when absent.
    #[schemars(range(min = 1))]
    dept_id: Option<DeptId>,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The departments directly below, by their order.
    result: Vec<DepartmentRow>,
}

/// A department.
#[derive(Serialize, JsonSchema)]
struct DepartmentRow {
    /// The id of the department, by which other operations name it.
    dept_id: DeptId,
    /// The name of the department.
    name: String,
    /// The department above, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<DeptId>,
    /// Whether a group chat belongs to the department, as it was set.
    create_dept_group: bool,
    /// Whether new members join the group chat, as it was set.
    auto_add_user: bool,
    /// Extension field of the caller, JSON text; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    ext: String,
    /// It belongs to an associated organisation; always false, since there are none.
    from_union_org: bool,
    /// The caller's own key of the department; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    source_identifier: String,
}

impl DepartmentRow {
    fn of(node: &DepartmentNode) -> Self {
        let profile = &node.department.profile;
        Self {
            dept_id: node.department.id,
            name: profile.name.clone(),
            parent_id: node.department.parent_id,
            create_dept_group: profile.create_dept_group,
            auto_add_user: profile.auto_add_user,
            ext: profile.extension.clone(),
            from_union_org: false,
            source_identifier: profile.source_identifier.clone(),
        }
    }
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_list_sub", "/topapi/v2/department/listsub")
        .title("获取部门列表", "List child departments")
        .purpose(
            "列出一个部门的直属下级部门及其主要设置，不含更下级的部门；不传部门则列出根部门的下级。\
             要取得整棵部门树，须逐级调用。",
            "Lists the departments directly below one, with their main settings; without a department, those below \
             the root. Departments further below are not included: the whole tree takes one call for each department.",
        )
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownDepartment])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", super::BAD_DEPARTMENT)
        .example(json!({ "dept_id": 101, "language": "zh_CN" }))
        .reads()
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let parent = state.department(request.dept_id.unwrap_or(DeptId::ROOT))?;
    let children = parent.children.iter().filter_map(|id| state.departments.get(id));
    Ok(Response { result: children.map(|node| DepartmentRow::of(node)).collect() })
}
