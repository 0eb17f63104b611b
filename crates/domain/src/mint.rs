//! Generates ids and secrets. No other code may rely on their structure.

use carillon_model::{
    env::Env,
    id::{AccountId, CardId, ConversationId, EventId, MediaId, MessageId, TaskId, UserId},
    time::Timestamp,
};

const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A service account's `unionid`.
pub fn account_id(env: &Env) -> AccountId {
    AccountId::from(format!("{}iE", env.random_text(LETTERS_AND_DIGITS, 22)))
}

/// A card's `media_id`.
pub fn card_id(env: &Env) -> CardId {
    CardId::from(format!("{}iE", env.random_text(LETTERS_AND_DIGITS, 26)))
}

/// The `media_id` of an uploaded file. It must be unguessable, because pages serve files to everybody who knows the id.
pub fn media_id(env: &Env) -> MediaId {
    MediaId::from(format!("@lA{}", env.random_text(LETTERS_AND_DIGITS, 40)))
}

/// A member's `userid`, if none was given.
pub fn user_id(env: &Env) -> UserId {
    UserId::from(env.random_text(b"0123456789", 18))
}

/// A member's `unionid`, the same in every app of the organisation. It starts with the time, so that members who are added
/// together are neighbours in the index. With random ids, each part of a large import would rewrite the whole index.
pub fn user_unionid(env: &Env) -> String {
    format!("{}{}iE", moment(env.now()), env.random_text(LETTERS_AND_DIGITS, 14))
}

/// Encodes a time in eight letters and digits that sort like the times.
fn moment(at: Timestamp) -> String {
    let mut rest = at.0.unsigned_abs();
    let mut letters = [b'0'; 8];
    for letter in letters.iter_mut().rev() {
        let base = LETTERS_AND_DIGITS.len() as u64;
        *letter = LETTERS_AND_DIGITS[usize::try_from(rest % base).unwrap_or_default()];
        rest /= base;
    }
    letters.iter().copied().map(char::from).collect()
}

/// A mass send's `task_id`.
pub fn task_id(env: &Env) -> TaskId {
    TaskId::from(format!("push{}iE", env.random_text(LETTERS_AND_DIGITS, 22)))
}

/// An event's `eventId`.
pub fn event_id(env: &Env) -> EventId {
    EventId::from(env.random_text(b"0123456789abcdef", 32))
}

/// A group's `openConversationId`.
pub fn conversation_id(env: &Env) -> ConversationId {
    ConversationId::from(format!("cid{}==", env.random_text(LETTERS_AND_DIGITS, 22)))
}

/// The id of a message in a group.
pub fn group_message_id(env: &Env) -> String {
    format!("msg{}==", env.random_text(LETTERS_AND_DIGITS, 22))
}

/// The id of a message between a member and an account. Reply URLs contain it.
pub fn message_id(env: &Env) -> MessageId {
    MessageId::from(format!("msg{}iE", env.random_text(LETTERS_AND_DIGITS, 22)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_moments_are_in_the_order_of_the_moments() {
        let moments = [0, 1, 61, 62, 3_843, 3_844, 1_795_917_699_711, 1_795_917_699_712, 4_102_444_800_000];
        let letters: Vec<String> = moments.map(|ms| moment(Timestamp(ms))).to_vec();
        assert!(letters.is_sorted() && letters.iter().all(|letters| letters.len() == 8), "{letters:?}");
        assert_eq!((&*letters[1], &*letters[3]), ("00000001", "00000010"));
    }
}
