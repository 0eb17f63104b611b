//! `carillon.group_members_remove`: removes members from an internal group. An operation of Carillon.

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
    Operation::v1("carillon.group_members_remove", "/v1.0/carillon/groups/members/remove")
        .title("移除内部群成员", "Remove members from an internal group")
        .purpose(
            "从其他内部群或场景群（类型 3、4）移除成员，不在群中的成员会忽略。移除群主时，由最早加入企业的管理员接任群主；没有管理员时，由最早加入企业的群成员接任。",
            "Removes members from a group of type 3 or 4; those who are not in it are ignored. If the owner leaves, the administrator who has been in the organisation longest takes over, else the member who has.",
        )
        .permission("Custom.Group.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[
            Rule::UnknownGroup,
            Rule::GroupOfAnotherCorp,
            Rule::GroupDissolved,
            Rule::GroupMembersFollow,
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
    let group = group::remove_members(tx, &call.env, call.corp(), &id, &members)?;
    Ok(MembersResponse { group_members_count: group.member_count })
}
