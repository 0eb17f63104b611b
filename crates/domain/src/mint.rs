//! Makes the ids and secrets that are given out. Nothing else may rely on how they are made up.

use carillon_model::{
    env::Env,
    id::{AccountId, CardId, ConversationId, EventId, MediaId, MessageId, TaskId, UserId},
};

const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A service account's `unionid`.
pub fn account_id(env: &Env) -> AccountId {
    AccountId::from(format!("{}iE", env.text(LETTERS_AND_DIGITS, 22)))
}

/// A card's `media_id`.
pub fn card_id(env: &Env) -> CardId {
    CardId::from(format!("{}iE", env.text(LETTERS_AND_DIGITS, 26)))
}

/// The `media_id` of an uploaded file. Pages show files to whoever knows the id, so it has to be unguessable.
pub fn media_id(env: &Env) -> MediaId {
    MediaId::from(format!("@lA{}", env.text(LETTERS_AND_DIGITS, 40)))
}

/// A member's `userid`, for a member that came without.
pub fn user_id(env: &Env) -> UserId {
    UserId::from(env.text(b"0123456789", 18))
}

/// A member's `unionid`, the same in every app of the organisation.
pub fn user_unionid(env: &Env) -> String {
    format!("{}iE", env.text(LETTERS_AND_DIGITS, 22))
}

/// A mass send's `task_id`.
pub fn task_id(env: &Env) -> TaskId {
    TaskId::from(format!("push{}iE", env.text(LETTERS_AND_DIGITS, 22)))
}

/// An event's `eventId`.
pub fn event_id(env: &Env) -> EventId {
    EventId::from(env.text(b"0123456789abcdef", 32))
}

/// A group's `openConversationId`.
pub fn conversation_id(env: &Env) -> ConversationId {
    ConversationId::from(format!("cid{}==", env.text(LETTERS_AND_DIGITS, 22)))
}

/// The id of a message in a group.
pub fn group_message_id(env: &Env) -> String {
    format!("msg{}==", env.text(LETTERS_AND_DIGITS, 22))
}

/// The id of a message between one member and an account. Addresses to answer to are made of it.
pub fn message_id(env: &Env) -> MessageId {
    MessageId::from(format!("msg{}iE", env.text(LETTERS_AND_DIGITS, 22)))
}
