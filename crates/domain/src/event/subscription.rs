//! Event subscriptions of apps, and their HTTP callbacks.

use std::{future::Future, pin::Pin};

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    event::{Channel, EventKind, is_documented},
    id::{AppKey, CorpId},
    suggestion::did_you_mean,
};
use carillon_store::{CallbackOwner, DeliveryTarget, Push, Subscription, Tx};

use crate::seal;

/// Length of an encryption key in characters: 32 bytes in base64 without the padding.
pub const AES_KEY_LENGTH: usize = 43;
/// Length of a signing token, in characters.
pub const TOKEN_LENGTHS: std::ops::RangeInclusive<usize> = 6..=63;
/// Maximum length of a callback URL, in characters.
pub const MAX_URL_LENGTH: usize = 1_024;
/// Maximum number of names and patterns in one subscription.
pub const MAX_PATTERNS: usize = 100;

const PURPOSE: &str = "callback";

/// A callback with its secrets in plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    /// The URL.
    pub url: String,
    /// The token that signs requests and responses.
    pub token: String,
    /// The key that encrypts them.
    pub aes_key: String,
    /// The owner key in every message: the id of the organisation, or the key of the app.
    pub owner_key: String,
}

/// A subscription to set.
#[derive(Clone)]
pub struct NewSubscription {
    /// Names of events, or patterns of names.
    pub patterns: Vec<String>,
    /// The callback. None to receive events by Stream connections.
    pub callback: Option<Callback>,
    /// The owner key that messages of the callback are encrypted for.
    pub owner: CallbackOwner,
}

/// Checks whether a callback accepts events. Implemented by `delivery`; operations and the command line use it before they store
/// a callback.
pub trait CallbackCheck: Send + Sync {
    /// Fails with the rule that the callback violates: its URL, its reachability, or its response.
    fn check(&self, callback: Callback) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;
}

impl<Check, Checking> CallbackCheck for Check
where
    Check: Fn(Callback) -> Checking + Send + Sync,
    Checking: Future<Output = Result<()>> + Send + 'static,
{
    fn check(&self, callback: Callback) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        Box::pin(self(callback))
    }
}

/// Returns true if a subscription includes events of a type.
pub(super) fn covers(subscription: &Subscription, kind: EventKind) -> bool {
    matches(&subscription.patterns, kind.as_str())
}

/// Refuses names of events that are not documented.
pub fn require_documented(names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Err(Error::because(Rule::CallbackIncomplete, "call_back_tag"));
    }
    match names.iter().find(|name| !is_documented(name)) {
        Some(unknown) => Err(Error::because(Rule::UnknownEventName, unknown.clone())),
        None if names.len() > MAX_PATTERNS => Err(Error::because(Rule::CallbackIncomplete, "call_back_tag")),
        None => Ok(()),
    }
}

/// Refuses invalid patterns. `*` and `**` match any characters, `{a,b}` matches either.
pub fn require_patterns(patterns: &[String]) -> Result<()> {
    if patterns.is_empty() || patterns.len() > MAX_PATTERNS {
        return Err(Error::invalid("events", format!("must be 1 to {MAX_PATTERNS} names or patterns")));
    }
    let good = |pattern: &String| {
        let mut inside = false;
        let balanced = pattern.bytes().all(|byte| match byte {
            b'{' => !std::mem::replace(&mut inside, true),
            b'}' => std::mem::replace(&mut inside, false),
            b',' => inside,
            byte => byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'*',
        });
        balanced && !inside && (1..=64).contains(&pattern.len())
    };
    if let Some(pattern) = patterns.iter().find(|pattern| !good(pattern)) {
        return Err(Error::invalid("events", format!("cannot hold the pattern {pattern}")));
    }
    // A pattern that matches nothing is a typing error, even beside others that match.
    let names = || EventKind::ALL.into_iter().map(EventKind::as_str);
    let is_known =
        |pattern: &String| names().any(|name| fast_glob::glob_match(pattern, name)) || is_documented(pattern);
    match patterns.iter().find(|pattern| !is_known(pattern)) {
        None => Ok(()),
        Some(pattern) => {
            let meant = did_you_mean(pattern, names());
            let reason = format!("has {pattern}, which matches no event (docs/WIRE.md has the names){meant}");
            Err(Error::invalid("events", reason))
        }
    }
}

pub(super) fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| fast_glob::glob_match(pattern, name))
}

/// Refuses a callback with an invalid token or key. The URL is checked when the callback is called.
pub fn check_secrets(callback: &Callback) -> Result<()> {
    if !TOKEN_LENGTHS.contains(&callback.token.chars().count()) {
        return Err(Error::because(Rule::CallbackIncomplete, "token must have 6 to 63 characters"));
    }
    let alphanumeric = callback.aes_key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if callback.aes_key.len() != AES_KEY_LENGTH || !alphanumeric {
        return Err(Error::because(Rule::AesKeyInvalid, "must be 43 letters and digits"));
    }
    if callback.url.chars().count() > MAX_URL_LENGTH {
        return Err(Error::because(Rule::CallbackUrlInvalid, "must have at most 1024 characters"));
    }
    Ok(())
}

/// Returns the callback of an app and its patterns.
pub fn callback(tx: &Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey) -> Result<(Callback, Vec<String>)> {
    let subscription =
        tx.state().corp(corp)?.subscriptions.get(app).ok_or(Error::Rule(Rule::CallbackMissing))?;
    let callback = open_callback(env, corp, subscription)?.ok_or(Error::Rule(Rule::CallbackMissing))?;
    Ok((callback, subscription.patterns.clone()))
}

/// Returns the callback of a subscription with its secrets in plain text, if it has one.
pub fn open_callback(env: &Env, corp: &CorpId, subscription: &Subscription) -> Result<Option<Callback>> {
    let Push::Http { url, owner, secrets } = &subscription.push else { return Ok(None) };
    let opened = seal::open(env, PURPOSE, subscription.app.as_str(), secrets)?;
    let opened = String::from_utf8(opened).map_err(Error::internal)?;
    let (aes_key, token) = opened
        .split_at_checked(AES_KEY_LENGTH)
        .ok_or_else(|| Error::internal("the secrets of a callback are too short"))?;
    Ok(Some(Callback {
        url: url.clone(),
        token: token.to_owned(),
        aes_key: aes_key.to_owned(),
        owner_key: owner_key(*owner, corp, &subscription.app),
    }))
}

/// Returns the owner key in messages to a callback.
pub fn owner_key(owner: CallbackOwner, corp: &CorpId, app: &AppKey) -> String {
    match owner {
        CallbackOwner::Corp => corp.to_string(),
        CallbackOwner::App => app.to_string(),
    }
}

/// Replaces the subscription of an app.
pub fn set(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey, new: NewSubscription) -> Result<()> {
    let push = match &new.callback {
        None => Push::Stream,
        Some(callback) => {
            check_secrets(callback)?;
            let secrets = format!("{}{}", callback.aes_key, callback.token);
            Push::Http {
                url: callback.url.clone(),
                owner: new.owner,
                secrets: seal::seal(env, PURPOSE, app.as_str(), secrets.as_bytes())?,
            }
        }
    };
    let mut change = match tx.state().corp(corp)?.subscriptions.get(app) {
        None => Change::created(Subject::Subscription, app)
            .with("events", new.patterns.join(" "))
            .with("push", audit_text(&push)),
        Some(before) => Change::updated(Subject::Subscription, app)
            .between("events", before.patterns.join(" "), new.patterns.join(" "))
            .between("push", audit_text(&before.push), audit_text(&push)),
    };
    if new.callback.is_some() {
        change = change.replaced("secrets");
    }
    tx.changed(corp, change);
    let subscription = Subscription { app: app.clone(), patterns: new.patterns, push, updated_at: env.now() };
    tx.set_subscription(corp, &subscription)
}

/// Delivery route as text for the audit trail.
fn audit_text(push: &Push) -> String {
    match push {
        Push::Stream => "stream".to_owned(),
        Push::Http { url, .. } => url.clone(),
    }
}

/// Refuses an app that has a callback.
pub fn require_none(tx: &Tx<'_>, corp: &CorpId, app: &AppKey) -> Result<()> {
    match has_callback(tx, corp, app)? {
        true => Err(Rule::CallbackExists.into()),
        false => Ok(()),
    }
}

/// Refuses an app that has no callback.
pub fn require_one(tx: &Tx<'_>, corp: &CorpId, app: &AppKey) -> Result<()> {
    match has_callback(tx, corp, app)? {
        true => Ok(()),
        false => Err(Rule::CallbackMissing.into()),
    }
}

fn has_callback(tx: &Tx<'_>, corp: &CorpId, app: &AppKey) -> Result<bool> {
    let subscription = tx.state().corp(corp)?.subscriptions.get(app);
    Ok(subscription.is_some_and(|subscription| matches!(subscription.push, Push::Http { .. })))
}

/// Deletes an app's subscription. Pending events are given up, unless Stream clients of the app receive them.
pub fn delete(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey) -> Result<()> {
    let state = tx.state().corp(corp)?;
    let before = state.subscriptions.get(app).ok_or(Error::Rule(Rule::CallbackMissing))?;
    let change = Change::removed(Subject::Subscription, app).with("push", audit_text(&before.push));
    let streamed = state.stream_channels.contains_key(&(app.clone(), Channel::Events));
    tx.delete_subscription(corp, app)?;
    tx.changed(corp, change);
    if streamed {
        return Ok(());
    }
    let target = DeliveryTarget { corp: corp.clone(), app: app.clone(), channel: Channel::Events };
    tx.abandon_events(&target, env.now())
}
