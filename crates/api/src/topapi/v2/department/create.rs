//! `contacts.dept_create`: adds a department.

use carillon_domain::contact::department;
use carillon_model::{
    contact::DepartmentProfile,
    error::{Result, Rule},
    event::EventKind,
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Name, without hyphens and commas, unique among its siblings.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// The department above; the root is 1.
    parent_id: DeptId,
    /// Hide the department from the contact list; false if absent. Stored and returned, nothing is hidden by it.
    hide_dept: Option<bool>,
    /// Departments that may see it while it is hidden; none if absent.
    #[schemars(length(max = 50))]
    dept_permits: Option<Vec<DeptId>>,
    /// Members that may see it while it is hidden, by userid; none if absent.
    #[schemars(length(max = 50))]
    user_permits: Option<Vec<UserId>>,
    /// Restrict the contacts that its members see; false if absent. Stored and returned, nothing is restricted by it.
    outer_dept: Option<bool>,
    /// Restricted members see their own department and below; without it, only themselves.
    outer_dept_only_self: Option<bool>,
    /// Other members that restricted members see, by userid; none if absent.
    #[schemars(length(max = 50))]
    outer_permit_users: Option<Vec<UserId>>,
    /// Other departments that restricted members see; none if absent.
    #[schemars(length(max = 50))]
    outer_permit_depts: Option<Vec<DeptId>>,
    /// Whether a group chat belongs to the department. Stored and returned; `carillon.group_create` creates groups.
    create_dept_group: Option<bool>,
    /// Approve requests to join without asking. Stored and returned, since there are no such requests.
    auto_approve_apply: Option<bool>,
    /// The place among the siblings: smaller sorts first, 0 if absent. Decided: 0 is an order, as the page of details shows.
    #[schemars(range(min = 0))]
    order: Option<i64>,
    /// The caller's own key of the department, stored and returned; empty if absent.
    source_identifier: Option<String>,
    /// The introduction of the department; empty if absent.
    #[schemars(length(max = 255))]
    brief: Option<String>,
    /// Extension field of the caller, JSON text; empty if absent.
    extension: Option<String>,
    /// The phone number of the department; empty if absent.
    #[schemars(length(max = 50))]
    telephone: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The new department.
    result: Created,
}

/// The new department.
#[derive(Serialize, JsonSchema)]
struct Created {
    /// The id of the new department, by which other operations name it.
    dept_id: DeptId,
}

pub fn operation() -> Operation {
    let bad_list = codes::of(Rule::VisibilityListInvalid);
    Operation::legacy("contacts.dept_create", "/topapi/v2/department/create")
        .title("创建部门", "Create a department")
        .purpose(
            "在上级部门下新建一个部门，并向订阅的应用推送事件。隐藏、限制查看和部门群等设置只保存和返回：\
             Carillon 不据此隐藏部门、限制查看或创建群。部门编码、主管和群主要用“更新部门”设置。",
            "Adds a department below another one and sends an event to subscribed apps. The settings for hiding, \
             restricted contacts and the group chat are stored and returned, and nothing more: Carillon hides and \
             restricts nothing by them, and creates no group. `contacts.dept_update` sets code, leaders and group \
             owner.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[
            Rule::UnknownParentDepartment,
            Rule::DepartmentNameTaken,
            Rule::DepartmentNameInvalid,
            Rule::VisibilityListInvalid,
        ])
        .bad_field("name", super::BAD_NAME)
        .missing("name", codes::BAD_PARAMETER)
        .bad_field("parent_id", super::BAD_PARENT)
        .missing("parent_id", codes::BAD_PARAMETER)
        .bad_field("order", super::BAD_ORDER)
        .bad_field("dept_permits", bad_list)
        .bad_field("user_permits", bad_list)
        .bad_field("outer_permit_users", bad_list)
        .bad_field("outer_permit_depts", bad_list)
        .raises(&[EventKind::DepartmentsAdded])
        .example(json!({
            "name": "Sales",
            "parent_id": 101,
            "hide_dept": true,
            "dept_permits": [101, 102],
            "user_permits": ["user01", "user02"],
            "outer_dept": true,
            "outer_dept_only_self": true,
            "outer_permit_users": ["user01"],
            "outer_permit_depts": [101],
            "create_dept_group": true,
            "auto_approve_apply": true,
            "order": 1,
            "source_identifier": "HR",
            "brief": "Sells in the south",
            "extension": "{\"region\":\"south\"}",
            "telephone": "010-0100",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let profile = DepartmentProfile {
        name: request.name,
        order: request.order.unwrap_or_default(),
        source_identifier: request.source_identifier.unwrap_or_default(),
        hide_dept: request.hide_dept.unwrap_or_default(),
        dept_permits: request.dept_permits.unwrap_or_default(),
        user_permits: request.user_permits.unwrap_or_default(),
        outer_dept: request.outer_dept.unwrap_or_default(),
        outer_dept_only_self: request.outer_dept_only_self.unwrap_or_default(),
        outer_permit_users: request.outer_permit_users.unwrap_or_default(),
        outer_permit_depts: request.outer_permit_depts.unwrap_or_default(),
        create_dept_group: request.create_dept_group.unwrap_or_default(),
        auto_approve_apply: request.auto_approve_apply.unwrap_or_default(),
        brief: request.brief.unwrap_or_default(),
        extension: request.extension.unwrap_or_default(),
        telephone: request.telephone.unwrap_or_default(),
        ..DepartmentProfile::default()
    };
    let department = department::create(tx, &call.env, call.corp(), request.parent_id, profile)?;
    Ok(Response { result: Created { dept_id: department.id } })
}
