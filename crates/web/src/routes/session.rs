//! The session of a request, and signing out.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Form, FromRequestParts, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    activity, draft,
    session::{self, Browser},
};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::Result,
    fact::Client,
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};
use carillon_store::{Corp, PasswordOrigin, SessionHash, SignedInMember, Store, Tx};
use carillon_wire::{Holder, Peer};
use serde::Deserialize;

use super::{
    Pages,
    cookies::{self, Visitor},
    empty, failed, language,
};
use crate::{
    paths,
    text::Lang,
    view::{Organisation, Page},
};

/// The interval at which deleting the row of an ended session is retried.
const REMOVAL_RETRY: Duration = Duration::from_secs(5);

/// The signed-in member of a request. Without a session, requests for pages are redirected to the sign-in page and all others
/// refused. A member with a temporary password is redirected to the password form.
pub struct SignedIn {
    pub corp: CorpId,
    pub member: MemberNo,
    pub userid: UserId,
    pub name: String,
    pub session: SessionHash,
    /// The time when the session expires.
    pub expires_at: Timestamp,
    /// Until when the password counts as entered once more.
    pub reauthenticated_until: Timestamp,
    pub password_origin: PasswordOrigin,
    /// Whether the provider of single sign-on vouched for the member.
    pub by_provider: bool,
    pub vault: Option<String>,
    pub lang: Lang,
    /// Path and query of the request.
    pub path: String,
    pub organisation: Arc<Corp>,
}

impl SignedIn {
    /// Returns the signature of the member for the audit trail.
    pub fn signature(&self, env: &Env, action: impl Into<String>) -> Signature {
        Signature::member(env, &self.userid, action)
    }

    /// Returns the page data of the member.
    pub fn page(&self) -> Page {
        Page {
            member: Some(self.name.clone()),
            vault: self.vault.clone(),
            organisation: Some(Organisation::of(&self.organisation)),
            ..Page::new(self.lang, self.path.clone())
        }
    }
}

impl FromRequestParts<Pages> for SignedIn {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response<Body>> {
        let WithAnyPassword(signed_in) = WithAnyPassword::from_request_parts(parts, pages).await?;
        if signed_in.password_origin != PasswordOrigin::Temporary {
            return Ok(signed_in);
        }
        Err(if expects_page(&parts.headers) {
            Redirect::to(&paths::change_password(&signed_in.path)).into_response()
        } else {
            empty(StatusCode::UNAUTHORIZED)
        })
    }
}

/// The same, but also with a temporary password: for the password form.
pub struct WithAnyPassword(pub SignedIn);

impl FromRequestParts<Pages> for WithAnyPassword {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response<Body>> {
        let Ok(visitor) = Visitor::from_request_parts(parts, pages).await;
        let lang = language(&visitor.headers);
        let path = parts.uri.path_and_query().map_or(paths::INBOX, |path| path.as_str()).to_owned();
        match visit(pages, &visitor).await {
            Ok(Some(current)) => {
                if let Some(peer) = Peer::of(&parts.extensions) {
                    peer.identify(Holder::Session(current.session));
                }
                let vault = current.vault(&pages.env);
                let Current { session, organisation, member } = current;
                let SignedInMember {
                    corp,
                    member,
                    userid,
                    name,
                    password_origin,
                    expires_at,
                    by_provider,
                    reauthenticated_until,
                    ..
                } = member;
                Ok(Self(SignedIn {
                    corp,
                    member,
                    userid,
                    name,
                    session,
                    expires_at,
                    reauthenticated_until,
                    password_origin,
                    by_provider,
                    vault,
                    lang,
                    path,
                    organisation,
                }))
            }
            // Only a navigation can be redirected to a page; scripts and pictures get a status.
            Ok(None) if expects_page(&parts.headers) => {
                Err(Redirect::to(&paths::sign_in(&path)).into_response())
            }
            Ok(None) => Err(empty(StatusCode::UNAUTHORIZED)),
            Err(error) => Err(failed(Page::new(lang, path), &error)),
        }
    }
}

fn expects_page(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}

/// A valid session.
pub struct Current {
    pub session: SessionHash,
    pub organisation: Arc<Corp>,
    pub member: SignedInMember,
}

impl Current {
    /// Returns true if the member may only change the password.
    pub fn must_change_password(&self) -> bool {
        self.member.password_origin == PasswordOrigin::Temporary
    }

    /// Returns the vault of the member. With a temporary password the browser can send nothing, so it gets none.
    pub fn vault(&self, env: &Env) -> Option<String> {
        (!self.must_change_password()).then(|| draft::vault(env, &self.member.corp, self.member.member))
    }
}

/// Returns the session of a request, and records the first visit of a day.
pub async fn visit(pages: &Pages, visitor: &Visitor) -> Result<Option<Current>> {
    let Some(current) = current(pages, visitor).await? else { return Ok(None) };
    let SignedInMember { corp, member, userid, .. } = &current.member;
    if activity::is_first_today(pages.store.state().corp(corp)?, &pages.env, *member)? {
        let (store, env) = (Arc::clone(&pages.store), pages.env.clone());
        let (corp, member, client) = (corp.clone(), *member, client(&visitor.headers));
        let signature = Signature::member(&env, userid, "visit");
        let record = async move {
            let of = corp.clone();
            store.write(&of, signature, move |tx| activity::note(tx, &env, &corp, member, client)).await
        };
        pages.best_effort.write("the first visit of a day", record).await;
    }
    Ok(Some(current))
}

/// Returns the session of a request if it is valid. At the host name of one organisation, sessions of others are invalid.
pub async fn current(pages: &Pages, visitor: &Visitor) -> Result<Option<Current>> {
    Ok(current_with(pages, visitor, |_, _| Ok(())).await?.map(|(current, ())| current))
}

/// The same, with what `more` reads about the member in the same read.
pub async fn current_with<T: Send + 'static>(
    pages: &Pages,
    visitor: &Visitor,
    more: impl FnOnce(&mut Tx<'_>, &SignedInMember) -> Result<T> + Send + 'static,
) -> Result<Option<(Current, T)>> {
    let Some(text) = visitor.cookie(cookies::SESSION) else { return Ok(None) };
    let session = session::hash(&text);
    if pages.ended_sessions.contains(&session) {
        return Ok(None);
    }
    let env = pages.env.clone();
    let found = pages.store.read_registry(move |tx| {
        let Some(member) = session::find(tx, &env, &text)? else { return Ok(None) };
        let organisation = Arc::clone(&tx.state().corp(&member.corp)?.corp);
        let more = more(tx, &member)?;
        Ok(Some((Current { session, organisation, member }, more)))
    });
    let found = found.await?;
    let of_host = visitor.organisation_of_host(pages);
    let found =
        found.filter(|(current, _)| of_host.is_none_or(|of_host| of_host.corp.id == current.member.corp));
    if let Some((current, _)) = &found
        && session::is_use_due(&pages.env, current.member.used_at)
    {
        record_use(pages, current).await;
    }
    Ok(found)
}

/// Records when a session was last used. If that fails, the session may end too early.
async fn record_use(pages: &Pages, current: &Current) {
    let (store, env, session) = (Arc::clone(&pages.store), pages.env.clone(), current.session);
    let SignedInMember { corp, userid, created_at, .. } = current.member.clone();
    let signature = Signature::member(&env, &userid, "session.use");
    let record = async move {
        let of = corp.clone();
        store
            .write(&of, signature, move |tx| session::record_use(tx, &env, &corp, &session, created_at))
            .await
    };
    pages.best_effort.write("the use of a session", record).await;
}

/// A submitted form.
#[derive(Deserialize)]
pub struct SignOutForm {
    /// The path to redirect to; empty for the sign-in page.
    #[serde(default)]
    next: String,
}

/// Signs the member out, even if the store cannot read or write.
pub async fn sign_out(
    State(pages): State<Pages>,
    visitor: Visitor,
    form: std::result::Result<Form<SignOutForm>, FormRejection>,
) -> Response<Body> {
    let mut signed_out = None;
    match current(&pages, &visitor).await {
        Ok(Some(current)) => {
            signed_out =
                current.member.by_provider.then(|| paths::signed_out(&current.organisation.short_name));
            end(&pages, current.session, current.member.corp).await;
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "the session to be ended could not be read"),
    }
    // Most pages have a button without fields.
    let next = form.ok().map(|Form(form)| form.next).filter(|next| !next.is_empty());
    let next = next.map(|next| paths::safe_return(&next)).or(signed_out);
    let next = next.unwrap_or_else(|| paths::SIGN_IN.to_owned());
    let mut response = uncached(Redirect::to(&next).into_response());
    visitor.scheme.remove(&mut response, cookies::SESSION);
    response
}

/// Ends a session. If its row cannot be deleted, it ends in memory, and deleting is retried until it succeeds. A restart before
/// that makes the session valid again, but the browser has deleted its cookie.
pub(super) async fn end(pages: &Pages, session: SessionHash, corp: CorpId) {
    let Err(error) = remove(&pages.store, &pages.env, session, &corp).await else { return };
    tracing::warn!(%error, "a session has ended, but its row cannot be deleted yet");
    let must_remove = pages.ended_sessions.insert(session, corp.clone());
    pages.live.end_session(&corp, &session);
    if must_remove {
        let (store, env, ended) =
            (Arc::clone(&pages.store), pages.env.clone(), Arc::clone(&pages.ended_sessions));
        tokio::spawn(async move {
            while let Some((session, corp)) = ended.next_to_remove() {
                match remove(&store, &env, session, &corp).await {
                    Ok(()) => ended.remove(&session),
                    Err(_) => tokio::time::sleep(REMOVAL_RETRY).await,
                }
            }
        });
    }
}

async fn remove(store: &Store, env: &Env, session: SessionHash, corp: &CorpId) -> Result<()> {
    let of = corp.clone();
    let signature = Signature::server(env, "session.end");
    store.write(corp, signature, move |tx| tx.delete_session(&of, &session)).await
}

/// Returns the days until the cookie of a new session expires.
pub(super) fn session_days(pages: &Pages) -> i64 {
    pages.env.settings.session.days.into()
}

/// Returns the kind of client and the `User-Agent`.
pub(super) fn browser(headers: &HeaderMap) -> Browser {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Browser { client: client(headers), user_agent: agent.to_owned() }
}

/// Returns whether the `User-Agent` is of a phone or a computer.
fn client(headers: &HeaderMap) -> Client {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if agent.contains("Mobile") || agent.contains("Android") { Client::MobileWeb } else { Client::Web }
}

pub(crate) fn uncached(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
