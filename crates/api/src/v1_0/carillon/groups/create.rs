//! `carillon.group_create`: creates an internal group. An operation of Carillon.

use std::collections::BTreeMap;

use carillon_domain::group::{self, MemberSelection, NewGroup};
use carillon_model::{
    error::{Error, Result, Rule},
    group::{GroupKind, GroupTemplate},
    id::{ConversationId, DeptId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::check_extensions;
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The name of the group, which other groups may have too.
    #[schemars(length(min = 1, max = 64))]
    title: String,
    /// 1 all staff, 2 a department's, 3 any others, 4 a scene group. The members of the first two follow the organisation.
    #[schemars(extend("enum" = [1, 2, 3, 4]))]
    group_type: i64,
    /// The department, by its id, for a group of type 2; absent for other types.
    dept_id: Option<DeptId>,
    /// The id of the template, for a group of type 4; absent for other types.
    #[schemars(length(max = 64))]
    template_id: Option<String>,
    /// The name of the template of a group of type 4; may be absent.
    #[schemars(length(max = 64))]
    template_name: Option<String>,
    /// The userid of the owner, who is a member from the start.
    #[schemars(length(min = 1, max = 128))]
    owner_user_id: UserId,
    /// The userids of administrators beside the owner, at most 20: members from the start.
    #[schemars(length(max = 1000))]
    administrator_user_ids: Option<Vec<UserId>>,
    /// The userids of members, for groups of types 3 and 4; more can be added later.
    #[schemars(length(max = 1000))]
    member_user_ids: Option<Vec<UserId>>,
    /// Departments by id, whose members at this moment, with those of all departments below, join the group; for types 3 and 4.
    #[schemars(length(max = 1000))]
    member_dept_ids: Option<Vec<DeptId>>,
    /// Whether its files are also stored in the drive: 0 no, 1 yes; only recorded.
    #[schemars(extend("enum" = [0, 1, null]))]
    sync_to_dingpan: Option<i64>,
    /// Custom attributes: at most 20 texts by name, of 256 characters each.
    extensions: Option<BTreeMap<String, String>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the new group (`openConversationId`).
    open_conversation_id: ConversationId,
    /// The number of members of the group.
    group_members_count: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_create", "/v1.0/carillon/groups/create")
        .title("创建内部群", "Make an internal group")
        .purpose(
            "创建一个内部群，群主即创建者。全员群和部门群的成员随通讯录自动变化，企业最多一个全员群，每个部门最多一个部门群；其他内部群和场景群的成员由调用方指定，最多 10,000 人。",
            "Creates an internal group in the name of its owner. Members of a group of all staff or of a department follow the organisation: there is one for all staff at most, and one for each department. Members of other groups are given by the caller, at most 10,000.",
        )
        .permission("Custom.Group.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[Rule::GroupExists, Rule::GroupMembersFollow, Rule::NotInGroup, Rule::TooManyGroupMembers])
        .example(json!({
            "title": "Team chat",
            "groupType": 3,
            "ownerUserId": "user01",
            "administratorUserIds": ["user02", "user04"],
            "memberUserIds": ["user03"],
            "memberDeptIds": [101, 102],
            "syncToDingpan": 0,
            "extensions": { "project": "Spring outing" },
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let extensions = request.extensions.unwrap_or_default();
    check_extensions(&extensions)?;
    let kind = GroupKind::parse(request.group_type);
    let new = NewGroup {
        title: request.title,
        kind: kind.ok_or_else(|| Error::invalid("groupType", "must be one of 1, 2, 3, 4"))?,
        department: request.dept_id,
        template: GroupTemplate {
            id: request.template_id.unwrap_or_default(),
            name: request.template_name.unwrap_or_default(),
        },
        owner: request.owner_user_id,
        administrators: request.administrator_user_ids.unwrap_or_default(),
        members: MemberSelection {
            users: request.member_user_ids.unwrap_or_default(),
            departments: request.member_dept_ids.unwrap_or_default(),
        },
        synced_to_drive: request.sync_to_dingpan == Some(1),
        extensions,
    };
    let group = group::create(tx, &call.env, call.corp(), new)?;
    Ok(Response { open_conversation_id: group.id, group_members_count: group.member_count })
}
