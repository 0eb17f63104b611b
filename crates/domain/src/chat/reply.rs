//! What a program answers by the address that came with an event.

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Result, Rule},
};
use carillon_store::{ChatMessage, Tx};

use super::{add, in_touch, link, require_calm};

/// Puts an answer into the conversation that the address belongs to.
pub fn reply(tx: &mut Tx<'_>, env: &Env, session: &str, content: ChatContent) -> Result<ChatMessage> {
    let place = link::session_place(tx, env, session)?;
    in_touch(tx, &place)?;
    if tx.member_name(&place.corp, place.member)?.is_none() {
        return Err(Rule::UnknownUser.into());
    }
    let limit = env.settings.chat.replies_per_minute;
    require_calm(tx, env, &place, ChatAuthor::Webhook, limit, Rule::RepliesTooFrequent)?;
    add(tx, env, &place, ChatAuthor::Webhook, None, content)
}
