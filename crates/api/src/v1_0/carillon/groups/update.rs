//! `carillon.group_update`: changes an internal group. An operation of Carillon.

use std::collections::BTreeMap;

use carillon_domain::group::{self, GroupChange};
use carillon_model::{
    error::{Result, Rule},
    id::{ConversationId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::check_extensions;
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Absent fields stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The group, by its `openConversationId`, as `carillon.group_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
    /// The new name of the group; absent: as it is.
    #[schemars(length(min = 1, max = 64))]
    title: Option<String>,
    /// The userid of the new owner, one of its members; absent: as it is.
    #[schemars(length(min = 1, max = 128))]
    owner_user_id: Option<UserId>,
    /// The userids of all administrators beside the owner, at most 20 of its members; absent: as they are.
    #[schemars(length(max = 1000))]
    administrator_user_ids: Option<Vec<UserId>>,
    /// Whether all administrators are removed; ignored if others are given.
    clear_administrators: Option<bool>,
    /// Whether its files are also stored in the drive: 0 no, 1 yes; absent: as it is. Only recorded.
    #[schemars(extend("enum" = [0, 1, null]))]
    sync_to_dingpan: Option<i64>,
    /// Custom attributes, which replace all previous ones; absent: as they are.
    extensions: Option<BTreeMap<String, String>>,
}

#[derive(Serialize, JsonSchema)]
struct Response {}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_update", "/v1.0/carillon/groups/update")
        .title("更新内部群", "Change an internal group")
        .purpose(
            "修改群的名称、群主、管理员、钉盘同步标记或自定义属性，未传的字段保持不变。管理员和自定义属性传入后整体替换；空数组视为未传，清空管理员请用 `clearAdministrators`。原群主仍是群成员。",
            "Changes the name, the owner, the administrators, the flag of the drive or the attributes of a group; absent fields stay. Administrators and attributes are replaced as a whole. An empty list counts as absent: `clearAdministrators` removes all. The previous owner stays a member.",
        )
        .permission("Custom.Group.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[Rule::UnknownGroup, Rule::GroupOfAnotherCorp, Rule::GroupDissolved, Rule::NotInGroup])
        .example(json!({
            "openConversationId": "cidSample0001==",
            "title": "Team chat",
            "ownerUserId": "user02",
            "administratorUserIds": ["user01", "user03"],
            "syncToDingpan": 1,
            "extensions": { "project": "Autumn outing" },
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    if let Some(extensions) = &request.extensions {
        check_extensions(extensions)?;
    }
    // An empty list counts as absent on the wire, so that emptying it needs another field.
    let cleared = request.clear_administrators == Some(true);
    let change = GroupChange {
        title: request.title,
        owner: request.owner_user_id,
        administrators: request.administrator_user_ids.or(cleared.then(Vec::new)),
        synced_to_drive: request.sync_to_dingpan.map(|synced| synced == 1),
        extensions: request.extensions,
    };
    group::update(tx, &call.env, call.corp(), &request.open_conversation_id, change)?;
    Ok(Response {})
}
