//! Signed-in members.

use carillon_model::{
    env::Env,
    error::Result,
    event::EventData,
    fact::Client,
    id::{CorpId, MemberNo},
    time::DAY_MS,
};
use carillon_store::{Session, Tx};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::{activity, event};

/// How long a session lives, in days.
pub const SESSION_DAYS: i64 = 30;

/// Begins a session; answers the text that the browser keeps. Only its hash is stored.
pub fn begin(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, member: MemberNo, client: Client) -> Result<String> {
    let now = env.now();
    tx.delete_expired_sessions(now)?;
    let text = BASE64URL_NOPAD.encode(&env.bytes::<32>());
    let expires_at = now.plus_ms(SESSION_DAYS * DAY_MS);
    tx.insert_session(&hash(&text), &Session { corp: corp.clone(), member, expires_at })?;
    if tx.set_active(corp, member)?
        && let Some((userid, _)) = tx.member_name(corp, member)?
    {
        event::raise(tx, env, corp, EventData::MemberActivated(userid))?;
    }
    activity::note(tx, env, corp, member, client)?;
    Ok(text)
}

/// The live session of a text.
pub fn find(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<Session>> {
    tx.session(&hash(text), env.now())
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, text: &str) -> Result<()> {
    tx.delete_session(&hash(text))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
