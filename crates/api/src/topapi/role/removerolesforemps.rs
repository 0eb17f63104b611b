//! `roles.remove_members`: takes roles from members.

use carillon_domain::contact::role;
use carillon_model::{
    error::Result,
    event::EventKind,
    id::{RoleId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The roles to take away, by the `id` that `roles.list` returns; none of the default group.
    #[schemars(length(max = 20))]
    role_ids: Vec<RoleId>,
    /// The members who lose each of the roles, by userid.
    #[schemars(length(max = 100))]
    user_ids: Vec<UserId>,
}

pub fn operation() -> Operation {
    super::declare_member_change("roles.remove_members", "/topapi/role/removerolesforemps")
        .title("批量删除员工角色", "Take roles from people")
        .purpose(
            "取消多名成员的多个角色，成员原本没有的角色忽略。任何一个角色或成员不存在时整批不生效；\
             默认角色组的角色不能用接口取消。成功后向订阅的应用推送事件。",
            "Takes each of several roles from each of several members; a role that a member does not have is \
             ignored. Nothing is taken if one of the roles or members is unknown, and roles of the default group \
             cannot be taken by an operation. Subscribed apps get an event.",
        )
        .raises(&[EventKind::RoleMembersChanged])
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    role::take(tx, &call.env, call.corp(), &request.role_ids, &request.user_ids)?;
    Ok(EmptyResponse {})
}
