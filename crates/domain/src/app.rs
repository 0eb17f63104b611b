//! Apps, their secrets and their tokens.

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    app::AppType,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    event::EventData,
    id::{AppKey, CorpId},
    name,
    permission::require_known,
    time::SECOND_MS,
};
use carillon_store::{App, StoredToken, Tx};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::event;

/// How long a token lives at least after it was returned, in seconds. Requested again within that time, it is extended.
pub const TOKEN_SECONDS: i64 = 7_200;
/// A token is stored with this much more time than it was promised, so that not every request for it has to extend it.
const TOKEN_RESERVE_SECONDS: i64 = 300;

/// A signature is good for so long before and after its time, in ms.
const SIGNATURE_MS: i64 = 3_600 * SECOND_MS;
/// Secrets that an app can have one after the other, and still sign.
const MAX_GENERATIONS: u32 = 1_000;

/// Characters of an app's name.
const NAME_CHARS: usize = 100;

const LETTERS_AND_DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// An app to create.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// Name.
    pub name: String,
    /// Type.
    pub app_type: AppType,
    /// Codes of the permissions it gets.
    pub grants: BTreeSet<String>,
}

/// Creates an app; answers it with its secret, which cannot be seen again.
pub fn create(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewApp) -> Result<(App, String)> {
    require_known("grants", &new.grants)?;
    if let Some(invalid_reason) = name::invalid_reason(&new.name, NAME_CHARS) {
        return Err(Error::invalid("name", invalid_reason));
    }
    let key = AppKey::from(format!("ding{}", env.random_text(LETTERS_AND_DIGITS, 16)));
    let secret = derive_secret(env, &key, 0)?;
    let app = App {
        key,
        corp: corp.clone(),
        agent_id: tx.next_number(corp, "agent")?,
        name: new.name,
        app_type: new.app_type,
        secret_hash: hash(&secret).to_vec(),
        grants: new.grants,
        created_at: env.now(),
    };
    tx.insert_app(&app)?;
    let change = Change::created(Subject::App, &app.key)
        .with("name", &app.name)
        .with("type", app.app_type.as_str())
        .with("grants", words(&app.grants));
    tx.changed(corp, change);
    // It can be used from now on, which is what the vendor calls its release; third-party apps are none of the organisation's.
    if app.app_type == AppType::Internal {
        let released = EventData::AppReleased { app: app.key.clone(), name: app.name.clone() };
        event::raise(tx, env, corp, released)?;
    }
    Ok((app, secret))
}

/// Gives an app another secret. The one before ends at once, and all that was opened with it: the token, Stream tickets and
/// connections, addresses to answer to.
pub fn reset_secret(tx: &mut Tx<'_>, env: &Env, key: &AppKey) -> Result<String> {
    let app = find(tx, key)?;
    let before = generation(env, &app)?;
    let secret = derive_secret(env, key, before.map_or(0, |generation| generation + 1))?;
    tx.set_secret(key, hash(&secret).to_vec())?;
    tx.changed(&app.corp, Change::updated(Subject::App, key).replaced("secret"));
    Ok(secret)
}

/// Adds permissions to an app.
pub fn grant(tx: &mut Tx<'_>, env: &Env, key: &AppKey, permissions: &[String]) -> Result<App> {
    require_known("permissions", permissions)?;
    set_grants(tx, env, key, |grants| grants.extend(permissions.iter().cloned()))
}

/// Takes permissions from an app. Events that wait for it and need them are given up.
pub fn revoke(tx: &mut Tx<'_>, env: &Env, key: &AppKey, permissions: &[String]) -> Result<App> {
    // A code that another version of Carillon stored may be unknown, and goes all the same.
    let held = find(tx, key)?.grants;
    require_known("permissions", permissions.iter().filter(|permission| !held.contains(*permission)))?;
    set_grants(tx, env, key, |grants| grants.retain(|permission| !permissions.contains(permission)))
}

/// The token of an app that shows its secret, if it lives for another [`TOKEN_SECONDS`]. `None` if [`issue_token`] has to make or
/// extend one. Call it in a read of the registry.
pub fn current_token(tx: &mut Tx<'_>, env: &Env, key: &str, secret: &str) -> Result<Option<String>> {
    let key = authenticate(tx, key, secret)?.key.clone();
    let needed = env.now().plus_ms(TOKEN_SECONDS * SECOND_MS);
    let current = tx.app_token(&key)?.filter(|token| token.expires_at >= needed);
    current.map(|token| derive_token(env, &key, &token.nonce)).transpose()
}

/// The token of an app that shows its secret: the same one while it lives, extended; else a new one.
///
/// Decided: third-party apps get their token here too. The vendor gives it to them by other operations, against tickets
/// that a self-hosted server has no use for.
pub fn issue_token(tx: &mut Tx<'_>, env: &Env, key: &str, secret: &str) -> Result<String> {
    let key = authenticate(tx, key, secret)?.key.clone();
    let now = env.now();
    let alive = tx.app_token(&key)?.filter(|token| token.expires_at > now);
    let nonce = alive.map_or_else(|| env.random_bytes::<16>().to_vec(), |token| token.nonce);
    let token = derive_token(env, &key, &nonce)?;
    let expires_at = now.plus_ms((TOKEN_SECONDS + TOKEN_RESERVE_SECONDS) * SECOND_MS);
    tx.set_app_token(&key, &StoredToken { nonce, hash: hash(&token), expires_at })?;
    Ok(token)
}

fn set_grants(
    tx: &mut Tx<'_>,
    env: &Env,
    key: &AppKey,
    edit: impl FnOnce(&mut BTreeSet<String>),
) -> Result<App> {
    let before = find(tx, key)?;
    let mut grants = before.grants.clone();
    edit(&mut grants);
    tx.set_grants(key, grants)?;
    let after = find(tx, key)?;
    event::withdraw(tx, env, &before, &after)?;
    let change =
        Change::updated(Subject::App, key).between("grants", words(&before.grants), words(&after.grants));
    tx.changed(&after.corp, change);
    Ok(after)
}

/// Permissions, as the audit trail tells them.
fn words(grants: &BTreeSet<String>) -> String {
    grants.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The app that shows its secret.
pub(crate) fn authenticate(tx: &Tx<'_>, key: &str, secret: &str) -> Result<Arc<App>> {
    let app = tx.state().apps.get(&AppKey::from(key)).ok_or(Error::Rule(Rule::WrongAppCredentials))?;
    if !bool::from(app.secret_hash.as_slice().ct_eq(&hash(secret))) {
        return Err(Rule::WrongAppCredentials.into());
    }
    Ok(Arc::clone(app))
}

/// A query that a provider signs instead of showing a token.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The app.
    pub key: AppKey,
    /// When it was signed, in ms, as text.
    pub timestamp: String,
    /// The ticket of the suite; any text, since nobody gives tickets out here.
    pub ticket: String,
    /// Base64 of the HMAC-SHA256 of time and ticket under the app's secret.
    pub signature: String,
}

/// The app that signed. Decided: good for an hour either way; no time is documented.
pub fn signer(tx: &Tx<'_>, env: &Env, signed: &Signed) -> Result<Arc<App>> {
    let wrong = Error::Rule(Rule::WrongAppCredentials);
    let app = tx.state().apps.get(&signed.key).map(Arc::clone).ok_or_else(|| wrong.clone())?;
    let time: i64 = signed.timestamp.trim().parse().map_err(|_| wrong.clone())?;
    if env.now().0.abs_diff(time) > SIGNATURE_MS.unsigned_abs() {
        return Err(wrong);
    }
    let secret = secret(env, &app)?.ok_or_else(|| wrong.clone())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(Error::internal)?;
    mac.update(format!("{}\n{}", signed.timestamp, signed.ticket).as_bytes());
    let signature = BASE64.decode(signed.signature.as_bytes()).map_err(|_| wrong.clone())?;
    mac.verify_slice(&signature).map_err(|_| wrong)?;
    Ok(app)
}

fn find(tx: &Tx<'_>, key: &AppKey) -> Result<App> {
    let app = tx
        .state()
        .apps
        .get(key)
        .ok_or_else(|| Error::invalid("app_key", "is not an app of this data folder"))?;
    Ok(App::clone(app))
}

/// Only digits and small letters: clients put a token into addresses as it is.
fn derive_token(env: &Env, key: &AppKey, nonce: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    mac.update(b"app token\0");
    mac.update(key.as_str().as_bytes());
    mac.update(nonce);
    let bytes = mac.finalize().into_bytes();
    Ok(HEXLOWER.encode(&bytes[..16]))
}

/// The secret of an app, to check what was signed with it; none of an app whose secret was made without the key of this data
/// folder.
fn secret(env: &Env, app: &App) -> Result<Option<String>> {
    generation(env, app)?.map(|generation| derive_secret(env, &app.key, generation)).transpose()
}

/// How often the secret was replaced: the one whose hash is stored.
fn generation(env: &Env, app: &App) -> Result<Option<u32>> {
    for generation in 0..MAX_GENERATIONS {
        if hash(&derive_secret(env, &app.key, generation)?) == *app.secret_hash {
            return Ok(Some(generation));
        }
    }
    Ok(None)
}

/// Secrets are derived like tokens: the database alone gives none away, and a signature made with one can be checked.
fn derive_secret(env: &Env, key: &AppKey, generation: u32) -> Result<String> {
    const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    let mut secret = String::with_capacity(64);
    for half in 0..2_u8 {
        let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
        mac.update(b"app secret\0");
        mac.update(key.as_str().as_bytes());
        mac.update(&generation.to_be_bytes());
        mac.update(&[half]);
        let bytes = mac.finalize().into_bytes();
        secret.extend(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])));
    }
    Ok(secret)
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
