//! Addresses that apps are sent: to answer to, and to fetch a member's picture from. Each holds the id of the member's message and
//! the key of the app, signed with the key of the data folder, so nothing has to be stored. It works until a time that follows from
//! the message's, while the app has the secret that it had then and may receive the message.

use std::sync::Arc;

use carillon_model::{
    chat::ChatContent,
    env::Env,
    error::{Error, Result, Rule},
    event::{AccountMessage, AccountMessageContent, EventKind},
    id::{AppKey, CorpId, MediaId, MessageId},
    message::Message,
    time::{MINUTE_MS, Timestamp},
};
use carillon_store::{App, ChatMessage, ConversationKey, Tx};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::event;

/// Below this path pictures are found.
pub const PICTURES: &str = "/talk/pictures";

/// The operation that answers are posted to.
const WEBHOOK: &str = "/robot/sendBySession";
const SESSION: &str = "talk session";
const PICTURE: &str = "talk picture";

/// Where the address to answer to begins; the same for every app.
pub fn webhook_base(base_url: &str) -> String {
    format!("{base_url}{WEBHOOK}")
}

/// Where the address of a picture begins; the same for every app.
pub fn picture_base(base_url: &str) -> String {
    format!("{base_url}{PICTURES}")
}

/// The address by which an app answers a member's message, the documented `sessionWebhook`.
pub fn webhook(env: &Env, base_url: &str, app: &App, message: &MessageId) -> Result<String> {
    Ok(format!("{}?session={}", webhook_base(base_url), signed(env, SESSION, app, message)?))
}

/// The address by which an app fetches the picture of a member's message.
pub fn picture(env: &Env, base_url: &str, app: &App, message: &MessageId) -> Result<String> {
    Ok(format!("{}/{}", picture_base(base_url), signed(env, PICTURE, app, message)?))
}

/// Completes the addresses in a member's message for one app.
pub fn address_to(env: &Env, app: &App, message: &mut AccountMessage) -> Result<()> {
    let id = MessageId::from(message.message_id.as_str());
    message.session_webhook = webhook(env, before(&message.session_webhook, WEBHOOK), app, &id)?;
    if let AccountMessageContent::Picture(address) = &mut message.content {
        *address = picture(env, before(address, PICTURES), app, &id)?;
    }
    Ok(())
}

/// An address up to a path. Events that an earlier version stored have complete addresses.
fn before<'a>(address: &'a str, path: &str) -> &'a str {
    address.split_once(path).map_or("", |(base_url, _)| base_url)
}

/// From then on both are refused.
pub fn expires_at(env: &Env, created_at: Timestamp) -> Timestamp {
    let minutes = i64::try_from(env.settings.chat.webhook_minutes).unwrap_or(i64::MAX);
    created_at.plus_ms(minutes.saturating_mul(MINUTE_MS))
}

/// The conversation that an address to answer to belongs to.
pub fn session_place(tx: &mut Tx<'_>, env: &Env, session: &str) -> Result<ConversationKey> {
    match opened(tx, env, SESSION, session)? {
        Some((place, _)) => Ok(place),
        None => Err(Rule::UnknownSession.into()),
    }
}

/// The organisation of the conversation that an address to answer to belongs to. Ask in a read of the registry.
pub fn corp_of_session(tx: &mut Tx<'_>, env: &Env, session: &str) -> Result<Option<CorpId>> {
    Ok(opened(tx, env, SESSION, session)?.map(|(place, _)| place.corp))
}

/// The picture that an address leads to, while it does.
pub fn open_picture(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<MediaId>> {
    Ok(opened(tx, env, PICTURE, text)?.and_then(|(_, row)| match row.content {
        ChatContent::Message(Message::Image { media_id }) => Some(media_id),
        _ => None,
    }))
}

fn opened(
    tx: &mut Tx<'_>,
    env: &Env,
    purpose: &str,
    text: &str,
) -> Result<Option<(ConversationKey, ChatMessage)>> {
    let mut parts = text.split('.');
    let (Some(id), Some(key)) = (parts.next(), parts.next()) else { return Ok(None) };
    let Some(app) = tx.state().apps.get(&AppKey::from(key)).map(Arc::clone) else { return Ok(None) };
    let id = MessageId::from(id);
    if !bool::from(signed(env, purpose, &app, &id)?.as_bytes().ct_eq(text.as_bytes())) {
        return Ok(None);
    }
    if !event::may_receive(&app, EventKind::AccountMessage) {
        return Ok(None);
    }
    // A backup may be in other hands: what was given out before it was restored ends with it.
    let restored_at = tx.state().corp(&app.corp)?.restoration.map(|restoration| restoration.restored_at);
    let found =
        tx.chat_message_by_id(&id)?.filter(|(_, row)| restored_at.is_none_or(|at| row.created_at > at));
    Ok(found.filter(|(place, row)| place.corp == app.corp && expires_at(env, row.created_at) > env.now()))
}

fn signed(env: &Env, purpose: &str, app: &App, id: &MessageId) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    for part in [purpose, id.as_str(), app.key.as_str()] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    // With another secret, the addresses that were sent before end.
    mac.update(&app.secret_hash);
    Ok(format!("{id}.{}.{}", app.key, HEXLOWER.encode(&mac.finalize().into_bytes())))
}
