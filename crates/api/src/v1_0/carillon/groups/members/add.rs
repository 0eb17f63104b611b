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
        .purpose(
            "向其他内部群或场景群（类型 3、4）增加成员，已在群中的成员不受影响，群最多 10,000 人。传入部门时只加入当前的部门成员，之后部门的人员变动不会带到群里。",
            "Adds members to a group of type 3 or 4, up to 10,000; those who are in it stay. Departments stand for their members at this moment: later changes of the departments do not change the group.",
        )
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
