//! `carillon.member_add`: adds a member. An operation of Carillon.

use carillon_domain::contact::manage;
use carillon_model::{
    error::{Error, Result, Rule},
    event::EventKind,
    id::{DeptId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    WRITE,
    fields::{MemberFields, declare_errors},
};
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Without a mobile number, the userid is needed, and is the login.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid, unique in the organisation; absent: one is made.
    #[schemars(length(min = 1, max = 64))]
    user_id: Option<UserId>,
    /// The name of the member, which others may have too.
    #[schemars(length(min = 1, max = 80))]
    name: String,
    /// The ids of all departments of the member, at least one.
    #[schemars(length(min = 1, max = 300))]
    department_ids: Vec<DeptId>,
    #[serde(flatten)]
    fields: MemberFields,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The userid of the new member, who has no password yet: a link lets the member choose one.
    user_id: UserId,
}

pub fn operation() -> Operation {
    declare_errors(Operation::v1("carillon.member_add", "/v1.0/carillon/members"))
        .title("添加成员", "Add a member")
        .purpose(
            "添加一个成员，加入所传的部门并触发 `user_add_org` 事件，全员群和部门群随之更新。手机号和 userid 至少传一个：没有手机号时，userid 就是登录名。新成员没有密码，可用“生成成员的设密链接”让其自行设置。",
            "Adds a member to departments and raises the event `user_add_org`; groups that follow the organisation get the member too. A mobile number or a userid is needed: without a number, the userid is the login. There is no password yet: `carillon.member_password_link` lets the member choose one.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UserIdTaken, Code::both(60102, "UserID在公司中已存在", "userid.taken", 409))
        .raises(&[EventKind::MembersAdded])
        .example(json!({
            "userId": "user20",
            "name": "王五",
            "mobile": "13800000020",
            "hideMobile": false,
            "email": "wang@example.com",
            "title": "工程师",
            "jobNumber": "2020",
            "telephone": "020",
            "workPlace": "三楼",
            "remark": "新入职",
            "departmentIds": [101],
            "roleIds": [],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    if request.name.trim().is_empty() {
        return Err(Error::invalid("name", "must not be blank"));
    }
    let edit = request.fields.into_edit(Some(request.name), Some(request.department_ids));
    let added =
        manage::add(tx, &call.env, call.corp(), request.user_id, edit).map_err(|error| match error {
            Error::Invalid { field, .. } if field == "login" => {
                Error::invalid("mobile", "is missing, and so is userId: one of them is needed")
            }
            error => error,
        })?;
    Ok(Response { user_id: added.userid })
}
