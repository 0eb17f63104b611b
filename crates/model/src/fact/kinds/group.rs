//! Groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupType {
    /// All of the organisation (全员群).
    AllStaff,
    /// A department's (部门群).
    Department,
    /// Another internal one (其他内部群).
    Internal,
    /// Of a scene (场景群).
    Scene,
}

/// A member created a group. Feeds groups created, and department groups created; how many groups there are follows from all
/// facts that name one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupCreated {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// What kind of group it is.
    pub group_type: GroupType,
}

/// A group is no more. Feeds groups dissolved, and department groups dissolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupDissolved {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// What kind of group it was.
    pub group_type: GroupType,
}

/// A member joined a group. Feeds groups joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupJoined {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
}

/// A member looked at a group. Feeds groups looked at, and the list of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupOpened {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
}

/// A group got a name, which is its title until a later fact says otherwise; one that was made here keeps its own. Feeds nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupNamed {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// The name of the group from now on.
    #[schemars(length(min = 1, max = 128))]
    pub group_name: String,
}
