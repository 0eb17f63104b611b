//! Revisions of the parts of a service account, and how those of other settings are made, so that nobody overwrites what somebody else
//! changed meanwhile. A revision is a hash of the content: equal contents have equal revisions, whoever stored them, and by whichever
//! operation.

use carillon_model::{
    error::{Error, Result, Rule},
    id::AccountId,
    send_draft::SendPolicy,
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::CorpState;
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The revision of name, pictures and introductions.
pub fn settings(state: &CorpState, id: &AccountId) -> Result<String> {
    let account = state.account(id)?;
    let pictures = [account.avatar_media_id.as_str(), account.preview_media_id.as_str()];
    hash(&(&account.name, &account.brief, &account.desc, pictures))
}

/// The revision of the menu.
pub fn menu(state: &CorpState, id: &AccountId) -> Result<String> {
    hash(&state.account(id)?.menu)
}

/// The revision of the automatic replies.
pub fn auto_replies(state: &CorpState, id: &AccountId) -> Result<String> {
    state.account(id)?;
    hash(&*state.auto_replies(id))
}

/// The revision of the scope that it may send to.
pub fn scope(state: &CorpState, id: &AccountId) -> Result<String> {
    state.account(id)?;
    let lists = state.account_audience(id);
    let users: Vec<&str> = lists.allowed_users.userids().map(|userid| userid.as_str()).collect();
    let departments: Vec<i64> = lists.allowed_departments.iter().map(|id| id.0).collect();
    hash(&(lists.allows_all, users, departments))
}

/// The revision of the list of blocked members.
pub fn blocked(state: &CorpState, id: &AccountId) -> Result<String> {
    state.account(id)?;
    let lists = state.account_audience(id);
    hash(&lists.blocked.userids().map(|userid| userid.as_str()).collect::<Vec<_>>())
}

/// The revision of the list of operators.
pub fn operators(state: &CorpState, id: &AccountId) -> Result<String> {
    state.account(id)?;
    let lists = state.account_audience(id);
    hash(&lists.operators.userids().map(|userid| userid.as_str()).collect::<Vec<_>>())
}

/// The revision of what the account requires of sends.
pub fn send_policy(policy: &SendPolicy) -> Result<String> {
    hash(policy)
}

/// Refuses a change that is based on another revision than the current one. Without a revision, the change replaces whatever is there.
///
/// # Errors
/// [`Rule::SettingsChanged`]
pub fn require(current: &str, based_on: Option<&str>) -> Result<()> {
    match based_on {
        Some(based_on) if based_on != current => Err(Rule::SettingsChanged.into()),
        _ => Ok(()),
    }
}

/// A hash that is short enough to be typed, and long enough that no two contents of the same settings share one.
pub(crate) fn hash(content: &impl Serialize) -> Result<String> {
    let hash = HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(content).map_err(Error::internal)?));
    Ok(hash.chars().take(MAX_REVISION_CHARS).collect())
}
