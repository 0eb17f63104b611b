//! Posts the messages of members.

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Result, Rule},
    event::AccountMessageContent,
    message::Message,
};
use carillon_store::{ChatMessage, ConversationKey, MediaOwner, Tx};

use super::{WriteAccess, account_for_member_action, app_url, append, auto_reply, notify_apps, write_access};
use crate::media::{self, NewMedia};

/// Maximum length of a text, in characters. Decided, as no number is documented.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// A message to post.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Text or picture.
    pub content: NewMessageContent,
    /// Idempotency key that the member's page chose. The same key with the same content is the same message.
    pub submission: Option<String>,
    /// Base URL at which apps reach this server, such as `https://carillon.example`.
    pub base_url: String,
}

/// Content that a member can post.
#[derive(Clone, Debug)]
pub enum NewMessageContent {
    /// Text.
    Text(String),
    /// A picture that passed `media::inspect`.
    Picture(NewMedia),
}

/// Stores a member's message and notifies the apps. Returns the message, followed by the automatic reply if there is one. A
/// repeat returns the stored message.
pub fn post_message(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    message: NewMessage,
) -> Result<Vec<ChatMessage>> {
    let content = match message.content {
        NewMessageContent::Text(text) => NewMessageContent::Text(normalize_text(&text)?),
        picture => picture,
    };
    let mut submission = message.submission.filter(|name| !name.is_empty());
    if let Some(name) = &submission
        && let Some(before) = tx.chat_message_by_submission(conversation, name)?
    {
        if is_repeat(tx, conversation, &before, &content)? {
            return Ok(vec![before]);
        }
        // The member went back to the page of a sent message and wrote another text there: that is a new message.
        submission = None;
    }
    let account = account_for_member_action(tx, env, conversation)?;
    if write_access(tx.state().corp(&conversation.corp)?, &account, conversation.member)
        != WriteAccess::Allowed
    {
        return Err(Rule::WritingOff.into());
    }
    let mut store = |tx: &mut Tx<'_>, message: Message| {
        append(tx, env, conversation, ChatAuthor::Member, submission.take(), ChatContent::Message(message))
    };
    let (row, event_content, reply) = match content {
        NewMessageContent::Text(text) => {
            let row = store(tx, Message::Text { content: text.clone() })?;
            let reply = tx
                .state()
                .corp(&conversation.corp)?
                .auto_replies(&conversation.account)
                .reply_to(&text)
                .cloned();
            (row, AccountMessageContent::Text(text), reply)
        }
        NewMessageContent::Picture(new) => {
            let media = media::add(tx, env, &conversation.corp, owner_of(conversation), new)?;
            let row = store(tx, Message::Image { media_id: media.id })?;
            let address = app_url::picture_base(&message.base_url);
            (row, AccountMessageContent::Picture(address), None)
        }
    };
    notify_apps::message(tx, env, conversation, &row, event_content, &message.base_url)?;
    let answer = match reply {
        Some(reply) => auto_reply::post_message(tx, env, conversation, &reply)?,
        None => None,
    };
    if answer.is_some() {
        // The reply to a keyword is the one that was asked for.
        tx.end_waiting(conversation)?;
    }
    Ok([Some(row), answer].into_iter().flatten().collect())
}

/// Refuses a picture that [`post_message`] would refuse, before its content is stored. A repeat is let through: `post_message`
/// returns the stored message.
pub fn check_picture(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    submission: Option<&str>,
    size: usize,
) -> Result<()> {
    if let Some(name) = submission.filter(|name| !name.is_empty())
        && tx.chat_message_by_submission(conversation, name)?.is_some()
    {
        return Ok(());
    }
    let account = account_for_member_action(tx, env, conversation)?;
    if write_access(tx.state().corp(&conversation.corp)?, &account, conversation.member)
        != WriteAccess::Allowed
    {
        return Err(Rule::WritingOff.into());
    }
    media::check_quota(tx, env, &conversation.corp, &owner_of(conversation), size)
}

fn owner_of(conversation: &ConversationKey) -> MediaOwner {
    MediaOwner::Member { member: conversation.member, account: conversation.account.clone() }
}

/// Returns true if the stored message has the same content.
fn is_repeat(
    tx: &mut Tx<'_>,
    conversation: &ConversationKey,
    stored: &ChatMessage,
    content: &NewMessageContent,
) -> Result<bool> {
    Ok(match (&stored.content, content) {
        (ChatContent::Message(Message::Text { content: before }), NewMessageContent::Text(now)) => {
            before == now
        }
        (ChatContent::Message(Message::Image { media_id }), NewMessageContent::Picture(now)) => {
            tx.media(&conversation.corp, media_id)?.is_some_and(|before| before.content == now.content)
        }
        _ => false,
    })
}

/// Normalizes a text: one kind of line end, no other control characters, no white space around it.
pub(super) fn normalize_text(text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text
        .chars()
        .filter(|character| matches!(character, '\n' | '\t') || !character.is_control())
        .collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Rule::ChatTextEmpty.into()),
        count if count > MAX_TEXT_CHARS => Err(Rule::ChatTextTooLong.into()),
        _ => Ok(text.to_owned()),
    }
}
