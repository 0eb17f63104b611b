//! `/v1.0/carillon/groups/members`.

pub mod add;
pub mod list;
pub mod remove;

use carillon_domain::group::Named;
use carillon_model::id::{ConversationId, DeptId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request to add or remove members.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Change {
    /// The group, of type 3 or 4.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
    /// Members of the organisation.
    #[schemars(length(max = 1000))]
    member_user_ids: Option<Vec<UserId>>,
    /// Departments with all people in and below them.
    #[schemars(length(max = 1000))]
    member_dept_ids: Option<Vec<DeptId>>,
}

impl Change {
    fn split(self) -> (ConversationId, Named) {
        let users = self.member_user_ids.unwrap_or_default();
        let departments = self.member_dept_ids.unwrap_or_default();
        (self.open_conversation_id, Named { users, departments })
    }
}

/// The answer to it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Changed {
    /// How many members the group has now.
    group_members_count: i64,
}
