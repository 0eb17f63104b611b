//! `carillon.group_members_add`: adds members to an internal group. An operation of Carillon.

use carillon_domain::group;
use carillon_model::{
    error::{Result, Rule},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{MembersRequest, MembersResponse};
use crate::v1_0::carillon::APPS_AND_LOCAL;

pub fn operation() -> Operation {
    Operation::v1("carillon.group_members_add", "/v1.0/carillon/groups/members/add")
        .title("增加内部群成员", "Add members to an internal group")
        .permission("Custom.Group.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[
            Rule::UnknownGroup,
            Rule::GroupOfAnotherCorp,
            Rule::GroupDissolved,
            Rule::GroupMembersFollow,
            Rule::TooManyGroupMembers,
        ])
        .example(json!({
            "openConversationId": "cidSample0001==",
            "memberUserIds": ["user04", "user05"],
            "memberDeptIds": [102],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: MembersRequest) -> Result<MembersResponse> {
    let (id, members) = request.split();
    let group = group::add_members(tx, &call.env, call.corp(), &id, &members)?;
    Ok(MembersResponse { group_members_count: group.member_count })
}
