//! Ids. Text ids are opaque except to the functions that make them (`domain::mint`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Box<str>);

        impl $name {
            /// The id as it is on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into_boxed_str())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

text_id! {
    /// An organisation, `ding` and 32 hexadecimal digits.
    CorpId,
    /// An app's public name, `ding` and 16 letters or digits (`appKey`, Client ID).
    AppKey,
    /// A member's id within the organisation (`userid`), chosen by the organisation.
    UserId,
    /// A service account (`unionid`); ends in `iE`.
    AccountId,
    /// An uploaded file (`media_id`); begins with `@lA`.
    MediaId,
    /// A message card, material of kind "news" (`media_id` of the card operations); ends in `iE`.
    CardId,
    /// A mass send (`task_id`); `push…iE`.
    TaskId,
    /// An event (`eventId`), the same in every delivery of it.
    EventId,
    /// An internal group (`openConversationId`); `cid…==`.
    ConversationId,
    /// A message between one member and an account (`msgId`); `msg…iE`.
    MessageId,
}

number_id! {
    /// A department (`dept_id`); the root is 1.
    DeptId,
    /// A role (`role_id`).
    RoleId,
    /// A group of roles (`group_id`).
    RoleGroupId,
    /// An article (`article_id`).
    ArticleId,
    /// A comment below an article.
    CommentId,
    /// A send that operators prepare.
    SendDraftId,
    /// An import of members in the background.
    MemberImportId,
    /// An answer that operators saved for their replies.
    SavedAnswerId,
    /// The number of a mass send or chat message among those of its organisation, increasing with time.
    SendSeq,
    /// The number of an event among the events of its organisation, increasing with time.
    EventSeq,
    /// The number of a group among the groups of its organisation, increasing with time. Never on the wire.
    GroupNo,
}

impl DeptId {
    /// The root department, which every organisation has.
    pub const ROOT: DeptId = DeptId(1);
}

/// The small dense number of a member, which audiences contain. Never on the wire, and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MemberNo(pub u32);
