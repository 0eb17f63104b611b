//! `contacts.user_delete`: removes a member.

use carillon_domain::contact::{manage, user};
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

/// Decided: operations on operators are not open to apps, so a member with a role of the console cannot be deleted here. Nothing like it
/// is documented.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member, by the `userid` that `contacts.user_list_id` returns.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_delete", "/topapi/v2/user/delete")
        .title("删除用户", "Delete a user")
        .purpose(
            "从企业中移除一名成员，立即生效：其登录会话结束，退出所有部门、角色、群和服务号的名单，\
             并向订阅的应用推送事件。已有的统计和发送记录保留；userid 之后可以分配给其他人。",
            "Removes a member from the organisation at once: sessions end, and the member leaves all departments, \
             roles, groups and lists of service accounts; subscribed apps get an event. Statistics and records of \
             sends stay. The userid is free again and may go to another person.",
        )
        .permission("qyapi_manage_addresslist")
        .error(Rule::UnknownUser, super::UNKNOWN_USER)
        .errors(&[Rule::MemberIsOperator])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("userid", super::BAD_USERID)
        .missing("userid", codes::BAD_PARAMETER_400002)
        .raises(&[EventKind::MembersLeft])
        .example(json!({ "userid": "user05" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    manage::require_removable_by_apps(tx, call.corp(), &request.userid)?;
    user::delete(tx, &call.env, call.corp(), &request.userid)?;
    Ok(EmptyResponse {})
}
