//! Makes the ids and secrets that are given out. Nothing else may rely on how they are made up.

use carillon_model::{
    env::Env,
    id::{AccountId, CardId, MediaId},
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
