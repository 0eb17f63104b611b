//! What a member writes.

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Result, Rule},
    event::AccountMessageContent,
    message::Message,
};
use carillon_store::{ChatMessage, ConversationKey, MediaOwner, Tx};

use super::{Writing, add, admit, auto_reply, link, notify_apps, writing};
use crate::media::{self, NewMedia};

/// Characters of a text. Decided, as no number is documented.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// A message about to be written.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it says.
    pub content: NewMessageContent,
    /// The name that the member's page gave it: the same name again is the same message again.
    pub submission: Option<String>,
    /// Where programs reach this server, such as `https://carillon.example`.
    pub base_url: String,
}

/// What a member can write.
#[derive(Clone, Debug)]
pub enum NewMessageContent {
    /// Text.
    Text(String),
    /// A picture that was inspected.
    Picture(NewMedia),
}

/// Stores what a member writes, and tells the apps. Answers the message and what the account said to it by itself.
pub fn post_message(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    said: NewMessage,
) -> Result<Vec<ChatMessage>> {
    let content = match said.content {
        NewMessageContent::Text(text) => NewMessageContent::Text(plain(&text)?),
        picture => picture,
    };
    let mut submission = said.submission.filter(|name| !name.is_empty());
    if let Some(name) = &submission
        && let Some(before) = tx.chat_message_by_submission(place, name)?
    {
        if is_same(tx, place, &before, &content)? {
            return Ok(vec![before]);
        }
        // Whoever goes back to a page that was sent, and writes something else there, means something else.
        submission = None;
    }
    let account = admit(tx, env, place)?;
    if writing(tx.state().corp(&place.corp)?, &account, place.member) != Writing::Open {
        return Err(Rule::WritingOff.into());
    }
    let mut store = |tx: &mut Tx<'_>, message: Message| {
        add(tx, env, place, ChatAuthor::Member, submission.take(), ChatContent::Message(message))
    };
    let (row, told, reply) = match content {
        NewMessageContent::Text(text) => {
            let row = store(tx, Message::Text { content: text.clone() })?;
            let reply = tx.state().corp(&place.corp)?.auto_replies(&place.account).reply_to(&text).cloned();
            (row, AccountMessageContent::Text(text), reply)
        }
        NewMessageContent::Picture(new) => {
            let media = media::add(tx, env, &place.corp, owner_of(place), new)?;
            let row = store(tx, Message::Image { media_id: media.id })?;
            let address = link::picture_base(&said.base_url);
            (row, AccountMessageContent::Picture(address), None)
        }
    };
    notify_apps::message(tx, env, place, &row, told, &said.base_url)?;
    let answer = match reply {
        Some(reply) => auto_reply::post_message(tx, env, place, &reply)?,
        None => None,
    };
    Ok([Some(row), answer].into_iter().flatten().collect())
}

/// Refuses a picture that [`post_message`] would refuse, before its content is stored. One that was written before is let through: `post_message`
/// answers with it.
pub fn check_picture(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    submission: Option<&str>,
    size: usize,
) -> Result<()> {
    if let Some(name) = submission.filter(|name| !name.is_empty())
        && tx.chat_message_by_submission(place, name)?.is_some()
    {
        return Ok(());
    }
    let account = admit(tx, env, place)?;
    if writing(tx.state().corp(&place.corp)?, &account, place.member) != Writing::Open {
        return Err(Rule::WritingOff.into());
    }
    media::require_room(tx, env, &place.corp, &owner_of(place), size)
}

fn owner_of(place: &ConversationKey) -> MediaOwner {
    MediaOwner::Member { member: place.member, account: place.account.clone() }
}

/// Whether a stored message says just this.
fn is_same(
    tx: &mut Tx<'_>,
    place: &ConversationKey,
    stored: &ChatMessage,
    content: &NewMessageContent,
) -> Result<bool> {
    Ok(match (&stored.content, content) {
        (ChatContent::Message(Message::Text { content: before }), NewMessageContent::Text(now)) => {
            before == now
        }
        (ChatContent::Message(Message::Image { media_id }), NewMessageContent::Picture(now)) => {
            tx.media(&place.corp, media_id)?.is_some_and(|before| before.content == now.content)
        }
        _ => false,
    })
}

/// The text as it is stored: one kind of line end, no other control characters, nothing blank around it.
fn plain(text: &str) -> Result<String> {
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
