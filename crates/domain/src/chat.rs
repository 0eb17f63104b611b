//! The conversation of a member with a service account: the member writes or chooses from the menu, the account answers by its
//! menu, by automatic replies, or by a program of its owner that was told of it.

pub mod auto_reply;
mod choose;
pub mod link;
mod notify_apps;
mod post_message;
mod reply;

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
pub enum Writing {
    /// Yes.
    Open,
    /// The account's menu says that nobody may.
    Off,
    /// The account has blocked the member.
    Blocked,
    /// The account is disabled for good.
    Closed,
}

/// Whether a member may write to an account. An account without a menu, or with one that is stopped, lets members write.
pub fn writing(state: &CorpState, account: &ServiceAccount, member: MemberNo) -> Writing {
    let menu = account.menu.as_ref().filter(|menu| !menu.stopped);
    if account.disabled {
        Writing::Closed
    } else if is_blocked(state, &account.id, member) {
        Writing::Blocked
    } else if menu.is_some_and(|menu| !menu.enable_input) {
        Writing::Off
    } else {
        Writing::Open
    }
}

/// Whether the account has blocked the member.
fn is_blocked(state: &CorpState, account: &AccountId, member: MemberNo) -> bool {
    state.account_audience(account).blocked.members().contains(member)
}

/// The account of a conversation, when it is in use and has not blocked the member.
fn in_touch(tx: &Tx<'_>, place: &ConversationKey) -> Result<Arc<ServiceAccount>> {
    let account = account::enabled(tx, &place.corp, &place.account)?;
    if is_blocked(tx.state().corp(&place.corp)?, &place.account, place.member) {
        return Err(Rule::MemberBlocked.into());
    }
    Ok(account)
}

/// The account of a conversation in which the member may do something now.
fn admit(tx: &mut Tx<'_>, env: &Env, place: &ConversationKey) -> Result<Arc<ServiceAccount>> {
    let account = in_touch(tx, place)?;
    let limit = env.settings.chat.messages_per_minute;
    require_calm(tx, env, place, ChatAuthor::Member, limit, Rule::ChatTooFrequent)?;
    Ok(account)
}

/// Refuses more messages of an author than a member's conversations may have in a minute.
fn require_calm(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    author: ChatAuthor,
    limit: u64,
    otherwise: Rule,
) -> Result<()> {
    let since = env.now().plus_ms(-MINUTE_MS);
    let lately = tx.count_chat_messages_since(&place.corp, place.member, author, since)?;
    let lately = u64::try_from(lately).map_err(Error::internal)?;
    if limit > 0 && lately >= limit { Err(otherwise.into()) } else { Ok(()) }
}

/// Puts something at the end of a conversation, and shows it on the member's open pages.
fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    author: ChatAuthor,
    submission: Option<String>,
    content: ChatContent,
) -> Result<ChatMessage> {
    let chat =
        NewChatMessage { id: mint::message_id(env), author, submission, created_at: env.now(), content };
    let row = tx.insert_chat_message(place, chat)?;
    let is_own = !author.is_account();
    tx.announce(LiveEvent::ChatMessagePosted { conversation: place.clone(), id: row.id.clone(), is_own });
    Ok(row)
}
