//! Tells apps what a member did.

use carillon_model::{
    contact::Member,
    env::Env,
    error::{Error, Result},
    event::{AccountAction, AccountMessage, AccountMessageContent, EventData},
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::link;
use crate::event;

/// A message was written.
pub fn message(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    row: &ChatMessage,
    content: AccountMessageContent,
    base_url: &str,
) -> Result<()> {
    let member = member(tx, place)?;
    let told = AccountMessage {
        account: place.account.clone(),
        member_is_admin: member.admin.is_some(),
        member: member.userid,
        member_unionid: member.unionid,
        member_name: member.profile.name,
        message_id: row.id.to_string(),
        content,
        created_at: row.created_at,
        session_webhook: link::webhook_base(base_url),
        session_webhook_expires_at: link::expires_at(env, row.created_at),
    };
    event::raise(tx, env, &place.corp, EventData::AccountMessage(Box::new(told)))
}

/// A menu item was chosen.
pub fn choice(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    row: &ChatMessage,
    key: String,
) -> Result<()> {
    let told = AccountAction {
        account: place.account.clone(),
        member_unionid: member(tx, place)?.unionid,
        key,
        created_at: row.created_at,
    };
    event::raise(tx, env, &place.corp, EventData::AccountAction(Box::new(told)))
}

fn member(tx: &mut Tx<'_>, place: &ConversationKey) -> Result<Member> {
    tx.member(&place.corp, place.member)?.ok_or_else(|| Error::internal("a member who is none writes"))
}
