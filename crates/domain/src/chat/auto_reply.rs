//! Automatic replies of accounts: a greeting, and replies to texts with certain keywords.

use carillon_model::{
    audit::{Change, Subject},
    chat::{AutoReplies, ChatAuthor, ChatContent, KeywordRule},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId},
    message::Message,
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::{append, is_blocked};
use crate::{account, card, media};

/// Maximum number of rules.
pub const MAX_RULES: usize = 100;
/// Maximum number of keywords of a rule.
pub const MAX_KEYWORDS: usize = 20;
/// Maximum number of characters of a keyword.
pub const MAX_KEYWORD_CHARS: usize = 60;
/// Maximum number of characters of a text that is a reply, or that is tried.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// Replaces the automatic replies of an account.
pub fn set(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, replies: AutoReplies) -> Result<()> {
    account::enabled(tx, corp, account)?;
    if let Some(welcome) = &replies.welcome {
        check(tx, corp, account, welcome, "welcome".to_owned())?;
    }
    if replies.rules.len() > MAX_RULES {
        return Err(Error::invalid("rules", format!("must have at most {MAX_RULES} items")));
    }
    for (index, rule) in replies.rules.iter().enumerate() {
        check_keywords(rule, &format!("rules[{index}].keywords"))?;
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

fn check_keywords(rule: &KeywordRule, field: &str) -> Result<()> {
    if rule.keywords.is_empty() {
        return Err(Error::invalid(field.to_owned(), "must not be empty"));
    }
    if rule.keywords.len() > MAX_KEYWORDS {
        return Err(Error::invalid(field.to_owned(), format!("must have at most {MAX_KEYWORDS} items")));
    }
    if rule.keywords.iter().any(|keyword| keyword.chars().count() > MAX_KEYWORD_CHARS) {
        return Err(Error::invalid(
            field.to_owned(),
            format!("must have at most {MAX_KEYWORD_CHARS} characters each"),
        ));
    }
    Ok(())
}

/// Refuses a reply that refers to something that cannot be shown.
fn check(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, reply: &Message, field: String) -> Result<()> {
    match reply {
        Message::Text { content } if content.trim().is_empty() => {
            Err(Error::invalid(format!("{field}.content"), "must not be blank"))
        }
        Message::Text { content } if content.chars().count() > MAX_TEXT_CHARS => Err(Error::invalid(
            format!("{field}.content"),
            format!("must have at most {MAX_TEXT_CHARS} characters"),
        )),
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
