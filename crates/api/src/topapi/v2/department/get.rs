//! `contacts.dept_get`: one department.

use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{ConversationId, DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::Language;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department, by the `dept_id` that `contacts.dept_list_sub` returns; the root is 1.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The department with its settings.
    result: DepartmentView,
}

/// A department. Without what Carillon does not know: tags, associated organisations.
#[derive(Serialize, JsonSchema)]
struct DepartmentView {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The name of the department.
    name: String,
    /// The department above; absent for the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<DeptId>,
    /// The caller's own key of the department; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    source_identifier: String,
    /// Whether a group chat belongs to the department, as it was set; `dept_group_chat_id` shows whether there is one.
    create_dept_group: bool,
    /// Whether new members join the group chat, as it was set.
    auto_add_user: bool,
    /// It belongs to an associated organisation; always false, since there are none.
    from_union_org: bool,
    /// The place among the siblings: smaller sorts first.
    order: i64,
    /// The `openConversationId` of its group chat; absent while it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    dept_group_chat_id: Option<ConversationId>,
    /// Whether the group chat includes departments below, as it was set.
    group_contain_sub_dept: bool,
    /// The owner of the group chat as it was set, by userid; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_dept_owner: Option<UserId>,
    /// The leaders of the department, by userid; may be empty.
    dept_manager_userid_list: Vec<UserId>,
    /// Whether the contacts that its members see are restricted, as it was set.
    outer_dept: bool,
    /// Other departments that restricted members see; empty while they are not restricted.
    outer_permit_depts: Vec<DeptId>,
    /// Other members that restricted members see; empty while they are not restricted.
    outer_permit_users: Vec<UserId>,
    /// Members that may see the hidden department; empty while it is not hidden.
    user_permits: Vec<UserId>,
    /// Whether the department is hidden from the contact list, as it was set.
    hide_dept: bool,
    /// Departments that may see the hidden department; empty while it is not hidden.
    dept_permits: Vec<DeptId>,
    /// Whether requests to join are approved without asking, as it was set.
    auto_approve_apply: bool,
    /// The organisation's code for the department; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    code: String,
    /// Members of the department and everything below it, each counted once.
    member_count: u64,
    /// Members that belong to the department directly.
    owning_member_count: u64,
    /// The introduction of the department; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    brief: String,
    /// Extension field of the caller, JSON text; absent without one. Spelled so on the wire.
    #[serde(skip_serializing_if = "String::is_empty")]
    extention: String,
    /// The phone number of the department; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    telephone: String,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_get", "/topapi/v2/department/get")
        .title("获取部门详情", "Get a department")
        .purpose(
            "返回一个部门的设置、主管、部门群和人数。直属成员和下级部门请用“获取部门用户userid列表”和“获取子部门ID列\
             表”查询。",
            "Returns the settings of a department with its leaders, its group chat and its numbers of members. \
             `contacts.user_list_id` lists its direct members and `contacts.dept_list_sub_id` the departments below \
             it.",
        )
        .permission("qyapi_get_department_list")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownDepartment])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("dept_id", super::BAD_DEPARTMENT)
        .missing("dept_id", codes::BAD_PARAMETER_400002)
        .example(json!({ "dept_id": 101, "language": "zh_CN" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let leaders = tx.leaders_of(call.corp(), request.dept_id)?;
    let dept_group_chat_id = match tx.following_group(call.corp(), Some(request.dept_id))? {
        Some(group) => tx.group_at(call.corp(), group)?.map(|group| group.id),
        None => None,
    };
    let state = tx.state().corp(call.corp())?;
    let node = state.department(request.dept_id)?;
    let profile = node.department.profile.clone();
    let result = DepartmentView {
        dept_id: node.department.id,
        name: profile.name,
        parent_id: node.department.parent_id,
        source_identifier: profile.source_identifier,
        create_dept_group: profile.create_dept_group,
        auto_add_user: profile.auto_add_user,
        from_union_org: false,
        order: profile.order,
        dept_group_chat_id,
        group_contain_sub_dept: profile.group_contain_sub_dept,
        org_dept_owner: profile.org_dept_owner,
        dept_manager_userid_list: leaders,
        outer_dept: profile.outer_dept,
        outer_permit_depts: effective(profile.outer_dept, profile.outer_permit_depts),
        outer_permit_users: effective(profile.outer_dept, profile.outer_permit_users),
        user_permits: effective(profile.hide_dept, profile.user_permits),
        hide_dept: profile.hide_dept,
        dept_permits: effective(profile.hide_dept, profile.dept_permits),
        auto_approve_apply: profile.auto_approve_apply,
        code: profile.code,
        member_count: state.members_below(request.dept_id).len(),
        owning_member_count: node.members.len(),
        brief: profile.brief,
        extention: profile.extension,
        telephone: profile.telephone,
    };
    Ok(Response { result })
}

/// Returns a list while its switch is on, else an empty one. Decided: the page says absent; the vendor's real responses have an empty list.
fn effective<T>(on: bool, list: Vec<T>) -> Vec<T> {
    if on { list } else { Vec::new() }
}
