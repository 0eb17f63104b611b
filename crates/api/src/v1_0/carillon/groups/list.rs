//! `carillon.group_list`: the internal groups, newest first. An operation of Carillon.

use carillon_domain::group::{self, GroupSelection};
use carillon_model::{
    error::{Error, Result},
    group::GroupKind,
    id::{ConversationId, UserId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// A part of the name of the group; absent: all groups.
    #[schemars(length(max = 64))]
    title: Option<String>,
    /// The type of the groups: 1 all staff, 2 a department's, 3 any others, 4 a scene group; absent: all.
    #[schemars(extend("enum" = [1, 2, 3, 4, null]))]
    group_type: Option<i64>,
    /// The userid of the owner; absent: all. Nobody owns a group with a userid that is not a member's.
    #[schemars(length(max = 128))]
    owner_user_id: Option<UserId>,
    /// Whether dissolved groups are listed too; absent: no.
    dissolved: Option<bool>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(max = 128))]
    next_token: Option<ConversationId>,
    /// The most groups on a page; absent: 20.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The groups that match, newest first.
    groups: Vec<GroupRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<ConversationId>,
}

/// A group.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupRow {
    /// The id of the group, for the other operations on it.
    open_conversation_id: ConversationId,
    /// The name of the group.
    title: String,
    /// The type of the group: 1 all staff, 2 a department's, 3 any others, 4 a scene group.
    group_type: i64,
    /// The userid of the owner; absent without members.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_user_id: Option<UserId>,
    /// The number of members of the group.
    group_members_count: i64,
    /// When the group was created, in ms since 1970.
    create_time: Timestamp,
    /// When the group was last active, in ms since 1970.
    last_active_time: Timestamp,
    /// When the group was dissolved, in ms since 1970; absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    dissolve_time: Option<Timestamp>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_list", "/v1.0/carillon/groups")
        .get()
        .title("查询内部群列表", "List internal groups")
        .purpose(
            "分页查询企业的内部群，从新到旧排列，可按名称、类型和群主筛选，各条件同时满足；默认不含已解散的群。",
            "Returns the internal groups of the organisation, newest first, by a part of their name, by type and by owner; all conditions must hold. Dissolved ones are left out unless they are asked for.",
        )
        .permission("Custom.Group.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .example(json!({
            "title": "chat",
            "groupType": 3,
            "ownerUserId": "user01",
            "dissolved": false,
            "maxResults": 20,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let kind = request.group_type.map(|number| {
        GroupKind::parse(number).ok_or_else(|| Error::invalid("groupType", "must be one of 1, 2, 3, 4"))
    });
    let selection = GroupSelection {
        title: request.title.unwrap_or_default(),
        kind: kind.transpose()?,
        owner: request.owner_user_id,
        with_dissolved: request.dissolved.unwrap_or_default(),
    };
    let (after, limit) = (request.next_token.as_ref(), request.max_results.unwrap_or(20));
    let (groups, next) = group::newest(tx, call.corp(), &selection, after, limit)?;
    let rows = groups.into_iter().map(|found| GroupRow {
        open_conversation_id: found.group.id,
        title: found.group.title,
        group_type: found.group.kind.number(),
        owner_user_id: found.owner.map(|(userid, _)| userid),
        group_members_count: found.group.member_count,
        create_time: found.group.created_at,
        last_active_time: found.group.active_at,
        dissolve_time: found.group.dissolved_at,
    });
    Ok(Response { groups: rows.collect(), next_token: next })
}
