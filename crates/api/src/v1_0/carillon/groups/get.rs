//! `carillon.group_get`: one internal group. An operation of Carillon.

use std::collections::BTreeMap;

use carillon_domain::group;
use carillon_model::{
    error::{Result, Rule},
    id::{ConversationId, DeptId, UserId},
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
    /// The group, by its `openConversationId`, as `carillon.group_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the group, for the other operations on it.
    open_conversation_id: ConversationId,
    /// The name of the group.
    title: String,
    /// The type of the group: 1 all staff, 2 a department's, 3 any others, 4 a scene group.
    group_type: i64,
    /// The department that the group follows, by its id; only for a group of type 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    dept_id: Option<DeptId>,
    /// The id of its template; empty without one.
    template_id: String,
    /// The name of its template; empty without one.
    template_name: String,
    /// The userid of the owner; absent without members.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_user_id: Option<UserId>,
    /// The userids of administrators beside the owner.
    administrator_user_ids: Vec<UserId>,
    /// The unionid of the member who created the group; empty if unknown.
    creator_union_id: String,
    /// The number of members of the group.
    group_members_count: i64,
    /// Whether its files are also stored in the drive: 0 no, 1 yes; only recorded.
    sync_to_dingpan: i64,
    /// The size of the files that were posted in the group, in bytes.
    used_quota: i64,
    /// Whether only the owner and the administrators may post.
    words_banned: bool,
    /// When the group was created, in ms since 1970.
    create_time: Timestamp,
    /// When the group was last active, in ms since 1970.
    last_active_time: Timestamp,
    /// When the group was dissolved, in ms since 1970; absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    dissolve_time: Option<Timestamp>,
    /// Custom attributes of the group, as texts by name.
    extensions: BTreeMap<String, String>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_get", "/v1.0/carillon/groups/get")
        .title("查询内部群", "Get an internal group")
        .purpose(
            "查询一个内部群的详情，包括已解散的群和只在事实数据中出现过的群；成员名单用“查询内部群成员”获取。",
            "Returns one internal group, also a dissolved one and one that only facts name. `carillon.group_members_list` returns its members.",
        )
        .permission("Custom.Group.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[Rule::UnknownGroup, Rule::GroupOfAnotherCorp])
        .example(json!({ "openConversationId": "cidSample0001==" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let details = group::get(tx, call.corp(), &request.open_conversation_id)?;
    let group = details.group;
    Ok(Response {
        open_conversation_id: group.id,
        title: group.title,
        group_type: group.kind.number(),
        dept_id: group.department,
        template_id: group.template.id,
        template_name: group.template.name,
        owner_user_id: details.owner.map(|(userid, _)| userid),
        administrator_user_ids: details.administrators,
        creator_union_id: details.creator.unionid,
        group_members_count: group.member_count,
        sync_to_dingpan: group.synced_to_drive.into(),
        used_quota: group.used_bytes,
        words_banned: group.words_banned,
        create_time: group.created_at,
        last_active_time: group.active_at,
        dissolve_time: group.dissolved_at,
        extensions: group.extensions,
    })
}
