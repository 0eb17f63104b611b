//! URLs that apps get: one to reply to a member's message, and one to fetch its picture. Each contains the id of the message and
//! the key of the app, signed with the key of the data folder, so nothing has to be stored. A URL works until a time that follows
//! from that of the message, as long as the app has the same secret and may receive the message.

use std::sync::Arc;

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    event::{AccountMessage, AccountMessageContent, EventKind},
    id::{AccountId, AppKey, CorpId, MediaId, MemberNo, MessageId, SendSeq},
    message::Message,
    time::{MINUTE_MS, Timestamp},
};
use carillon_store::{App, ChatMessage, ConversationKey, Tx};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::event;

/// Path prefix of pictures.
pub const PICTURE_PATH: &str = "/talk/pictures";

/// Path of the operation that takes replies.
const WEBHOOK_PATH: &str = "/robot/sendBySession";
const SESSION_PURPOSE: &str = "talk session";
const PICTURE_PURPOSE: &str = "talk picture";

/// The start of a reply URL, the same for every app.
pub fn webhook_base(base_url: &str) -> String {
    format!("{base_url}{WEBHOOK_PATH}")
}

/// The start of a picture URL, the same for every app.
pub fn picture_base(base_url: &str) -> String {
    format!("{base_url}{PICTURE_PATH}")
}

/// The URL by which an app replies to a member's message, documented as `sessionWebhook`.
pub fn webhook(env: &Env, base_url: &str, app: &App, message: &MessageId) -> Result<String> {
    Ok(format!("{}?session={}", webhook_base(base_url), sign(env, SESSION_PURPOSE, app, message)?))
}

/// The URL by which an app fetches the picture of a member's message.
pub fn picture(env: &Env, base_url: &str, app: &App, message: &MessageId) -> Result<String> {
    Ok(format!("{}/{}", picture_base(base_url), sign(env, PICTURE_PURPOSE, app, message)?))
}

/// A reply URL that is valid now.
#[derive(Clone, Debug)]
pub struct OpenWebhook {
    /// The account of the conversation.
    pub account: AccountId,
    /// The member's message that it replies to.
    pub message: ChatMessage,
    /// The URL.
    pub url: String,
    /// The time from which it is refused.
    pub expires_at: Timestamp,
}

/// Messages of a conversation that are searched for the newest one of the member.
const SEARCHED_MESSAGES: usize = 100;

/// Returns the reply URLs that an app has for the conversations of one member: that of the newest message to each account.
pub fn open_webhooks(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    (app, base_url): (&App, &str),
) -> Result<Vec<OpenWebhook>> {
    if app.corp != *corp || !event::may_receive(app, EventKind::AccountMessage) {
        return Ok(Vec::new());
    }
    let accounts = tx.state().corp(corp)?.accounts.values().filter(|account| !account.disabled);
    let accounts: Vec<AccountId> = accounts.map(|account| account.id.clone()).collect();
    let mut open = Vec::new();
    for account in accounts {
        let key = ConversationKey { corp: corp.clone(), account: account.clone(), member };
        let messages = tx.chat_messages(&key, SendSeq(0)..SendSeq(i64::MAX), SEARCHED_MESSAGES)?;
        let written = messages.into_iter().filter(|message| message.author == ChatAuthor::Member);
        let Some(message) = written.max_by_key(|message| message.seq) else { continue };
        let session = sign(env, SESSION_PURPOSE, app, &message.id)?;
        if verify(tx, env, SESSION_PURPOSE, &session)?.is_some() {
            let url = webhook(env, base_url, app, &message.id)?;
            let expires_at = expires_at(env, message.created_at);
            open.push(OpenWebhook { account, message, url, expires_at });
        }
    }
    Ok(open)
}

/// Completes the URLs in a member's message for one app.
pub fn complete_urls(env: &Env, app: &App, message: &mut AccountMessage) -> Result<()> {
    let id = MessageId::from(message.message_id.as_str());
    message.session_webhook = webhook(env, base_url_of(&message.session_webhook, WEBHOOK_PATH), app, &id)?;
    if let AccountMessageContent::Picture(address) = &mut message.content {
        *address = picture(env, base_url_of(address, PICTURE_PATH), app, &id)?;
    }
    Ok(())
}

/// Returns the part of a URL before a path. Events stored by an earlier version have complete URLs.
fn base_url_of<'a>(address: &'a str, path: &str) -> &'a str {
    address.split_once(path).map_or("", |(base_url, _)| base_url)
}

/// Returns the time from which both URLs are refused.
pub fn expires_at(env: &Env, created_at: Timestamp) -> Timestamp {
    let minutes = i64::try_from(env.settings.chat.webhook_minutes).unwrap_or(i64::MAX);
    created_at.plus_ms(minutes.saturating_mul(MINUTE_MS))
}

/// Returns the conversation that a reply URL belongs to.
pub fn conversation_of_session(tx: &mut Tx<'_>, env: &Env, session: &str) -> Result<ConversationKey> {
    match verify(tx, env, SESSION_PURPOSE, session)? {
        Some((conversation, _)) => Ok(conversation),
        None => Err(Rule::UnknownSession.into()),
    }
}

/// Returns the organisation of the conversation that a reply URL belongs to. Call it in a read of the registry.
pub fn corp_of_session(tx: &mut Tx<'_>, env: &Env, session: &str) -> Result<Option<CorpId>> {
    Ok(verify(tx, env, SESSION_PURPOSE, session)?.map(|(conversation, _)| conversation.corp))
}

/// Returns the picture of a URL, or none if the URL is invalid or has expired.
pub fn open_picture(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<MediaId>> {
    Ok(verify(tx, env, PICTURE_PURPOSE, text)?.and_then(|(_, row)| match row.content {
        ChatContent::Message(Message::Image { media_id }) => Some(media_id),
        _ => None,
    }))
}

fn verify(
    tx: &mut Tx<'_>,
    env: &Env,
    purpose: &str,
    text: &str,
) -> Result<Option<(ConversationKey, ChatMessage)>> {
    let mut parts = text.split('.');
    let (Some(id), Some(key)) = (parts.next(), parts.next()) else { return Ok(None) };
    let Some(app) = tx.state().apps.get(&AppKey::from(key)).map(Arc::clone) else { return Ok(None) };
    let id = MessageId::from(id);
    if !bool::from(sign(env, purpose, &app, &id)?.as_bytes().ct_eq(text.as_bytes())) {
        return Ok(None);
    }
    if !event::may_receive(&app, EventKind::AccountMessage) {
        return Ok(None);
    }
    // Somebody else may have the backup, so URLs issued before it was restored are invalid.
    let restored_at = tx.state().corp(&app.corp)?.restoration.map(|restoration| restoration.restored_at);
    let found =
        tx.chat_message_by_id(&id)?.filter(|(_, row)| restored_at.is_none_or(|at| row.created_at > at));
    Ok(found.filter(|(conversation, row)| {
        conversation.corp == app.corp && expires_at(env, row.created_at) > env.now()
    }))
}

fn sign(env: &Env, purpose: &str, app: &App, id: &MessageId) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    for part in [purpose, id.as_str(), app.key.as_str()] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    // Replacing the secret invalidates the URLs that were sent before.
    mac.update(&app.secret_hash);
    Ok(format!("{id}.{}.{}", app.key, HEXLOWER.encode(&mac.finalize().into_bytes())))
}
