//! What accounts answer by themselves: a greeting, and answers to texts with certain words.

use carillon_model::{
    audit::{Change, Subject},
    chat::{AutoReplies, ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId},
    message::Message,
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::{add, is_blocked};
use crate::{account, card, media};

/// Replaces what an account answers by itself.
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
    let words = |replies: &AutoReplies| {
        let keywords = replies.rules.iter().flat_map(|rule| &rule.keywords);
        keywords.map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let change = Change::updated(Subject::AutoReplies, account)
        .between("keywords", words(&before), words(&replies))
        .hidden("welcome", &before.welcome, &replies.welcome)
        .hidden("rules", &before.rules, &replies.rules);
    tx.changed(corp, change);
    tx.set_auto_replies(corp, account, replies)
}

/// Refuses an answer with something that cannot be shown.
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

/// Whether opening the conversation now is worth a greeting.
pub fn is_to_greet(tx: &mut Tx<'_>, place: &ConversationKey) -> Result<bool> {
    let state = tx.state().corp(&place.corp)?;
    let greets = !state.account(&place.account)?.disabled
        && !is_blocked(state, &place.account, place.member)
        && state.auto_replies(&place.account).welcome.is_some();
    Ok(greets && !tx.is_welcomed(place)?)
}

/// Greets a member who opens the conversation, once and never again.
pub fn greet(tx: &mut Tx<'_>, env: &Env, place: &ConversationKey) -> Result<()> {
    if is_to_greet(tx, place)? && tx.insert_welcome(place, env.now())? {
        let replies = tx.state().corp(&place.corp)?.auto_replies(&place.account);
        if let Some(welcome) = &replies.welcome {
            post_message(tx, env, place, welcome)?;
        }
    }
    Ok(())
}

/// Says it, unless what it shows is gone by now: that must not keep the member from writing.
pub(super) fn post_message(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    reply: &Message,
) -> Result<Option<ChatMessage>> {
    if let Message::NewsCard { card_id } = reply {
        match card::require_readable(tx, &place.corp, &place.account, card_id) {
            Err(Error::Rule(Rule::UnknownCard)) => return Ok(None),
            checked => checked?,
        }
    }
    let content = ChatContent::Message(reply.clone());
    add(tx, env, place, ChatAuthor::Automatic, None, content).map(Some)
}
