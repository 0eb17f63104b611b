//! `carillon.member_remove`: removes a member. An operation of Carillon.

use carillon_domain::contact::{manage, user};
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::UserId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{WRITE, resets};
use crate::v1_0::{
    EmptyResponse,
    carillon::{APPS_AND_LOCAL, UNKNOWN_MEMBER},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member. Only owners may remove operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_remove", "/v1.0/carillon/members/{userId}")
        .delete()
        .title("删除成员", "Remove a member")
        .purpose(
            "删除一个成员：退出企业的群和通讯录，不能再登录，并触发 `user_leave_org` 事件。删除后不能恢复，userid 可以再次使用；成员收到过的消息仍计入统计。",
            "Removes a member from the organisation and its groups and raises the event `user_leave_org`; the member cannot sign in any more. There is no way back, and the userid is free again. What the member received stays counted.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .raises(&[EventKind::MembersLeft])
        .example(json!({ "userId": "user08" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    manage::resettable(tx, call.corp(), &request.user_id, resets(call))?;
    user::delete(tx, &call.env, call.corp(), &request.user_id)?;
    Ok(EmptyResponse {})
}
