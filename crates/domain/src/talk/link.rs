//! Addresses that programs are told: to answer to, and to fetch a member's picture from. Each is the id of the member's message,
//! signed with the key of the data folder, and works until a time that follows from the message's: nothing has to be stored.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{MediaId, MessageId},
    message::Message,
    talk::TalkContent,
    time::{MINUTE_MS, Timestamp},
};
use carillon_store::{TalkPlace, TalkRow, Tx};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Below this path pictures are found.
pub const PICTURES: &str = "/talk/pictures";

const SESSION: &str = "talk session";
const PICTURE: &str = "talk picture";

/// The address to answer a member's message to, the documented `sessionWebhook`.
pub fn webhook(env: &Env, base_url: &str, message: &MessageId) -> Result<String> {
    Ok(format!("{base_url}/robot/sendBySession?session={}", signed(env, SESSION, message)?))
}

/// The address to fetch the picture of a member's message from.
pub fn picture(env: &Env, base_url: &str, message: &MessageId) -> Result<String> {
    Ok(format!("{base_url}{PICTURES}/{}", signed(env, PICTURE, message)?))
}

/// From then on both are refused.
pub fn expires_at(env: &Env, created_at: Timestamp) -> Timestamp {
    let minutes = i64::try_from(env.settings.talk.webhook_minutes).unwrap_or(i64::MAX);
    created_at.plus_ms(minutes.saturating_mul(MINUTE_MS))
}

/// The conversation that an address to answer to belongs to.
pub fn session_place(tx: &mut Tx<'_>, env: &Env, session: &str) -> Result<TalkPlace> {
    match opened(tx, env, SESSION, session)? {
        Some((place, _)) => Ok(place),
        None => Err(Rule::UnknownSession.into()),
    }
}

/// The picture that an address leads to, while it does.
pub fn open_picture(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<MediaId>> {
    Ok(opened(tx, env, PICTURE, text)?.and_then(|(_, row)| match row.content {
        TalkContent::Message(Message::Image { media_id }) => Some(media_id),
        _ => None,
    }))
}

fn opened(tx: &mut Tx<'_>, env: &Env, purpose: &str, text: &str) -> Result<Option<(TalkPlace, TalkRow)>> {
    let Some((id, _)) = text.split_once('.') else { return Ok(None) };
    let id = MessageId::from(id);
    if !bool::from(signed(env, purpose, &id)?.as_bytes().ct_eq(text.as_bytes())) {
        return Ok(None);
    }
    Ok(tx.talk_by_id(&id)?.filter(|(_, row)| expires_at(env, row.created_at) > env.now()))
}

fn signed(env: &Env, purpose: &str, id: &MessageId) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    for part in [purpose, id.as_str()] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    Ok(format!("{id}.{}", HEXLOWER.encode(&mac.finalize().into_bytes())))
}
