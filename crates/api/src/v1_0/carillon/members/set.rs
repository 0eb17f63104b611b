//! `carillon.member_set`: changes a member. An operation of Carillon.

use carillon_domain::contact::manage;
use carillon_model::{
    error::{Error, Result},
    event::EventKind,
    id::{DeptId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    WRITE,
    fields::{MemberFields, declare_errors},
};
use crate::v1_0::{EmptyResponse, carillon::APPS_AND_LOCAL};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member, as `carillon.member_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// The new name of the member; absent: as it is.
    #[schemars(length(min = 1, max = 80))]
    name: Option<String>,
    /// The ids of all departments from now on, at least one; absent: as they are.
    #[schemars(length(min = 1, max = 300))]
    department_ids: Option<Vec<DeptId>>,
    #[serde(flatten)]
    fields: MemberFields,
}

pub fn operation() -> Operation {
    declare_errors(Operation::v1("carillon.member_set", "/v1.0/carillon/members/{userId}"))
        .put()
        .title("修改成员", "Change a member")
        .purpose(
            "修改成员的资料、部门或角色并触发 `user_modify_org` 事件；未传的字段保持不变，部门和角色传入后整体替换。成员在保留的部门中的职位和主管身份不变。",
            "Changes a member and raises the event `user_modify_org`. Absent fields stay as they are; departments and roles are replaced as a whole. What the member is in a department that stays, such as its leader, stays too.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .raises(&[EventKind::MemberChanged])
        .example(json!({
            "userId": "user04",
            "name": "赵六",
            "mobile": "13800000044",
            "hideMobile": true,
            "email": "zhao@example.com",
            "title": "经理",
            "jobNumber": "4044",
            "telephone": "044",
            "workPlace": "四楼",
            "remark": "转岗",
            "departmentIds": [101],
            "roleIds": [],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let edit = request.fields.into_edit(request.name, request.department_ids);
    if edit.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Error::invalid("name", "must not be blank"));
    }
    manage::set(tx, &call.env, call.corp(), &request.user_id, edit, super::resets(call))?;
    Ok(EmptyResponse {})
}
