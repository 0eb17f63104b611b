//! `carillon.member_get`: a member as operators see it. An operation of Carillon.

use carillon_domain::contact::user;
use carillon_model::{
    error::{Result, Rule},
    id::{DeptId, RoleId, UserId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::READ;
use crate::v1_0::carillon::{APPS_AND_LOCAL, UNKNOWN_MEMBER};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member, as `carillon.member_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The userid of the member in the organisation.
    user_id: UserId,
    /// The name of the member.
    name: String,
    /// The mobile number; may be empty.
    mobile: String,
    /// Whether the mobile number is hidden on the profile.
    hide_mobile: bool,
    /// The e-mail address; may be empty.
    email: String,
    /// The job title; may be empty.
    title: String,
    /// The job number; may be empty.
    job_number: String,
    /// The number of the extension; may be empty.
    telephone: String,
    /// The place of work; may be empty.
    work_place: String,
    /// The remark about the member; may be empty.
    remark: String,
    /// The ids of the departments of the member.
    department_ids: Vec<DeptId>,
    /// The ids of the roles of the member.
    role_ids: Vec<RoleId>,
    /// Whether the member has ever signed in.
    active: bool,
    /// Whether the member has a password.
    has_password: bool,
    /// When the member was added, in ms since 1970.
    create_time: Timestamp,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_get", "/v1.0/carillon/members/{userId}")
        .get()
        .title("查询成员", "Get a member")
        .purpose(
            "查询一个成员的资料、部门和角色，以及是否登录过、是否设置了密码；密码本身从不返回。",
            "Returns the profile, the departments and the roles of one member, and whether the member has signed in and has a password, which is never returned itself.",
        )
        .permission(READ)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = user::get(tx, call.corp(), &request.user_id)?;
    let profile = member.profile;
    Ok(Response {
        role_ids: tx.roles_of(call.corp(), member.no)?,
        has_password: !tx.password_hash(call.corp(), member.no)?.is_empty(),
        user_id: member.userid,
        name: profile.name,
        mobile: profile.mobile,
        hide_mobile: profile.hide_mobile,
        email: profile.email,
        title: profile.title,
        job_number: profile.job_number,
        telephone: profile.telephone,
        work_place: profile.work_place,
        remark: profile.remark,
        department_ids: member.departments.iter().map(|membership| membership.dept_id).collect(),
        active: member.active,
        create_time: member.created_at,
    })
}
