//! Asks who is signed in for the password once more, before something that the session alone must not allow.

use axum::http::Extensions;
use carillon_domain::session;
use carillon_model::error::Result;
use carillon_store::Tx;

use super::{
    Pages,
    cookies::{self, Visitor},
    session::SignedIn,
    sign_in::address,
};
use crate::sign_in_limits::Caller;

/// The result of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPassword {
    /// It is the password.
    Right,
    /// There is none in the form.
    Missing,
    /// It is another text.
    Wrong,
    /// There were too many wrong ones.
    TooManyTries,
    /// The server verifies too many passwords at the moment.
    Busy,
}

/// Verifies the password of who is signed in, unless that was done in the last minutes: operations and pages on secrets then need
/// no other for as long as [`session::REAUTHENTICATION_MINUTES`].
pub async fn reauthenticate(
    pages: &Pages,
    signed_in: &mut SignedIn,
    visitor: &Visitor,
    extensions: &Extensions,
    password: &str,
) -> Result<OwnPassword> {
    if is_recent(pages, signed_in) {
        return Ok(OwnPassword::Right);
    }
    if password.is_empty() {
        return Ok(OwnPassword::Missing);
    }
    let verified = verify(pages, signed_in, visitor, extensions, password.to_owned()).await?;
    if verified == OwnPassword::Right {
        let (env, corp, session) = (pages.env.clone(), signed_in.corp.clone(), signed_in.session);
        let signature = signed_in.signature(&pages.env, "console.reauthenticate");
        let work = move |tx: &mut Tx<'_>| session::reauthenticate(tx, &env, &corp, &session);
        // What the page shows next is of the session as it is now.
        signed_in.reauthenticated_until = pages.store.write(&signed_in.corp, signature, work).await?;
    }
    Ok(verified)
}

/// Returns whether the password was entered once more in the last minutes.
pub fn is_recent(pages: &Pages, signed_in: &SignedIn) -> bool {
    signed_in.reauthenticated_until > pages.env.now()
}

/// Verifies the password of who is signed in. Attempts count like those on the sign-in page. A member whom the provider of single
/// sign-on vouched for confirms there instead, and has no password to enter.
pub async fn verify(
    pages: &Pages,
    signed_in: &SignedIn,
    visitor: &Visitor,
    extensions: &Extensions,
    password: String,
) -> Result<OwnPassword> {
    if signed_in.by_provider {
        return Ok(if is_recent(pages, signed_in) { OwnPassword::Right } else { OwnPassword::Missing });
    }
    let (corp, userid) = (&signed_in.corp, &signed_in.userid);
    let browser_mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, corp, userid, &browser_mark)?;
    let caller = known.map_or(Caller::Address(address(extensions)), Caller::KnownBrowser);
    let Some(counted) = pages.sign_in_limits.begin(corp, userid, caller, pages.env.now()) else {
        return Ok(OwnPassword::TooManyTries);
    };
    let (of, member) = (corp.clone(), signed_in.member);
    let verified = async {
        let hash = pages.store.read(corp, move |tx| tx.password_hash(&of, member)).await?;
        pages.verifier.verify(hash, password).await
    };
    match verified.await {
        Ok(Some(true)) => {
            pages.sign_in_limits.succeeded(&counted);
            Ok(OwnPassword::Right)
        }
        Ok(Some(false)) => Ok(OwnPassword::Wrong),
        Ok(None) => {
            pages.sign_in_limits.cancelled(&counted);
            Ok(OwnPassword::Busy)
        }
        Err(error) => {
            pages.sign_in_limits.cancelled(&counted);
            Err(error)
        }
    }
}
