//! `contacts.dept_update`: changes a department, and moves it.

use carillon_domain::contact::department;
use carillon_model::{
    contact::Department,
    error::{Error, Result, Rule},
    event::EventKind,
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::{EmptyResponse, Language};

/// As the page documents them.
const BAD_DEPARTMENT: Code = Code::legacy(40009, "无效的部门id");
const BAD_NAME: Code = Code::legacy(60001, "无效的部门名称");
const BAD_ORDER: Code = Code::legacy(40011, "无效的顺序");
const BAD_VISIBILITY: Code = Code::legacy(60109, "非法的可查看id列表");

/// The names of the leaders in `force_update_fields`. Decided: the text of the page has the first and its example the second, so both count.
const LEADERS: [&str; 2] = ["dept_manager_userid_list", "manager_userid"];

/// Absent fields stay as they are.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The department to change, by its id; not the root.
    #[schemars(range(min = 1))]
    dept_id: DeptId,
    /// The department above: another one moves it, with its members and everything below; unchanged if absent.
    parent_id: Option<DeptId>,
    /// Hide the department from the contact list. Stored and returned, nothing is hidden by it.
    hide_dept: Option<bool>,
    /// Departments that may see it while it is hidden; with `user_permits` at most 50.
    #[schemars(length(max = 200))]
    dept_permits: Option<Vec<DeptId>>,
    /// Members that may see it while it is hidden, by userid; with `dept_permits` at most 50.
    #[schemars(length(max = 200))]
    user_permits: Option<Vec<UserId>>,
    /// Whether a group chat belongs to the department. Stored and returned; `carillon.group_create` creates groups.
    create_dept_group: Option<bool>,
    /// The place among the siblings: smaller sorts first.
    #[schemars(range(min = 0))]
    order: Option<i64>,
    /// Name, without hyphens and commas, unique among its siblings.
    #[schemars(length(min = 1, max = 64))]
    name: Option<String>,
    /// The caller's own key of the department, stored and returned.
    source_identifier: Option<String>,
    /// Restrict the contacts that its members see. Stored and returned, nothing is restricted by it.
    outer_dept: Option<bool>,
    /// Other members that restricted members see; with `outer_permit_depts` at most 50.
    #[schemars(length(max = 200))]
    outer_permit_users: Option<Vec<UserId>>,
    /// Other departments that restricted members see; with `outer_permit_users` at most 50.
    #[schemars(length(max = 200))]
    outer_permit_depts: Option<Vec<DeptId>>,
    /// Restricted members see their own department and below; if false, only themselves.
    outer_dept_only_self: Option<bool>,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
    /// Whether new members join the group chat. Stored and returned: a department group always follows its members.
    auto_add_user: Option<bool>,
    /// Approve requests to join without asking. Stored and returned, since there are no such requests.
    auto_approve_apply: Option<bool>,
    /// All leaders from now on by userid, each a direct member of the department; unchanged if absent.
    #[schemars(length(max = 999))]
    dept_manager_userid_list: Option<Vec<UserId>>,
    /// Whether the group chat includes departments below. Stored and returned, without effect on the group.
    group_contain_sub_dept: Option<bool>,
    /// Whether the group chat includes restricted departments. Stored, without effect on the group.
    group_contain_outer_dept: Option<bool>,
    /// Whether the group chat includes hidden departments. Stored, without effect on the group.
    group_contain_hidden_dept: Option<bool>,
    /// The owner of the group chat, a direct member of the department; an empty text removes it. Stored and returned.
    org_dept_owner: Option<UserId>,
    /// Fields to empty if they are absent: only `dept_manager_userid_list`.
    #[schemars(length(max = 999))]
    force_update_fields: Option<Vec<String>>,
    /// The organisation's code for the department; only this operation sets it.
    #[schemars(length(max = 30))]
    code: Option<String>,
    /// The introduction of the department; an empty text removes it.
    #[schemars(length(max = 255))]
    brief: Option<String>,
    /// Extension field of the caller, JSON text, which replaces the previous one.
    extension: Option<String>,
    /// The phone number of the department; an empty text removes it.
    #[schemars(length(max = 50))]
    telephone: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.dept_update", "/topapi/v2/department/update")
        .title("更新部门", "Update a department")
        .purpose(
            "修改部门的设置，或把它连同成员和下级部门移到另一个上级部门下，并向订阅的应用推送事件。未传的字段不变，\
             列表整体替换，根部门不能修改。隐藏、限制查看和部门群的设置只保存和返回，不产生其他作用。",
            "Changes the settings of a department, or moves it with its members and everything below it, and sends \
             an event to subscribed apps. Absent fields stay as they are, lists are replaced, and the root cannot \
             be changed. The settings for hiding, restricted contacts and the group chat are stored and returned \
             without further effect.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[
            Rule::RootDepartmentUpdate,
            Rule::UnknownDepartment,
            Rule::UnknownParentDepartment,
            Rule::DepartmentLoop,
            Rule::DepartmentNameTaken,
            Rule::LeadersInvalid,
            Rule::GroupOwnerInvalid,
            Rule::VisibilityListsTooLong,
        ])
        .error(Rule::DepartmentNameInvalid, BAD_NAME)
        .error(Rule::VisibilityListInvalid, BAD_VISIBILITY)
        .bad_field("dept_id", BAD_DEPARTMENT)
        .bad_field("name", BAD_NAME)
        .bad_field("order", BAD_ORDER)
        .bad_field("parent_id", super::BAD_PARENT)
        .bad_field("dept_permits", BAD_VISIBILITY)
        .bad_field("user_permits", BAD_VISIBILITY)
        .bad_field("outer_permit_users", BAD_VISIBILITY)
        .bad_field("outer_permit_depts", BAD_VISIBILITY)
        .bad_field("dept_manager_userid_list", codes::of(Rule::LeadersInvalid))
        .raises(&[EventKind::DepartmentsChanged])
        .example(json!({
            "dept_id": 101,
            "parent_id": 1,
            "hide_dept": true,
            "dept_permits": [101, 102],
            "user_permits": ["user01", "user02"],
            "create_dept_group": true,
            "order": 1,
            "name": "Sales",
            "source_identifier": "HR",
            "outer_dept": true,
            "outer_permit_users": ["user01"],
            "outer_permit_depts": [102],
            "outer_dept_only_self": true,
            "language": "zh_CN",
            "auto_add_user": true,
            "auto_approve_apply": true,
            "dept_manager_userid_list": ["user01", "user02"],
            "group_contain_sub_dept": true,
            "group_contain_outer_dept": true,
            "group_contain_hidden_dept": true,
            "org_dept_owner": "user01",
            "force_update_fields": ["dept_manager_userid_list"],
            "code": "10000",
            "brief": "Sells in the south",
            "extension": "{\"region\":\"south\"}",
            "telephone": "010-0100",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, mut request: Request) -> Result<EmptyResponse> {
    let cleared = request.force_update_fields.take().unwrap_or_default();
    if cleared.iter().any(|name| !LEADERS.contains(&name.as_str())) {
        return Err(Error::invalid("force_update_fields", "can name dept_manager_userid_list alone"));
    }
    if request.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Error::invalid("name", "must not be blank"));
    }
    let emptied = (!cleared.is_empty()).then(Vec::new);
    let leaders = request.dept_manager_userid_list.take().or(emptied);
    let dept = request.dept_id;
    let edit = |department: &mut Department| request.write(department);
    department::update(tx, &call.env, call.corp(), dept, edit, leaders.as_deref())?;
    Ok(EmptyResponse {})
}

impl Request {
    /// Writes the fields that are present into a department.
    fn write(self, department: &mut Department) {
        let profile = &mut department.profile;
        department.parent_id = self.parent_id.or(department.parent_id);
        assign(&mut profile.name, self.name);
        assign(&mut profile.order, self.order);
        assign(&mut profile.source_identifier, self.source_identifier);
        assign(&mut profile.hide_dept, self.hide_dept);
        assign(&mut profile.dept_permits, self.dept_permits);
        assign(&mut profile.user_permits, self.user_permits);
        assign(&mut profile.outer_dept, self.outer_dept);
        assign(&mut profile.outer_dept_only_self, self.outer_dept_only_self);
        assign(&mut profile.outer_permit_users, self.outer_permit_users);
        assign(&mut profile.outer_permit_depts, self.outer_permit_depts);
        assign(&mut profile.create_dept_group, self.create_dept_group);
        assign(&mut profile.auto_add_user, self.auto_add_user);
        assign(&mut profile.group_contain_sub_dept, self.group_contain_sub_dept);
        assign(&mut profile.group_contain_outer_dept, self.group_contain_outer_dept);
        assign(&mut profile.group_contain_hidden_dept, self.group_contain_hidden_dept);
        if let Some(owner) = self.org_dept_owner {
            profile.org_dept_owner = Some(owner).filter(|owner| !owner.as_str().is_empty());
        }
        assign(&mut profile.auto_approve_apply, self.auto_approve_apply);
        assign(&mut profile.code, self.code);
        assign(&mut profile.brief, self.brief);
        assign(&mut profile.extension, self.extension);
        assign(&mut profile.telephone, self.telephone);
    }
}

fn assign<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
