//! `/v1.0/carillon/groups/members`.

pub mod add;
pub mod list;
pub mod remove;

use carillon_domain::group::MemberSelection;
use carillon_model::id::{ConversationId, DeptId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add::operation),
    Entry::Operation(list::operation),
    Entry::Operation(remove::operation),
];

/// A request to add or remove members.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MembersRequest {
    /// The group, by its `openConversationId`; of type 3 or 4.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
    /// The userids of members of the organisation; may be absent if departments are given.
    #[schemars(length(max = 1000))]
    member_user_ids: Option<Vec<UserId>>,
    /// Departments by id, with everybody who is in and below them at this moment; may be absent if members are given.
    #[schemars(length(max = 1000))]
    member_dept_ids: Option<Vec<DeptId>>,
}

impl MembersRequest {
    fn split(self) -> (ConversationId, MemberSelection) {
        let users = self.member_user_ids.unwrap_or_default();
        let departments = self.member_dept_ids.unwrap_or_default();
        (self.open_conversation_id, MemberSelection { users, departments })
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MembersResponse {
    /// The number of members after the change.
    group_members_count: i64,
}
