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
    operator::{OperatorRights, OperatorRole},
    permission::require_known,
    time::SECOND_MS,
};
use carillon_store::{App, StoredToken, Tx};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::event;

/// Minimum lifetime of a token after it was returned, in seconds. A request within that time extends the token.
pub const TOKEN_SECONDS: i64 = 7_200;
/// Tokens are stored with this extra lifetime, in seconds, so that not every request has to extend the token.
const TOKEN_RESERVE_SECONDS: i64 = 300;

/// A signature is valid for this time before and after its timestamp, in ms.
const SIGNATURE_MS: i64 = 3_600 * SECOND_MS;
/// Maximum number of secrets that one app can have in succession and still sign queries.
const MAX_GENERATIONS: u32 = 1_000;

/// Maximum length of an app's name, in characters.
const NAME_CHARS: usize = 100;
/// Maximum number of apps of an organisation.
pub const MAX_APPS: usize = 1_000;

const LETTERS_AND_DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// An app to create.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// Name, up to 100 characters.
    pub name: String,
    /// Type.
    pub app_type: AppType,
    /// Codes of the granted permissions.
    pub grants: BTreeSet<String>,
}

/// Creates an app. Returns it with its secret, which cannot be read again later.
pub fn create(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewApp) -> Result<(App, String)> {
    require_known("grants", &new.grants)?;
    require_name(&new.name)?;
    if tx.state().apps.values().filter(|app| app.corp == *corp).count() >= MAX_APPS {
        return Err(Rule::TooManyApps.into());
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
        disabled: false,
    };
    tx.insert_app(&app)?;
    let change = Change::created(Subject::App, &app.key)
        .with("name", &app.name)
        .with("type", app.app_type.as_str())
        .with("grants", grants_text(&app.grants));
    tx.changed(corp, change);
    // The app is usable from now on, which the vendor calls its release. Third-party apps do not belong to the organisation and
    // raise no event.
    if app.app_type == AppType::Internal {
        let released = EventData::AppReleased { app: app.key.clone(), name: app.name.clone() };
        event::raise(tx, env, corp, released)?;
    }
    Ok((app, secret))
}

/// What to change of an app. Absent fields stay.
#[derive(Clone, Debug, Default)]
pub struct AppEdit {
    /// The name, up to 100 characters.
    pub name: Option<String>,
    /// Whether it is disabled.
    pub disabled: Option<bool>,
}

/// Renames, disables or enables an app. A disabled app loses its token, Stream connections and reply URLs at once, gets no others,
/// and no event is stored for it. Pending events are given up.
pub fn set(tx: &mut Tx<'_>, env: &Env, key: &AppKey, edit: AppEdit) -> Result<App> {
    let before = find(tx, key)?;
    let name = edit.name.unwrap_or_else(|| before.name.clone());
    require_name(&name)?;
    let disabled = edit.disabled.unwrap_or(before.disabled);
    tx.set_app(key, &name, disabled)?;
    let after = find(tx, key)?;
    event::withdraw(tx, env, &before, &after)?;
    let status = |app: &App| if app.disabled { "disabled" } else { "enabled" };
    let change = Change::updated(Subject::App, key).between("name", &before.name, &after.name).between(
        "status",
        status(&before),
        status(&after),
    );
    tx.changed(&after.corp, change);
    Ok(after)
}

fn require_name(text: &str) -> Result<()> {
    match name::invalid_reason(text, NAME_CHARS) {
        Some(invalid_reason) => Err(Error::invalid("name", invalid_reason)),
        None => Ok(()),
    }
}

/// Refuses an operator what gives somebody the use of an app's permissions: a secret, an address for its events, the end of a
/// suspension. Only owners may do more than the app may; for an app without permissions developers may too.
///
/// # Errors
/// [`Rule::RoleDenied`] with the role that is needed.
pub fn require_rights_of(rights: &OperatorRights, app: &App) -> Result<()> {
    if rights.is_owner() || app.grants.is_empty() {
        return Ok(());
    }
    Err(Error::because(Rule::RoleDenied, OperatorRole::Owner.as_str()))
}

/// Refuses an operator permissions for an app that it does not have: nobody gives more than they have, and only owners have every
/// right.
///
/// # Errors
/// [`Rule::RoleDenied`] with the role that is needed.
pub fn require_grantable(
    rights: &OperatorRights,
    held: &BTreeSet<String>,
    permissions: &BTreeSet<String>,
) -> Result<()> {
    if rights.is_owner() || permissions.is_subset(held) {
        return Ok(());
    }
    Err(Error::because(Rule::RoleDenied, OperatorRole::Owner.as_str()))
}

/// Replaces the secret of an app. The previous one ends at once, with everything it opened: the token, Stream tickets and
/// connections, and reply URLs.
pub fn reset_secret(tx: &mut Tx<'_>, env: &Env, key: &AppKey) -> Result<String> {
    let app = find(tx, key)?;
    let before = generation(env, &app)?;
    let secret = derive_secret(env, key, before.map_or(0, |generation| generation + 1))?;
    tx.set_secret(key, hash(&secret).to_vec())?;
    tx.changed(&app.corp, Change::updated(Subject::App, key).replaced("secret"));
    Ok(secret)
}

/// Grants permissions to an app.
pub fn grant(tx: &mut Tx<'_>, env: &Env, key: &AppKey, permissions: &[String]) -> Result<App> {
    require_known("permissions", permissions)?;
    set_grants(tx, env, key, |grants| grants.extend(permissions.iter().cloned()))
}

/// Revokes permissions of an app. Pending events that need them are given up.
pub fn revoke(tx: &mut Tx<'_>, env: &Env, key: &AppKey, permissions: &[String]) -> Result<App> {
    // A code stored by another version of Carillon may be unknown here and can be revoked all the same.
    let held = find(tx, key)?.grants;
    require_known("permissions", permissions.iter().filter(|permission| !held.contains(*permission)))?;
    set_grants(tx, env, key, |grants| grants.retain(|permission| !permissions.contains(permission)))
}

/// Returns the token of an app that presents its secret, if it is valid for another [`TOKEN_SECONDS`]. Returns `None` if
/// [`issue_token`] has to make or extend one. Call it in a read of the registry.
pub fn current_token(tx: &mut Tx<'_>, env: &Env, key: &str, secret: &str) -> Result<Option<String>> {
    let key = authenticate(tx, key, secret)?.key.clone();
    let needed = env.now().plus_ms(TOKEN_SECONDS * SECOND_MS);
    let current = tx.app_token(&key)?.filter(|token| token.expires_at >= needed);
    current.map(|token| derive_token(env, &key, &token.nonce)).transpose()
}

/// Returns the token of an app that presents its secret: the current one with its life extended, or a new one if it has expired.
///
/// Decided: third-party apps get their token here too. The vendor issues it by other operations, for tickets that a self-hosted
/// server has no use for.
pub fn issue_token(tx: &mut Tx<'_>, env: &Env, key: &str, secret: &str) -> Result<String> {
    let key = authenticate(tx, key, secret)?.key.clone();
    extend_token(tx, env, &key)
}

fn extend_token(tx: &mut Tx<'_>, env: &Env, key: &AppKey) -> Result<String> {
    let now = env.now();
    let alive = tx.app_token(key)?.filter(|token| token.expires_at > now);
    let nonce = alive.map_or_else(|| env.random_bytes::<16>().to_vec(), |token| token.nonce);
    let token = derive_token(env, key, &nonce)?;
    let expires_at = now.plus_ms((TOKEN_SECONDS + TOKEN_RESERVE_SECONDS) * SECOND_MS);
    tx.set_app_token(key, &StoredToken { nonce, hash: hash(&token), expires_at })?;
    Ok(token)
}

/// Returns the token of an app for one call that an operator tries with it, and notes the operation in the audit trail. The token stays
/// in the server.
///
/// # Errors
/// An invalid `appKey` for an app of another organisation; [`Rule::RoleDenied`] as in [`require_rights_of`]; [`Rule::AppDisabled`].
pub fn begin_trial(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    rights: &OperatorRights,
    key: &AppKey,
    operation: &str,
) -> Result<String> {
    let app = tx.state().apps.get(key).filter(|app| app.corp == *corp).map(Arc::clone);
    let app = app.ok_or_else(|| Error::invalid("appKey", "is not an app of the organisation"))?;
    require_rights_of(rights, &app)?;
    if app.disabled {
        return Err(Rule::AppDisabled.into());
    }
    tx.changed(corp, Change::created(Subject::Trial, &app.key).with("operation", operation));
    extend_token(tx, env, key)
}

/// Replaces the permissions of an app. Pending events that need revoked ones are given up.
pub fn set_permissions(
    tx: &mut Tx<'_>,
    env: &Env,
    key: &AppKey,
    permissions: BTreeSet<String>,
) -> Result<App> {
    // A code stored by another version of Carillon may be unknown here, and can be kept.
    let held = find(tx, key)?.grants;
    require_known("permissions", permissions.difference(&held))?;
    set_grants(tx, env, key, |grants| *grants = permissions)
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
    let change = Change::updated(Subject::App, key).between(
        "grants",
        grants_text(&before.grants),
        grants_text(&after.grants),
    );
    tx.changed(&after.corp, change);
    Ok(after)
}

/// Permissions as text for the audit trail.
fn grants_text(grants: &BTreeSet<String>) -> String {
    grants.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Returns the app if the secret is its own.
pub(crate) fn authenticate(tx: &Tx<'_>, key: &str, secret: &str) -> Result<Arc<App>> {
    let app = tx.state().apps.get(&AppKey::from(key)).ok_or(Error::Rule(Rule::WrongAppCredentials))?;
    if !bool::from(app.secret_hash.as_slice().ct_eq(&hash(secret))) {
        return Err(Rule::WrongAppCredentials.into());
    }
    // Only who knows the secret learns it.
    if app.disabled {
        return Err(Rule::AppDisabled.into());
    }
    Ok(Arc::clone(app))
}

/// A query that a provider signs instead of presenting a token.
#[derive(Clone, Debug)]
pub struct SignedQuery {
    /// The app.
    pub key: AppKey,
    /// Time of signing, in ms since 1970, as text.
    pub timestamp: String,
    /// The ticket of the suite. Any text is accepted, since no tickets are issued here.
    pub ticket: String,
    /// Base64 of the HMAC-SHA256 of time and ticket under the app's secret.
    pub signature: String,
}

/// Verifies a signed query and returns the app that signed it. Decided: a signature is valid for an hour before and after its
/// timestamp; no time is documented.
pub fn verify_signature(tx: &Tx<'_>, env: &Env, query: &SignedQuery) -> Result<Arc<App>> {
    let wrong = Error::Rule(Rule::WrongAppCredentials);
    let app = tx.state().apps.get(&query.key).map(Arc::clone).ok_or_else(|| wrong.clone())?;
    let time: i64 = query.timestamp.trim().parse().map_err(|_| wrong.clone())?;
    if env.now().0.abs_diff(time) > SIGNATURE_MS.unsigned_abs() {
        return Err(wrong);
    }
    let secret = secret(env, &app)?.ok_or_else(|| wrong.clone())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(Error::internal)?;
    mac.update(format!("{}\n{}", query.timestamp, query.ticket).as_bytes());
    let signature = BASE64.decode(query.signature.as_bytes()).map_err(|_| wrong.clone())?;
    mac.verify_slice(&signature).map_err(|_| wrong)?;
    if app.disabled { Err(Rule::AppDisabled.into()) } else { Ok(app) }
}

fn find(tx: &Tx<'_>, key: &AppKey) -> Result<App> {
    let app = tx
        .state()
        .apps
        .get(key)
        .ok_or_else(|| Error::invalid("app_key", "is not an app of this data folder"))?;
    Ok(App::clone(app))
}

/// Contains only digits and lower-case letters, because clients put a token into URLs without encoding it.
fn derive_token(env: &Env, key: &AppKey, nonce: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    mac.update(b"app token\0");
    mac.update(key.as_str().as_bytes());
    mac.update(nonce);
    let bytes = mac.finalize().into_bytes();
    Ok(HEXLOWER.encode(&bytes[..16]))
}

/// Returns the secret of an app, to verify a signature. Returns none if the secret was made with the key of another data folder.
fn secret(env: &Env, app: &App) -> Result<Option<String>> {
    generation(env, app)?.map(|generation| derive_secret(env, &app.key, generation)).transpose()
}

/// Returns how often the secret was replaced, found by comparing hashes with the stored one.
fn generation(env: &Env, app: &App) -> Result<Option<u32>> {
    for generation in 0..MAX_GENERATIONS {
        if hash(&derive_secret(env, &app.key, generation)?) == *app.secret_hash {
            return Ok(Some(generation));
        }
    }
    Ok(None)
}

/// Secrets are derived like tokens: the database alone does not contain them, and signatures can be verified.
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
