//! Stream connections: an app that shows its secret gets a ticket, and whoever brings the ticket may connect, once. Tickets and
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

/// How long a ticket lives, in seconds.
pub const TICKET_SECONDS: i64 = 90;

/// Gives a ticket for channels; answers its text. From now on the app is told what happens on them.
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
    // URL-safe: clients put it into the address as it is.
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

/// A connection that a ticket opens.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The ticket, which is used up.
    pub ticket: StreamTicket,
    /// The hash of the secret that the app has. With another one, the connection ends.
    pub secret_hash: Vec<u8>,
}

/// The organisation of a ticket that could be used. Ask in a read of the registry: a stranger who tries texts costs no write.
pub fn corp_of_ticket(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<CorpId>> {
    tx.corp_of_stream_ticket(&hash(text), env.now())
}

/// Uses a ticket up. Returns none if it is unknown, was used, has expired, or its app is gone. A ticket ends with the secret that it
/// was given for, so the app has that secret.
pub fn connect(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, text: &str) -> Result<Option<Admitted>> {
    let ticket = tx.take_stream_ticket(corp, &hash(text))?.filter(|ticket| ticket.expires_at > env.now());
    let Some(ticket) = ticket else { return Ok(None) };
    let app = tx.state().apps.get(&ticket.app);
    let secret_hash = app.map(|app| app.secret_hash.clone());
    Ok(secret_hash.map(|secret_hash| Admitted { ticket, secret_hash }))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
