//! Sessions of signed-in members.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result},
    fact::Client,
    id::{CorpId, MemberNo, UserId},
    settings::SessionSettings,
    time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{PasswordOrigin, Session, SessionHash, SignedInMember, Tx};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{activity, contact::user, sign_on};

/// The longest time between two uses of a session of which the second is not recorded. Decided: a session that is used all the time
/// costs four writes an hour.
const USE_MS: i64 = 15 * MINUTE_MS;
/// At most this part of the idle time passes before a use is recorded.
const USE_PART: i64 = 8;

/// How long the password counts as entered once more, in minutes.
pub const REAUTHENTICATION_MINUTES: i64 = 10;

/// Random number of a browser in which a member signed in before.
pub type BrowserNumber = [u8; 16];

/// Returns the mark by which a browser is recognized when the same member signs in again, over many sessions. It grants no
/// access.
pub fn browser_mark(env: &Env, corp: &CorpId, userid: &UserId, number: BrowserNumber) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(env.key.as_slice()).map_err(Error::internal)?;
    for part in ["known browser".as_bytes(), corp.as_str().as_bytes(), userid.as_str().as_bytes(), &number] {
        mac.update(part);
        mac.update(b"\0");
    }
    let mac = mac.finalize().into_bytes();
    Ok(format!("{}.{}", BASE64URL_NOPAD.encode(&number), BASE64URL_NOPAD.encode(&mac)))
}

/// Returns the number in a browser's mark, if the mark was issued when this member signed in.
pub fn known_browser(env: &Env, corp: &CorpId, userid: &UserId, mark: &str) -> Result<Option<BrowserNumber>> {
    let number = mark.split_once('.').and_then(|(number, _)| BASE64URL_NOPAD.decode(number.as_bytes()).ok());
    let Some(number) = number.and_then(|number| BrowserNumber::try_from(number).ok()) else {
        return Ok(None);
    };
    let expected = browser_mark(env, corp, userid, number)?;
    Ok(bool::from(expected.as_bytes().ct_eq(mark.as_bytes())).then_some(number))
}

/// What a browser states when a member signs in.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Phone or computer.
    pub client: Client,
    /// `User-Agent`, by which members tell their sessions apart.
    pub user_agent: String,
}

impl From<Client> for Browser {
    fn from(client: Client) -> Self {
        Self { client, user_agent: String::new() }
    }
}

/// Maximum length of the stored `User-Agent`, in characters.
const USER_AGENT_CHARS: usize = 256;

/// A member whose password was verified.
pub struct VerifiedPassword {
    /// The member.
    pub member: MemberNo,
    /// The stored hash that the password was verified against.
    pub password_hash: String,
}

/// Starts a session after a password was verified. It replaces the session that the browser had in the organisation. `None` if
/// the password was replaced or the member deleted meanwhile, because verifying takes long and happens outside of the unit of
/// work, or if members sign in by the provider alone.
pub fn sign_in(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    verified: &VerifiedPassword,
    browser: Browser,
    replaced: Option<&str>,
) -> Result<Option<String>> {
    if !is_current(tx, corp, verified)? || sign_on::is_only_way(tx, corp)? {
        return Ok(None);
    }
    if let Some(replaced) = replaced {
        end(tx, corp, replaced)?;
    }
    begin(tx, env, corp, verified.member, browser).map(Some)
}

/// Returns true if the verified password is still the member's.
fn is_current(tx: &mut Tx<'_>, corp: &CorpId, verified: &VerifiedPassword) -> Result<bool> {
    let stored = tx.password_hash(corp, verified.member)?;
    Ok(!stored.is_empty() && stored == verified.password_hash)
}

/// Changes the password of a member who presented the current one. Ends all sessions of the member with their open pages. Returns
/// the text of a new session for the browser. `None` if the password was replaced or the member deleted since it was verified, or if
/// members sign in by the provider alone.
pub fn change_password(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    verified: &VerifiedPassword,
    new_hash: &str,
    browser: Browser,
) -> Result<Option<String>> {
    if !is_current(tx, corp, verified)? || sign_on::is_only_way(tx, corp)? {
        return Ok(None);
    }
    user::set_password(tx, corp, verified.member, new_hash, PasswordOrigin::Own)?;
    insert(tx, env, corp, verified.member, browser, Origin::Here).map(Some)
}

/// Starts a session. Returns the text that the browser keeps. Only its hash is stored.
pub fn begin(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    browser: impl Into<Browser>,
) -> Result<String> {
    start(tx, env, corp, member, browser.into(), Origin::Here)
}

/// Starts a session of a member whom the provider of single sign-on vouches for, in a session of its own if it names one.
pub fn begin_by_provider(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    browser: Browser,
    provider_session: Option<&str>,
) -> Result<String> {
    start(tx, env, corp, member, browser, Origin::Provider(provider_session.unwrap_or_default()))
}

/// How a session begins.
#[derive(Clone, Copy)]
enum Origin<'a> {
    /// Here: by a password or a link.
    Here,
    /// At the provider, in this session there; empty if it has no name.
    Provider(&'a str),
}

fn start(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    browser: Browser,
    origin: Origin<'_>,
) -> Result<String> {
    let client = browser.client;
    let text = insert(tx, env, corp, member, browser, origin)?;
    activity::activate(tx, env, corp, &std::iter::once(member).collect())?;
    activity::note(tx, env, corp, member, client)?;
    Ok(text)
}

fn insert(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    browser: Browser,
    origin: Origin<'_>,
) -> Result<String> {
    let text = BASE64URL_NOPAD.encode(&env.random_bytes::<32>());
    let created_at = env.now();
    let session = Session {
        corp: corp.clone(),
        member,
        created_at,
        used_at: created_at,
        expires_at: end_of(&env.settings.session, created_at, created_at),
        user_agent: browser.user_agent.chars().take(USER_AGENT_CHARS).collect(),
        by_provider: matches!(origin, Origin::Provider(_)),
        provider_session: match origin {
            Origin::Provider(session) => session.to_owned(),
            Origin::Here => String::new(),
        },
    };
    tx.insert_session(&hash(&text), &session)?;
    Ok(text)
}

/// Returns when a session ends that is not used again: some days after it began, or some hours after it was last used. Neither is known
/// of sessions that began long ago.
fn end_of(settings: &SessionSettings, created_at: Timestamp, used_at: Timestamp) -> Timestamp {
    let after = |from: Timestamp, ms: i64| (from.0 > 0 && ms > 0).then(|| from.plus_ms(ms));
    let absolute = after(created_at, i64::from(settings.days) * DAY_MS);
    let idle = after(used_at, i64::from(settings.idle_hours) * HOUR_MS);
    absolute.into_iter().chain(idle).min().unwrap_or(Timestamp(i64::MAX))
}

/// Returns the live session of a text. It tells the organisation of the member, so call it in a read of the registry.
pub fn find(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<SignedInMember>> {
    let now = env.now();
    let Some(found) = tx.signed_in_member(&hash(text), now)? else { return Ok(None) };
    // The settings may have been lowered since the end was stored.
    let end = end_of(&env.settings.session, found.created_at, found.used_at).min(found.expires_at);
    Ok((end > now).then_some(SignedInMember { expires_at: end, ..found }))
}

/// Returns true if the use of a session has to be recorded.
pub fn is_use_due(env: &Env, used_at: Timestamp) -> bool {
    let idle_ms = i64::from(env.settings.session.idle_hours) * HOUR_MS;
    let interval = if idle_ms > 0 { USE_MS.min(idle_ms / USE_PART) } else { USE_MS };
    used_at.plus_ms(interval) <= env.now()
}

/// Records that a session is used.
pub fn record_use(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    session: &SessionHash,
    created_at: Timestamp,
) -> Result<()> {
    let now = env.now();
    tx.set_session_used(corp, session, now, end_of(&env.settings.session, created_at, now))
}

/// Returns the sessions of a member that have not ended, the newest first, with their hashes.
pub fn list(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    limit: usize,
) -> Result<Vec<(SessionHash, Session)>> {
    let now = env.now();
    let stored = tx.sessions_of(corp, member, now, usize::MAX)?.into_iter();
    let live = stored.filter_map(|(hash, session)| {
        let end = end_of(&env.settings.session, session.created_at, session.used_at).min(session.expires_at);
        (end > now).then_some((hash, Session { expires_at: end, ..session }))
    });
    Ok(live.take(limit).collect())
}

/// Notes that the member of a session entered the password once more. Returns until when that counts.
pub fn reauthenticate(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, session: &SessionHash) -> Result<Timestamp> {
    let until = env.now().plus_ms(REAUTHENTICATION_MINUTES * MINUTE_MS);
    tx.set_reauthenticated(corp, session, until)?;
    Ok(until)
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, corp: &CorpId, text: &str) -> Result<()> {
    tx.delete_session(corp, &hash(text))
}

/// Returns the public id of a session: half of the hash that it is stored by. It does not give access to the session.
pub fn id(hash: &SessionHash) -> String {
    HEXLOWER.encode(&hash[..16])
}

/// Ends a session of a member by its public id. Returns false if the member has none with that id.
pub fn end_by_id(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, member: MemberNo, session: &str) -> Result<bool> {
    let sessions = tx.sessions_of(corp, member, env.now(), usize::MAX)?;
    let Some((hash, _)) = sessions.iter().find(|(hash, _)| id(hash) == session) else { return Ok(false) };
    tx.delete_session(corp, hash)?;
    note_ended(tx, corp, member)?;
    Ok(true)
}

/// Ends all sessions of a member except one, and their open pages. Returns how many.
pub fn end_others(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    current: Option<&SessionHash>,
) -> Result<usize> {
    let sessions = tx.sessions_of(corp, member, env.now(), usize::MAX)?;
    let others: Vec<SessionHash> =
        sessions.into_iter().map(|(hash, _)| hash).filter(|hash| Some(hash) != current).collect();
    for hash in &others {
        tx.delete_session(corp, hash)?;
    }
    if !others.is_empty() {
        note_ended(tx, corp, member)?;
    }
    Ok(others.len())
}

pub(crate) fn note_ended(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<()> {
    if let Some((userid, _)) = tx.member_name(corp, member)? {
        tx.changed(corp, Change::updated(Subject::Member, userid).replaced("session"));
    }
    Ok(())
}

/// Returns the hash under which a session is stored.
pub fn hash(text: &str) -> SessionHash {
    Sha256::digest(text).into()
}
