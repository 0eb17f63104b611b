//! Which events an app is told, and its HTTP callback.

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

/// Characters of an encryption key: 32 bytes in base64, without the padding.
pub const AES_KEY_LENGTH: usize = 43;
/// Characters of a signing token.
pub const TOKEN_LENGTHS: std::ops::RangeInclusive<usize> = 6..=63;
/// Characters of an address at most.
pub const MAX_URL_LENGTH: usize = 1_024;
/// Names or patterns of one subscription at most.
pub const MAX_PATTERNS: usize = 100;

const PURPOSE: &str = "callback";

/// A callback, its secrets in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    /// Where to.
    pub url: String,
    /// Signs what is sent and answered.
    pub token: String,
    /// Encrypts it.
    pub aes_key: String,
    /// The key that every message carries: the organisation's id, or the app's.
    pub owner_key: String,
}

/// A subscription to set.
#[derive(Clone)]
pub struct NewSubscription {
    /// Names of events, or patterns of names.
    pub patterns: Vec<String>,
    /// The callback, or none to be told by Stream connections.
    pub callback: Option<Callback>,
    /// What the messages of the callback are encrypted for.
    pub owner: CallbackOwner,
}

/// Asks a callback whether it can take events. `delivery` does; operations and the command line ask for it before they store
/// a callback.
pub trait CallbackCheck: Send + Sync {
    /// Fails with the rule that the callback breaks: its address, how it can be reached, or what it answers.
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

/// Whether a subscription is to events of a type.
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

/// Refuses patterns that are none. `*` and `**` stand for any characters, `{a,b}` for either.
pub fn require_patterns(patterns: &[String]) -> Result<()> {
    if patterns.is_empty() || patterns.len() > MAX_PATTERNS {
        return Err(Error::invalid("--events", format!("must be 1 to {MAX_PATTERNS} names or patterns")));
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
        return Err(Error::invalid("--events", format!("cannot hold the pattern {pattern}")));
    }
    // One that matches nothing is mistyped, also beside others that match.
    let names = || EventKind::ALL.into_iter().map(EventKind::as_str);
    let is_known =
        |pattern: &String| names().any(|name| fast_glob::glob_match(pattern, name)) || is_documented(pattern);
    match patterns.iter().find(|pattern| !is_known(pattern)) {
        None => Ok(()),
        Some(pattern) => {
            let meant = did_you_mean(pattern, names());
            let reason = format!("has {pattern}, which matches no event (docs/WIRE.md has the names){meant}");
            Err(Error::invalid("--events", reason))
        }
    }
}

pub(super) fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| fast_glob::glob_match(pattern, name))
}

/// Refuses a callback whose token or key cannot be one. The address is looked at when the callback is asked.
pub fn require_good_secrets(callback: &Callback) -> Result<()> {
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

/// The callback of an app.
pub fn callback(tx: &Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey) -> Result<(Callback, Vec<String>)> {
    let subscription =
        tx.state().corp(corp)?.subscriptions.get(app).ok_or(Error::Rule(Rule::CallbackMissing))?;
    let callback = opened(env, corp, subscription)?.ok_or(Error::Rule(Rule::CallbackMissing))?;
    Ok((callback, subscription.patterns.clone()))
}

/// The callback of a subscription with its secrets, if it has one.
pub fn opened(env: &Env, corp: &CorpId, subscription: &Subscription) -> Result<Option<Callback>> {
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

/// The key that messages to a callback carry.
pub fn owner_key(owner: CallbackOwner, corp: &CorpId, app: &AppKey) -> String {
    match owner {
        CallbackOwner::Corp => corp.to_string(),
        CallbackOwner::App => app.to_string(),
    }
}

/// Sets what an app is told and how, in place of what was set before.
pub fn set(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey, new: NewSubscription) -> Result<()> {
    let push = match &new.callback {
        None => Push::Stream,
        Some(callback) => {
            require_good_secrets(callback)?;
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
            .with("push", in_short(&push)),
        Some(before) => Change::updated(Subject::Subscription, app)
            .between("events", before.patterns.join(" "), new.patterns.join(" "))
            .between("push", in_short(&before.push), in_short(&push)),
    };
    if new.callback.is_some() {
        change = change.replaced("secrets");
    }
    tx.changed(corp, change);
    let subscription = Subscription { app: app.clone(), patterns: new.patterns, push, updated_at: env.now() };
    tx.set_subscription(corp, &subscription)
}

/// How an app is told, as the audit trail tells it.
fn in_short(push: &Push) -> String {
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

/// Ends an app's subscription; what waits for it is given up, unless its Stream clients take it.
pub fn delete(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey) -> Result<()> {
    let state = tx.state().corp(corp)?;
    let before = state.subscriptions.get(app).ok_or(Error::Rule(Rule::CallbackMissing))?;
    let change = Change::removed(Subject::Subscription, app).with("push", in_short(&before.push));
    let streamed = state.stream_channels.contains_key(&(app.clone(), Channel::Events));
    tx.delete_subscription(corp, app)?;
    tx.changed(corp, change);
    if streamed {
        return Ok(());
    }
    let target = DeliveryTarget { corp: corp.clone(), app: app.clone(), channel: Channel::Events };
    tx.abandon_events(&target, env.now())
}
