//! `roles.add_members`: gives roles to members.

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
    /// The roles to give, by the `id` that `roles.list` returns; none of the default group.
    #[schemars(length(max = 20))]
    role_ids: Vec<RoleId>,
    /// The members who get each of the roles, by userid.
    #[schemars(length(max = 20))]
    user_ids: Vec<UserId>,
}

pub fn operation() -> Operation {
    super::declare_member_change("roles.add_members", "/topapi/role/addrolesforemps")
        .title("批量增加员工角色", "Give roles to people")
        .purpose(
            "给多名成员授予多个角色，每名成员都获得全部所列角色，已有的角色不变。\
             任何一个角色或成员不存在时整批不生效；默认角色组的角色不能用接口授予。成功后向订阅的应用推送事件。",
            "Gives each of several roles to each of several members; roles that they have stay. Nothing is given if \
             one of the roles or members is unknown, and roles of the default group cannot be given by an \
             operation. Subscribed apps get an event.",
        )
        .raises(&[EventKind::RoleMembersChanged])
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    role::give(tx, &call.env, call.corp(), &request.role_ids, &request.user_ids)?;
    Ok(EmptyResponse {})
}
