//! `contacts.user_get`: one member.

use carillon_domain::contact::user;
use carillon_model::{
    app::AppType,
    contact::{Member, Membership},
    error::{Result, Rule},
    id::{DeptId, RoleId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    memberships::{Order, Position},
    user_view::UserView,
};
use crate::topapi::Language;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member, by the `userid` that `contacts.user_list_id` returns.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The member in detail.
    result: Detail,
}

/// A member in detail. Without what Carillon does not know: associated organisations, translations.
#[derive(Serialize, JsonSchema)]
struct Detail {
    /// The fields of both operations.
    #[serde(flatten)]
    user: UserView,
    /// The direct manager, by userid; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    manager_userid: String,
    /// The member's order in each department.
    dept_order_list: Vec<Order>,
    /// The real name was verified; always false, since Carillon does not verify.
    real_authed: bool,
    /// Whether executive mode was set for the member; nothing is restricted by it.
    senior: bool,
    /// In each department, whether the member leads it.
    leader_in_dept: Vec<Lead>,
    /// The roles that the member has.
    role_list: Vec<RoleView>,
    /// The member's position in each department.
    dept_position_list: Vec<Position>,
    /// Edition of the company mailbox: `profession` is standard, `base` is basic; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    org_email_type: String,
}

/// Whether a member leads a department.
#[derive(Serialize, JsonSchema)]
struct Lead {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// Whether the member leads the department.
    leader: bool,
}

/// A role of a member.
#[derive(Serialize, JsonSchema)]
struct RoleView {
    /// The id of the role, by which other operations name it.
    id: RoleId,
    /// The name of the role, unique in its group.
    name: String,
    /// The name of the role group that the role belongs to.
    group_name: String,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_get", "/topapi/v2/user/get")
        .title("查询用户详情", "Get a user")
        .purpose(
            "返回一名成员的详细信息，包括部门、角色和职位。手机号以及邮箱、办公地点、备注、\
             扩展属性须有相应的字段权限，且只对企业内部应用返回；没有值的字段大多不返回。",
            "Returns a member in detail, with departments, roles and positions. The mobile number, and mail \
             address, place of work, remark and custom attributes, are only for internal apps with the permission \
             for these fields. Most fields without a value are absent.",
        )
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .error(Rule::UnknownUser, super::UNKNOWN_USER)
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("userid", super::BAD_USERID)
        .missing("userid", codes::BAD_PARAMETER_400002)
        .example(json!({ "userid": "user01", "language": "zh_CN" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = user::get(tx, call.corp(), &request.userid)?;
    let role_list = roles_of(tx, call, &member)?;
    let memberships = &member.departments;
    let lead = |membership: &Membership| Lead { dept_id: membership.dept_id, leader: membership.leader };
    let result = Detail {
        dept_order_list: memberships.iter().map(Order::of).collect(),
        real_authed: false,
        senior: member.profile.senior_mode,
        leader_in_dept: memberships.iter().map(lead).collect(),
        role_list,
        dept_position_list: memberships.iter().map(Position::of).collect(),
        manager_userid: member.profile.manager_userid.clone(),
        org_email_type: member.profile.org_email_type.clone(),
        user: UserView::for_caller(call, member),
    };
    Ok(Response { result })
}

fn roles_of(tx: &mut Tx<'_>, call: &Call, member: &Member) -> Result<Vec<RoleView>> {
    let mut roles = Vec::new();
    for id in tx.roles_of(call.corp(), member.no)? {
        let Some(role) = tx.role(call.corp(), id)? else { continue };
        let Some(group) = tx.role_group(call.corp(), role.group_id)? else { continue };
        roles.push(RoleView { id, name: role.name, group_name: group.name });
    }
    Ok(roles)
}
