//! Automatic replies of accounts: a greeting, and replies to texts with certain keywords.

use carillon_model::{
    audit::{Change, Subject},
    chat::{AutoReplies, ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId},
    message::Message,
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::{append, is_blocked};
use crate::{account, card, media};

/// Replaces the automatic replies of an account.
pub fn set(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, replies: AutoReplies) -> Result<()> {
    account::enabled(tx, corp, account)?;
    if let Some(welcome) = &replies.welcome {
        check(tx, corp, account, welcome, "welcome".to_owned())?;
    }
    for (index, rule) in replies.rules.iter().enumerate() {
        if rule.keywords.iter().any(|keyword| keyword.trim().is_empty()) {
            return Err(Error::invalid(format!("rules[{index}].keywords"), "must not be blank"));
        }
        check(tx, corp, account, &rule.reply, format!("rules[{index}].reply"))?;
    }
    let before = tx.state().corp(corp)?.auto_replies(account);
    let keywords_text = |replies: &AutoReplies| {
        let keywords = replies.rules.iter().flat_map(|rule| &rule.keywords);
        keywords.map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let change = Change::updated(Subject::AutoReplies, account)
        .between("keywords", keywords_text(&before), keywords_text(&replies))
        .hidden("welcome", &before.welcome, &replies.welcome)
        .hidden("rules", &before.rules, &replies.rules);
    tx.changed(corp, change);
    tx.set_auto_replies(corp, account, replies)
}

/// Refuses a reply that refers to something that cannot be shown.
fn check(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, reply: &Message, field: String) -> Result<()> {
    match reply {
        Message::Text { content } if content.trim().is_empty() => {
            Err(Error::invalid(format!("{field}.content"), "must not be blank"))
        }
        Message::Text { .. } => Ok(()),
        Message::Image { media_id } => media::require_image(tx, corp, format!("{field}.mediaId"), media_id),
        Message::NewsCard { card_id } => match card::require_readable(tx, corp, account, card_id) {
            Err(Error::Rule(Rule::UnknownCard)) => Err(Error::invalid(
                format!("{field}.mediaId"),
                "must be a card of the account with a published article",
            )),
            checked => checked,
        },
        _ => Err(Error::invalid(field, "must be a text, a picture or a card")),
    }
}

/// Returns true if opening the conversation now should send the greeting.
pub fn needs_greeting(tx: &mut Tx<'_>, conversation: &ConversationKey) -> Result<bool> {
    let state = tx.state().corp(&conversation.corp)?;
    let greets = !state.account(&conversation.account)?.disabled
        && !is_blocked(state, &conversation.account, conversation.member)
        && state.auto_replies(&conversation.account).welcome.is_some();
    Ok(greets && !tx.is_welcomed(conversation)?)
}

/// Greets a member who opens the conversation. This happens once.
pub fn greet(tx: &mut Tx<'_>, env: &Env, conversation: &ConversationKey) -> Result<()> {
    if needs_greeting(tx, conversation)? && tx.insert_welcome(conversation, env.now())? {
        let replies = tx.state().corp(&conversation.corp)?.auto_replies(&conversation.account);
        if let Some(welcome) = &replies.welcome {
            post_message(tx, env, conversation, welcome)?;
        }
    }
    Ok(())
}

/// Posts a reply, unless its card is gone by now: that must not keep the member from writing.
pub(super) fn post_message(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    reply: &Message,
) -> Result<Option<ChatMessage>> {
    if let Message::NewsCard { card_id } = reply {
        match card::require_readable(tx, &conversation.corp, &conversation.account, card_id) {
            Err(Error::Rule(Rule::UnknownCard)) => return Ok(None),
            checked => checked?,
        }
    }
    let content = ChatContent::Message(reply.clone());
    append(tx, env, conversation, ChatAuthor::Automatic, None, content).map(Some)
}
