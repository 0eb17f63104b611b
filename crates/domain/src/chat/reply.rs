//! Replies of apps by the URL that came with an event.

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Result, Rule},
};
use carillon_store::{ChatMessage, Tx};

use super::{app_url, append, available_account, check_rate};

/// Posts a reply to the conversation that the URL belongs to.
pub fn reply(tx: &mut Tx<'_>, env: &Env, session: &str, content: ChatContent) -> Result<ChatMessage> {
    let conversation = app_url::conversation_of_session(tx, env, session)?;
    available_account(tx, &conversation)?;
    if tx.member_name(&conversation.corp, conversation.member)?.is_none() {
        return Err(Rule::UnknownUser.into());
    }
    let limit = env.settings.chat.replies_per_minute;
    check_rate(tx, env, &conversation, ChatAuthor::Webhook, limit, Rule::RepliesTooFrequent)?;
    append(tx, env, &conversation, ChatAuthor::Webhook, None, content)
}
