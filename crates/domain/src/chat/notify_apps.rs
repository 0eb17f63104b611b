//! Raises the events that tell apps what a member did.

use carillon_model::{
    contact::Member,
    env::Env,
    error::{Error, Result},
    event::{AccountAction, AccountMessage, AccountMessageContent, EventData},
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::app_url;
use crate::event;

/// Raises the event of a written message.
pub fn message(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    row: &ChatMessage,
    content: AccountMessageContent,
    base_url: &str,
) -> Result<()> {
    let member = member(tx, conversation)?;
    let event = AccountMessage {
        account: conversation.account.clone(),
        member_is_admin: member.admin.is_some(),
        member: member.userid,
        member_unionid: member.unionid,
        member_name: member.profile.name,
        message_id: row.id.to_string(),
        content,
        created_at: row.created_at,
        session_webhook: app_url::webhook_base(base_url),
        session_webhook_expires_at: app_url::expires_at(env, row.created_at),
    };
    event::raise(tx, env, &conversation.corp, EventData::AccountMessage(Box::new(event)))
}

/// Raises the event of a chosen menu item.
pub fn choice(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    row: &ChatMessage,
    key: String,
) -> Result<()> {
    let event = AccountAction {
        account: conversation.account.clone(),
        member_unionid: member(tx, conversation)?.unionid,
        key,
        created_at: row.created_at,
    };
    event::raise(tx, env, &conversation.corp, EventData::AccountAction(Box::new(event)))
}

fn member(tx: &mut Tx<'_>, conversation: &ConversationKey) -> Result<Member> {
    tx.member(&conversation.corp, conversation.member)?
        .ok_or_else(|| Error::internal("a member who is none writes"))
}
