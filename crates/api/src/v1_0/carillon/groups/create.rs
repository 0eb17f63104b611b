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
    /// Its name.
    #[schemars(length(min = 1, max = 64))]
    title: String,
    /// 1 all staff, 2 a department's, 3 any others, 4 a scene group. The members of the first two follow the organisation.
    #[schemars(extend("enum" = [1, 2, 3, 4]))]
    group_type: i64,
    /// The department, for a group of type 2.
    dept_id: Option<DeptId>,
    /// The id of the template, for a group of type 4.
    #[schemars(length(max = 64))]
    template_id: Option<String>,
    /// The name of the template.
    #[schemars(length(max = 64))]
    template_name: Option<String>,
    /// The owner: a member from the start.
    #[schemars(length(min = 1, max = 128))]
    owner_user_id: UserId,
    /// Administrators beside the owner, at most 20: members from the start.
    #[schemars(length(max = 1000))]
    administrator_user_ids: Option<Vec<UserId>>,
    /// Members, for groups of types 3 and 4; more can be added later.
    #[schemars(length(max = 1000))]
    member_user_ids: Option<Vec<UserId>>,
    /// Departments whose people, all those below them too, are members.
    #[schemars(length(max = 1000))]
    member_dept_ids: Option<Vec<DeptId>>,
    /// Whether its files are also stored in the drive: 0 no, 1 yes.
    #[schemars(extend("enum" = [0, 1, null]))]
    sync_to_dingpan: Option<i64>,
    /// Custom attributes: at most 20 texts by name, of 256 characters each.
    extensions: Option<BTreeMap<String, String>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The group.
    open_conversation_id: ConversationId,
    /// The number of members.
    group_members_count: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_create", "/v1.0/carillon/groups/create")
        .title("创建内部群", "Make an internal group")
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
