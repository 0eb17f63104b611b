//! `carillon.member_roles`: replaces the roles of a member. An operation of Carillon.

use carillon_domain::contact::manage;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::{RoleId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{WRITE, fields::UNKNOWN_ROLE};
use crate::v1_0::{
    EmptyResponse,
    carillon::{APPS_AND_LOCAL, UNKNOWN_MEMBER},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member, as `carillon.member_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// The ids of all roles of the member from now on; absent or empty: none. Those of the default group can neither be given nor
    /// taken.
    #[schemars(length(max = 300))]
    role_ids: Option<Vec<RoleId>>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_roles", "/v1.0/carillon/members/{userId}/roles")
        .put()
        .title("设置成员的角色", "Set the roles of a member")
        .purpose(
            "整体替换一个成员的角色，影响按角色群发的接收人；不传或传空数组则清除全部角色。默认角色组中的角色不能在这里增减。这里的角色与管理后台的运营角色无关。",
            "Replaces all roles of a member, which decide who gets sends to roles; absent or empty removes them. Roles of the default group can neither be given nor taken here. They have nothing to do with the roles of operators.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .error(Rule::UnknownRole, UNKNOWN_ROLE)
        .raises(&[EventKind::RoleMembersChanged])
        .example(json!({ "userId": "user04", "roleIds": [2002] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let roles = request.role_ids.unwrap_or_default();
    manage::set_roles(tx, &call.env, call.corp(), &request.user_id, &roles)?;
    Ok(EmptyResponse {})
}
