//! Conversations of members with service accounts. The member writes or chooses from the menu. The account replies through its
//! menu, by automatic replies, or through an app of its owner that was notified.

pub mod app_url;
pub mod assign;
pub mod auto_reply;
mod choose;
mod notify_apps;
pub mod operator;
mod post_message;
mod reply;
pub mod saved_answer;

use std::sync::Arc;

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, MemberNo},
    service_account::ServiceAccount,
    time::MINUTE_MS,
};
use carillon_store::{ChatMessage, ConversationKey, CorpState, LiveEvent, NewChatMessage, Tx};

use crate::{account, mint};

pub use choose::{Choice, choose};
pub use post_message::{MAX_TEXT_CHARS, NewMessage, NewMessageContent, check_picture, post_message};
pub use reply::reply;

/// Whether a member may write to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteAccess {
    /// The member may write.
    Allowed,
    /// The account's menu disables input.
    InputDisabled,
    /// The account has blocked the member.
    Blocked,
    /// The account is disabled for good.
    AccountDisabled,
}

/// Returns whether a member may write to an account. An account without a menu, or with a stopped one, lets members write.
pub fn write_access(state: &CorpState, account: &ServiceAccount, member: MemberNo) -> WriteAccess {
    let menu = account.menu.as_ref().filter(|menu| !menu.stopped);
    if account.disabled {
        WriteAccess::AccountDisabled
    } else if is_blocked(state, &account.id, member) {
        WriteAccess::Blocked
    } else if menu.is_some_and(|menu| !menu.enable_input) {
        WriteAccess::InputDisabled
    } else {
        WriteAccess::Allowed
    }
}

/// Returns true if the account has blocked the member.
fn is_blocked(state: &CorpState, account: &AccountId, member: MemberNo) -> bool {
    state.account_audience(account).blocked.members().contains(member)
}

/// Returns the account of a conversation. It must be in use and must not have blocked the member.
fn available_account(tx: &Tx<'_>, conversation: &ConversationKey) -> Result<Arc<ServiceAccount>> {
    let account = account::enabled(tx, &conversation.corp, &conversation.account)?;
    if is_blocked(tx.state().corp(&conversation.corp)?, &conversation.account, conversation.member) {
        return Err(Rule::MemberBlocked.into());
    }
    Ok(account)
}

/// Returns the account of a conversation in which the member is about to write or choose. Checks the member's rate limit.
fn account_for_member_action(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
) -> Result<Arc<ServiceAccount>> {
    let account = available_account(tx, conversation)?;
    let limit = env.settings.chat.messages_per_minute;
    check_rate(tx, env, conversation, ChatAuthor::Member, limit, Rule::ChatTooFrequent)?;
    Ok(account)
}

/// Refuses a message if its author has already written `limit` messages to the member's conversations in the last minute. Zero is
/// no limit.
fn check_rate(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    author: ChatAuthor,
    limit: u64,
    rule: Rule,
) -> Result<()> {
    let since = env.now().plus_ms(-MINUTE_MS);
    let recent = tx.count_chat_messages_since(&conversation.corp, conversation.member, author, since)?;
    let recent = u64::try_from(recent).map_err(Error::internal)?;
    if limit > 0 && recent >= limit { Err(rule.into()) } else { Ok(()) }
}

/// Appends a message to a conversation and announces it to the member's open pages.
fn append(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    author: ChatAuthor,
    submission: Option<String>,
    content: ChatContent,
) -> Result<ChatMessage> {
    let chat =
        NewChatMessage { id: mint::message_id(env), author, submission, created_at: env.now(), content };
    let row = tx.insert_chat_message(conversation, chat)?;
    let is_own = !author.is_account();
    tx.announce(LiveEvent::ChatMessagePosted {
        conversation: conversation.clone(),
        id: row.id.clone(),
        is_own,
    });
    Ok(row)
}
