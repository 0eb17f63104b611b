//! Stream connections: an app that shows its secret gets a ticket, and whoever brings the ticket may connect, once.

use carillon_model::{
    app::AppType,
    env::Env,
    error::{Result, Rule},
    event::Channel,
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
    tx.delete_expired_stream_tickets(now)?;
    for channel in &channels {
        tx.set_stream_channel(&app.corp, &app.key, *channel, now)?;
    }
    // URL-safe: clients put it into the address as it is.
    let text = BASE64URL_NOPAD.encode(&env.bytes::<32>());
    let ticket = StreamTicket {
        corp: app.corp.clone(),
        app: app.key.clone(),
        channels,
        expires_at: now.plus_ms(TICKET_SECONDS * SECOND_MS),
    };
    tx.insert_stream_ticket(&hash(&text), &ticket)?;
    Ok(text)
}

/// Uses a ticket up; none if it is unknown, was used, or has expired.
pub fn connect(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<StreamTicket>> {
    Ok(tx.take_stream_ticket(&hash(text))?.filter(|ticket| ticket.expires_at > env.now()))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
