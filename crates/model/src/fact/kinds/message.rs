//! Messages, mentions and DINGs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A member sent messages to one person. Feeds messages, and messages to persons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SingleMessage {
    /// The number of messages sent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member sent messages to a group. Feeds messages, messages to groups, active groups, and the list of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupMessage {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// The number of messages sent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member sent files to a group. Feeds files in groups; the messages that carried them are facts of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupFile {
    /// The group, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// The number of files sent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member was mentioned in messages of others. Feeds mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mention {
    /// How often the member was mentioned.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// How a DING reaches its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DingKind {
    /// In the app.
    App,
    /// As a text message.
    Sms,
    /// As a phone call.
    Call,
    /// As a voice call over the network.
    Voip,
}

/// A member sent DINGs. Feeds DINGs sent, and DINGs sent of each kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DingSent {
    /// How they went out.
    pub ding_kind: DingKind,
    /// The number of DINGs sent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member received DINGs. Feeds DINGs received, and DINGs received of each kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DingReceived {
    /// How they reached the member.
    pub ding_kind: DingKind,
    /// The number of DINGs received.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member commented on DINGs. Feeds comments on DINGs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DingComment {
    /// The number of comments on DINGs.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}
