//! Stream connections. An app that presents its secret gets a ticket, and a client with the ticket may connect once. Tickets and
//! connections end with the secret.

use carillon_model::{
    app::AppType,
    env::Env,
    error::{Result, Rule},
    event::Channel,
    id::CorpId,
    time::SECOND_MS,
};
use carillon_store::{StreamTicket, Tx};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::app;

/// Lifetime of a ticket, in seconds.
pub const TICKET_SECONDS: i64 = 90;

/// Issues a ticket for channels and returns its text. From now on events for these channels are stored for the app.
pub fn open(tx: &mut Tx<'_>, env: &Env, key: &str, secret: &str, channels: Vec<Channel>) -> Result<String> {
    let app = app::authenticate(tx, key, secret)?;
    if app.app_type == AppType::Personal {
        return Err(Rule::PermissionDenied.into());
    }
    let now = env.now();
    tx.delete_expired_stream_tickets(&app.corp, now)?;
    for channel in &channels {
        tx.set_stream_channel(&app.corp, &app.key, *channel, now)?;
    }
    // URL-safe, because clients put it into the URL without encoding it.
    let text = BASE64URL_NOPAD.encode(&env.random_bytes::<32>());
    let ticket = StreamTicket {
        corp: app.corp.clone(),
        app: app.key.clone(),
        channels,
        expires_at: now.plus_ms(TICKET_SECONDS * SECOND_MS),
    };
    tx.insert_stream_ticket(&hash(&text), &ticket)?;
    Ok(text)
}

/// A ticket that was accepted, which opens a connection.
#[derive(Clone, Debug)]
pub struct AcceptedTicket {
    /// The used ticket.
    pub ticket: StreamTicket,
    /// The hash of the app's current secret. The connection ends when the app gets another secret.
    pub secret_hash: Vec<u8>,
}

/// Returns the organisation of a ticket that is still valid. Call it in a read of the registry, so that strangers who try texts
/// cause no writes.
pub fn corp_of_ticket(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<CorpId>> {
    tx.corp_of_stream_ticket(&hash(text), env.now())
}

/// Uses a ticket. Returns none if it is unknown, was used, has expired, or its app is deleted. A ticket ends with the secret that
/// it was issued for, so the app still has that secret.
pub fn connect(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, text: &str) -> Result<Option<AcceptedTicket>> {
    let ticket = tx.take_stream_ticket(corp, &hash(text))?.filter(|ticket| ticket.expires_at > env.now());
    let Some(ticket) = ticket else { return Ok(None) };
    let app = tx.state().apps.get(&ticket.app);
    let secret_hash = app.map(|app| app.secret_hash.clone());
    Ok(secret_hash.map(|secret_hash| AcceptedTicket { ticket, secret_hash }))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
