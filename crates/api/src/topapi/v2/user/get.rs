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
    place::{Order, Position},
    shown::Shown,
};
use crate::topapi::Language;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The member.
    result: Detail,
}

/// A member in detail. What Carillon has no data for is left out: the avatar, associated organisations, translations.
#[derive(Serialize, JsonSchema)]
struct Detail {
    /// What lists show too.
    #[serde(flatten)]
    shown: Shown,
    /// The direct manager.
    #[serde(skip_serializing_if = "String::is_empty")]
    manager_userid: String,
    /// The member's order in each department.
    dept_order_list: Vec<Order>,
    /// The real name was verified; never, since Carillon verifies nobody.
    real_authed: bool,
    /// Executive mode.
    senior: bool,
    /// In each department, whether the member leads it.
    leader_in_dept: Vec<Lead>,
    /// Roles.
    role_list: Vec<HeldRole>,
    /// The member's position in each department.
    dept_position_list: Vec<Position>,
    /// Edition of the company mailbox.
    #[serde(skip_serializing_if = "String::is_empty")]
    org_email_type: String,
}

/// Whether a member leads a department.
#[derive(Serialize, JsonSchema)]
struct Lead {
    /// The department.
    dept_id: DeptId,
    /// Whether the member leads it.
    leader: bool,
}

/// A role of a member.
#[derive(Serialize, JsonSchema)]
struct HeldRole {
    /// Its id.
    id: RoleId,
    /// Name.
    name: String,
    /// Name of its group.
    group_name: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("contacts.user_get", "/topapi/v2/user/get")
        .title("查询用户详情", "Get a user")
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .error(Rule::UnknownUser, super::NOBODY)
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("userid", super::BAD_USERID)
        .missing("userid", codes::BAD_PARAMETER_400002)
        .example(json!({ "userid": "user01", "language": "zh_CN" }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = user::get(tx, call.corp(), &request.userid)?;
    let role_list = held_roles(tx, call, &member)?;
    let places = &member.departments;
    let lead = |place: &Membership| Lead { dept_id: place.dept_id, leader: place.leader };
    let result = Detail {
        dept_order_list: places.iter().map(Order::of).collect(),
        real_authed: false,
        senior: member.profile.senior_mode,
        leader_in_dept: places.iter().map(lead).collect(),
        role_list,
        dept_position_list: places.iter().map(Position::of).collect(),
        manager_userid: member.profile.manager_userid.clone(),
        org_email_type: member.profile.org_email_type.clone(),
        shown: Shown::to(call, member),
    };
    Ok(Response { result })
}

fn held_roles(tx: &mut Tx<'_>, call: &Call, member: &Member) -> Result<Vec<HeldRole>> {
    let mut held = Vec::new();
    for id in tx.roles_of(call.corp(), member.no)? {
        let Some(role) = tx.role(call.corp(), id)? else { continue };
        let Some(group) = tx.role_group(call.corp(), role.group_id)? else { continue };
        held.push(HeldRole { id, name: role.name, group_name: group.name });
    }
    Ok(held)
}
